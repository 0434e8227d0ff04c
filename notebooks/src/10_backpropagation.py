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
# # 10 · Backpropagation by hand
#
# **After this lesson you can**
#
# - say what `loss.backward()` does, and do it on paper for a small network;
# - write a class of numbers that remember what they were computed from, and find gradients with it;
# - train a network made of such numbers, and the same with arrays, and check that both give PyTorch's gradients;
# - say why training needs more memory than predicting, and why a frozen body is so cheap.
#
# **Time**: 35 minutes to read and try, and 40 for the exercises. All cells together run in 20 seconds on two CPU cores.
#
# **Needs**: lessons 02 (cross-entropy, the head), 03 (gradient descent), 05 (ReLU) and 07 (matrix products). No GPU, no
# internet.

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
# In lesson 03 every step went against the **gradient**: for each weight, how much the loss changes when that weight
# grows a little. For `x²` we could write the gradient down. *Where does it come from for a network with half a million
# weights?*
#
# ## A gradient by trying
#
# We begin with one weight. It multiplies an input, and the loss is the squared distance from what we want:

# %%
import time

import matplotlib.pyplot as plt
import numpy as np
import torch


def loss_of(w, x=2.0, y=1.0):
    return (w * x - y) ** 2


# %% [markdown]
# For `w = 3` the loss is (3 · 2 − 1)² = 25. *How much does it change when `w` grows a little?* We nudge it up and down,
# and divide the difference of the two losses by the distance between the two weights:

# %% tags=["nbval-check-output"]
h = 0.001
print("loss", loss_of(3.0))
print("gradient, by nudging:", round((loss_of(3 + h) - loss_of(3 - h)) / (2 * h), 6))

# %% [markdown]
# So the loss grows 20 times as fast as the weight. This needs no calculus, and works wherever the loss has no corner
# and the nudge is neither too large nor too small. It is also slow: two losses for each weight. The head of lesson 02
# has more than half a million weights:

# %% tags=["nbval-check-output"]
from helpers.models import make_head

head = make_head(1024, 2)
print(f"{sum(one.numel() for one in head.parameters()):,} weights and biases")

# %% [markdown]
# That would be a million losses for a single step. **Backpropagation** finds all gradients at once. *What does it
# cost?* The loss together with all its gradients takes longer than the loss alone. How many times as long?

# %%
predict_first("10.1", ...)

# %% [markdown]
# We measure both, for the head and a batch of 64, and take the best of three:

# %%
inputs, labels = torch.randn(64, 1024), torch.randint(2, (64,))


def seconds(gradients, times=60):
    start = time.perf_counter()
    for _ in range(times):
        with torch.set_grad_enabled(gradients):
            loss = torch.nn.functional.cross_entropy(head(inputs), labels)
        if gradients:
            loss.backward()
    return time.perf_counter() - start


alone, with_gradients = (min(seconds(one) for _ in range(3)) for one in (False, True))

# %% [markdown]
# So the loss with its gradients takes this many times as long:

# %%
reveal("10.1", with_gradients / alone)

# %% [markdown]
# A few times as long, instead of a million. *How is that possible?* It is not an approximation, and there is no trick
# in hardware. The idea fits in one line of arithmetic.
#
# ## The chain rule
#
# We compute the loss in three operations, one at a time, and ask of each only one thing: how fast does its result grow
# when its input grows? That is its **local derivative**.

# %% tags=["nbval-check-output"]
w, x, y = 3.0, 2.0, 1.0
product = w * x  #          grows x = 2 times as fast as w
difference = product - y  # grows as fast as the product
loss = difference**2  #     grows 2 · difference = 10 times as fast (lesson 03)
print(product, difference, loss)

# %% [markdown]
# When `w` grows by a little, the product grows 2 times as much; the difference 1 times as much as that; the loss 10
# times as much as that:

# %% tags=["nbval-check-output"]
print("gradient, by the chain rule:", (2 * difference) * 1 * x)

# %% [markdown]
# 10 · 1 · 2 = 20, as by nudging. This is the **chain rule**: along a chain of operations the local derivatives
# multiply. The rest of this lesson is bookkeeping: which operations, in which order, and what to add.
#
# ## A number that remembers
#
# To multiply along the chain we must know it. So each number should remember which numbers it was computed from, its
# *parents*, and the local derivative for each of them:


