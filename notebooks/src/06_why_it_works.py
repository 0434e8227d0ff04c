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
# # 06 · Why it works
#
# **After this lesson you can**
#
# - turn data that are not pictures into pictures, and classify them with the same three lines;
# - tell artificial intelligence, machine learning and deep learning apart, by three answers to one question;
# - follow a continuous curve by hand with a sum of ReLUs, and fit such a sum by gradient descent;
# - state the universal approximation theorem correctly, and say four things that it does not promise;
# - say why a function that exists may not be found, and what helps to find it.
#
# **Time**: 45 minutes to read and try, and 45 minutes for the exercises. All cells together run in half a minute on two
# CPU cores.
#
# **Needs**: lesson 02 (the three lines), lesson 03 (gradient descent), lesson 05 (ReLU). No GPU, no internet.

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
# ## Paths of a mouse
#
# *What use is a classifier of pictures if your data are not pictures?* Many kinds of data can be **made** into
# pictures. In 2017 Gleb Esman drew the mouse movements of a website's visitors as pictures, and trained a network on
# them to find fraud. We ask something simpler: is a visitor a person or a program?
#
# The paths here are **simulated**: no real mouse was recorded. `person_path` imitates a person's hand, which starts and
# ends slowly, moves in arcs, trembles, and rests. A **heat map** shows where the mouse was: the longer it stayed, the
# brighter the place. Four visits by people:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]  # smaller than PNG
import numpy as np
from helpers.lessons.mouse_paths import bot_path, draw_heat_maps, heat_map, path_features, person_path
from helpers.plots import show_images

rng = np.random.default_rng(1)
axes = show_images([heat_map(person_path(rng)) for _ in range(4)], ["a person"] * 4)

# %% [markdown]
# And four by programs, called *bots*. One kind moves in straight lines at one speed, one jumps from target to target,
# and one imitates a person, but not well.

# %%
kinds = ["straight", "jumps", "imitates", "imitates"]
axes = show_images([heat_map(bot_path(rng, kind)) for kind in kinds], kinds)

# %% [markdown]
# *Which could you tell from a person, and how?* We draw 200 pictures of each class to train on and 100 to validate
# with, in a temporary folder:

# %%
import tempfile
from pathlib import Path

temporary = tempfile.TemporaryDirectory()
PATH = Path(temporary.name) / "visits"
paths = draw_heat_maps(PATH, seed=1)  # picture file → path of the mouse

# %% [markdown]
# The body of `resnet10` was trained on photographs, and none of them was a heat map. *What accuracy will the three
# lines reach, in percent, after five epochs?* Always saying "bots" gets 50.

# %%
predict_first("06.1", ...)

# %% [markdown]
# The same three lines as in lesson 02, with five epochs and a seed:

# %%
from helpers import ConvLearner, ImageClassifierData, tfms_from_model

arch, sz = "resnet10", 128
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
history = learn.fit(0.01, 5)
reveal("06.1", 100 * history[-1].accuracy)
assert history[-1].accuracy > 0.85

# %% [markdown]
# *Which visits does it get wrong?* The name of a bot's file begins with its kind, so we can count.

# %%
from collections import Counter


def mistakes(predictions):
    wrong = predictions.probabilities.argmax(axis=1) != predictions.labels
    return Counter(path.name.split("-")[0] for path, is_wrong in zip(predictions.paths, wrong, strict=True) if is_wrong)


predictions = learn.predict_all()
print(mistakes(predictions))
assert mistakes(predictions)["jumps"] < 5

# %% [markdown]
# No jumping bot is missed. A few of the others are taken for people, and a few people for bots.
#
# ### A new kind of bot
#
# People who write bots change them when they are caught. *What happens with a new kind?* We draw the pictures again.
# This time no bot of the training set imitates a person, and all 100 bots of the validation set do. *How many of the
# 100 will be taken for people?*

# %%
predict_first("06.2", ...)

# %% [markdown]
# The same lines once more:

# %%
NEW = Path(temporary.name) / "a new kind"
draw_heat_maps(NEW, kinds=["straight", "jumps"], valid_kinds=["imitates"], seed=1)
new_data = ImageClassifierData.from_paths(NEW, tfms=tfms_from_model(arch, sz))
new_learn = ConvLearner.pretrained(arch, new_data, precompute=True, seed=1)
new_learn.fit(0.01, 5)
fooled = mistakes(new_learn.predict_all())
print(fooled)
reveal("06.2", fooled["imitates"])
assert fooled["imitates"] > 15 > 1.5 * mistakes(predictions)["imitates"]
temporary.cleanup()  # the pictures are no longer needed

# %% [markdown]
# Many of them pass. The classifier did not learn what a person is. It learned to tell people from the bots **that it
# was shown**. The accuracy of the first run holds only for pictures like those in its folder. Real visitors may move
# differently.

# %%
quiz("06.1")

# %% [markdown]
# ### A board is a picture
#
# A position in the game of Go can be a picture, too. The board has 19 × 19 points. The black stones are one channel,
# the white stones another:

# %%
board = np.zeros((19, 19), dtype=int)  # 0 empty, 1 black, 2 white
board[[3, 15, 16, 2, 9], [15, 3, 5, 5, 16]] = 1
board[[3, 15, 13, 16, 2], [3, 15, 3, 3, 13]] = 2
channels = [(board == value).astype(np.uint8) * 255 for value in (1, 2)]
axes = show_images(channels, ["black's stones", "white's stones"])

# %% [markdown]
# *Who is ahead? Where would an expert play?* These are questions for a classifier: the first has two answers, the
# second 361. In 2016 the program AlphaGo beat Lee Sedol, one of the best players. It searched for good moves, and such
# networks guided the search by rating moves and positions.

# %% [markdown]
# ## Three answers to one question
#
# Three terms are used for all this, and each contains the next: artificial intelligence, machine learning, deep
# learning. We answer one question, person or bot, in all three ways.
#
# **Artificial intelligence** is the oldest and widest: making a machine do what we would call intelligent in a person.
# Nothing need be learned: somebody may write a rule.
#
# *What could a rule look at?* `path_features` measures two properties of a path. *Straightness* is the share of its
# steps that keep their direction. *Unevenness* says how much the speed varies while the mouse moves. We guess a rule: a
# path with a straightness above 80 % is a bot's. On the validation visits:

# %% tags=["nbval-check-output"]
measured = np.array([path_features(path) for path in paths.values()], dtype=np.float32)
is_person = np.array([file.parent.name == "people" for file in paths]).astype(int)
in_train = np.array([file.parent.parent.name == "train" for file in paths])
rule = (measured[:, 0] < 0.8).astype(int)
right_by_rule = (rule == is_person)[~in_train].mean()
print(f"the rule is right for {right_by_rule:.0%} of the visits")

# %% [markdown]
# **Machine learning**: the numbers in the rule are learned from examples. Arthur Samuel made the term known in 1959,
# with a program that played the board game checkers. He chose what to measure, such as how freely each side can move.
# The program found the weight of each measurement by playing against a copy of itself.
#
# Here are our two measurements of the training paths:

# %%
from helpers.lessons.charts import plot_points
from helpers.plots import GREY, SECOND, THIRD, plot_line

words = {"xlabel": "straightness", "ylabel": "unevenness of the speed"}
axes = plot_points(*measured[in_train & (is_person == 1)].T, label="people", **words)
axes = plot_points(*measured[in_train & (is_person == 0)].T, label="bots", marker="^", colour=SECOND, ax=axes, **words)

# %% [markdown]
# One straight line can separate the people, in the upper left corner, from the bots. Machine learning finds such a line
# from the data, as the border of a single linear layer. With the softmax and the cross-entropy of lesson 02 this is
# called **logistic regression**. It learns six numbers:

# %% tags=["nbval-check-output"]
import torch
from helpers.lessons.deep_stack import share_right, train_stack

