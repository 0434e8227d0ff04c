"""What lesson 02 asks: how far an accuracy can be trusted, what learned, and probabilities and loss by hand."""

import math
from pathlib import Path
from typing import Any

import numpy as np

from ..history import History
from ..predictor import load_model
from ..statistics import Predictions
from .answers import Hint, as_array, as_number, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "02.1",
    "The train loss falls from epoch to epoch, the valid loss rises. What is going on?",
    ("the steps are too small", "Then both would fall, slowly. Here it learns what helps on train alone."),
    ("it learns the training pictures by heart", "That is overfitting: fewer epochs or more pictures help.", True),
    ("the steps are too large", "Then the train loss would rise or jump, too. It falls, as it should."),
)
quiz_question(
    "02.2",
    "Model A is right for 291 of 300 pictures (94.4 to 98.4 %), model B for 297 of the same 300. Is B better?",
    ("yes: its 99 % lies outside A's interval", "The interval is about other pictures, and these are the same."),
    ("no: its interval, 97.1 to 99.7 %, overlaps A's", "Both saw the same pictures. Count where only one is right."),
    (
        "the totals cannot say, but the answers picture by picture can",
        "Only B right for 6 pictures, only A for none: p = 0.03. If it is 7 to 1: p = 0.07. compare(A, B) counts.",
        True,
    ),
)
quiz_question(
    "02.3",
    "During learn.fit(0.01, 2), as in this lesson: which numbers changed?",
    ("those of the head", "One number in ten. The body was frozen, so its activations could be kept.", True),
    ("those of the body and the head", "That is what unfreeze() would allow. Lesson 09 does it, with smaller rates."),
    ("those of the body's last block and the head", "The summary says no for every layer of the body."),
)

prediction("02.1", "what accuracy on the validation pictures, in percent?", within=5, unit="%")
prediction("02.2", "what accuracy on a body of random numbers, in percent?", within=8, unit="%")
prediction("02.3", "how many times as long does an epoch take without kept activations?", within_factor=2, unit="times")


def _know(given: Any, slips: list[tuple[Any, str]], tolerance: float = 1e-6) -> None:
    """Hint where an answer is what a known mistake gives."""
    for slip, words in slips:
        if np.allclose(given, slip, rtol=1e-6, atol=tolerance):
            raise Hint(words)


@exercise("02.1", needs="a whole number")
def steps_in_an_epoch(answer: object) -> str:
    """How many steps has an epoch of 23,000 pictures in batches of 64?"""
    steps = as_number(answer)
    slips = [
        (23_000 * 64, "You multiplied. How many batches of 64 do 23,000 pictures fill?"),
        (2 * 360, "That is for two epochs. The question is about one."),
        (359, "Some pictures are left over, and they are a batch too, a smaller one."),
        (391, "That is for 25,000 pictures. The 2,000 for validation are not trained on."),
        (16, "That is for the 1,000 drawings of this lesson. The question is about the 23,000 photographs."),
        (23_000, "That is one step for each picture. A step takes a batch of 64."),
    ]
    _know(steps, slips)
    if 359 < steps < 360:
        raise Hint("There is no part of a step. What is left over makes a smaller batch: round up.")
    if steps != 360:
        raise Hint("Divide the number of pictures by the size of a batch.")
    return "359 full batches and one of 24. The course of 2018 shows the same 360 on its progress bar."


SCORES = ([3.0, 1.0], [-1.0, 3.0, 0.5, 2.0], [1000.0, 0.0], [1000.0, 999.0], [-1000.0, -1001.0], [3000.0, 0.0])


@exercise("02.2", needs="a function that takes an array of scores", lines=3)
def softmax(answer: object) -> str:
    """A function: scores (n,) → probabilities (n,)."""
    for scores in map(np.array, SCORES):
        with np.errstate(all="ignore"):  # overflow is a mistake with a hint of its own
            given = as_array(call(answer, scores))
            if given.shape != scores.shape:
                raise Hint(f"Of {len(scores)} scores it makes the shape {given.shape}; one number for each is needed.")
            _check_probabilities(given.astype(float), scores, f"Given {scores.tolist()}, it gives")
    return "Exponentials, divided by their sum. The largest score was subtracted first, so nothing overflows."


