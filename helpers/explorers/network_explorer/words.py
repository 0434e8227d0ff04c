"""The arithmetic of an activation as sentences, as numbers, and as code."""

import numpy as np

from .state import SHOWN, NetworkState

COLOURS = ("red", "green", "blue")


def headline(state: NetworkState) -> str:
    """Describe which activation it is, and its receptive field."""
    channels, rows, columns = state.maps.shape
    top, left, bottom, right = state.seen
    return (
        f"Layer {state.layer} ({state.number.layer.what}): {channels:,} channels of {rows} × {columns}. "
        f"The number in channel {state.channel}, row {state.row}, column {state.column} sees rows {top} to "
        f"{bottom - 1} and columns {left} to {right - 1} of the picture."
    )


def prediction_in_words(state: NetworkState) -> str:
    """Describe the model's prediction, and what it is with all channels on."""
    off, whole = state.found.off, _probabilities(state, state.whole)
    if not off:
        return f"The model says: {whole}."
    few = " and ".join(f"layer {layer} channel {channel}" for layer, channel in off)
    named = few if len(off) < 4 else f"{len(off)} channels"
    return f"Without {named} the model says: {_probabilities(state, state.found.probabilities)}. With all: {whole}."


def _probabilities(state: NetworkState, probabilities: np.ndarray) -> str:
    """Name the three most probable classes, in the order of the whole model's."""
    most = np.argsort(-state.whole, kind="stable")[:3]
    digits = 3 if probabilities.max() > 0.999 else 1  # or what a channel changes would not be seen
    return ", ".join(f"{state.classes[index]} {100 * probabilities[index]:.{digits}f} %" for index in most)


def steps(state: NetworkState) -> str:
    """Describe the arithmetic step by step, and what the network computed."""
    parts = [f"{name}: {value:.4f}" for name, value in state.number.steps]
    text = "; ".join(parts).replace("-", "−").replace("batch−norm", "batch-norm")
    network = f"{state.number.network:.4f}".replace("-", "−")
    return f"{text[0].upper()}{text[1:]}. The network computed {network}."


def named_steps(state: NetworkState) -> list[tuple[str, str]]:
    """Return the steps of the arithmetic, each with its value as it is written; first what the shown inputs give."""
    one = state.number
    sums, largest = one.products.sum(axis=(1, 2)), one.largest(SHOWN)
    rest = len(sums) - len(largest)
    shown = [(f"the {len(largest)} inputs shown", in_decimals(sums[largest].sum())),
             (f"the other {rest:,}", in_decimals(sums.sum() - sums[largest].sum()))] if rest else []  # fmt: skip
    return [*shown, *((name, f"{value:.3f}".replace("-", "−")) for name, value in one.steps)]


def share(state: NetworkState) -> str:
    """Describe how much of the sum is written out: all of it in the first layer, only a part in deeper ones."""
    sums, largest = state.number.products.sum(axis=(1, 2)), state.number.largest(SHOWN)
    parts = " + ".join(in_decimals(value) for value in sums[largest])
    if len(largest) == len(sums):
        return f"All products: {parts} = {in_decimals(sums.sum())}."
    rest = sums.sum() - sums[largest].sum()
    return (
        f"Only a part is shown: the {len(largest)} input channels, of {len(sums):,}, whose products sum to most: "
        f"{parts}. The other {len(sums) - len(largest):,} give {in_decimals(rest)}. Together {in_decimals(sums.sum())}."
    )


def name_of_input(state: NetworkState, channel: int) -> str:
    """Return the name of an input channel of the layer."""
    return COLOURS[channel] if state.number.layer.source == _first(state) else f"input channel {channel}"


def _first(state: NetworkState) -> str:
    """Return the name of the normalised picture among the network's values."""
    return next(iter(state.found.values))


def grids(state: NetworkState) -> list[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """Return, for each input channel that is shown: its name, the patch, the kernel, the products."""
    one = state.number
    return [
        (name_of_input(state, state.first_given + index), one.patch[index], one.kernel[index], one.products[index])
        for index in one.largest(SHOWN).tolist()
    ]


def text_form(state: NetworkState) -> str:
    """Return the explorer as text, with the line to type where its controls are not drawn."""
    call = code_of(state, with_search=False).splitlines()
    return "\n".join(
        [
            "Network explorer. Its controls are drawn when this cell is run in JupyterLab. To do the same in a cell:",
            f"  {call[0]}",
            f"  {call[1]}  # layer, channel, row, column",
            headline(state),
            steps(state),
            prediction_in_words(state),
        ]
    )


def code_of(state: NetworkState, picture: str = "picture", *, with_search: bool = True) -> str:
    """Return the code that draws a state; picture: how the picture is called in it."""
    values = f"{state.layer}, {state.channel}, {state.row}, {state.column}"
    values += ", search=search" if with_search and state.search is not None else ""
    values += f", off={list(state.found.off)}" if state.found.off else ""
    return (
        f"from helpers.explorers.network_explorer import plot_network\naxes = plot_network(learn, {picture}, {values})"
    )


def in_decimals(value: float, digits: int = 3) -> str:
    """Format a number with a few decimals, and a true minus sign.

    >>> in_decimals(0), in_decimals(-0.0412), in_decimals(12.345), in_decimals(0.0412, 2)
    ('0', '−0.041', '12.35', '0.04')
    """
    if value == 0:
        return "0"
    digits = digits if abs(value) < 1 else min(digits, 2)
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
