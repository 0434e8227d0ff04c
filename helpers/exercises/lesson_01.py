"""What lesson 01 asks: pictures as arrays, folders as labels, and the three sets."""

import atexit
import functools
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..datasets.catalogue import get_data
from ..files.images import read_image
from .answers import Hint, as_array, as_number, as_text, call, kind_of
from .registry import exercise, prediction, quiz_question

quiz_question(
    "01.1",
    "You want a classifier of pictures. Which of these does an application such as helpers offer?",
    ("multiply these two arrays", "That is the lowest floor: PyTorch does it, on a CPU or a GPU."),
    ("put one more layer behind this one",
     "That is a framework's building block, PyTorch's or Keras's. With those you build any network, by yourself."),
    ("take a known network and these folders, and train",
     "A whole task in one call, with the usual good choices made. The price: they are made out of your sight.", True),
)  # fmt: skip

quiz_question(
    "01.2",
    "You trained five different networks, and want to keep the best one. Which set decides?",
    ("the training set", "A model may know those by heart, as the memoriser did. They say little about new pictures."),
    ("the validation set",
     "That is its purpose. And because you choose by it, the score of the winner tends to be too good.", True),
    ("the test set",
     "Then it would be used up: a choice made by it makes its score too good. It is opened once, after all choices."),
)  # fmt: skip

quiz_question(
    "01.3",
    "Which of these is a leak?",
    ("photographs of one dog, taken the same afternoon, some in train and some in valid",
     "Yes: a model can know that dog and that lawn, and be right without knowing dogs. One animal, one set.", True),
    ("mirrored copies of training pictures, put into train as well",
     "No: all of them stay on the training side. More views of one picture are even useful."),
    ("validation pictures that are harder than the training pictures",
     "No: that makes the score lower than it could be, but nothing has crossed from one set to the other."),
)  # fmt: skip

prediction("01.1", 'does shuffling the pixels change the mean colour, "yes" or "no"?', choices=("yes", "no"))
prediction("01.2", "what percentage is right by brightness alone?", within=5, unit="%")
prediction("01.3", "what percentage does the best of 1,000 coins get right?", within=3, unit="%")


@exercise("01.1", needs="a whole number")
def numbers_in_a_photograph(answer: object) -> str:
    """How many numbers is a colour picture of 3,000 × 4,000 pixels?"""
    numbers = as_number(answer)
    slips: dict[float, str] = {
        3000 * 4000: "That is the number of pixels. Each pixel has more than one number.",
        3000 + 4000: "You added the sides. Rows times columns, as in any table.",
        36: "Write the whole number, not the millions: 3000 * 4000 * ...",
        3000 * 4000 * 4: "That is four numbers a pixel. How many channels do this lesson's pictures have?",
        3000 * 4000 * 256: "256 is how many values one number can have. How many numbers make a pixel?",
        3000 * 4000 * 3 * 8: "Those are bits. How many numbers, of 8 bits each?",
    }
    if numbers != 3000 * 4000 * 3:
        raise Hint(slips.get(numbers, "Height × width × channels."))
    return "36 million numbers, 36 MB in memory. The file is smaller, because JPEG compresses it."


@exercise("01.2", needs="a percentage")
def share_for_validation(answer: object) -> str:
    """How many percent of the 25,000 labelled photographs are kept for validation?"""
    share = as_number(answer)
    slips = {
        100 * 2 / 23: "That is 2,000 of the 23,000 to train on. The question is about all 25,000.",
        0.08: "That is the share as a fraction. In percent it is 100 times as much.",
        92: "That is the share of the training pictures. The rest is asked for.",
        12.5: "That is 25,000 / 2,000: all pictures, divided by those for validation. It is the other way round.",
        4: "That is the cats alone, or the dogs alone. The validation set has both.",
        2000: "That is how many pictures there are. What percentage is that?",
    }
    if abs(share - 8) > 0.01:
        known = (words for value, words in slips.items() if abs(share - value) < 0.006 * value)
        raise Hint(next(known, "Percent means out of each 100: divide the part by the whole, times 100."))
    return "Eight percent, and still 2,000 pictures: enough for a precise score, as lesson 02 will show."


