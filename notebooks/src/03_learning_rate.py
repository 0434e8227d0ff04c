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
# - explain why the loss jumps from batch to batch, and test whether two trained networks really differ;
# - find a rate for your pictures with the learning-rate finder, and build the finder yourself;
# - check a rate by short runs instead of trusting it;
# - let the rate fall during a run: cycles, restarts, one cycle.
#
# **Time**: 35 minutes to read, and 30 minutes for the exercises. All cells together run in 30 seconds on two CPU cores.
#
# **Needs**: lesson 02. The only mathematics is the slope of a curve: how much the loss grows when a number grows a
# little.

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
# Lesson 02 ended with a loop: look at the loss, find the slope, take a small step downhill. *How small?* That is the
# question of this lesson.
#
# Change one weight of a network and keep all others: the loss draws a curve. Where it falls and then rises again, it
# forms a **valley**, and the lowest loss is at the bottom. Training moves the weights towards the bottom. You will meet
# other names for the number that is made small: *cost*, *error*, *objective*, *criterion*.
#
# *Why not draw the curve and look where the bottom is?* Because our head alone has half a million weights, and the
# curve of each changes when another one moves. What can be computed is the slope at the place where the weights are
# now. The slope in every direction, one number for each weight, is the **gradient**. PyTorch computes it by
# **backpropagation**, which works backwards through the network from the loss to the weights; lesson 10 shows how.
# **Gradient descent** is the method that repeats three steps:
#
# 1. Compute the loss and its gradient at the present weights.
# 2. Step downhill: **step = learning rate × gradient**, and the step is subtracted. A steep place gets a long step.
# 3. Start again from the new place.
#
# To see what the rate does, we take the simplest valley there is, with a single number: $f(x) = x^2$. Its slope at $x$
# is $2x$, and its bottom is at 0. (Nobody needs gradient descent to find *this* bottom. But here every step can be
# checked.) A step is
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
# `gradient_descent` repeats this step and keeps the positions.

# %% tags=["nbval-check-output"]
from helpers.lessons.descent import Quadratic, gradient_descent, plot_descent

valley = Quadratic()
found = gradient_descent(valley.gradient, start=4.0, rate=0.1, steps=10)
print(found.positions.round(3))

# %% [markdown]
# The path as a picture. The square is the start, the star is the end, and the first positions carry their numbers.

# %%
axes = plot_descent(found, valley)
reveal("03.1", round(float(found.positions[-1]), 2))

# %% [markdown]
# Each step leaves 80 % of the distance: $x - 0.1 \cdot 2x = 0.8\,x$. Near the bottom the slope is small, so the steps
# shrink by themselves.
#
# Now play with it. Press **Step** or **Play**. The lines below the buttons show the numbers of the next step: check one
# on paper. Drag the ball to another start, or drag the ring, which marks where the next step leads, to change the rate.
# You can also type both, or choose one of the four rates. On a page without buttons you see a text form instead.

# %%
from helpers.explorers.descent_stepper import Stepper, descent_stepper

descent_stepper(rate=0.1, start=4.0)

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
# - **Too small**: the steps go the right way, but many more of them would be needed.
# - **Right**: after a few steps we are there.
# - **Too large**: each step jumps over the bottom and lands on the other side, a little lower than before.
# - **Diverging**: each step lands *higher*, where the slope is steeper, so the next is longer still. Look at the axes.
#
# *Where exactly is the border?* A step leads from $x$ to $x - \text{rate} \cdot 2x = (1 - 2\,\text{rate}) \cdot x$: it
# multiplies the distance by the same number each time. Between −1 and 1 the distance shrinks. At −1 it stays the same,
# on the other side. That is the border, $1 - 2\,\text{rate} = -1$: a rate of **1**.

# %% tags=["nbval-check-output"]
for rate in [0.5, 0.9, 0.99, 1, 1.01]:
    positions = gradient_descent(valley.gradient, 4.0, rate, 200).positions
    print(
        f"rate {rate:<5} each step times {1 - 2 * rate:5.2f}   after 200 steps {abs(positions[-1]):8.3f} from the bottom"
    )

