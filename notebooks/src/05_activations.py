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
# - show that linear layers in a row are one linear layer, and what an activation function between them changes;
# - write down sigmoid, tanh, ReLU, leaky ReLU and GELU, and their derivatives;
# - say why a gradient vanishes in a deep stack, and choose first weights that prevent it;
# - find dead units, and compare activation functions fairly;
# - watch a small network learn, unit by unit, and see when it overfits;
# - find the activation functions of a real network, and say why a softmax stands at its end.
#
# **Time**: 45 minutes to read and run, 45 minutes for the explorers and the exercises. All cells together run in 40
# seconds on two CPU cores.
#
# **Needs**: lesson 02 (layers, softmax, loss) and lesson 03 (gradient descent). No GPU, no internet.

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
# Most layers of a network are **linear**: each output is a weighted sum of the inputs, plus a bias. With a matrix $W$
# of weights and the biases $b$ it is $Wx + b$. PyTorch calls such a layer `nn.Linear`. Put two in a row, and multiply
# out:
#
# $$W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2 b_1 + b_2)$$
#
# The right side has one matrix and one bias, so **one** linear layer should do what the two do. We try it with 3
# inputs, 5 numbers in the middle and 2 outputs. In code each input is a row of `x`, and the formula is `x @ W.T + b`.

# %% tags=["nbval-check-output"]
import numpy as np
import torch
from torch import nn

torch.manual_seed(1)
first, second = nn.Linear(3, 5), nn.Linear(5, 2)
x = torch.randn(4, 3)  # four inputs of three numbers
W = second.weight @ first.weight
b = second.weight @ first.bias + second.bias
print("one matrix", tuple(W.shape), "equal:", torch.allclose(second(first(x)), x @ W.T + b, atol=1e-6))

# %% [markdown]
# They are equal. In the same way three linear layers are two, and two are one: depth alone adds nothing.
#
# *Does that matter?* We take a small problem, two arms of points that wind around each other. A network gets the two
# coordinates of a point and should say which arm it belongs to. It learns from 300 points, and we test it on 1,000
# others, the *fresh* points. `deep_stack` builds a network of four linear layers, with 32 numbers between one layer and
# the next. "none" says that nothing else stands between them. (A later section explains `scale`.)

# %%
from helpers.lessons.deep_stack import deep_stack, plot_decisions, share_right, train_stack, two_spirals
from helpers.lessons.charts import plot_points, plot_runs
from helpers.plots import FIRST, SECOND, THIRD

points, labels = two_spirals(150, seed=1)
fresh = two_spirals(500, seed=2)
SIZES = [2, 32, 32, 32, 2]
linear = deep_stack(SIZES, "none", scale="Xavier", seed=1)
words = {"xlabel": "first number", "ylabel": "second number"}
axes = plot_points(*points[labels == 0].T, label="arm 0", **words)
axes = plot_points(*points[labels == 1].T, label="arm 1", marker="^", colour=SECOND, ax=axes, **words)
axes.set_aspect("equal")

# %% [markdown]
# *What percentage of the fresh points will the network get right?* Tossing a coin gets 50.

# %%
predict_first("05.1", ...)

# %% [markdown]
# We train it with 300 steps of gradient descent, as in lesson 03:

# %%
losses = train_stack(linear, points, labels, rate=0.1, steps=300)
reveal("05.1", 100 * share_right(linear, *fresh))

# %% [markdown]
# An **activation function** is applied to each number by itself, and its graph is not a straight line. The same network
# now gets one, called ReLU, after each layer except the last. *What do the two networks predict all over the plane?*
# Each place has the colour of the predicted arm:

# %%
import matplotlib.pyplot as plt

with_relu = deep_stack(SIZES, "ReLU", scale="Xavier", seed=1)
losses = train_stack(with_relu, points, labels, rate=0.1, steps=300)
figure, places = plt.subplots(1, 2, figsize=(7.6, 3.9), layout="constrained", facecolor="white")
for place, network, title in zip(places, [linear, with_relu], ["four linear layers", "ReLU in between"], strict=True):
    text = plot_decisions(network, points, labels, ax=place).set_title(title, fontsize=10)
