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
# # 07 · Deep and fast
#
# **After this lesson you can**
#
# - say when several narrow layers do more than a wide one, and when they do not;
# - compare two networks fairly: the same number of parameters, several starts;
# - measure what vectorised code and a GPU are worth on your machine;
# - say why deep learning arrived when it did, what it has done since, and what attention computes;
# - ask of a reported success what it was measured on, with which interval, and compared with what.
#
# **Time**: 40 minutes to read and try, and 40 for the exercises. All cells together run in under a minute on two CPU
# cores.
#
# **Needs**: lesson 02 (intervals), lesson 05 (ReLU), lesson 06 (sums of ReLUs). No GPU, no internet.

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
# Lesson 06 named three wishes: a **flexible** function, **one way to fit** its numbers, and both **fast**. This lesson
# turns to the third. But first, a question about the function.
#
# ## Wide or deep?
#
# One hidden layer can follow any continuous curve. *Why then does anybody use more layers?* We draw two networks. Each
# circle is a number, each line a weight.

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from helpers.plots import FIRST, GREY, SECOND, THIRD, new_axes, plot_line


def draw_network(sizes, ax):
    heights = [np.linspace(-1, 1, size) if size > 1 else np.zeros(1) for size in sizes]
    for layer in range(len(sizes) - 1):
        for left in heights[layer]:
            for right in heights[layer + 1]:
                ax.plot([layer, layer + 1], [left, right], color=GREY, linewidth=0.8)
    for layer, height in enumerate(heights):
        ax.plot(np.full(len(height), layer), height, "o", color=FIRST, markersize=7)
    ax.axis("off")


# %% [markdown]
# One has a single wide hidden layer, the other has three narrow ones:

# %%
from itertools import pairwise

figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained", facecolor="white")
for panel, sizes in zip(panels, ([1, 20, 1], [1, 4, 4, 4, 1]), strict=True):
    draw_network(sizes, panel)
    weights = sum(before * after for before, after in pairwise(sizes))
    title = panel.set_title(f"{sizes}: {weights} weights, {sum(sizes[1:-1])} hidden units", fontsize=11)

# %% [markdown]
# Both have 40 weights. On the left, 20 paths lead from the input to the output, one through each hidden unit. On the
# right there are 4 · 4 · 4 = 64 paths, through only 12 units. *What can be gained by that?*
#
# Take the **tent**: a function that climbs from 0 to 1 while $u$ goes from 0 to ½, and falls back to 0 while $u$ goes
# on to 1. Two ReLUs make it: $2\,\mathrm{relu}(u) - 4\,\mathrm{relu}(u - \tfrac12)$. Now put the tent into itself: the
# output of one is the input of the next. While the inner tent climbs from 0 to 1, the outer one climbs and falls. While
# the inner one falls, the outer one climbs and falls again:

# %%
from helpers.lessons.depth import count_parameters, count_pieces, deep_tent, fit_networks, root_mean_square_error
from helpers.lessons.depth import run_layers, tent

u = np.linspace(0, 1, 2**10 + 1)
figure, panels = plt.subplots(1, 4, figsize=(12, 2.2), layout="constrained", facecolor="white", sharey=True)
for panel, layers in zip(panels, (1, 2, 3, 4), strict=True):
    axes = plot_line(u, run_layers(deep_tent(layers), u), xlabel="u", ylabel="", ax=panel)
    title = axes.set_title(f"layers of two ReLUs: {layers}", fontsize=10)

# %% [markdown]
# **Each further layer of two ReLUs doubles the number of straight pieces.** In a single hidden layer, one more ReLU
# adds one piece at most, because each ReLU has one bend. *How many ReLUs does a saw of many pieces take?*

# %% tags=["nbval-check-output"]
for layers in (2, 4, 8):
    saw = run_layers(deep_tent(layers), u)
    pieces = count_pieces(u, saw)
    assert np.allclose(saw, tent(u, layers))
    print(f"{pieces:>3} pieces: {2 * layers:>2} ReLUs, two in each layer; in one hidden layer at least {pieces - 1}")