torch.manual_seed(1)
line = torch.nn.Linear(2, 2)
losses = train_stack(line, measured[in_train], is_person[in_train], rate=0.1, steps=500)
right_by_line = share_right(line, measured[~in_train], is_person[~in_train])
print(f"right for {right_by_line:.0%} of the visits")

# %% [markdown]
# **Deep learning**: what to measure, the *features*, is learned too. In our first section the body had already learned
# its features from photographs, and only the head learned from heat maps. All three answers, on the same 200 visits:

# %%
from helpers.lessons.charts import plot_accuracies
from helpers.statistics import wilson_interval

names = ["a rule by hand", "two measurements, learned weights", "pictures, learned features, new head"]
shares = [right_by_rule, right_by_line, history[-1].accuracy]
intervals = [wilson_interval(round(200 * share), 200) for share in shares]
axes = plot_accuracies(names, shares, intervals, baseline=0.5)
assert right_by_rule < history[-1].accuracy < right_by_line

# %% [markdown]
# *So deep learning lost?* It did, but we chose those two measurements **knowing how the bots were made**.
#
# The second answer needs such knowledge. **C-Path** (Beck and others, 2011) measured 6,642 features, designed by
# experts, on pictures of breast tissue. A logistic regression learned from them which patients would live longer. But
# another illness would need other features. And who would write the features of a cat? We would like something that
# needs no expert for each problem:
#
# 1. a function so **flexible** that it can follow whatever the data require,
# 2. **one way to fit** its numbers, whatever the problem,
# 3. and both **fast**, even with millions of numbers and pictures (lesson 07).

# %% [markdown]
# ## A flexible function
#
# Lesson 05 found that linear functions in a row are one linear function, and that non-linear functions in between
# change that. *How much can they do?* We take the simplest activation function, ReLU, with one number as input and one
# as output.
#
# A unit of a hidden layer computes $\mathrm{relu}(wx + b)$. Its slope changes where $wx + b = 0$: at its **bend**. The
# next layer multiplies the result by a weight $v$, and adds all such products and a bias.
#
# We take the positive factor $|w|$ out of the ReLU. Then each product is **slope** ·
# $\mathrm{relu}(\pm(x-\textbf{place}))$, with the bend's place $-b/w$ and the slope $v\,|w|$. The sign is that of $w$,
# and gives the **side**. With + the ReLU is flat on the left. With − it is flat on the right, and a positive slope
# climbs leftwards. In code:

# %% tags=["nbval-check-output"]
from helpers.lessons.relu_sums import ReluSum, interpolate, target

hat = ReluSum(places=[-0.5, 0.0, 0.5], slopes=[2, -4, 2])
x = np.linspace(-1, 1, 9)
print("x     ", x)
for number, piece in enumerate(hat.pieces(x), 1):
    print("ReLU", number, piece + 0)  # + 0 turns −0 into 0
print("sum   ", hat(x))

# %% [markdown]
# Read the columns. Up to x = −0.5 everything is 0. From there the first ReLU climbs with the slope 2. From 0 on the
# second takes away twice as much, so the sum goes down. From 0.5 on the third adds 2 again, and the sum stays flat: **2
# − 4 + 2 = 0**. A picture of this *hat*:

# %%
from helpers.explorers.function_builder import Builder, function_builder, plot_builder

axes = plot_builder(Builder("hill", hat))

# %% [markdown]
# The sum is on the left. The dashed curve is the *hill*, which the sum should follow. At the top right are the three
# pieces. The loss below them comes later. **Each bend changes the slope from there on.**
#
# ### Follow a curve yourself
#
# In the explorer below, each ring, and the red dot, is the bend of one ReLU.
#
# - **Drag** a bend: the other bends stay where they are, or as near as they can.
# - **Click** beside the rings to add a ReLU.
# - The orange dot is the bias: it lifts the whole sum. The blue dot moves the right end of the sum.
# - The thick line among the pieces belongs to the red dot. Drag its end to change the slope.
# - You can also type place, slope and side.
#
# *How small can you make the largest gap to the hill with five ReLUs?* Then choose the *zigzag* in place of the hill.
# *Which four ReLUs follow it exactly?*

# %%
function_builder("hill", hat)