print(f"{share_right(linear, *fresh):.1%} without, {share_right(with_relu, *fresh):.1%} with ReLU")
assert share_right(linear, *fresh) < 0.75 < 0.95 < share_right(with_relu, *fresh)

# %% [markdown]
# On the left the border is a straight line. On the right it follows the spiral. **A neural network is linear functions
# with non-linear functions in between.**

# %%
quiz("05.1")

# %% [markdown]
# ## Sigmoid and tanh
#
# *Which function should stand between the layers?* An old choice is the **sigmoid**. Its values lie between 0 and 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# On the left is the function, with the straight line that touches it at x = 1. On the right is its derivative, the
# slope of that line, for every x:

# %%
from helpers.explorers.activation_explorer import activation_explorer, depth_explorer, plot_activation, plot_depth

axes = plot_activation("sigmoid", 1)

# %% [markdown]
# Training needs the derivative. For the sigmoid it can be computed from the value itself:
#
# $$\sigma'(x) = \sigma(x)\,(1 - \sigma(x))$$
#
# *Is that so?* PyTorch can compute derivatives: ask for them with `requires_grad`, call `backward()`, and they are in
# `.grad`. `backward()` starts from a single number, so we add all values up. Each x changes only its own term of the
# sum.

# %% tags=["nbval-check-output"]
x = torch.linspace(-6, 6, 241, requires_grad=True)
values = torch.sigmoid(x)
values.sum().backward()
print("the formula gives PyTorch's derivative:", torch.allclose(values * (1 - values), x.grad))
print(f"largest {x.grad.max():.2f}, at x = {x[x.grad.argmax()].abs():.0f}; at the ends {x.grad[0]:.3f}")

# %% [markdown]
# The derivative is at most **one quarter**. Far out on both sides it is nearly 0: there the sigmoid is *saturated*, and
# its output hardly changes with x.
#
# *Why is that a problem?* A network is a chain of functions. By the **chain rule** its derivative is the product of
# theirs. **Backpropagation** (lesson 10) computes this product from the last layer back to the first: each layer
# multiplies the gradient by its weights and by the derivative of its activation function. *What do twenty sigmoids
# leave of the gradient, even where their derivatives are largest?*

# %% tags=["nbval-check-output"]
print(f"{0.25**20:.0e}")

# %% [markdown]
# Less than a millionth of a millionth. Unless the weights make up for it, almost no gradient reaches the first layers,
# and only the last ones learn. This is the **vanishing gradient**.
#
# The **hyperbolic tangent**, tanh, is a sigmoid stretched to the range from −1 to 1: $\tanh(x) = 2\,\sigma(2x) - 1$.
# Its derivative reaches 1, but the function still saturates on both sides.

# %%
axes = plot_activation("tanh", 1)

# %% [markdown]
# ## ReLU and its family
#
# *Could it be simpler?* The **rectified linear unit**, ReLU, keeps what is positive and sets the rest to 0:
#
# $$\mathrm{ReLU}(x) = \max(0, x)$$

# %%
axes = plot_activation("ReLU", 2)

# %% [markdown]
# Where x is positive its derivative is 1, and the product of twenty ones is still 1.
#
# *And the price?* Where x is negative, the derivative is 0. A **unit** is one output of a layer, together with the
# weights that compute it. Suppose that the x of its ReLU is negative for **every** input. Then the unit always gives 0,
# no gradient passes through it, and its weights do not change. It is **dead**.
#
# **Leaky ReLU** multiplies what is negative by a number α between 0 and 1, often 0.01, here 0.1. **GELU** is rounder:
# it multiplies x by $\Phi(x)$, the probability that a number drawn from the normal distribution (the bell curve) is
# smaller than x.

# %%
axes = plot_activation("leaky ReLU", -3, alpha=0.1)
axes = plot_activation("GELU", -1)