# %% [markdown]
# 256 pieces take 16 ReLUs in eight layers, or at least 255 in one. For functions such as this one, which repeat a
# pattern within a pattern, a single layer needs exponentially more units, as Telgarsky proved in 2016. This does not
# hold for all functions.
#
# *What happens when both are trained?* A fair comparison gives both the same number of parameters. Each unit has one
# weight for each of its inputs, and a bias. `[1, 300, 1]` means one input, 300 units, one output:

# %% tags=["nbval-check-output"]
WIDE, DEEP = [1, 300, 1], [1, 20, 20, 20, 1]
print("wide", count_parameters(WIDE), " deep", count_parameters(DEEP))

# %% [markdown]
# We give them two tasks: a smooth wave, and the saw of 16 pieces. *Could the wide one draw the saw?* We build it from
# ReLUs, with `interpolate` of lesson 06:

# %% tags=["nbval-check-output"]
from helpers.lessons.relu_sums import interpolate

corners = np.linspace(0, 1, 17)
drawn = interpolate(corners, tent(corners, 4))
print(len(drawn.places), "ReLUs, largest gap", round(np.abs(drawn(u) - tent(u, 4)).max(), 9))

# %% [markdown]
# 16 ReLUs are enough, and the wide network has 300. *Will it learn the saw?* We train each network on each task, from
# six random starts, with Adam (lesson 06) and 2,000 steps:

# %%
u = np.linspace(0, 1, 257)
tasks = {"a wave": np.sin(3 * np.pi * u), "a saw of 16 pieces": tent(u, 4)}
fits = {
    (task, name): fit_networks(sizes, u, target, rate=0.01, steps=2000, seeds=range(6))
    for task, target in tasks.items()
    for name, sizes in (("wide", WIDE), ("deep", DEEP))
}

# %% [markdown]
# The loss is the mean squared error. Its root says how far a fit typically is from the curve. Here are the roots at the
# end, sorted from the best start to the worst:

# %%
errors = {key: np.sort(root_mean_square_error(curves, tasks[key[0]])) for key, (_, curves) in fits.items()}
for (task, name), values in errors.items():
    print(f"{task:<19} {name}  ", *(f"{value:.3f}" for value in values))
assert errors["a saw of 16 pieces", "deep"].min() < 0.06 < 0.09 < errors["a saw of 16 pieces", "wide"].min()
assert np.median(errors["a wave", "wide"]) < np.median(errors["a wave", "deep"]) < 0.05

# %% [markdown]
# The best fit of each network to the saw, with the saw itself in grey:

# %%
figure, panels = plt.subplots(1, 2, figsize=(10, 2.6), layout="constrained", facecolor="white", sharey=True)
for panel, name, colour in zip(panels, ("wide", "deep"), (SECOND, FIRST), strict=True):
    curves = fits["a saw of 16 pieces", name][1]
    best = curves[root_mean_square_error(curves, tent(u, 4)).argmin()]
    axes = plot_line(u, tent(u, 4), xlabel="u", ylabel="", colour=GREY, ax=panel)
    axes = plot_line(u, best, xlabel="u", ylabel="", colour=colour, ax=panel)
    title = axes.set_title(f"{name}, the best of six starts", fontsize=10)

# %% [markdown]
# *What may we say?*
#
# - **The wave**: both follow it, and the wide network is even closer. Depth gained nothing.
# - **The saw**: no wide network found it, though each has enough ReLUs. Even in the best one, the inner teeth are too
#   small. Some deep networks found it.
# - This is one saw, one wave, and 2,000 steps. Exercise 7 tries others.
#
# The course of 2018 said that one hidden layer always needs exponentially many parameters. That is too strong: it
# depends on the function. Pictures may be the kind of thing that depth is good for: edges form corners, corners form
# eyes, eyes form faces. These are patterns within patterns. Lesson 08 looks at them.

