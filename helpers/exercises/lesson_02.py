"""What lesson 02 asks: how far an accuracy can be trusted, what learned, and probabilities and loss by hand."""

import math

import numpy as np

from ..history import History
from .answers import Hint, as_array, as_number, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "02.1",
    "The train loss falls from epoch to epoch, the valid loss rises. What is going on?",
    (
        "the learning rate is too small",
        "Then both would fall, slowly. Here the model does learn, but something that helps on train alone.",
    ),
    (
        "the model is beginning to know the training pictures by heart",
        "This is overfitting: like the memoriser of lesson 01. Fewer epochs or more pictures help.",
        True,
    ),
    (
        "the learning rate is too large",
        "Then the train loss would rise or jump as well. It falls, so the steps do what they should.",
    ),
)

quiz_question(
    "02.2",
    "Model A is right for 291 of 300 pictures (interval 94.4 to 98.4 %), model B for 297 of the same 300 "
    "(97.1 to 99.7 %). Is B better?",
    (
        "yes: its 99 % lies outside A's interval",
        "The interval says what A may score on other pictures. It does not compare two models on the same ones.",
    ),
    (
        "no: the two intervals overlap",
        "That settles nothing: both were asked about the same pictures. What counts is where only one is right.",
    ),
    (
        "the totals cannot say, but the answers picture by picture can",
        "Only B right for 6 pictures, only A for none: p = 0.03. If it is 7 to 1: p = 0.07. compare(A, B) counts.",
        True,
    ),
)

quiz_question(
    "02.3",
    "During learn.fit(0.01, 2), as in this lesson: which numbers changed?",
    (
        "those of the head",
        "One number in ten. The body was frozen, and that is why its activations could be kept.",
        True,
    ),
    ("those of the body and the head", "That is what unfreeze() would allow. Lesson 09 does it, with smaller rates."),
    (
        "those of the last block of the body and the head",
        "The summary says no for every layer of the body, the last block too. Only the head learned.",
    ),
)

prediction("02.1", "what accuracy after two epochs, in percent?", within=5, unit="%")
prediction("02.2", "what accuracy on a body of random numbers, in percent?", within=8, unit="%")
prediction("02.3", "how many times as long does an epoch take without kept activations?", within_factor=2, unit="times")


@exercise("02.1", needs="a whole number")
def steps_in_an_epoch(answer: object) -> str:
    """How many steps has an epoch of 23,000 pictures in batches of 64?"""
    steps = as_number(answer)
    if steps == 23_000 * 64:
        raise Hint("You multiplied. How many batches of 64 do 23,000 pictures fill?")
    if steps == 2 * 360:
        raise Hint("That is for two epochs. The question is about one.")
    if steps == 359:
        raise Hint("Some pictures are left over, and they are a batch too, a smaller one.")
    if 359 < steps < 360:
        raise Hint("There is no part of a step. What is left over makes a smaller batch: round up.")
    if steps != 360:
        raise Hint("Divide the number of pictures by the size of a batch.")
    return "359 full batches and one of 24. The course of 2018 shows the same 360 on its progress bar."


@exercise("02.2", needs="a function that takes an array of scores", lines=3)
def softmax(answer: object) -> str:
    """A function: scores (n,) → probabilities (n,)."""
    for scores in (np.array([2.0, 0.0]), np.array([-1.0, 3.0, 0.5, 2.0]), np.array([1000.0, 0.0])):
        exponentials = np.exp(scores - scores.max())
        right = exponentials / exponentials.sum()
        with np.errstate(all="ignore"):  # overflow is a mistake with a hint of its own
            given = as_array(call(answer, scores))
        if given.shape != scores.shape:
            raise Hint(f"Given {len(scores)} scores, it gives the shape {given.shape}; one number for each is needed.")
        if np.isnan(given).any():
            raise Hint("For [1000, 0] it gives nan: e to the 1000 is too large. Subtract scores.max() from all first.")
        if (given > 0).all() and not np.isclose(given.sum(), 1):
            raise Hint("All are positive, but their sum is not 1. Divide by the sum.")
        if np.allclose(given, scores / scores.sum()) and not np.allclose(given, right):
            raise Hint("You divided the scores themselves. Take np.exp of them first: a score may be negative.")
        if not np.allclose(given, right, atol=1e-6):
            raise Hint(
                f"Given {scores.tolist()}, it gives {given.round(3).tolist()}; {right.round(3).tolist()} is needed."
            )
    return "Exponentials, divided by their sum. The largest score was subtracted first, so nothing overflows."


@exercise("02.3", needs="a number")
def loss_of_a_picture(answer: object) -> str:
    """What is the loss of a picture whose right class gets the probability 0.25?"""
    loss = as_number(answer)
    if math.isclose(loss, math.log(0.25), abs_tol=0.01):
        raise Hint("The sign: minus the logarithm. A loss is never below 0.")
    if math.isclose(loss, math.log(2), abs_tol=0.01):
        raise Hint("That is the loss for 0.5, which the first class got. This picture is of the third.")
    if math.isclose(loss, -math.log10(0.25), abs_tol=0.01) or math.isclose(loss, 2, abs_tol=0.01):
        raise Hint("Another logarithm. The natural one is meant: np.log, or math.log.")
    if math.isclose(loss, 0.75, abs_tol=0.01):
        raise Hint("That is how much is missing from 1. The loss is minus the logarithm of the probability.")
    if not math.isclose(loss, math.log(4), abs_tol=0.01):
        raise Hint("Minus the natural logarithm of what the model gave to the third class.")
    return "-log(0.25) = 1.386. What the two wrong classes got makes no difference to it."