# %% [markdown]
# To keep what you built, copy the lines under **Formula and code** into a cell. Here are four ReLUs for the zigzag:

# %%
by_hand = ReluSum(places=[-1, -0.5, 0, 0.5], slopes=[2, -5, 5, -3])
axes = plot_builder(Builder("zigzag", by_hand))
assert Builder("zigzag", by_hand).gap < 1e-9

# %% [markdown]
# ### As many as it takes
#
# To follow a curve by hand, ask at each point by how much the slope must change. `interpolate` does that for any
# points. Its sum of ReLUs goes through every point and is straight in between. Here it follows a wave:

# %%
import matplotlib.pyplot as plt

fine = np.linspace(-1, 1, 2001)
figure, places = plt.subplots(1, 3, figsize=(10, 2.8), layout="constrained", facecolor="white", sharey=True)
for place, count in zip(places, (3, 12, 24), strict=True):
    points = np.linspace(-1, 1, count + 1)
    axes = plot_line(fine, target("wave", fine), xlabel="x", ylabel="", colour=GREY, ax=place)
    axes = plot_line(fine, interpolate(points, target("wave", points))(fine), xlabel="x", ylabel="", ax=place)
    title = axes.set_title(f"{count} ReLUs")

# %% [markdown]
# *How large is the gap at its widest, and how fast does it shrink?*

# %% tags=["nbval-check-output"]
for count in (12, 24, 48, 96):
    points = np.linspace(-1, 1, count + 1)
    gap = np.abs(interpolate(points, target("wave", points))(fine) - target("wave", fine)).max()
    print(f"{count:>3} ReLUs: largest gap {gap:.4f}")

# %% [markdown]
# On this smooth wave, twice as many ReLUs cut the gap to about a quarter. Other curves may need more. But for every
# continuous curve from −1 to 1 and for any gap, however small, some number of ReLUs gets below it. On a short enough
# piece the curve varies as little as you like, so straight pieces between enough of its points come as near as you
# like.
#
# This is the **universal approximation theorem** for one input. In full it says:
#
# > Take a **continuous** function on a **closed and bounded** set of inputs, and any gap you like. Then **there is** a
# > network with one hidden layer of ReLUs that stays closer to the function than that gap, everywhere on the set.
#
# *Bounded*: the set does not run to infinity. *Closed*: its edge belongs to it, as in −1 ≤ x ≤ 1. A set that is both is
# called *compact*.
#
# Cybenko proved the theorem for the sigmoid in 1989, and Leshno and others for ReLU in 1993.
#
# ### What it does not promise
#
# **1. Not for every function**: it must be continuous. The *jump* goes from −0.5 to 0.5 at 0. *Do more ReLUs help?*

# %% tags=["nbval-check-output"]
close = np.linspace(-0.001, 0.001, 2001)  # we look very closely at the jump
for count in (6, 48, 384):
    points = np.linspace(-1, 1, count + 2)  # none of them lies on the jump
    gap = np.abs(interpolate(points, target("jump", points))(close) - target("jump", close)).max()
    print(f"{count + 1:>3} ReLUs: largest gap {gap:.2f}")

# %% [markdown]
# The largest gap stays half of the jump: a sum of ReLUs is continuous, and has to cross from −0.5 to 0.5 somewhere.
#
# **2. Not for all x**: the set must be closed and bounded. We followed the wave from −1 to 1. *What do 385 ReLUs do
# outside?*

# %%
wide = np.linspace(-3, 3, 601)
outside = interpolate(points, target("wave", points))(wide)
axes = plot_line(wide, target("wave", wide), xlabel="x", ylabel="", colour=GREY, label="the wave")
axes = plot_line(wide, outside, xlabel="x", ylabel="", label="385 ReLUs", ax=axes)
axes.set_ylim(-3, 3)
shade = axes.axvspan(-1, 1, color=GREY, alpha=0.2)

