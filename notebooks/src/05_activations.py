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
# - say why a gradient vanishes in a deep stack, and choose the size of the first weights against it;
# - find dead units, and compare activation functions fairly;
# - watch a small network learn, unit by unit, and see when it overfits;
# - find the activation functions of a real network, and say why a softmax stands at its end.
#
# **Time**: 35 minutes to read and run, 40 minutes for the explorers and the exercises. All cells together run in 40
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
# Lesson 02 showed a network as a row of layers. Most layers are **linear**: each output is a weighted sum of the
# inputs, plus a bias. As a formula, with a matrix $W$ of weights and the biases $b$: $Wx + b$. PyTorch calls it
# `nn.Linear`. Put two in a row, and multiply out:
#
# $$W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2 b_1 + b_2)$$
#
# On the right stand one matrix and one bias. (In code each input is a row of `x`, so the weights stand on its right,
# transposed: `x @ W.T`.) So **one** linear layer should do what the two do. We try it, with 3 inputs, 5 numbers in the
# middle and 2 outputs:

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
# Equal. And three layers are two, which are one. Depth alone adds nothing.
#
# *Does that matter?* We take a small problem: two arms of points that wind around each other. From its two coordinates,
# say to which arm a point belongs. There are 300 points to learn from, and 1,000 fresh ones to test. The network has
# four linear layers: 2 inputs, three times 32 numbers in between, 2 scores. `deep_stack` builds it, with the activation
# function that we name; at first, none.

# %%
from helpers.lessons.deep_stack import deep_stack, plot_decisions, share_right, train_stack, two_spirals
from helpers.lessons.charts import plot_points, plot_runs
from helpers.plots import FIRST, SECOND, THIRD

points, labels = two_spirals(150, seed=1)
fresh = two_spirals(500, seed=2)
SIZES = [2, 32, 32, 32, 2]
linear = deep_stack(SIZES, "none", scale="Xavier", seed=1)
print(f"{sum(values.numel() for values in linear.parameters()):,} numbers learn")
words = {"xlabel": "first number", "ylabel": "second number"}
axes = plot_points(*points[labels == 0].T, label="arm 0", **words)
axes = plot_points(*points[labels == 1].T, label="arm 1", marker="^", colour=SECOND, ax=axes, **words)
axes.set_aspect("equal")

# %% [markdown]
# Over two thousand numbers. (`scale` is explained below.) *Of the fresh points, how many percent will it get right?*
# Tossing a coin gets 50.

# %%
predict_first("05.1", ...)

# %% [markdown]
# 300 steps of gradient descent, as in lesson 03, on all points at once:

# %%
losses = train_stack(linear, points, labels, rate=0.1, steps=300)
reveal("05.1", 100 * share_right(linear, *fresh))

# %% [markdown]
# And the same network with an **activation function** after each layer but the last: a function that is applied to each
# number by itself, and is no straight line. (It is also called a **non-linearity**.) This one is called ReLU. *What do
# the two predict elsewhere in the plane?* Each place has the colour of the arm that the network predicts:

# %%
import matplotlib.pyplot as plt

with_relu = deep_stack(SIZES, "ReLU", seed=1)
losses = train_stack(with_relu, points, labels, rate=0.1, steps=300)
figure, places = plt.subplots(1, 2, figsize=(7.6, 3.9), layout="constrained", facecolor="white")
for place, network, title in zip(places, [linear, with_relu], ["four linear layers", "ReLU in between"], strict=True):
    text = plot_decisions(network, points, labels, ax=place).set_title(title, fontsize=10)
print(f"{share_right(linear, *fresh):.1%} without, {share_right(with_relu, *fresh):.1%} with ReLU")
assert share_right(linear, *fresh) < 0.75 < 0.95 < share_right(with_relu, *fresh)

# %% [markdown]
# Left: a straight line. One linear layer has 6 numbers for that, and the 2,000 others add nothing. Right: a border that
# follows the spiral. **A neural network is linear functions with non-linear functions in between**, and it needs both.

# %%
quiz("05.1")

