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
# # 06 · Why it works: solutions
#
# The questions of [lesson 06](../06_why_it_works.ipynb) and one good answer to each. Yours may look different and be
# just as good: the check decides.
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
# **1.** Write `my_hat(x, place, width, height)`: climb, turn by twice as much, and stay flat.

# %% tags=["nbval-check-output"]
import numpy as np


def my_hat(x, place, width, height):
    slope = height / width
    left, middle, right = (np.maximum(x - bend, 0) for bend in (place - width, place, place + width))
    return slope * left - 2 * slope * middle + slope * right


check("06.1", my_hat)

# %% [markdown]
# **2.** Write `slope_changes(x, y)`. `np.diff` subtracts each number from the next one. `prepend=0` puts the slope of
# the flat part on the left before the others.


# %% tags=["nbval-check-output"]
def slope_changes(x, y):
    steepness = np.diff(y) / np.diff(x)
    return np.diff(steepness, prepend=0)


check("06.2", slope_changes)

# %% [markdown]
# **3.** A gap a hundred times smaller: the gap shrinks with the square of the number, and 10² is 100.

# %% tags=["nbval-check-output"]
check("06.3", 12 * 10)

# %% [markdown]
# **4.** Write `one_step(places, slopes, x, y, rate)`. `places[:, None]` makes a column of the places, so that
# `activations` has a row for each ReLU.


# %% tags=["nbval-check-output"]
def one_step(places, slopes, x, y, rate):
    activations = np.maximum(x - places[:, None], 0)
    errors = slopes @ activations - y
    gradient = 2 * (activations * errors).mean(axis=1)
    return slopes - rate * gradient


check("06.4", one_step)

# %% [markdown]
# **5.** Write `my_counts(path, size)`. `counts[rows, columns] += 1` would count a cell only once, even where it occurs
# ten times.


# %% tags=["nbval-check-output"]
def my_counts(path, size):
    columns, rows = np.minimum((path * size).astype(int), size - 1).T
    counts = np.zeros((size, size))
    np.add.at(counts, (rows, columns), 1)
    return counts


check("06.5", my_counts)

# %% [markdown]
# **6.** Without a check. Your own hand slows down before small targets, wanders while you read, scrolls, leaves the
# window. Some people use a touchpad, and some no mouse at all. A classifier that calls them bots does harm.
#
# Back to [lesson 06](../06_why_it_works.ipynb).