# %% [markdown]
# One hundredth beyond the border, it runs away. So *just below* is no good place to be.

# %%
reveal("03.2", 1)

# %% [markdown]
# The border belongs to this curve. A valley three times as steep has another one: that is exercise 3. We do not know in
# advance how steep the valleys of a network are. So the rate must be **tried**.

# %%
quiz("03.1")

# %% [markdown]
# ## The same on a real weight
#
# Now a weight of our own network. We begin with the three lines of lesson 02, without the training:

# %%
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

torch.manual_seed(1)
PATH = get_data("sample")
arch, sz = "resnet10", 128
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)

# %% [markdown]
# The frozen body turns each training picture into 1,024 numbers, the activations of lesson 02. The learner keeps them
# in a file, and we read them from there:

# %%
kept = learn.activations("train")
device = learn.fabric.device
features = kept.features.to(device)
labels = torch.as_tensor(data.train.labels[kept.indices], device=device)
print(tuple(features.shape))
assert len(features) == len(data.train)

# %% [markdown]
# The new head turns them into two scores. Its **last layer**, `head[-1]`, adds up 512 numbers for each score, each
# times a weight. The layers before it, `head[:-1]`, compute those 512 numbers, which are called `hidden`. Among them we
# look for the one that differs most between cats and dogs, and take its weight in the score for "cats".

# %%
head = learn.model.head
with torch.no_grad():
    hidden = head[:-1](features)
    scores = head[-1](hidden)
unit = int((hidden[labels == 0].mean(0) - hidden[labels == 1].mean(0)).abs().argmax())
first = float(head[-1].weight[0, unit].detach())
print(f"{sum(weight.numel() for weight in head.parameters()):,} weights in the head; ours is {first:.3f}")

# %% [markdown]
# *What would the loss over all 1,000 pictures be, if this weight had another value and all others stayed?* This
# function answers for any value:

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

values, words = np.linspace(-6, 6, 61), {"xlabel": "one weight", "ylabel": "loss"}
axes = plot_line(values, [loss_at(value).item() for value in values], **words)
axes = plot_points([first], [loss_at(first).item()], names=["now"], marker="s", ax=axes, **words)

# %% [markdown]
# ## One batch sees less
#
# A valley, too. It was computed from all 1,000 pictures, but a training step looks at a batch of 64. *Does a batch have
# the same slope?* `torch.autograd.grad` computes the slope. We ask for it with 200 random batches, all at the present
# weight.


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
# Each batch gives a different slope. On average they are right. With eight times as many pictures the spread is about a
# third, as statistics predicts: the root of 8 is 2.8.
#
# *How far do we get with such slopes?* We let gradient descent move the weight, with all pictures, and with batches of
# 8 at two rates. (The slopes are small, so the rates are large.)


# %%
def walk(rate, size=None, steps=150):
    places = [first]
    for _ in range(steps):
        chosen = slice(None) if size is None else torch.randperm(len(labels))[:size]
        places.append(places[-1] - rate * slope_at(places[-1], chosen))
    return places


walks = {"batches of 8, rate 10": walk(10, 8), "batches of 8, rate 2": walk(2, 8), "all pictures, rate 10": walk(10)}
axes = new_axes(size=(7, 3.5))
for (name, places), colour in zip(walks.items(), (SECOND, THIRD, "black"), strict=True):
    axes = plot_line(range(151), places, label=name, colour=colour, xlabel="step", ylabel="the weight", ax=axes)
late = {name: np.std(places[-50:]) for name, places in walks.items()}
assert late["batches of 8, rate 10"] > 1.5 * late["batches of 8, rate 2"] > late["all pictures, rate 10"]

