"""Fill my_lessons with copies of the lessons and their solutions, and overwrite nothing that is there.

    python notebooks/copy_lessons.py

A reader works in the copies, so that a lesson can be run, changed and broken, and the course updated, without harm.
A note beside the copies remembers which edition each was made from; where a lesson has a newer one, it says so.
"""

import hashlib
import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTE = ".editions.json"


def copy_lessons(source: Path, target: Path) -> tuple[list[str], list[str]]:
    """Copy every notebook of `source` and `source/solutions` that `target` lacks.

    Returns the names of those copied now, and of those whose copy is of an older edition.
    """
    note = target / NOTE
    editions = json.loads(note.read_text("utf-8")) if note.exists() else {}
    copied, older = [], []
    for lesson in sorted([*source.glob("*.ipynb"), *source.glob("solutions/*.ipynb")]):
        name = lesson.relative_to(source).as_posix()
        edition = hashlib.sha256(lesson.read_bytes()).hexdigest()
        if not (target / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(lesson, target / name)
            editions[name] = edition
            copied.append(name)
        elif editions.get(name) != edition:
            older.append(name)
    if copied:
        note.write_text(json.dumps(editions, indent=1) + "\n", "utf-8")
    return copied, older


def without_original(source: Path, target: Path) -> list[str]:
    """Return the names of copies in `target` that were made from a lesson which `source` no longer has by that name."""
    note = target / NOTE
    editions = json.loads(note.read_text("utf-8")) if note.exists() else {}
    return sorted(name for name in editions if (target / name).exists() and not (source / name).exists())


def main() -> None:
    """Copy what is missing, and say in a line or two what was done."""
    target = ROOT / "my_lessons"
    copied, older = copy_lessons(ROOT / "notebooks", target)
    if copied:
        print(f"Copied {len(copied)} notebooks to {target.name}. Work there: the originals stay as they are.")
    if older:
        print(f"There is a newer edition of {', '.join(older)}. Yours is kept; for the new one, rename it and repeat.")
    if gone := without_original(ROOT / "notebooks", target):
        print(
            f"Lessons have new numbers: the course has no {', '.join(gone)} any more. Your copies are kept, but their "
            "checks may want the answers of another lesson; go on in the new ones."
        )


if __name__ == "__main__":
    main()
