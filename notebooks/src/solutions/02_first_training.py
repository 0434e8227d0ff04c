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
# # 02 · First training: solutions
#
# The questions of [lesson 02](../02_first_training.ipynb) and one good answer to each. Yours may look different and be
# just as right: the check decides.
#
# **Time**: 10 minutes. **Needs**: the lesson, tried first.

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
# **1.** Of the photographs of lesson 01, 23,000 are for training. With batches of 64: how many steps are in an epoch?

# %% tags=["nbval-check-output"]
import math

check("02.1", math.ceil(23_000 / 64))

# %% [markdown]
# **2.** Write `softmax(scores)`. Subtracting the largest score from all of them changes nothing, because it divides
# numerator and denominator by the same factor. But e to the 1000 is too large for the computer, and e to the 0 is not.

# %% tags=["nbval-check-output"]
import numpy as np


def softmax(scores):
    exponentials = np.exp(scores - np.max(scores))
    return exponentials / exponentials.sum()


check("02.2", softmax)

# %% [markdown]
# **3.** Three classes, and a picture of the third. The model gives them 0.5, 0.25 and 0.25. What is its loss for this
# picture?

# %% tags=["nbval-check-output"]
check("02.3", -np.log(0.25))

# %% [markdown]
# **4.** Write `accuracy(batches)`: the accuracy over all pictures, from pairs (how many were right, how many there
# were).


# %% tags=["nbval-check-output"]
def accuracy(batches):
    right = sum(good for good, _ in batches)
    total = sum(count for _, count in batches)
    return right / total


check("02.4", accuracy)

# %% [markdown]
# **5.** Write `standardise(picture)`: each channel gets mean 0 and standard deviation 1. `axis=(0, 1)` takes the mean
# over rows and columns, so one number for each channel is left.


# %% tags=["nbval-check-output"]
def standardise(picture):
    mean, deviation = picture.mean(axis=(0, 1)), picture.std(axis=(0, 1))
    return (picture - mean) / deviation


check("02.5", standardise)

# %% [markdown]
# **6.** Write `confusion(labels, predicted, classes)`: rows for the labels, columns for what was predicted.


# %% tags=["nbval-check-output"]
def confusion(labels, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for label, guess in zip(labels, predicted, strict=True):
        counts[label, guess] += 1
    return counts


check("02.6", confusion)

# %% [markdown]
# **7.** The project. First the three lines, with what was asked for:

# %%
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

my_data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 96))
my_learn = ConvLearner.pretrained("resnet10", my_data, precompute=True, seed=4)
my_history = my_learn.fit(0.01, 3)

# %% [markdown]
# Then the pictures about which it is wrong, and the probability of each answer. `argmax` says where the largest one is.

# %%
my_predictions = my_learn.predict_all()
wrong = np.flatnonzero(~my_predictions.correct)
sure = my_predictions.probabilities[wrong].max(axis=1)
my_picture = my_predictions.paths[wrong[sure.argmax()]].name
check("02.7", [my_history, my_predictions, my_picture, my_learn.save("project")])

# %% [markdown]
# The accuracy is lower than in the lesson, where the pictures had 128 × 128 pixels. And confidence is no proof: the
# picture with the surest wrong answer is one of those to look at first.

# %% [markdown]
# Back to [lesson 02](../02_first_training.ipynb).
