"""Weights from files: what fits is taken over exactly, anything else is refused in one sentence, and nothing runs."""

import os
import pickle
import resource
import tarfile
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from helpers.architectures import resnet10
from helpers.files import weights as reading
from helpers.files.weights import WeightsError, fitted, read_saved, read_weights, reason
from helpers.models import build


class Planted:
    """An object whose unpickling would leave a file behind."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple:
        return os.system, (f"touch {self.trace}",)


@pytest.mark.parametrize("how", ["torch.save", "pickle"])
def test_code_in_a_weights_file_is_refused_and_never_runs(tmp_path: Path, how: str) -> None:
    trace, path = tmp_path / "it_ran", tmp_path / "weights.pth"
    planted = {"conv1.weight": Planted(trace)}
    torch.save(planted, path) if how == "torch.save" else path.write_bytes(pickle.dumps(planted))
    with pytest.raises(WeightsError, match=r"weights\.pth cannot be read as weights") as caught:
        build("resnet10", 64, 2, path)
    assert not trace.exists()
    assert "\n" not in str(caught.value)
    assert "weights_only" not in str(caught.value)  # no reader is told how to run it after all
    torch.load(path, weights_only=False) if how == "torch.save" else pickle.loads(path.read_bytes())
    assert trace.exists()  # the plant itself works


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *[("empty.pth", b""), ("text.pth", b"hello"), ("empty.safetensors", b""), ("text.safetensors", b"hello")],
        *[("nested.pth", {"state_dict": {"a": torch.zeros(1)}}), ("list.pth", [torch.zeros(1)])],
        ("tensor.pth", torch.zeros(3)),
    ],
)
def test_a_file_that_holds_no_weights_is_refused_in_one_sentence(tmp_path: Path, name: str, content: object) -> None:
    path = tmp_path / name
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    with pytest.raises(WeightsError, match=rf"{name} cannot be read as weights .*we need a state dict") as caught:
        build("resnet10", 64, 2, path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_of_weights_is_named(tmp_path: Path) -> None:
    for name in ("nowhere.pth", "folder"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        with pytest.raises(WeightsError, match=rf"weights='.*{name}' was not found"):
            build("resnet10", 64, 2, tmp_path / name)


def a_tar(path: Path) -> None:
    with tarfile.open(path, "w") as tar:
        for name in ("storages", "tensors", "pickle"):
            tar.addfile(tarfile.TarInfo(name))


def packed(path: Path) -> None:
    """Write a file of a megabyte that would be a gigabyte of zeros."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.pth"
        torch.save({"conv1.weight": torch.zeros(2**18)}, whole)
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                content = source.read(entry)
                target.writestr(entry.filename, content * 1024 if entry.filename.endswith("data/0") else content)


def overlapping(path: Path) -> None:
    """Write a file whose directory lists one large piece many times."""
    torch.save({"conv1.weight": torch.zeros(10_000)}, path)
    with zipfile.ZipFile(path, "a") as archive:
        piece = archive.getinfo(next(name for name in archive.namelist() if name.endswith("data/0")))
        archive.filelist += [piece] * 100
        archive._didModify = True  # so that the directory is written anew


def kept(state: Any) -> Callable[[Path], None]:
    return lambda path: torch.save(state, path)


