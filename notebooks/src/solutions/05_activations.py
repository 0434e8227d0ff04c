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
# # 05 · Activation functions: solutions
#
# The questions of [lesson 05](../05_activations.ipynb) and one good answer to each. Yours may look different and be
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
# **1.** Write `my_relu(x)`. `np.maximum` compares number by number. (`np.max` looks for the largest of all.)

# %% tags=["nbval-check-output"]
import numpy as np


def my_relu(x):
    return np.maximum(x, 0)


check("05.1", my_relu)

# %% [markdown]
# **2.** Write `my_leaky_relu(x, alpha)`.


# %% tags=["nbval-check-output"]
def my_leaky_relu(x, alpha):
    return np.where(x > 0, x, alpha * x)


check("05.2", my_leaky_relu)

# %% [markdown]
# **3.** What is the derivative of the sigmoid at x = 3? From the value there:

# %% tags=["nbval-check-output"]
value = 1 / (1 + np.exp(-3))
check("05.3", value * (1 - value))

# %% [markdown]
# **4.** Write `numerical_gradient(f, x)`: rise over run. With one point on each side the error is much smaller than
# with `x` and one point. `h` must be small, but not too small: two values that agree in nearly all digits leave few for
# the difference.


# %% tags=["nbval-check-output"]
def numerical_gradient(f, x):
    h = 1e-5
    return (f(x + h) - f(x - h)) / (2 * h)


check("05.4", numerical_gradient)

# %% [markdown]
# Does it agree with the formula?

# %% tags=["nbval-check-output"]
from helpers.lessons.nonlinear import NON_LINEARITIES

x = np.linspace(-5, 5, 100)  # 0 is not among them: ReLU has no derivative there
for name, entry in NON_LINEARITIES.items():
    print(f"{name:<11}", np.allclose(numerical_gradient(entry.function, x), entry.gradient(x), atol=1e-6))

# %% [markdown]
# **5.** Write `how_many_dead(activations)`. `axis=0` goes down the columns: all inputs, for each unit.


# %% tags=["nbval-check-output"]
def how_many_dead(activations):
    return (activations == 0).all(axis=0).sum()


check("05.5", how_many_dead)

# %% [markdown]
# **6.** Write `compose(layers)`. Each new layer is multiplied from the left, and its bias is added.


# %% tags=["nbval-check-output"]
def compose(layers):
    W, b = layers[0]
    for next_W, next_b in layers[1:]:
        W, b = next_W @ W, next_W @ b + next_b
    return W, b


check("05.6", compose)

# %% [markdown]
# **7.** Write `forward(x, layers, activation)`: a whole network.


# %% tags=["nbval-check-output"]
def forward(x, layers, activation):
    for W, b in layers[:-1]:
        x = activation(W @ x + b)
    W, b = layers[-1]
    return W @ x + b


check("05.7", forward)

# %% [markdown]
# **8.** The project. Of numbers around 0, half are positive and keep their squares. The other half are multiplied by α,
# so their squares are multiplied by α². On average (1 + α²) / 2 of the squares is left, which is 1/2 for ReLU and 0.625
# for α = 0.5. The weights make up for it with the variance 2 / (1 + α²) / n, with n inputs. (In PyTorch:
# `nn.init.kaiming_normal_(layer.weight, a=0.5)`.)

# %%
import torch
from torch import nn

torch.manual_seed(1)
layers = []
for n in [64, *[100] * 19]:
    linear = nn.Linear(n, 100)
    nn.init.normal_(linear.weight, std=(2 / (1 + 0.5**2) / n) ** 0.5)
    nn.init.zeros_(linear.bias)
    layers += [linear, nn.LeakyReLU(0.5)]
network = nn.Sequential(*layers)

# %% [markdown]
# The first and the last size:

# %% tags=["nbval-check-output"]
inputs, sizes = torch.randn(256, 64), []
numbers = inputs
with torch.no_grad():
    for layer in network:
        numbers = layer(numbers)
        if isinstance(layer, nn.LeakyReLU):
            sizes.append(numbers.square().mean().sqrt().item())
print(f"{sizes[0]:.1f} after the first layer, {sizes[-1]:.1f} after the last")
assert 0.6 < min(sizes) < max(sizes) < 1.6
check("05.8", [network, inputs, sizes])

# %% [markdown]
# **The race, longer.** The sigmoid with Xavier's start and 3,000 steps instead of 300. For half of them the loss falls
# slowly, and then to almost 0.

# %%
from helpers.lessons.deep_stack import deep_stack, share_right, train_stack, two_spirals
from helpers.plots import plot_line

patient = deep_stack([2, 32, 32, 32, 2], "sigmoid", scale="Xavier", seed=1)
losses = train_stack(patient, *two_spirals(150, seed=1), rate=0.3, steps=3000)
axes = plot_line(range(3000), losses, xlabel="step", ylabel="loss")
print(f"{share_right(patient, *two_spirals(500, seed=2)):.0%} of fresh points are right")

# %% [markdown]
# And deep ReLU networks: 300 steps with a rate of 0.03, and the share of fresh points that are right.

