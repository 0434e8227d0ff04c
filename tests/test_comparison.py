"""Whether outputs are the same in what matters: times may differ, a digit of anything else may not."""

import base64
import io
import sys
from typing import Any

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_output
from PIL import Image, ImageDraw

from tests import lesson_rules as rules

sys.path.insert(0, str(rules.NOTEBOOKS))

import comparison

TABLE = (
    "epoch   train loss   accuracy   seconds\n"
    "    1       0.2141     95.7 %      {}\n   10       0.0668     96.7 %      {}\n"
)
COMPUTED = "Computed the activations of 1,300 pictures in 3.7 s, and kept them.\n"


def said(text: str) -> Any:
    return new_output("stream", name="stdout", text=text)


def drawn(pixels: np.ndarray, kind: str = "PNG") -> Any:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    data = {f"image/{kind.lower()}": base64.b64encode(buffer.getvalue()).decode(), "text/plain": "<Figure>"}
    return new_output("display_data", data)


def cell(*outputs: Any, tags: tuple[str, ...] = ()) -> Any:
    return new_code_cell("f()", outputs=list(outputs), metadata={"tags": list(tags)})


@pytest.mark.parametrize(
    ("new", "stored"),
    [
        ("right: 96 %\n", "right: 96 %\n"),
        ("about 12 s\n", "about 9.5 s\n"),
        ("width 64 111 µs, 1,024 6.88 ms: 62 times as long\n", "width 64 98 µs, 1,024 12.1 ms: 123 times as long\n"),
        ("… 02.3  What happened: 62 times. Done.\n", "… 02.3  What happened: 70.5 times. Done.\n"),
        (TABLE.format("0.1", "0.1"), TABLE.format("0.1", "10.2").replace("     10.2", "    10.2")),
        (
            "Python 3.11.7, torch 2.15.0\nDevice: processor (cpu), 1 thread, bfloat16. Good.\n",
            "Python 3.12, torch 2.9.1\nDevice: processor (cpu), 16 threads, bfloat16. Good.\n",
        ),
        (COMPUTED + TABLE.format("0.1", "0.1"), TABLE.format("0.2", "0.1")),
    ],
)
def test_times_and_versions_do_not_matter_but_where_nbval_compares(new: str, stored: str) -> None:
    assert comparison.alike(cell(said(new)), cell(said(stored)))
    tagged = [cell(said(text), tags=(comparison.CHECKED,)) for text in (new, stored)]
    assert comparison.alike(*tagged) == (new == stored)


@pytest.mark.parametrize(
    ("new", "stored"),
    [
        ("right: 96 %\n", "right: 95 %\n"),
        ("about 12 s\n", "around 12 s\n"),
        ("12 steps\n", "13 steps\n"),
        ("a  b\n", "a b\n"),
        ("1.37 million times\n", "1.38 million times\n"),
        (TABLE.format("0.1", "0.1"), TABLE.format("0.1", "0.1").replace("96.7", "96.8")),
        (TABLE.format("0.1", "0.1"), TABLE.format("0.1", "0.1").replace("0.0668", "0.0669")),
        ("Computed 3.\n", ""),
        ("Device: processor (cpu), 1 thread. Good.\n", "Device: CPU, 1 thread. Good.\n"),
    ],
)
def test_anything_else_in_a_text_matters(new: str, stored: str) -> None:
    assert not comparison.alike(cell(said(new)), cell(said(stored)))


def figure(digit: str = "3", width: int = 2) -> np.ndarray:
    """Return a picture with a small number and a thin curve in it, as large as a figure."""
    picture = Image.new("RGB", (640, 360), "white")
    pen = ImageDraw.Draw(picture)
    pen.text((300, 10), f"accuracy 9{digit} %", fill="black")
    pen.line([(20, 340), (300, 100), (620, 40)], fill=(20, 90, 200), width=width)
    return np.asarray(picture)


def test_pictures_may_differ_by_rounding_but_not_by_a_digit_a_line_or_a_size() -> None:
    noise = np.random.default_rng(0).integers(-1, 2, figure().shape)
    rounded = np.clip(figure().astype(int) + noise, 0, 255).astype(np.uint8)
    assert comparison.alike(cell(drawn(rounded)), cell(drawn(figure())))
    assert comparison.alike(cell(drawn(figure(), "JPEG")), cell(drawn(figure(), "JPEG")))
    recoloured = figure().copy()
    recoloured[..., 2] = np.where(recoloured[..., 2] == 200, 230, recoloured[..., 2])  # a slightly brighter blue
    for other in (figure("8"), figure(width=3), figure()[:-1], recoloured):
        assert not comparison.alike(cell(drawn(other)), cell(drawn(figure())))


def test_other_outputs_than_before_matter() -> None:
    text, picture = said("1\n"), drawn(figure())
    for new, stored in [((text,), ()), ((text,), (picture,)), ((text, picture), (picture, text))]:
        assert not comparison.alike(cell(*new), cell(*stored))
    assert not comparison.alike(cell(drawn(figure())), cell(drawn(figure(), "JPEG")))
    assert not comparison.alike(cell(new_output("stream", name="stderr", text="1\n")), cell(text))


def test_the_line_of_a_kept_result_is_the_one_that_the_package_prints() -> None:
    source = (rules.ROOT / "helpers" / "activations.py").read_text("utf-8")
    assert 'print(f"Computed ' in source
    assert ", and kept them" in source