# %% [markdown]
# At rate 10, batches of 8 get to the bottom as quickly as all 1,000 pictures do, for a fraction of the work. That is
# why networks are trained by batches: **stochastic gradient descent**, or **SGD**. But with a constant rate the weight
# does not come to rest. It shakes around the bottom, less at the smaller rate, which takes longer to arrive. Keep that
# in mind: at the end of this lesson we let the rate fall, and this is why.
#
# One thing more: `fit` steps with **momentum**, which adds to each step 90 % of the step before, like a ball that keeps
# rolling. Where the slope stays the same, the steps grow to $1 + 0.9 + 0.9^2 + \dots = 1 / (1 - 0.9) = 10$ times their
# length.
#
# *Does momentum get there sooner?* In the stepper, open *Race against …*, tick **momentum 0.9** and choose a rate. Or
# in numbers, the distance from the bottom of $x^2$ after ten steps from 4:

# %% tags=["nbval-check-output"]
for rate in (0.02, 0.3, 1.1):
    race = Stepper(rate=rate, start=4.0)
    race.go_to(10)
    print(f"rate {rate:<4}   without {abs(race.x):9.3f}   with momentum {abs(race.beside(momentum=0.9)[-1]):.3f}")

# %% [markdown]
# At the small rate momentum is far ahead. At a rate that is right already, rolling past the bottom and back only costs
# time. And at the rate that runs away by itself, with momentum it ends closer to the bottom than it began. (For this
# curve momentum moves the border from 1 to 1.9.)
#
# ## Two weights, several starts
#
# *What if there is more than one valley?* Then it matters where we start. Here is a surface over two weights, seen from
# above: dark is low. It is made up, and has four hollows. Five descents at the same rate:

# %%
from helpers.lessons.descent import Hollows, plot_paths

surface = Hollows()
starts = {"A": [-0.6, 3.2], "B": [0.4, 2.9], "C": [-3.1, -0.9], "D": [3.2, -2.2], "E": [0.2, -0.2]}
paths = [gradient_descent(surface.gradient, start, rate=0.2, steps=60) for start in starts.values()]
axes = plot_paths(surface, paths)

# %% [markdown]
# A and B start side by side, and end in different hollows. B and E start far apart, and meet. D ends in a shallow one:
# all slopes around it lead in, so descent cannot leave it. The bottom of such a hollow is a **local minimum**, and the
# lowest of all is the **global minimum**.
#
# *Is that a problem for real networks?* We train two heads for one epoch, equal except for their random start.
# (`redirect_stdout` hides the tables.) Then we compare the weights of their first layers: a correlation of 1 means the
# same pattern, 0 means that one tells nothing about the other.

# %%
from contextlib import redirect_stdout
from io import StringIO

pair = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for seed in (1, 2)]
weights = [trained.model.head[2].weight.detach().cpu().numpy().ravel().copy() for trained in pair]
with redirect_stdout(StringIO()):
    ends = [trained.fit(0.01, 1)[-1] for trained in pair]
weights += [trained.model.head[2].weight.detach().cpu().numpy().ravel() for trained in pair]
alike = np.corrcoef(weights)
print(f"accuracies {ends[0].accuracy:.3f} and {ends[1].accuracy:.3f}")
print(f"correlation of the two heads: {alike[2, 3]:.2f}, of the first head before and after: {alike[0, 2]:.2f}")
assert abs(alike[2, 3]) < 0.1 < 0.9 < alike[0, 2]
assert abs(ends[0].accuracy - ends[1].accuracy) < 0.06

# %% [markdown]
# About equally good, and nothing in common? That 0 proves little. The random starts had nothing in common, and 16 steps
# have hardly moved the weights. *So do the two heads lie in different hollows?* We ask the loss: it must then rise
# somewhere between them. We walk in a straight line from one to the other: we mix their weights in eleven proportions,
# and compute the validation loss of each mixture.

# %%
from copy import deepcopy

held = learn.activations("valid")
held_features = held.features.to(device)
held_labels = torch.as_tensor(data.valid.labels[held.indices], device=device)
shares = np.linspace(0, 1, 11)


def losses_between(one, two):
    mixed, losses = deepcopy(one).eval(), []
    for share in shares.tolist():
        ends = zip(one.state_dict().items(), two.state_dict().values(), strict=True)
        mixed.load_state_dict({name: (1 - share) * start + share * end for (name, start), end in ends})
        with torch.no_grad():
            losses.append(cross_entropy(mixed(held_features), held_labels).item())
    return losses


