"""The copies that readers work in: made once, never overwritten."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "notebooks" / "copy_lessons.py"
spec = importlib.util.spec_from_file_location("copy_lessons", SCRIPT)
assert spec is not None
assert spec.loader is not None
copy_lessons = importlib.util.module_from_spec(spec)
spec.loader.exec_module(copy_lessons)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a folder of two lessons and one solution."""
    source = tmp_path / "notebooks"
    (source / "solutions").mkdir(parents=True)
    (source / "src").mkdir()
    for name in ("00_setup.ipynb", "01_explore.ipynb", "solutions/01_explore.ipynb", "src/01_explore.py"):
        (source / name).write_text(f"first edition of {name}")
    return source


def test_lessons_and_solutions_are_copied_and_nothing_else(course: Path, tmp_path: Path) -> None:
    copied, older = copy_lessons.copy_lessons(course, tmp_path / "my_lessons")
    assert copied == ["00_setup.ipynb", "01_explore.ipynb", "solutions/01_explore.ipynb"]
    assert older == []
    found = {
        file.relative_to(tmp_path / "my_lessons").as_posix() for file in (tmp_path / "my_lessons").rglob("*.ipynb")
    }
    assert found == set(copied)


def test_the_readers_work_is_never_overwritten(course: Path, tmp_path: Path) -> None:
    mine = tmp_path / "my_lessons"
    copy_lessons.copy_lessons(course, mine)
    (mine / "01_explore.ipynb").write_text("my notes")
    (course / "01_explore.ipynb").write_text("second edition")
    copied, older = copy_lessons.copy_lessons(course, mine)
    assert copied == []
    assert older == ["01_explore.ipynb"]
    assert (mine / "01_explore.ipynb").read_text() == "my notes"


def test_an_unchanged_lesson_is_not_called_newer_and_a_renamed_one_is_copied_again(
    course: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "my_lessons"
    copy_lessons.copy_lessons(course, mine)
    (mine / "00_setup.ipynb").write_text("my notes")
    assert copy_lessons.copy_lessons(course, mine) == ([], [])
    (mine / "00_setup.ipynb").rename(mine / "00_setup_mine.ipynb")
    assert copy_lessons.copy_lessons(course, mine) == (["00_setup.ipynb"], [])
    assert (mine / "00_setup_mine.ipynb").read_text() == "my notes"


def test_a_copy_whose_lesson_got_another_number_is_kept_and_named(course: Path, tmp_path: Path) -> None:
    mine = tmp_path / "my_lessons"
    assert copy_lessons.without_original(course, mine) == []
    copy_lessons.copy_lessons(course, mine)
    (mine / "of_my_own.ipynb").write_text("my notes")
    assert copy_lessons.without_original(course, mine) == []
    (course / "01_explore.ipynb").rename(course / "02_explore.ipynb")
    assert copy_lessons.copy_lessons(course, mine) == (["02_explore.ipynb"], [])
    assert copy_lessons.without_original(course, mine) == ["01_explore.ipynb"]
    assert (mine / "01_explore.ipynb").read_text() == "first edition of 01_explore.ipynb"