# %%
quiz("07.1")

# %% [markdown]
# ## Fast
#
# Now the third wish. In a layer, each unit multiplies each number of the input by a weight, and adds up the products.
# Here is a layer in three plain loops, without biases and ReLU. It has 100 units and takes 64 inputs of 100 numbers:


# %%
def layer_by_loops(inputs, weights):
    outputs = np.zeros((len(inputs), len(weights)))
    for i in range(len(inputs)):
        for j in range(len(weights)):
            for k in range(len(weights[0])):
                outputs[i, j] += inputs[i, k] * weights[j, k]
    return outputs


rng = np.random.default_rng(1)
inputs, weights = rng.normal(size=(64, 100)), rng.normal(size=(100, 100))

# %% [markdown]
# **Vectorised** code states the same operation for whole arrays, in one expression: `inputs @ weights.T` (`.T` swaps
# rows and columns). *Are the results equal?*

# %% tags=["nbval-check-output"]
one_by_one, at_once = layer_by_loops(inputs, weights), inputs @ weights.T
print(one_by_one.shape, "equal:", np.allclose(one_by_one, at_once))

# %% [markdown]
# NumPy hands the expression to compiled code, which works on several numbers at once. The loops pay for every `[i, j]`.
# *How many times as fast is NumPy, as a power of ten?* 0 means equally fast, 2 a hundred times, 6 a million times.

# %%
predict_first("07.1", ...)

# %% [markdown]
# We measure both:

# %%
from helpers.device import default_device
from helpers.lessons.timing import seconds_for

loops = seconds_for(lambda: layer_by_loops(inputs, weights))
vectorised = seconds_for(lambda: inputs @ weights.T, times=20)
factor = loops / vectorised
print(f"loops {1000 * loops:.0f} ms, vectorised {1000 * vectorised:.3f} ms: {factor:,.0f} times as fast")
reveal("07.1", np.log10(factor))
assert loops > vectorised

# %% [markdown]
# *And a GPU?* It has thousands of small processors, which all do the same to different numbers. Multiplying matrices
# suits it well. We multiply square matrices of several sizes, on the CPU, and on a GPU if there is one. The product of
# two matrices of side n takes n³ multiplications, and as many additions:


# %%
def billions_a_second(side, device):
    matrix = torch.randn(side, side, device=device)
    return 2 * side**3 / seconds_for(lambda: (matrix @ matrix)[0, 0].item(), times=5) / 1e9


sides = [32, 64, 128, 256, 512, 1024, 2048]
devices = ["cpu", *({default_device().type} - {"cpu"})]
speeds = {device: [billions_a_second(side, device) for side in sides] for device in devices}

# %% [markdown]
# Both axes are logarithmic. If you have a GPU, it has a line of its own:

# %%
axes = new_axes(size=(6, 3.2))
words = {"xlabel": "side of the matrices", "ylabel": "billion operations a second"}
for device, colour in zip(devices, (FIRST, THIRD), strict=False):
    axes = plot_line(sides, speeds[device], label=device, log_x=True, colour=colour, ax=axes, **words)
axes.set_yscale("log")
for device in devices:
    print(f"{device}: {max(speeds[device]):,.0f} billion operations a second at best")

# %% [markdown]
# Small matrices reach only a part of the best rate, because much of the time goes into starting each call. This is one
# reason why a network gets **batches** of pictures. If you have a GPU, look where its line crosses that of the CPU:
# below that size the CPU is quicker.
#
# *Is a GPU needed for this course?* No: lessons 00 and 02 measured how long a CPU takes. A GPU pays where *all* weights
# of a large network are trained on very many pictures.