# %% [markdown]
# There is a catch. The 512 numbers of `hidden`, the **hidden units**, have no fixed order. If two units change places
# and each keeps its own weights, the head's weights are in another order, but its scores are the same. So we also give
# the second head's units the order of the first. For each unit we take the partner whose values on the training
# pictures are most similar, the best pair first.

# %%
one, two = [trained.model.head.eval() for trained in pair]
matched = deepcopy(two)
with torch.no_grad():
    similar = np.corrcoef(*[part[:4](features).T.cpu().numpy() for part in (one, two)])[:512, 512:]
    partner = np.empty(512, dtype=int)
    for _ in range(512):
        row, column = np.unravel_index(similar.argmax(), similar.shape)
        partner[row], similar[row], similar[:, column] = column, -2, -2  # below any correlation: taken
    for numbers in [*matched[2].state_dict().values(), *matched[4].state_dict().values()]:
        if numbers.ndim:  # one row or one number for each unit
            numbers.copy_(numbers[partner])
    matched[6].weight.copy_(matched[6].weight[:, partner])
    assert torch.allclose(matched(held_features), two(held_features), atol=1e-4)

# %% [markdown]
# The last line has checked that the reordered head computes the same scores. Now both lines:

# %%
plain, ordered = losses_between(one, two), losses_between(one, matched)
words = {"xlabel": "share of the second head", "ylabel": "validation loss"}
axes = plot_line(shares, plain, label="as trained", colour=SECOND, **words)
axes = plot_line(shares, ordered, label="units matched", ax=axes, **words)
limits = axes.set_ylim(0, 0.2)
assert max(plain) > 1.1 * max(plain[0], plain[-1])
assert max(ordered) < 1.05 * max(ordered[0], ordered[-1])

# %% [markdown]
# Without matching there is a low ridge between the two. With matching it is gone: the loss goes from one end to the
# other and never rises above the higher end. As trained, a low ridge separates the two heads. With the second one's
# units renumbered, which changes none of its answers, both lie in one hollow. Larger networks show something similar:
# curved paths of low loss often join their minima ([Garipov and others 2018](https://arxiv.org/abs/1802.10026),
# [Draxler and others 2018](https://arxiv.org/abs/1803.00885)), and after matching the units sometimes even by straight
# lines ([Ainsworth and others 2022](https://arxiv.org/abs/2209.04836)).

# %%
quiz("03.2")

# %% [markdown]
# ## The learning-rate finder
#
# *Which rate is right for our pictures?* Trying ten rates means ten trainings: seconds here, where only the head
# learns, but too long where one training takes hours. [Leslie Smith (2015)](https://arxiv.org/abs/1506.01186) raised
# the rate within a single run, evenly over a few epochs, and watched the accuracy. What is used today came later
# ([Smith 2018](https://arxiv.org/abs/1803.09820), and the library of fast.ai): the rate grows by the same factor at
# every step, and one watches the loss.
#
# - Start with a rate that is far too small, and train.
# - Raise the rate after **each batch**, and write the loss down.
# - Stop when the loss shoots up.
# - Choose **the highest rate at which the loss is still clearly improving**.
#
# One short run passes through all rates:

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)  # a fresh head
before = learn.model.head[2].weight.clone()
learning_rate = learn.lr_find()
print(f"{learning_rate:.2g}")
assert 0.0005 < learning_rate < 0.1
assert torch.equal(before, learn.model.head[2].weight)

# %% [markdown]
# During the run the model was trained and then ruined. `lr_find` has put the weights back, as the last line checks. (In
# the fast.ai course of 2018 one read the rate off the plot by eye. Here `lr_find` returns it.) The plot:

# %%
from helpers.plots import plot_range_test

test = learn.sched
rates = [rate[-1] for rate in test.rates]
axes = plot_range_test(rates, test.losses, test.smoothed, {"our choice": learning_rate})
print(f"{len(rates)} of 100 steps, up to a rate of {rates[-1]:.2g}")
print(f"the loss falls fastest at {test.suggestions['steepest']:.2g}")
assert len(rates) < 100

