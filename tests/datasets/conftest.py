"""What the tests of data sets share."""

from collections.abc import Iterator

import pytest

from helpers.datasets import download
from tests.datasets.server import Server, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on localhost, and no pauses between attempts."""
    monkeypatch.setattr(download, "PAUSES", (0.0, 0.0, 0.0))
    with serving() as found:
        yield found