# %% [markdown]
# ## Why now?
#
# The parts are old. In 1847 Cauchy described gradient descent, and in 1958 Rosenblatt a network that learns, the
# perceptron. **Backpropagation**, which computes the gradient of every layer, made several layers trainable in 1986
# (lesson 10). *What took so long?* Three things came together around 2012.
#
# **Hardware.** We compare four GPUs, all cards for games, with two desktop CPUs. The peak rate of a chip is its
# multiply-adds per clock cycle, times 2 (each is two operations), times its clock. *How many operations a second does a
# dollar buy?*

# %% tags=["nbval-check-output"]
chips = {  # year, multiply-adds of 32-bit numbers per clock cycle, clock in GHz, price at launch in dollars
    "GTX 580": (2010, 512, 1.544, 499),
    "GTX 1080 Ti": (2017, 3584, 1.582, 699),
    "RTX 4090": (2022, 16384, 2.52, 1599),
    "RTX 5090": (2025, 21760, 2.407, 1999),
    "Core i7-2600K": (2011, 32, 3.4, 317),
    "Ryzen 9 7950X": (2022, 256, 4.5, 699),
}
peaks = {name: 2 * units * clock for name, (_, units, clock, _) in chips.items()}
for name, (year, _, _, price) in chips.items():
    print(f"{name:<14}{year}  ${price:>5,} {peaks[name] / price:>5.1f} billion operations a second per dollar")

# %% [markdown]
# A dollar bought about 5 times as many operations in the GPU of 2010 as in the CPU of 2011. In 2022 the GPU gave about
# 16 times as many as the CPU. From the 4090 to the 5090 it hardly grew. Here are the peak rates themselves, and a
# dashed line for the rate that this machine's CPU has just reached:

# %%
from helpers.lessons.charts import plot_points

axes = new_axes(size=(6.4, 3.6))
words = {"xlabel": "year", "ylabel": "10¹² operations a second"}
groups = (("GPU", list(chips)[:4], FIRST, "o"), ("CPU", list(chips)[4:], SECOND, "^"))
for label, names, colour, marker in groups:
    x, y = [chips[name][0] for name in names], [peaks[name] / 1000 for name in names]
    axes = plot_points(x, y, names=names, label=label, colour=colour, marker=marker, ax=axes, **words)
axes.axhline(max(speeds["cpu"]) / 1000, color=SECOND, linestyle="--", label="this CPU, measured")
axes.set(yscale="log", xlim=(2009, 2028), xticks=range(2010, 2026, 5))
legend = axes.legend(frameon=False, fontsize=8)

# %% [markdown]
# The deep network AlexNet, which appears below, was trained on two GTX 580s.
#
# **Data, and benchmarks.** ImageNet's yearly contest had 1.2 million labelled images of 1,000 classes to learn from.
# Everyone was scored on the same held-out images, so a better idea was *seen* to be better: that is a **benchmark**. A
# program could name five classes for each image, and was wrong if the right one was not among them. Here is the
# winners' share of mistakes:

# %%
contest = {2010: 28.2, 2011: 25.8, 2012: 16.4, 2013: 11.7, 2014: 6.7, 2015: 3.6, 2016: 3.0, 2017: 2.3}
words = {"xlabel": "year", "ylabel": "wrong (%)"}
axes = plot_points(
    list(contest)[:2], list(contest.values())[:2], label="features by hand", colour=SECOND, marker="^", **words
)
axes = plot_points(list(contest)[2:], list(contest.values())[2:], label="deep networks", ax=axes, **words)
axes.axhline(5.1, color=THIRD, linestyle="--")
axes.set_ylim(0, 30)
text = axes.text(2010, 5.6, "a person who had practised", fontsize=9)

# %% [markdown]
# The leap is in 2012: AlexNet was the first deep network to win. All later winners were deep networks. The dashed line
# is one person's result on some of the images. So points below it do not prove that computers see better than people.
#
# **Algorithms.** Small ideas made deep networks trainable. You have met them:
#
# - 2010: ReLU in place of the sigmoid, and initial weights that keep the size of the activations (lesson 05);
# - 2012: dropout, which sets random activations to 0 in training (lesson 02);
# - from 2013: pretrained networks for other tasks (lesson 02);
# - 2015: batch normalisation, and the skip connections of a ResNet (lesson 05). `resnet10` has both.
#
# A fourth reason is sharing. Programs, data and papers were open, and anyone who had an idea could try it at once.