# %% [markdown]
# The titles hold the formulas; φ is the height of the bell curve. The derivative of leaky ReLU is never 0. GELU is
# nearly ReLU without the corner.
#
# In the explorer, choose a function, and drag the point along its curve. *Where is the derivative of the sigmoid below
# 0.01? Where is that of tanh above 0.9? Which α makes leaky ReLU nearly straight?* The
# [solutions](solutions/05_activations.ipynb) answer the questions beside the explorers of this lesson.

# %%
activation_explorer("sigmoid", x=1)

# %% [markdown]
# ## A deep stack, before it learns
#
# *What happens in a network of twenty layers?* We build three such networks, with sigmoid, tanh or ReLU, and 64 units
# in each layer. Before any training we send 256 random inputs forward. There is no loss here: in its place we choose
# random numbers of size 1 as the gradient of layer 20's outputs, and follow it back. *What is left of it in layer 1 of
# the network with sigmoids, as a power of ten?*

# %%
predict_first("05.2", ...)

# %% [markdown]
# `look_inside` keeps the outputs of each layer, its **activations**, and their gradient. `root_mean_square` is the
# typical size of many numbers: the root of the mean of their squares.

# %%
from helpers.lessons.deep_stack import look_inside, plot_histograms, root_mean_square

inputs = np.random.default_rng(1).normal(size=(256, 64))
layers = [64] * 21 + [1]  # the inputs, 20 layers, and a last one, not used here
STARTS = {"sigmoid": "Xavier", "tanh": "Xavier", "ReLU": "He"}  # explained in the next section
stacks = {name: look_inside(deep_stack(layers, name, scale=scale, seed=1), inputs) for name, scale in STARTS.items()}
powers = {name: np.log10(root_mean_square(found[0].gradient)) for name, found in stacks.items()}
reveal("05.2", powers["sigmoid"])
assert powers["sigmoid"] < -9 < -1 < min(powers["tanh"], powers["ReLU"])

# %% [markdown]
# Here are the gradients in five of the layers. Each small chart counts how often a size occurs. The axis shows powers
# of ten: 0 means 1.

# %%
axes = plot_histograms(stacks, [1, 5, 10, 15, 20], of="gradients")

# %% [markdown]
# Read the first row from right to left, as the gradient travels. In layer 20 its size is about 1. Every five layers it
# loses about three powers of ten. In the other rows it changes by less than one power in all.
#
# ## How large should the weights be at first?
#
# We take the activation functions out once more. *What do fifty linear layers do to the size of numbers?* That depends
# on their first weights. These are random numbers with the standard deviation `scale` / √n, for n inputs. With a scale
# of 1, the outputs of a layer are on average as large as its inputs. We try two other scales:

# %%
figure, places = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained", facecolor="white", sharey=True)
axes = [plot_depth("none", 50, scale, ax=place) for place, scale in zip(places, [0.7, 1.4], strict=True)]

# %% [markdown]
# With weights a little too small, almost nothing is left after fifty layers. With weights a little too large, the
# numbers **explode**. The same happens to the gradient on its way back.
#
# *Which first weights keep the sizes as they are?* The variance is the square of the standard deviation. In a sum of
# $n$ independent products the variances add up: variance of the output = $n$ · variance of the weights · variance of
# the inputs. To keep it, the weights need the variance $1/n$. Going forward, $n$ counts a layer's inputs; going back,
# its outputs. **Xavier** Glorot and Yoshua Bengio (2010) took the middle, $2 / (n_\text{in} + n_\text{out})$. It is a
# scale of 1 where a layer has as many inputs as outputs.
#
# ReLU sets half of the numbers to 0, so it halves the mean of the squares. To make up for that, Kaiming **He** and
# others (2015) doubled the variance, to $2 / n_\text{in}$: a scale of √2. *Does a factor of √2 matter?* Fifty layers of
# ReLU, with both starts:

# %%
figure, places = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained", facecolor="white", sharey=True)
axes = [plot_depth("ReLU", 50, scale, ax=place) for place, scale in zip(places, ["Xavier", "He"], strict=True)]

