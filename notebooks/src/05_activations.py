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
# # 05 · Activation functions
#
# **After this lesson you can**
#
# - show that linear layers in a row are one linear layer, and what a bend between them changes;
# - write down sigmoid, tanh, ReLU, leaky ReLU and GELU, draw them, and give their slopes;
# - say why a gradient vanishes in a deep stack, and see it in a picture;
# - choose the size of the first weights, by Xavier or by He, and say why;
# - find dead units, and say what a leaky unit does about them;
# - compare non-linearities fairly: several seeds, a band, and what chance could do;
# - watch a small network learn, unit by unit, and see when it learns its points by heart;
# - find the bends of a real network, and say why a softmax stands at its end.
#
# **Time**: 45 minutes to read and try. All cells together run in 40 seconds on two CPU cores.
#
# **Needs**: lesson 02 (layers, softmax, loss) and lesson 03 (gradient descent). No GPU, no network.

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
# ## Two layers that are one
#
# Lesson 02 showed a network as a row of layers. Most layers are **linear**: each output is a weighted sum of the inputs,
# and an offset. As a formula, with a matrix $W$ of weights and the offsets $b$: $Wx + b$. PyTorch calls it `nn.Linear`.
# Here are two in a row: 3 numbers in, 5 in the middle, 2 out.

# %% tags=["nbval-check-output"]
import numpy as np
import torch
from torch import nn

torch.manual_seed(1)
first, second = nn.Linear(3, 5), nn.Linear(5, 2)
x = torch.randn(4, 3)  # four inputs of three numbers
print(tuple(x.shape), "→", tuple(first(x).shape), "→", tuple(second(first(x)).shape))

# %% [markdown]
# *What does the second layer add?* Multiply it out:
#
# $$W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2 b_1 + b_2)$$
#
# On the right stands one matrix and one offset. So **one** linear layer should do what the two do:

# %% tags=["nbval-check-output"]
W = second.weight @ first.weight
b = second.weight @ first.bias + second.bias
print("one matrix", tuple(W.shape), "equal:", torch.allclose(second(first(x)), x @ W.T + b, atol=1e-6))

# %% [markdown]
# Equal. And three layers are two, which are one. Depth alone buys nothing.
#
# *Does that matter?* We take a small problem: two arms of points that wind around each other. From its two coordinates,
# say to which arm a point belongs. 300 points are there to learn from, 1,000 fresh ones to test.

# %%
from helpers.lessons.deep_stack import deep_stack, plot_decisions, share_right, train_stack, two_spirals
from helpers.plots import FIRST, SECOND, THIRD
from helpers.lessons.charts import plot_points

points, labels = two_spirals(150, seed=1)
fresh = two_spirals(500, seed=2)
words = {"xlabel": "first number", "ylabel": "second number"}
axes = plot_points(*points[labels == 0].T, label="arm 0", **words)
axes = plot_points(*points[labels == 1].T, label="arm 1", marker="^", colour=SECOND, ax=axes, **words)
axes.set_aspect("equal")

# %% [markdown]
# Now a network of four linear layers: 2 numbers in, three times 32 in between, 2 scores out. `deep_stack` makes it, with
# the non-linearity that you name. The first one has none.

# %% tags=["nbval-check-output"]
SIZES = [2, 32, 32, 32, 2]
flat = deep_stack(SIZES, "none", scale="Xavier", seed=1)
print(flat)
print(f"{sum(values.numel() for values in flat.parameters()):,} numbers learn")

# %% [markdown]
# (`Identity` is the place where a bend could be. It changes nothing. What `scale` means comes later in this lesson.)
#
# Over two thousand numbers. *Of the fresh points, how many percent will it get right?* A coin gets 50.

# %%
predict_first("05.1", ...)

# %% [markdown]
# 300 steps of gradient descent, as in lesson 03, on all points at once:

# %%
losses = train_stack(flat, points, labels, rate=0.1, steps=300)
reveal("05.1", 100 * share_right(flat, *fresh))

# %% [markdown]
# And the same network with a bend after each layer but the last. Which bend, we will see: it is called ReLU.

# %%
bent = deep_stack(SIZES, "ReLU", seed=1)
losses = train_stack(bent, points, labels, rate=0.1, steps=300)
print(f"{share_right(flat, *fresh):.1%} without, {share_right(bent, *fresh):.1%} with")
assert share_right(flat, *fresh) < 0.75 < 0.95 < share_right(bent, *fresh)

# %% [markdown]
# *What do they think of the rest of the plane?* Each place in the colour of the arm that the network would say:

# %%
import matplotlib.pyplot as plt

figure, places = plt.subplots(1, 2, figsize=(7.6, 3.9), layout="constrained", facecolor="white")
titles = ["four linear layers", "four, with bends in between"]
for place, network, title in zip(places, [flat, bent], titles, strict=True):
    text = plot_decisions(network, points, labels, ax=place).set_title(title, fontsize=10)

