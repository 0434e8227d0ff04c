"""The page's modules as one, their size, and a scene as JSON; `make lint` checks the modules themselves."""

import base64
import json
import re

import numpy as np
import pytest

from helpers.widgets import entries
from helpers.widgets.canvas import EXPORT, IMPORT, MODULES, PAGE, bundled, stored

LINES = 900  # of the whole front end, without comments and blank lines: small enough to read
SILENT = re.compile(r"\s*(//.*|/\*\*?((?!\*/).)*(\*/)?|\*.*)?")


def test_the_modules_are_all_that_there_are_and_import_only_those_before() -> None:
    assert sorted(MODULES) == sorted(file.stem for file in PAGE.glob("*.js"))
    for place, name in enumerate(MODULES):
        source = (PAGE / f"{name}.js").read_text("utf-8")
        imported = re.findall(r'^import .* from "\./(\w+)\.js";$', source, re.MULTILINE)
        assert len(imported) == len(re.findall(r"^import\b", source, re.MULTILINE)), (
            f"{name}.js imports in another form"
        )
        assert {*imported} <= {*MODULES[:place]}
        assert "http" not in source, "nothing is loaded from elsewhere"


def test_as_one_they_have_no_import_and_no_name_twice() -> None:
    source = bundled()
    assert not IMPORT.search(source)
    assert not EXPORT.search(source)
    names = re.findall(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", source, re.MULTILINE)
    assert len(names) == len({*names})
    assert "export { still };" in source
    assert "export default { render };" in source


def test_the_front_end_is_small_enough_to_read() -> None:
    lines = [line for name in MODULES for line in (PAGE / f"{name}.js").read_text("utf-8").splitlines()]
    assert sum(not SILENT.fullmatch(line) for line in lines) <= LINES


def test_a_scene_is_stored_with_its_arrays() -> None:
    picture = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    scene = {"layer": entries.layer([entries.image((0, 0, 2, 2), picture), entries.line([0, 1], [np.nan, 0.5])])}
    image, line = json.loads(stored(scene))["layer"]["items"]
    assert base64.b64decode(image["pixels"]["bytes"]["base64"]) == picture.tobytes()
    assert image["pixels"]["shape"] == [2, 2, 3]
    values = np.frombuffer(base64.b64decode(line["y"]["bytes"]["base64"]), "<f4")
    assert np.isnan(values[0])
    assert values[1] == 0.5


@pytest.mark.parametrize("dtype", [np.float64, np.int64, np.float16, bool])
def test_every_array_but_bytes_is_sent_as_float32(dtype: type) -> None:
    packed = entries.packed(np.array([[1, 0]], dtype=dtype)[:, ::-1])
    assert packed["kind"] == "f4"
    assert np.frombuffer(packed["bytes"], "<f4").tolist() == [0.0, 1.0]