# %% [markdown]
# ## Sigmoid and tanh
#
# *Which function?* An old choice is the **sigmoid**, which squeezes every number between 0 and 1:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}}$$
#
# Left the function, and the straight line that touches it at x = 1. Right its derivative, the slope of that line, for
# every x:

# %%
from helpers.explorers.activation_explorer import activation_explorer, depth_explorer, plot_activation, plot_depth

axes = plot_activation("sigmoid", 1)

# %% [markdown]
# Training needs the derivative. That of the sigmoid can be computed from the value itself:
#
# $$\sigma'(x) = \sigma(x)\,(1 - \sigma(x))$$
#
# *Is that so?* PyTorch finds derivatives by itself: ask for them with `requires_grad`, call `backward()`, and they are
# in `.grad`. (It starts from one number, so we add the values up. Each x is in one term only.)

# %% tags=["nbval-check-output"]
from helpers.lessons.nonlinear import NON_LINEARITIES, relu, sigmoid

x = torch.linspace(-6, 6, 241, requires_grad=True)
values = torch.sigmoid(x)
values.sum().backward()
print("the formula gives PyTorch's derivative:", torch.allclose(values * (1 - values), x.grad))
print(f"largest {x.grad.max():.2f}, at x = {x[x.grad.argmax()].abs():.0f}; at the ends {x.grad[0]:.3f}")

# %% [markdown]
# The derivative is at most **one quarter**. Far out on both sides it is nearly 0: there the sigmoid is *saturated*, and
# whatever you do to x, the output hardly moves.
#
# *Why is that a problem?* A network is a function of a function of a function, and by the **chain rule** the derivative
# of such a chain is the product of the derivatives of its links. So on its way back each layer multiplies the gradient
# by its weights and by the derivative of its activation function. (This way back is called **backpropagation**; lesson
# 10 goes it step by step.) *With twenty sigmoids, each at its very best, what do the activation functions alone leave
# of the gradient?*

# %% tags=["nbval-check-output"]
print(f"{0.25**20:.0e}")

# %% [markdown]
# Less than a millionth of a millionth of it. If the weights do not make up for that, the last layers learn, and almost
# no gradient reaches the first ones. This is the **vanishing gradient**.
#
# The **hyperbolic tangent** is a sigmoid, stretched to reach from −1 to 1: $\tanh(x) = 2\,\sigma(2x) - 1$. Its
# derivative reaches 1, and its values lie around 0. It still saturates on both sides.

# %%
axes = plot_activation("tanh", 1)

# %% [markdown]
# ## ReLU and its family
#
# *Could it be simpler?* The **rectified linear unit** (Nair and Hinton, 2010) keeps what is positive, and makes the
# rest 0:
#
# $$\mathrm{ReLU}(x) = \max(0, x)$$

# %%
axes = plot_activation("ReLU", 2)

# %% [markdown]
# Where x is positive its derivative is 1, and the product of twenty ones is still 1. Krizhevsky and others (2012)
# reported that a small convolutional network with ReLU reached the same training error six times as fast as with tanh.
# (At 0 itself there is a corner and no derivative; PyTorch takes 0.)
#
# *And the price?* Where x is negative, the derivative is 0. A **unit** is one of the numbers that a layer gives, with
# the weights behind it. If its x is negative for **every** input, it always gives 0, gets no gradient, and its weights
# cannot change. It is **dead**. We will count some.
#
# **Leaky ReLU** lets a little through: it multiplies what is negative by a small number α, usually 0.01. Here it is
# 0.1, to have something to see. **GELU** is rounder: it multiplies x by $\Phi(x)$, the probability that a number from
# the bell curve is smaller than x. The language models BERT and GPT-2 use it.

# %%
axes = plot_activation("leaky ReLU", -3, alpha=0.1)
axes = plot_activation("GELU", -1)

# %% [markdown]
# The derivative of leaky ReLU is never 0. GELU is nearly ReLU, without the corner (in its formula φ is the height of
# the bell curve); at the left it goes down and comes up again, so its derivative is even negative there. All five:

# %% tags=["nbval-check-output"]
for entry in NON_LINEARITIES.values():
    print(f"{entry.name:<11} {entry.formula:<24} derivative {entry.gradient_formula}")

