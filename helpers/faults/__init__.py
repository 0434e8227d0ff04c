"""What may be wrong with a folder of pictures, and what to do about it: `doctor` looks one over."""

from .doctor import doctor

__all__ = ["doctor"]
