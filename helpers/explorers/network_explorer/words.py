"""The arithmetic of an activation as sentences and as HTML tables."""

import base64
import html

import numpy as np

from ...lessons.inside import Patches
from .drawing import TILE, encoded
from .state import SHOWN, NetworkState

CELL = (
    "padding: 1px 2px; min-width: 26px; text-align: right; border: 1px solid #999; color: black; "
    "font-variant-numeric: tabular-nums"
)
CAPTION = "text-align: left; padding: 2px; color: inherit; white-space: nowrap"
ROW = "display: flex; flex-wrap: wrap; gap: 14px; margin-bottom: 8px"
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
    return ", ".join(f"{state.classes[index]} {probabilities[index]:.1%}".replace("%", " %") for index in most)


def steps(state: NetworkState) -> str:
    """Describe the arithmetic step by step, and what the network computed."""
    parts = [f"{name}: {value:.4f}" for name, value in state.number.steps]
    text = "; ".join(parts).replace("-", "−").replace("batch−norm", "batch-norm")
    network = f"{state.number.network:.4f}".replace("-", "−")
    return f"{text[0].upper()}{text[1:]}. The network computed {network}."


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
    group = state.channel * one.layer.convolution.groups // one.layer.convolution.out_channels * len(one.kernel)
    return [
        (name_of_input(state, group + index), one.patch[index], one.kernel[index], one.products[index])
        for index in one.largest(SHOWN).tolist()
    ]


def tables(state: NetworkState) -> str:
    """Return patch × kernel = products as HTML; backgrounds of their own, so any theme can show them."""
    rows = []
    for name, patch, kernel, products in grids(state):
        parts = [
            _table(patch, name),
            _table(kernel, "× kernel"),
            _table(products, f"= products, sum {in_decimals(products.sum())}"),
        ]
        rows.append(f'<div style="{ROW}">{"".join(parts)}</div>')
    return f'<div style="line-height: 1.35">{"".join(rows)}</div>'


def patches_in_html(patches: Patches) -> str:
    """Return the patches with the largest activations of a channel as HTML, each with its activation and class."""
    if not len(patches):
        return "<i>no training picture excites it</i>"
    figures = []
    for path, image, value, label in zip(patches.paths, patches.images, patches.values, patches.labels, strict=True):
        data = base64.b64encode(encoded(image)).decode()
        alt = html.escape(f"patch of {path.name}", quote=True)
        figures.append(
            f'<div style="line-height: 1.3">{value:.1f} {html.escape(label)}<br><img alt="{alt}" '
            f'src="data:image/png;base64,{data}" style="width: {TILE}px; height: {TILE}px; image-rendering: pixelated">'
            "</div>"
        )
    return f'<div style="display: flex; flex-wrap: wrap; gap: 4px">{"".join(figures)}</div>'


def in_decimals(value: float, digits: int = 3) -> str:
    """Format a number with a few decimals, and a true minus sign.

    >>> in_decimals(0), in_decimals(-0.0412), in_decimals(12.345), in_decimals(0.0412, 2)
    ('0', '−0.041', '12.35', '0.04')
    """
    if value == 0:
        return "0"
    return f"{value:.{digits if abs(value) < 1 else min(digits, 2)}f}".replace("-", "−")


def _table(values: np.ndarray, caption: str) -> str:
    largest = max(float(np.abs(values).max()), 1e-12)
    rows = "".join(f"<tr>{''.join(_cell(value, value / largest) for value in row)}</tr>" for row in values)
    size = 11 if len(values) < 6 else 10
    return (
        f'<table style="border-collapse: collapse; font-size: {size}px">'
        f'<caption style="{CAPTION}">{html.escape(caption)}</caption>{rows}</table>'
    )


def _cell(value: float, share_of_largest: float) -> str:
    """Return a table cell, bluer the further its value is above 0, redder the further below."""
    pale = round(255 * (1 - 0.45 * min(abs(share_of_largest), 1)))
    shade = f"rgb({pale}, {pale}, 255)" if share_of_largest > 0 else f"rgb(255, {pale}, {pale})"
    return f'<td style="{CELL}; background: {shade}">{in_decimals(value)}</td>'