# %% [markdown]
# Play with them: choose a function, and drag the point along its curve, or along that of its derivative. (The arrow
# keys move it too, **Play** lets it travel, the key **z** undoes.) *Where is the derivative of the sigmoid below 0.01?
# Where is that of tanh above 0.9? Which α makes leaky ReLU nearly straight?* The
# [solutions](solutions/05_activations.ipynb) answer the questions beside all explorers.

# %%
activation_explorer("sigmoid", x=1)

# %% [markdown]
# ## A deep stack, before it learns
#
# *What happens when twenty of them stand in a row?* We build three stacks of 20 layers with 64 units each. (Each starts
# with weights of a size that suits its function; the next section explains the names of these sizes.) Before any
# training, 256 random inputs run forward. In place of a loss we choose random numbers of size 1 as the gradient of the
# last layer's outputs, and follow it back. *What is left of it in layer 1 of the stack with sigmoids, as a power of
# ten?* (−3 means 0.001.)

# %%
predict_first("05.2", ...)

# %% [markdown]
# `look_inside` keeps what each layer gives, and the gradient that it gets. `root_mean_square` is the typical size of
# many numbers: the root of the mean of their squares.

# %%
from helpers.lessons.deep_stack import look_inside, plot_histograms, root_mean_square

inputs = np.random.default_rng(1).normal(size=(256, 64))
layers = [64] * 21 + [1]  # the inputs, 20 layers, and one number at the end
STARTS = {"sigmoid": "Xavier", "tanh": "Xavier", "ReLU": "He"}
stacks = {name: look_inside(deep_stack(layers, name, scale=scale, seed=1), inputs) for name, scale in STARTS.items()}
powers = {name: np.log10(root_mean_square(found[0].gradient)) for name, found in stacks.items()}
print(", ".join(f"{name}: {power:.1f}" for name, power in powers.items()))
reveal("05.2", powers["sigmoid"])
assert powers["sigmoid"] < -9 < -1 < min(powers["tanh"], powers["ReLU"])

# %% [markdown]
# Now all the gradients, in some of the layers. Each small chart counts how often a size occurs. The axis counts powers
# of ten: 0 means 1, −5 means 0.00001.

# %%
axes = plot_histograms(stacks, [1, 5, 10, 15, 20], of="gradients")

# %% [markdown]
# Read the first row from right to left, as the gradient travels. In layer 20 its size is about 1; it loses about three
# powers of ten every five layers. In the other rows it moves by less than one power over the whole way.
#
# *So are sigmoids simply bad?* Not quite. There is another number in it, which we have not looked at.

# %% [markdown]
# ## How large should the weights be at first?
#
# We take the activation functions out once more. *What do fifty linear layers do to the size of numbers?* It depends on
# the weights that they start with. `scale` sets their size: with 1, a layer gives on average as much as it gets.

# %%
figure, places = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained", facecolor="white", sharey=True)
axes = [plot_depth("none", 50, scale, ax=place) for place, scale in zip(places, [0.7, 1.4], strict=True)]
print(f"0.7 to the 50th: {0.7**50:.0e}    1.4 to the 50th: {1.4**50:.0e}")

# %% [markdown]
# The axis goes by factors of ten thousand. With weights a little too small, almost nothing is left after fifty layers;
# with weights a little too large, the numbers **explode**. The same happens to the gradient on its way back.
#
# **Xavier** Glorot and Yoshua Bengio (2010) asked for which weights the sizes stay. The variance is the square of the
# standard deviation, and in a sum of $n$ independent products the variances add up. So with $n$ inputs the weights need
# the variance $1/n$; for the way back, $n$ is the number of outputs. They took the middle: $2 / (n_\text{in} +
# n_\text{out})$, which for as many inputs as outputs is our scale of 1. Kaiming **He** and others (2015) asked the same
# about ReLU, which should halve the mean of the squares. So the weights need twice the variance, $2 / n_\text{in}$: a
# scale of √2. *Is it really half?* We ask a million random numbers:

