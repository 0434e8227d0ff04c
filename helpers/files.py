"""Write a file whole or not at all, and know where work is kept."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_atomically(path: Path, write: Callable[[Path], object]) -> Path:
    """Let `write` fill a temporary file beside `path`, then rename it: `path` is never half-written.

    Two writers of one path do no harm: the later rename wins, and both files were whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        os.close(handle)
        write(temporary)
        temporary.chmod(0o644)  # mkstemp gives 0600; others on the machine may read what we keep
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def home_for(path: Path, name: str) -> Path:
    """Return the folder where work on the pictures in `path` is kept: `path/name`, or one in the user's cache folder.

    The second where that cannot be written to, or belongs to an installed package; in the folder for temporary files
    where the user has no home.
    """
    beside = path / name
    if os.access(beside if beside.exists() else path, os.W_OK) and "site-packages" not in path.parts:
        return beside
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:  # a user without a home
        base = Path(tempfile.gettempdir())
    whole = path.resolve()
    digits = hashlib.sha256(str(whole).encode()).hexdigest()[:8]  # other folders have the same name
    return base / "whole-game" / f"{whole.name}-{digits}" / name