# %% [markdown]
# Left: a straight line. One linear layer has 6 numbers for this, and the 2,000 others only repeat it. Right: the line has
# learnt to bend. **A neural network is linear functions with non-linear functions in between**, and it needs both.

# %%
quiz("05.1")

# %% [markdown]
# ## The sigmoid
#
# *Which bend?* For decades it was the **sigmoid**. It squeezes every number between 0 and 1. It stood for the nerve cell
# that is silent, or fires. The very first models made a hard step from 0 to 1. A step has no slope to learn by, and the
# sigmoid is a smooth one:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# Left the function, and the straight line that touches it at x = 1. Right the slope of that line, for every x:

# %%
from helpers.explorers.activation_explorer import plot_activation

axes = plot_activation("sigmoid", 1)

# %% [markdown]
# Training needs slopes: the gradient of lesson 03 is made of them. The slope of the sigmoid has a formula that needs only
# the value itself, $\sigma'(x) = \sigma(x)\,(1 - \sigma(x))$. *Is that so?* PyTorch finds slopes by itself: ask for them
# with `requires_grad`, call `backward()`, and they lie in `.grad`.

# %% tags=["nbval-check-output"]
from helpers.lessons.nonlinear import sigmoid, sigmoid_gradient

x = torch.linspace(-6, 6, 241, requires_grad=True)
torch.sigmoid(x).sum().backward()
values = sigmoid(x.detach().numpy())
print("values", np.allclose(values, torch.sigmoid(x).detach()), " slopes", np.allclose(values * (1 - values), x.grad))
print("largest slope:", sigmoid_gradient(np.linspace(-6, 6, 241)).max())

# %% [markdown]
# The largest slope is **one quarter**, at 0. Far out on both sides it is nearly 0. There the unit is *saturated*: whatever
# you do to x, the output hardly moves. (A **unit** is one of the numbers that a layer gives, with the weights behind it.)
#
# *Why is that a problem?* A gradient goes back through the layers, and each one multiplies it by its slope. This is the
# chain rule. Twenty sigmoids, each at its very best:

# %% tags=["nbval-check-output"]
print(f"{0.25**20:.0e}")

# %% [markdown]
# Less than a millionth of a millionth. The last layers learn. The first ones get no word of what was wrong. This is the
# **vanishing gradient**, and we will see it happen.
#
# (A word on computing. `np.exp(1000)` is too large for the computer. `sigmoid` avoids it: `sigmoid??` shows how.)

# %% tags=["nbval-check-output"]
print(sigmoid([-1000, -1, 0, 1, 1000]).round(3))

# %% [markdown]
# ## tanh
#
# The **hyperbolic tangent** has the same form, from −1 to 1. It is a sigmoid, stretched: $\tanh(x) = 2\,\sigma(2x) - 1$.

# %%
from helpers.lessons.nonlinear import tanh

axes = plot_activation("tanh", 1)
assert np.allclose(tanh([-2, 0.5, 3]), 2 * sigmoid(np.array([-4, 1, 6])) - 1)

# %% [markdown]
# Two things are better. Its slope reaches 1. And its values lie around 0, as those of normalised pictures do. It still
# saturates on both sides.

# %% [markdown]
# ## ReLU
#
# *Could it be simpler?* The **rectified linear unit** keeps what is positive, and makes the rest 0:
#
# $$\mathrm{ReLU}(x) = \max(0, x)$$

# %%
axes = plot_activation("ReLU", 2)

# %% [markdown]
# There is nothing to it. On the right its slope is 1, and a 1 can be multiplied twenty times. It never saturates there,
# and a computer needs no exponential function for it. When networks became deep, around 2012, it was a large part of why
# they could.
#
# At 0 itself there is a corner, and no slope. One says 0, as PyTorch does, and nothing bad comes of it.
#
# *And the price?* Where x is negative, the slope is 0. A unit whose x is negative for **every** input gives 0 always,
# gets no gradient, and cannot change. It is **dead**. We will count some.

# %% [markdown]
# ## Leaky ReLU
#
# So let a little through. **Leaky ReLU** multiplies what is negative by a small number α, between 0 and 1:
#
# $$\mathrm{LeakyReLU}(x) = \begin{cases} x & x > 0 \\ \alpha x & \text{else} \end{cases}$$
#
# Usually α is 0.01. Here 0.1, to have something to see:

# %%
axes = plot_activation("leaky ReLU", -3, alpha=0.1)

# %% [markdown]
# Its slope is never 0, so no unit is ever quite dead. *Why must α lie between 0 and 1?* With 0 it is ReLU, and with 1 it
# is a straight line, no bend at all. The function says so:

# %% tags=["nbval-check-output"]
from helpers.lessons.nonlinear import leaky_relu

try:
    leaky_relu([-2, 3], alpha=1)
except ValueError as error:
    print(error)

# %% [markdown]
# ## GELU
#
# Today's language models use rounder ones. **GELU** multiplies x by $\Phi(x)$: the chance that a number from the bell
# curve is smaller than x. Far right that is 1, far left 0.