# %% [markdown]
# Read it from the left. First the rate is too small, and hardly anything happens. Then the loss falls, fastest at the
# rate that is printed above, and from there on more slowly. Then it is flat: either little is left to gain, or the
# steps are too large to help. The curve alone does not tell which. At last it shoots up, and the finder stops.
#
# The red circle is the choice. It is not the lowest point: there the loss has *ceased* to fall. "Clearly improving" has
# a number: the choice is **the last rate at which the curve still falls at least a fifth as fast as at its steepest**,
# before it first rests. How fast is measured on this axis, from one factor of ten to the next.

# %%
quiz("03.3")

# %% [markdown]
# ### Build it yourself
#
# *How much is behind it?* A handful of lines, each of which you know. First the rates: 100 of them, growing by the same
# factor.

# %% tags=["nbval-check-output"]
rates = 1e-5 * (10 / 1e-5) ** (np.arange(100) / 99)
print(rates[:3].round(8), rates[-1].round(3), " factor", (rates[1] / rates[0]).round(3))

# %% [markdown]
# A fresh head, and an **optimiser**, the part that takes the steps. `SGD` goes over all the weights and subtracts rate
# × gradient from each, here with momentum.

# %%
from helpers.models import make_head

torch.manual_seed(1)
my_head = make_head(features.shape[1], 2).to(device)
optimizer = torch.optim.SGD(my_head.parameters(), lr=rates[0], momentum=0.9)
losses = []

# %% [markdown]
# And the run: set the rate, take 64 random pictures, loss, gradient, step. Write the loss down. Stop when it is worse
# than at the start and four times the best so far. (It is the loop of lesson 02, plus the changing rate.)

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
# The losses jump from batch to batch, so we need a running mean. It keeps 85 % of itself, and takes 15 % of the new
# loss:
#
# $$m_t = 0.85\, m_{t-1} + 0.15\, \text{loss}_t$$
#
# *And at the beginning?* It starts at 0, so it is far too low at first: after $t$ steps the shares of all losses in it
# add up to only $1 - 0.85^t$. Dividing by that puts it right. This is called **bias correction**.

# %%
mean, by_hand = 0.0, []
for t, loss in enumerate(losses, start=1):
    mean = 0.85 * mean + 0.15 * loss
    by_hand.append(mean / (1 - 0.85**t))

words = {"xlabel": "learning rate", "ylabel": "training loss", "log_x": True}
axes = plot_line(rates[: len(losses)], losses, colour="#bcd7f2", label="one batch", **words)
axes = plot_line(rates[: len(losses)], by_hand, label="running mean", ax=axes, **words)
limits = axes.set_ylim(0, 1.5)

# %% [markdown]
# The same curve as above, apart from random variation.
#
# ### Other rules, and a check
#
# There are other rules for reading such a curve:
#
# - **steepest**: where the loss falls fastest, a careful choice;
# - **valley**: two thirds of the way down the longest fall;
# - **minimum / 10**: a tenth of the rate with the lowest loss.
#
# All four, ours first, for heads from three seeds:

# %%
for seed in range(3):
    trial = ConvLearner.pretrained(arch, data, precompute=True, seed=seed)
    with redirect_stdout(StringIO()):
        trial.lr_find()
    print(f"seed {seed}:  " + "   ".join(f"{rule} {rate:.2g}" for rule, rate in trial.sched.suggestions.items()))

# %% [markdown]
# The rules disagree, and with another seed each gives another rate: ours one that is half as large. These are starting
# points, not measurements. *Is our choice any good?* We train for one epoch at seven rates: the choice, a third, a
# tenth and a hundredth of it, and three, ten and a hundred times as much. *Which gives the lowest validation loss?* Say
# it in words: "a hundredth", "a tenth", "a third", "the choice", "three times", "ten times" or "a hundred times".

# %%
predict_first("03.3", ...)

# %% [markdown]
# Three seeds for each rate, because one run may be luck. That is 21 short trainings.