def _check_probabilities(given: np.ndarray, scores: np.ndarray, gives: str) -> None:
    """Hint where these are not the probabilities of the scores."""
    peak, powers, exponentials = scores.max(), np.exp2(scores), np.exp(scores - scores.max())
    right = exponentials / exponentials.sum()
    if not np.isfinite(given).all():
        why = "e to such a power is too large" if peak > 0 else "all exponentials are 0, and so is their sum"
        raise Hint(f"{gives} {given[~np.isfinite(given)][0]}: {why}. Subtract scores.max() from all first.")
    if np.allclose(given, right, rtol=1e-6, atol=1e-6):
        return
    slips = [
        (np.exp(scores), "These are the exponentials. Divide them by their sum."),
        (scores / scores.sum(), "You divided the scores themselves. Take np.exp first: a score may be negative."),
        (1 / right / (1 / right).sum(), "Turned round: the largest score should get the largest probability."),
        (powers / powers.sum(), "Those are powers of 2. Softmax takes powers of e: np.exp."),
        (scores == peak, "Only the winner gets something. Softmax gives each score its share."),
        (np.log(right), "Those are the logarithms of the probabilities. Leave out the last step."),
        (1 / (1 + np.exp(-scores)), "That treats each score by itself. The scores compete: all share one sum."),
        (right.round(3), "The probabilities are rounded. Return them as they are, and round where you print."),
    ]
    _know(given, slips)
    if not math.isclose(given.sum(), 1, rel_tol=1e-3):
        raise Hint(f"{gives} numbers whose sum is {given.sum():.6g}. Divide by the sum, and it is 1.")
    at = int(np.argmin(np.isclose(given, right, rtol=1e-6, atol=1e-6)))
    capped = " Nothing may be cut off: subtract scores.max() instead." if peak > 700 else ""
    raise Hint(f"{gives} {given[at]:.6f} for number {at + 1}; {right[at]:.6f} is needed.{capped}")


@exercise("02.3", needs="a number")
def loss_of_a_picture(answer: object) -> str:
    """What is the loss of a picture whose right class gets the probability 0.25?"""
    loss = as_number(answer)
    slips = [
        (math.log(0.25), "The sign: minus the logarithm. A loss is never below 0."),
        (math.log(2), "That is the loss for 0.5, which the first class got. This picture is of the third."),
        (math.log10(4), "That is the logarithm to base 10. The natural one is meant: np.log, or math.log."),
        (2, "That is the logarithm to base 2. The natural one is meant: np.log, or math.log."),
        (0.75, "That is how much is missing from 1. The loss is minus the logarithm of the probability."),
        (0.25, "That is the probability. The loss is minus its natural logarithm."),
        (math.log(32) / 3, "That is the mean over all three classes. Only what the third class got counts."),
        (math.log(32), "That is the sum over all three classes. Only what the third class got counts."),
        (1.1896, "Softmax was taken of the probabilities again. They are probabilities already."),
    ]
    _know(loss, slips, tolerance=0.01)
    if not math.isclose(loss, math.log(4), abs_tol=0.02):
        raise Hint("Look up what the model gave to the third class, and take the logarithm of that alone.")
    return "-log(0.25) = 1.386. What the two wrong classes got makes no difference to it."


