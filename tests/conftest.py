"""What all tests share: the sample, the real photographs where there are some, and a cache folder of their own.

A test that needs what this machine lacks is skipped, and the reason names what is missing.
"""

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

ROOT = Path(__file__).resolve().parent.parent
BROWSER = ROOT / "tests" / "browser"
# Dealt out first where several processes share the tests, so that no long file is left for the end: then one process
# would work on it alone. The lessons in the browser take longest of all.
LONGEST_FIRST = [
    BROWSER / "test_lessons.py",
    BROWSER,
    ROOT / "tests" / "test_wheel.py",
    ROOT / "notebooks",
    ROOT / "tests" / "test_sample.py",
    ROOT / "tests" / "test_backbone_training.py",
]

# Not through the environment variable: the lessons' kernels would inherit it, and draw nothing.
mpl.use("Agg")


def pytest_configure(config: pytest.Config) -> None:
    """Quiet what `helpers` quiets by itself: pytest sets the filters of warnings back for each test."""
    for quiet in ("The image decoding and encoding:DeprecationWarning", "Corrupt EXIF data:UserWarning"):
        config.addinivalue_line("filterwarnings", f"ignore:{quiet}")
    if hasattr(config.option, "loadscopereorder"):  # pytest-xdist would deal out the files with the most tests first
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, and leave the order within a file as it is."""

    def rank(item: pytest.Item) -> int:
        ranks = (number for number, place in enumerate(LONGEST_FIRST) if item.path.is_relative_to(place))
        return next(ranks, len(LONGEST_FIRST))

    items.sort(key=rank)


@pytest.fixture(autouse=True)
def own_cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a test caches out of the reader's own cache folder. Matplotlib keeps its list of fonts."""
    monkeypatch.setenv("MPLCONFIGDIR", mpl.get_cachedir())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True)
def figures_closed() -> Iterator[None]:
    """Close the figures that a test leaves open."""
    yield
    plt.close("all")


@pytest.fixture
def never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test if a figure is shown: drawings return their axes, and the notebook shows them."""
    monkeypatch.setattr(plt, "show", lambda *_, **__: pytest.fail("it was shown"))
    monkeypatch.setattr(mpl.figure.Figure, "show", lambda *_, **__: pytest.fail("it was shown"))


@pytest.fixture(autouse=True)
def autocast_ended() -> Iterator[None]:
    """End what an interrupted test left of autocast: within it, later trainings would go on with their first weights.

    An interrupt in the very moment in which a `with torch.autocast(...)` ends keeps it from being ended.
    """
    yield
    if "torch" in sys.modules:
        import torch

        torch.autocast_increment_nesting()
        while torch.autocast_decrement_nesting() > 0:
            pass
        torch.clear_autocast_cache()
        torch.set_autocast_enabled("cpu", False)


@pytest.fixture(scope="session")
def sample() -> Path:
    """Return the folder of the drawn sample, with train, valid and test1."""
    return ROOT / "data" / "sample"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Return a folder of small pictures made for this test alone: 20 to train on, 12 to validate, two classes."""
    # Imported here, because a test runs this file alone.
    from tests.pictures import make_pictures

    return make_pictures(tmp_path / "pictures")


@pytest.fixture(scope="session")
def photographs() -> Path:
    """Return the folder of the real photographs, with train and valid: WHOLE_GAME_PHOTOS names it."""
    return _folder_from("WHOLE_GAME_PHOTOS", "valid", "the real photographs, a folder with train and valid")


@pytest.fixture(scope="session")
def mobilenet_weights() -> Path:
    """Return mobilenet_v2's ImageNet weights: WHOLE_GAME_WEIGHTS names their folder."""
    name = "mobilenet_v2-imagenet.pth"
    return _folder_from("WHOLE_GAME_WEIGHTS", name, f"a folder that holds {name}") / name


@pytest.fixture(scope="session")
def other_photographs() -> Path:
    """Return the folder of photographs of other things than cats and dogs: WHOLE_GAME_OTHERS names it."""
    name = "imagenette-160.zip"
    return _folder_from("WHOLE_GAME_OTHERS", name, f"a folder that holds {name}")


@pytest.fixture(scope="session")
def gpu() -> str:
    """Return the name of the GPU's device."""
    import torch

    if not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    return "cuda"


def _folder_from(variable: str, must_hold: str, what: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"needs {variable}: {what}")
    if not (Path(value) / must_hold).exists():
        pytest.fail(f"{variable} is set to {value}, where there is no {must_hold}; it must name {what}")
    return Path(value)


def _insisted_on(report: pytest.TestReport | pytest.CollectReport, path: Path) -> None:
    """Turn the skip of a browser test into a failure where WHOLE_GAME_BROWSER is "required"."""
    if report.skipped and os.environ.get("WHOLE_GAME_BROWSER") == "required" and path.is_relative_to(BROWSER):
        report.outcome = "failed"
        report.longrepr = f"WHOLE_GAME_BROWSER is required, and this browser test was skipped: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Insist on browser tests, so that a green run means that they ran."""
    report = yield
    _insisted_on(report, item.path)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Insist on files of browser tests that would skip themselves whole."""
    report = yield
    _insisted_on(report, collector.path)
    return report
