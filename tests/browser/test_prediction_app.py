"""The prediction app in a real JupyterLab: a file is uploaded and drawn over, and the answer is the model's own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.explorers import APP, app_view
from helpers.explorers.prediction_app.state import taken
from tests.browser import lab
from tests.pictures import noise


def test_an_upload_is_judged_as_its_file_and_again_with_what_is_drawn_over_it(
    run: Callable[[str], Page], tmp_path: Path
) -> None:
    box = lab.explorer(page := run(APP))
    file = tmp_path / "été à la plage.jpg"
    Image.fromarray(noise(150, 210, seed=8)).save(file)
    box.locator("[data-part=upload] input").set_input_files(file)
    said, wanted = lab.part(box, "said"), app_view([file]).state
    assert np.array_equal(wanted.pixels, taken(file, 128).pixels)
    expect(lab.part(box, "pad")).to_contain_text(file.name)
    assert f"{wanted.said.label}, {100 * wanted.said.probability:.1f}" in said.inner_text()
    before = lab.shown_by(box)["evidence"]

    pad = lab.part(box, "pad").locator(".wg-stage").bounding_box()
    assert pad
    page.mouse.move(pad["x"] + 40, pad["y"] + 40)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(pad["x"] + 40 + 8 * step, pad["y"] + 40 + 6 * step)
    page.mouse.up()
    lab.all_told(box)
    shown = lab.shown_by(box)
    assert shown["evidence"] != before
    strokes = [line for line in shown["code"]["text"].splitlines() if "Stroke([" in line]
    assert not strokes, "an upload has no file that code could name"
    expect(box.get_by_role("button", name="Clear")).not_to_have_attribute("aria-disabled", "true")
    box.get_by_role("button", name="Clear").click()
    lab.all_told(box)
    assert lab.shown_by(box)["evidence"] == before


def test_a_text_that_is_no_picture_is_refused_beside_the_upload(run: Callable[[str], Page], tmp_path: Path) -> None:
    box = lab.explorer(run(APP))
    (tmp_path / "notes.jpg").write_text("no picture")
    box.locator("[data-part=upload] input").set_input_files(tmp_path / "notes.jpg")
    expect(lab.part(box, "upload").get_by_role("alert")).to_contain_text("notes.jpg is not a picture we know")
