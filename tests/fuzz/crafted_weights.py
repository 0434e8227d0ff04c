"""What torch.save writes, and what it never would: code, bombs, and tables that are no weights."""

import io
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import torch

FIRST = "conv1.weight"  # of the body

State = dict[Any, Any]


class Runs:
    """An object whose pickle, when it is loaded, calls a function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


def saved(value: Any, *, legacy: bool = False) -> bytes:
    """Return what torch.save writes."""
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=not legacy)
    return file.getvalue()


def deflated(content: bytes) -> bytes:
    """Return a zip file with its members compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return file.getvalue()


def bomb() -> bytes:
    """Return a zip file with a member that grows to 2 GB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        new.writestr("archive/data.pkl", pickle.dumps({}))
        with new.open("archive/data/0", "w", force_zip64=True) as member:
            for _ in range(2048):
                member.write(bytes(2**20))
        new.writestr("archive/version", "3\n")
    return file.getvalue()


def growing() -> bytes:
    """Return a zip file whose pickle alone grows to 2 GB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        with new.open("archive/data.pkl", "w", force_zip64=True) as member:
            for _ in range(2048):
                member.write(b"0" * 2**20)
        new.writestr("archive/version", "3\n")
    return file.getvalue()


def tar() -> bytes:
    """Return a tar file such as the first versions of PyTorch wrote, with a pickle in it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as new:
        for name in ("sys_info", "pickle", "storages", "tensors"):
            content = pickle.dumps({"protocol_version": 1000, "little_endian": True} if name == "sys_info" else {})
            facts = tarfile.TarInfo(name)
            facts.size = len(content)
            new.addfile(facts, io.BytesIO(content))
    return file.getvalue()


def deep() -> bytes:
    """Return a pickle of lists in lists, a million deep."""
    return b"\x80\x02" + b"]" * 10**6 + b"a" * (10**6 - 1) + b"."


def with_first(make: Callable[[torch.Tensor], Any]) -> Callable[[State], Any]:
    """Return a change that replaces the first weight."""
    return lambda state: state | {FIRST: make(state[FIRST])}


def nested(state: State) -> State:
    """Return tables in tables."""
    for _ in range(150):
        state = {"state_dict": state}
    return state


def some_nan(weight: torch.Tensor) -> torch.Tensor:
    """Return a weight with one number that is none."""
    weight = weight.clone()
    weight.view(-1)[5] = float("nan")
    return weight


# What torch.save can write, and what is no weights, or not these.
STATES: dict[str, Callable[[State], Any]] = {
    "whole": lambda state: state,
    "a weight of NaN": with_first(some_nan),
    "a weight of inf": with_first(lambda weight: weight / 0),
    "a sparse weight": with_first(lambda weight: weight.to_sparse()),
    "a sparse weight in rows": with_first(lambda weight: weight.view(64, -1).to_sparse_csr()),
    "a quantised weight": with_first(lambda weight: torch.quantize_per_tensor(weight, 0.1, 0, torch.qint8)),
    "a weight without numbers": with_first(lambda weight: weight.to("meta")),
    "weights without numbers": lambda state: {key: value.to("meta") for key, value in state.items()},
    "a huge weight without numbers": with_first(lambda weight: torch.empty(2**50, device="meta")),
    "a weight to be learned": with_first(lambda weight: weight.clone().requires_grad_()),
    "a parameter": with_first(lambda weight: torch.nn.Parameter(weight)),
    "a weight with an operation": with_first(lambda weight: weight.clone().requires_grad_().detach()),
    "an expanded weight": with_first(lambda weight: torch.zeros(1).expand(weight.shape)),
    "a giant expanded weight": with_first(lambda weight: torch.zeros(1).expand(2**20, 2**20)),
    "giant expanded weights": lambda state: state | {f"x{n}": torch.zeros(1).expand(2**31) for n in range(50)},
    "a giant counter": lambda state: state | {"bn1.num_batches_tracked": torch.zeros(1).long().expand(2**34)},
    "a weight of complex numbers": with_first(lambda weight: weight.to(torch.complex64)),
    "a weight of fractions in 16 bits": with_first(lambda weight: weight.half()),
    "a weight of fractions in 8 bits": with_first(lambda weight: weight.to(torch.float8_e4m3fn)),
    "a weight of whole numbers": with_first(lambda weight: weight.long()),
    "a weight of yes and no": with_first(lambda weight: weight > 0),
    "a weight of 64 bits too large for 32": with_first(lambda weight: weight.double() * 1e300),
    "a transposed weight": with_first(lambda weight: weight.transpose(0, 1)),
    "a weight in another order": with_first(lambda weight: weight.to(memory_format=torch.channels_last)),
    "a negative view": with_first(lambda weight: torch._neg_view(weight)),
    "a weight of no dimensions": with_first(lambda weight: weight.sum()),
    "an empty weight": with_first(lambda weight: weight[:0]),
    "a list": with_first(lambda weight: weight[0, 0].tolist()),
    "a text": with_first(lambda weight: "weight"),
    "None": with_first(lambda weight: None),
    "a negative variance": lambda state: state | {"bn1.running_var": -state["bn1.running_var"]},
    "a weight less": lambda state: {key: value for key, value in state.items() if key != FIRST},
    "tables in tables": nested,
    "a table in the table": lambda state: state | {"more": {"a": torch.zeros(1)}},
    "keys that are numbers": lambda state: dict(enumerate(state.values())),
    "a key that is a number": lambda state: state | {7: torch.zeros(1)},
    "a key that is None": lambda state: state | {None: torch.zeros(1)},
    "a key that is a pair": lambda state: state | {("a", 1): torch.zeros(1)},
    "a key that is a tensor": lambda state: state | {torch.zeros(1): torch.zeros(1)},
    "a key with controls": lambda state: state | {"a\x1b[2J\n\u202e": torch.zeros(1)},
    "a key of a million characters": lambda state: state | {"a" * 10**6: torch.zeros(1)},
    "a million keys": lambda state: state | dict.fromkeys(map(str, range(10**6)), torch.zeros(1)),
    "a list of tensors": lambda state: list(state.values()),
    "a tensor": lambda state: torch.zeros(3),
    "a number": lambda state: 7,
    "an empty table": lambda state: {},
    "a whole network": lambda state: torch.nn.Linear(2, 2),
    "a prefix before each key": lambda state: {f"module.{key}": value for key, value in state.items()},
}