# %%
axes = plot_activation("GELU", -1)

# %% [markdown]
# Nearly ReLU, without the corner. Look at the left of the picture: it goes down and comes up again, so its slope is even
# negative there. *Where does it turn?*

# %% tags=["nbval-check-output"]
from helpers.lessons.nonlinear import NON_LINEARITIES, gelu

x = np.linspace(-6, 6, 1201)
print(f"lowest at x = {x[gelu(x).argmin()]:.2f}")

# %% [markdown]
# All five, with their slopes:

# %% tags=["nbval-check-output"]
for entry in NON_LINEARITIES.values():
    print(f"{entry.name:<11} {entry.formula:<24} slope {entry.gradient_formula}")

# %% [markdown]
# *Are ours those of PyTorch?* We compare values and slopes at 321 places. `at` gives both.

# %% tags=["nbval-check-output"]
from helpers.lessons.deep_stack import make_activation

x = np.linspace(-8, 8, 321)
for name, entry in NON_LINEARITIES.items():
    inputs = torch.tensor(x, requires_grad=True)
    outputs = make_activation(name)(inputs)
    outputs.sum().backward()
    value, slope = entry.at(x)
    print(f"{name:<11} values {np.allclose(value, outputs.detach())}, slopes {np.allclose(slope, inputs.grad)}")

# %% [markdown]
# ### Play with them
#
# Choose a function, and drag the point along its curve, or along that of its slope. You can also type its x, or move it with
# the arrow keys. **Play** lets it travel to the right, and the key **z** undoes. *Where is the slope of the sigmoid below
# 0.01? Where is that of tanh above 0.9? Which α makes leaky ReLU nearly straight?* (The
# [solutions](solutions/05_activations.ipynb) answer these, and those of the second explorer below.)

# %%
from helpers.explorers.activation_explorer import activation_explorer, depth_explorer, plot_depth

activation_explorer("sigmoid", x=1)

# %% [markdown]
# Without widgets, one line draws the same. Change what stands in the brackets, such as `"leaky ReLU", -2, alpha=0.3`:

# %%
axes = plot_activation("sigmoid", 1)

# %% [markdown]
# ## A deep stack, before it learns
#
# *What do they do when twenty of them stand in a row?* We make a stack of 20 layers with 64 units each, and look inside
# before any training. 256 random inputs go forward. A random gradient of size 1 is sent back from the last layer. (In the
# code 64 stands 21 times: for the inputs, and for the 20 layers. A single number comes out at the end.)
#
# (`look_inside` hangs a small function on every layer, which PyTorch calls a *hook*. It keeps what goes through, and is
# taken off again.)

# %%
from helpers.lessons.deep_stack import look_inside, plot_histograms, root_mean_square

inputs = np.random.default_rng(1).normal(size=(256, 64))
STARTS = {"sigmoid": "Xavier", "tanh": "Xavier", "ReLU": "He", "leaky ReLU": "He", "GELU": "He"}
stacks = {
    name: look_inside(deep_stack([64] * 21 + [1], name, scale=scale, seed=1), inputs) for name, scale in STARTS.items()
}

# %% [markdown]
# First the **activations**: what the units put out. One row for each function, one column for each layer. Each picture
# counts how often a value occurs.

# %%
axes = plot_histograms(stacks, [1, 5, 10, 15, 20])

# %% [markdown]
# - **sigmoid**: a smooth hill in layer 1. Then a few spikes: each unit gives *the same number for every input*.
# - **tanh**: in layer 1 many values lie at both ends. Then it is a hill, which gets narrower, but stays a hill.
# - **ReLU** and **leaky ReLU**: about half of the numbers are 0, or nearly. The others keep their size down to layer 20.
# - **GELU**: like ReLU, and it shrinks slowly.
#
# (The largest value in a thousand is left out, or the pictures would be mostly empty.)
#
# *How much do the inputs still differ?* For each unit, the standard deviation over the 256 inputs; the mean over the units:

# %%
for name, found in stacks.items():
    first_layer, last_layer = (layer.values.std(axis=0).mean() for layer in (found[0], found[-1]))
    print(f"{name:<11} layer 1: {first_layer:.2f}   layer 20: {last_layer:.1e}")
assert stacks["sigmoid"][-1].values.std(axis=0).mean() < 1e-4

# %% [markdown]
# After twenty sigmoids nobody can tell the inputs apart. Cats and dogs give the same numbers. (In the other stacks, too,
# the inputs grow more alike. There, enough is left to tell them apart.)
#
# Now the **gradients**. In layer 20 their size is 1. *What is left of that in layer 1 of the sigmoid's stack, as a power
# of ten?* (−3 means 0.001.)

# %%
predict_first("05.2", ...)

# %% [markdown]
# `root_mean_square` is the typical size: the root of the mean of the squares.

# %%
reveal("05.2", np.log10(root_mean_square(stacks["sigmoid"][0].gradient)))
assert root_mean_square(stacks["sigmoid"][0].gradient) < 1e-9 < 0.1 < root_mean_square(stacks["ReLU"][0].gradient)

