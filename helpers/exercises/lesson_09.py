"""What lesson 09 asks: augmentation, cycles, rates for groups of layers, whether a model is better, and a project."""

import math

import numpy as np
import torch

from ..statistics import Comparison
from .answers import Hint, as_array, as_number, as_text, call
from .changed_pictures import check_draws, read_change
from .own_model import judge_own_model
from .registry import exercise, prediction, quiz_question

quiz_question(
    "09.1",
    "You train a classifier of handwritten digits, 0 to 9. Which change may augmentation make?",
    ("turn it by a few degrees", "People write a little aslant, and the digit stays the same digit.", True),
    ("mirror the picture", "A mirrored 2 is no digit at all, and a 3 becomes an E. The label would be wrong."),
    ("turn it upside down", "A 6 becomes a 9. The picture would have the label of another one."),
    ("enlarge a random quarter of it", "A curve may be all that is left, and it belongs to several digits."),
)

quiz_question(
    "09.2",
    "Model A is right about 280 of 300 pictures, model B about 284. They differ about 4 pictures only. Is B better?",
    (
        "yes: 284 is more than 280",
        "It is, on these 300. But four tosses of a fair coin also fall all alike once in eight times.",
    ),
    (
        "no: their intervals overlap, so they are equally good",
        "Overlapping intervals do not show that two models are equal. And there is a sharper question to ask.",
    ),
    (
        "one cannot tell: fewer than six pictures decide nothing",
        "All four speak for B, and still p is 0.125. More pictures are needed, not another formula.",
        True,
    ),
)

quiz_question(
    "09.3",
    "Your model is asked about 10 million pictures a day. With TTA you can see no difference on your set. Use it?",
    (
        "yes: the accuracy was a little higher",
        "That may be chance, and it costs five times the computing, every day.",
    ),
    (
        "no, unless more pictures show a gain that is worth five times the computing",
        "A gain that cannot be seen does not pay for so much work.",
        True,
    ),
    (
        "no: TTA never helps",
        "That it could not be shown here does not mean that it never helps.",
    ),
)

prediction("09.1", "by how many points will the accuracy change?", within=1.5, unit="points", between=(-50, 50))
prediction("09.2", "what percentage of the turned pictures will it get right?", within=6, unit="%")


@exercise("09.1", needs="a whole number")
def epochs_in_cycles(answer: object) -> str:
    """How many epochs does fit(0.01, 4, cycle_len=2, cycle_mult=2) train?"""
    epochs = as_number(answer)
    if epochs == 4:
        raise Hint("With cycle_len, the 4 counts cycles and not epochs.")
    if epochs == 8:
        raise Hint("That is four cycles of two epochs. cycle_mult=2 makes each twice as long as the one before.")
    if epochs == 15:
        raise Hint("That is 1 + 2 + 4 + 8. With cycle_len=2 the first cycle has two epochs.")
    if epochs == 16:
        raise Hint("That is the length of the last cycle. All four count.")
    if epochs == 14:
        raise Hint("That is three cycles, 2 + 4 + 8. One more.")
    if epochs == 20:
        raise Hint("That is 2 + 4 + 6 + 8. Each cycle is twice as long as the one before: 2, 4, and then?")
    if epochs != 30:
        raise Hint("Write down how long each of the four cycles is, and add.")
    return "2 + 4 + 8 + 16. The last cycle alone is longer than all the others together."


@exercise("09.2", needs="three numbers")
def rates_of_groups(answer: object) -> str:
    """Three rates, early body, late body, head: the head's is 0.02, each earlier one a fifth of the next."""
    rates = as_array(answer)
    right = np.array([0.0008, 0.004, 0.02])
    if rates.shape != (3,):
        raise Hint(f"Three rates are needed, one for each group of layers; yours has the shape {rates.shape}.")
    if np.allclose(rates, right[::-1]):
        raise Hint("The right numbers, but the early body gets the largest. The list begins with the early layers.")
    if np.allclose(rates, [0.004, 0.004, 0.02]):
        raise Hint("The early body should have a fifth of the rate of the late body, not of the head's.")
    if np.allclose(rates, [0.5, 0.1, 0.02]):
        raise Hint("Larger for each earlier group: that would destroy what the body knows. Divide by five.")
    if np.allclose(rates, [0.0002, 0.002, 0.02]):
        raise Hint("Those are tenths. A fifth is asked for.")
    if np.allclose(rates, [0.02 / 9, 0.02 / 3, 0.02]):
        raise Hint("Those are thirds. A fifth is asked for.")
    if np.allclose(rates, [0.02, 0.02, 0.02]):
        raise Hint("One rate for all groups. Each earlier group gets a fifth of the rate of the next.")
    if not np.allclose(rates, right):
        raise Hint("The last number is the head's, 0.02. Divide by five for the late body, again for the early one.")
    return "Small steps for what is known already, a large one for what is new."


