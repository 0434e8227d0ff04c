"""The machinery behind the lessons: every public name, and nothing else."""

from .architectures import resnet10
from .data import ImageClassifierData
from .datasets.arrange import split_folder
from .datasets.catalogue import get_data
from .faults.doctor import doctor
from .files.images import read_image
from .learner import ConvLearner
from .lessons.machine import report_machine
from .predictor import load_model
from .transforms import tfms_from_model

__version__ = "0.3.0"

__all__ = [
    "ConvLearner",
    "ImageClassifierData",
    "doctor",
    "get_data",
    "load_model",
    "read_image",
    "report_machine",
    "resnet10",
    "split_folder",
    "tfms_from_model",
]