# %% [markdown]
# In a picture. They differ so much that the axis must count powers of ten: 0 means 1, −5 means 0.00001.

# %%
axes = plot_histograms(stacks, [1, 5, 10, 15, 20], of="gradients")

# %% [markdown]
# Read the first row from right to left, as the gradient travels. It starts at size 1 in layer 20, and moves by many
# powers of ten until it reaches layer 1. **That is the vanishing gradient.** In the other rows the hills move little.
#
# So why do we not simply say that sigmoids are bad? Because there is another number in it, which we have not looked at.

# %% [markdown]
# ## How large should the weights be at first?
#
# Let us take the bends out once more. *What do twenty, or fifty, linear layers do to sizes?* It depends on the weights
# that they start with. `scale` sets their size: with 1, a layer gives on average as much as it gets.

# %%
figure, places = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained", facecolor="white", sharey=True)
axes = [plot_depth("none", 50, scale, ax=place) for place, scale in zip(places, [0.7, 1.4], strict=True)]

# %% [markdown]
# The axis goes by factors of ten thousand. A little too small, and after fifty layers there is nothing. A little too large,
# and it **explodes**. The gradient does the same on its way back. No wonder: the factor is multiplied with itself fifty
# times.

# %% tags=["nbval-check-output"]
print(f"0.7 to the 50th: {0.7**50:.0e}    1.4 to the 50th: {1.4**50:.0e}")

# %% [markdown]
# **Xavier** Glorot and Yoshua Bengio (2010) asked for which weights the sizes stay. An output is a sum of $n$ products,
# and variances add up. So with $n$ inputs the weights need the variance $1/n$. For the way back, the number of *outputs*
# counts in the same manner. They took the middle: $2 / (n_\text{in} + n_\text{out})$.

# %%
weights = np.random.default_rng(2).normal(0, np.sqrt(2 / (64 + 64)), size=(64, 64))
print(f"size before the layer {root_mean_square(inputs):.2f}, after it {root_mean_square(inputs @ weights.T):.2f}")
assert abs(root_mean_square(inputs @ weights.T) / root_mean_square(inputs) - 1) < 0.1

# %% [markdown]
# **He** and others (2015) asked the same about ReLU. It throws away half of what comes in. *Is it really half?* We ask a
# million random numbers for the mean of their squares, before and after:

# %% tags=["nbval-check-output"]
from helpers.lessons.nonlinear import relu

many = np.random.default_rng(3).normal(size=1_000_000)
print(f"before {np.mean(many**2):.2f}, after ReLU {np.mean(relu(many) ** 2):.2f}")

# %% [markdown]
# Half, exactly. So the weights need twice the variance: $2 / n_\text{in}$. In our measure that is a scale of √2, about
# 1.41. *Does a factor of 1.41 matter?*

# %%
figure, places = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained", facecolor="white", sharey=True)
axes = [plot_depth("ReLU", 50, scale, ax=place) for place, scale in zip(places, ["Xavier", "He"], strict=True)]

# %% [markdown]
# Fifty layers of ReLU: with Xavier's start all is lost by powers of ten, with He's it stays. PyTorch has both as
# `nn.init.xavier_normal_` and `nn.init.kaiming_normal_` (Kaiming is He's first name).
#
# Now you. Drag the ring below the last layer to another depth, or set depth and scale by their sliders. **Play** lets the
# scale grow, or the depth, and you watch gradients vanish and explode. *For which scale does tanh do best? Can you save
# twenty sigmoids with a larger scale? And fifty?*

# %%
depth_explorer("sigmoid", depth=20, scale=1.0)

# %% [markdown]
# Without widgets: left as the explorer opens, right with a scale of 4. The sigmoid's slope is 1/4 in the middle, so that
# should undo it.

# %%
figure, places = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained", facecolor="white", sharey=True)
axes = [plot_depth("sigmoid", 20, scale, ax=place) for place, scale in zip(places, [1.0, 4.0], strict=True)]
assert root_mean_square(look_inside(deep_stack([64] * 21 + [1], "sigmoid", scale=4.0), inputs)[0].gradient) > 1e-6

# %% [markdown]
# Much better, by many powers of ten, and still falling: with weights that large, many units are saturated, where the
# slope is far below 1/4. So it is **function and start together** that decide. Remember it when we race.

# %% [markdown]
# ## Dead units
#
# *How does a ReLU unit die?* A step that is too large can push it so far that its x is negative for every input. We do
# that on purpose: five networks for the spirals, each with 96 ReLU units, and twenty steps with a rate of 1.5. A good
# rate was 0.1.
#
# `captured` collects what all layers of one kind put out. `dead_units` says which units are 0 for every input.

# %%
from helpers.lessons.deep_stack import captured, dead_units


def count_dead(network):
    with captured(network, nn.ReLU) as found:
        network(torch.from_numpy(points))
    return sum(int(dead_units(layer.values).sum()) for layer in found)


