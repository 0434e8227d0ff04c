"""What lesson 12 asks: copies in two sets, pictures of neither class, calibration, an application, and a project."""

from typing import Any

import numpy as np

from .answers import Hint, as_number, call, kind_of
from .own_folder import judge_own_folder
from .registry import exercise, prediction, quiz_question

quiz_question(
    "12.1",
    "A folder holds the same photograph twice, once in train and once in valid. What does it do to the accuracy?",
    (
        "it is a little too high, because one answer was learned by heart",
        "A copy in both sets is a leak. With one picture it is small; a folder of copies makes any model look good.",
        True,
    ),
    (
        "nothing: a picture that was learned from is a picture like any other",
        "The network has been told the answer to this one. That says nothing about new pictures.",
    ),
    (
        "it is a little too low, because the network is confused by the copy",
        "Both have the same label, so nothing contradicts. It is the other way round.",
    ),
)

quiz_question(
    "12.2",
    "Why was the threshold not set with the drawings, so that it catches exactly all of them?",
    (
        "There are fewer drawings than validation pictures.",
        "There are 240 of them, and 150 validation pictures set the threshold. The number is not the reason.",
    ),
    (
        "The next strange picture need not be a drawing, and nobody can collect everything that is neither.",
        "What can be collected is what the classes look like. So the threshold says how far those lie, and no more.",
        True,
    ),
    (
        "The body has never seen drawings, so their activations are wrong.",
        "There are no wrong activations. Because the drawings look unlike all it has seen, they lie far away.",
    ),
)

prediction("12.1", "how many of 240 drawings get more than 90 %?", within=25, between=(0, 240))
prediction("12.2", "what percentage is wrong with 32 training pictures of each class?", within=2, unit="%")


@exercise("12.1", needs="a whole number")
def validation_pictures(answer: object) -> str:
    """How many validation pictures are needed for 2 % false alarms, if half of them set the threshold?"""
    number = as_number(answer)
    if number == 49:
        raise Hint("That many must set the threshold. They are only half of the validation pictures.")
    if number == 100:
        raise Hint("One less in each half is enough: with the new picture there are 50, each of them equally likely "
                   "to be the largest.")  # fmt: skip
    if number == 50:
        raise Hint("With the new picture there are 50, so 49 must set the threshold. And they are only half.")
    if number in (19, 37, 38):
        raise Hint("That is for 5 %, one in twenty. Here it is 2 %, one in fifty.")
    if number == 95:
        raise Hint("The largest of 19 is exceeded by 1 in 20. So the largest of n is exceeded by 1 in n + 1.")
    if number not in (97, 98):  # of 97, 49 set it and 48 count
        raise Hint("The largest of n distances is exceeded by one new picture in n + 1. Then double n.")
    return (
        "49 set the threshold, and about as many count the false alarms. Rare mistakes take many pictures to measure."
    )


