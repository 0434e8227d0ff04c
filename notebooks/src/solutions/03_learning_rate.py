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
# The questions of [lesson 03](../03_learning_rate.ipynb) and one good answer to each. Yours may look different and be
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
# **1.** On x², where does one step from 3 lead, at a rate of 0.1?

# %% tags=["nbval-check-output"]
slope = 2 * 3
check("03.1", 3 - 0.1 * slope)

# %% [markdown]
# **2.** Write `descend(slope, start, rate, steps)`: the position after that many steps. Every step computes the slope
# at the present x.


# %% tags=["nbval-check-output"]
def descend(slope, start, rate, steps):
    x = start
    for _ in range(steps):
        x = x - rate * slope(x)
    return x


check("03.2", descend)

# %% [markdown]
# **3.** The curve 3x² has the slope 6x. What is the largest rate at which descent does not diverge on it? A step leads
# from $x$ to $x - \text{rate} \cdot 6x = (1 - 6\,\text{rate})\,x$. At the border the factor is −1.

# %% tags=["nbval-check-output"]
check("03.3", 2 / 6)

# %% [markdown]
# *Is that so?* A little below it and a little above it, 300 steps each. `descend` is our own, from above.

# %% tags=["nbval-check-output"]
for rate in (0.33, 0.34):
    print(f"rate {rate}: {abs(descend(lambda x: 6 * x, 1.0, rate, 300)):.3g} from the bottom")

# %% [markdown]
# **4.** How many epochs does `learn.fit(0.01, 4, cycle_len=1, cycle_mult=2)` train? Four cycles, each twice as long as
# the one before.

# %% tags=["nbval-check-output"]
check("03.4", sum(2**cycle for cycle in range(4)))

# %% [markdown]
# **5.** Write `steepest(rates, curve)`: `np.diff` gives how much the curve changes from each rate to the next. The
# largest fall is the smallest of these differences.


# %% tags=["nbval-check-output"]
import numpy as np


def steepest(rates, curve):
    changes = np.diff(curve)
    return rates[changes.argmin()]


check("03.5", steepest)

# %% [markdown]
# **6.** Which of the five marked rates is nearest to what the rule of this lesson chooses? B is the steepest place. At
# C the curve still falls more than a fifth as fast, and at D, the lowest point, it no longer falls. *How fast exactly?*

# %% tags=["nbval-check-output"]
from helpers.exercises.lesson_03 import given_curve

rates, losses, marked = given_curve()
falls = np.gradient(losses, np.log10(rates))
for letter, rate in marked.items():
    print(letter, round(float(np.interp(rate, rates, falls) / falls.min()), 2), "of the steepest fall")
check("03.6", "C")

# %% [markdown]
# **7.** Find a rate for a new set, and check it. Each training begins with a learner of its own, and `fresh` makes one.

# %%
from helpers import ConvLearner, ImageClassifierData, tfms_from_model
from helpers.exercises.lesson_03 import turned_pictures

turned = ImageClassifierData.from_paths(turned_pictures(), tfms=tfms_from_model("resnet10", 128))


def fresh():
    return ConvLearner.pretrained("resnet10", turned, precompute=True, seed=0)


learn = fresh()
choice = learn.lr_find()
axes = learn.sched.plot()

# %% [markdown]
# Three runs of two epochs, and what each ended with. The tables are hidden.

# %%
from contextlib import redirect_stdout
from io import StringIO

tried = [choice / 3, choice, 3 * choice]
with redirect_stdout(StringIO()):
    histories = [fresh().fit(rate, 2) for rate in tried]
ends = [history[-1] for history in histories]
for rate, end in zip(tried, ends, strict=True):
    print(f"rate {rate:.3f}   validation loss {end.valid_loss:.3f}   accuracy {100 * end.accuracy:.1f} %")
losses = [end.valid_loss for end in ends]
best = tried[losses.index(min(losses))]
assert choice > 0.01
assert best == tried[0]
check("03.7", [learn, histories, best])

# %% [markdown]
# The finder chose a larger rate than the 0.01 that suited cats and dogs. For two epochs it is too large: a third of it
# ends at a lower loss.
#
# Back to [lesson 03](../03_learning_rate.ipynb).
