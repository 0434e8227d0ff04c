"""A server on localhost that gives a file as servers do, and misbehaves as servers do."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Given:
    """What is given at a path, and how.

    breaks_after: bytes after which each answer breaks off. lies: the answer to a Range begins elsewhere.
    """

    content: bytes = b""
    status: int = 0
    kind: str = "application/octet-stream"
    location: str = ""
    breaks_after: int | None = None
    takes_ranges: bool = True
    lies: bool = False
    tells_length: bool = True
    tag: str | None = None
    asked: list[str] = field(default_factory=list)  # the Range of each request, or ""


@dataclass
class Server:
    """What is given where; `address` of a path is what a client asks for."""

    base: str
    given: dict[str, Given] = field(default_factory=dict)

    def give(self, path: str, content: bytes = b"", **how: object) -> str:
        """Give something at a path; return its address."""
        self.given[path] = Given(content, **how)  # type: ignore[arg-type]
        return f"{self.base}/{path}"


@contextmanager
def serving() -> Iterator[Server]:
    """Serve on a free port, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = server.given.get(self.path.lstrip("/"))
            if given is None:
                self.send_error(404)
                return
            asked = self.headers.get("Range", "")
            given.asked.append(asked)
            tag = given.tag if given.tag is not None else f'"{hashlib.md5(given.content).hexdigest()}"'
            start = int(asked[6:].partition("-")[0]) if asked and given.takes_ranges else 0
            if start and self.headers.get("If-Range") not in (None, tag):
                start = 0
            if start >= len(given.content) > 0:
                self.send_error(416)
                return
            rest = given.content[start + 7 if start and given.lies else start :]
            self.send_response(given.status or (206 if start else 200))
            self.send_header("Content-Type", given.kind)
            if given.location:
                self.send_header("Location", given.location)
            if start:
                first = start + 7 if given.lies else start
                self.send_header("Content-Range", f"bytes {first}-{len(given.content) - 1}/{len(given.content)}")
            if tag:
                self.send_header("ETag", tag)
            if given.tells_length:
                self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            with suppress(OSError):  # the client has gone
                self.wfile.write(rest if given.breaks_after is None else rest[: given.breaks_after])

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