@exercise("12.2", needs="a function that takes two dictionaries", lines=3)
def leaks(answer: object) -> str:
    """A function: (train, valid), each name → content → the sorted names in valid whose content is in train."""
    train = {"a.jpg": b"cat", "b.jpg": b"dog", "c.jpg": b"fox", "d.jpg": b"dog"}
    valid = {"z.jpg": b"cat", "a.jpg": b"owl", "y.jpg": b"hen", "b.jpg": b"dog", "k.jpg": b"fox", "l.jpg": b"fox"}
    given = call(answer, dict(train), dict(valid))
    if isinstance(given, (set, tuple, np.ndarray, dict)):
        raise Hint(f"It gives back {kind_of(given)}. A sorted list is asked for: return sorted(...)")
    if not isinstance(given, list):
        raise Hint(f"It gives back {kind_of(given)}. A list of names is asked for, also where it is empty.")
    if given == ["b.jpg", "k.jpg", "l.jpg", "z.jpg"]:
        if call(answer, {}, {"a.jpg": b"cat"}) != []:
            raise Hint("With an empty train nothing is a leak: the list is empty, too.")
        return "The names told nothing: a.jpg was another picture, and z.jpg the same. Copies are found by content."
    if not all(isinstance(name, str) for name in given):
        raise Hint("The list holds contents. Their names in valid are asked for.")
    if sorted(given) == ["b.jpg", "k.jpg", "l.jpg", "z.jpg"]:
        raise Hint("The right names, in no order: return sorted(...)")
    if sorted(set(given)) == ["b.jpg", "k.jpg", "l.jpg", "z.jpg"]:
        raise Hint("A name is listed twice, because two pictures in train have the same content. Once is enough.")
    if sorted(given) == ["a.jpg", "b.jpg"]:
        raise Hint("You compared the names. a.jpg is another picture in each, and z.jpg has the content of a.jpg.")
    if given == ["b.jpg"]:
        raise Hint("You asked for the same name and the same content. A copy is one under any name.")
    if set(given) == {"a.jpg", "b.jpg", "c.jpg", "d.jpg"}:
        raise Hint("These are the names in train. The names in valid are asked for.")
    if sorted(given) == ["a.jpg", "y.jpg"]:
        raise Hint("These are the ones that are not in train. Those are the good ones.")
    if set(given) < {"b.jpg", "k.jpg", "l.jpg", "z.jpg"}:
        raise Hint(
            f"It finds {len(set(given))} of 4. Two pictures in valid may have the same content, and both are leaks."
        )
    raise Hint("For each name in valid: is valid[name] among train.values()?")


@exercise("12.3", needs="a function that takes two lists of distances", lines=3)
def looks_like_neither(answer: object) -> str:
    """A function: (distances, valid_distances) → True where a distance exceeds 95 % of the validation pictures'."""
    valid = 0.2 * (np.arange(1, 201) / 200) ** 2  # whatever one does between two of them, it is 0.1805 to 0.1825
    valid = np.random.default_rng(0).permutation(valid)
    distances = np.array([0.0002, 0.185, 0.1, 0.15, 0.5, 0.192, 0.011, 0.3])
    wanted = distances > 0.1825
    given: Any = call(answer, distances.copy(), valid.copy())
    if hasattr(given, "detach"):
        given = given.detach().cpu().numpy()
    if not isinstance(given, (list, tuple, np.ndarray)):
        raise Hint(f"It gives back {kind_of(given)}. An array is asked for: distances > threshold")
    found = np.asarray(given)
    if found.shape != wanted.shape:
        if found.shape == valid.shape:
            raise Hint("You compared the validation pictures with the threshold. The new distances are asked about.")
        if found.dtype.kind == "f":
            raise Hint("These are the distances beyond the threshold. Give back True and False, one for each.")
        raise Hint(f"It has the shape {found.shape}. One answer for each of the {len(distances)} distances is needed.")
    if found.dtype.kind not in "bi":
        raise Hint("True or False is needed for each distance. distances > threshold gives that.")
    found = found.astype(bool)
    if np.array_equal(found, wanted):
        return "Pictures that we know say how far is too far: there is no end of strange ones."
    if np.array_equal(found, ~wanted):
        raise Hint("The other way round: True means that it looks like neither, which is where the distance is large.")
    if np.array_equal(found, distances > np.quantile(valid, 0.05)):
        raise Hint("The threshold is the distance that 5 % do not exceed. 95 % are asked for: np.quantile(..., 0.95)")
    if np.array_equal(found, distances > valid.max()):
        raise Hint("That is the largest distance, which no validation picture exceeds. 5 % of them may.")
    if np.array_equal(found, distances > np.quantile(distances, 0.95)):
        raise Hint("The threshold comes from the new distances themselves. It is set by valid_distances.")
    if np.array_equal(found, distances > 0.95 * valid.max()) or np.array_equal(found, distances > 0.95):
        raise Hint("95 % of the pictures, not 95 % of a distance: np.quantile(valid_distances, 0.95)")
    if np.array_equal(found, distances > valid.mean()) or np.array_equal(found, distances > np.median(valid)):
        raise Hint("That is the middle. It would turn away half of the pictures of your own classes.")
    raise Hint("threshold = np.quantile(valid_distances, 0.95), and then distances > threshold.")