# %% [markdown]
# Before, and after those twenty steps:

# %%
spoilt = [deep_stack(SIZES, "ReLU", seed=seed) for seed in range(5)]
print("dead at the start:     ", [count_dead(network) for network in spoilt])
for network in spoilt:
    losses = train_stack(network, points, labels, rate=1.5, steps=20)
print("after 20 large steps:  ", [count_dead(network) for network in spoilt])
assert sum(count_dead(network) for network in spoilt) > 5 * 96 / 2

# %% [markdown]
# A few are dead from the start, by chance. Then most of them die.
#
# *Does a careful rate bring them back?* We go on with 400 small steps. And we make a copy of each spoilt network, with
# the same weights, but with leaky ReLU in place of ReLU, and let it take the same small steps.


# %%
def repaired(network, activation, steps=400):
    copy = deep_stack(SIZES, activation, alpha=0.1)
    copy.load_state_dict(network.state_dict())  # the same weights: a bend has none of its own
    train_stack(copy, points, labels, rate=0.003, steps=steps)
    return share_right(copy, *fresh)


after = {name: [repaired(network, name) for network in spoilt] for name in ("ReLU", "leaky ReLU")}

# %% [markdown]
# One row for each of the five, the share of fresh points that are right afterwards:

# %%
for seed, (dead, leaky) in enumerate(zip(after["ReLU"], after["leaky ReLU"], strict=True)):
    print(f"network {seed}: with ReLU {dead:.0%}, the same weights with leaky ReLU {leaky:.0%}")

# %% [markdown]
# Where a whole layer is dead, ReLU is stuck at 50 %, a coin, for ever: nothing gets through in either direction. The leaky
# copies get a tenth of the gradient through, and most of them learn again, though not all become good.
#
# Do not read too much into it. The damage was done by the rate. With a sensible one, few units die, and a network has
# others. Leaky ReLU is cheap insurance, not a reason to drive faster: at rates much too large it explodes, where ReLU
# dies.

# %%
quiz("05.2")

# %% [markdown]
# ## A race
#
# *Which one learns best?* The same small network, the same points, and each function. We want to be fair:
#
# - each gets the start that suits it, and the sigmoid runs twice, with Xavier's start and with a scale of 4;
# - each may choose its rate among three, by trial runs with seeds of their own, so that none is lucky twice;
# - each runs with five seeds.
#
# One run, as a function of who, rate and seed:

# %%
RUNNERS = {"sigmoid": ("sigmoid", "Xavier"), "sigmoid, scale 4": ("sigmoid", 4.0), "tanh": ("tanh", "Xavier"),
           "ReLU": ("ReLU", "He"), "leaky ReLU": ("leaky ReLU", "He"), "GELU": ("GELU", "He")}  # fmt: skip


def run(name, rate, seed):
    activation, scale = RUNNERS[name]
    network = deep_stack(SIZES, activation, scale=scale, seed=seed)
    losses = train_stack(network, points, labels, rate=rate, steps=300)
    return losses, share_right(network, *fresh)


# %% [markdown]
# *How long will that take?* One run tells. We need 6 × 3 × 2 trial runs, and 6 × 5 in the race:

# %%
import time

start = time.perf_counter()
one = run("GELU", 0.1, seed=0)
print(f"about {(time.perf_counter() - start) * (6 * 3 * 2 + 6 * 5):.0f} s")

# %% [markdown]
# The trial runs: for each function, the rate with the lowest loss at the end.


# %%
def trial(name, rate):
    return np.mean([run(name, rate, seed)[0][-1] for seed in (10, 11)])


start = time.perf_counter()
rates = {name: min((0.03, 0.1, 0.3), key=lambda rate: trial(name, rate)) for name in RUNNERS}
print(rates)

# %% [markdown]
# Where the largest of the three wins, one should ask: *and larger still?* Three runs of ReLU with a rate of 1, the share of
# fresh points that are right:

# %%
print([run("ReLU", 1.0, seed)[1] for seed in range(3)])

# %% [markdown]
# They die, as above. In between lies a zone where it is a gamble. So 0.3 stays the largest. The race:

# %%
results = {name: [run(name, rates[name], seed) for seed in range(5)] for name in RUNNERS}
print(f"trial runs and race took {time.perf_counter() - start:.0f} s")

# %% [markdown]
# A line is the mean of five runs, the dots are the runs, and the band holds all of them. The axis goes by factors of ten.

# %%
from helpers.lessons.charts import plot_runs

figure, places = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", facecolor="white", sharey=True)
names, steps = list(RUNNERS), np.arange(0, 300, 20)
for place, group in ((places[0], names[:3]), (places[1], names[3:])):
    for name, colour in zip(group, (FIRST, SECOND, THIRD), strict=True):
        runs = [losses[steps] for losses, _ in results[name]]
        axes = plot_runs(steps, runs, xlabel="step", ylabel="loss", label=name, colour=colour, ax=place)
        axes.set_yscale("log")