# %%
class Node:
    def __init__(self, number, parents=(), local=()):
        self.number, self.parents, self.local = number, parents, local
        self.gradient = 0.0


# %% [markdown]
# Then an operation computes its result and notes down its parents and derivatives. For a product, the local derivative
# of one factor is the *other* factor:


# %%
def multiply(a, b):
    return Node(a.number * b.number, (a, b), (b.number, a.number))


def subtract(a, b):
    return Node(a.number - b.number, (a, b), (1.0, -1.0))


def square(a):
    return Node(a.number**2, (a,), (2 * a.number,))


# %% [markdown]
# The same loss again. It now holds everything that it came from:

# %% tags=["nbval-check-output"]
w, x, y = Node(3.0), Node(2.0), Node(1.0)
loss = square(subtract(multiply(w, x), y))
print("loss", loss.number, " made from", loss.parents[0].number, " local derivative", loss.local[0])

# %% [markdown]
# *How do the gradients get back to `w`?* The loss has the gradient 1 with respect to itself. Each node hands its
# gradient to its parents, multiplied by the local derivative. A node can only do so when its own gradient is complete.
# So we first put all nodes into an order in which each stands after its parents, and then walk through it from the end:


# %%
def in_order(node, order):
    for parent in node.parents:
        if parent not in order:
            in_order(parent, order)
    order.append(node)
    return order


def backward(result):
    result.gradient = 1.0
    for node in reversed(in_order(result, [])):
        for parent, local in zip(node.parents, node.local, strict=True):
            parent.gradient += local * node.gradient


# %% [markdown]
# That is all of backpropagation. The walk visits each node once, however many weights there are. So all gradients
# together cost about as much as a few losses. (Only our search in the list `order` is slower; the package uses a set.)
# And every number has its gradient, `x` and `y` too:

# %% tags=["nbval-check-output"]
backward(loss)
print("w", w.gradient, " x", x.gradient, " y", y.gradient)

# %% [markdown]
# *Why `+=`, and not `=`?* Because a number can be used twice. In `a · b + a` the number `a` reaches the result along
# two paths. When it grows, both paths carry the change, and the changes add up: 3 through the product, 1 directly.


# %% tags=["nbval-check-output"]
def add(a, b):
    return Node(a.number + b.number, (a, b), (1.0, 1.0))


a, b = Node(2.0), Node(3.0)
backward(add(multiply(a, b), a))
print("a", a.gradient, " b", b.gradient)

# %% [markdown]
# Multiply along each path, add over the paths. In 1970 Seppo Linnainmaa described it for any computation; in 1986 David
# Rumelhart, Geoffrey Hinton and Ronald Williams showed what it does for networks.

# %%
quiz("10.1")

# %% [markdown]
# ## Step through it
#
# The package has such numbers, too, called `Value`. They do the same as our `Node`, and work with `+`, `*` and `**`. An
# **explorer** draws them as a graph. Press *Step*: black numbers go forward, then red gradients come back. Change a
# number, or type an expression of your own, with `relu`, `exp` and `log`. *Check it by nudging* compares each gradient
# with the one found by trying.

# %%
from helpers.explorers.backpropagation_stepper import Pass, backpropagation_stepper, plot_graph

backpropagation_stepper("(v * relu(w * x + b) - y) ** 2", v=2, w=1.5, x=2, b=-1, y=1)

# %% [markdown]
# Where no explorer can be drawn, a picture of the last step shows most of it. Below each number is its gradient, and
# the framed node has just handed its own to its parents, `w` and `x`:

# %%
axes = plot_graph(Pass("(v * relu(w * x + b) - y) ** 2", {"v": 2, "w": 1.5, "x": 2, "b": -1, "y": 1}, step=13))

# %% [markdown]
# Find the ReLU. Its input is 2, above 0, so its local derivative is 1 and the gradient 12 passes unchanged. *What
# happens for `b = −4`?* Then the input is −1, the ReLU gives 0, and its local derivative is 0:

# %% tags=["nbval-check-output"]
print(Pass("(v * relu(w * x + b) - y) ** 2", {"v": 2, "w": 1.5, "x": 2, "b": -4, "y": 1}).gradients())

# %% [markdown]
# Nothing reaches `w`, `x` and `b`. The gradient of `v` is 0 too, because the factor beside it, the ReLU's output, is 0.
# Only that of `y` is not 0. For this input the unit learns nothing. A unit for which all inputs are like this one is
# *dead*: lesson 05 counted them.

# %%
quiz("10.2")

# %% [markdown]
# ## The same in PyTorch
#
# A tensor made with `requires_grad=True` remembers just as our node does. `backward()` walks back, and the gradient is
# in `.grad`:

# %% tags=["nbval-check-output"]
w = torch.tensor(3.0, requires_grad=True)
loss = (w * 2 - 1) ** 2
loss.backward()
print(w.grad)

# %% [markdown]
# *And once more, without anything in between?* PyTorch adds to what is there, as our `+=` did:

# %% tags=["nbval-check-output"]
loss = (w * 2 - 1) ** 2
loss.backward()
print(w.grad)

# %% [markdown]
# 40, not 20. That is why every training loop has a line `optimizer.zero_grad()`. Without it each step would follow the
# sum of all gradients so far.
#
# ## A network of single numbers
#
# A unit is a sum of products, plus a bias, and then a ReLU. So a whole network is an expression, only a longer one.
# `ScalarNetwork` in [`helpers/lessons/backpropagation.py`](../helpers/lessons/backpropagation.py) builds it out of
# `Value`s; the file is short enough to read. The points are the ring of lesson 05's explorer: 20 in the middle (class
# 0, blue) and 20 in a ring around them (class 1, orange).

# %%
from helpers.explorers.plane_trainer.points import ring
from helpers.lessons.backpropagation import ScalarNetwork, Value, computation, cross_entropy

points, classes = ring(20, 0.03, seed=1)
network = ScalarNetwork([2, 8, 2], seed=1)


def mean_loss():
    losses = [cross_entropy(network(point), int(label)) for point, label in zip(points, classes, strict=True)]
    return sum(losses, Value(0.0)) / len(losses)


# %% [markdown]
# *How many numbers does one loss remember?*

# %% tags=["nbval-check-output"]
loss = mean_loss()
print(f"{len(network.parameters)} weights and biases, {len(computation(loss)):,} numbers in the graph")

# %% [markdown]
# Before we trust it: are its gradients PyTorch's? The same network with the same weights, as layers:

# %% tags=["nbval-check-output"]
layers = [torch.nn.Linear(2, 8), torch.nn.Linear(8, 2)]
for layer, weights, biases in zip(layers, network.weights, network.biases, strict=True):
    layer.weight.data = torch.tensor([[one.number for one in row] for row in weights])
    layer.bias.data = torch.tensor([one.number for one in biases])
scores = layers[1](layers[0](torch.from_numpy(points)).relu())
torch.nn.functional.cross_entropy(scores, torch.from_numpy(classes)).backward()

loss.backward()
ours = np.array([[one.gradient for one in row] for row in network.weights[0]])
print(
    "first layer's weights, largest difference below a millionth:",
    np.abs(ours - layers[0].weight.grad.numpy()).max() < 1e-6,
)
assert np.allclose(ours, layers[0].weight.grad, atol=1e-6)

# %% [markdown]
# Now the loop of lesson 03, with nothing but our own numbers: loss, gradients, a small step for each weight.

# %%
losses, start = [], time.perf_counter()
for _ in range(120):
    loss = mean_loss()
    losses.append(loss.number)
    for one in network.parameters:
        one.gradient = 0.0
    loss.backward()
    for one in network.parameters:
        one.number -= 0.3 * one.gradient
scalar_seconds = (time.perf_counter() - start) / 120

# %% [markdown]
# *Has it learned to tell the ring from the middle?* We ask it for a class at every place of a grid:

# %%
axis = np.linspace(-1.2, 1.2, 33)
said = [[network((across, up))[1].number - network((across, up))[0].number for across in axis] for up in axis]
figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
left.plot(losses)
left.set(xlabel="step", ylabel="training loss", ylim=(0, None))
right.contourf(axis, axis, np.array(said) > 0, levels=[-0.5, 0.5, 1.5], colors=["#bcd6ee", "#ffe0b0"])
right.scatter(*points.T, c=np.where(classes, "#e88d00", "#2f7fc9"), edgecolor="black")
style = right.set(xlabel="x", ylabel="y", aspect="equal")

# %% [markdown]
# How many of the training points are right?

# %% tags=["nbval-check-output"]
answers = [int(network(point)[1].number > network(point)[0].number) for point in points]
print(f"{(np.array(answers) == classes).sum()} of {len(classes)} points are right")
assert losses[-1] < losses[0] / 3

# %% [markdown]
# The 42 numbers, each with a gradient that we could check with pencil and paper, found a closed border around the
# points in the middle, inside the ring. Fresh points would be the real test.
#
# ## The same with arrays
#
# Our network computes one product after the other. Lesson 07 showed what that costs. With arrays, a whole layer is one
# matrix product, and its way back is two. *How does a gradient get back through a layer?* Let `weight[i, j]` lead from
# input i to output j: it multiplies `inputs[r, i]` in every example r. Each example is one path: if `gradient[r, j]` is
# the gradient of its output j, the weight's gradient is the sum over r of `inputs[r, i] * gradient[r, j]`, one entry of
# `inputs.T @ gradient`. The others follow in the same way.
#
# For `outputs = inputs @ weight + bias`, with `n` examples:
#
# | what | shape | its gradient |
# |---|---|---|
# | `inputs` | (n, in) | `gradient @ weight.T` |
# | `weight` | (in, out) | `inputs.T @ gradient` |
# | `bias` | (out,) | `gradient.sum(axis=0)` |
#
# Here `gradient` is that of the outputs, (n, out). A ReLU passes the gradient on where its input was above 0. For the
# mean of the cross-entropies the gradient of the scores is especially short: probability minus truth (lesson 05),
# divided by n.


# %%
def loss_and_gradients(points, classes, weight1, bias1, weight2, bias2):
    rows = np.arange(len(classes))
    hidden = points @ weight1 + bias1
    active = np.maximum(hidden, 0)
    scores = active @ weight2 + bias2
    probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    loss = -np.log(probabilities[rows, classes]).mean()

    gradient = probabilities.copy()  # from here on backwards
    gradient[rows, classes] -= 1
    gradient /= len(classes)
    back = (gradient @ weight2.T) * (hidden > 0)
    return loss, [points.T @ back, back.sum(axis=0), active.T @ gradient, gradient.sum(axis=0)]


# %% [markdown]
# The same weights, and PyTorch's gradients beside ours (PyTorch stores a weight as (out, in), hence the `.T`):

# %% tags=["nbval-check-output"]
fresh = ScalarNetwork([2, 8, 2], seed=1)
parameters = []
for weights, biases in zip(fresh.weights, fresh.biases, strict=True):
    parameters.append(np.array([[one.number for one in row] for row in weights]).T)
    parameters.append(np.array([one.number for one in biases]))
loss, gradients = loss_and_gradients(points, classes, *parameters)
theirs = [layers[0].weight.grad.T, layers[0].bias.grad, layers[1].weight.grad.T, layers[1].bias.grad]
for name, ours, other in zip(["weight 1", "bias 1", "weight 2", "bias 2"], gradients, theirs, strict=True):
    print(f"{name:9} {ours.shape!s:8} equal: {np.allclose(ours, other, atol=1e-6)}")
    assert np.allclose(ours, other, atol=1e-6)

# %% [markdown]
# Train it: 120 steps, the same rate. The losses should be those of the single numbers, step by step.

# %% tags=["nbval-check-output"]
array_losses, start = [], time.perf_counter()
for _ in range(120):
    loss, gradients = loss_and_gradients(points, classes, *parameters)
    array_losses.append(loss)
    for values, gradient in zip(parameters, gradients, strict=True):
        values -= 0.3 * gradient
array_seconds = (time.perf_counter() - start) / 120
print(f"the same losses in all {len(losses)} steps:", np.allclose(losses, array_losses, rtol=1e-4))
assert np.allclose(losses, array_losses, rtol=1e-4)

