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
# # 03 · The learning rate: solutions
#
# The questions of [lesson 03](../03_learning_rate.ipynb) and one good answer to each. Yours may look different and be as
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
# **1.** On x², standing at 3, with a rate of 0.1: where does one step lead?

# %% tags=["nbval-check-output"]
slope = 2 * 3
check("03.1", 3 - 0.1 * slope)

# %% [markdown]
# **2.** Write `descend(slope, start, rate, steps)`: where gradient descent is after so many steps. The slope is asked for anew in
# every step, where x stands by then.


# %% tags=["nbval-check-output"]
def descend(slope, start, rate, steps):
    x = start
    for _ in range(steps):
        x = x - rate * slope(x)
    return x


check("03.2", descend)

# %% [markdown]
# **3.** The curve 3x² has the slope 6x. What is the largest rate that does not run away on it? A step makes
# $x - \text{rate} \cdot 6x = (1 - 6\,\text{rate})\,x$ of $x$. At the border the factor is −1.

# %% tags=["nbval-check-output"]
check("03.3", 2 / 6)

# %% [markdown]
# *Is that so?* A little below it and a little above it, 300 steps each. `descend` is our own, from above.

# %% tags=["nbval-check-output"]
for rate in (0.33, 0.34):
    print(f"rate {rate}: {abs(descend(lambda x: 6 * x, 1.0, rate, 300)):.3g} from the bottom")

# %% [markdown]
# **4.** How many epochs does `learn.fit(0.01, 4, cycle_len=1, cycle_mult=2)` train? Four cycles, each twice as long as the one
# before.

# %% tags=["nbval-check-output"]
check("03.4", sum(2**cycle for cycle in range(4)))

# %% [markdown]
# **5.** Write `sweep(first, last, steps)`: between so many rates there is one step less, so the factor is that root of the whole
# way. (`np.geomspace(first, last, steps)` does the same.)


# %% tags=["nbval-check-output"]
def sweep(first, last, steps):
    factor = (last / first) ** (1 / (steps - 1))
    return [first * factor**step for step in range(steps)]


check("03.5", sweep)

# %% [markdown]
# **6.** Write `running_mean(losses, keep)`: the running mean of each step, corrected for its start at 0.


# %% tags=["nbval-check-output"]
def running_mean(losses, keep):
    mean, means = 0.0, []
    for step, loss in enumerate(losses, start=1):
        mean = keep * mean + (1 - keep) * loss
        means.append(mean / (1 - keep**step))
    return means


check("03.6", running_mean)

# %% [markdown]
# **7.** Which of the five marked rates does the rule of this lesson choose? The highest at which the loss still falls clearly. The
# lowest point, D, is too far.

# %% tags=["nbval-check-output"]
check("03.7", "C")

# %% [markdown]
# **8.** With `sz = 64` the curve begins to fall at about the same rates: the head is the same. With a body of random numbers the loss
# falls less and later, because there is less to be learned from its activations. Between seeds, the choices lie apart
# by a factor of two to five: read them as "about", never as a digit.
#
# Back to [lesson 03](../03_learning_rate.ipynb).
