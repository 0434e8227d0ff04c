"""What is in each file of many, as a digest: known again without reading it as long as its date stays."""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .images import MAX_BYTES
from .keeping import open_regular, write_atomically

_DIGEST = re.compile("[0-9a-f]{64}")
_MOST = 512 * 2**20  # of the file that remembers: a million pictures take about 150 MB


def content_digests(paths: Sequence[Path], remembered: Path, *, verify: bool = False) -> list[str]:
    """Return the SHA-256 of each file's content, remembered in a JSON file by path, size, date and inode.

    A file whose size, date and inode are as remembered is not read again, unless `verify`. One that cannot be opened,
    or that no picture may be as long as, has the digest "": whoever reads the picture will name it. A memory that
    cannot be read or written does no harm.
    """
    try:
        with open_regular(remembered, _MOST) as file:
            memory = json.load(file)
    except (OSError, ValueError, RecursionError):
        memory = {}
    memory, changed, digests = memory if isinstance(memory, dict) else {}, False, []
    for path in paths:
        try:
            facts = path.stat()
            seen = [facts.st_size, facts.st_mtime_ns, facts.st_ino]
            *then, digest = known if isinstance(known := memory.get(str(path)), list) and known else [""]
            if verify or then != seen or not _DIGEST.fullmatch(str(digest)):
                with open_regular(path, MAX_BYTES) as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                memory[str(path)], changed = [*seen, digest], True
            digests.append(digest)
        except OSError:
            digests.append("")
    if changed:
        with suppress(OSError):  # all files are read again next time
            write_atomically(remembered, lambda temporary: temporary.write_text(json.dumps(memory)))
    return digests
