"""Inside a trained network, for one picture: its layers, feature maps, patches, class maps and arithmetic."""

from .arithmetic import Arithmetic, explain_number, origin
from .class_map import ClassMap, class_activation_map
from .drawing import overlay, plot_maps, plot_windows
from .layers import ConvolutionLayer, layers_of
from .maps import FeatureMaps, feature_maps, influence
from .patches import Patches, PatchSearch, search_patches
from .receptive_field import ReceptiveField

__all__ = [
    "Arithmetic",
    "ClassMap",
    "ConvolutionLayer",
    "FeatureMaps",
    "PatchSearch",
    "Patches",
    "ReceptiveField",
    "class_activation_map",
    "explain_number",
    "feature_maps",
    "influence",
    "layers_of",
    "origin",
    "overlay",
    "plot_maps",
    "plot_windows",
    "search_patches",
]