# %% [markdown]
# And what counts: the fresh points. The dot is the mean of five runs, the bar reaches from the worst to the best.

# %%
from helpers.lessons.charts import plot_accuracies

shares = {name: [share for _, share in runs] for name, runs in results.items()}
bars = [(min(values), max(values)) for values in shares.values()]
axes = plot_accuracies(list(shares), [np.mean(values) for values in shares.values()], bars)
assert max(shares["sigmoid"]) < 0.8 < 0.95 < min(shares["ReLU"])

# %% [markdown]
# *What may we say?*
#
# - **The sigmoid with Xavier's start lost.** Its best run is worse than the worst run of ReLU. Five seeds against five,
#   and no overlap: if the two were equally good, that would happen by chance in one case of 252. It has drawn the
#   straight line of the network without bends, in these 300 steps. Exercise 9 gives it more.
# - **With a scale of 4 it learns.** It was not the function alone. It needs more steps than the others.
# - **tanh gets there, later than ReLU.** Compare when the lines fall.
# - **ReLU, leaky ReLU and GELU**: their bands lie over each other. This problem cannot tell them apart, and whoever picks
#   the best of the three is picking luck.
#
# (252 is the number of ways to choose 5 of 10. Only one of them puts all five of one kind at the bottom.)

# %% tags=["nbval-check-output"]
from math import comb

print(comb(10, 5))

# %% [markdown]
# This was one small problem with three hidden layers, and plain training. **Batch-norm**, which brings sizes back to 1
# after each layer, and the short cuts of a ResNet help a weak bend along, and deep networks of today have both.

# %%
quiz("05.3")

# %% [markdown]
# ## Watch one learn
#
# The race gave numbers. Now look on while a network learns, and change it on the way. The spirals again, and two hidden
# layers of eight units. In the middle stands the network, from x and y on the left to the two scores on the right: each
# unit is a small copy of the plane with what the unit gives there, blue below 0, orange above, and empty where it gives 0.
# Each line is a weight, the thicker the larger. To the right: what the network says of each place, empty where it cannot
# decide, and the training points. Below it: the loss on training points and on fresh points.
#
# Press **Play**, and **Pause**. A click on a line chooses that weight, a click on a unit chooses its offset; type another
# number, or drag the slider, also while it plays. A click into the plane adds a point of yours, which you can drag; a
# click on it takes it away. **Undo** (key: z) takes back whatever you did last. Rate, start and number of units stand
# under *The network and its training*; number and noise of the points, and the fresh points, under *The points*. Your own
# points stay when you choose another set: before the questions below, take them away with **Remove all**, under *The
# points*.
#
# There are four ready-made sets of points. In "exclusive or", class 0 has two numbers of the same sign, class 1 has not.
#
# - *Play for 1,000 steps. Which edges do the units of layer 1 draw, and which those of layer 2?*
# - *With "none" in between: which of the four sets can the network separate?*
# - *The ring, tanh, and one hidden layer. How few units are enough?*
# - *The spirals, ReLU, and a rate of 3. What has become of the units after 30 steps? (Six times **Step**: each takes 5.)*
# - *Train well, then give one weight the other sign. Does the network find its way back? Try more than one.*
# - *"Exclusive or" with 10 points of each class, noise 0.2, and 16, 16 units of ReLU. When should one stop?*

# %%
from helpers.explorers.plane_trainer import PlaneTrainer, plane_trainer, plot_plane_trainer

plane_trainer("spirals", hidden=[8, 8], activation="ReLU")

# %% [markdown]
# Without widgets, the first question takes three lines. (For the others: *Code of this state* is always the code of what
# the explorer shows.)

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
trainer = PlaneTrainer("spirals", [8, 8], "ReLU", rate=0.1, seed=1)
trainer.step(1000)
axes = plot_plane_trainer(trainer)
assert min(trainer.right) > 0.9

# %% [markdown]
# Each unit of layer 1 is cut by one straight line: on one side it gives 0, on the other it rises. A unit of layer 2 is a
# sum of those, bent once more, so its edge has corners. The last layer adds these up, and that is the winding border.
#
# And the last question, which has a name. Both losses, for 300 steps:

# %%
trainer = PlaneTrainer("exclusive or", [16, 16], "ReLU", rate=0.1, count=10, noise=0.2, seed=1)
trainer.step(300)
axes = plot_plane_trainer(trainer, fresh=True)
best = int(np.argmin(trainer.fresh_losses))
print(
    f"training loss      {trainer.train_losses[best]:.2f} after {best} steps, {trainer.train_losses[-1]:.3f} after 300"
)
print(
    f"on fresh points    {trainer.fresh_losses[best]:.2f} after {best} steps, {trainer.fresh_losses[-1]:.2f} after 300"
)
assert best < 100
assert trainer.right[0] == 1
assert trainer.fresh_losses[-1] > 2 * trainer.fresh_losses[best]

