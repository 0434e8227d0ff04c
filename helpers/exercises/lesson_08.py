"""What lesson 08 asks: the arithmetic of a layer, how far a number sees, and where a model found its reasons."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from ..datasets import get_data
from ..history import History
from ..lessons.inside import FeatureMaps, feature_maps
from .answers import Hint, as_array, as_number, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "08.1",
    "A number of layer 9 has a receptive field of 195 pixels, and the picture has 128. What is true?",
    ("it depends on every pixel alike", "The field says what it can see. Its middle counts more than its edge."),
    ("it can see the whole picture, and depends mostly on a part of it",
     "So in a map of 4 × 4 the places still differ, though all of them can see everything.", True),
    ("the arithmetic must be wrong", "A field may reach over the edge. There are zeros, the padding."),
)  # fmt: skip

quiz_question(
    "08.2",
    "The nine best patches of a filter all show eyes. What do you know?",
    ("among these pictures, its largest numbers are at eyes",
     "And no more. It may respond to other round dark things that these pictures do not have.", True),
    ("it is the network's eye detector", "There may be others, and this one may do more than that."),
    ("somebody trained this filter to find eyes",
     "No label says eye. The filter came out of training on whole pictures."),
)  # fmt: skip

prediction(
    "08.1", "how many products of its 3 × 3 kernel make one number of layer 9?", within_factor=1.01, unit="products"
)
prediction("08.2", "what percentage of the 512 maps of layer 9 is 0 everywhere?", within=10, unit="%")
prediction("08.3", "how many pixels wide is the receptive field in layer 5?", within_factor=1.3, unit="pixels")
asked = "of 300 answers, how many change when the map's top quarter is covered?"
prediction("08.4", asked, within=30, unit="answers", between=(0, 300))


@exercise("08.1", needs="a whole number")
def products_of_a_number(answer: object) -> str:
    """How many products make one number of a layer with kernels 3 × 3, 256 channels in, 512 out?"""
    products, slips = as_number(answer), {
        9: "That is one input channel. The kernel covers all of them, and has weights for each.",
        9 * 512: "You took the output channels. One number is made from the input channels.",
        9 * 256 * 512: "That is how many weights the layer has, for all its 512 kernels. One number needs one kernel.",
        3 * 256: "The kernel is 3 high and 3 wide: 3 · 3 places.",
        9 + 256: "You added 9 and 256. Each of the 256 input channels has 9 products of its own.",
        9 * (256 + 512): "The output channels are not summed: each has its own numbers, made with its own kernel.",
    }  # fmt: skip
    if products != 9 * 256:
        raise Hint(slips.get(int(products), "The kernel has a weight for each place, 3 · 3, in each input channel."))
    return "3 · 3 · 256. The number of output channels only says how many such numbers there are."


@exercise("08.2", needs="a function that takes an array and four numbers", lines=2)
def batch_norm(answer: object) -> str:
    """A function: (x, mean, variance, weight, shift) → an array of the shape of x."""
    for shape, mean, variance, weight, shift in (
        ((4,), 2.0, 4.0, 3.0, 1.0), ((2, 3), -1.0, 0.25, 0.5, -2.0), ((3, 2), 0.5, 1e-4, -2.0, 0.3),
    ):  # fmt: skip
        x = np.random.default_rng(len(shape)).normal(mean, 2 * np.sqrt(variance), shape)
        given = as_array(call(answer, x, mean, variance, weight, shift))
        if given.shape != x.shape:
            raise Hint(f"Given the shape {x.shape}, it gives {given.shape}. Each number stays in its place.")
        root = np.sqrt(variance + 1e-5)
        right = (x - mean) / root * weight + shift
        _judge(given, right, (
            ((x - mean) / (variance + 1e-5) * weight + shift, "You divided by the variance. Take its root first."),
            ((x - mean) / root, "Mean 0 and standard deviation 1. Now multiply by weight and add shift."),
            ((x - mean) / root * weight, "The shift is still missing: add it at the end."),
            (((x - mean) / root + shift) * weight, "Multiply by weight first, then add the shift."),
            (x / root * weight + shift, "The mean was not subtracted."),
            ((x - x.mean()) / np.sqrt(x.var() + 1e-5) * weight + shift,
             "You took mean and variance of x itself. The layer has kept those of the training: they are given."),
            ((x - mean) / np.sqrt(variance) * weight + shift,
             f"ε is missing: add 0.00001 to the variance. With a variance of {variance} it matters."),
            ((x - mean) / (np.sqrt(variance) + 1e-5) * weight + shift,
             f"ε is added to the root. Add it to the variance: with a variance of {variance} it matters."),
        ))  # fmt: skip
    return "Subtract the mean, divide by the deviation, times weight, plus shift. What a network does to every channel."


def _judge(given: np.ndarray, right: np.ndarray, slips: Iterable[tuple[Any, str]], atol: float = 1e-5) -> None:
    """Raise the hint of the slip that an array equals, to within what float32 loses; else say where it differs."""
    for wrong, hint in slips:
        if not np.allclose(wrong, right, 1e-4, atol) and np.allclose(given, wrong, 1e-4, atol):
            raise Hint(hint)
    if not np.allclose(given, right, 1e-4, atol):
        place = tuple(np.argwhere(~np.isclose(given, right, 1e-4, atol))[0].tolist())
        raise Hint(f"At index {list(place)} it gives {given[place]:.6g}; {right[place]:.6g} is needed.")


@exercise("08.3", needs="a function that takes a list of pairs", lines=4)
def receptive_field(answer: object) -> str:
    """A function: [(kernel size, stride), ...] → pixels."""
    first = [(5, 2), (3, 3), (4, 1), (2, 1)]
    for layers in (first, [(3, 1)], [(3, 1), (3, 1)], [(7, 2), (3, 2), (3, 1)], [(5, 3), (1, 1), (2, 2), (3, 1)]):
        field, given = _field(layers), as_number(call(answer, layers))
        for wrong, hint in (
            (_field(layers, strides=0), "Strides are forgotten: after a stride of 2, the fields lie 2 pixels apart."),
            (_field(layers, late=True), "A layer's own stride counts only for the layers after it: first the size."),
            (_field(layers, size=0), "One too few. Without any layer, a pixel sees itself: begin with 1."),
            (_field(layers, gaps=0), "You added k steps for a kernel of k. Its k fields lie k − 1 steps apart."),
            (_field(layers, strides=2), "Strides multiply: after strides of 2 and 3 the step is 6."),
            (np.prod([stride for _, stride in layers]), "That is the step. The size is asked for."),
            (sum(k for k, _ in layers), "You added up the kernels. The fields overlap: k adds (k − 1) steps."),
            (_field(layers[::-1]), "You began at the last layer. This rule begins at the first."),
            (_field(layers[:-1]), "The last layer is left out. How often does your loop run?"),
        ):
            if given == wrong != field:
                raise Hint(hint)
        if given != field:
            raise Hint(f"Given {layers}, it gives {given:g}; {field} is needed.")
    return "Each kernel adds (k − 1) steps, each stride multiplies the step. Deep layers take large steps."


def _field(layers: list, *, size: int = 1, gaps: int = 1, strides: int = 1, late: bool = False) -> int:
    """The receptive field of the last layer; strides: 0 forgotten, 1 multiplied, 2 added. The rest are slips, too."""
    step = 1
    for k, stride in layers:
        after = (step, step * stride, step + stride - 1)[strides]
        size, step = size + (k - gaps) * (after if late else step), after
    return size


@exercise("08.4", needs="a function that takes an array", lines=2)
def strongest(answer: object) -> str:
    """A function: maps (channels, height, width) → (channel, row, column)."""
    for shape, place, lower in (((4, 5, 6), (2, 1, 4), 0), ((3, 7, 2), (0, 6, 1), 0), ((6, 2, 9), (5, 0, 3), 5)):
        maps = np.random.default_rng(1).uniform(-3, 0.9, shape)
        maps[1], maps[place] = maps[1] / 3, 1.0  # the largest mean is elsewhere
        maps -= lower
        given = call(answer, maps)
        if isinstance(given, (int, np.integer)) and int(given) == maps.argmax():
            raise Hint("argmax counts all numbers in a row. np.unravel_index(index, maps.shape) gives three numbers.")
        if not isinstance(given, (tuple, list, np.ndarray)) and not hasattr(given, "detach"):
            raise Hint(f"It gives {kind_of(given)}. Three numbers are asked for: channel, row, column.")
        found = tuple(as_array(given).ravel().tolist())
        if len(found) != 3:
            raise Hint(f"It gives {len(found)} numbers. Three are asked for: channel, row, column.")
        if found == place:
            continue
        if found == tuple(int(at) for at in np.unravel_index(maps.argmin(), shape)):
            raise Hint("That is the smallest number, which is also farthest from 0. The largest is asked for.")
        if found == place[::-1]:
            raise Hint("The right place in the wrong order: channel, row, column.")
        if found[0] == maps.mean(axis=(1, 2)).argmax():
            raise Hint("You chose the channel by its mean. The channel with the largest single number is asked for.")
        more = " All numbers are below 0 here: do not begin with 0." if lower else ""
        raise Hint(f"In maps of shape {shape} it gives {found}; the largest number is at {place}.{more}")
    return "argmax counts through all numbers, unravel_index turns the count into a place."


@exercise("08.5", needs="a function that takes two arrays", lines=2)
def class_map(answer: object) -> str:
    """A function: maps (channels, height, width), weights (channels,) → (height, width), never below 0."""
    for channels, height, width in ((3, 4, 4), (5, 3, 6)):
        maps = np.random.default_rng(channels).uniform(0, 2, (channels, height, width))
        weights = np.array([1.0, -1.2, 0.4, -0.6, 0.5])[:channels]
        signed = np.tensordot(weights, maps, axes=1)
        right = np.maximum(signed, 0)
        given = as_array(call(answer, maps, weights))
        if given.shape == maps.shape:
            raise Hint("The maps are weighted. Now add them up: sum over axis 0.")
        if given.shape != (height, width):
            raise Hint(f"Given maps of shape {maps.shape}, it gives {given.shape}; {(height, width)} is needed.")
        _judge(given, right, (
            (signed, "The weighted sum is right. Now make what is negative 0."),
            (abs(signed), "What speaks against the class became something that speaks for it. Negative becomes 0."),
            (np.tensordot(np.maximum(weights, 0), maps, axes=1),
             "You cut off the negative weights. Add up first: a map may speak against the class."),
            (maps.sum(axis=0),
             "The weights are not used. Multiply each map by its own: weights[:, None, None] lines them up."),
            (right / channels, "That is the mean over the channels. The sum is asked for."),
            (right / right.max(), "You divided by the largest number. The sums themselves are asked for."),
            (np.maximum(-signed, 0), "That is what speaks against the class. Make the negative sums 0."),
        ))  # fmt: skip
    return "Weighted, summed, cut off at 0. The 512 weights are what the gradient is needed for."


@exercise("08.6", needs="a function that takes a function, a picture and a number", lines=6)
def occlusion(answer: object) -> str:
    """A function: (score, picture uint8 (height, width, 3), size) → how far the score falls, one number a tile."""
    picture = np.random.default_rng(5).integers(140, 256, (12, 16, 3), dtype=np.uint8)
    picture[4:8, 8:12] = 255
    seen: list[np.ndarray] = []
    given_picture = picture.copy()

    def score(view: np.ndarray) -> float:
        pixels = np.asarray(view)
        if pixels.shape != picture.shape:
            raise ValueError(f"score got a picture of shape {pixels.shape}, not {picture.shape}")
        seen.append(pixels.copy())
        return float(pixels[..., 0].astype(float).mean() - 0.5 * pixels[:4].astype(float).mean())

    def falls(grey: int) -> np.ndarray:
        found = np.zeros((3, 4))
        for row, column in np.ndindex(3, 4):
            view = picture.copy()
            view[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = grey
            found[row, column] = score(picture) - score(view)
        return found

    right, before, black = falls(128), score(picture), falls(0)
    seen.clear()
    asked = answer if not callable(answer) else lambda size: answer(score, given_picture, size)
    given = as_array(call(asked, 4))
    if given.shape == (4, 3):
        raise Hint("Rows and columns are swapped: 12 pixels of height make 3 rows of tiles, 16 of width 4 columns.")
    if given.shape == (12,) and np.allclose(given, right.ravel()):
        raise Hint("The numbers are right, in one row. Give them back as (3, 4): a row for each row of tiles.")
    if given.shape != right.shape:
        raise Hint(f"For 12 × 16 pixels and tiles of 4 it gives the shape {given.shape}; {right.shape} is needed.")
    if any(16 < (view == 128).all(axis=2).sum() < 176 for view in seen):
        raise Hint("Earlier tiles stay covered. Take a fresh picture.copy() for each tile.")
    _judge(given, right, (
        (-right, "The sign: how much it falls is the score before, minus the score with the tile covered."),
        (before - right, "That is the score with the tile covered. By how much it falls is asked for."),
        (black, "Your tiles are black, 0. Cover them in grey, 128."),
        (abs(right), "Some scores rise when a tile is covered. Their fall is below 0: leave the sign as it is."),
        (np.maximum(right, 0), "Some scores rise when a tile is covered. Their fall is below 0: do not make it 0."),
        (right / before, "You divided by the score before. The difference itself is asked for."),
    ))  # fmt: skip
    if not np.array_equal(given_picture, picture):
        raise Hint("The numbers are right, but the picture is left changed. Cover a copy: view = picture.copy()")
    return "Cover, ask, subtract. It needs no gradient and no look inside, only patience: one question for each tile."


ASKED = {
    "architecture": "resnet10", "size": 160, "lr": (0.02, 0.02, 0.02), "n": 3, "cycle_len": None, "seed": 3,
    "schedule": "constant", "precompute": True, "augmentation": None, "pictures": 1000, "pretrained": True,
    "epochs_before": 0,
}  # fmt: skip


@exercise("08.7", needs="(learn, history, values, window)", lines=15)
def finer_class_map(answer: Any) -> str:
    """A project: a learner, its history, Grad-CAM of layer 7 (10, 10), and what its largest number sees."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 4:
        raise Hint("Four things are needed, in brackets: (learn, history, values, window).")
    learn, history, values, window = answer
    if not isinstance(history, History) or history.settings is None:
        raise Hint(f"The second is {kind_of(history)}. Give what fit gave back: history = learn.fit(...)")
    for name, wanted in ASKED.items():
        if (got := getattr(history.settings, name)) != wanted:
            raise Hint(f"The run has {name} = {got!r}; {wanted!r} is asked for.")
    if not len(history) == learn.epochs_done == 3:
        raise Hint(f"The run has {len(history)} epochs, the learner {learn.epochs_done}. 3 in one run are asked for.")
    found = feature_maps(learn, sorted((get_data("sample") / "valid" / "dogs").iterdir())[-1])
    values, maps = as_array(values), found.maps(7)
    if values.shape == found.maps(9).shape[1:]:
        raise Hint("5 × 5 numbers: those are the maps of the last layer. Stop after model.body[:7].")
    if values.shape != maps.shape[1:]:
        raise Hint(f"The class map has the shape {values.shape}; layer 7 has maps of 10 × 10, so (10, 10) is needed.")
    cats, gradient, chance = (_gradient(learn, maps, one) for one in (0, 1, "probability"))
    signed = (gradient.mean(axis=(1, 2), keepdims=True) * maps).sum(axis=0)
    right = signed.clip(0)
    _judge(values, right, (
        (signed, "Evidence against the class is still in the map. Make negative sums 0."),
        (right / right.max(), "The map is divided by its largest number. Give the sums themselves."),
        (maps.sum(axis=0), "The maps are added up without weights. The mean of its gradients is a map's weight."),
        ((gradient * maps).sum(axis=0).clip(0), "Average the gradients of each map first: one weight for each map."),
        ((cats.mean(axis=(1, 2), keepdims=True) * maps).sum(axis=0).clip(0),
         'That is the map for "cats", the first score. "dogs" is asked for.'),
        ((chance.mean(axis=(1, 2), keepdims=True) * maps).sum(axis=0).clip(0),
         "That is the gradient of the probability, which hardly moves here. Take that of the score."),
    ), atol=0.005 * right.max())  # fmt: skip
    return _what_it_sees(found, right, as_array(window))


