"""Safetensors files made by hand, so that their headers can say anything."""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NUMBERS_OF = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "U8": 1, "BOOL": 1, "F8_E4M3": 1}


@dataclass
class TensorFile:
    """A header, name → dtype, shape and place, and the bytes of all tensors."""

    header: dict[str, Any]
    data: bytes

    @classmethod
    def read(cls, content: bytes) -> "TensorFile":
        """Take a whole file apart."""
        (length,) = struct.unpack("<Q", content[:8])
        return cls(json.loads(content[8 : 8 + length]), content[8 + length :])

    def packed(self, length: int | None = None) -> bytes:
        """Return the file, with another length of the header than the true one where it is given."""
        header = json.dumps(self.header).encode()
        return struct.pack("<Q", len(header) if length is None else length) + header + self.data

    def bytes_of(self, name: str) -> bytes:
        """Return the bytes of one tensor."""
        start, end = self.header[name]["data_offsets"]
        return self.data[start:end]

    def put(self, name: str, content: bytes, **changes: Any) -> None:
        """Give a tensor other bytes, and another dtype or shape; all others stay as they are."""
        tensors = {key: self.bytes_of(key) for key in self.header if key != "__metadata__"} | {name: content}
        self.header[name] = {"dtype": "U8", "shape": [len(content)], **self.header.get(name, {}), **changes}
        whole, place = [], 0
        for key, part in tensors.items():
            self.header[key]["data_offsets"] = [place, place + len(part)]
            place += len(part)
            whole.append(part)
        self.data = b"".join(whole)


def first_of(file: TensorFile, ending: str) -> str:
    """Return the name of the first tensor that ends so."""
    return next(name for name in sorted(file.header) if name.endswith(ending))


def filled(value: float, ending: str = "weight") -> Callable[[TensorFile], None]:
    """Return a change that fills a tensor of float32 with one number."""

    def change(file: TensorFile) -> None:
        name = first_of(file, ending)
        file.put(name, struct.pack("<f", value) * (len(file.bytes_of(name)) // 4))

    return change


def typed(dtype: str) -> Callable[[TensorFile], None]:
    """Return a change that gives a tensor another dtype and as many zeros."""

    def change(file: TensorFile) -> None:
        name = first_of(file, "weight")
        count = len(file.bytes_of(name)) // 4
        file.put(name, bytes(count * NUMBERS_OF[dtype]), dtype=dtype)

    return change


def shaped(shape: list[int]) -> Callable[[TensorFile], None]:
    """Return a change that says another shape, with as many bytes as it needs where those are few."""

    def change(file: TensorFile) -> None:
        count = 1
        for side in shape:
            count *= side
        file.put(first_of(file, "weight"), bytes(4 * count if count < 10**6 else 4), shape=shape)

    return change


def _misplaced(file: TensorFile) -> None:
    file.header[first_of(file, "weight")]["data_offsets"] = [-4, 2**62]


def _overlapping(file: TensorFile) -> None:
    names = [name for name in file.header if name != "__metadata__"][:2]
    file.header[names[0]]["data_offsets"] = file.header[names[1]]["data_offsets"]


def _without_one(file: TensorFile) -> None:
    del file.header[first_of(file, "weight")]


def _many_more(file: TensorFile) -> None:
    file.header |= {f"more{n}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(100_000)}


TENSORS: dict[str, Callable[[TensorFile], None]] = {
    "a weight of NaN": filled(float("nan")),
    "a weight of inf": filled(float("inf")),
    "a weight of 3e38": filled(3e38),
    "a bias of NaN": filled(float("nan"), "bias"),
    "a weight of 0": filled(0),
    **{f"a weight of {dtype}": typed(dtype) for dtype in NUMBERS_OF if dtype != "F32"},
    **{f"a weight of shape {shape}": shaped(shape) for shape in ([], [0], [1], [3, 3], [2**40], [2**62, 4])},
    "a weight at a place before the file": _misplaced,
    "two weights at one place": _overlapping,
    "a weight less": _without_one,
    "100,000 empty tensors more": _many_more,
    "a tensor more": lambda file: file.put("more", b"more"),
    "a tensor with a strange name": lambda file: file.put("a\nb\x1b[2J\u202e", b"more"),
    "a tensor with a name of a million characters": lambda file: file.put("a" * 10**6, b"more"),
}


def lengths(content: bytes) -> dict[str, Callable[[], bytes]]:
    """Return files whose header is not what its length says, or is no header."""
    whole = TensorFile.read(content)
    deep = b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    return {
        "a header longer than the file": lambda: whole.packed(len(content) * 2),
        "a header of 2⁶³ bytes": lambda: whole.packed(2**63),
        "a header of 2⁶⁴ − 1 bytes": lambda: whole.packed(2**64 - 1),
        "a header of 0 bytes": lambda: whole.packed(0),
        "a header cut off": lambda: whole.packed(100),
        "a header of 99 MB of blanks": lambda: struct.pack("<Q", 99 * 10**6) + b"{}" + b" " * (99 * 10**6 - 2),
        "a header of deep lists": lambda: struct.pack("<Q", len(deep)) + deep,
        "a header that is no text": lambda: struct.pack("<Q", 8) + b"\xff" * 8,
        "an empty header": lambda: struct.pack("<Q", 2) + b"{}",
        "an empty file": lambda: b"",
        "three bytes": lambda: b"abc",
        "zeros": lambda: bytes(100),
    }


def write(path: Path, content: bytes) -> Path:
    """Write a file, and return its path."""
    path.write_bytes(content)
    return path