# %% [markdown]
# With Xavier's start, activations and gradients shrink by more than seven powers of ten; with He's they keep their
# size. (In PyTorch: `nn.init.xavier_normal_` and `nn.init.kaiming_normal_`.)
#
# The derivative of the sigmoid is 1/4 in the middle. *Does a scale of 4 undo that?*

# %%
for scale in (1.0, 4.0):
    found = look_inside(deep_stack(layers, "sigmoid", scale=scale), inputs)
    derivative = np.mean([layer.values * (1 - layer.values) for layer in found])
    print(f"scale {scale:.0f}: gradient in layer 1 {root_mean_square(found[0].gradient):.0e}", end=", ")
    print(f"mean derivative of the sigmoids {derivative:.2f}")
assert root_mean_square(found[0].gradient) > 1e-6

# %% [markdown]
# With a scale of 4 the gradient is larger by eight powers of ten, but still small. Now the weights are so large that
# many units are saturated, and the mean derivative is well below 1/4. **Function and start together** decide.
#
# In the next explorer, use the sliders for depth and scale. *For which scale does tanh do best? Can larger scales save
# twenty sigmoids? And fifty?*

# %%
depth_explorer("sigmoid", depth=20, scale=1.0)

# %% [markdown]
# ## Dead units
#
# *How does a ReLU unit die?* A step that is too large can change its weights so much that its x is negative for every
# input. We train five networks for twenty steps on the spirals, once with a rate of 0.1 and once with 1.5. `captured`
# collects the outputs of all layers of one kind, and `dead_units` finds the units that are 0 for every input.

# %%
from helpers.lessons.deep_stack import captured, dead_units


def dead_in(network):
    with captured(network, nn.ReLU) as found:
        network(torch.from_numpy(points))
    return [int(dead_units(layer.values).sum()) for layer in found]


def after_steps(rate):
    networks = [deep_stack(SIZES, "ReLU", seed=seed) for seed in range(5)]
    for network in networks:
        train_stack(network, points, labels, rate=rate, steps=20)
    return networks


# %% [markdown]
# Each bracket is one of the five networks: how many of the 32 units in each of its three layers are dead.

# %%
trained = {rate: after_steps(rate) for rate in (0.1, 1.5)}
for rate, networks in trained.items():
    print(f"rate {rate}:", *(dead_in(network) for network in networks))
spoilt = trained[1.5]
assert sum(32 in dead_in(network) for network in spoilt) >= 3
assert max(sum(dead_in(network)) for network in trained[0.1]) < 20

# %% [markdown]
# At 0.1 few units are dead. At 1.5 a whole layer is dead in four of the five networks.
#
# *Does a small rate bring them back?* Each of the five networks trained at 1.5 takes 400 small steps. So does a copy
# with the same weights, but with leaky ReLU. The share of fresh points that are then right:


# %%
def repaired(network, activation):
    copy = deep_stack(SIZES, activation, alpha=0.1)
    copy.load_state_dict(network.state_dict())
    train_stack(copy, points, labels, rate=0.003, steps=400)
    return share_right(copy, *fresh)


for number, network in enumerate(spoilt):
    dead, leaky = repaired(network, "ReLU"), repaired(network, "leaky ReLU")
    print(f"network {number}: {dead:.0%} with ReLU, {leaky:.0%} with leaky ReLU")

# %% [markdown]
# Where a whole layer is dead, ReLU stays at 50 %, like a coin: nothing passes in either direction. In the leaky copies
# a tenth of the gradient passes, so they learn again. But the rate did the damage, and the first cure is a smaller
# rate.

# %%
quiz("05.2")

# %% [markdown]
# ## A race
#
# *Which function learns best?* We train the same small network on the same points. To be fair, each function gets the
# start that suits it, and the best of three rates, chosen by trial runs with other seeds. The sigmoid also runs with a
# scale of 4. Then each runs with five seeds.


# %%
RUNNERS = {"sigmoid": "Xavier", "sigmoid, scale 4": 4.0, "tanh": "Xavier"}
RUNNERS |= dict.fromkeys(("ReLU", "leaky ReLU", "GELU"), "He")


