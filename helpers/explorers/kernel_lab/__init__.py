"""Kernel lab: convolve a picture with any kernel, and see the arithmetic behind any output pixel. Lesson 04."""

from .pictures import load_picture
from .plot import plot_lab
from .state import LabState, lab_state
from .view import kernel_lab

__all__ = ["LabState", "kernel_lab", "lab_state", "load_picture", "plot_lab"]
