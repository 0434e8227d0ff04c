"""What lesson 08 asks: the arithmetic of a layer, how far a number sees, and where a model found its reasons."""

import numpy as np

from .answers import Hint, as_array, as_number, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "08.1",
    "After the batch-norm of a layer a number is −3.2, and then comes ReLU. What does the next layer receive?",
    ("−3.2", "That is the input of ReLU. Its output is never below 0."),
    ("0: the filter does not respond here", "How far below 0 the number was is lost.", True),
    ("3.2", "ReLU does not remove the sign. It replaces negative numbers by 0."),
)

quiz_question(
    "08.2",
    "A number of layer 9 has a receptive field of 195 pixels, and the picture has 128. What is true?",
    (
        "it depends on every pixel alike",
        "The field says what it can see. The middle of a field counts more than its edge.",
    ),
    (
        "it can see the whole picture, and depends mostly on a part of it",
        "So in a map of 4 × 4 the places still differ, though all of them can see everything.",
        True,
    ),
    ("the arithmetic must be wrong", "A field may reach over the edge. There are zeros, the padding."),
)

quiz_question(
    "08.3",
    "The nine best patches of a filter all show eyes. What do you know?",
    (
        "among these pictures, its largest numbers are at eyes",
        "And no more. It may respond to other round dark things that these pictures do not have.",
        True,
    ),
    ("it is the network's eye detector", "There may be others, and this one may do more than that."),
    (
        "somebody trained this filter to find eyes",
        "No label says eye. The filter came out of training on whole pictures.",
    ),
)

prediction("08.1", "how many products make one number of layer 9?", within_factor=1.01, unit="products")
prediction("08.2", "how many of the numbers of layer 9 are 0, in percent?", within=10, unit="%")
prediction("08.3", "how many pixels wide is the receptive field in layer 5?", within_factor=1.3, unit="pixels")
prediction(
    "08.4",
    "of 300 answers, how many change when the map's top quarter is covered?",
    within=30,
    unit="answers",
    between=(0, 300),
)


@exercise("08.1", needs="a whole number")
def products_of_a_number(answer: object) -> str:
    """How many products make one number of a layer with kernels 3 × 3, 256 channels in, 512 out?"""
    products = as_number(answer)
    if products == 9:
        raise Hint("That is one input channel. The kernel covers all of them, and has weights for each.")
    if products == 9 * 512:
        raise Hint("You took the output channels. One number is made from the input channels.")
    if products == 9 * 256 * 512:
        raise Hint("That is how many weights the layer has, for all its 512 kernels. One number needs one kernel.")
    if products == 3 * 256:
        raise Hint("The kernel is 3 high and 3 wide: 3 · 3 places.")
    if products != 9 * 256:
        raise Hint("The kernel has a weight for each place, 3 · 3, in each input channel.")
    return "3 · 3 · 256. The number of output channels only says how many such numbers there are."


@exercise("08.2", needs="a function that takes an array and four numbers", lines=2)
def batch_norm(answer: object) -> str:
    """A function: (x, mean, variance, weight, shift) → an array of the shape of x."""
    for shape, mean, variance, weight, shift in (((4,), 2.0, 4.0, 3.0, 1.0), ((2, 3), -1.0, 0.25, 0.5, -2.0)):
        x = np.random.default_rng(len(shape)).normal(mean, 2, shape)
        right = (x - mean) / np.sqrt(variance + 1e-5) * weight + shift
        given = as_array(call(answer, x, mean, variance, weight, shift))
        if given.shape != x.shape:
            raise Hint(f"Given the shape {x.shape}, it gives {given.shape}. Each number stays in its place.")
        for wrong, hint in (
            ((x - mean) / (variance + 1e-5) * weight + shift, "You divided by the variance. Take its root first."),
            ((x - mean) / np.sqrt(variance + 1e-5), "Mean 0 and deviation 1. Now multiply by weight and add shift."),
            ((x - mean) / np.sqrt(variance + 1e-5) * weight, "The shift is still missing: add it at the end."),
            (((x - mean) / np.sqrt(variance + 1e-5) + shift) * weight, "Multiply by weight first, then add the shift."),
            (x / np.sqrt(variance + 1e-5) * weight + shift, "The mean was not subtracted."),
            ((x - x.mean()) / np.sqrt(x.var() + 1e-5) * weight + shift,
             "You took mean and variance of x itself. The layer has kept those of the training: they are given."),
        ):  # fmt: skip
            if np.allclose(given, wrong, atol=1e-6) and not np.allclose(wrong, right, atol=1e-3):
                raise Hint(hint)
        if not np.allclose(given, right, atol=1e-3):
            raise Hint(
                f"Given {x.ravel()[0]:.3f} first, it gives {given.ravel()[0]:.4g}; {right.ravel()[0]:.4g} is needed."
            )
    return "Subtract the mean, divide by the deviation, times weight, plus shift. What a network does to every channel."


