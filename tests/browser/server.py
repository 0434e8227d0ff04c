"""A real JupyterLab on a free port, with settings of its own, on notebooks that never ran."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
PLANTED, EMPTY = "planted.ipynb", "empty.ipynb"
# Seconds that the page or the kernel may take for anything, however busy the machine is. What goes wrong waits so long.
WITHIN = 120

# Without a window of drawn cells, every output is in the page at once, and can be counted.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


@contextmanager
def jupyterlab(folder: Path, application: str = "jupyterlab") -> Iterator[str]:
    """Run JupyterLab, or "notebook", on copies of the lessons in `folder`; give its address, token included."""
    lessons = folder / "lessons"
    lessons.mkdir(parents=True)
    for lesson in LESSONS:
        copy_without_outputs(lesson, lessons / lesson.name)
    nbformat.write(planted(), lessons / PLANTED)
    nbformat.write(notebook_of([""]), lessons / EMPTY)
    places = {name: folder / name for name in ("config", "data", "runtime", "settings", "workspaces", "ipython")}
    for name, values in SETTINGS.items():
        file = places["settings"] / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    token = secrets.token_hex(16)
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(places["config"]),
        "JUPYTER_DATA_DIR": str(places["data"]),
        "JUPYTER_RUNTIME_DIR": str(places["runtime"]),
        "JUPYTERLAB_SETTINGS_DIR": str(places["settings"]),
        "JUPYTERLAB_WORKSPACES_DIR": str(places["workspaces"]),
        "IPYTHONDIR": str(places["ipython"]),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    environment.pop("MPLBACKEND", None)
    command = [sys.executable, "-m", application, "--no-browser", "--allow-root", "--port=0", "--ip=127.0.0.1"]
    exposed = "LabApp" if application == "jupyterlab" else "JupyterNotebookApp"
    command += [f"--IdentityProvider.token={token}", f"--{exposed}.expose_app_in_browser=True"]
    command += [f"--notebook-dir={lessons}"]
    log = (folder / "server.log").open("w")
    server = subprocess.Popen(command, cwd=lessons, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        page = "lab" if application == "jupyterlab" else "tree"
        yield f"{address_of(server, places['runtime'], folder / 'server.log')}{page}?token={token}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def address_of(server: subprocess.Popen, runtime: Path, log: Path) -> str:
    """Wait until the server has written down its address and answers there."""
    until = time.monotonic() + WITHIN
    while time.monotonic() < until and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                facts = json.loads(file.read_text())
                with socket.create_connection(("127.0.0.1", facts["port"]), timeout=5):
                    return facts["url"]
            except (json.JSONDecodeError, ConnectionError):
                pass  # half-written, or written before the server listens: look again
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def copy_without_outputs(lesson: Path, target: Path) -> None:
    """Copy a lesson as one that never ran, so that no stored output can pass for a new one."""
    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, target)


def browser_path() -> str | None:
    """Return where Chromium lies on this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def planted() -> nbformat.NotebookNode:
    """Return a notebook with the faults that the tests must find."""
    made = notebook_of(
        [
            "# %matplotlib inline".removeprefix("# "),
            "1 / 0",
            "import warnings\nwarnings.warn('an old habit')",
            "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        ]
    )
    made.cells[1].metadata["tags"] = ["raises-exception"]  # lets Run All go on
    return made


def notebook_of(sources: list[str]) -> nbformat.NotebookNode:
    """Return a notebook of code cells."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
