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
# # 03 · The learning rate
#
# **After this lesson you can**
#
# - say what a training step does, and compute one by hand;
# - tell a rate that is too small, right, too large or diverging by its steps and its losses;
# - explain why two runs end with different weights, and why the loss jumps from batch to batch;
# - find a rate for your pictures with the learning-rate finder, and build the finder yourself;
# - check a rate by short runs instead of believing it;
# - let the rate fall during a run: cycles, restarts, one cycle.
#
# **Time**: 60 minutes to read and try. All cells together run in 40 seconds on two CPU cores.
#
# **Needs**: lesson 02. A slope is all the mathematics: how much the loss grows when a number grows a little.

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
# ## What does a step do?
#
# Lesson 02 ended with a loop: look at the loss, find the slope, take a small step downhill. *How small?* We begin with the
# three lines of lesson 02, without the training.

# %%
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

torch.manual_seed(1)
PATH = get_data("sample")
arch, sz = "resnet10", 128
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)

# %% [markdown]
# We need the activations that lesson 02 spoke of: what the frozen body makes of each training picture. The learner keeps
# them in a file, and this is where they are read from. They are 1,024 numbers a picture.

# %%
kept = learn.activations("train")
device = learn.fabric.device
features = kept.features.to(device)
labels = torch.as_tensor(data.train.labels[kept.indices], device=device)
print(tuple(features.shape))
assert len(features) == len(data.train)

# %% [markdown]
# The head makes two scores of them. It is new, and has half a million random numbers, its **weights**. We can only draw one
# of them, so we pick one that matters. The last layer adds up 512 numbers. We look for the one that differs most
# between cats and dogs, and take the weight with which it counts for "cats".

# %%
head = learn.model.head
with torch.no_grad():
    hidden = head[:-1](features)
    scores = head[-1](hidden)
unit = int((hidden[labels == 0].mean(0) - hidden[labels == 1].mean(0)).abs().argmax())
first = float(head[-1].weight[0, unit].detach())
print(f"{sum(weight.numel() for weight in head.parameters()):,} weights in the head")

# %% [markdown]
# *What would the loss be, if this weight had another value, and all the others stayed?* A function that says so, for any
# value. It takes the loss over all 1,000 pictures.

# %%
from torch.nn.functional import cross_entropy


def loss_at(value, chosen=slice(None)):
    cats = scores[:, 0] + hidden[:, unit] * (value - first)
    return cross_entropy(torch.stack([cats, scores[:, 1]], dim=1)[chosen], labels[chosen])


# %% [markdown]
# The curve, and where the weight stands now:

# %%
import numpy as np
from helpers.plots import SECOND, THIRD, new_axes, plot_line
from helpers.lessons.charts import plot_points

values = np.linspace(-6, 6, 61)
axes = plot_line(values, [loss_at(value).item() for value in values], xlabel="one weight", ylabel="loss")
axes = plot_points(
    [first], [loss_at(first).item()], xlabel="one weight", ylabel="loss", names=["now"], marker="s", ax=axes
)

# %% [markdown]
# A valley. The weight is random, so it does not stand at the bottom. **Training is: go to the bottom.** What the curve shows
# has many names, and you will meet them all: *loss*, *cost*, *error*, *objective*, *criterion*. It is always the one number that
# is made small.
#
# *Why not draw the curve and look where the bottom is?* Because there are half a million weights, and the curve of each
# changes when another one moves. So training never sees the valley. It stands somewhere in the fog, and feels one thing: the
# **slope** under its feet. PyTorch computes the slopes of all weights together, for about twice the price of the loss. With
# them it goes on in three steps:
#
# 1. Compute the loss and its slope where you stand.
# 2. Step downhill. A steep place gets a long step: **step = learning rate × slope**.
# 3. Again from the new place.
#
# This is **gradient descent**. *Does it find the bottom?* The rate is 10, because this curve is flat.

# %%
rate, weight, places = 10, torch.tensor(first, requires_grad=True), []
for _ in range(8):
    loss = loss_at(weight)
    (slope,) = torch.autograd.grad(loss, weight)
    print(f"weight {weight.item():6.3f}   loss {loss.item():.4f}   slope {slope:7.4f}   step {rate * slope:7.4f}")
    places.append(weight.item())
    weight = (weight - rate * slope).detach().requires_grad_()
