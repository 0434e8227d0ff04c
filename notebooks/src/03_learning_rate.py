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
# - tell a rate that is too small, right, too large or diverging by its steps;
# - say why each batch gives a different slope, and what a different start changes;
# - find a rate for your pictures with the learning-rate finder, and build the finder yourself;
# - check a rate with short runs;
# - lower the rate during a run.
#
# **Time**: 40 minutes to read, and 40 minutes for the exercises. All cells together run in 30 seconds on two CPU cores.
#
# **Needs**: lesson 02. The main mathematics is the slope of a curve: how much the loss grows when a number grows a
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
# Lesson 02 showed the loop: compute the loss, find the slope, take a small step downhill. *How small?*
#
# If we change one weight of a network and keep all others, the loss traces a curve. Where the curve falls and then
# rises again, it forms a **valley**. Training moves the weight towards the bottom of the valley. (The loss is also
# called *cost*, *error*, *objective* or *criterion*.)
#
# *Why not plot the curve and look where the bottom is?* Our head alone has half a million weights, and each weight's
# curve changes whenever another weight does. What we can compute is the slope at the present weights. The slope in
# every direction, one number for each weight, is the **gradient**. PyTorch computes it by **backpropagation**, which
# works backwards through the network; lesson 10 shows how. **Gradient descent** repeats three steps:
#
# 1. Compute the loss and its gradient at the present weights.
# 2. Step downhill: **step = learning rate × gradient**, and the step is subtracted. A steep place gets a long step.
# 3. Start again from the new place.
#
# To see what the rate does, we take a valley in which every step can be checked by hand: $f(x) = x^2$. Its slope at $x$
# is $2x$, and its bottom is at 0. A step is
#
# $$x_{\text{new}} = x - \text{rate} \cdot 2x$$
#
# *Compute the first step yourself: start at 4, rate 0.1.*

# %% tags=["nbval-check-output"]
x, rate = 4.0, 0.1
slope = 2 * x
print(f"slope {slope}, step {rate * slope:.1f}, new x {x - rate * slope:.1f}")

# %% [markdown]
# *Where are we after ten steps?* Guess.

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
# The square is the start, and the star is the end.

# %%
axes = plot_descent(found, valley)
reveal("03.1", round(float(found.positions[-1]), 2))

# %% [markdown]
# Each step leaves 80 % of the distance: $x - 0.1 \cdot 2x = 0.8\,x$. Near the bottom the slope is small, so the steps
# shrink by themselves.
#
# Now try it yourself: press **Step** or **Play**. The lines below the buttons show the numbers of the next step. Check
# one on paper. Drag the ball to change the start. The ring marks where the next step leads; drag it to change the rate.

# %%
from helpers.explorers.descent_stepper import Stepper, descent_stepper

descent_stepper(rate=0.1, start=4.0)

# %% [markdown]
# ## Too small, right, too large
#
# *Above which rate does $x$ move away from the bottom?* Try it in the stepper, and guess.

# %%
predict_first("03.2", ...)

# %% [markdown]
# Four rates, ten steps each:

# %%
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 4, figsize=(12, 2.8), layout="constrained", facecolor="white")
for rate, panel in zip([0.02, 0.3, 0.95, 1.1], panels, strict=True):
    axes = plot_descent(gradient_descent(valley.gradient, 4.0, rate, 10), valley, ax=panel)

# %% [markdown]
# From the left:
#
# - **Too small**: the steps go the right way, but many more are needed.
# - **Right**: a few steps reach the bottom.
# - **Too large**: each step jumps over the bottom and lands on the other side, only a little lower.
# - **Diverging**: each step lands *higher*, where the slope is steeper. So the next step is longer still. Compare the
#   axes.
#
# *Where exactly is the border?* A step leads from $x$ to $x - \text{rate} \cdot 2x = (1 - 2\,\text{rate}) \cdot x$. So
# each step multiplies $x$ by the same number. If this number lies between −1 and 1, the distance from the bottom
# shrinks. If it is −1, $x$ changes sides and keeps its distance. So the border is where $1 - 2\,\text{rate} = -1$: at a
# rate of **1**.

# %% tags=["nbval-check-output"]
for rate in [0.99, 1, 1.01]:
    positions = gradient_descent(valley.gradient, 4.0, rate, 200).positions
    print(f"rate {rate:<5} after 200 steps {abs(positions[-1]):8.3f} from the bottom")