# %% tags=["nbval-check-output"]
many = np.random.default_rng(3).normal(size=1_000_000)
print(f"before {np.mean(many**2):.2f}, after ReLU {np.mean(relu(many) ** 2):.2f}")

# %% [markdown]
# It is. *Does a factor of 1.41 matter?* Fifty layers of ReLU, with both starts:

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
    print(f"derivative of the sigmoids, on average {derivative:.2f}")
assert root_mean_square(found[0].gradient) > 1e-6

# %% [markdown]
# Better by eight powers of ten, and still small: with weights that large, many units are saturated, and the derivative
# is on average well below 1/4. So **function and start together** decide.
#
# Now you. Drag the ring below the last layer to another depth, or use the sliders; **Play** lets the scale grow, or the
# depth. *For which scale does tanh do best? How far do larger scales save twenty sigmoids? And fifty?*

# %%
depth_explorer("sigmoid", depth=20, scale=1.0)

# %% [markdown]
# ## Dead units
#
# *How does a ReLU unit die?* A step that is too large can push it so far that its x is negative for every input. We do
# that on purpose: five networks for the spirals take twenty steps with a rate of 0.1, which was a good one, and with
# larger ones. `captured` collects what all layers of one kind give. `dead_units` says which units are 0 for every
# input.

# %%
from helpers.lessons.deep_stack import captured, dead_units


def dead_in(network):
    with captured(network, nn.ReLU) as found:
        network(torch.from_numpy(points))
    return [int(dead_units(layer.values).sum()) for layer in found]  # one number for each layer


def after_steps(rate):
    networks = [deep_stack(SIZES, "ReLU", seed=seed) for seed in range(5)]
    for network in networks:
        train_stack(network, points, labels, rate=rate, steps=20)
    return networks


# %% [markdown]
# For each of the five networks: of the 32 units in each of its three layers, so many are dead.

# %%
trained = {rate: after_steps(rate) for rate in (0.1, 0.3, 1.0, 1.5)}
for rate, networks in trained.items():
    print(f"rate {rate}:", *(dead_in(network) for network in networks))
spoilt = trained[1.5]
assert sum(32 in dead_in(network) for network in spoilt) >= 3
assert sum(sum(dead_in(network)) > 40 for network in trained[1.0]) >= 3
assert max(sum(dead_in(network)) for network in trained[0.1]) < 20

# %% [markdown]
# At 0.1 few units are dead; at 1.5, a whole layer of 32 in four of the five networks.
#
# *Does a careful rate bring them back?* We go on with 400 small steps. And we copy each spoilt network, with the same
# weights, but with leaky ReLU in place of ReLU, and let it take the same small steps. Then, the share of fresh points
# that are right:


# %%
def repaired(network, activation):
    copy = deep_stack(SIZES, activation, alpha=0.1)
    copy.load_state_dict(network.state_dict())  # the same weights: an activation function has none of its own
    train_stack(copy, points, labels, rate=0.003, steps=400)
    return share_right(copy, *fresh)


for number, network in enumerate(spoilt):
    dead, leaky = repaired(network, "ReLU"), repaired(network, "leaky ReLU")
    print(f"network {number}: with ReLU {dead:.0%}, the same weights with leaky ReLU {leaky:.0%}")

# %% [markdown]
# Where a whole layer is dead, ReLU is stuck at 50 %, a coin: nothing gets through in either direction. The leaky copies
# get a tenth of the gradient through and learn again, though not all become good. But the damage was done by the rate,
# and the first cure is a smaller one.

# %%
quiz("05.2")

# %% [markdown]
# ## A race
#
# *Which one learns best?* The same small network, the same points, and each function. To be fair, each gets the start
# that suits it, and the sigmoid runs twice, with Xavier's start and with a scale of 4. Each may choose its rate among
# three, by trial runs with seeds of their own. Then each runs with five seeds.


# %%
RUNNERS = {"sigmoid": "Xavier", "sigmoid, scale 4": 4.0, "tanh": "Xavier"} | dict.fromkeys(
    ("ReLU", "leaky ReLU", "GELU"), "He"
)