assert loss < loss_at(first)

# %% [markdown]
# Read a row from left to right, then look at the next weight: the step was subtracted. The minus sign is the whole trick.
# Where the curve goes up to the right, we go left. Here it goes down, so we go right. On the curve:

# %%
words = {"xlabel": "one weight", "ylabel": "loss"}
axes = plot_line(values, [loss_at(value).item() for value in values], **words)
axes = plot_points(places, [loss_at(place).item() for place in places], colour=THIRD, ax=axes, **words)

# %% [markdown]
# Near the bottom the slope becomes small, and so do the steps. Nobody has to say stop.
#
# ## One step by hand
#
# To see what the rate does, we take the simplest valley there is: $f(x) = x^2$. Its slope at $x$ is $2x$, and its bottom is at
# 0. (Nobody would look for *this* bottom in such a way. But here every step can be checked.) A step is
#
# $$x_{\text{new}} = x - \text{rate} \cdot 2x$$
#
# *Compute the first one yourself: start at 4, rate 0.1.* Then compare.

# %% tags=["nbval-check-output"]
x, rate = 4.0, 0.1
slope = 2 * x
print(f"slope {slope}, step {rate * slope:.1f}, new x {x - rate * slope:.1f}")

# %% [markdown]
# *Where are we after ten steps?* Guess before you run on.

# %%
predict_first("03.1", ...)

# %% [markdown]
# `gradient_descent` does nothing but this, again and again, and keeps the positions.

# %% tags=["nbval-check-output"]
from helpers.lessons.descent import Quadratic, gradient_descent, judge_rate, plot_descent

valley = Quadratic()
found = gradient_descent(valley.gradient, start=4.0, rate=0.1, steps=10)
print(found.positions.round(3))

# %% [markdown]
# The way as a picture. The square is the start, the star is the end, and the first positions carry their numbers.

# %%
axes = plot_descent(found, valley)
reveal("03.1", round(float(found.positions[-1]), 2))

# %% [markdown]
# Each step leaves 80 % of the distance: $x - 0.1 \cdot 2x = 0.8\,x$. So it comes nearer and nearer, by smaller and smaller
# steps.
#
# Now play with it. Press **Step**, or **Play**. The lines below the buttons show the numbers of the next step: check one of
# them on paper. Drag the ball to another start, and the ring, where the next step leads, to another rate. Or type both, or
# choose one of the four rates. You may change the rate on the way. **Back** takes a step back, and the key **z** undoes
# whatever you did last.
#
# Under *Race against …*, **the run before** also draws the run that you ended last, by **Reset** or by choosing another of
# the four rates, as squares, so that you can compare two rates. (The box with *momentum* is for later.) *The code of this
# state* holds the lines that bring back what you see. On a page that draws no buttons you see its text form instead.

# %%
from helpers.explorers.descent_stepper import Stepper, descent_stepper, plot_stepper

descent_stepper(rate=0.1, start=4.0)

# %% [markdown]
# This is its picture after three steps, drawn without buttons. The dashed line has the slope of the curve. The dotted line is the
# next step, and the circle is where it leads. On the right is the loss after each step, on an axis that goes up by factors of a
# thousand.

# %%
stepper = Stepper(rate=0.1, start=4.0)
stepper.go_to(3)
axes = plot_stepper(stepper)

# %% [markdown]
# And the same in words:

# %% tags=["nbval-check-output"]
print(stepper.numbers)
print(stepper.verdict)

# %% [markdown]
# ## Too small, right, too large
#
# *From which rate on does it run away?* Try it in the stepper, and guess.

# %%
predict_first("03.2", ...)

# %% [markdown]
# Four rates, ten steps each, from the same start:

# %%
import matplotlib.pyplot as plt

figure, places = plt.subplots(1, 4, figsize=(12, 2.8), layout="constrained", facecolor="white")
for rate, place in zip([0.02, 0.3, 0.95, 1.1], places, strict=True):
    axes = plot_descent(gradient_descent(valley.gradient, 4.0, rate, 10), valley, ax=place)