# %% [markdown]
# At 0.99 descent still approaches the bottom, slowly.

# %%
reveal("03.2", 1)

# %% [markdown]
# A steeper valley has another border (exercise 3). We do not know in advance how steep the valleys of a network are, so
# we have to **try** rates.

# %%
quiz("03.1")

# %% [markdown]
# ## The loss curve of a real weight
#
# Now we take a weight of a real network, made as in lesson 02 and not yet trained:

# %%
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

torch.manual_seed(1)
PATH = get_data("sample")
arch, sz = "resnet10", 128
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)

# %% [markdown]
# The frozen body turns each training picture into 1,024 numbers, the activations of lesson 02:

# %%
kept = learn.activations("train")
device = next(learn.model.parameters()).device  # as in lesson 02
features = kept.features.to(device)
labels = torch.as_tensor(data.train.labels[kept.indices], device=device)
print(tuple(features.shape))

# %% [markdown]
# The new head turns them into two scores. The layers before the last, `head[:-1]`, compute 512 numbers, `hidden`. For
# each score the **last layer**, `head[-1]`, multiplies every hidden number by a weight and adds up the products. We
# choose the hidden number that differs most between cats and dogs, and take its weight in the score for "cats".

# %%
head = learn.model.head
with torch.no_grad():  # no slopes are needed here
    hidden = head[:-1](features)
    scores = head[-1](hidden)
unit = int((hidden[labels == 0].mean(0) - hidden[labels == 1].mean(0)).abs().argmax())
first = float(head[-1].weight[0, unit].detach())
print(f"{sum(weight.numel() for weight in head.parameters()):,} parameters in the head; our weight is {first:.3f}")

# %% [markdown]
# *What would the loss over all 1,000 pictures be if only this weight had another value?* The score changes by the
# hidden number times the change of the weight:

# %%
from torch.nn.functional import cross_entropy


def loss_at(value, chosen=slice(None)):
    cats = scores[:, 0] + hidden[:, unit] * (value - first)
    return cross_entropy(torch.stack([cats, scores[:, 1]], dim=1)[chosen], labels[chosen])


# %% [markdown]
# The curve, with the present weight marked:

# %%
import numpy as np
from helpers.plots import SECOND, THIRD, new_axes, plot_line
from helpers.lessons.charts import plot_points

values, words = np.linspace(-6, 6, 61), {"xlabel": "one weight", "ylabel": "loss"}
axes = plot_line(values, [loss_at(value).item() for value in values], **words)
axes = plot_points([first], [loss_at(first).item()], names=["now"], marker="s", ax=axes, **words)

# %% [markdown]
# ## A batch gives an estimate
#
# This is a valley, too. We computed it from all 1,000 pictures, but a training step uses a batch of 64. *Does a batch
# have the same slope?* With `torch.autograd.grad` we compute the slopes of 200 random batches of 8 pictures, and of 200
# batches of 64 pictures, at the present weight.


# %%
def slope_at(value, chosen=slice(None)):
    weight = torch.tensor(value, requires_grad=True)
    (slope,) = torch.autograd.grad(loss_at(weight, chosen), weight)
    return slope.item()


slopes = {size: [slope_at(first, torch.randperm(len(labels))[:size]) for _ in range(200)] for size in (8, 64)}

# %% [markdown]
# The dashed line is the slope over all pictures.

# %%
edges = np.linspace(min(slopes[8]), max(slopes[8]), 31)
axes = new_axes(size=(6, 3))
axes.hist(slopes[8], edges, color=SECOND, alpha=0.8, label="batches of 8")
axes.hist(slopes[64], edges, histtype="step", color="black", linewidth=1.6, label="batches of 64")
axes.axvline(slope_at(first), color=THIRD, linestyle="--")
axes.set(xlabel="slope of a batch", ylabel="how many of 200 batches")
legend = axes.legend(frameon=False)
assert 2 < np.std(slopes[8]) / np.std(slopes[64]) < 4

# %% [markdown]
# Different batches give different slopes, but on average they are right. The larger the batches, the smaller the
# spread.
#
# *How far do we get with such slopes?* We move this weight with all pictures, and with batches of 8 at two rates. (The
# slopes are small, so the rates are large.)


# %%
def walk(rate, size=None, steps=150):
    positions = [first]
    for _ in range(steps):
        chosen = slice(None) if size is None else torch.randperm(len(labels))[:size]
        positions.append(positions[-1] - rate * slope_at(positions[-1], chosen))
    return positions


