"""The web page of lesson 12: the cell of `app.py` serves what the model says, in a real browser."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from playwright.sync_api import expect

from helpers import ConvLearner, load_model
from tests.browser import lab, server
from tests.pictures import data_in, make_pictures, noise, picture_of

ROOT = server.ROOT
LAYERED = ROOT / ".venv" / "app" / "bin" / "python"
PYTHON = sys.executable if find_spec("gradio") else str(LAYERED)
needs_gradio = pytest.mark.skipif(not Path(PYTHON).exists(), reason="gradio is not installed: make .venv/app/ready")


@pytest.fixture(scope="module")
def source() -> str:
    cells = nbformat.read(ROOT / "notebooks" / "12_your_own_images.ipynb", as_version=4).cells
    (cell,) = [cell.source for cell in cells if cell.source.startswith("%%writefile app.py\n")]
    return cell.partition("\n")[2]


@contextmanager
def serving(source: str, folder: Path, model: Path | str) -> Iterator[str]:
    """Run the cell as `app.py`, as the lesson does; give the address that it prints."""
    app, log = folder / "app.py", folder / "log"
    app.write_text(source)
    quiet = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    with log.open("w") as out:
        process = subprocess.Popen([PYTHON, str(app), str(model)], cwd=folder, env=os.environ | quiet, stdout=out,
                                   stderr=out)  # fmt: skip
    try:
        until = time.monotonic() + server.WITHIN
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield found[0]
    finally:
        process.terminate()
        process.wait(60)


def test_the_cell_has_at_most_fifteen_lines(source: str) -> None:
    assert len(source.strip().splitlines()) <= 15


@needs_gradio
def test_the_page_says_of_a_picture_what_the_model_says(
    jupyterlab_window: lab.Window, source: str, tmp_path: Path
) -> None:
    names = ("châts noirs", "Hunde & Co")
    data = data_in(make_pictures(tmp_path / "mes photos d'été", classes=names))
    learn = ConvLearner.pretrained("resnet10", data, seed=1)
    learn.fit(0.01, 1)
    model = learn.save("mine")
    pictures = [tmp_path / "un chat.png", tmp_path / "deux.png"]
    picture_of("cats", 9000).save(pictures[0])
    Image.fromarray(noise(80, 60, seed=2)).save(pictures[1])
    with serving(source, tmp_path, model) as address, jupyterlab_window.browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        for picture in pictures:
            said = load_model(model).predict(picture)
            page.locator("input[type=file]").first.set_input_files(picture)
            expect(page.locator("img").first).to_be_visible()
            page.get_by_role("button", name="Submit").click()
            label = page.locator("[data-testid=label-output-value]")
            expect(label).to_have_text(said.label)
            for name, probability in zip(said.classes, said.probabilities.tolist(), strict=True):
                expect(page.locator("body")).to_contain_text(f"{round(100 * probability)}%")
                expect(page.locator("body")).to_contain_text(name)
            page.get_by_role("button", name="Clear").click()
            expect(label).not_to_be_visible()


@needs_gradio
def test_a_model_that_is_not_there_is_told_in_a_sentence(source: str, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(source)
    done = subprocess.run([PYTHON, "app.py", "nothing.safetensors"], cwd=tmp_path, capture_output=True, text=True,
                          check=False, env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode != 0
    assert "FileNotFoundError: no model at nothing.safetensors" in done.stderr