@exercise("01.3", needs="a function that takes a picture", lines=2)
def bottom_right(answer: object) -> str:
    """A function: picture → its bottom-right quarter."""
    for shape in ((5, 7, 3), (9, 4, 3), (6, 3, 3)):
        picture = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
        height, width = shape[0] // 2, shape[1] // 2
        quarter = as_array(call(answer, picture))
        others = {
            "That is the top-left quarter. [n:] starts at n, [:n] stops before it.": picture[:height, :width],
            "That is the top-right quarter. Rows come first, and the lower ones are [n:].": picture[:height, width:],
            "That is the bottom-left quarter. The columns on the right are [n:].": picture[height:, :width],
            "That is the bottom half. The columns are to be cut, too.": picture[height:],
            "That is the right half. The rows are to be cut, too.": picture[:, width:],
            "The larger part of an odd side is asked for: begin at // 2.": picture[-height:, -width:],
            "The colours are gone. Give two slices, for rows and columns.": picture[height:, width:, 0],
        }
        right = picture[height:, width:]
        _hint_if(
            *((np.array_equal(quarter, other), words) for words, other in others.items()),
            (quarter.shape != right.shape, f"Yours has shape {quarter.shape}; of {shape}, {right.shape} is needed."),
            (not np.array_equal(quarter, right), "The shape is right, the place is not: the last pixel belongs to it."),
        )
    return "picture[height // 2 :, width // 2 :]: two slices, and the channels come along by themselves."


@exercise("01.4", needs="a function that takes a picture", lines=3)
def to_grey(answer: object) -> str:
    """A function: uint8 (height, width, 3) → uint8 (height, width), the mean of the channels."""
    picture = np.random.default_rng(4).integers(0, 256, (2, 4, 3), dtype=np.uint8)
    right = picture.mean(axis=2)
    grey = as_array(call(answer, picture))
    given = f"Given shape {picture.shape}, yours has shape {grey.shape}."
    _hint_if(
        (grey.shape == picture.shape, "It still has three channels. The mean over axis=2 leaves one number a pixel."),
        (grey.shape == (*right.shape, 1), f"{given} A third axis of length 1 is left: {right.shape} is needed."),
        (grey.shape != right.shape, f"{given} Average over the last axis only."),
    )
    if np.abs(grey - right).max() > 1:
        raise Hint(_grey_slip(picture, grey, right))
    _hint_if((grey.dtype != np.uint8, f"The values are right, their type is {grey.dtype}. End with .astype(np.uint8)."))
    return "Mean over the last axis, then back to one byte. The eye weighs green more; for a model this will do."


def _grey_slip(picture: np.ndarray, grey: np.ndarray, right: np.ndarray) -> str:
    slips = {
        "Bright pixels turn dark: a sum of bytes wraps around. Use .mean(axis=2).": picture.sum(axis=2, dtype="u1") / 3,
        "That weighs the channels as the eye does. Here all three count equally.": picture @ [0.299, 0.587, 0.114],
        "That is the brightest of the three channels. The mean is asked for.": picture.max(axis=2),
        "That is the middle one of the three numbers, the median. The mean is asked for.": np.median(picture, axis=2),
        "Those are sums. Divide by the number of channels.": picture.sum(axis=2, dtype=int),
        "The values go from 0 to 1. A uint8 picture goes from 0 to 255.": right / 255,
    }
    slips |= {f"That is channel {one} alone. All three count equally.": picture[..., one] for one in range(3)}
    for words, slip in slips.items():
        if np.abs(grey - slip).max() <= (0.01 if slip.max() <= 1 else 1.01):
            return words
    return f"The pixel {picture[0, 0].tolist()} becomes {grey[0, 0]:g}; {right[0, 0]:g} is needed."


@exercise("01.5", needs="a function that takes a folder", lines=4)
def count_pictures(answer: object) -> str:
    """A function: folder → {class: number of .jpg files}, without hidden folders."""
    right = {"cats": 3, "dogs": 2, "rabbits": 0}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, number in (right | {".ipynb_checkpoints": 4}).items():
            _write(folder / label, dict.fromkeys([f"{one}.jpg" for one in range(number)], "picture"))
        (folder / "readme.txt").write_text("loose")
        (folder / "dogs" / "notes.txt").write_text("not a picture")
        (folder / "cats" / "0.jpg.part").write_text("half a download")
        counts = call(answer, folder)
    if not isinstance(counts, dict):
        raise Hint(f"It gives back {kind_of(counts)}. A dictionary is asked for: start with counts = {{}}.")
    _hint_if(
        (any(isinstance(key, Path) for key in counts), "The keys are paths. A folder's name as text is folder.name."),
        (any(str(key)[:1] == "." for key in counts), "A hidden folder became a class. Leave out names with a dot."),
        ("readme.txt" in counts, "A file became a class. entry.is_dir() tells folders from files."),
        (list in map(type, counts.values()), "The values are the files themselves. len() counts a list."),
        (counts.get("dogs") == 3, "A text file beside the pictures was counted. Only *.jpg are pictures."),
        (counts.get("cats") == 4, "0.jpg.part was counted: a name that holds .jpg, but does not end in it."),
        (counts == {"cats": 3, "dogs": 2}, "A class without pictures is missing. It should be there, with 0."),
        (counts != right, f"For cats with 3, dogs with 2 and rabbits with 0 pictures it gives {counts}."),
    )
    return "A class that is missing or tiny is the first thing to look for in new data."