# %% [markdown]
# From the left:
#
# - **Too small**: the steps go the right way, and would take for ever.
# - **Right**: a few steps, and there.
# - **Too large**: each step jumps over the bottom and lands on the other side. It comes down all the same, slowly.
# - **Diverging**: each step lands *higher*, where the slope is steeper, so that the next one is longer still. Look at the axes.
#
# In numbers:

# %% tags=["nbval-check-output"]
for rate in [0.02, 0.3, 0.95, 1.1]:
    kind, why = judge_rate(rate)
    print(f"{rate:<5} {kind}: {why}")

# %% [markdown]
# *Where exactly is the border?* A step makes $x - \text{rate} \cdot 2x = (1 - 2\,\text{rate}) \cdot x$ of $x$. It multiplies the
# distance by the same number each time. Between −1 and 1 the distance shrinks. At −1 it stays: same height, other side. That
# is the border, and it is where $1 - 2\,\text{rate} = -1$: a rate of **1**.

# %% tags=["nbval-check-output"]
for rate in [0.5, 0.9, 0.99, 1, 1.01]:
    positions = gradient_descent(valley.gradient, 4.0, rate, 200).positions
    print(
        f"rate {rate:<5} each step times {1 - 2 * rate:5.2f}   after 200 steps {abs(positions[-1]):8.3f} from the bottom"
    )

# %% [markdown]
# One hundredth more than the border, and it runs away. So *just below* is no good place to be.

# %%
reveal("03.2", 1)

# %% [markdown]
# You may read that the learning rate *is* the size of the step, or that one is at the minimum when the loss no longer falls.
# Both are wrong, as you have seen. The step is rate × slope. And at a rate of 1 the loss no longer falls, far away from the
# minimum.
#
# The border belongs to this curve, too. A valley three times as steep has another one: that is exercise 3. Nobody knows how
# steep the valleys of a network are. So the rate must be **tried**.

# %%
quiz("03.1")

# %% [markdown]
# ## Two weights, several starts
#
# *What if there is more than one valley?* Then it matters where one starts. Here is a surface over two weights, seen from
# above: dark is low. It is made up, and has four hollows. Five descents at the same rate:

# %%
from helpers.lessons.descent import Hollows, plot_paths

surface = Hollows()
starts = {"A": [-0.6, 3.2], "B": [0.4, 2.9], "C": [-3.1, -0.9], "D": [3.2, -2.2], "E": [0.2, -0.2]}
paths = [gradient_descent(surface.gradient, start, rate=0.2, steps=60) for start in starts.values()]
axes = plot_paths(surface, paths)

# %% [markdown]
# With two weights there are two slopes, one for each direction. Together they are called the **gradient**. *Where did they
# end, and how deep?*

# %% tags=["nbval-check-output"]
for letter, path in zip(starts, paths, strict=True):
    end = path.positions[-1]
    print(f"{letter} ends at ({end[0]:.1f}, {end[1]:.1f}), loss {surface(end):.2f}")

# %% [markdown]
# A and B start side by side, and end in different hollows. B and E start far apart, and meet. D ends in the shallowest one: all
# slopes around it lead in, so it never hears of the deeper ones. Such a hollow is called a **local minimum**.
#
# *Is that a problem for real networks?* We look at ours. Two heads, equal but for their random start, one epoch each. The
# first line silences the tables.

# %%
from contextlib import redirect_stdout
from io import StringIO

pair = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for seed in (1, 2)]
with redirect_stdout(StringIO()):
    ends = [trained.fit(0.01, 1)[-1] for trained in pair]

# %% [markdown]
# How good they are, and how alike: a correlation of 1 would mean the same weights, 0 means that they have nothing in common.

# %%
one, two = [trained.model.head[2].weight.detach().cpu().flatten() for trained in pair]
alike = np.corrcoef(one, two)[0, 1]
print(f"accuracies {ends[0].accuracy:.3f} and {ends[1].accuracy:.3f}, correlation of their weights {alike:.2f}")
assert abs(alike) < 0.1
assert abs(ends[0].accuracy - ends[1].accuracy) < 0.06

