"""The rule that a skipped browser test fails where browser tests are required, and the order of the files."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import conftest

CONFTEST = Path(__file__).resolve().parent / "conftest.py"


@pytest.mark.parametrize(("required", "expected"), [(True, "1 failed, 1 skipped, 1 error"), (False, "3 skipped")])
def test_a_skipped_browser_test_fails_where_it_is_required(
    required: bool, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WHOLE_GAME_BROWSER", raising=False)
    if required:
        monkeypatch.setenv("WHOLE_GAME_BROWSER", "required")
    (tmp_path / "tests" / "browser").mkdir(parents=True)
    shutil.copy(CONFTEST, tmp_path / "tests")
    skipped = "import pytest\n\ndef test_page():\n    pytest.skip('needs Chromium')\n"
    (tmp_path / "tests" / "browser" / "test_page.py").write_text(skipped)
    (tmp_path / "tests" / "test_other.py").write_text(skipped.replace("Chromium", "a GPU"))
    whole = "import pytest\n\npytest.skip('needs Chromium', allow_module_level=True)\n"
    (tmp_path / "tests" / "browser" / "test_whole.py").write_text(whole)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors", "tests"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert expected in result.stdout.splitlines()[-1]
    assert not required or "needs Chromium" in result.stdout


def test_the_files_that_take_longest_come_first_and_keep_the_order_of_their_tests() -> None:
    tests = CONFTEST.parent
    files = [
        "tests/test_batches.py",
        "tests/test_wheel.py",
        "notebooks/00_setup.ipynb",
        "tests/browser/test_lessons.py",
    ]
    items = [SimpleNamespace(path=tests.parent / file, name=f"{file}::{number}") for file in files for number in (1, 0)]
    conftest.pytest_collection_modifyitems(items)
    order = [files[3], files[1], files[2], files[0]]
    assert [item.name for item in items] == [f"{file}::{number}" for file in order for number in (1, 0)]