def with_stem(change: Callable[[torch.Tensor], Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch's, that sparse and quantised tensors are young
            state = resnet10().state_dict()
            torch.save({**state, "conv1.weight": change(state["conv1.weight"])}, path)

    return write


def short_of_bytes(path: Path) -> None:
    """Write a pickle that says of a number that four bytes follow, and ends after two."""
    path.write_bytes(b"\x80\x02J\x00\x00")


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a tar file": (a_tar, "cannot be read as weights"),
    "a number cut off": (short_of_bytes, "cannot be read as weights"),
    "a compressed file": (packed, "cannot be read as weights .ValueError: it is compressed"),
    "pieces that overlap": (overlapping, "cannot be read as weights .ValueError: it is compressed"),
    "a number": (kept({"conv1.weight": 3}), "it holds other things than named tensors"),
    "numbers as names": (kept({1: torch.zeros(2)}), "it holds other things than named tensors"),
    "sparse": (with_stem(lambda stem: stem.to_sparse()), "conv1.weight is not made of plain numbers"),
    "quantised": (
        with_stem(lambda stem: torch.quantize_per_tensor(stem, 0.1, 0, torch.qint8)),
        "conv1.weight is not made of plain numbers",
    ),
    "meta": (with_stem(lambda stem: stem.to("meta")), "conv1.weight is not made of plain numbers"),
    "complex": (with_stem(lambda stem: stem + 0j), "conv1.weight is not made of plain numbers"),
    "whole numbers": (with_stem(lambda stem: stem.int()), "conv1.weight is not made of plain numbers"),
    "NaN": (with_stem(lambda stem: stem * torch.nan), "conv1.weight holds values that are not finite"),
    "too large for float32": (with_stem(lambda stem: stem.double() + 1e300), "conv1.weight holds values that are not"),
    "a huge view of one number": (
        with_stem(lambda stem: torch.zeros(1).expand(2**40)),
        "conv1.weight has another shape",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_weights_are_refused_in_one_sentence_and_without_their_memory(tmp_path: Path, what: str) -> None:
    write, words = HOSTILE[what]
    path = tmp_path / "weights.pth"
    write(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(WeightsError, match=words) as caught:
        build("resnet10", 64, 2, path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) <= 400
    assert "weights_only" not in message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024


def test_weights_that_ask_for_gradients_are_weights_like_others(tmp_path: Path) -> None:
    state = resnet10().state_dict(keep_vars=True)
    assert state["conv1.weight"].requires_grad
    torch.save(state, tmp_path / "weights.pth")
    model = build("resnet10", 64, 2, tmp_path / "weights.pth")
    assert torch.equal(model.body[0].weight, state["conv1.weight"])
    assert all(weight.is_leaf for weight in model.parameters())


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"a": torch.zeros(100)}, tmp_path / "a.pth")
    save_file({"a": torch.zeros(100)}, tmp_path / "a.safetensors")
    monkeypatch.setattr(read_saved, "__defaults__", (100,))
    monkeypatch.setattr(reading.read_tensors, "__defaults__", (100,))
    for name in ("a.pth", "a.safetensors"):
        with pytest.raises(WeightsError, match="it has more than 0 MiB"):
            read_weights(tmp_path / name)


def test_the_old_format_of_torch_is_read_too(tmp_path: Path) -> None:
    state = {"a": torch.arange(3.0)}
    torch.save(state, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert torch.equal(read_weights(tmp_path / "old.pth")["a"], state["a"])


def test_what_fits_is_a_copy_in_the_types_of_the_model() -> None:
    found = {"a": torch.ones(2, dtype=torch.float64), "b": torch.tensor(3, dtype=torch.int32), "c": torch.zeros(1)}
    own = {"a": torch.zeros(2), "b": torch.tensor(0)}
    fits = fitted(found, own)
    assert [(name, value.dtype) for name, value in fits.items()] == [("a", torch.float32), ("b", torch.int64)]
    same = torch.ones(2)
    assert fitted({"a": same}, {"a": own["a"]})["a"].data_ptr() != same.data_ptr()


@pytest.mark.parametrize(
    "said",
    [
        "Weights only load failed. Set weights_only=False to run arbitrary code",
        "could not find MARK in the pickle",
    ],
)
def test_a_reason_never_tells_how_to_run_what_is_in_a_file(said: str) -> None:
    assert reason(RuntimeError(said)) == "it holds other things than weights, or is damaged; nothing in it was run"
    assert reason(RuntimeError("\x1b[2Jclears the screen\nand more")) == r"RuntimeError: \x1b[2Jclears the screen"
    assert len(reason(ValueError("x" * 1000))) <= 160