# %% [markdown]
# ## What has it done?
#
# Here are successes from 2012 to 2018. Most of them were in a list of the course of 2018:
#
# - 2012: [AlexNet](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks)
#   wins ImageNet, and [speech recognition](https://doi.org/10.1109/MSP.2012.2205597) moves to deep networks.
# - 2014: Skype Translator translates from speech to speech. Enlitic is founded, to find tumours in scans.
# - 2015: [Smart Reply](https://arxiv.org/abs/1606.04870) in Google's Inbox suggests answers to an e-mail.
# - 2016: DeepMind's [AlphaGo](https://doi.org/10.1038/nature16961) beats Lee Sedol, 4 to 1. [Neural
#   Doodle](https://arxiv.org/abs/1603.01768) turns a sketch into a painting.
# - 2017: [AlphaGo Zero](https://doi.org/10.1038/nature24270) learns Go from the rules alone.
# - 2018: DeepMind's [Generative Query Networks](https://doi.org/10.1126/science.aar6170) draw a scene as seen from
#   another side.
#
# Google had two projects with deep networks in 2012 and more than 1,000 in 2016 ([The
# Week](https://theweek.com/speedreads/654463/google-more-than-1000-artificial-intelligence-projects-works)). The table
# at the end of this lesson says what became of the products.
#
# AlphaGo first learned from the moves of experts, which were its labels. Then it learned by **reinforcement learning**:
# from the outcome of its own games. AlphaGo Zero used reinforcement learning alone. And since 2018:
#
# - 2018: [BERT](https://arxiv.org/abs/1810.04805) and GPT are **self-supervised**: a part of a text is hidden, and the
#   network predicts it. So the labels come from the data itself.
# - 2020: [diffusion models](https://arxiv.org/abs/2006.11239) predict the noise in a picture and take it away, step by
#   step, until only a picture is left. [Stable Diffusion](https://arxiv.org/abs/2112.10752) (2022) makes the picture
#   that a sentence describes.
# - 2021: [AlphaFold 2](https://doi.org/10.1038/s41586-021-03819-2) predicts the structure of proteins: in a contest,
#   nearly as well as measurement for most of them.
# - 2022: ChatGPT is a **large language model**. It was trained to predict the next piece of a text, then to give
#   [answers that people prefer](https://arxiv.org/abs/2203.02155).
# - 2024: Nobel prizes go to Hopfield and Hinton for neural networks
#   ([physics](https://www.nobelprize.org/prizes/physics/2024/)), and to Baker, Hassabis and Jumper for proteins
#   ([chemistry](https://www.nobelprize.org/prizes/chemistry/2024/)).
# - 2025: [DeepSeek-R1](https://arxiv.org/abs/2501.12948), a language model, learns by reinforcement learning to reason
#   before it answers. [DINOv3](https://arxiv.org/abs/2508.10104), a body for pictures, learns from 1.7 billion of them
#   without any label.
#
# *What do most of these have in common?* There are many examples of an input and the output it should have, or a rule
# that says who won. So a flexible function can be fitted to them, fast: the three wishes of lesson 06.
#
# Not every promise was kept. In 2016 [Geoffrey
# Hinton](https://newrepublic.com/article/187203/ai-radiology-geoffrey-hinton-nobel-prediction) advised against training
# more radiologists: within five years, or ten, networks would do better. In 2025 radiologists were [in
# demand](https://www.nytimes.com/2025/05/14/technology/ai-jobs-radiologists-mayo-clinic.html). A classifier that is
# good on its own pictures may be poor in the next hospital, as the detector of lesson 06 was on bots of a new kind. Ask
# of every such report: **on which pictures, with which interval, and compared with what?**