@exercise("12.4", needs="a number from 0 to 1")
def calibration_error(answer: object) -> str:
    """The expected calibration error: 40 pictures, 60 % sure, 30 right; 60 pictures, 95 % sure, 54 right."""
    number = as_number(answer)
    if abs(number - 0.09) < 0.0005:
        return "0.4 · 0.15 + 0.6 · 0.05. In the first bin it was not sure enough, in the second a little too sure."
    if abs(number - 9) < 0.05:
        raise Hint("In percent. As a number from 0 to 1 it is a hundredth of that.")
    if abs(number - 0.1) < 0.0005:
        raise Hint("The mean of both bins. Each picture counts once: weight them by 40 and 60.")
    if abs(abs(number) - 0.03) < 0.0005:
        raise Hint(
            "Too sure in one bin and not sure enough in the other: here they cancel out. Take the absolute values."
        )
    if abs(number - 0.2) < 0.0005:
        raise Hint("The sum of both differences. Their mean is asked for, weighted by the pictures in each bin.")
    if abs(number - 0.11) < 0.0005:
        raise Hint("The weights are the other way round: 40 pictures are in the first bin, whose difference is larger.")
    if abs(number - 0.16) < 0.0005:
        raise Hint("That is the share of wrong answers. How far apart are how sure it was and how often it was right?")
    raise Hint("In each bin: |30 / 40 − 0.6| and |54 / 60 − 0.95|. Then their mean, weighted by 40 and 60 pictures.")


@exercise("12.5", needs="a function that takes probabilities, classes, a distance, a threshold and least", lines=4)
def answer_of_an_application(answer: object) -> str:
    """A function: (probabilities, classes, distance, threshold, least=0.8) → a class, "not sure" or "neither"."""
    classes = ("cat", "dog", "fox")
    cases = [
        ((0.05, 0.9, 0.05), 0.1, (), "dog", "sure, and near"),
        ((0.05, 0.05, 0.9), 0.1, (), "fox", "sure, and near"),
        ((0.5, 0.4, 0.1), 0.1, (), "not sure", "near, and not sure"),
        ((0.9, 0.05, 0.05), 0.5, (), "neither", "sure, and far away"),
        ((0.4, 0.3, 0.3), 0.5, (), "neither", "far away, and not sure either"),
        ((0.8, 0.1, 0.1), 0.1, (), "cat", "exactly as sure as it must be: below least means less"),
        ((0.6, 0.3, 0.1), 0.1, (0.5,), "cat", "near, with least=0.5"),
        ((0.9, 0.05, 0.05), 0.1, (0.95,), "not sure", "near, with least=0.95"),
        ((0.9, 0.05, 0.05), 0.2, (), "cat", "exactly at the threshold: beyond it means farther"),
    ]
    for probabilities, distance, more, wanted, what in cases:
        given = call(answer, np.array(probabilities), classes, distance, 0.2, *more)
        if isinstance(given, str) and given == wanted:
            continue
        if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
            raise Hint("It gives back the number of a class. Its name is classes[number].")
        if not isinstance(given, str):
            raise Hint(f"It gives back {kind_of(given)}. The name of a class is needed, or one of the two answers.")
        if wanted == "neither" and given == "not sure":
            raise Hint("Far away and not sure either: ask about the distance first.")
        raise Hint(f"For a picture that is {what} it says {given!r}, not {wanted!r}.")
    return "Three answers, and two of them are 'I do not know'. An application that can say so is trusted longer."


@exercise("12.6", needs="a list: a history, a learner, an opening, a file and a prediction", lines=15)
def from_a_folder_to_a_prediction(answer: object) -> str:
    """[history, learner, opening, file, prediction] of a model that learned from the mended folder of shapes."""
    return judge_own_folder(answer)