# %% [markdown]
# Different starts ended in different places, with entirely different weights. And they are about equally good. In networks
# with very many weights there are very many hollows, and most of those that training finds are of much the same depth. Nobody
# has proved it for networks like ours. One sees it again and again.

# %%
quiz("03.2")

# %% [markdown]
# ## One batch sees less
#
# The curve of our one weight was made of all 1,000 pictures. A training step looks at a batch of 64. *Does a batch have the
# same slope?* We ask 200 random batches, at the same place.


# %%
def slope_at(value, chosen=slice(None)):
    weight = torch.tensor(value, requires_grad=True)
    (slope,) = torch.autograd.grad(loss_at(weight, chosen), weight)
    return slope.item()


slopes = {size: [slope_at(first, torch.randperm(len(labels))[:size]) for _ in range(200)] for size in (8, 64)}

# %% [markdown]
# A histogram of their slopes, for batches of 8 and of 64. The dashed line is the slope over all pictures.

# %%
edges = np.linspace(min(slopes[8]), max(slopes[8]), 31)
axes = new_axes(size=(6, 3))
axes.hist(slopes[8], edges, color=SECOND, alpha=0.8, label="batches of 8")
axes.hist(slopes[64], edges, histtype="step", color="black", linewidth=1.6, label="batches of 64")
axes.axvline(slope_at(first), color=THIRD, linestyle="--")
axes.set(xlabel="slope that a batch sees", ylabel="how many of 200 batches")
legend = axes.legend(frameon=False)
assert 2 < np.std(slopes[8]) / np.std(slopes[64]) < 4

# %% [markdown]
# Each batch tells something else. In the mean they are right. Eight times as many pictures make the spread about three times
# as narrow, as everywhere in statistics: the root of 8 is 2.8.
#
# *Where does one get with such slopes?* The same descent, once with all pictures and once with batches of 8:


# %%
def walk(rate, steps, size=None):
    places = [first]
    for _ in range(steps):
        chosen = slice(None) if size is None else torch.randperm(len(labels))[:size]
        places.append(places[-1] - rate * slope_at(places[-1], chosen))
    return places


words = {"xlabel": "step", "ylabel": "the weight"}
axes = plot_line(range(61), walk(10, 60, 8), label="batches of 8", colour=SECOND, **words)
axes = plot_line(range(61), walk(10, 60), label="all pictures", colour="black", ax=axes, **words)

# %% [markdown]
# The noisy one gets there as fast, for a fraction of the work. That is why one trains by batches: *stochastic* gradient descent,
# **SGD**. But it never comes to rest. With a constant rate it shakes around the bottom for ever, and a larger rate shakes it more.
# Keep that in mind: at the end of this lesson we let the rate fall, and this is why.
#
# It is also why the pale line of `learn.sched.plot()` jumps. One thing more: `fit` steps with **momentum**. A step goes on with
# 90 % of the one before, like a ball that rolls. That evens the noise out, and it makes the way longer: the same rate leads up to
# ten times as far.
#
# *Does momentum get there sooner?* In the stepper above, open *Race against …*, tick **momentum 0.9** and choose "too small".
# Then press **Play**. Or without buttons, after ten steps:

# %%
race = Stepper(rate=0.02, start=4.0)
race.go_to(10)
axes = plot_stepper(race, momentum=True)
assert abs(race.beside(momentum=0.9)[-1]) < abs(race.x) / 3

# %% [markdown]
# The triangles have momentum. The first step is the same for both. Then the triangle gets ahead, and rolls past the bottom. At
# a rate that is right already, rolling to and fro only costs time. *And at the rate called "diverging"?* Race there as well.
# The triangle comes back: momentum moves the border, too.

# %% [markdown]
# ## The learning-rate finder
#
# *Which rate is right for our pictures?* Trying ten rates would mean ten trainings. In 2015, Leslie Smith had a cheaper idea:
#
# - Start with a rate that is far too small, and train.
# - Raise the rate after **each batch**, and write the loss down.
# - Stop when the loss shoots up.
# - Choose **the highest rate at which the loss is still clearly improving**.
#
# One short run passes through all rates. This is it:

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True)  # a fresh head: the finder looks at the start of training
before = {name: value.clone() for name, value in learn.model.state_dict().items()}
learning_rate = learn.lr_find()  # a float
print(f"{learning_rate:.2g}")
assert 0.0005 < learning_rate < 0.1