# %% [markdown]
# Beyond its outermost bends every finite sum of ReLUs is straight, so none follows the wave for all x. *Closed* is
# needed as well: 1/x is continuous for 0 < x ≤ 1, but it grows without limit towards 0. No sum of ReLUs does that.
#
# **3. Not that we find it.** The theorem says that such a network exists. It does not say how many units it needs, nor
# that training finds it.
#
# **4. Not from a few examples.** The theorem is about the function, which in practice we do not know. We have some
# examples of it, with noise, and a sum of ReLUs can go through all of them. *Is that good?* We take 30 points of the
# hill, and add noise. `interpolate` goes through all of them:

# %%
rng = np.random.default_rng(3)
noisy_x = np.sort(rng.uniform(-1, 1, 30))
noisy_y = target("hill", noisy_x) + rng.normal(0, 0.15, 30)
by_heart = interpolate(noisy_x, noisy_y)

inside = np.linspace(noisy_x[0], noisy_x[-1], 400)
axes = plot_line(inside, target("hill", inside), xlabel="x", ylabel="", colour=GREY, label="the hill")
axes = plot_line(inside, by_heart(inside), xlabel="x", ylabel="", label="29 ReLUs", ax=axes)
axes = plot_points(noisy_x, noisy_y, xlabel="x", ylabel="", colour=THIRD, ax=axes)
assert np.abs(by_heart(inside) - target("hill", inside)).max() > 0.2

# %% [markdown]
# The sum goes through every point, noise included, and in places it is far from the hill. This is the *overfitting* of
# lesson 05.

# %%
quiz("06.2")

# %% [markdown]
# ## One way to fit
#
# *How do we get the places and slopes without setting them by hand?* By **gradient descent**, as in lesson 03: compute
# the gradient of a loss, take a step downhill, repeat. The loss is the mean squared distance to the curve. Its gradient
# can be written down by hand. For a slope it is a mean over all points: twice the ReLU's activation there, times the
# error of the sum. `loss_and_gradient` computes the whole gradient. For larger networks PyTorch does it, by the
# **backpropagation** of lesson 05. *Do both give the same?* We compare the part for the slopes:

# %% tags=["nbval-check-output"]
from helpers.lessons.relu_sums import descend, loss_and_gradient, random_sum

x = np.linspace(-1, 1, 101)
y = target("hill", x)
start = random_sum(6, seed=1)
slopes = torch.tensor(start.slopes, requires_grad=True)
values = torch.from_numpy(start.activations(x).T) @ slopes + start.bias
loss = ((values - torch.from_numpy(y)) ** 2).mean()
loss.backward()
by_hand_too = loss_and_gradient(start, x, y)[1][6:12]  # after the six places, before the bias
print("PyTorch and by hand agree:", np.allclose(slopes.grad, by_hand_too))

# %% [markdown]
# Now we take a step. PyTorch must not record it as part of the function, so we take it inside `torch.no_grad()`. `-=`
# changes the tensor itself. And `backward()` adds to what is in `.grad`, so afterwards we clear it:

# %% tags=["nbval-check-output"]
with torch.no_grad():
    slopes -= 0.05 * slopes.grad
slopes.grad = None
after = ((torch.from_numpy(start.activations(x).T) @ slopes + start.bias - torch.from_numpy(y)) ** 2).mean()
print(f"loss {loss:.4f} before the step, {after:.4f} after it")

# %% [markdown]
# Now we fit all the numbers of six random ReLUs. `descend` takes the steps, with momentum, and gives the function and
# its loss at the start and after each of them.


# %%
def draw_fit(ax, curve, function, title):
    plot_line(x, curve, xlabel="x", ylabel="", colour=GREY, ax=ax)
    plot_line(x, function(x), xlabel="x", ylabel="", ax=ax)
    seen = function.places[np.abs(function.places) <= 1]
    ax.plot(seen, function(seen), "v", color=THIRD)
    ax.set_title(title, fontsize=10)


steps = list(descend(start, x, y, rate=0.05, steps=600))
figure, places = plt.subplots(1, 4, figsize=(12, 2.7), layout="constrained", facecolor="white", sharey=True)
for place, number in zip(places, (0, 30, 100, 600), strict=True):
    draw_fit(place, y, steps[number].function, f"step {number}, loss {steps[number].loss:.4f}")
