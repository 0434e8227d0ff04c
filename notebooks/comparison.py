"""Whether a cell that ran again gave what is stored, in what matters to a reader: not the seconds, not a pixel's shade.

A cell tagged nbval-check-output must give the same text, letter for letter. Other text may differ in what a clock
measured and in the versions that the set-up cell prints; a picture in less than the eye sees.
"""

import base64
import io
import re

from nbformat import NotebookNode
from PIL import Image, ImageChops

CHECKED = "nbval-check-output"
NUMBER = r"\d[\d.,]*"
MEASURED = re.compile(
    rf" *{NUMBER} ?(?:s|ms|µs|ns|seconds?|minutes?)\b"  # 2.6 s
    rf"| *{NUMBER}(?= times as (?:fast|long))"  # a ratio of two of them
    rf"|(?<=What happened: ){NUMBER}(?= times)"
)
# A row of the table that `fit` prints, whose last column is headed "seconds".
ROW = re.compile(rf"^( +\d+ .*?) +{NUMBER}$", re.MULTILINE)
# What is kept on the disk is computed, and told, in the first run only.
KEPT = re.compile(r"^Computed .*, and kept them\.\n", re.MULTILINE)
# What the set-up cell says of the machine: versions, and the number of threads.
MACHINE = re.compile(r"^(?:Python \d|Device: ).*$", re.MULTILINE)
COUNTED = re.compile(rf"{NUMBER}(?: threads?)?")
TILE = 8  # pixels: about a digit
VISIBLE = 3  # of 255, in the mean of a tile's channel: more than rounding, less than any mark


def alike(new: NotebookNode, stored: NotebookNode) -> bool:
    """Say whether a cell's outputs are the stored ones in what matters."""
    if len(new.outputs) != len(stored.outputs):
        return False
    exactly = CHECKED in new.metadata.get("tags", ())
    return all(_alike(*pair, exactly) for pair in zip(new.outputs, stored.outputs, strict=True))


def _alike(new: NotebookNode, stored: NotebookNode, exactly: bool) -> bool:
    kinds = [{"output_type": output.output_type, "name": output.get("name")} for output in (new, stored)]
    ours, theirs = ({"text": o.get("text", ""), **o.get("data", {})} for o in (new, stored))
    if kinds[0] != kinds[1] or ours.keys() != theirs.keys():
        return False
    return all(_same(kind, ours[kind], theirs[kind], exactly) for kind in ours)


def _same(kind: str, new: str, stored: str, exactly: bool) -> bool:
    if kind in ("image/png", "image/jpeg"):
        return new == stored or same_picture(*(base64.b64decode(text) for text in (new, stored)))
    return new == stored or (not exactly and isinstance(new, str) and lasting(new) == lasting(stored))


def lasting(text: str) -> str:
    """Return a text without what depends on clock and machine, nor the blanks before it: their number depends on it.

    >>> lasting("loops  199 ms, vectorised 0.096 ms: 2,070 times as fast")
    'loops, vectorised: times as fast'
    """
    head, header, rows = KEPT.sub("", text).partition("seconds\n")
    text = MACHINE.sub(lambda line: COUNTED.sub("", line[0]), head + header + ROW.sub(r"\1", rows))
    return MEASURED.sub("", text)


def same_picture(new: bytes, stored: bytes) -> bool:
    """Say whether two pictures look the same: of one size, and in no tile's mean visibly apart."""
    pictures = [Image.open(io.BytesIO(content)).convert("RGB") for content in (new, stored)]
    if pictures[0].size != pictures[1].size:
        return False
    tiles = ImageChops.difference(*pictures).reduce(TILE)
    return max(most for _, most in tiles.getextrema()) < VISIBLE