def run(name, rate, seed):
    network = deep_stack(SIZES, name.split(",")[0], scale=RUNNERS[name], seed=seed)
    return train_stack(network, points, labels, rate=rate, steps=300), share_right(network, *fresh)


def trial(name, rate):
    return np.mean([run(name, rate, seed)[0][-1] for seed in (10, 11)])


rates = {name: min((0.03, 0.1, 0.3), key=lambda rate: trial(name, rate)) for name in RUNNERS}
print(set(rates.values()))

# %% [markdown]
# The largest of the three wins everywhere, and a still larger one might be better for some. A line in the figure is the
# mean of five runs, the dots are the runs, and the band holds all of them.

# %%
results = {name: [run(name, rates[name], seed) for seed in range(5)] for name in RUNNERS}
figure, places = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", facecolor="white", sharey=True)
names, steps = list(RUNNERS), np.arange(0, 300, 20)
for place, group in zip(places, (names[:3], names[3:]), strict=True):
    for name, colour in zip(group, (FIRST, SECOND, THIRD), strict=True):
        runs = [losses[steps] for losses, _ in results[name]]
        axes = plot_runs(steps, runs, xlabel="step", ylabel="loss", label=name, colour=colour, ax=place)
        axes.set_yscale("log")

# %% [markdown]
# The worst and the best of five runs on the fresh points:

# %%
for name, runs in results.items():
    shares = [share for _, share in runs]
    print(f"{name:<17} {min(shares):.1%} to {max(shares):.1%}")
assert max(share for _, share in results["sigmoid"]) < 0.8 < 0.95 < min(share for _, share in results["ReLU"])

# %% [markdown]
# *What may we conclude?*
#
# - **The sigmoid with Xavier's start lost.** Its best run is worse than the worst run of ReLU.
# - **With a scale of 4 it learns.** So the function alone was not the reason.
# - **tanh gets there, later than ReLU.**
# - **ReLU, leaky ReLU and GELU**: their bands overlap, so this small problem cannot tell them apart.
#
# Two more things help. **Batch normalisation** rescales the outputs of a layer. **Skip connections** add the input of
# some layers to their output, so the gradient has a way around these layers. `resnet10` has both (lesson 08).

# %%
quiz("05.3")

# %% [markdown]
# ## Watch one learn
#
# In the middle of this explorer is a network. It runs from x and y on the left to the two scores on the right; the two
# layers of eight units in between are called **hidden layers**. Each unit is a small copy of the plane with the unit's
# output at each place: blue below 0, orange above, empty at 0. Each line is a weight, the thicker the larger.
#
# Press **Play** and **Pause**. Click on a line, and the slider changes that weight. A click into the plane adds a
# point. In "exclusive or", one of the four sets of points, the two coordinates of a point of class 0 have the same
# sign.
#
# - *Play for 1,000 steps. Which edges do the units of layer 1 draw, and which those of layer 2?*
# - *With "none" in between: which of the four sets can the network separate?*
# - *The ring, tanh, and one hidden layer. How few units are enough?*
# - *The spirals, ReLU, and a rate of 3. What has become of the units after 30 steps?*

# %%
from helpers.explorers.plane_trainer import PlaneTrainer, plane_trainer, plot_plane_trainer

plane_trainer("spirals", hidden=[8, 8], activation="ReLU")

# %% [markdown]
# The first question, in code:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
trainer = PlaneTrainer("spirals", [8, 8], "ReLU", rate=0.1, seed=1)
trainer.step(1000)
axes = plot_plane_trainer(trainer)
assert min(trainer.right) > 0.9

# %% [markdown]
# Each unit of layer 1 has one straight edge: on one side its output is 0, on the other it rises. A unit of layer 2 is
# the ReLU of a sum of those, so its edge has corners. The last layer combines these into the winding border.
#
# *When should one stop training?* We train on noisy points of "exclusive or", once with 500 and once with only 20. The
# output is the loss on fresh points at two moments: where it is lowest, and at step 300.