assert steps[600].loss < 0.1 * steps[0].loss

# %% [markdown]
# The triangles are the bends between −1 and 1; some lie on others. They end at the top of the hill and at its two feet,
# where the curve bends most. **The same rule can be tried on any other curve, and a refinement of it trained
# `resnet10`.**
#
# ### Watch it
#
# Press **Play** in the explorer. Drag a bend away while it runs, and watch where it moves. Under **Gradient descent**
# you can change the rate and take a **Random start**. *From which rate on do all ReLUs end up flat, dead as in lesson
# 05? At which rate does the loss run away? Can you find a start that gets stuck?*
#
# Choose **your points**, click to add more, and drag them. *What does the sum do where there are no points?*
#
# **Race** takes 200 steps at one rate with three optimisers: plain gradient descent, the same with momentum, and
# **Adam**, which adapts the size of the step for each number. *Which is ahead after 200 steps? And at a smaller rate?*
# (The solutions have answers.)

# %%
function_builder("wave", random_sum(6, seed=1))

# %% [markdown]
# ### It exists, but is it found?
#
# We know four ReLUs that follow the zigzag exactly. *Does gradient descent find them?* Ten random starts, 2,000 steps
# each:

# %%
zigzag = target("zigzag", x)
ends = [list(descend(random_sum(4, seed), x, zigzag, steps=2000))[-1] for seed in range(10)]
print("losses:", *(f"{end.loss:.5f}" for end in sorted(ends, key=lambda end: end.loss)))

# %% [markdown]
# Some come close, others end far above. *What do the best and the worst look like?*

# %%
best, *_, worst = np.argsort([end.loss for end in ends])
figure, places = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained", facecolor="white", sharey=True)
for place, seed in zip(places, (best, worst), strict=True):
    draw_fit(place, zigzag, ends[seed].function, f"start {seed}, loss {ends[seed].loss:.5f}")
assert ends[best].loss < 0.005
assert sum(end.loss > 0.01 for end in ends) >= 3
assert (np.abs(ends[worst].function.places - 0.15) < 0.05).sum() == 3

# %% [markdown]
# In the worst, three of the four bends are together near 0.15, and none is near the top at −0.5. *Is it stuck, or only
# slow?* We give it 10,000 steps:

# %%
*_, last = descend(random_sum(4, worst), x, zigzag, steps=10_000)
loss, gradient = loss_and_gradient(last.function, x, zigzag)
print(f"loss {loss:.4f}, largest number of the gradient {np.abs(gradient).max():.6f}")
assert np.abs(gradient).max() < 1e-4

# %% [markdown]
# The loss is still high, but the gradient is almost 0, so further steps change almost nothing: this sum is stuck. The
# four good ReLUs exist in any case. Whether gradient descent **finds** them depends on the start.
#
# *And with more ReLUs than needed?* Ten random starts with 20 each:

# %%
more = [list(descend(random_sum(20, seed), x, zigzag, steps=2000))[-1].loss for seed in range(10)]
print("with 20 ReLUs:", *(f"{loss:.7f}" for loss in sorted(more)))
assert max(more) < 0.01

# %% [markdown]
# None of these gets stuck. Safran and Shamir (2018) saw the same in other small ReLU networks: with somewhat more units
# than needed, training got stuck much less often.

# %% [markdown]
# ## What to remember
#
# - Data made into pictures can be classified by the same three lines, as long as new data are like the old.
# - Enough ReLUs can follow any continuous function on a closed and bounded set as closely as you like.
# - That such a sum exists does not mean that training finds it, or that it fits elsewhere.
#
# ## Exercises
#
# Put your answer in place of the dots. The [solutions](solutions/06_why_it_works.ipynb) hold all answers.
#
# **1.** Write `my_hat(x, place, width, height)` with `np.maximum`: 0 far away, `height` at `place`, straight in
# between. It begins at `place - width` and ends at `place + width`. A negative `height` turns it upside down. (Three
# lines or so.)