# %% [markdown]
# *And how much faster?* The same arithmetic, 40 points and 42 parameters:

# %%
print(f"{1000 * scalar_seconds:.1f} ms a step with single numbers, {1000 * array_seconds:.2f} ms with arrays:", end=" ")
print(f"{scalar_seconds / array_seconds:,.0f} times as fast")

# %% [markdown]
# ## The whole network, on the map
#
# Lesson 02 drew `resnet10` as a map: the picture on the left, nine layers, the prediction on the right. *Where does
# `backward()` begin on it, and which way does it go?*

# %%
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.explorers.network_explorer import network_map, network_state, plot_map

data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 128))
learn, picture = ConvLearner.pretrained("resnet10", data, seed=1), data.valid.paths[0]
axes = plot_map(network_state(learn, picture, layer=9), here="backward() begins right of here")

# %% [markdown]
# It begins at the prediction, which the loss is made of, and goes from right to left: from each channel back along all
# the lines that lead to it, with their weights as factors, and along the skip connections. Where two paths meet, their
# gradients are added. Unless layers are frozen, it ends at the first, because nobody asks for the gradient of the
# picture. (The head is new here, so the prediction is still a guess.)
#
# *How many gradients does one walk find?* `unfreeze` asks for all of them:

# %% tags=["nbval-check-output"]
learn.unfreeze()
batch = next(data.batches("valid", order=[0]))
torch.nn.functional.cross_entropy(learn.model.eval()(batch.pixels), batch.labels).backward()
everything = list(learn.model.parameters())
assert all(one.grad.shape == one.shape for one in everything)
print(f"{sum(one.grad.numel() for one in everything):,} gradients, one for each weight and bias of the network")

# %% [markdown]
# By nudging, each of them would have cost two passes through the whole network.
#
# On this map, click a channel twice to see how one of its numbers is computed. "Follow the largest product back" goes
# one step along a path that `backward()` takes, too: to the earlier number that contributed most.

# %%
network_map(learn, picture, layer=9)

# %% [markdown]
# ## What follows from it
#
# **Deep networks and vanishing gradients.** Along each path, the first layer's gradient has a factor for each layer
# after it. If most factors are below 1 the product vanishes; if most are above 1 it explodes. Lesson 05 showed both.
#
# **Memory.** To walk back, numbers of the forward pass must still be there: in our function `points`, `hidden`,
# `active` and `probabilities`. Training therefore needs more memory than predicting. `torch.inference_mode()` tells
# PyTorch not to remember, and it is what `helpers` uses to predict.
#
# **A frozen body is cheap.** No gradient is needed before the head, so the walk back ends there, and nothing before it
# has to be remembered. With `precompute=True` even the forward pass is done only once.
#
# The memory, measured: how many numbers does PyTorch keep for the way back through the head, for 64 inputs?


# %% tags=["nbval-check-output"]
def numbers_kept(remember):
    kept = []
    hooks = torch.autograd.graph.saved_tensors_hooks(lambda one: kept.append(one.numel()) or one, lambda one: one)
    with hooks, torch.inference_mode(not remember):
        head.train()(inputs)
    return sum(kept)


weights = sum(one.numel() for one in head.parameters())
print(
    f"{numbers_kept(True):,} numbers kept for the way back, {numbers_kept(False)} in inference mode; {weights:,} weights"
)