@exercise("08.3", needs="a function that takes a list of pairs", lines=4)
def receptive_field(answer: object) -> str:
    """A function: [(kernel size, stride), ...] → pixels."""
    cases = ([(3, 1)], [(3, 1), (3, 1)], [(7, 2), (3, 2), (3, 1)], [(5, 3), (1, 1), (2, 2), (3, 1)])
    for layers in cases:
        field, summed, late, step, after = 1, 1, 1, 1, 1
        for k, s in layers:
            field, summed = field + (k - 1) * step, summed + k - 1
            after *= s
            late += (k - 1) * after
            step *= s
        given = as_number(call(answer, layers))
        if given == field:
            continue
        if given == summed:
            raise Hint("Strides are forgotten. After a stride of 2, the fields lie two pixels apart, not one.")
        if given == late:
            raise Hint("A layer's own stride counts only for the layers after it: make the field larger first.")
        if given == step:
            raise Hint("That is the step. The size is asked for.")
        if given == field - 1:
            raise Hint("One too few. Without any layer, a pixel sees itself: begin with 1.")
        if given == sum(k for k, _ in layers):
            raise Hint("You added up the kernels. Neighbouring fields overlap: a kernel of k adds (k − 1) steps.")
        raise Hint(f"Given {layers}, it gives {given:g}; {field} is needed.")
    return "Each kernel adds (k − 1) steps, each stride multiplies the step. Deep layers take large steps."


@exercise("08.4", needs="a function that takes an array", lines=2)
def strongest(answer: object) -> str:
    """A function: maps (channels, height, width) → (channel, row, column)."""
    for shape, place in (((4, 5, 6), (2, 1, 4)), ((3, 7, 2), (0, 6, 1)), ((6, 2, 9), (5, 0, 0))):
        maps = np.random.default_rng(1).uniform(-3, 0.9, shape)
        maps[place] = 1.0
        given = call(answer, maps)
        if isinstance(given, (int, np.integer)) and int(given) == maps.argmax():
            raise Hint("argmax counts all numbers in a row. np.unravel_index(place, maps.shape) gives three numbers.")
        if not isinstance(given, (tuple, list, np.ndarray)):
            raise Hint(f"It gives {kind_of(given)}. Three numbers are asked for: channel, row, column.")
        found = tuple(as_array(given).ravel().tolist())
        if len(found) != 3:
            raise Hint(f"It gives {len(found)} numbers. Three are asked for: channel, row, column.")
        if found == tuple(int(at) for at in np.unravel_index(maps.argmin(), shape)):
            raise Hint("That is the smallest number, which is also farthest from 0. The largest is asked for.")
        if found == place[::-1]:
            raise Hint("The right place in the wrong order: channel, row, column.")
        if found != place:
            raise Hint(f"In maps of shape {shape} it gives {found}; the largest number is at {place}.")
    return "argmax counts through all numbers, unravel_index turns the count into a place."