@exercise("01.6", needs="a function that takes a list of paths and a list of labels", lines=4)
def count_contradictions(answer: object) -> str:
    """A function: (paths, labels) → how many of the files have a copy with a different label."""
    cats = {"a.jpg": "1", "b.jpg": "2", "c.jpg": "2", "d.jpg": "3", "h.jpg": "2", "i.jpg": "5", "j.jpg": "5"}
    dogs = {"b.jpg": "4", "d.jpg": "6", "e.jpg": "1", "f.jpg": "1", "g.jpg": "1", "k.jpg": "5", "l.jpg": "5"}
    with tempfile.TemporaryDirectory() as name:
        _write(Path(name, "cats"), cats)
        _write(Path(name, "dogs"), dogs)
        order = sorted(Path(name).glob("*/*.jpg"), key=lambda path: path.name)
        count = as_number(call(answer, order, [int(path.parent.name == "dogs") for path in order]))
    slips: dict[float, str] = {
        2: "It counts contents: two pictures have copies with different labels. Count their files.",
        7: "It counts pairs of files. A file with three such copies is still one file.",
        5: "It leaves out the files that come first, or those of one class. Each file of a contradiction counts.",
        4: "It compares names: b.jpg of one folder may be another picture than b.jpg of the other. Compare bytes.",
        11: "Copies that carry the same label do not contradict each other. Look at the labels of each content.",
        14: "All 14 files were counted. Perhaps you compared their sizes, which are all equal here.",
        0: "There are contradictions in the test, and none was found. path.read_bytes() gives a file's content.",
    }
    if count != 8:
        raise Hint(slips.get(count, f"It finds {count:g} files where there are 8."))
    return "A dictionary from fingerprint to the set of its labels needs each file only once or twice."


def _hint_if(*rules: tuple[bool, str]) -> None:
    """Give the hint of the first rule that holds, if any."""
    for holds, words in rules:
        if holds:
            raise Hint(words)


def _write(folder: Path, contents: dict[str, str]) -> None:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_text(content)


MEASURES = ("height", "width", "red", "green", "blue")
_LEAKS = {"valid/cats/004.jpg": "train/cats/031.jpg", "valid/cats/022.jpg": "train/cats/009.jpg",
          "valid/dogs/011.jpg": "train/dogs/017.jpg", "valid/dogs/013.jpg": "train/dogs/038.jpg",
          "valid/dogs/027.jpg": "train/dogs/002.jpg"}  # fmt: skip
_COPIES, _WRONG = ("train/cats/006.jpg", "train/cats/024.jpg"), "train/cats/018.jpg"  # two in train are not a leak
_BLUER = 60  # levels that are added to the blue channel of every picture in a folder of dogs


@functools.cache
def faulty_folder() -> Path:
    """Make a folder of 140 pictures, train and valid, cats and dogs, with three planted faults; return its path."""
    kept = tempfile.TemporaryDirectory(prefix="faulty", ignore_cleanup_errors=True)
    atexit.register(kept.cleanup)
    folder = Path(kept.name)
    sample, rng = get_data("sample"), np.random.default_rng(0)
    for part, count in (("train/cats", 40), ("train/dogs", 40), ("valid/cats", 30), ("valid/dogs", 30)):
        (folder / part).mkdir(parents=True)
        paths = sorted((sample / part).glob("*.jpg"))
        for number, place in enumerate(rng.permutation(len(paths))[:count]):
            _save(read_image(paths[place]), folder / part / f"{number:03}.jpg", bluer="dogs" in part)
    _save(read_image(sample / "valid/dogs/dog.504.jpg"), folder / _WRONG, bluer=False)
    for copy, first in [_COPIES, *_LEAKS.items()]:
        (folder / copy).write_bytes((folder / first).read_bytes())
    return folder


def _save(pixels: np.ndarray, path: Path, *, bluer: bool) -> None:
    wide = pixels.astype(int) + np.array([0, 0, _BLUER * bluer])
    Image.fromarray(np.clip(wide, 0, 255).astype(np.uint8)).save(path, quality=90)


