"""What may stand in the place of kept activations and remembered digests."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

Tensors = dict[str, torch.Tensor]


def features(make: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Tensors], Tensors]:
    """Return a change of the features."""
    return lambda kept: kept | {"features": make(kept["features"]).contiguous()}


def indices(make: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Tensors], Tensors]:
    """Return a change of the indices."""
    return lambda kept: kept | {"indices": make(kept["indices"]).contiguous()}


def first(value: float) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return a change of a tensor's first number."""

    def change(tensor: torch.Tensor) -> torch.Tensor:
        tensor = tensor.clone()
        tensor.view(-1)[0] = value
        return tensor

    return change


def shifted(kept: Tensors) -> Tensors:
    """Return the rows under other pictures' numbers."""
    return kept | {"indices": kept["indices"].flip(0).contiguous()}


def fewer(kept: Tensors) -> Tensors:
    """Return an entry without its last two rows, as if two pictures had been unreadable."""
    return {key: value[:-2].contiguous() for key, value in kept.items()}


def doubled(kept: Tensors) -> Tensors:
    """Return an entry with all its rows twice."""
    return {key: torch.cat([value, value]) for key, value in kept.items()}


ENTRIES: dict[str, Callable[[Tensors], Tensors]] = {
    "whole": lambda kept: kept,
    "negative indices": indices(lambda value: value - len(value)),
    "an index of −1": indices(first(-1)),
    "an index too large": indices(first(10**6)),
    "the largest index": indices(first(2**62)),
    "an index twice": indices(first(1)),
    "indices of 32 bits": indices(lambda value: value.int()),
    "indices with fractions": indices(lambda value: value.double() + 0.5),
    "indices of yes and no": indices(lambda value: value > 0),
    "indices in a column": indices(lambda value: value[:, None]),
    "one index": indices(lambda value: value[:1]),
    "no indices": indices(lambda value: value[:0]),
    "indices of no dimensions": indices(lambda value: value[0].clone()),
    "rows exchanged": features(lambda value: value.flip(0)),
    "rows under other numbers": shifted,
    "two rows less": fewer,
    "a row less of the features": features(lambda value: value[:-1]),
    "all rows twice": doubled,
    "all in another order": lambda kept: {key: value.flip(0).contiguous() for key, value in kept.items()},
    "one number changed": features(first(0.123)),
    "a number of NaN": features(first(float("nan"))),
    "a number of inf": features(first(float("inf"))),
    "zeros": features(torch.zeros_like),
    "64 bits": features(lambda value: value.double()),
    "16 bits": features(lambda value: value.half()),
    "bfloat16": features(lambda value: value.bfloat16()),
    "whole numbers": features(lambda value: value.long()),
    "complex numbers": features(lambda value: value.to(torch.complex64)),
    "a column less": features(lambda value: value[:, :-1]),
    "no columns": features(lambda value: value[:, :0]),
    "one dimension": features(lambda value: value.reshape(-1)),
    "three dimensions": features(lambda value: value[:, :, None]),
    "no dimensions": features(lambda value: value.sum()),
    "no rows": lambda kept: {key: value[:0].contiguous() for key, value in kept.items()},
    "no features": lambda kept: {"indices": kept["indices"]},
    "other names": lambda kept: {f"{key}\n\x1b": value for key, value in kept.items()},
    "more tensors": lambda kept: kept | {"more": torch.zeros(3)},
}

# Of these no checksum would be right; all others come also with theirs, so that what looks behind it is tried too.
DAMAGED = ("rows exchanged", "rows under other numbers", "one number changed", "zeros", "all in another order")

# What may stand in the place of a kept file without being one.
PLACES: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a loop of links": lambda path: path.symlink_to(path),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
    "a pipe": os.mkfifo,
    "zeros without end": lambda path: path.symlink_to("/dev/zero"),
    "nothing": lambda path: None,
}


def digests(make: Callable[[list], Any]) -> Callable[[dict], Any]:
    """Return a change of each remembered digest."""
    return lambda memory: {path: make(known) for path, known in memory.items()}


MEMORIES: dict[str, Callable[[dict], Any]] = {
    "whole": lambda memory: memory,
    "other digests": digests(lambda known: [*known[:3], "0" * 64]),
    "digests exchanged": lambda memory: dict(zip(memory, list(memory.values())[::-1], strict=True)),
    "digests that are numbers": digests(lambda known: [*known[:3], 7]),
    "digests that are lists": digests(lambda known: [*known[:3], [known[3]]]),
    "digests with ends of lines": digests(lambda known: [*known[:3], "a\nb\x1b"]),
    "digests with half a character": digests(lambda known: [*known[:3], "\ud800"]),
    "digests of a million characters": digests(lambda known: [*known[:3], "a" * 10**6]),
    "other dates": digests(lambda known: [0, 0, 0, known[3]]),
    "dates of NaN": digests(lambda known: [float("nan")] * 3 + [known[3]]),
    "longer ones": digests(lambda known: [*known, 1]),
    "tables": digests(lambda known: {"a": 1}),
    "a list": list,
    "a number": lambda memory: 7,
    "a million more": lambda memory: memory | {str(number): [1, 2, 3, "a"] for number in range(10**6)},
}
TEXTS = {
    "no JSON": b"{'a': 1}",
    "nothing at all": b"",
    "no text": b"\xff\xfe\x00",
    "deep lists": b"[" * 200_000 + b"]" * 200_000,
    "deep tables": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "a number of a million digits": b'{"a": ' + b"1" * 10**6 + b"}",
    "a number too large": b'{"a": 1e999}',
}