walks = {"batches of 8, rate 10": walk(10, 8), "batches of 8, rate 2": walk(2, 8), "all pictures, rate 10": walk(10)}
axes = new_axes(size=(7, 3.5))
for (name, positions), colour in zip(walks.items(), (SECOND, THIRD, "black"), strict=True):
    axes = plot_line(range(151), positions, label=name, colour=colour, xlabel="step", ylabel="the weight", ax=axes)
late = {name: np.std(positions[-50:]) for name, positions in walks.items()}
assert late["batches of 8, rate 10"] > 1.5 * late["batches of 8, rate 2"] > late["all pictures, rate 10"]

# %% [markdown]
# At rate 10, batches of 8 reach the bottom as quickly as all 1,000 pictures do, for a fraction of the work. This is why
# networks are trained on batches: **stochastic gradient descent**, or **SGD**. But at a constant rate the weight keeps
# moving around the bottom. At the smaller rate it moves less, but takes longer to arrive.
#
# `fit` also uses **momentum**: to each step it adds 90 % of the step before, as a ball keeps rolling.
#
# *Does momentum reach the bottom sooner?* In the stepper, open *Race against …*, tick **momentum 0.9** and choose a
# rate. Here is the distance from the bottom of $x^2$ after ten steps from 4:

# %% tags=["nbval-check-output"]
for rate in (0.02, 0.3):
    race = Stepper(rate=rate, start=4.0)
    race.go_to(10)
    print(f"rate {rate:<4}   without {abs(race.x):9.3f}   with momentum {abs(race.beside(momentum=0.9)[-1]):.3f}")

# %% [markdown]
# At 0.02 momentum is far ahead. At 0.3 momentum carries $x$ past the bottom, and the way back costs time.
#
# ## Two weights, several starts
#
# *What if there is more than one valley?* Then the start matters. Here is a made-up loss over two weights, seen from
# above: dark is low. We run four descents at the same rate:

# %%
from helpers.lessons.descent import Hollows, plot_paths

surface = Hollows()
starts = {"A": [-0.6, 3.2], "B": [0.4, 2.9], "C": [-3.1, -0.9], "D": [3.2, -2.2]}
paths = [gradient_descent(surface.gradient, start, rate=0.2, steps=60) for start in starts.values()]
axes = plot_paths(surface, paths)

# %% [markdown]
# A and B start side by side and end in different valleys. D ends in a shallow valley: every way out leads uphill, so
# descent cannot leave it. The bottom of a valley is a **local minimum**, and the lowest of all is the **global
# minimum**.
#
# *Does the start matter for real networks, too?* We train two heads for one epoch, with different random starts.

# %%
from contextlib import redirect_stdout
from copy import deepcopy
from io import StringIO

pair = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for seed in (1, 2)]
with redirect_stdout(StringIO()):
    ends = [trained.fit(0.01, 1)[-1] for trained in pair]
print(f"accuracies {ends[0].accuracy:.3f} and {ends[1].accuracy:.3f}")
assert abs(ends[0].accuracy - ends[1].accuracy) < 0.06

# %% [markdown]
# The heads are about equally good. *Do they lie in different valleys?* If they do, the loss should rise between them.
# So we go in a straight line from one head to the other: we mix their weights in eleven proportions, and compute each
# validation loss.

# %%
held = learn.activations("valid")
held_features = held.features.to(device)
held_labels = torch.as_tensor(data.valid.labels[held.indices], device=device)
shares = np.linspace(0, 1, 11)


def losses_between(one, two):
    mixed, losses = deepcopy(one).eval(), []  # eval: without dropout
    for share in shares.tolist():
        ends = zip(one.state_dict().items(), two.state_dict().values(), strict=True)
        mixed.load_state_dict({name: (1 - share) * start + share * end for (name, start), end in ends})
        with torch.no_grad():
            losses.append(cross_entropy(mixed(held_features), held_labels).item())
    return losses


# %% [markdown]
# There is a catch. The 512 **hidden units**, which compute the numbers in `hidden`, have no fixed order. If two units
# swap places and each keeps its own weights, the head computes the same scores. So we also reorder the second head's
# units to match the first's: we pair the units whose values on the training pictures are most alike, best pair first.
# You may skip how the code does it.