# %%
names = ["a hundredth", "a tenth", "a third", "the choice", "three times", "ten times", "a hundred times"]
tried = learning_rate * np.array([0.01, 0.1, 1 / 3, 1, 3, 10, 100])
runs = []
for seed in range(3):
    fresh = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for _ in tried]
    with redirect_stdout(StringIO()):
        runs.append([trial.fit(rate, 1)[-1] for trial, rate in zip(fresh, tried, strict=True)])

# %% [markdown]
# Validation losses on the left, accuracies on the right. The line goes through the means, the band covers all three
# seeds, and the dashed line is the choice.

# %%
from helpers.lessons.charts import plot_runs

valid = np.array([[row.valid_loss for row in rows] for rows in runs])
accuracies = 100 * np.array([[row.accuracy for row in rows] for rows in runs])
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained", facecolor="white")
axes = plot_runs(tried, valid, xlabel="learning rate", ylabel="validation loss", log_x=True, ax=left)
axes.set_yscale("log")
axes = plot_runs(tried, accuracies, xlabel="learning rate", ylabel="accuracy (%)", log_x=True, ax=right)
lines = [side.axvline(learning_rate, color=THIRD, linestyle="--") for side in (left, right)]
for name, loss, accuracy in zip(names, valid.mean(axis=0), accuracies.mean(axis=0), strict=True):
    print(f"{name:<16} loss {loss:6.3f}   accuracy {accuracy:.1f} %")
assert valid.mean(axis=0)[3] < valid.mean(axis=0)[1] < valid.mean(axis=0)[0]
assert valid.mean(axis=0)[3] < valid.mean(axis=0)[5] < valid.mean(axis=0)[6]

# %% [markdown]
# And the best of the seven, by its loss:

# %%
reveal("03.3", names[int(valid.mean(axis=0).argmin())])

# %% [markdown]
# At a hundredth of the choice, training has hardly begun after one epoch. At a hundred times the choice the loss is out
# of hand. In between lies a valley, and here its bottom was not at the choice, but nearer to three times of it. Within
# a factor of three the loss changes by less than a half; a factor of ten more than doubles it. So the second digit of a
# rate does not matter, but the power of ten does.
#
# *Do the accuracies say the same?* They forgive more. By accuracy ten times the choice is a little ahead of the choice;
# by loss it is more than twice as bad. With a rate that is too large a model may still give the right answers, and be
# wrong about how sure it is: the loss sees that, the accuracy does not.
#
# That is the whole recipe: **ask the finder, then check with short runs.** The check costs seconds.
#
# ### When the curve says nothing
#
# *What would the finder see if the model is trained already?*

# %%
from helpers.finder import LearningRateError

with redirect_stdout(StringIO()):
    trained_history = learn.fit(0.01, 3)
try:
    print(f"{learn.lr_find():.2g}")
except LearningRateError as error:
    print(error)
axes = learn.sched.plot()

# %% [markdown]
# Look at the numbers on the axis: the loss is near 0 already, and moves up and down there at random until it shoots up.
# No rate can be read off such a curve, and here the finder refuses. Give it a fresh head. (Lesson 09 asks it once more,
# for the whole network: read that curve with this in mind.)
#
# ## Schedules
#
# At a constant rate the differences between batches, their **noise**, keep the weights shaking. A small rate would calm
# them, but takes long to arrive. *Why not both: large at first, then smaller and smaller?* A rate that changes by a
# plan is a **schedule**.
#
# ### Cycles with warm restarts
#
# [Loshchilov and Hutter (2016)](https://arxiv.org/abs/1608.03983) let the rate fall along half a cosine, then raise it
# back to the top at once: a **warm restart**. It is called warm because the weights are kept. One hope is that the jump
# takes them out of a narrow hollow, where a small change of the weights costs much, into a wider one. We do not test
# that here. `cycle_len` is the length of the first cycle in epochs. With `cycle_mult=2` each cycle is twice as long as
# the one before. The second argument of `fit` then counts *cycles*:

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
cycles_history = learn.fit(0.01, 3, cycle_len=1, cycle_mult=2)
assert len(cycles_history) == 1 + 2 + 4