@exercise("09.3", needs="a function that takes one picture", lines=3)
def mirrored_and_lit(answer: object) -> str:
    """A function: uint8 (3, height, width) → uint8 of that shape, mirrored at random and lighter or darker."""
    picture = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (3, 6, 8), dtype=np.uint8))
    call(answer, picture)  # says it in words if it stops
    given = picture.clone()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        draws = [read_change(picture, call(answer, picture)) for _ in range(400)]
        torch.manual_seed(1)
        again = [read_change(picture, call(answer, picture)) for _ in range(20)]
        answer(given)  # type: ignore[operator]  # on this very picture
    check_draws(np.array([flipped for flipped, _ in draws]), np.array([amount for _, amount in draws]))
    if again != draws[:20]:
        raise Hint("After torch.manual_seed(1) it should give the same pictures again. Draw with torch.rand.")
    if not torch.equal(given, picture):
        raise Hint("It changes the picture that it is given. The next epoch needs that one: return a new tensor.")
    mirrored = sum(flipped for flipped, _ in draws)
    return (
        f"In 400 calls it mirrored {mirrored}, and no pixel overflowed. It fits: tfms_from_model(arch, sz, aug=change)."
    )


@exercise("09.4", needs="a function that takes a rate, a step and the number of steps", lines=1)
def falling_rate(answer: object) -> str:
    """A function: (rate, step, steps) → the rate at that step of a cycle, along half a cosine."""
    for rate, step, steps in ((0.01, 0, 16), (0.01, 8, 16), (0.5, 4, 16), (0.1, 30, 32)):
        right = rate * (1 + math.cos(math.pi * step / steps)) / 2
        given = as_number(call(answer, rate, step, steps))
        wrong = {
            "That is the factor. Multiply it by the rate.": right / rate,
            "It falls along a straight line. The cosine falls slowly at first, then fast, then slowly.": (
                rate * (1 - step / steps)
            ),
            "It becomes negative: the cosine falls to -1. Add 1 and halve.": rate * math.cos(math.pi * step / steps),
            "It begins with twice the rate. The cosine plus 1 begins at 2: halve it.": 2 * right,
            "It rises. The cosine is 1 at the beginning, so that is where the rate is largest.": rate - right,
            "It falls only to a half of the way. A whole cosine takes 2 pi; half of it is math.pi * step / steps.": (
                rate * (1 + math.cos(math.pi / 2 * step / steps)) / 2
            ),
            "It takes a quarter of a cosine, which falls steeply at the end. Half a cosine also ends gently.": (
                rate * math.cos(math.pi / 2 * step / steps)
            ),
            "It reaches 0 at the last step already. Divide by steps, and not by steps - 1.": (
                rate * (1 + math.cos(math.pi * step / (steps - 1))) / 2
            ),
            "It is one step ahead. Steps are counted from 0, so the first has the whole rate.": (
                rate * (1 + math.cos(math.pi * (step + 1) / steps)) / 2
            ),
            "The cosine takes radians: half a turn is math.pi, not 180.": (
                rate * (1 + math.cos(180 * step / steps)) / 2
            ),
        }
        near = 1e-6 * rate  # what float32 rounds where the cosine is close to -1
        if not math.isclose(given, right, rel_tol=1e-6, abs_tol=near):
            for hint, value in wrong.items():
                if math.isclose(given, value, rel_tol=1e-6, abs_tol=near):
                    raise Hint(hint)
            raise Hint(f"Given ({rate}, {step}, {steps}), it gives {given:.8g}; {right:.8g} is needed.")
    return "The rate, times a factor from 1 to 0. That is what cycle_len does, for every group of layers."


@exercise("09.5", needs="a function that takes two arrays of probabilities", lines=2)
def two_models_together(answer: object) -> str:
    """A function: two arrays (pictures, classes) → the classes (pictures,) that their mean finds most probable."""
    one = np.array([[0.6, 0.4, 0.0], [0.55, 0.42, 0.03], [0.2, 0.3, 0.5], [0.95, 0.05, 0.0]])
    other = np.array([[0.1, 0.9, 0.0], [0.1, 0.4, 0.5], [0.1, 0.1, 0.8], [0.02, 0.5, 0.48]])
    mean = (one + other) / 2
    right = mean.argmax(axis=1)
    given = as_array(call(answer, one, other))
    if given.shape == one.shape:
        raise Hint("Those are the probabilities. Which class is the most probable one? .argmax(axis=1)")
    if given.shape == (one.shape[1],):
        raise Hint("One number for each class. For each picture, each row, one is needed: axis=1.")
    if given.shape != right.shape:
        raise Hint(f"Given {len(one)} pictures, it gives the shape {given.shape}; one class number for each is needed.")
    if np.allclose(given, mean.max(axis=1)):
        raise Hint("Those are the highest probabilities. Which class has each? argmax gives its number.")
    if np.allclose(given, (one.argmax(axis=1) + other.argmax(axis=1)) / 2):
        raise Hint("That is the mean of the class numbers: half cat, half dog is no class. Take the mean first.")
    if np.array_equal(given, np.maximum(one, other).argmax(axis=1)):
        raise Hint("You took the surer of the two models. The mean of both is asked for.")
    if np.array_equal(given, (one * other).argmax(axis=1)):
        raise Hint("You multiplied the probabilities. The mean of both is asked for.")
    if np.array_equal(given, mean.argmin(axis=1)):
        raise Hint("Those are the least probable classes. argmax finds the most probable ones.")
    if np.array_equal(given, one.argmax(axis=1)) or np.array_equal(given, other.argmax(axis=1)):
        raise Hint("Only one of the two models was asked.")
    if not np.array_equal(given, right):
        raise Hint(f"It gives {given.tolist()}; {right.tolist()} is needed.")
    return "Mean first, then the most probable class. TTA does so for five views; for several models it is an ensemble."