# %% [markdown]
# The small dots are the fresh points. The 20 training points all become right. On the others the loss falls at first, and
# then it rises, and rises. The network learns its points by heart, noise included, and grows surer of it. This is
# **overfitting**. The training loss does not show it: only points that were not learnt from do. That is why lesson 01 put
# a validation set aside.
#
# *What helps?* Stop early. Or have more points: with 250 of each class the two curves stay much closer for these 300 steps.
# (Play on, and they part here, too, only later. And who chooses the moment to stop by the fresh points has used them: for
# an honest last word one needs a third set, the test set of lesson 01.)

# %% [markdown]
# ## Where they are in a real network
#
# *Where are the bends in `resnet10`?* We go through its modules. (A block of a ResNet uses its one ReLU twice, once after
# each batch-norm. The second time the short cut is added before.)

# %% tags=["nbval-check-output"]
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, seed=1)
for name, module in learn.model.named_modules():
    if isinstance(module, (nn.ReLU, nn.BatchNorm2d, nn.BatchNorm1d)):
        print(f"{name:<24} {type(module).__name__}")

# %% [markdown]
# ReLU, everywhere, and nothing else. `learn.summary()` shows the same network block by block, as in lesson 02.
#
# *How much of a picture do they let through?* We send real ones: 64 validation pictures. Here is the first.

# %%
from helpers.plots import show_image

batch = next(data.batches("valid"))
axes = show_image(batch.pixels[0].permute(1, 2, 0), "as the network gets it")

# %% [markdown]
# `captured` again. Then, after each ReLU, the share of numbers that are 0. *For the last ReLU of the body, how many
# percent?*

# %%
predict_first("05.3", ...)

# %% [markdown]
# For the one picture, and for all 64:

# %%
body = learn.model.body
with torch.inference_mode(), captured(body, nn.ReLU) as found:
    maps = body(learn.model.normalise(batch.pixels.to(learn.fabric.device)))
for number, layer in enumerate(found, 1):
    zero, shape = layer.values == 0, " × ".join(map(str, layer.values.shape[1:]))
    print(f"ReLU {number}: {shape:<13} 0 in this picture: {zero[0].mean():.0%}, in all: {zero.mean():.0%}")
reveal("05.3", 100 * np.mean(found[-1].values == 0))

# %% [markdown]
# In a figure, from the first ReLU to the last:

# %%
shares = [100 * np.mean(layer.values == 0) for layer in found]
axes = plot_points(range(1, 10), shares, xlabel="ReLU, from the first to the last", ylabel="numbers that are 0 (%)")
axes.set_ylim(0, 100)
assert shares[-1] > shares[0]
assert shares[2] < shares[1]

# %% [markdown]
# On the whole, the deeper, the more zeros. (There is a dip at 3. Before that ReLU the first short cut is added: what comes
# out of ReLU 1, pooled. None of it is below 0, so it lifts the sums.) Early layers find something almost everywhere: an
# edge, a colour. Late units wait for something rare, and are silent for most pictures. Such **sparse** activations were the
# first thing that Glorot, Bordes and Bengio liked about ReLU.
#
# *Is one of the 512 last channels dead?* A channel is dead if it is 0 at each place of every picture.

# %%
values = found[-1].values
print(f"{dead_units(values[:1]).sum()} look dead in one picture, {dead_units(values).sum()} in 64 pictures")
assert dead_units(values[:1]).sum() > dead_units(values).sum()

# %% [markdown]
# Silent for a picture is not dead. Count over many inputs before you say so.

# %% [markdown]
# ## Why a softmax at the end?
#
# The last layer is linear: its scores may be any number. What turns them into probabilities is the softmax of lesson 02.
# For two classes that is a sigmoid, of the difference of the scores:

# %% tags=["nbval-check-output"]
scores = torch.tensor([2.0, -1.0])
print(f"softmax {scores.softmax(dim=0)[0]:.4f}   sigmoid {sigmoid(2.0 - -1.0):.4f}")

# %% [markdown]
# *Does it not saturate?* It does, and here it does no harm, because the loss after it undoes that. Cross-entropy takes
# the logarithm of the probability. Together their slope with respect to the scores is simply **probability minus truth**.
# A picture of class 0, for which the network is sure of class 1:

# %% tags=["nbval-check-output"]
scores = torch.tensor([[-4.0, 4.0]], requires_grad=True)
nn.functional.cross_entropy(scores, torch.tensor([0])).backward()
print("probability minus truth:", (scores.detach().softmax(dim=1) - torch.tensor([[1.0, 0.0]])).numpy().round(4))
print("slope by PyTorch:       ", scores.grad.numpy().round(4))

# %% [markdown]
# Sure and wrong gives the full slope, nearly 1. *And with the squared distance to the truth instead?* The sigmoid's own
# small slope stays in:

# %% tags=["nbval-check-output"]
score = torch.tensor(-8.0, requires_grad=True)  # the difference of the scores: 1 would be the truth
(1 - torch.sigmoid(score)).square().backward()
print(f"{score.grad:.4f}")

