"""What lesson 01 asks: pictures as arrays, folders as labels, and the three sets."""

import tempfile
from pathlib import Path

import numpy as np

from .answers import Hint, as_array, as_number, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "01.1",
    "You want a classifier of pictures. Which of these is what an application such as helpers offers?",
    ("multiply these two arrays", "That is the lowest floor: PyTorch does it, on a CPU or a GPU."),
    (
        "put a layer with 64 filters behind this one",
        "That is a framework's building block, PyTorch's or Keras's. With those you build any network, by yourself.",
    ),
    (
        "take a known network and these folders, and train",
        "A whole task in one call, with the usual good choices made. The price: you must look underneath on purpose.",
        True,
    ),
)

quiz_question(
    "01.2",
    "You trained five different networks, and want to keep the best one. Which set decides?",
    ("the training set", "A model may know those by heart, as the memoriser did. They say little about new pictures."),
    (
        "the validation set",
        "That is its purpose. And because you choose by it, the score of the winner tends to be too good.",
        True,
    ),
    (
        "the test set",
        "Then it would be used up: a choice made by it makes its score too good. It is opened once, after all choices.",
    ),
)

quiz_question(
    "01.3",
    "Which of these is a leak?",
    (
        "photographs of one dog, taken the same afternoon, some in train and some in valid",
        "Yes: a model can know that dog and that lawn, and be right without knowing dogs. One animal, one set.",
        True,
    ),
    (
        "mirrored copies of training pictures, put into train as well",
        "No: all of them stay on the training side. More views of one picture are even useful.",
    ),
    (
        "validation pictures that are harder than the training pictures",
        "No: that makes the score lower than it could be, but nothing has crossed from one set to the other.",
    ),
)

prediction("01.1", 'does shuffling the pixels change the mean colour, "yes" or "no"?', choices=("yes", "no"))
prediction("01.2", "how many percent are right by brightness alone?", within=5, unit="%")
prediction("01.3", "how many percent does the best of 1,000 coins get right?", within=3, unit="%")


@exercise("01.1", needs="a whole number")
def numbers_in_a_photograph(answer: object) -> str:
    """How many numbers is a colour picture of 3,000 × 4,000 pixels?"""
    numbers = as_number(answer)
    if numbers == 3000 * 4000:
        raise Hint("That is the number of pixels. Each pixel has more than one number.")
    if numbers in (3000 + 4000, 3000 + 4000 + 3):
        raise Hint("You added the sides. Rows times columns, as in any table.")
    if numbers == 36:
        raise Hint("Write the whole number, not the millions: 3000 * 4000 * ...")
    if numbers != 3000 * 4000 * 3:
        raise Hint("Height × width × channels.")
    return "36 million numbers, 36 MB in memory. The file is smaller, because JPEG compresses it."


@exercise("01.2", needs="a number of percent")
def share_for_validation(answer: object) -> str:
    """How many percent of the 25,000 labelled photographs are kept for validation?"""
    share = as_number(answer)
    if abs(share - 2000 / 230) < 0.05:
        raise Hint("That is 2,000 of the 23,000 to train on. The question is: of all 25,000.")
    if abs(share - 0.08) < 0.001:
        raise Hint("That is the share as a fraction. In percent it is 100 times as much.")
    if abs(share - 92) < 0.01:
        raise Hint("That is the share of the training pictures. The rest is asked for.")
    if abs(share - 8) > 0.01:
        raise Hint("100 * 2,000 / 25,000.")
    return "Eight percent, and still 2,000 pictures: enough for a precise score, as lesson 02 will show."


@exercise("01.3", needs="a function that takes a picture", lines=2)
def bottom_right(answer: object) -> str:
    """A function: picture → its bottom-right quarter."""
    for shape in ((6, 8, 3), (5, 7, 3)):
        picture = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
        height, width = shape[0] // 2, shape[1] // 2
        quarter = as_array(call(answer, picture))
        others = {
            "top-left": picture[:height, :width],
            "top-right": picture[:height, width:],
            "bottom-left": picture[height:, :width],
        }
        for place, other in others.items():
            if np.array_equal(quarter, other):
                raise Hint(f"That is the {place} quarter. Rows come first; [n:] starts at n, [:n] stops before it.")
        if quarter.ndim == 2:
            raise Hint("The colours are gone. Give two slices, for rows and columns, and leave the third axis alone.")
        right = picture[height:, width:]
        if quarter.shape != right.shape:
            raise Hint(f"Of a picture of shape {shape}, yours has shape {quarter.shape}; {right.shape} is needed.")
        if not np.array_equal(quarter, right):
            raise Hint("The shape is right, the place is not. The last pixel of the picture must be the last of yours.")
    return "picture[height // 2 :, width // 2 :]: two slices, and the channels come along by themselves."