# %%
one, two = [trained.model.head.eval() for trained in pair]  # in a head: 2 and 6 Linear, 4 BatchNorm
matched = deepcopy(two)
with torch.no_grad():
    # All 1,024 units with each other; we keep the block of one × two.
    similar = np.corrcoef(*[part[:4](features).T.cpu().numpy() for part in (one, two)])[:512, 512:]
    partner = np.empty(512, dtype=int)
    for _ in range(512):
        row, column = np.unravel_index(similar.argmax(), similar.shape)
        partner[row], similar[row], similar[:, column] = column, -2, -2  # below all others: taken
    for numbers in [*matched[2].state_dict().values(), *matched[4].state_dict().values()]:
        if numbers.ndim:  # one row or one number for each unit
            numbers.copy_(numbers[partner])
    matched[6].weight.copy_(matched[6].weight[:, partner])
    assert torch.allclose(matched(held_features), two(held_features), atol=1e-4)

# %% [markdown]
# The last line checks that the scores are still the same. The losses along both lines:

# %%
plain, ordered = losses_between(one, two), losses_between(one, matched)
words = {"xlabel": "share of the second head", "ylabel": "validation loss"}
axes = plot_line(shares, plain, label="as trained", colour=SECOND, **words)
axes = plot_line(shares, ordered, label="units matched", ax=axes, **words)
limits = axes.set_ylim(0, 0.2)
assert max(plain) > 1.1 * max(plain[0], plain[-1])
assert max(ordered) < 1.05 * max(ordered[0], ordered[-1])

# %% [markdown]
# As trained, the two heads are separated by a low ridge. After matching, the ridge is gone: along this line both lie in
# one valley. So here the start did no harm. In larger networks, curved paths of low loss often join the minima
# ([Garipov and others 2018](https://arxiv.org/abs/1802.10026), [Draxler and others
# 2018](https://arxiv.org/abs/1803.00885)). After matching, straight lines sometimes do ([Ainsworth and others
# 2022](https://arxiv.org/abs/2209.04836)).

# %%
quiz("03.2")

# %% [markdown]
# ## The learning-rate finder
#
# *Which rate is right for our pictures?* Trying ten rates means ten runs. [Leslie Smith
# (2015)](https://arxiv.org/abs/1506.01186) raised the rate within a single run and watched the accuracy. Today's
# **learning-rate finder** ([Smith 2018](https://arxiv.org/abs/1803.09820), and the fast.ai library) watches the loss:
#
# - Start with a rate that is far too small, and train.
# - Raise the rate by the same factor after **each batch**, and record the loss.
# - Stop when the loss shoots up.
# - Choose **the highest rate at which the loss is still clearly improving**.

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)  # a fresh head
before = learn.model.head[2].weight.clone()
learning_rate = learn.lr_find()
print(f"{learning_rate:.2g}")
assert 0.0005 < learning_rate < 0.1
assert torch.equal(before, learn.model.head[2].weight)

# %% [markdown]
# The run ruined the model, so `lr_find` has put the weights back. The last line checks this. The plot:

# %%
from helpers.plots import plot_range_test

test = learn.sched
rates = [rate[-1] for rate in test.rates]  # one for each group of layers; the last is the head's
axes = plot_range_test(rates, test.losses, test.smoothed, {"our choice": learning_rate})
assert len(rates) < 100

# %% [markdown]
# Read it from the left. First the rate is too small, and the loss hardly changes. Then it falls, at first fast, then
# more and more slowly. Then it is flat: either little is left to gain, or the steps are too large to help. Finally it
# shoots up, and the finder stops. (`learn.sched.plot()` draws this curve; `learn.sched.plot_lr()` shows how the rate
# was raised.)
#
# The red circle is the choice. It is not the lowest point, because there the loss has *stopped* falling. "Clearly
# improving" is defined by a number. The choice is **the last rate at which the curve still falls at least a fifth as
# fast as at its steepest**, before it first becomes flat. How fast it falls is measured per factor of ten in the rate.

# %%
quiz("03.3")

# %% [markdown]
# ### Build it yourself
#
# First we need 100 rates that grow by a constant factor.

# %% tags=["nbval-check-output"]
rates = 1e-5 * (10 / 1e-5) ** (np.arange(100) / 99)
print(rates[:3].round(8), rates[-1].round(3))

# %% [markdown]
# Then we need a fresh head and an **optimiser**. `SGD` subtracts rate × gradient from every weight, here with momentum.

