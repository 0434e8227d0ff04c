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
# # 07 · Deep and fast: solutions
#
# The questions of [lesson 07](../07_deep_and_fast.ipynb) and one good answer to each. Yours may look different and be just
# as right: the check decides.
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
# **1.** Write `saw(u, times)`: the output of one tent is the input of the next. `np.minimum(2 * u, 2 - 2 * u)` is a tent, too.

# %% tags=["nbval-check-output"]
import numpy as np


def saw(u, times):
    for _ in range(times):
        u = 2 * np.maximum(u, 0) - 4 * np.maximum(u - 0.5, 0)
    return u


check("07.1", saw)

# %% [markdown]
# **2.** A million pieces: 20 layers make the first power of two that is not smaller.

# %% tags=["nbval-check-output"]
check("07.2", np.ceil(np.log2(1_000_000)))

# %% [markdown]
# **3.** As many parameters as `[2, 10, 10, 10, 1]`, with one hidden layer. `[2, units, 1]` has 3 · units + units + 1.

# %% tags=["nbval-check-output"]
from helpers.lessons.depth import count_parameters

check("07.3", (count_parameters([2, 10, 10, 10, 1]) - 1) / 4)

# %% [markdown]
# **4.** Write `layer(inputs, weights, biases)`. NumPy adds the biases to every row.


# %% tags=["nbval-check-output"]
def layer(inputs, weights, biases):
    return np.maximum(inputs @ weights.T + biases, 0)


check("07.4", layer)

# %% [markdown]
# **5.** Write `nearest(pictures, examples)`. NumPy repeats the pictures along the second axis and the examples along the first.


# %% tags=["nbval-check-output"]
def nearest(pictures, examples):
    differences = pictures[:, None] - examples
    distances = (differences**2).sum(axis=2)
    return distances.argmin(axis=1)


check("07.5", nearest)

# %% [markdown]
# **6.** The 95 % interval of 76 mistakes in 1,500 pictures:

# %% tags=["nbval-check-output"]
from helpers.statistics import wilson_interval

check("07.6", wilson_interval(76, 1500))

# %% [markdown]
# **7.** A depth experiment. A multiplication is needed for every weight and every number of `u`:

# %%
from itertools import pairwise

from helpers.lessons.depth import fit_networks, root_mean_square_error, tent

u, experiment = np.linspace(0, 1, 129), {}
for depth in (1, 2, 4):
    fitting = [[1, *[width] * depth, 1] for width in range(1, 400)]
    sizes = max(one for one in fitting if count_parameters(one) <= 400)
    multiplications = len(u) * sum(before * after for before, after in pairwise(sizes))
    losses, curves = fit_networks(sizes, u, tent(u, 3), rate=0.02, steps=500, seeds=range(4))
    error = np.median(root_mean_square_error(curves, tent(u, 3)))
    experiment[depth] = sizes, count_parameters(sizes), multiplications, losses, error
    print(f"{depth} hidden: {sizes}, {multiplications:,} multiplications, median error {error:.3f}")

check("07.7", experiment)

# %% [markdown]
# The deepest network has the smallest error here. But depth did not help step by step: the network with two hidden layers
# does worse than the one with a single layer, although it takes the most multiplications. With four starts of each, this is
# an observation about this saw.

# %% [markdown]
# Back to [lesson 07](../07_deep_and_fast.ipynb).