@exercise("01.4", needs="a function that takes a picture", lines=3)
def to_grey(answer: object) -> str:
    """A function: uint8 (height, width, 3) → uint8 (height, width), the mean of the channels."""
    picture = np.array([[[200, 100, 60], [250, 250, 250]], [[0, 30, 60], [10, 20, 31]]], dtype=np.uint8)
    right = picture.mean(axis=2)
    grey = as_array(call(answer, picture))
    if grey.shape == picture.shape:
        raise Hint("It still has three channels. The mean over axis=2 leaves one number for each pixel.")
    if grey.shape != right.shape:
        raise Hint(f"Given shape {picture.shape}, yours has shape {grey.shape}. Average over the last axis only.")
    wrapped = (picture[..., 0] + picture[..., 1] + picture[..., 2]).astype(int)
    if np.abs(grey - wrapped // 3).max() < 1.5:
        raise Hint("Bright pixels turn dark: the sum of three bytes wraps around. Use .mean(axis=2), or a wider type.")
    if any(np.array_equal(grey, picture[..., channel]) for channel in range(3)):
        raise Hint("That is one of the channels. All three count equally.")
    if np.abs(grey - right).max() > 1:
        raise Hint(f"The pixel {picture[0, 0].tolist()} becomes {grey[0, 0]:g}; {right[0, 0]:g} is needed.")
    if grey.dtype != np.uint8:
        raise Hint(f"The values are right, their type is {grey.dtype}. End with .astype(np.uint8).")
    return "Mean over the last axis, then back to one byte. The eye weighs green more; for a model this will do."


@exercise("01.5", needs="a function that takes a folder", lines=4)
def count_pictures(answer: object) -> str:
    """A function: folder → {class: number of .jpg files}, without hidden folders."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fill(folder, {"cats": 3, "dogs": 2, "rabbits": 0, ".ipynb_checkpoints": 4})
        (folder / "readme.txt").write_text("loose")
        (folder / "dogs" / "notes.txt").write_text("not a picture")
        counts = call(answer, folder)
    if not isinstance(counts, dict):
        raise Hint(f"It gives back {kind_of(counts)}. A dictionary is asked for: start with counts = {{}}.")
    if any(isinstance(key, Path) for key in counts):
        raise Hint("The keys are paths. The name of a folder as text is folder.name.")
    if any(str(key).startswith(".") for key in counts):
        raise Hint(
            "A hidden folder, such as .ipynb_checkpoints, became a class. Leave out names that start with a dot."
        )
    if "readme.txt" in counts:
        raise Hint("A file became a class. entry.is_dir() tells folders from files.")
    if counts.get("dogs") == 3:
        raise Hint("A text file beside the pictures was counted. folder.glob('*.jpg') finds only pictures.")
    if "rabbits" not in counts and counts.get("cats") == 3:
        raise Hint("A class without pictures is missing. It should be there, with 0: that is worth knowing.")
    if counts != {"cats": 3, "dogs": 2, "rabbits": 0}:
        raise Hint(f"For cats with 3, dogs with 2 and rabbits with 0 pictures it gives {counts}.")
    return "A class that is missing or tiny is the first thing to look for in new data."


@exercise("01.6", needs="a function that takes a list of paths and a list of labels", lines=4)
def count_contradictions(answer: object) -> str:
    """A function: (paths, labels) → how many of the files have a copy with a different label."""
    with tempfile.TemporaryDirectory() as name:
        cats, dogs = Path(name, "cats"), Path(name, "dogs")
        _write(cats, {"a.jpg": "1", "b.jpg": "2", "c.jpg": "2", "d.jpg": "3", "h.jpg": "2"})
        _write(dogs, {"b.jpg": "4", "e.jpg": "1", "f.jpg": "1", "g.jpg": "1"})
        paths = [*sorted(cats.iterdir()), *sorted(dogs.iterdir())]
        count = as_number(call(answer, paths, [0] * 5 + [1] * 4))
    if count == 1:
        raise Hint("It seems to count contents. Count the files: each one that has a copy with another label.")
    if count == 2:
        raise Hint(
            "You compared names: b.jpg of one folder may be another picture than b.jpg of the other. Compare bytes."
        )
    if count == 3:
        raise Hint(
            "One cat and three dogs are the same picture in the test. All four contradict, the first one as well."
        )
    if count in (5, 7):
        raise Hint("Copies that carry the same label do not contradict each other. Look at the labels of each content.")
    if count == 9:
        raise Hint("All nine files were counted. Perhaps you compared their sizes, which are all equal here.")
    if count == 0:
        raise Hint(
            "There are contradictions in the test, and none was found. path.read_bytes() gives a file's content."
        )
    if count != 4:
        raise Hint(f"It finds {count:g} files where there are 4.")
    return "A dictionary from fingerprint to the set of its labels needs each file only once or twice."


def _fill(folder: Path, counts: dict[str, int]) -> None:
    for name, count in counts.items():
        _write(folder / name, {f"{number}.jpg": "picture" for number in range(count)})


def _write(folder: Path, contents: dict[str, str]) -> None:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(content)