# %%
from helpers.models import make_head

torch.manual_seed(1)
my_head = make_head(features.shape[1], 2).to(device)
optimizer = torch.optim.SGD(my_head.parameters(), lr=rates[0], momentum=0.9)
losses = []

# %% [markdown]
# The run is the loop of lesson 02 with a changing rate. The last two lines stop it when the loss shoots up.

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
# The losses jump from batch to batch, so we need a **running mean**. It keeps 85 % of itself and takes 15 % of the new
# loss:
#
# $$m_t = 0.85\, m_{t-1} + 0.15\, \text{loss}_t$$
#
# It starts at 0, so at first it is too low. After $t$ steps the weights of all losses add up to only $1-0.85^t$, so we
# divide by that sum. This is called **bias correction**.

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
# The same curve as above, apart from chance.
#
# ### Other rules, and a check
#
# Other rules read different rates off such a curve:
#
# - **steepest**: where the loss falls fastest;
# - **valley**: two thirds of the way through the longest stretch of rates on which the loss falls;
# - **minimum / 10**: a tenth of the rate with the lowest loss.
#
# All four, with ours (*still improving*) first:

# %%
for rule, rate in test.suggestions.items():
    print(f"{rule:<16} {rate:.2g}")

# %% [markdown]
# The rules disagree, so a rate that is read off the curve is only a start.
#
# *Is our choice any good?* We train for one epoch at seven rates: the choice, a third, a tenth and a hundredth of it,
# and three, ten and a hundred times as much. *Which gives the lowest validation loss?* Answer in words, such as "a
# third".

# %%
predict_first("03.3", ...)

# %% [markdown]
# We use three seeds for each rate.

# %%
names = ["a hundredth", "a tenth", "a third", "the choice", "three times", "ten times", "a hundred times"]
tried = learning_rate * np.array([0.01, 0.1, 1 / 3, 1, 3, 10, 100])
runs = []
for seed in range(3):
    fresh = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for _ in tried]
    with redirect_stdout(StringIO()):
        runs.append([trial.fit(rate, 1)[-1] for trial, rate in zip(fresh, tried, strict=True)])

# %% [markdown]
# The line shows the means, and the band shows all three seeds. The dashed line marks the choice.

# %%
from helpers.lessons.charts import plot_runs

valid = np.array([[row.valid_loss for row in rows] for rows in runs])
axes = plot_runs(tried, valid, xlabel="learning rate", ylabel="validation loss", log_x=True)
axes.set_yscale("log")
line = axes.axvline(learning_rate, color=THIRD, linestyle="--")
for name, loss in zip(names, valid.mean(axis=0), strict=True):
    print(f"{name:<16} loss {loss:6.3f}")
assert valid.mean(axis=0)[3] < valid.mean(axis=0)[1] < valid.mean(axis=0)[0]
assert valid.mean(axis=0)[3] < valid.mean(axis=0)[5] < valid.mean(axis=0)[6]
reveal("03.3", names[int(valid.mean(axis=0).argmin())])

# %% [markdown]
# At a hundredth of the choice, training has hardly begun after one epoch. At a hundred times the choice the loss ends
# far above where it began. From the choice, a factor of three changes the loss by less than half, but a factor of ten
# more than doubles it. So the power of ten of a rate matters, and its second digit does not.
#
# The choice was a good start, and three times as much was better.
#
# ### When no rate can be read off
#
# *What does the curve look like if the model is trained already?*

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
# The loss is near 0 already and moves up and down at random. Give the finder a fresh head.
#
# ## Schedules
#
# At a constant rate the differences between batches, their **noise**, keep the weights moving. *Why not use a large
# rate at first, then smaller and smaller ones?* A plan by which the rate changes is a **schedule**.
#
# ### Cycles with warm restarts
#
# [Loshchilov and Hutter (2016)](https://arxiv.org/abs/1608.03983) lower the rate along half a cosine, then raise it
# back to the top at once: a **warm restart**. `cycle_len` is the length of the first cycle in epochs. With
# `cycle_mult=2` each cycle is twice as long as the one before. The second argument of `fit` then counts *cycles*:

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
with redirect_stdout(StringIO()):
    cycles_history = learn.fit(0.01, 3, cycle_len=1, cycle_mult=2)
assert len(cycles_history) == 1 + 2 + 4
axes = learn.sched.plot_lr()