# %% [markdown]
# ### Attention
#
# Most of the second list rests on one more idea. A convolution has the same weights everywhere, whatever the picture
# shows. In a **transformer** ([Vaswani and others, 2017](https://arxiv.org/abs/1706.03762)) the weights are computed
# from the input. A **vision transformer** ([Dosovitskiy and others, 2020](https://arxiv.org/abs/2010.11929)) cuts a
# picture into patches, makes each patch a row of numbers, and replaces each row by a weighted mean of all rows. The
# weights are called **attention**. They are computed in two steps:
#
# 1. The **dot product** of the patch's row with every row: multiply number by number, and add up. It tends to be large
#    where the two rows are alike.
# 2. A softmax, so that the weights sum to 1.
#
# Before these two steps, a transformer multiplies the rows by matrices that it has learned. **We leave these out, so
# nothing about attention was learned here.** As rows we take activations of `resnet10`: for a picture of 256 pixels,
# the last layer of its body makes 8 × 8 positions of 512 numbers.

# %% tags=["nbval-check-output"]
from helpers import get_data
from helpers.lessons.inside import feature_maps
from helpers.models import build

picture = sorted((get_data("sample") / "valid" / "cats").iterdir())[0]
found = feature_maps(build("resnet10", 256, classes=2), picture)
rows = found.maps(9).reshape(512, 64).T
scores = rows @ rows.T / np.sqrt(512)  # as in the paper: this keeps the scores small
attention = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
print("rows", rows.shape, " attention", attention.shape, " sums to 1:", np.allclose(attention.sum(axis=1), 1))

# %% [markdown]
# Here are the weights of three framed patches, over the picture. The brightest square has the largest weight:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
figure, panels = plt.subplots(1, 4, figsize=(12, 3.3), layout="constrained", facecolor="white")
panels[0].imshow(found.picture, extent=(0, 8, 8, 0))
for panel, (name, row, column) in zip(
    panels[1:], (("below the eye", 4, 4), ("body", 5, 2), ("wall", 1, 1)), strict=True
):
    values = attention[8 * row + column].reshape(8, 8)
    panel.imshow(found.picture.mean(axis=2), cmap="gray", extent=(0, 8, 8, 0))
    panel.imshow(values, cmap="inferno", alpha=0.6, extent=(0, 8, 8, 0))
    panel.add_patch(plt.Rectangle((column, row), 1, 1, fill=False, edgecolor="cyan", linewidth=2))
    title = panel.set_title(f"{name}: {values[row, column]:.0%} on itself, at most {values.max():.0%}", fontsize=10)
for panel in panels:
    axis = panel.axis("off")

# %% [markdown]
# The patch below the eye puts half of its weight on itself, and most of the rest on the two patches to its right, with
# the nose and the other eye. The patch of the body gives its neighbour more weight than itself, because a dot product
# also grows with the size of the numbers. The weights of the wall are spread over much of the wall.
#
# `attention @ rows` then gives the new rows. Each patch is compared with every other, however far away. That has a
# price: twice the side means 4 times as many patches, and 16 times as many weights.

# %% [markdown]
# ## The steps again
#
# ```python
# from helpers.lessons.depth import count_parameters, deep_tent, fit_networks, run_layers, tent
# from helpers.lessons.timing import seconds_for
#
# run_layers(deep_tent(4), u)                                        # a saw of 16 pieces, two ReLUs in each layer
# count_parameters([1, 20, 20, 20, 1])                               # before you compare two networks
# losses, curves = fit_networks([1, 300, 1], u, tent(u, 4), rate=0.01, steps=2000, seeds=range(6))
# seconds_for(lambda: inputs @ weights.T, times=20)                  # what one call takes
# ```
#
# **What to remember**
#
# - A further layer *can* double the number of pieces; a further unit adds one at most. On our saw depth helped, on our
#   wave it did not.
# - Compare networks with equal parameters and several starts. One run of each is an anecdote.
# - Vectorised code and large matrices make networks fast.
# - Hardware, data with benchmarks, and small ideas came together around 2012, and were shared.
# - Attention is a weighted mean whose weights depend on the input.
#
# **You can now** say why networks are deep, and why deep learning came when it did. Lesson 08 opens a network, and
# looks for the patterns within patterns.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/07_deep_and_fast.ipynb) hold all
# answers.
#
# **1.** Write `saw(u, times)` with `np.maximum`: `times` tents of this lesson, each put into the next. `u` is an array
# of numbers from 0 to 1, and `saw(u, 1)` is the tent itself. (Three lines or more.)


