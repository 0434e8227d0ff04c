"""A picture that the reader has uploaded."""

import tempfile
from pathlib import Path

import numpy as np

from ..files.images import read_image


def read_upload(name: str, content: bytes) -> np.ndarray:
    """Return the picture in an uploaded file, uint8 (height, width, 3), read as carefully as any other file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / (Path(name).name or "picture")
        file.write_bytes(content)
        return read_image(file)