def run(name, rate, seed):
    network = deep_stack(SIZES, name.split(",")[0], scale=RUNNERS[name], seed=seed)
    losses = train_stack(network, points, labels, rate=rate, steps=300)
    return losses, share_right(network, *fresh), network


def trial(name, rate):
    return np.mean([run(name, rate, seed)[0][-1] for seed in (10, 11)])


rates = {name: min((0.03, 0.1, 0.3), key=lambda rate: trial(name, rate)) for name in RUNNERS}
print(rates)

# %% [markdown]
# The largest of the three wins everywhere, so a still larger one might suit some of them better. We stop here because
# many ReLU units died at 1.0; what follows holds for these three rates. Now the race: a line is the mean of five runs,
# the dots are the runs, and the band holds all of them. The axis goes by factors of ten.

# %%
results = {name: [run(name, rates[name], seed) for seed in range(5)] for name in RUNNERS}
figure, places = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained", facecolor="white", sharey=True)
names, steps = list(RUNNERS), np.arange(0, 300, 20)
for place, group in zip(places, (names[:3], names[3:]), strict=True):
    for name, colour in zip(group, (FIRST, SECOND, THIRD), strict=True):
        runs = [losses[steps] for losses, _, _ in results[name]]
        axes = plot_runs(steps, runs, xlabel="step", ylabel="loss", label=name, colour=colour, ax=place)
        axes.set_yscale("log")

# %% [markdown]
# And what counts, the fresh points: the worst and the best of five runs. For the first row, also how often the sigmoid
# and the linear network of the beginning predict the same.

# %%
for name, runs in results.items():
    shares = [share for _, share, _ in runs]
    print(f"{name:<17} {min(shares):.1%} to {max(shares):.1%}")
places = torch.from_numpy(fresh[0])
same = [(linear(places).argmax(1) == network(places).argmax(1)).float().mean() for _, _, network in results["sigmoid"]]
print(f"sigmoid and linear network agree on {min(same):.0%} to {max(same):.0%} of the fresh points")
assert max(share for _, share, _ in results["sigmoid"]) < 0.8 < 0.95 < min(share for _, share, _ in results["ReLU"])
assert min(same) > 0.9

# %% [markdown]
# *What may we say?*
#
# - **The sigmoid with Xavier's start lost.** Its best run is worse than the worst run of ReLU. Could that be chance?
#   Sort the ten runs by result. If the two were equally good, any 5 of the 10 places could be the sigmoid's, in 252
#   equally likely ways. In two of them one function has all the best places: 1 in 126. After 300 steps it draws nearly the border of the linear network.
# - **With a scale of 4 it learns.** It was not the function alone. It needs more steps than the others.
# - **tanh gets there, later than ReLU.** The figure shows when the lines fall.
# - **ReLU, leaky ReLU and GELU**: their bands overlap. This problem cannot tell them apart, and picking the best of the
#   three would be picking luck.
#
# This was one small problem with three hidden layers, and plain training. Batch normalisation and **skip connections**,
# which add the input of some layers to their output, also keep sizes in check (lesson 08). `resnet10` has both.

# %%
quiz("05.3")

# %% [markdown]
# ## Watch one learn
#
# Now watch a network learn, and change it on the way. These are the spirals again, and two hidden layers of eight
# units. In the middle stands the network, from x and y on the left to the two scores on the right. Each unit is a small
# copy of the plane with what the unit gives there: blue below 0, orange above, empty at 0. Each line is a weight, the
# thicker the larger. To the right is what the network predicts at each place; below it, the loss on training points and
# on fresh points.
#
# Press **Play**, and **Pause**. A click on a line chooses that weight, a click on a unit its bias; type another number,
# or drag the slider. A click into the plane adds a point of yours, which you can drag; a click on it takes it away.
# **Undo** is the key z. There are four sets of points. In "exclusive or", the two numbers of a point of class 0 have
# the same sign.
#
# - *Play for 1,000 steps. Which edges do the units of layer 1 draw, and which those of layer 2?*
# - *With "none" in between: which of the four sets can the network separate?*
# - *The ring, tanh, and one hidden layer. How few units are enough?*
# - *The spirals, ReLU, and a rate of 3. What has become of the units after 30 steps?*
# - *Train well, then give one weight the other sign. Does the network find its way back? Try more than one.*