# %% [markdown]
# (The second line of these keeps a copy of the weights, for a test further down. In the course of 2018, the same
# line `learning_rate = learn.lr_find()` left `None` in `learning_rate`: one had to read the rate off the plot. Ours returns
# the rate, and keeps the curve for the plots below.)
#
# *What rates did it go through?*

# %%
axes = learn.sched.plot_lr()

# %% [markdown]
# The axis goes up by factors of ten, and on it the rates make a straight line: each is the same number of *times* larger than
# the one before. *And the loss?* Rates to the right, losses upwards.

# %%
axes = learn.sched.plot()

# %% [markdown]
# Read it from the left. First the rate is too small, and nothing happens. Then the loss falls, faster and faster. Then it
# is flat: the steps have become too large to help. At last it shoots up, and the finder stops. It stops before
# `end=10`, so there are fewer steps than it was allowed:

# %%
print(f"{len(learn.sched.losses)} of 100 steps, up to a rate of {learn.sched.rates[-1][-1]:.2g}")
assert len(learn.sched.losses) < 100

# %% [markdown]
# The red circle is the choice. It is not the lowest point: there the loss has *ceased* to fall. It is where the curve is
# still going down clearly.
#
# During all this the model was trained, and then ruined. *Is it now?*

# %%
after = learn.model.state_dict()
assert all(torch.equal(before[name], after[name]) for name in before)
print(f"{len(before)} arrays of numbers, all as they were before")

# %% [markdown]
# The finder puts everything back. So it can be asked at any time.

# %%
quiz("03.3")

# %% [markdown]
# ### Build it yourself
#
# *How much is behind it?* A handful of lines, each of which you know. First the rates: 100 of them, growing by the same factor.

# %% tags=["nbval-check-output"]
rates = 1e-5 * (10 / 1e-5) ** (np.arange(100) / 99)
print(rates[:3].round(8), rates[-1].round(3), " factor", (rates[1] / rates[0]).round(3))

# %% [markdown]
# A fresh head for the kept activations, and an optimiser. `SGD` is the step: it goes over all the weights, and takes rate × slope
# away from each.

# %%
from helpers.models import make_head

torch.manual_seed(1)
my_head = make_head(features.shape[1], 2).to(device)
optimizer = torch.optim.SGD(my_head.parameters(), lr=rates[0], momentum=0.9)
losses = []

# %% [markdown]
# And the run: set the rate, take 64 random pictures, loss, slopes, step. Write the loss down. Stop when it is worse than at the
# start, and four times the best so far. (It is the loop of lesson 02, with one line more.)

# %%
for rate in rates:
    optimizer.param_groups[0]["lr"] = rate
    chosen = torch.randperm(len(features))[:64]
    loss = cross_entropy(my_head(features[chosen]), labels[chosen])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
    if losses[-1] > max(losses[0], 4 * min(losses)):
        break

# %% [markdown]
# The losses jump from batch to batch, so we need a running mean. It keeps 85 % of itself, and takes 15 % of the new loss:
#
# $$m_t = 0.85\, m_{t-1} + 0.15\, \text{loss}_t$$
#
# *And at the beginning?* It starts at 0, and so it is far too low at first. After $t$ steps only the share $1 - 0.85^t$ of it has
# come together. Dividing by that puts it right. This is the **bias correction**.

# %%
mean, by_hand = 0.0, []
for t, loss in enumerate(losses, start=1):
    mean = 0.85 * mean + 0.15 * loss
    by_hand.append(mean / (1 - 0.85**t))

# %% [markdown]
# The result:

# %%
words = {"xlabel": "learning rate", "ylabel": "training loss", "log_x": True}
axes = plot_line(rates[: len(losses)], losses, colour="#bcd7f2", label="one batch", **words)
axes = plot_line(rates[: len(losses)], by_hand, label="running mean", ax=axes, **words)
limits = axes.set_ylim(0, 1.5)

# %% [markdown]
# The same curve as above, but for chance. *Does the package smooth in the same way?* Our formula on its losses:

# %%
mean, ours = 0.0, []
for t, loss in enumerate(learn.sched.losses, start=1):
    mean = 0.85 * mean + 0.15 * loss
    ours.append(mean / (1 - 0.85**t))
assert np.allclose(ours, learn.sched.smoothed)

# %% [markdown]
# Equal, or the cell would have stopped.
#
# ### Other rules, and a check
#
# How to read such a curve is a matter of taste. Some rules that are in use, on this one:
#
# - **steepest**: where the loss falls fastest. Careful.
# - **valley**: two thirds of the way down the longest fall.
# - **minimum / 10**: a tenth of the rate with the lowest loss.

# %%
for rule, rate in learn.sched.suggestions.items():
    print(f"{rule:<16} {rate:.2g}")

# %% [markdown]
# They differ, and by how much depends on the seed. They are no measurements. They are starting points. *So is our choice any
# good?* We train for one epoch at five rates: the choice, and a tenth, a hundredth, ten times and a hundred times of it. *Which
# gives the lowest validation loss?* Say it in words: "a hundredth", "a tenth", "the choice", "ten times" or "a hundred times".

# %%
predict_first("03.3", ...)

# %% [markdown]
# Three seeds for each rate, because one run may be luck. That is fifteen short trainings.

# %%
tried = learning_rate * np.array([0.01, 0.1, 1, 10, 100])
runs = []
for seed in range(3):
    fresh = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for _ in tried]
    with redirect_stdout(StringIO()):
        runs.append([trial.fit(rate, 1)[-1] for trial, rate in zip(fresh, tried, strict=True)])

# %% [markdown]
# Their validation losses. The line goes through the means, the band covers all three seeds, and the dashed line is the choice.

# %%
from helpers.lessons.charts import plot_runs

valid = np.array([[row.valid_loss for row in rows] for rows in runs])
axes = plot_runs(tried, valid, xlabel="learning rate", ylabel="validation loss after one epoch", log_x=True)
axes.set_yscale("log")
line = axes.axvline(learning_rate, color=THIRD, linestyle="--")
assert valid.mean(axis=0)[2] < valid.mean(axis=0)[1] < valid.mean(axis=0)[0]
assert valid.mean(axis=0)[2] < valid.mean(axis=0)[4]

# %% [markdown]
# And the best of the five:

# %%
names = ["a hundredth", "a tenth", "the choice", "ten times", "a hundred times"]
reveal("03.3", names[int(valid.mean(axis=0).argmin())])

# %% [markdown]
# Much smaller rates have hardly begun after one epoch. At a hundred times the choice the loss is out of hand. In between
# there is a **broad range** in which all is well, and the choice lies in it. A factor of two or three makes little
# difference, so do not fuss over the second digit. *Do the accuracies say the same?*

# %%
accuracies = 100 * np.array([[row.accuracy for row in rows] for rows in runs])
axes = plot_runs(tried, accuracies, xlabel="learning rate", ylabel="accuracy after one epoch (%)", log_x=True)
line = axes.axvline(learning_rate, color=THIRD, linestyle="--")
assert accuracies.mean(axis=0)[2] > accuracies.mean(axis=0)[0]

# %% [markdown]
# The accuracy forgives more. With a rate that is too large a model may still give the right answers, and be wildly wrong about
# how sure it is: the loss sees it, the accuracy does not.
#
# That is the whole recipe: **ask the finder, then check with short runs.** The check costs seconds.
#
# ### When the curve says nothing
#
# *What if the loss never falls?* We let the finder go through rates at which nothing can happen:

# %%
from helpers.finder import LearningRateError

try:
    answer = learn.lr_find(start=1e-8, end=1e-6)
except LearningRateError as error:
    answer = error
print(answer)
assert isinstance(answer, LearningRateError)

# %% [markdown]
# It says so, instead of giving an absurd rate. The other case is a model that is trained already. *What would the finder see?*

# %%
with redirect_stdout(StringIO()):
    trained_history = learn.fit(0.01, 3)
try:
    print(f"{learn.lr_find():.2g}")
except LearningRateError as error:
    print(error)
axes = learn.sched.plot()

