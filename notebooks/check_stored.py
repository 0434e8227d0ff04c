"""Look over what a notebook stores: no widget state, no tracebacks, nothing that only one machine knows.

    python notebooks/check_stored.py notebooks/02_first_training.ipynb

It needs no package, so that it can run before every commit.
"""

import json
import re
import sys
from pathlib import Path

LARGEST = 1_000_000  # bytes
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ONE_MACHINE = re.compile(r"(?<![\w.:/])/(?:home|Users|root|tmp|work|content|private|var/folders)/|[A-Z]:\\\\?Users\b")


def faults(notebook: dict) -> list[str]:
    """Return one sentence for everything that a notebook should not store."""
    found = ["it stores widget state"] if "widgets" in notebook["metadata"] else []
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in cells if "".join(cell["source"]).strip()]
    if counts != list(range(1, len(counts) + 1)):
        found.append("its cells were not run once, in order, from the top")
    for number, cell in enumerate(cells, 1):
        found += [f"code cell {number} {fault}" for output in cell["outputs"] for fault in _output_faults(output)]
    return found


def _output_faults(output: dict) -> list[str]:
    found = []
    if output["output_type"] == "error":
        found.append("stores a traceback")
    if output.get("name") == "stderr":
        found.append("stores what was written to stderr")
    data = output.get("data", {})
    if WIDGET_VIEW in data:
        found.append("stores a view of a widget, which is dead without its state")
    texts = [output.get("text", ""), *(value for kind, value in data.items() if kind.startswith("text/"))]
    if any(ONE_MACHINE.search("".join(text)) for text in texts):
        found.append("stores a path of one machine")
    return found


def main(names: list[str]) -> int:
    """Print the faults of each notebook, and return 1 where there is one."""
    lines = []
    for path in map(Path, names):
        size = path.stat().st_size
        found = faults(json.loads(path.read_text("utf-8")))
        if size > LARGEST:
            found.append(f"it has {size:,} bytes, more than {LARGEST:,}: make its pictures smaller")
        lines += [f"{path}: {fault}" for fault in found]
    if lines:
        print(*lines, "Run: make notebooks", sep="\n")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
