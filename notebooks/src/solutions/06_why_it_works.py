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
# **6.** The project. Each step computes the sum and its loss anew, calls `backward()`, and changes the four tensors in
# place. Inside `torch.no_grad()`, PyTorch does not record that change. A cleared `.grad` keeps the gradients of two
# steps apart.


# %%
import torch


def fit(x, y, start, rate, steps):
    w, b, v, c = parameters = [one.clone().requires_grad_() for one in start]
    losses = []
    for _ in range(steps):
        loss = ((torch.relu(x[:, None] * w + b) @ v + c - y) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            for one in parameters:
                one -= rate * one.grad
                one.grad = None
    return parameters, losses


# %% [markdown]
# A function of our own: a wave that grows. With 40 ReLUs:

# %% tags=["nbval-check-output"]
torch.manual_seed(1)
x = torch.linspace(-1, 1, 101)
y = (1 + x) * torch.sin(4 * x)
start = [torch.randn(40), torch.randn(40), 0.2 * torch.randn(40), torch.zeros(())]
own_run = (x, y, start, 0.05, 3000)
check("06.6", [fit, own_run])

# %% [markdown]
# What it looks like:

# %%
from helpers.plots import GREY, plot_line

(w, b, v, c), losses = fit(*own_run)
axes = plot_line(x, y, xlabel="x", ylabel="", colour=GREY, label="our function")
sum_of_relus = (torch.relu(x[:, None] * w + b) @ v + c).detach()
axes = plot_line(x, sum_of_relus, xlabel="x", ylabel="", label="40 ReLUs", ax=axes)

# %% [markdown]
# **The questions beside the explorer.** Five ReLUs can come within about 0.03 of the hill, with a bend at each foot, two
# beside the top, and one more on the left slope:

# %% tags=["nbval-check-output"]
from helpers.explorers.function_builder import Builder
from helpers.lessons.relu_sums import ReluSum

five = ReluSum(
    places=[0.492, 0.074, -0.065, -0.626, -0.406],
    slopes=[1.798, -1.844, -2.442, 1.036, 1.136],
    sides=[-1, -1, 1, 1, 1],
    bias=-0.71,
)
print(f"largest gap: {Builder('hill', five).gap:.3f}")

# %% [markdown]
# Which rate is too much depends on the start. From the explorer's own, which ReLUs still give more than 0 anywhere after
# a thousand steps?

# %% tags=["nbval-check-output"]
from helpers.lessons.relu_sums import descend, race, random_sum, target

x = np.linspace(-1, 1, 201)
wave, start = target("wave", x), random_sum(6, seed=1)
alive = {}
for rate in (0.05, 0.1, 0.2, 0.5, 1, 2):
    *_, end = descend(start, x, wave, rate=rate, steps=1000)
    alive[rate] = int((end.function.activations(x) > 0).any(axis=1).sum())
    print(f"rate {rate}: {'it ran away' if end.diverged else f'{alive[rate]} of 6'}")
assert alive[0.05] == 6
assert alive[0.2] == alive[1] == 0
assert end.diverged

# %% [markdown]
# From 0.2 on, all are flat, and at 2 the loss runs away. A start that gets stuck is easy to find: a single ReLU at 1
# with side 1 gives 0 everywhere, so the gradients of its place and its slope are 0. Where there are no points, nothing
# holds the sum: between two bends it is straight, and beyond the last one it goes straight on.
#
# The race, at two rates:

# %% tags=["nbval-check-output"]
for rate in (0.05, 0.005):
    ends = {name: losses[-1] for name, losses in race(start, x, wave, rate=rate).items()}
    print(f"rate {rate}:", ", ".join(f"{name} {loss:.2g}" for name, loss in ends.items()))
    assert min(ends, key=ends.get) == "Adam"

# %% [markdown]
# Adam is ahead at both. At the smaller rate, 200 steps are not enough for any of the three.

# %% [markdown]
# Back to [lesson 06](../06_why_it_works.ipynb).