# %%
from helpers.explorers.plane_trainer import PlaneTrainer, plane_trainer, plot_plane_trainer

plane_trainer("spirals", hidden=[8, 8], activation="ReLU")

# %% [markdown]
# Without widgets, for the first question:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
trainer = PlaneTrainer("spirals", [8, 8], "ReLU", rate=0.1, seed=1)
trainer.step(1000)
axes = plot_plane_trainer(trainer)
assert min(trainer.right) > 0.9

# %% [markdown]
# Each unit of layer 1 is cut by one straight line: on one side it gives 0, on the other it rises. A unit of layer 2 is
# a sum of those with ReLU once more, so its edge has corners. The last layer adds these up to the winding border.
#
# *When should one stop training?* We train on noisy points of "exclusive or", with 250 of each class and with only 10,
# and follow the loss on fresh points:

# %%
for count in (250, 10):
    trainer = PlaneTrainer("exclusive or", [16, 16], "ReLU", rate=0.1, count=count, noise=0.2, seed=1)
    trainer.step(300)
    seen, unseen, best = trainer.train_losses, trainer.fresh_losses, int(np.argmin(trainer.fresh_losses))
    print(f"{2 * count} points: loss on them {seen[best]:.2f} after {best} steps, {seen[-1]:.2f} after 300;", end=" ")
    print(f"on fresh points {unseen[best]:.2f} and {unseen[-1]:.2f}")
axes = plot_plane_trainer(trainer, fresh=True)
assert best < 100
assert trainer.right[0] == 1
assert unseen[-1] > 2 * unseen[best]

# %% [markdown]
# The figure shows the 20 points, large, and the fresh ones, small. All 20 become right. On the fresh points the loss
# falls at first, and then it rises and rises: the network learns its points by heart, noise included. This is
# **overfitting**. The training loss does not show it; only points kept out of training do. That is why lesson 01 put a
# validation set aside.
#
# *What helps?* More points: with 500, the loss on fresh points has risen much less by step 300. Or stop early. But
# choosing when to stop by the fresh points uses them up. An honest last word then needs a third set, a test set.

# %% [markdown]
# ## Where they are in a real network
#
# *Which activation functions does `resnet10` have?* We go through its modules:

# %% tags=["nbval-check-output"]
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, seed=1)
kinds = [type(module).__name__ for module in learn.model.modules() if not list(module.children())]
print({kind: kinds.count(kind) for kind in sorted(set(kinds))})

# %% [markdown]
# ReLU, and no other. (No softmax either: the network ends with its scores, and the softmax is applied to them
# afterwards.) Each of the four blocks uses its one ReLU twice, the second time after the skip connection is added. With
# the one before the blocks, a picture passes nine in the body; the sixth module is in the head.
#
# *How many of the numbers do they let through?* We send 64 validation pictures, and take the share of numbers that are
# 0 after each ReLU. *For the last ReLU of the body, how many percent?*

# %%
predict_first("05.3", ...)

# %% [markdown]
# For the first picture, and for all 64:

# %%
body, batch = learn.model.body, next(data.batches("valid"))
with torch.inference_mode(), captured(body, nn.ReLU) as found:
    maps = body(learn.model.normalise(batch.pixels.to(learn.fabric.device)))
for number, layer in enumerate(found, 1):
    zero, shape = layer.values == 0, " × ".join(map(str, layer.values.shape[1:]))
    print(f"ReLU {number}: {shape:<13} 0 in the first picture: {zero[0].mean():.0%}, in all: {zero.mean():.0%}")
shares = [np.mean(layer.values == 0) for layer in found]
reveal("05.3", 100 * shares[-1])
assert shares[-1] > shares[1] > shares[2]
in_one, in_all = dead_units(found[-1].values[:1]).sum(), dead_units(found[-1].values).sum()
print(f"channels that are 0 everywhere: {in_one} in one picture, {in_all} in all 64")
assert in_one > in_all == 0