# %% [markdown]
# It says first how many epochs that will be, because the total is easy to misjudge. The rates, and the loss:

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.4), layout="constrained", facecolor="white")
axes = learn.sched.plot_lr(ax=left), learn.sched.plot(ax=right)

# %% [markdown]
# Three cycles of 1, 2 and 4 epochs, 16 steps each. On this easy task they leave no visible trace in the loss. If you
# want a model from the middle of a run, take it at the end of a cycle, as Loshchilov and Hutter do: there the rate is
# smallest, and so is the shaking.
#
# ### One cycle
#
# Smith (2018) proposed to go up first, then down, once. The rate starts small while the head is still random, which
# allows a higher top later. At the end it is smaller than ever before.

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
with redirect_stdout(StringIO()):
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
# *Does it matter here?* The same number of epochs, the same rate, three seeds each: constant, two cycles of two epochs,
# one cycle. The validation losses of all nine runs:

# %%
ways = {"constant": (4, {}), "2 cycles": (2, {"cycle_len": 2}), "one cycle": (4, {"schedule": "one_cycle"})}
for way, (n, choices) in ways.items():
    with redirect_stdout(StringIO()):
        fresh = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for seed in range(3)]
        rows = [trial.fit(0.01, n, **choices)[-1] for trial in fresh]
    print(f"{way:<10}", " ".join(f"{row.valid_loss:.3f}" for row in rows))
    assert all(row.accuracy > 0.9 for row in rows)

# %% [markdown]
# Compare the rows with the differences inside a row: those come from the seed alone. On this easy task, with a good
# body, the schedule decides little, and one cycle is even behind a constant rate with all three seeds. It is worth
# trying with a higher top rate, and where training is long: with very high rates [Smith and Topin
# (2018)](https://arxiv.org/abs/1708.07120) needed far fewer steps on several tasks.

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
# 3. If the loss grows or becomes `nan`, take a tenth of the rate. If it hardly moves, take ten times the rate.
#
# **To take along**
#
# - A step is rate × gradient, downhill.
# - Too small a rate takes long. Beyond a border, which depends on the steepness, descent runs away.
# - Different weights are not yet different solutions: match the units, walk from one to the other, and look at the loss.
# - A batch gives a noisy gradient. A falling rate lets the noise die down.
# - The finder gives a starting point, and short runs tell whether it is a good one.
#
# Lesson 04 opens the body: what do its layers do to a picture?
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/03_learning_rate.ipynb) hold all
# answers.
#
# **1.** On x², standing at 3, with a rate of 0.1: where does one step lead?

# %%
new_x = ...
check("03.1", new_x)

# %% [markdown]
# **2.** Write `descend(slope, start, rate, steps)`. `slope` is a function that gives the slope at a position. `descend`
# returns the position of gradient descent after that many steps. (Four lines or so.)


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
# **5.** Write `steepest(rates, curve)`, another rule for the finder. `curve` is an array with the smoothed loss at each
# of the `rates`. It returns the rate from which the curve falls most to the next one. (Two lines or so.)


# %%
def steepest(rates, curve):
    # your lines in place of the dots
    ...


check("03.5", steepest)

# %% [markdown]
# **6.** In his paper of 2015, Smith also let the rate go up and down again and again, in straight lines: triangles.
# Write `triangle(low, top, steps)`: as many rates as `steps`, an odd number. They rise from `low` by equal amounts to
# `top` in the middle, and fall back to `low`. Return an array or a list. (Three lines or so.)


# %%
def triangle(low, top, steps):
    # your lines in place of the dots
    ...


check("03.6", triangle)

# %% [markdown]
# **7.** This is the smoothed curve of some other model. *Which of the five marked rates does the rule of this lesson
# choose:* the last one at which the curve falls at least a fifth as fast as at its steepest?

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
# ## Links
#
# - The papers are linked where the lesson names them.
# - Goh, [Why momentum really works](https://distill.pub/2017/momentum/) (2017): with sliders
#
# **Next**: [04 · Convolutions](04_convolutions.ipynb)
