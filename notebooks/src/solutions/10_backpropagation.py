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
# # 10 · Backpropagation by hand: solutions
#
# The questions of [lesson 10](../10_backpropagation.ipynb) and one good answer to each. Yours may look different and be
# just as right: the check decides.
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
# **1.** A gradient by nudging. Two copies of the list, so that `numbers` stays as it is.


# %% tags=["nbval-check-output"]
def nudged(f, numbers, place):
    up, down = list(numbers), list(numbers)
    up[place] += 0.0001
    down[place] -= 0.0001
    return (f(up) - f(down)) / 0.0002


check("10.1", nudged)

# %% [markdown]
# **2.** The difference is −1 · 3 + 2 − 1 = −2, and its square has the gradient 2 · (−2) = −4. From there to `w`: times
# `x`; to `x`: times `w`; to `b`: times 1.

# %% tags=["nbval-check-output"]
three_gradients = [-4 * 3, -4 * -1, -4 * 1]
check("10.2", three_gradients)

# %% [markdown]
# **3.** Two more operations. The lesson's `Node`, once more:


# %%
class Node:
    def __init__(self, number, parents=(), local=()):
        self.number, self.parents, self.local = number, parents, local
        self.gradient = 0.0


# %% [markdown]
# Each operation gives its result, what it was made of, and the local derivatives:

# %% tags=["nbval-check-output"]
import math


def divide(a, b):
    return Node(a.number / b.number, (a, b), (1 / b.number, -a.number / b.number**2))


def sigmoid(a):
    s = 1 / (1 + math.exp(-a.number))
    return Node(s, (a,), (s * (1 - s),))


check("10.3", [divide, sigmoid])

# %% [markdown]
# **4.** The local derivative has to be multiplied by the node's own gradient, and the paths of a number that is used
# twice add up.


# %% tags=["nbval-check-output"]
def walk_back(order):
    order[-1].gradient = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local, strict=True):
            parent.gradient += local * node.gradient


check("10.4", walk_back)

# %% [markdown]
# **5.** The way back through a layer. Only these products have the right shapes.


# %% tags=["nbval-check-output"]
def layer_back(inputs, weight, gradient):
    return gradient @ weight.T, inputs.T @ gradient, gradient.sum(axis=0)


check("10.5", layer_back)

# %% [markdown]
# **6.** One call gives 2 · (3 · 2 − 1) · 2 = 20, and `backward()` adds to what is there.

# %% tags=["nbval-check-output"]
sum_of_three = 20 + 20 + 20
check("10.6", sum_of_three)

# %% [markdown]
# **7.** The project. The gradient of a mean of squares is twice the difference, divided by how many there are.


# %% tags=["nbval-check-output"]
import numpy as np


def train_line(inputs, targets, rate, steps):
    weight, bias, losses = np.zeros((inputs.shape[1], 1)), np.zeros(1), []
    for _ in range(steps):
        difference = inputs @ weight + bias - targets
        losses.append((difference**2).mean())
        gradient = 2 * difference / len(targets)
        weight -= rate * inputs.T @ gradient
        bias -= rate * gradient.sum(axis=0)
    return weight, bias, losses


check("10.7", train_line)

# %% [markdown]
# Back to [lesson 10](../10_backpropagation.ipynb).