# %% [markdown]
# Look at the numbers on the axis. The loss is near 0 already, and wanders up and down there by chance until it shoots up.
# What is read off such a curve means nothing, whether the finder gives a number or refuses. It looks at the **start** of a
# training: so give it a fresh head, as we did above. The recipe in lesson 09 asks it once
# more, for the whole network: read that curve with this in mind.

# %% [markdown]
# ## Schedules
#
# At a constant rate, noise keeps the weights shaking. A small rate would calm them, but takes for ever to arrive. *Why not both:
# large at first, then smaller and smaller?* A rate that changes by a plan is a **schedule**.
#
# ### Cycles with warm restarts
#
# Loshchilov and Hutter (2016) let the rate fall along half a cosine, then raise it back to the top at once: a **warm
# restart**. The jump can throw the weights out of a narrow hollow, into a wider one. `cycle_len` is the length of the first
# cycle in epochs. With `cycle_mult=2` each cycle is twice as long as the one before. The second argument then counts
# *cycles*:

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
cycles_history = learn.fit(0.01, 3, cycle_len=1, cycle_mult=2)
assert len(cycles_history) == 1 + 2 + 4

# %% [markdown]
# It says first how many epochs that will be, because one is easily surprised. The rates:

# %%
axes = learn.sched.plot_lr()

# %% [markdown]
# Three cycles of 1, 2 and 4 epochs, 16 steps each. One of those rates by hand: half of the cosine's way down is reached in the
# middle of a cycle, and there the rate is half.

# %% tags=["nbval-check-output"]
by_hand = [0.01 * (1 + np.cos(np.pi * step / 16)) / 2 for step in range(16)]
print(np.round(by_hand[:9:4], 5))
print("equal:", np.allclose([rate[-1] for rate in learn.sched.rates[:16]], by_hand))

# %% [markdown]
# *And the loss?*

# %%
axes = learn.sched.plot()

# %% [markdown]
# Towards the end of a cycle it is calm. On harder tasks one sees the loss rise after a restart, for some steps; here it is hardly
# more than the noise. If you take a model out of the middle of a run, take it at the end of a cycle.
#
# ### One cycle
#
# Smith (2018) goes another way: up first, then down, once. Starting small lets the new head find its feet, so that the top
# may be higher. The end is smaller than anything before.

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
one_history = learn.fit(0.01, 4, schedule="one_cycle")
axes = learn.sched.plot_lr()
rates = np.array([rate[-1] for rate in learn.sched.rates])
assert np.isclose(rates[0], 0.01 / 25)
assert abs(rates.argmax() / len(rates) - 0.3) < 0.02

# %% [markdown]
# It begins at a 25th of the rate, and is at the top after three tenths of the steps.
#
# ### Which one?
#
# *Does it matter here?* The same number of epochs, the same rate, three seeds each: constant, two cycles of two epochs, one cycle.

# %%
ways = {"constant": (4, {}), "2 cycles": (2, {"cycle_len": 2}), "one cycle": (4, {"schedule": "one_cycle"})}
results = {}
for way, (n, choices) in ways.items():
    with redirect_stdout(StringIO()):
        fresh = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for seed in range(3)]
        results[way] = [trial.fit(0.01, n, **choices)[-1] for trial in fresh]

# %% [markdown]
# Validation losses of all nine:

# %%
for way, rows in results.items():
    print(f"{way:<10}", " ".join(f"{row.valid_loss:.3f}" for row in rows))
assert all(row.accuracy > 0.9 for rows in results.values() for row in rows)

# %% [markdown]
# Compare the rows with the differences inside a row: those are what the seed alone does. On an easy task with a good body the
# schedule decides little. It counts where training is long, and where the last percent is wanted.
#
# | schedule | when |
# |---|---|
# | constant | a few epochs, a first look |
# | cycles | you do not know how long you will train: every cycle's end is a usable model |
# | one cycle | you know the number of epochs, and want the most from them |

