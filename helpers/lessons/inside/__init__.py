"""Inside a trained network, for one picture of the reader's own: its layers, maps, arithmetic, patches, class maps."""

from .arithmetic import Arithmetic, explain_number, origin
from .class_map import ClassMap, class_activation_map
from .drawing import plot_maps, plot_windows
from .layers import Layer, layers_of
from .maps import FeatureMaps, feature_maps, influence
from .patches import Patches, PatchSearch, search_patches
from .receptive_field import ReceptiveField

__all__ = [
    "Arithmetic",
    "ClassMap",
    "FeatureMaps",
    "Layer",
    "PatchSearch",
    "Patches",
    "ReceptiveField",
    "class_activation_map",
    "explain_number",
    "feature_maps",
    "influence",
    "layers_of",
    "origin",
    "plot_maps",
    "plot_windows",
    "search_patches",
]