# %% [markdown]
# PyTorch calls the first `lambda` for each tensor that an operation keeps. (`append` returns `None`, so `or one` hands
# the tensor back.) More than half of the numbers are the weights, which predicting needs as well. The rest are mainly
# activations, which only training has to keep.
#
# ## The steps again
#
# ```python
# node = Node(a.number * b.number, parents=(a, b), local=(b.number, a.number))   # remember
#
# result.gradient = 1.0                                     # the way back
# for node in reversed(in_order(result, [])):
#     for parent, local in zip(node.parents, node.local):
#         parent.gradient += local * node.gradient
#
# weight.grad = inputs.T @ gradient                         # the same for a layer
# ```
#
# **What to remember**
#
# - A gradient can be found by nudging: one weight at a time. It is slow, and a good check.
# - Backpropagation multiplies local derivatives along each path and adds over all paths, in one walk back from the
#   loss.
# - PyTorch's `backward()` does the same, and *adds* to `.grad`: hence `zero_grad()`.
# - With arrays the way back through a layer is two matrix products and a sum.
#
# **You can now** read `loss.backward()` as a few lines that you could have written.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/10_backpropagation.ipynb) hold all
# answers.
#
# **1.** Write `nudged(f, numbers, place)`: the gradient of `f(numbers)` with respect to `numbers[place]`, by nudging up
# and down by 0.0001. `numbers` is a list of floats, and must be unchanged afterwards. (Five lines or so.)


# %%
def nudged(f, numbers, place):
    # your lines in place of the dots
    ...


check("10.1", nudged)

# %% [markdown]
# **2.** With pencil and paper: `loss = (w · x + b − y)²`, with `w = −1`, `x = 3`, `b = 2`, `y = 1`. What are the
# gradients of `w`, `x` and `b`? A list of three numbers, in this order.

# %%
three_gradients = ...
check("10.2", three_gradients)

# %% [markdown]
# **3.** Two more operations: write `divide(a, b)` for `Node`s, and `sigmoid(a)`, the function of lesson 05. If its
# value is s, its derivative is s · (1 − s). Each returns a `Node`. Give both in a list: `[divide, sigmoid]`. (Five
# lines or so.)


# %%
def divide(a, b):
    # your lines in place of the dots
    ...


def sigmoid(a):
    # your lines in place of the dots
    ...


check("10.3", [divide, sigmoid])

# %% [markdown]
# **4.** This walk back runs without an error and leaves wrong gradients. Two things are wrong with it.
#
# ```python
# def backward(order):                       # nodes, each after its parents; the result is the last
#     order[-1].gradient = 1.0
#     for node in reversed(order):
#         for parent, local in zip(node.parents, node.local):
#             parent.gradient = local
# ```
#
# Write the corrected `walk_back(order)`. It returns nothing; afterwards each node has its gradient. (Four lines.)


# %%
def walk_back(order):
    # your lines in place of the dots
    ...


check("10.4", walk_back)

# %% [markdown]
# **5.** Write `layer_back(inputs, weight, gradient)` for `outputs = inputs @ weight + bias`. It is given the gradient
# of the outputs and returns three arrays: the gradients of the inputs, of the weight and of the bias. (Three lines.)


# %%
def layer_back(inputs, weight, gradient):
    # your lines in place of the dots
    ...


check("10.5", layer_back)

# %% [markdown]
# **6.** `w` is a tensor with `requires_grad=True`. A loop computes `loss = (w * 2 - 1) ** 2` and calls
# `loss.backward()` three times, without `zero_grad` and without changing `w`, which is 3. What is in `w.grad`
# afterwards?

# %%
sum_of_three = ...
check("10.6", sum_of_three)

# %% [markdown]
# **7.** A small project, from an empty cell: **regression**, which predicts a number and not a class, with arrays.
# Write `train_line(inputs, targets, rate, steps)`. The model is `inputs @ weight + bias` with one output, `weight` (in,
# 1) and `bias` (1,), which begin at 0. The loss is the mean of the squared differences from `targets`, (n, 1). Take
# `steps` steps of plain gradient descent, without PyTorch, and return `weight`, `bias` and the list of losses, one
# before each step. (Twelve lines or so.)


# %%
def train_line(inputs, targets, rate, steps):
    # your lines in place of the dots
    ...


check("10.7", train_line)

# %% [markdown]
# ## Links
#
# - Rumelhart, Hinton and Williams (1986), [Learning representations by back-propagating
#   errors](https://doi.org/10.1038/323533a0): four pages.
# - Baydin and others (2018), [Automatic differentiation in machine learning: a
#   survey](https://arxiv.org/abs/1502.05767): its history, and the other direction, forwards.
# - PyTorch's [autograd mechanics](https://pytorch.org/docs/stable/notes/autograd.html).
#
# **Next**: [11 · The loop by hand](11_the_loop_by_hand.ipynb)