# %%
for count in (250, 10):  # of each class
    trainer = PlaneTrainer("exclusive or", [16, 16], "ReLU", rate=0.1, count=count, noise=0.2, seed=1)
    trainer.step(300)
    unseen, best = trainer.fresh_losses, int(np.argmin(trainer.fresh_losses))
    print(f"{2 * count} points: {unseen[best]:.2f} at step {best}, {unseen[-1]:.2f} at step 300")
axes = plot_plane_trainer(trainer, fresh=True)
assert trainer.right[0] == 1
assert unseen[-1] > 2 * unseen[best]

# %% [markdown]
# The figure shows the 20 points, large, and the fresh ones, small. In the end the network is right about all 20. On the
# fresh points the loss falls at first, and then rises: the network learns its points by heart, noise included. This is
# **overfitting**. Only points kept out of training show it, such as the validation set of lesson 01.
#
# *What helps?* Stopping where the loss on fresh points is lowest. Or more points: with 500, it rises much less.
#
# ## Activation functions in a real network
#
# *Which activation functions does `resnet10` have?*

# %% tags=["nbval-check-output"]
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, seed=1)
found = [module for module in learn.model.modules() if type(module).__module__ == "torch.nn.modules.activation"]
print(found)

# %% [markdown]
# Six ReLUs, and no other: one before the four blocks, one in each block, one in the head. Each block uses its own
# twice, so a picture passes nine ReLUs in the body. On the map of lesson 02, each column shows what one of the nine
# gives; the darkest colour is 0. The head is untrained, so ignore the prediction.

# %%
from helpers.explorers.network_explorer import network_state, plot_map

axes = plot_map(network_state(learn, data.valid.paths[0], layer=3), here="you are here: after a ReLU")

# %% [markdown]
# We send 64 validation pictures through the body. *After its last ReLU, what percentage of the numbers is 0?*

# %%
predict_first("05.3", ...)

# %% [markdown]
# The share of zeros after each of the nine ReLUs:

# %%
body, batch = learn.model.body, next(data.batches("valid"))
with torch.inference_mode(), captured(body, nn.ReLU) as found:
    maps = body(learn.model.normalise(batch.pixels.to(learn.fabric.device)))
shares = [np.mean(layer.values == 0) for layer in found]
print(*(f"{share:.0%}" for share in shares))
reveal("05.3", 100 * shares[-1])
assert min(shares[3:]) > max(shares[:3])
in_one, in_all = dead_units(found[-1].values[:1]).sum(), dead_units(found[-1].values).sum()
print(f"channels that are 0 everywhere: {in_one} in one picture, {in_all} in all 64")
assert in_one > in_all == 0

# %% [markdown]
# On the whole, the deeper the layer, the more zeros. Of the last 512 channels, many look dead in one picture, none in
# all 64. So count over many inputs before you call a unit dead.
#
# ## Why a softmax at the end?
#
# The last layer is linear: its scores may be any number. The softmax of lesson 02 turns them into probabilities. For
# two classes it is the sigmoid of the difference of the scores, so it saturates too. *Does training suffer from that?*
# No, because the loss, cross-entropy, takes the logarithm of the probability. The gradient of softmax and loss
# together, with respect to the scores, is **probability minus truth**. We take a picture of class 0 for which class 1
# has a probability of nearly 1:

# %% tags=["nbval-check-output"]
scores = torch.tensor([[-4.0, 4.0]], requires_grad=True)
nn.functional.cross_entropy(scores, torch.tensor([0])).backward()
print("probability minus truth:", (scores.detach().softmax(dim=1) - torch.tensor([[1.0, 0.0]])).numpy().round(4))
print("gradient by PyTorch:    ", scores.grad.numpy().round(4))
assert torch.isclose(torch.sigmoid(torch.tensor(-8.0)), scores.softmax(dim=1)[0, 0])  # of the difference −4 − 4

# %% [markdown]
# The gradient's numbers are nearly ±1: the wrong answer gets a large step. So use ReLU or its like **inside**, where
# gradients must pass, and softmax with cross-entropy **at the end**, where scores become probabilities.
#
# ## What to remember
#
# - In our race nothing beat ReLU, and it is the simplest: start with it.
# - The first weights matter too: Xavier's start for tanh, He's for ReLU and its family.
# - Compare with several seeds.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/05_activations.ipynb) hold all
# answers.
#
# **1.** Write `my_relu(x)` for an array `x` of any shape. (One line.)