# %%
def my_hat(x, place, width, height):
    # your lines in place of the dots
    ...


check("06.1", my_hat)

# %% [markdown]
# **2.** Write `slope_changes(x, y)`, the main step of `interpolate`. It takes points as two arrays of length n, and
# returns the slope of the ReLU at each point but the last, an array of length n − 1. (Two lines or more.)


# %%
def slope_changes(x, y):
    # your lines in place of the dots
    ...


check("06.2", slope_changes)

# %% [markdown]
# **3.** With `interpolate`, 12 ReLUs follow a smooth curve with a gap of 0.07. About how many are needed for 0.0007?

# %%
needed = ...
check("06.3", needed)

# %% [markdown]
# **4.** Write `one_step(places, slopes, x, y, rate)`. It returns the new slopes after one step of gradient descent
# without momentum. All ReLUs are flat on the left, the bias is 0, the places stay. The loss is the mean squared
# distance to `y`. (Four lines or so.)


# %%
def one_step(places, slopes, x, y, rate):
    # your lines in place of the dots
    ...


check("06.4", one_step)

# %% [markdown]
# **5.** Write `my_counts(path, size)`. It takes a path, an array (n, 2) with x and y from 0 to 1, and returns an array
# (size, size) that says how many positions lie in each cell. Rows are y, columns are x. A position at exactly 1 belongs
# to the last cell. (Three lines or more.)


# %%
def my_counts(path, size):
    # your lines in place of the dots
    ...


check("06.5", my_counts)

# %% [markdown]
# **6.** A small project, from an empty cell: fit a function of **your own**, with PyTorch's gradients. Write `fit(x, y,
# start, rate, steps)`. `start` holds four tensors: `w`, `b` and `v` of shape (n,), and `c`, a single number; the sum of
# ReLUs is `torch.relu(x[:, None] * w + b) @ v + c`. Copy them, and take `steps` steps of plain gradient descent on the
# mean squared distance to `y`, with `requires_grad_()` and `backward()` and without `torch.optim`. Return the list of
# the four and the list of losses, one before each step: `return [w, b, v, c], losses`. Then choose a function on −1 ≤ x
# ≤ 1, not one of this lesson's curves and far from a straight line, and a random `start`, a rate and at most 5,000
# steps that bring the loss below 5 % of the variance of `y`. (Fifteen lines or so.)


# %%
def fit(x, y, start, rate, steps):
    # your lines in place of the dots
    ...


own_run = ...  # your own (x, y, start, rate, steps)
check("06.6", [fit, own_run])

# %% [markdown]
# ## Links
#
# - Samuel, [Some studies in machine learning using the game of checkers](https://doi.org/10.1147/rd.33.0210) (1959)
# - Beck and others, [Systematic analysis of breast cancer morphology uncovers stromal features associated with
#   survival](https://doi.org/10.1126/scitranslmed.3002564) (2011): C-Path
# - Silver and others, [Mastering the game of Go with deep neural networks and tree
#   search](https://doi.org/10.1038/nature16961) (2016)
# - Cybenko, [Approximation by superpositions of a sigmoidal function](https://doi.org/10.1007/BF02551274) (1989);
#   Leshno and others, [Multilayer feedforward networks with a nonpolynomial activation function can approximate any
#   function](https://doi.org/10.1016/S0893-6080%2805%2980131-5) (1993)
# - Safran and Shamir, [Spurious local minima are common in two-layer ReLU neural
#   networks](https://arxiv.org/abs/1712.08968) (2018)
# - Flash and Hogan, [The coordination of arm movements](https://doi.org/10.1523/JNEUROSCI.05-07-01688.1985) (1985): how
#   a hand speeds up and slows down
# - Kingma and Ba, [Adam](https://arxiv.org/abs/1412.6980) (2014)
# - Nielsen, [Neural networks and deep learning](http://neuralnetworksanddeeplearning.com/chap4.html), chapter 4:
#   another drawn proof of universal approximation
#
# **Next**: [07 · Deep and fast](07_deep_and_fast.ipynb)