# %%
def saw(u, times):
    # your lines in place of the dots
    ...


check("07.1", saw)

# %% [markdown]
# **2.** A saw is to have a million straight pieces or more. How many hidden layers of two ReLUs does it take at least?

# %%
layers_needed = ...
check("07.2", layers_needed)

# %% [markdown]
# **3.** Two inputs now, such as the row and the column of a pixel: `[2, 10, 10, 10, 1]`. How many units does a network
# with *one* hidden layer, two inputs and one output need for exactly as many parameters?

# %%
units = ...
check("07.3", units)

# %% [markdown]
# **4.** Write `layer(inputs, weights, biases)` without a loop. It takes inputs (n, i), weights (u, i) and biases (u,),
# and returns the outputs (n, u) of a layer of ReLU units.


# %%
def layer(inputs, weights, biases):
    # your line in place of the dots
    ...


check("07.4", layer)

# %% [markdown]
# **5.** Write `nearest(pictures, examples)` without a loop. It takes arrays (n, i) and (m, i), one row for each
# picture, and returns for each of the n pictures the index of the nearest example, (n,). Nearest is the one with the
# smallest sum of squared differences. (Three lines or so. `pictures[:, None]` has the shape (n, 1, i). Subtract an
# array (m, i) from it, and the result has the shape (n, m, i).)


# %%
def nearest(pictures, examples):
    # your lines in place of the dots
    ...


check("07.5", nearest)

# %% [markdown]
# **6.** The person of the dashed line labelled 1,500 images of the contest, and was wrong about 76. Compute the 95 %
# interval of the share of mistakes, as two fractions. (`from helpers.statistics import wilson_interval`, as in lesson
# 02.) Does the share of any winner lie in it?

# %%
interval = ...
check("07.6", interval)

# %% [markdown]
# **7.** A small project, from an empty cell: **a depth experiment**. Compare networks with 1, 2 and 4 hidden layers on
# the saw of 8 pieces, at `u = np.linspace(0, 1, 129)`. All hidden layers of a network have the same width, the largest
# for which it has at most 400 parameters. Train each with `fit_networks` for 500 steps at a rate of 0.02, from the
# seeds 0 to 3. Give a dictionary: for 1, 2 and 4 a tuple `(sizes, parameters, multiplications, losses, error)`.
# `multiplications` is how many it takes to send all of `u` through the network once. `losses` is what `fit_networks`
# returns first. `error` is the median over the four starts of the root mean squared error at the end. (Twelve lines or
# so.)

# %%
check("07.7", ...)