@exercise("01.7", needs='a dictionary with "leak", "wrong label", "shortcut" and "percent"', lines=20)
def three_faults(answer: Any) -> str:
    """The faults planted by faulty_folder: validation files copied from train, a wrong label, a shortcut's accuracy."""
    _check_leak(_names(answer["leak"]))
    _check_label(_names(answer["wrong label"]))
    _check_shortcut(as_text(answer["shortcut"]).lower())
    _check_percent(as_number(answer["percent"]))
    return "Fingerprints, your eyes and a silly rule: with data of your own, use all three before you train."


def _names(value: Any) -> set[str]:
    """Return file names such as valid/cats/004.jpg, from text, paths, or a collection of them."""
    values = value if isinstance(value, (list, tuple, set, np.ndarray)) else [value]
    names = {"/".join(str(one).replace("\\", "/").split("/")[-3:]) for one in values}
    short = "".join(sorted(name for name in names if name.count("/") < 2)[:1])
    _hint_if((short != "", f"{short!r} does not say in which folder the file is. Write names as valid/cats/004.jpg."))
    return names


def _check_leak(found: set[str]) -> None:
    right, twins = {*_LEAKS}, {*_LEAKS.values()}
    _hint_if(
        (found == twins, "Those are the copies that belong in train. The files of valid are asked for."),
        (bool(found & {*_COPIES}), "Two equal files in train are not a leak: nothing has gone from set to set."),
        (found >= right | twins, "Both files of each pair are there. Name only those of valid."),
        (len(found) == 60, "That is all of valid. Did you compare names? All folders have the same: compare contents."),
        (not found <= right, f"{min(found - right, default='')} is not a leaked validation file."),
        (found != right, f"{len(found)} of the {len(right)} leaked files. Compare valid with all of train."),
    )


def _check_label(found: set[str]) -> None:
    name = min(found, default="")
    has_copy = name in {*_COPIES, *_LEAKS, *_LEAKS.values()}
    _hint_if(
        (len(found) != 1, f"You name {len(found)} files. One label is wrong."),
        (name == _WRONG.replace("cats", "dogs"), "The number is right, the folder is not. Which folder is it in?"),
        (has_copy, f"{name} has a copy, and both have the right label. Draw all training pictures, class by class."),
        (not name.startswith("train/"), "The labels of valid are right. Look at the training pictures."),
        (name != _WRONG, f"{name} shows what its folder says. Draw all pictures of a class, with their names."),
    )


def _check_shortcut(word: str) -> None:
    _hint_if((word not in MEASURES, f"Choose one of the five measures: {', '.join(MEASURES)}."))
    percent = _right_by("valid", word)
    _hint_if((word != "blue", f'By "{word}" alone, {percent:.1f} % of valid are right. One measure gets far more.'))


def _check_percent(percent: float) -> None:
    right = _right_by("valid", "blue")
    if abs(percent - right) < 0.6:
        return
    slips = {
        "That is the share as a fraction. In percent it is 100 times as much.": right / 100,
        "That is how many are wrong. The bluer side of the midpoint is that of the dogs.": 100 - right,
        "That is the percentage for train. Learn the midpoint there, and count on valid.": _right_by("train", "blue"),
        "That midpoint was learned on valid. Learn it on train.": _right_by("valid", "blue", "valid"),
    }
    slips |= {f"That is the percentage for {word}.": _right_by("valid", word) for word in MEASURES[:4]}
    _hint_if(*((abs(percent - slip) <= 0.006 * slip, words) for words, slip in slips.items()))
    raise Hint("The midpoint is halfway between the mean blue of all cats and of all dogs in train. Count on valid.")


def _right_by(part: str, measure: str, learned_on: str = "train") -> float:
    """Return the percentage of a part that one measure's midpoint rule, learned on a part, gets right."""
    values = {key: table[:, MEASURES.index(measure)] for key, table in _tables().items()}
    cats, dogs = (values[learned_on, label].mean() for label in ("cats", "dogs"))
    on_cats, on_dogs = ((values[part, label] > (cats + dogs) / 2) == (dogs > cats) for label in ("cats", "dogs"))
    return 100 * float(np.concatenate([~on_cats, on_dogs]).mean())


@functools.cache
def _tables() -> dict[tuple[str, str], np.ndarray]:
    """Return the five measures of every picture of the faulty folder, a table for each part and class."""
    return {(folder.parent.name, folder.name): _measured(folder) for folder in faulty_folder().glob("*/*")}


def _measured(folder: Path) -> np.ndarray:
    pictures = map(read_image, folder.glob("*.jpg"))
    return np.array([(*picture.shape[:2], *picture.mean(axis=(0, 1))) for picture in pictures])