# %% [markdown]
# The three cycles have 1, 2 and 4 epochs of 16 steps each. If you stop early, stop at the end of a cycle: there the
# rate is smallest, and the weights move least.
#
# ### One cycle
#
# Smith (2018) proposed to raise the rate once and then lower it. The rate starts small while the head is still random,
# so the top can be higher.

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
with redirect_stdout(StringIO()):
    one_history = learn.fit(0.01, 4, schedule="one_cycle")
axes = learn.sched.plot_lr()
rates = np.array([rate[-1] for rate in learn.sched.rates])
assert np.isclose(rates[0], 0.01 / 25)
assert abs(rates.argmax() / len(rates) - 0.3) < 0.02

# %% [markdown]
# The rate begins at a 25th of the top and reaches the top after three tenths of the steps.
#
# ### Which one?
#
# *Does it matter here?* We train four epochs at the same top rate, three seeds each: constant, two cycles of two
# epochs, and one cycle. The validation losses of all nine runs:

# %%
ways = {"constant": (4, {}), "2 cycles": (2, {"cycle_len": 2}), "one cycle": (4, {"schedule": "one_cycle"})}
for way, (n, choices) in ways.items():
    with redirect_stdout(StringIO()):
        fresh = [ConvLearner.pretrained(arch, data, precompute=True, seed=seed) for seed in range(3)]
        rows = [trial.fit(0.01, n, **choices)[-1] for trial in fresh]
    print(f"{way:<10}", " ".join(f"{row.valid_loss:.3f}" for row in rows))

# %% [markdown]
# With each seed, one cycle is a bit behind a constant rate. But the rows differ only about as much as the losses within
# a row, where only the seed differs. So here the schedule decides little. With very high rates, [Smith and Topin
# (2018)](https://arxiv.org/abs/1708.07120) needed far fewer steps on several tasks.

# %% [markdown]
# ## The steps again
#
# 1. Ask the finder on a fresh head, and **look at the curve**.
# 2. Train fresh heads for an epoch or two at a third of the choice, the choice, and three times as much.
# 3. If the loss grows or becomes `nan`, take a tenth of the rate. If it hardly changes, take ten times the rate.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/03_learning_rate.ipynb) hold all
# answers.
#
# **1.** On x², where does one step from 3 lead, at a rate of 0.1?

# %%
new_x = ...
check("03.1", new_x)

# %% [markdown]
# **2.** Write `descend(slope, start, rate, steps)`. `slope` is a function that returns the slope at a position.
# `descend` returns the position after that many steps of gradient descent. (Four lines or so.)


# %%
def descend(slope, start, rate, steps):
    # your lines in place of the dots
    ...


check("03.2", descend)

# %% [markdown]
# **3.** The curve 3x² has the slope 6x. What is the largest rate at which descent does not diverge on it? Give a
# fraction or three digits. The stepper can help: `descent_stepper(rate=0.1, a=3)`.

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
# of the `rates`. Among all steps from one rate to the next, find the one over which the curve falls most, and return
# the rate at which that step begins. (Two lines or so.)


# %%
def steepest(rates, curve):
    # your lines in place of the dots
    ...


check("03.5", steepest)

# %% [markdown]
# **6.** This is the smoothed curve of another model. *Which of the five marked rates is nearest to what the rule of
# this lesson chooses:* the last rate at which the curve falls at least a fifth as fast as at its steepest?

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
check("03.6", letter)

# %% [markdown]
# **7.** A project, from an empty cell: find a rate for a new set of pictures. `turned_pictures()`, from
# `helpers.exercises.lesson_03`, returns the folder of 400 training and 200 validation pictures. Each is upright or
# turned to the left, to the right or upside down, and its class says which.
#
# Run the finder on a fresh head: `"resnet10"`, size 128, `precompute=True`, `seed=0`. Then check its choice: train
# three more fresh heads with the same settings for two epochs each, at a constant rate of a third of the choice, the
# choice, and three times as much. Which of the three rates has the lowest validation loss after the second epoch?
#
# The answer is `[learn, histories, best]`: the learner that ran the finder and nothing else, the list of what the three
# calls of `fit` returned, in the order above, and the best rate.

# %%
check("03.7", ...)

# %% [markdown]
# ## Links
#
# - Goh, [Why momentum really works](https://distill.pub/2017/momentum/) (2017): with sliders
#
# **Next**: [04 · Convolutions](04_convolutions.ipynb)