# %%
for depth in (3, 10, 30):
    for scale in ("He", "Xavier"):
        deep = deep_stack([2, *[32] * depth, 2], "ReLU", scale=scale, seed=1)
        losses = train_stack(deep, *two_spirals(150, seed=1), rate=0.03, steps=300)
        print(f"{depth:>2} layers, {scale:<6} {share_right(deep, *two_spirals(500, seed=2)):.0%}")

# %% [markdown]
# With one seed each, this is a first look and no verdict.

# %% [markdown]
# **The questions beside the first two explorers.** The derivative of the sigmoid is below 0.01 from about 4.6 on, on
# both sides. That of tanh is above 0.9 only within a third of 0. The nearer α comes to 1, the straighter leaky ReLU is.

# %% tags=["nbval-check-output"]
import numpy as np
from helpers.lessons.nonlinear import NON_LINEARITIES, sigmoid_gradient

x = np.linspace(0, 6, 6001)
print(f"sigmoid: below 0.01 from x = {x[sigmoid_gradient(x) < 0.01].min():.1f}")
print(f"tanh: above 0.9 up to x = {x[NON_LINEARITIES['tanh'].at(x)[1] > 0.9].max():.1f}")

# %% [markdown]
# tanh does best with a scale a little above 1: activations and gradients both stay within a factor of about ten, even
# in fifty layers. With 1 both shrink slowly; with 2 the gradients explode. For twenty sigmoids, 5, where the slider
# ends, is still better than the 4 of the lesson. For fifty, not even 5 is enough.

# %%
from helpers.explorers.activation_explorer import stack_sizes

for name, depth, scale in [
    ("tanh", 50, 1.0),
    ("tanh", 50, 1.1),
    ("tanh", 50, 2.0),
    ("sigmoid", 20, 4.0),
    ("sigmoid", 20, 5.0),
    ("sigmoid", 50, 5.0),
]:
    forward_sizes, back = stack_sizes(name, depth, scale)
    print(f"{name:<7} {depth} layers, scale {scale}: activations {forward_sizes[-1]:.1e}, gradients {back[0]:.1e}")
assert 0.1 < stack_sizes("tanh", 50, 1.1)[1][0] < 10 < stack_sizes("tanh", 50, 2.0)[1][0]
assert stack_sizes("sigmoid", 20, 5.0)[1][0] > 1e-5 > stack_sizes("sigmoid", 50, 5.0)[1][0]

# %% [markdown]
# **The questions beside the plane trainer.** Each unit of layer 1 has one straight edge. Those of layer 2 have corners.
#
# With "none" in between, the network can only draw one straight line. That separates the two hills. On the other three
# sets, at most about two points in three are right:

# %%
from helpers.explorers.plane_trainer import PlaneTrainer


def trained(*words, steps=300, **more):
    trainer = PlaneTrainer(*words, **more)
    trainer.step(steps)
    return trainer


flat = {points: trained(points, [8, 8], "none").right[1] for points in ("two hills", "spirals", "ring", "exclusive or")}
print(", ".join(f"{points} {share:.0%}" for points, share in flat.items()))
assert max(flat["spirals"], flat["ring"], flat["exclusive or"]) < 0.7 < 0.95 < flat["two hills"]

# %% [markdown]
# Three units of tanh are usually enough for the ring: three straight cuts can close around the disc, as a triangle. Two
# cannot. Five seeds each, with the start that the explorer opens with:

# %%
for units in (1, 2, 3, 4):
    shares = [trained("ring", [units], "tanh", seed=seed, steps=1000).right[1] for seed in range(1, 6)]
    print(units, [f"{share:.0%}" for share in shares])
    assert (np.median(shares) > 0.95) == (units > 2)

# %% [markdown]
# A rate of 3 kills: nearly all ReLU units give 0 for every training point after 30 steps. (One of them may still have a
# coloured corner, where no point lies.)

# %%
from helpers.lessons.deep_stack import dead_units

killed = trained("spirals", [8, 8], "ReLU", rate=3, steps=30)
print("dead units in each layer:", [int(dead_units(values).sum()) for values in killed.units(killed.points)[0]])
assert sum(dead_units(values).sum() for values in killed.units(killed.points)[0]) > 8

# %% [markdown]
# One weight with the other sign spoils a part of the plane. We try it with two weights. The first network makes up for
# it, though not with the old weight. The second does not come back in 500 steps.

# %%
for place in ((1, 1, 1), (1, 3, 0)):
    hurt = trained("spirals", [8, 8], "ReLU", steps=1000)
    hurt.choose(*place)
    before = hurt.weight
    hurt.set_weight(-before)
    spoilt = hurt.right[1]
    hurt.step(500)
    print(
        f"layer, unit, from = {place}: {spoilt:.0%} with the other sign, {hurt.right[1]:.0%} after 500 more steps;",
        end=" ",
    )
    print(f"the weight was {before:.2f}, and is {hurt.weight:.2f}")

# %% [markdown]
# Back to [lesson 05](../05_activations.ipynb).