@exercise("02.4", needs="a function that takes a list of pairs", lines=3)
def accuracy_over_batches(answer: object) -> str:
    """A function: [(right, total), ...] → the share of right ones over all pictures."""
    for batches in ([(60, 64), (16, 16)], [(64, 64), (32, 64), (1, 10)], [(0, 3)]):
        right = sum(good for good, _ in batches) / sum(total for _, total in batches)
        means = float(np.mean([good / total for good, total in batches]))
        given = as_number(call(answer, batches))
        if math.isclose(given, 100 * right, abs_tol=1e-6) and right:
            raise Hint("That is the percent. The share is a number from 0 to 1.")
        if math.isclose(given, means, abs_tol=1e-9) and not math.isclose(means, right):
            raise Hint("That is the mean of the batches' means. A small batch counts too much: sum first, then divide.")
        if math.isclose(given, sum(good for good, _ in batches)) and right:
            raise Hint("That is how many were right. Divide by how many there were.")
        if not math.isclose(given, right, abs_tol=1e-9):
            raise Hint(f"Given {batches}, it gives {given:.4g}; {right:.4g} is needed.")
    return "All that were right, divided by all there were: every picture counts once."


@exercise("02.5", needs="a function that takes a picture", lines=2)
def standardise(answer: object) -> str:
    """A function: uint8 (height, width, 3) → the same shape, each channel with mean 0 and standard deviation 1."""
    picture = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    picture[..., 1] //= 2
    right = (picture - picture.mean(axis=(0, 1))) / picture.std(axis=(0, 1))
    given = as_array(call(answer, picture))
    if given.shape != picture.shape:
        raise Hint(f"Given the shape {picture.shape}, it gives {given.shape}. The shape should stay.")
    if np.allclose(given, (picture - picture.mean()) / picture.std()):
        raise Hint("One mean for all three channels. With axis=(0, 1) each channel gets its own.")
    if np.allclose(given, picture - picture.mean(axis=(0, 1))):
        raise Hint("The means are 0. Now divide by the standard deviations.")
    if np.allclose(given, right * picture.std(axis=(0, 1)) / picture.var(axis=(0, 1))):
        raise Hint("You divided by the variance. The standard deviation is .std().")
    spread = float(picture.max()) - float(picture.min())
    if np.allclose(given, (picture.astype(float) - picture.min()) / spread):
        raise Hint("That is the other way, squeezing between 0 and 1. Subtract the mean, divide by the deviation.")
    if not np.allclose(given, right, atol=1e-3):
        means, deviations = given.mean(axis=(0, 1)).round(2).tolist(), given.std(axis=(0, 1)).round(2).tolist()
        raise Hint(f"The channels have means {means} and deviations {deviations}; 0 and 1 are needed.")
    return "Subtract each channel's mean, divide by its deviation. NumPy lines the last axis up by itself."


@exercise("02.6", needs="a function that takes two arrays and a number", lines=4)
def confusion(answer: object) -> str:
    """A function: (labels, predicted, classes) → counts (classes, classes), rows the labels."""
    labels, predicted = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2]), np.array([0, 1, 1, 1, 1, 0, 2, 2, 1])
    right = np.array([[1, 2, 0], [0, 2, 0], [1, 1, 2]])
    given = as_array(call(answer, labels, predicted, 3))
    if given.shape != right.shape:
        raise Hint(f"For three classes it gives the shape {given.shape}; (3, 3) is needed.")
    if np.array_equal(given, right.T):
        raise Hint("Rows and columns are swapped: rows are the labels, columns what was predicted.")
    if np.array_equal(given, right > 0):
        raise Hint("Each place is set, and not counted. += 1 adds up; with whole arrays of places use np.add.at.")
    if np.allclose(given, right / right.sum(axis=1, keepdims=True)):
        raise Hint("Those are shares of each row. Counts are asked for.")
    if not np.array_equal(given, right):
        raise Hint(f"For labels {labels.tolist()} and predicted {predicted.tolist()}, {right.tolist()} is needed.")
    more = as_array(call(answer, labels, predicted, 4))
    if more.shape != (4, 4):
        raise Hint(f"For four classes it gives the shape {more.shape}: a class without pictures has a row, too.")
    return "Start from zeros, and add one at [label, predicted] for every picture."


@exercise("02.7", needs="what fit gave back: my_history = my_learn.fit(0.01, 3)")
def own_training(answer: object) -> str:
    """The history of three epochs that reach 80 % or more."""
    if not isinstance(answer, History):
        raise Hint(f"Your answer is {kind_of(answer)}. Give what fit gave back: my_history = my_learn.fit(0.01, 3).")
    if answer.interrupted:
        raise Hint("This run was interrupted. Run the cell again, and let it end.")
    if len(answer) != 3:
        raise Hint(f"It holds {len(answer)} epochs. The second argument of fit says how many: fit(0.01, 3).")
    accuracy, low = answer[-1].accuracy, answer[-1].accuracy_low
    if accuracy < 0.8:
        raise Hint(
            f"{100 * accuracy:.1f} % is low. A rate of 0.01 and pretrained weights reach more on these pictures."
        )
    return f"{100 * accuracy:.1f} %, and the interval begins at {100 * low:.1f} %. Three lines, by heart."
