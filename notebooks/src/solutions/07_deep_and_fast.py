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
# The questions of [lesson 07](../07_deep_and_fast.ipynb) and one good answer to each. Yours may look different and be as
# right: the check decides.
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
# **1.** Write `saw(u, times)`: what comes out of one tent goes into the next. `np.minimum(2 * u, 2 - 2 * u)` is a tent, too.

# %% tags=["nbval-check-output"]
import numpy as np


def saw(u, times):
    for _ in range(times):
        u = 2 * np.maximum(u, 0) - 4 * np.maximum(u - 0.5, 0)
    return u


check("07.1", saw)

# %% [markdown]
# **2.** A million pieces: the first power of two that is not smaller.

# %% tags=["nbval-check-output"]
check("07.2", np.ceil(np.log2(1_000_000)))

# %% [markdown]
# **3.** As many parameters as `[1, 12, 12, 1]`, with one hidden layer. It has 3 · units + 1.

# %% tags=["nbval-check-output"]
from helpers.lessons.depth import count_parameters

check("07.3", (count_parameters([1, 12, 12, 1]) - 1) / 3)

# %% [markdown]
# **4.** Write `layer(inputs, weights, offsets)`. NumPy adds the offsets to every row.


# %% tags=["nbval-check-output"]
def layer(inputs, weights, offsets):
    return np.maximum(inputs @ weights.T + offsets, 0)


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
# **7.** Without a check. Saws of 8, 16 and 32 pieces, by a wide and a deep network of 901 parameters, at a rate of 0.03. How
# far each of three starts is off at the end:

# %%
from helpers.lessons.depth import fit_networks, root_mean_square_error, tent

u = np.linspace(0, 1, 257)
for times in (3, 4, 5):
    for name, sizes in (("wide", [1, 300, 1]), ("deep", [1, 20, 20, 20, 1])):
        curves = fit_networks(sizes, u, tent(u, times), rate=0.03, steps=1000, seeds=range(3))[1]
        print(
            f"{2**times:>2} pieces, {name}:",
            *(f"{off:.3f}" for off in np.sort(root_mean_square_error(curves, tent(u, times)))),
        )

# %% [markdown]
# The saw of 8 pieces is easy for both. That of 32 is too hard for both, in so few steps. In between lies a range where depth
# makes the difference, from some starts.

# %% [markdown]
# Back to [lesson 07](../07_deep_and_fast.ipynb).
