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
# # 09 · Improving the model: solutions
#
# The questions of [lesson 09](../09_improving_the_model.ipynb) and one good answer to each. Yours may look different
# and be just as right: the check decides.
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
# **1.** How many epochs does `learn.fit(0.01, 4, cycle_len=2, cycle_mult=2)` train?

# %% tags=["nbval-check-output"]
check("09.1", sum(2 * 2**cycle for cycle in range(4)))

# %% [markdown]
# **2.** The head should learn with 0.02, and each earlier group with a fifth of the rate of the next. The early layers
# come first.

# %% tags=["nbval-check-output"]
check("09.2", [0.02 / 25, 0.02 / 5, 0.02])

# %% [markdown]
# **3.** Write an augmentation, `change(picture)`: mirrored at random, and lighter or darker. `.float()` makes sure that
# the sum is not in `uint8`, where 250 + 40 is 34. The check says how often it was mirrored, so without the seed your
# number will differ.

# %%
import torch


def change(picture):
    if torch.rand(()) < 0.5:
        picture = picture.flip(2)
    amount = torch.rand(()) * 80 - 40
    return (picture.float() + amount).clamp(0, 255).to(torch.uint8)


torch.manual_seed(1)
check("09.3", change)

# %% [markdown]
# **4.** Write `falling(rate, step, steps)`: the cosine goes from 1 to −1, plus 1 from 2 to 0, and half of that from 1
# to 0.

# %% tags=["nbval-check-output"]
import math


def falling(rate, step, steps):
    return rate * (1 + math.cos(math.pi * step / steps)) / 2


check("09.4", falling)

# %% [markdown]
# **5.** Write `together(one, other)`: the mean first, and then the most probable class.


# %% tags=["nbval-check-output"]
def together(one, other):
    mean = (one + other) / 2
    return mean.argmax(axis=1)


check("09.5", together)

# %% [markdown]
# **6.** Write `mcnemar(first, second)`. `&` and `~` work on whole arrays of booleans: *and*, *not*.


# %% tags=["nbval-check-output"]
def mcnemar(first, second):
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    coins, fewer = only_first + only_second, min(only_first, only_second)
    ways = sum(math.comb(coins, k) for k in range(fewer + 1))
    return min(1, 2 * ways / 2**coins)


check("09.6", mcnemar)

# %% [markdown]
# **7.** Of 2,000 pictures, 9 that were wrong are right, and 2 that were right are wrong. What is the verdict? The
# number of pictures makes no difference to it: 1,989 of them say nothing.

# %% tags=["nbval-check-output"]
from helpers.statistics import Comparison

check("09.7", Comparison(only_first=2, only_second=9, total=2000).verdict)

# %% [markdown]
# **8.** All steps at half the size. The first predictions are made before the body learns, and the second learner has
# the same data:

# %%
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.statistics import compare

my_data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 64, aug="side_on"))
my_learn = ConvLearner.pretrained("resnet10", my_data, precompute=True, seed=7)
head_history = my_learn.fit(0.01, 2)
first = my_learn.predict_all()
my_learn.precompute = False
my_learn.unfreeze()
whole_history = my_learn.fit([2e-5, 2e-4, 2e-3], 2, cycle_len=1, cycle_mult=2)
my_learn.save("project")
second = ConvLearner.pretrained("resnet10", my_data, seed=7)
second.load("project")
my_project = [head_history, first, whole_history, second, compare(first, second.tta())]
check("09.8", my_project)

# %% [markdown]
# Back to [lesson 09](../09_improving_the_model.ipynb).
