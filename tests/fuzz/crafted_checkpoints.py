"""What a checkpoint may hold instead of the state of a run: each entry of `CRAFTED` changes a whole one."""

from collections.abc import Callable
from typing import Any

import torch

State = dict[str, Any]


def setting(key: str, value: Any) -> Callable[[State], State]:
    """Return a change of one entry."""
    return lambda state: state | {key: value}


def without(key: str) -> Callable[[State], State]:
    """Return a change that takes an entry away."""
    return lambda state: {name: value for name, value in state.items() if name != key}


def fact(key: str, value: Any) -> Callable[[State], State]:
    """Return a change of one of the facts that tell the run from others."""
    return lambda state: state | {"facts": state["facts"] | {key: value}}


def weight(make: Callable[[torch.Tensor], Any], part: str = "head.2.weight") -> Callable[[State], State]:
    """Return a change of one weight of the model."""
    return lambda state: state | {"model": {**state["model"], part: make(state["model"][part])}}


def momentum(make: Callable[[torch.Tensor], Any]) -> Callable[[State], State]:
    """Return a change of all momenta."""

    def change(state: State) -> State:
        kept = {
            number: {name: make(value) for name, value in values.items()} for number, values in state["momenta"].items()
        }
        return state | {"momenta": kept}

    return change


def numbered(make: Callable[[Any], Any]) -> Callable[[State], State]:
    """Return a change of the numbers that momenta go by."""
    return lambda state: state | {"momenta": {make(number): kept for number, kept in state["momenta"].items()}}


def row(*values: Any) -> Callable[[State], State]:
    """Return a change of the rows."""
    return setting("rows", [values])


NAN, HUGE = float("nan"), 10**30
KEYS = ("format", "facts", "done", "epochs", "seed", "epochs_before", "model", "momenta", "rates", "losses", "rows")
ODD = {"−1": -1, "10³⁰": HUGE, "a text": "\x1b[2J\n", "None": None, "NaN": NAN, "a list": [[]], "true": True}
ODD |= {"a long text": "long " * 10**6, "a tensor": torch.zeros(3), "a table": {"a": 1}, "0": 0}

CRAFTED: dict[str, Callable[[State], Any]] = {
    "whole": lambda state: state,
    **{f"no {key}": without(key) for key in KEYS},
    **{f"{key}: {what}": setting(key, value) for key in KEYS for what, value in ODD.items()},
    **{f"the fact {key}: {what}": fact(key, ODD[what]) for key in ("lr", "n", "classes") for what in ODD},
    "more done than there are": setting("done", 99),
    "all done": lambda state: state | {"done": state["epochs"]},
    "all done, and more rows": lambda state: state | {"done": 99, "rows": state["rows"] * 99},
    "no row": setting("rows", []),
    "a short row": row(1, 0.5),
    "a long row": row(*range(20)),
    "a row of texts": row(*["\x1b[2J"] * 7),
    "a row of NaN": row(1, *[NAN] * 6),
    "a row of infinities": row(*[float("inf")] * 7),
    "a row of None": row(*[None] * 7),
    "a row of huge numbers": row(HUGE, *[1e300] * 6),
    "a row of tensors": row(*[torch.zeros(3)] * 7),
    "a row of negative numbers": row(*[-1] * 7),
    "a million rows": lambda state: state | {"rows": state["rows"] * 10**6},
    "two million losses": setting("losses", [0.5] * 2_000_000),
    "losses of NaN": lambda state: state | {"losses": [NAN] * len(state["losses"])},
    "losses of texts": lambda state: state | {"losses": ["a"] * len(state["losses"])},
    "rates of texts": lambda state: state | {"rates": ["a"] * len(state["rates"])},
    "rates of one number": lambda state: state | {"rates": [0.1] * len(state["rates"])},
    "more rates than losses": lambda state: state | {"rates": state["rates"] * 9},
    "a weight of NaN": weight(lambda value: value * NAN),
    "a weight of inf": weight(lambda value: value / 0),
    "a weight of 1e38": weight(lambda value: value * 0 + 1e38),
    "a weight of the body of NaN": weight(lambda value: value * NAN, "body.0.weight"),
    "another weight of the body": weight(lambda value: value + 1, "body.0.weight"),
    "a bias of NaN": weight(lambda value: value * NAN, "head.6.bias"),
    "a negative variance": weight(lambda value: value * 0 - 1, "head.0.running_var"),
    "a std of 0": weight(lambda value: value * 0, "normalise.std"),
    "a weight of another shape": weight(lambda value: value[:1]),
    "a weight of no dimensions": weight(lambda value: value.sum()),
    "a weight of 64 bits": weight(lambda value: value.double()),
    "a weight of whole numbers": weight(lambda value: value.long()),
    "a weight of complex numbers": weight(lambda value: value.to(torch.complex64)),
    "a sparse weight": weight(lambda value: value.to_sparse()),
    "a quantised weight": weight(lambda value: torch.quantize_per_tensor(value, 0.1, 0, torch.qint8)),
    "a weight without numbers": weight(lambda value: value.to("meta")),
    "a giant expanded weight": weight(lambda value: torch.zeros(1).expand(2**20, 2**20)),
    "an expanded weight": weight(lambda value: torch.zeros(1).expand(value.shape)),
    "a weight that is a list": weight(lambda value: value.tolist()),
    "a weight that is a text": weight(lambda value: "weight"),
    "a weight less": lambda state: state | {"model": dict(list(state["model"].items())[:-1])},
    "a weight more": lambda state: state | {"model": {**state["model"], "more": torch.zeros(1)}},
    "the last weights of another shape": weight(lambda value: value[:1], "head.6.weight"),
    "momentum of NaN": momentum(lambda value: value * NAN),
    "momentum of another shape": momentum(lambda value: value[:1]),
    "momentum of no dimensions": momentum(lambda value: value.sum()),
    "momentum that is a text": momentum(lambda value: "momentum"),
    "momentum that is a number": momentum(lambda value: 0.5),
    "momentum of whole numbers": momentum(lambda value: value.long()),
    "giant expanded momentum": momentum(lambda value: torch.zeros(1).expand(2**20, 2**20)),
    "momentum 1e38": momentum(lambda value: value * 0 + 1e38),
    "momentum of 64 bits": momentum(lambda value: value.double()),
    "sparse momentum": momentum(lambda value: value.to_sparse()),
    "momentum without numbers": momentum(lambda value: value.to("meta")),
    "no momenta": setting("momenta", {}),
    "momenta of other weights": numbered(lambda number: number + 99),
    "momenta of negative numbers": numbered(lambda number: -1 - number),
    "momenta by texts": numbered(str),
    "momenta by NaN": numbered(lambda number: NAN),
    "momenta of one weight": numbered(lambda number: 0),
    "momenta under another name": lambda state: state | {"momenta": {0: {"step": torch.zeros(1)}}},
    "the facts of another run": fact("lr", (0.5, 0.5, 0.5)),
    "the facts of other pictures": fact("learned_from", "0" * 64),
    "facts in a list": lambda state: state | {"facts": list(state["facts"].items())},
    "names alone for facts": lambda state: state | {"facts": list(state["facts"])},
    "a list": lambda state: list(state.values()),
    "a tensor": lambda state: torch.zeros(2),
    "deep lists": lambda state: state | {"rows": _deep()},
}


def _deep() -> list:
    inner: list = []
    for _ in range(150):
        inner = [inner]
    return inner