# %% [markdown]
# ## The steps again
#
# ```python
# learn = ConvLearner.pretrained(arch, data, precompute=True)    # a fresh head
# learning_rate = learn.lr_find()
# learn.sched.plot()
# learn.fit(learning_rate, 3, cycle_len=1, cycle_mult=2)
# ```
#
# 1. Ask the finder on a fresh head, and **look at the curve**.
# 2. If in doubt, train one epoch at the choice, at a third and at three times of it.
# 3. A loss that grows or becomes `nan`: a tenth of the rate. A loss that hardly moves: ten times.
#
# **To take along**
#
# - A step is rate × slope, downhill. Loss and slope, step, again.
# - Too small takes for ever, too large jumps to and fro, and beyond a border it runs away. The border depends on the steepness.
# - Different starts end in different hollows. Most that training finds are about as good as each other.
# - A batch sees a noisy slope. A falling rate lets the noise die down.
# - The finder gives a starting point, and short runs tell whether it is a good one.
#
# **You can now** choose the one number that must be right. Lesson 04 opens the body: what do its layers do to a picture?
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/03_learning_rate.ipynb) hold all answers.
#
# **1.** On x², standing at 3, with a rate of 0.1: where does one step lead?

# %%
new_x = ...
check("03.1", new_x)

# %% [markdown]
# **2.** Write `descend(slope, start, rate, steps)`. `slope` is a function that gives the slope at a place. It gives back where
# gradient descent is after so many steps. (Four lines or so.)


# %%
def descend(slope, start, rate, steps):
    # your lines in place of the dots
    ...


check("03.2", descend)

# %% [markdown]
# **3.** The curve 3x² has the slope 6x. What is the largest rate that does not run away on it? The stepper can help:
# `descent_stepper(rate=0.1, a=3)`.

# %%
largest = ...
check("03.3", largest)

# %% [markdown]
# **4.** How many epochs does `learn.fit(0.01, 4, cycle_len=1, cycle_mult=2)` train?

# %%
epochs = ...
check("03.4", epochs)

# %% [markdown]
# **5.** Write `sweep(first, last, steps)`: so many rates from `first` to `last`, each the same number of times larger than the one
# before, as an array or a list. (Two lines or so.)


# %%
def sweep(first, last, steps):
    # your lines in place of the dots
    ...


check("03.5", sweep)

# %% [markdown]
# **6.** Write `running_mean(losses, keep)`: the running mean of each step, corrected for its start at 0. It gives back as many
# numbers as there are losses. (Five lines or so.)


# %%
def running_mean(losses, keep):
    # your lines in place of the dots
    ...


check("03.6", running_mean)

# %% [markdown]
# **7.** This is the smoothed curve of some other model. *Which of the five marked rates does the rule of this lesson choose?*

# %%
from helpers.exercises.lesson_03 import given_curve

curve_rates, curve_losses, marked = given_curve()
words = {"xlabel": "learning rate", "ylabel": "training loss"}
axes = plot_line(curve_rates, curve_losses, log_x=True, **words)
heights = np.interp(list(marked.values()), curve_rates, curve_losses)
axes = plot_points(list(marked.values()), heights, names=list(marked), marker="s", colour="black", ax=axes, **words)

# %% [markdown]
# Answer with its letter, in quotes.

# %%
letter = ...
check("03.7", letter)

# %% [markdown]
# **8.** Without a check: ask the finder with `sz = 64`, then with a body of random numbers, `weights=None`. What changes in
# the curve, and why? Then ask it for the same model with three seeds. How far do the choices lie apart?
#
# ## Links
#
# - Smith, [Cyclical learning rates for training neural networks](https://arxiv.org/abs/1506.01186) (2015): the finder
# - Smith, [A disciplined approach to neural network hyper-parameters](https://arxiv.org/abs/1803.09820) (2018): one cycle
# - Loshchilov and Hutter, [SGDR: stochastic gradient descent with warm restarts](https://arxiv.org/abs/1608.03983) (2016)
# - [Gradient descent](https://en.wikipedia.org/wiki/Gradient_descent), which Cauchy described in 1847
# - Goh, [Why momentum really works](https://distill.pub/2017/momentum/) (2017): with sliders
# - [torch.optim](https://docs.pytorch.org/docs/stable/optim.html): PyTorch's own optimisers and schedules
#
# **Next**: [04 · Convolutions](04_convolutions.ipynb)