@exercise("08.5", needs="a function that takes two arrays", lines=2)
def class_map(answer: object) -> str:
    """A function: maps (channels, height, width), weights (channels,) → (height, width), never below 0."""
    for channels, height, width in ((3, 4, 4), (5, 3, 6)):
        maps = np.random.default_rng(channels).uniform(0, 2, (channels, height, width))
        weights = np.array([1.0, -1.2, 0.4, -0.6, 0.5])[:channels]
        signed = np.tensordot(weights, maps, axes=1)
        given = as_array(call(answer, maps, weights))
        if given.shape == maps.shape:
            raise Hint("The maps are weighted. Now add them up: sum over axis 0.")
        if given.shape != (height, width):
            raise Hint(f"Given maps of shape {maps.shape}, it gives {given.shape}; {(height, width)} is needed.")
        if np.allclose(given, signed):
            raise Hint("The weighted sum is right. Now make what is negative 0.")
        if np.allclose(given, np.abs(signed)):
            raise Hint("What speaks against the class became something that speaks for it. Negative becomes 0.")
        if np.allclose(given, np.tensordot(np.maximum(weights, 0), maps, axes=1)):
            raise Hint("You cut off the negative weights. Add up first: a map may speak against the class.")
        if np.allclose(given, np.maximum(maps.sum(axis=0), 0)):
            raise Hint("The weights are not used. Multiply each map by its own: weights[:, None, None] lines them up.")
        if np.allclose(given, np.maximum(signed / channels, 0)):
            raise Hint("That is the mean over the channels. The sum is asked for.")
        if not np.allclose(given, np.maximum(signed, 0)):
            needed = np.maximum(signed, 0)[0].round(2).tolist()
            raise Hint(f"The first row is {given[0].round(2).tolist()}; {needed} is needed.")
    return "Weighted, summed, cut off at 0. The 512 weights are what the gradient is needed for."


@exercise("08.6", needs="a function that takes a function, a picture and a number", lines=6)
def occlusion(answer: object) -> str:
    """A function: (score, picture uint8 (height, width, 3), size) → how far the score falls, one number a tile."""
    picture = np.random.default_rng(5).integers(140, 256, (12, 16, 3), dtype=np.uint8)
    picture[4:8, 8:12] = 255
    size, kept = 4, picture.copy()
    seen: list[np.ndarray] = []

    def score(view: np.ndarray) -> float:
        pixels = np.asarray(view)
        if pixels.shape != kept.shape:
            raise ValueError(f"score got a picture of shape {pixels.shape}, not {kept.shape}")
        seen.append(pixels.copy())
        return float(pixels[..., 0].astype(float).mean() - 0.5 * pixels[:4].astype(float).mean())

    right, tiles = np.zeros((3, 4)), [(row, column) for row in range(3) for column in range(4)]
    for row, column in tiles:
        view = kept.copy()
        view[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = 128
        right[row, column] = score(kept) - score(view)
    seen.clear()
    given = as_array(
        call(lambda picture, size: answer(score, picture, size) if callable(answer) else answer, picture, size)
    )
    if given.shape == right.T.shape and np.allclose(given, right.T):
        raise Hint("Rows and columns are swapped: the first tile of a row of tiles is at column 0.")
    if given.shape == (12,) and np.allclose(given.reshape(3, 4), right):
        raise Hint("The numbers are right, in one row. Give them back as (3, 4): a row for each row of tiles.")
    if given.shape != right.shape:
        raise Hint(f"For 12 × 16 pixels and tiles of 4 it gives the shape {given.shape}; {right.shape} is needed.")
    if any((view == 128).all(axis=2).sum() > size * size for view in seen):
        raise Hint("Earlier tiles stay covered. Take a fresh picture.copy() for each tile.")
    if np.allclose(given, -right):
        raise Hint("The sign: how much it falls is the score before, minus the score with the tile covered.")
    if np.allclose(given, score(kept) - right):
        raise Hint("That is the score with the tile covered. By how much it falls is asked for.")
    if not np.allclose(given, right, atol=1e-6):
        raise Hint(
            f"The first row is {given[0].round(2).tolist()}; {right[0].round(2).tolist()} is needed. Grey is 128."
        )
    return "Cover, ask, subtract. It needs no gradient and no look inside, only patience: one question for each tile."