# %%
def my_relu(x):
    # your line in place of the dots
    ...


check("05.1", my_relu)

# %% [markdown]
# **2.** Write `my_leaky_relu(x, alpha)`, also for arrays. (One or two lines.)


# %%
def my_leaky_relu(x, alpha):
    # your lines in place of the dots
    ...


check("05.2", my_leaky_relu)

# %% [markdown]
# **3.** What is the derivative of the sigmoid at x = 3? (To three decimals.)

# %%
derivative_at_three = ...
check("05.3", derivative_at_three)

# %% [markdown]
# **4.** Write `numerical_gradient(f, x)`: the derivative of any function `f` at `x`, without a formula, from two values
# of `f` that lie close together. (Two lines.)


# %%
def numerical_gradient(f, x):
    # your lines in place of the dots
    ...


check("05.4", numerical_gradient)

# %% [markdown]
# **5.** Write `how_many_dead(activations)`: it takes an array (inputs, units) and returns the number of units that are
# 0 for every input. Activation functions other than ReLU may give negative numbers. (One or two lines, without
# `dead_units`.)


# %%
def how_many_dead(activations):
    # your lines in place of the dots
    ...


check("05.5", how_many_dead)

# %% [markdown]
# **6.** Write `compose(layers)`: it takes a list of any number of linear layers, pairs `(W, b)`, the first layer first,
# and returns the one layer that does the same, as a pair `W, b`. A layer computes `W @ x + b`. (Four lines or so.)


# %%
def compose(layers):
    # your lines in place of the dots
    ...


check("05.6", compose)

# %% [markdown]
# **7.** Write `forward(x, layers, activation)`: a whole network. `x` is one input, `layers` a list of pairs `(W, b)`,
# `activation` a function such as `my_relu`. It follows each layer except the last. (Four lines or so.)


# %%
def forward(x, layers, activation):
    # your lines in place of the dots
    ...


check("05.7", forward)

# %% [markdown]
# **8.** A small project, from an empty cell: the **first weights** of a network of your own. Its activation function is
# leaky ReLU with α = 0.5, which neither Xavier's start nor He's suits. Build `network`, an `nn.Sequential` of twenty
# linear layers, each followed by `nn.LeakyReLU(0.5)`: 64 inputs, then 100 units in every layer. Draw random weights
# around 0 that keep the size of the numbers from layer to layer, with a variance as in He's argument, and set all
# biases to 0. Send `inputs` through it, 256 rows of random numbers of size 1, and list in `sizes` the root mean square
# after each leaky ReLU. Do it with PyTorch alone, without `deep_stack`. (Fifteen lines or so.)

# %%
network, inputs, sizes = ..., ..., ...
check("05.8", [network, inputs, sizes])

# %% [markdown]
# ## Links
#
# - Nair and Hinton, [Rectified linear units improve restricted Boltzmann
#   machines](https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf) (2010)
# - Glorot and Bengio, [Understanding the difficulty of training deep feedforward neural
#   networks](https://proceedings.mlr.press/v9/glorot10a.html) (2010)
# - Glorot, Bordes and Bengio, [Deep sparse rectifier neural networks](https://proceedings.mlr.press/v15/glorot11a.html)
#   (2011)
# - Krizhevsky, Sutskever and Hinton, [ImageNet classification with deep convolutional neural
#   networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks) (2012):
#   a small network with ReLU reached the same training error six times as fast as with tanh
# - Maas, Hannun and Ng, [Rectifier nonlinearities improve neural network acoustic
#   models](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf) (2013): leaky ReLU
# - He and others, [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852) (2015)
# - Hendrycks and Gimpel, [Gaussian error linear units](https://arxiv.org/abs/1606.08415) (2016)
#
# **Next**: [06 · Why it works](06_why_it_works.ipynb)