def _gradient(learn: Any, values: np.ndarray, score: int | str) -> np.ndarray:
    """The gradient of a class's score, or of the probability of the second class, by the maps of layer 7."""
    model = learn.model.eval()
    with torch.enable_grad():
        maps = torch.from_numpy(values)[None].to(next(model.parameters()).device).requires_grad_()
        scores = model.head(model.pool(model.body[7:](maps)))[0]
        (gradient,) = torch.autograd.grad(scores.softmax(0)[1] if isinstance(score, str) else scores[score], maps)
    return gradient[0].cpu().numpy()


def _what_it_sees(found: FeatureMaps, values: np.ndarray, window: np.ndarray) -> str:
    """The word on a right window: the rows and columns that the largest number of a class map of layer 7 sees."""
    row, column = (int(at) for at in np.unravel_index(values.argmax(), values.shape))
    field = found.layer(7).field
    top, left, bottom, right = seen = field.seen(row, column, 160)
    given = tuple(window.ravel().tolist())
    slips = {
        field.window(row, column): "The field reaches over the edge of the picture. Cut it off at 0 and at 160.",
        field.seen(column, row, 160): "Row and column are swapped. A class map has rows first.",
        (top, left, bottom - 1, right - 1): "bottom and right are the first that it does not see, as in a slice.",
        (top, bottom, left, right): "The right numbers in the wrong order: top, left, bottom, right.",
        found.layer(9).field.seen(row, column, 160): "That is a field of layer 9. The map is of layer 7.",
        (16 * row, 16 * column, 16 * row + 16, 16 * column + 16): "Those are steps of 16 pixels. A field is 99 wide.",
    }
    if given != seen:
        where = f"The largest number is in row {row}, column {column}. Which rows and columns does it see?"
        raise Hint(slips.get(given, where))
    return f"100 numbers in place of 25. The largest sees rows {top} to {bottom - 1}, columns {left} to {right - 1}."