@exercise("09.6", needs="a function that takes two arrays of booleans", lines=4)
def mcnemar(answer: object) -> str:
    """A function: two arrays of booleans, right or not → the p of McNemar's exact test."""
    for only_first, only_second, both in ((2, 9, 30), (3, 3, 10), (0, 6, 4), (0, 0, 5), (8, 1, 20)):
        first = np.array([True] * only_first + [False] * only_second + [True] * both + [False] * 3)
        second = np.array([False] * only_first + [True] * only_second + [True] * both + [False] * 3)
        right = Comparison(only_first, only_second, len(first)).p
        given = as_number(call(answer, first, second))
        case = f"Only the first right: {only_first}, only the second: {only_second}"
        if math.isclose(given, right, rel_tol=1e-6):
            continue
        if given > 1:
            raise Hint(f"{case}. It gives {given:.3g}, and no chance is larger than 1: min(1, …).")
        if math.isclose(given, right / 2, rel_tol=1e-6):
            raise Hint(f"{case}. That is half of it: an uneven split the other way round counts as well. Twice.")
        if only_first > only_second and given == 1:
            raise Hint(f"{case}. It always counts the heads of the first model. Take the smaller of the two counts.")
        if math.isclose(given, _tail(only_first + only_second, min(only_first, only_second), exactly=True)):
            raise Hint(f"{case}. That counts only exactly so many heads. Fewer heads are more uneven still: add them.")
        if math.isclose(given, _tail(only_first + only_second, min(only_first, only_second) - 1), rel_tol=1e-6):
            raise Hint(f"{case}. The count itself is left out: range(k + 1) ends with k.")
        if math.isclose(given, _tail(len(first), min(only_first, only_second)), rel_tol=1e-6):
            raise Hint(f"{case}. You tossed a coin for each picture. Only those about which the models differ count.")
        if math.isclose(given, _tail(only_first + only_second, max(only_first, only_second)), rel_tol=1e-6):
            raise Hint(f"{case}. You took the larger of the two counts. Take the smaller one.")
        raise Hint(f"{case}. It gives {given:.4g}; {right:.4g} is needed.")
    return "Count where only one is right, and ask how often fair coins fall so unevenly. That is all of compare."


def _tail(coins: int, heads: int, *, exactly: bool = False) -> float:
    """Twice the chance that of so many coins `heads` or fewer, or exactly so many, show heads; at most 1."""
    counted = [heads] if exactly else range(heads + 1)
    return min(1.0, 2 * sum(math.comb(coins, k) for k in counted) / 2**coins)


@exercise("09.7", needs="one of three verdicts, as text")
def verdict_on_eleven(answer: object) -> str:
    """9 pictures gained, 2 lost, of 2,000: what is the verdict?"""
    if isinstance(answer, Comparison):
        if answer == Comparison(9, 2, 2000):
            raise Hint(
                "The first argument is the number that only the first model got right, and the old one is first."
            )
        if answer != Comparison(2, 9, 2000):
            raise Hint(f"You compare {answer.only_first} with {answer.only_second} of {answer.total:,}. "
                       "Only the old one is right about 2, only the new one about 9, of 2,000.")  # fmt: skip
        answer = answer.verdict
    verdict = as_text(answer).lower().strip(".")
    if verdict == "better":
        raise Hint("Nine against two looks clear. How often do eleven fair coins fall so unevenly? Look at its p.")
    if verdict == "worse":
        raise Hint("The new one gained nine and lost two, so it is not worse. The arguments begin with the old model.")
    if "equal" in verdict or "same" in verdict:
        raise Hint("That they are equally good cannot be shown either. One of the three verdicts says just this.")
    if verdict != "not distinguishable":
        raise Hint('Write "better", "worse" or "not distinguishable", or compute it: Comparison(2, 9, 2000).verdict')
    return f"p = {Comparison(2, 9, 2000).p:.3f}: eleven coins fall so unevenly once in 15 times. That is too often."


@exercise("09.8", needs="a list: a history, predictions, a history, a learner and a comparison", lines=11)
def project(answer: object) -> str:
    """[head_history, first, whole_history, second_learner, comparison]: trained, kept, loaded, compared."""
    return judge_own_model(answer)
