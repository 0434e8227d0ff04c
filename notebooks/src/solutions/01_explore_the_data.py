# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 · Explore the data: solutions
#
# The questions of [lesson 01](../01_explore_the_data.ipynb) and one good answer to each. Yours may look different and
# be just as right: the check decides.
#
# **Time**: 15 minutes. **Needs**: the lesson, tried first.

# %%
try:
    import helpers
except ImportError:
    get_ipython().run_line_magic("pip", "install -q https://github.com/the-whole-game/whole-game/archive/v0.3.0.zip")

# %%
# %matplotlib inline
from helpers import report_machine
from helpers.exercises import answer_quiz, check, predict_first, quiz, reveal

report_machine()

# %% [markdown]
# **1.** A telephone takes colour pictures that are 3,000 pixels high and 4,000 wide. How many numbers is one of them?

# %% tags=["nbval-check-output"]
check("01.1", 3000 * 4000 * 3)

# %% [markdown]
# **2.** Of the 25,000 labelled photographs, what percentage is kept for validation?

# %% tags=["nbval-check-output"]
check("01.2", 100 * 2_000 / 25_000)

# %% [markdown]
# **3.** Write `bottom_right(picture)`: the bottom-right quarter of any picture.


# %% tags=["nbval-check-output"]
def bottom_right(picture):
    height, width = picture.shape[:2]
    return picture[height // 2 :, width // 2 :]


check("01.3", bottom_right)

# %% [markdown]
# **4.** Write `to_grey(picture)`: the mean of red, green and blue, as `uint8`. `mean` computes with decimal numbers, so
# nothing wraps around.


# %% tags=["nbval-check-output"]
def to_grey(picture):
    mean = picture.mean(axis=2)
    rounded = mean.round()
    return rounded.astype("uint8")


check("01.4", to_grey)

# %% [markdown]
# Both on a real picture:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers import get_data, read_image
from helpers.plots import show_images

PATH = get_data("sample")
picture = read_image(PATH / "train/cats/cat.0.jpg")
axes = show_images([picture, bottom_right(picture), to_grey(picture)], ["picture", "quarter", "grey"], columns=3)

# %% [markdown]
# **5.** Write `count_pictures(folder)`: a dictionary from class to number of pictures.


# %% tags=["nbval-check-output"]
def count_pictures(folder):
    counts = {}
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.name.startswith("."):
            counts[entry.name] = len(list(entry.glob("*.jpg")))
    return counts


print(count_pictures(PATH / "train"))
check("01.5", count_pictures)

# %% [markdown]
# **6.** Write `count_contradictions(paths, labels)`: how many of the files have a copy with a different label.

# %% tags=["nbval-check-output"]
import hashlib


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def count_contradictions(paths, labels):
    marks, labels_of = [fingerprint(path) for path in paths], {}
    for mark, label in zip(marks, labels, strict=True):
        labels_of.setdefault(mark, set()).add(label)
    return sum(len(labels_of[mark]) > 1 for mark in marks)


check("01.6", count_contradictions)

# %% [markdown]
# **7.** The faulty folder. The leak, by fingerprints (`doctor(FAULTY).of("leak")` finds the same pairs of files):

# %%
from helpers.exercises.lesson_01 import faulty_folder

FAULTY = faulty_folder()
train, valid = (sorted((FAULTY / part).glob("*/*.jpg")) for part in ("train", "valid"))
seen = {fingerprint(path) for path in train}
leak = ["/".join(path.parts[-3:]) for path in valid if fingerprint(path) in seen]
print(leak)

# %% [markdown]
# The wrong label, by looking. The dogs of `train` are all dogs, with a blue tint. Among its cats is a dog:

# %%
cats = [path for path in train if path.parent.name == "cats"]
axes = show_images([read_image(path) for path in cats], [path.stem for path in cats], columns=8)

# %% [markdown]
# The shortcut, by the rule of the midpoint, with each of the five measures:

# %%
import numpy as np


def measured(paths):
    pictures = [read_image(path) for path in paths]
    return np.array([(*picture.shape[:2], *picture.mean(axis=(0, 1))) for picture in pictures])


is_dog, is_valid_dog = (np.array([path.parent.name == "dogs" for path in paths]) for paths in (train, valid))
table = measured(train)
cat_means, dog_means = table[~is_dog].mean(axis=0), table[is_dog].mean(axis=0)
says_dog = (measured(valid) > (cat_means + dog_means) / 2) == (dog_means > cat_means)
percents = 100 * (says_dog == is_valid_dog[:, None]).mean(axis=0)
print(dict(zip(["height", "width", "red", "green", "blue"], percents.round(1).tolist(), strict=True)))

# %% [markdown]
# Four are close to a coin's 50 %. Blue is far from it:

# %%
check("01.7", {"leak": leak, "wrong label": "train/cats/018.jpg", "shortcut": "blue", "percent": percents[4]})

# %% [markdown]
# **The answers to the quizzes**:

# %% tags=["nbval-check-output"]
for name, letter in [("01.1", "c"), ("01.2", "b"), ("01.3", "a")]:
    answer_quiz(name, letter)

# %% [markdown]
# **The predictions**: the mean colour does not change (`"no"`). Brightness alone is right about half of the time. The
# best of the 1,000 coins in the lesson gets 65 of 100 pictures right.
#
# Back to [lesson 01](../01_explore_the_data.ipynb), or on to [02 · First training](../02_first_training.ipynb).