# %% [markdown]
# Sure, wrong, and unable to learn from it. So: bends with a slope of 1 **inside**, where gradients must pass. Sigmoid or
# softmax **at the end**, where numbers must become probabilities, with the cross-entropy that belongs to it.

# %% [markdown]
# ## The steps again
#
# ```python
# from helpers.lessons.nonlinear import NON_LINEARITIES, relu, sigmoid
# from helpers.lessons.deep_stack import captured, dead_units, deep_stack, look_inside
#
# stack = deep_stack([64] * 21 + [1], "ReLU", scale="He")
# found = look_inside(stack, inputs)      # found[0].values, found[0].gradient
#
# with captured(learn.model, nn.ReLU) as found:
#     learn.model(batch.pixels)
# dead_units(found[-1].values).sum()
# ```
#
# **To take along**
#
# - Linear layers in a row are one linear layer. The bends make depth worth something.
# - Sigmoid: slope at most 1/4. In a deep stack gradients vanish, unless the weights make up for it.
# - ReLU: slope 1 or 0. It is the one to start with. Leaky ReLU: 1 or α, so nothing is quite dead. GELU: ReLU without a
#   corner.
# - The start matters as much as the function: Xavier for tanh and sigmoid, He for ReLU and its family.
# - Compare with several seeds, and look whether the bands overlap.
# - Inside, ReLU after each batch-norm. At the end, softmax with cross-entropy.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/05_activations.ipynb) hold all answers.
#
# **1.** Write `my_relu(x)` for an array `x` of any shape.


# %%
def my_relu(x):
    # your line in place of the dots
    ...


check("05.1", my_relu)

# %% [markdown]
# **2.** Write `my_leaky_relu(x, alpha)`, also for arrays. (One or two lines. `np.where(condition, a, b)` takes from `a`
# where the condition holds, from `b` elsewhere.)


# %%
def my_leaky_relu(x, alpha):
    # your lines in place of the dots
    ...


check("05.2", my_leaky_relu)

# %% [markdown]
# **3.** What is the slope of the sigmoid at 0? Take it from the formula, not from this page.

# %%
slope_at_zero = ...
check("05.3", slope_at_zero)

# %% [markdown]
# **4.** Write `numerical_gradient(f, x)`: the slope of any function `f` at `x`, without a formula, from two values of `f`
# that lie close together. Then compare it with `sigmoid_gradient`. (Two lines.)


# %%
def numerical_gradient(f, x):
    # your lines in place of the dots
    ...


check("05.4", numerical_gradient)

# %% [markdown]
# **5.** Write `how_many_dead(activations)`: an array (inputs, units) comes in, the number of units goes out that are 0
# for every input. (One or two lines, without `dead_units`.)


# %%
def how_many_dead(activations):
    # your lines in place of the dots
    ...


check("05.5", how_many_dead)

# %% [markdown]
# **6.** Write `compose(W1, b1, W2, b2)`: two linear layers come in, the one layer that does the same goes out, as the pair
# `W, b`. A layer computes `W @ x + b`. (Three lines.)


# %%
def compose(W1, b1, W2, b2):
    # your lines in place of the dots
    ...


check("05.6", compose)

# %% [markdown]
# **7.** A gradient goes back through ten sigmoids. What share of it is left, at best, if only their slopes count?

# %%
left = ...
check("05.7", left)

# %% [markdown]
# **8.** Write `forward(x, layers, bend)`: a whole network. `x` is one input, `layers` a list of pairs `(W, b)`, `bend` a
# function such as `relu`. After each layer comes the bend, except after the last. (Four lines or so.)


# %%
def forward(x, layers, bend):
    # your lines in place of the dots
    ...


check("05.8", forward)

# %% [markdown]
# **9.** Without a check: give the sigmoid with Xavier's start 3,000 steps in place of 300. Does it get there? And how
# many layers can you give a ReLU network until it learns nothing, with He's start, and with Xavier's?
#
# ## Links
#
# - Nair and Hinton, [Rectified linear units improve restricted Boltzmann
#   machines](https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf) (2010)
# - Glorot and Bengio, [Understanding the difficulty of training deep feedforward neural
#   networks](https://proceedings.mlr.press/v9/glorot10a.html) (2010): the histograms per layer, and Xavier's start
# - Glorot, Bordes and Bengio, [Deep sparse rectifier neural networks](https://proceedings.mlr.press/v15/glorot11a.html)
#   (2011)
# - Maas, Hannun and Ng, [Rectifier nonlinearities improve neural network acoustic
#   models](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf) (2013): leaky ReLU
# - He and others, [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852) (2015): He's start, and an α that is
#   learnt
# - Hendrycks and Gimpel, [Gaussian error linear units](https://arxiv.org/abs/1606.08415) (2016)
# - [PyTorch's non-linear
#   activations](https://docs.pytorch.org/docs/stable/nn.html#non-linear-activations-weighted-sum-nonlinearity), more than
#   twenty of them
#
# **Next**: [06 · Why it works](06_why_it_works.ipynb)