# %% [markdown]
# On the whole, the deeper, the more zeros. (The dip at 3: before that ReLU, the pooled output of ReLU 1 is added. None
# of it is below 0, so it lifts the sums. The later skip connections have a convolution on the way, whose output may be
# negative.) Units of late layers are silent at most places. Glorot, Bordes and Bengio (2011) named such **sparse**
# activations among the merits of ReLU.
#
# Of the 512 last channels, many look dead in one picture, but none is dead in all 64. Count over many inputs before you
# call a unit dead.

# %% [markdown]
# ## Why a softmax at the end?
#
# The last layer is linear: its scores may be any number. The softmax of lesson 02 turns them into probabilities. For
# two classes it is a sigmoid, of the difference of the scores:

# %% tags=["nbval-check-output"]
scores = torch.tensor([2.0, -1.0])
print(f"softmax {scores.softmax(dim=0)[0]:.4f}   sigmoid {sigmoid(2.0 - -1.0):.4f}")

# %% [markdown]
# *Does it not saturate?* It does, but the loss after it undoes that. Cross-entropy takes the logarithm of the
# probability, and the gradient of both together, with respect to the scores, is simply **probability minus truth**.
# Take a picture of class 0, for which the network is sure of class 1. With the squared distance to the truth as the
# loss, in the last line, the sigmoid's own small derivative stays in:

# %% tags=["nbval-check-output"]
scores = torch.tensor([[-4.0, 4.0]], requires_grad=True)
nn.functional.cross_entropy(scores, torch.tensor([0])).backward()
print("probability minus truth:", (scores.detach().softmax(dim=1) - torch.tensor([[1.0, 0.0]])).numpy().round(4))
print("gradient by PyTorch:    ", scores.grad.numpy().round(4))
score = torch.tensor(-8.0, requires_grad=True)  # the difference of the scores: a probability of 1 would be the truth
(1 - torch.sigmoid(score)).square().backward()
print(f"squared distance:        {score.grad:.4f}")

# %% [markdown]
# Cross-entropy gives the full gradient, nearly 1; the squared distance almost none. So ReLU or its like **inside**,
# where gradients must pass; softmax **at the end**, where numbers must become probabilities, with the cross-entropy
# that belongs to it.
#
# ## To take along
#
# - Linear layers in a row are one linear layer. Activation functions between them make depth worth something.
# - Sigmoid: derivative at most 1/4. In a deep stack gradients vanish, unless the weights make up for it.
# - ReLU: derivative 1 or 0. In our race nothing beat it, and it is the simplest: start with it. Leaky ReLU: 1 or α. GELU: ReLU without a corner.
# - The start matters too: Xavier for tanh, He for ReLU and its family. The sigmoid learned here only with much larger weights.
# - Compare with several seeds, and look whether the bands overlap.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/05_activations.ipynb) hold all
# answers.
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
# **5.** Write `how_many_dead(activations)`: it takes an array (inputs, units), and returns the number of units that are
# 0 for every input. (One or two lines, without `dead_units`.)


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
# **7.** A gradient goes back through ten sigmoids. What share of it is left, at best, if only their derivatives count?

# %%
left = ...
check("05.7", left)

# %% [markdown]
# **8.** Write `forward(x, layers, activation)`: a whole network. `x` is one input, `layers` a list of pairs `(W, b)`,
# `activation` a function such as `relu`. It follows each layer except the last. (Four lines or so.)


# %%
def forward(x, layers, activation):
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
# - Krizhevsky, Sutskever and Hinton, [ImageNet classification with deep convolutional neural
#   networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks) (2012)
# - Maas, Hannun and Ng, [Rectifier nonlinearities improve neural network acoustic
#   models](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf) (2013): leaky ReLU
# - He and others, [Delving deep into rectifiers](https://arxiv.org/abs/1502.01852) (2015): He's start, and an α that is
#   learned
# - Hendrycks and Gimpel, [Gaussian error linear units](https://arxiv.org/abs/1606.08415) (2016)
#
# **Next**: [06 · Why it works](06_why_it_works.ipynb)