# %% [markdown]
# Does depth help here? Does it on the saw of 16 pieces, at a rate of 0.03, with 1,000 steps?
#
# ## Links
#
# - Telgarsky, [Benefits of depth in neural networks](https://arxiv.org/abs/1602.04485) (2016)
# - Kingma and Ba, [Adam](https://arxiv.org/abs/1412.6980) (2014)
# - Harris and others, [Array programming with NumPy](https://doi.org/10.1038/s41586-020-2649-2) (2020)
# - The chips: the makers' data sheets, as collected by [TechPowerUp](https://www.techpowerup.com/gpu-specs/). The clock
#   is the highest for GPUs, and the guaranteed one for CPUs, which flatters the GPUs a little.
# - The contest, and two people who tried it: [Russakovsky and others](https://arxiv.org/abs/1409.0575) (2014). Later
#   winners: [He and others](https://arxiv.org/abs/1512.03385) (2015), [Hu and others](https://arxiv.org/abs/1709.01507)
#   (2017). We list programs that were trained on the contest's images alone.
# - Google's projects, counted in folders that contain a model: [a chart by Jeff
#   Dean](https://highscalability.com/jeff-dean-on-large-scale-deep-learning-at-google/)
#
# ### The links of the course of 2018
#
# Its notes for this lesson ended with a list of links. Here is the state of each, and of the products named above, as
# of November 2026. ✓: checked for this lesson. The other addresses are the last that we know, and were not opened.
#
# | what | state |
# |---|---|
# | **course**: notebooks on GitHub (`courses/dl1`) | ✓ moved: the folder in `fastai/fastai1` now only names [course18.fast.ai](https://course18.fast.ai) |
# | the library on GitHub | rewritten twice since; [fastai/fastai](https://github.com/fastai/fastai) is version 2, and the code of 2018 does not run with it |
# | mission, [forums](https://forums.fast.ai), documentation | under [fast.ai](https://www.fast.ai) and [docs.fast.ai](https://docs.fast.ai) |
# | how to create a good validation set | moved [within fast.ai](https://www.fast.ai/posts/2017-11-13-validation-sets.html) |
# | PDL, the download library | ✓ version 0.9.0, still installed by pip as `pdl` |
# | **papers**: Smith [2015](https://arxiv.org/abs/1506.01186) and [2018](https://arxiv.org/abs/1803.09820), [Zeiler and Fergus](https://arxiv.org/abs/1311.2901) | arXiv keeps its addresses |
# | ResNet models | address lost; today in [torchvision](https://docs.pytorch.org/vision/stable/models.html) |
# | **books**: [Nielsen](http://neuralnetworksanddeeplearning.com), [Goodfellow and others](https://www.deeplearningbook.org) | free to read at these addresses |
# | Chollet, *Deep learning with Python* | third edition in 2025; the first chapter of the first (2017) asks why now, at length |
# | Explained Visually, [image kernels](https://setosa.io/ev/image-kernels/) | at this address |
# | **machines**: Crestle, Azure Notebooks | gone (lesson 00) |
# | [Paperspace](https://www.paperspace.com) | ✓ part of DigitalOcean since 2023 |
# | [Google Colab](https://colab.research.google.com) | in use (lesson 00) |
# | Elastic GPUs of Amazon | ✓ became Elastic Graphics, ended in January 2024 |
# | [Project Jupyter](https://jupyter.org), [tmux](https://github.com/tmux/tmux) | in use |
# | **firms**: DeepMind | one unit with Google Brain since 2023: [Google DeepMind](https://deepmind.google) |
# | Enlitic | sells software that puts scans in order ([enlitic.com](https://www.enlitic.com)); on the Australian stock exchange from 2023 |
# | **products**: Google Inbox | closed in April 2019; Smart Reply moved to Gmail |
# | Skype Translator | Skype closed in May 2025 |
# | AlphaGo | retired in 2017; [AlphaZero](https://doi.org/10.1126/science.aar6404) (2018) adds chess and shogi |
# | Generative Query Networks | since 2020 [NeRF](https://arxiv.org/abs/2003.08934) and its successors do this |
# | Neural Doodle | its code needs the library Theano, discontinued in 2017 |
# | C-Path, Samuel's checkers | PathAI, co-founded by C-Path's first author in 2016, learns the features too; [checkers was solved](https://doi.org/10.1126/science.1144079) in 2007, by search |
# | a dictionary, a drawing on KDnuggets, an install script, lists of snippets and resources | the notes kept no addresses |
#
# **Next**: [08 · Inside the network](08_inside_the_network.ipynb)