@exercise("02.4", needs="a function that takes a list of pairs", lines=3)
def accuracy_over_batches(answer: object) -> str:
    """A function: [(right, total), ...] → the share of right ones over all pictures."""
    for batches in ([(60, 64), (16, 16)], [(64, 64), (32, 64), (1, 10)], [(0, 3)], [(3, 7), (2, 5), (1, 64)]):
        good, total = np.array(batches).T
        right, given = good.sum() / total.sum(), as_number(call(answer, batches))
        if math.isclose(given, right, rel_tol=1e-6, abs_tol=1e-9):
            continue
        slips = [
            ((good / total).mean(), "That is the mean of the batches' means: small ones count too much. Sum first."),
            (100 * right, "That is the percent. The share is a number from 0 to 1."),
            (good.sum(), "That is how many were right. Divide by how many there were."),
            (1 - right, "It counts the wrong ones. The accuracy is the share of the right ones."),
            (good[0] / total[0], "That is the first batch alone. Does return stand inside the loop?"),
            (good[-1] / total[-1], "That is the last batch alone. Add up over the loop, and do not replace."),
            (good.sum() / len(good) / total[0], "It takes all batches to be as large as the first. Add up the sizes."),
            (good.sum() // total.sum(), "It gives 0: // throws away what is behind the point. Divide with /."),
            (round(right, 2), "The share is rounded. Return it as it is, and round where you print."),
        ]
        _know(given, slips)
        raise Hint(f"Given {batches}, it gives {given:.6g}; {right:.6g} is needed.")
    return "All that were right, divided by all there were: every picture counts once."


@exercise("02.5", needs="a function that takes a picture", lines=2)
def standardise(answer: object) -> str:
    """A function: uint8 (height, width, 3) → the same shape, each channel with mean 0 and standard deviation 1."""
    picture = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    picture[..., 1] //= 2
    x, mean, deviation = picture.astype(float), picture.mean(axis=(0, 1)), picture.std(axis=(0, 1))
    right = (x - mean) / deviation
    given = as_array(call(answer, picture))
    if given.shape != picture.shape:
        raise Hint(f"Given the shape {picture.shape}, it gives {given.shape}. The shape should stay.")
    # torch divides by n - 1
    if any(np.allclose(given, factor * right, atol=1e-3) for factor in (1, math.sqrt(47 / 48))):
        return "Subtract each channel's mean, divide by its deviation. NumPy lines the last axis up by itself."
    imagenet = (x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    slips = [
        ((x - x.mean()) / x.std(), "One mean for all three channels. With axis=(0, 1) each channel gets its own."),
        ((x - mean) / x.std(), "All channels share one deviation. std takes axis=(0, 1), too."),
        (x - mean, "The means are 0. Now divide by the standard deviations."),
        (right / deviation, "You divided by the variance. The standard deviation is .std()."),
        ((x - x.min()) / np.ptp(x), "That squeezes between 0 and 1. Subtract the mean, divide by the deviation."),
        (imagenet, "Those are ImageNet's mean and deviation. Take this picture's own."),
        (-right, "The sign is turned round: the mean is subtracted from the picture."),
        ((x - x.mean(axis=0)) / x.std(axis=0), "Each column got its own mean. Take rows and columns: axis=(0, 1)."),
        (x - mean / deviation, "Only the mean is divided. Put the difference in brackets, then divide."),
        (right.astype(int), "These are whole numbers. Keep what the division gives: float."),
    ]
    _know(given, slips, tolerance=1e-3)
    for channel, name in enumerate(("red", "green", "blue")):
        found = given[..., channel].mean(), given[..., channel].std()
        if not np.allclose(found, (0, 1), atol=1e-2):
            raise Hint(f"The {name} channel has mean {found[0]:.3g} and deviation {found[1]:.3g}; 0 and 1 are needed.")
    raise Hint("Means and deviations are right, but the pixels are no longer those of the picture, in their order.")


@exercise("02.6", needs="a function that takes two arrays and a number", lines=4)
def confusion(answer: object) -> str:
    """A function: (labels, predicted, classes) → counts (classes, classes), rows the labels."""
    labels, predicted = np.array([2, 0, 0, 1, 0, 1, 2, 2, 2]), np.array([0, 1, 0, 1, 1, 1, 2, 2, 1])
    right = np.array([[1, 2, 0], [0, 2, 0], [1, 1, 2]])
    given = as_array(call(answer, labels, predicted, 3))
    if given.shape != right.shape:
        raise Hint(f"For three classes it gives the shape {given.shape}; (3, 3) is needed.")
    diagonal, of_row = np.diag(np.diag(right)), right.sum(axis=1, keepdims=True)
    slips = [
        (right.T, "Rows and columns are swapped: rows are the labels, columns what was predicted."),
        (right > 0, "Each place is set, and not counted. += 1 adds up; with whole arrays of places use np.add.at."),
        (right / of_row, "Those are shares of each row. Counts are asked for."),
        (right / right.sum(), "Those are shares of all pictures. Counts are asked for."),
        (diagonal, "Only the right ones are counted. What was taken for another class has its place, too."),
        (right - diagonal, "Only the mistakes are counted. The diagonal counts what was right."),
        (right + right.T, "Each picture is counted twice, as (label, predicted) and the other way round."),
        (right + 1, "Every place is one too high. Begin with zeros, not with ones."),
    ]
    _know(given, slips)
    for row, column in np.argwhere(~np.isclose(given, right)):
        at = f"row {row}, column {column} holds {given[row, column]:g}; {right[row, column]} is needed."
        raise Hint(f"For labels {labels.tolist()} and predicted {predicted.tolist()}, {at}")
    more = as_array(call(answer, labels, predicted, 4))
    if more.shape != (4, 4):
        raise Hint(f"For four classes it gives the shape {more.shape}: a class without pictures has a row, too.")
    if not np.allclose(more, np.pad(right, (0, 1))):
        raise Hint("With a fourth class, of which there are no pictures, its counts are not those of three and zeros.")
    return "Start from zeros, and add one at [label, predicted] for every picture."


@exercise("02.7", needs="a list of four: history, predictions, the name of a picture, and the saved file", lines=8)
def own_training(answer: object) -> str:
    """[history, predictions, name, file] of three epochs at 0.01: resnet10, 96 pixels, activations kept, seed 4."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 4:
        raise Hint(f"Your answer is {kind_of(answer)}. A list of four is needed: [history, predictions, name, file]")
    history, predictions, name, file = answer
    _check_run(history)
    index = _index_of(history, predictions, name)
    given = predictions.probabilities[index]
    try:
        kept = load_model(file)
    except (OSError, TypeError, ValueError) as error:
        raise Hint(f"load_model cannot read the fourth of the four, the file: {error}") from None
    if (kept.model.name, kept.model.size) != ("resnet10", 96):
        raise Hint(f"The file holds a {kept}, and not this one at 96. Was another learner saved under that name?")
    said = kept.predict(predictions.paths[index]).probabilities
    if abs(said - given).max() > 0.05:
        both = f"{100 * said.max():.1f} %, the predictions {100 * given.max():.1f} %"
        raise Hint(f"The saved model is sure of its answer to {both}. Save the learner that made them, after fit.")
    loss, mean = -math.log(max(1e-9, given[predictions.known_labels[index]])), history[-1].valid_loss
    return f"{100 * given.max():.1f} % sure, and wrong: that picture's loss is {loss:.1f}, the mean of all {mean:.2f}."


def _check_run(history: object) -> None:
    """Hint where a run is not the one that was asked for."""
    if not isinstance(history, History) or history.settings is None:
        raise Hint(f"The first of the four is {kind_of(history)}. It is what fit returned: my_learn.fit(0.01, 3).")
    run, epochs = history.settings, len(history)
    rate = next((rate for rate in run.lr if not math.isclose(rate, 0.01)), 0.01)
    pictures, varied = (run.pictures, run.batch_size), run.schedule != "constant" or run.cycle_len is not None
    slips = [
        (history.interrupted, "This run was interrupted. Run the cell again, and let it end."),
        (run.architecture != "resnet10", f"The network is {run.architecture}; resnet10 is asked for."),
        (run.size != 96, f"The pictures have {run.size} pixels; 96 are asked for: tfms_from_model(arch, 96)."),
        (pictures != (1000, 64), f"Pictures and batch size are {pictures}; the sample has 1,000, a batch 64."),
        (run.augmentation is not None, "The pictures were changed at random. Leave augmentation out."),
        (varied, "The rate was not the same all the time: fit(0.01, 3), without cycles or a schedule."),
        (rate != 0.01, f"The learning rate is {rate:g}; 0.01 is asked for, the first argument of fit."),
        (epochs != 3, f"It trained for {epochs} epochs; the second argument of fit says how many: fit(0.01, 3)."),
        (not run.frozen, "The whole network learned. Leave out unfreeze(): only the head should learn."),
        (not run.precompute, "The activations were computed anew in every epoch. precompute=True keeps them."),
        (run.seed != 4, f"The seed is {run.seed}; 4 is asked for: ConvLearner.pretrained(..., seed=4)."),
        (run.epochs_before > 0, f"The learner had trained before, for {run.epochs_before} epochs. Make a new one."),
        (not run.pretrained, "The body began with random numbers. Leave out weights=None."),
    ]
    _know(True, slips)


def _index_of(history: History, predictions: object, name: object) -> int:
    """Return which prediction is that of the named picture; Hint where it is not the surest of the wrong ones."""
    if not isinstance(predictions, Predictions):
        raise Hint(f"The second of the four is {kind_of(predictions)}. It is what predict_all returned.")
    if len(predictions) != 300:
        raise Hint(f"These are predictions for {len(predictions):,} pictures; predict_all() gives those for 300.")
    found, reported = 100 * predictions.accuracy, 100 * history[-1].accuracy
    if abs(found - reported) > 0.5:
        both = f"{found:.1f} %, the last row of the history says {reported:.1f} %"
        raise Hint(f"The predictions are right for {both}. Ask the learner of that run, after fit.")
    if not isinstance(name, (str, Path)):
        raise Hint(f"The third of the four is {kind_of(name)}. It is the name of a picture: predictions.paths[i].name")
    names, shown = [path.name for path in predictions.paths], Path(name).name.strip()
    if shown not in names:
        raise Hint(f"No validation picture is called {shown!r}. A name is such as {names[0]!r}, with its ending.")
    index, sure, wrong = names.index(shown), predictions.probabilities.max(axis=1), ~predictions.correct
    if not wrong[index]:
        raise Hint(f"The model is right about {shown}. Look among those where predictions.correct is False.")
    if sure[index] < sure[wrong].max() - 1e-6:
        alike = wrong & (predictions.known_labels == predictions.known_labels[index])
        if sure[index] <= sure[wrong].min():
            raise Hint(f"About {shown} it is wrong and least sure. The largest probability is asked for.")
        if sure[index] >= sure[alike].max():
            raise Hint(f"{shown} is the surest mistake about its own class. Look at those about the other class, too.")
        both = f"{100 * sure[index]:.3f} %, about another one with {100 * sure[wrong].max():.3f} %"
        raise Hint(f"About {shown} it is wrong with {both}.")
    return index
