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
# - say why all this happened when it did, and what it has done since;
# - ask of a reported success what it was measured on, with which interval, and compared with what.
#
# **Time**: 30 minutes to read and try, and 25 for the exercises. All cells together run in 30 seconds on two CPU cores.
#
# **Needs**: lesson 02 (intervals), lesson 05 (ReLU), lesson 06 (sums of ReLUs). No GPU, no network.

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
# Lesson 06 had three wishes: a function so **flexible** that it can follow whatever the data ask for, **one way to fit** its
# numbers, and both **fast**. Two of them have come true, with sums of ReLUs and gradient descent. The third one is left. But
# first there is a question about the function.
#
# ## Wide or deep?
#
# One hidden layer can follow any continuous curve. *Why then does anybody use more layers?*
#
# Take the **tent**: up from 0 to 1, and down again, on 0 to 1. Two ReLUs make it: $2\,\mathrm{relu}(u) - 4\,\mathrm{relu}(u -
# \tfrac12)$. And now put the tent into itself. While the inner one climbs from 0 to 1, the outer one goes through its whole
# tent. While the inner one comes down, it does so again:

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch
from helpers.lessons.depth import count_parameters, count_pieces, deep_tent, fit_networks, root_mean_square_error
from helpers.lessons.depth import run_layers, tent
from helpers.plots import FIRST, GREY, SECOND, THIRD, new_axes, plot_line

u = np.linspace(0, 1, 2**10 + 1)
figure, places = plt.subplots(1, 4, figsize=(12, 2.2), layout="constrained", facecolor="white", sharey=True)
for place, layers in zip(places, (1, 2, 3, 4), strict=True):
    axes = plot_line(u, run_layers(deep_tent(layers), u), xlabel="u", ylabel="", ax=place)
    title = axes.set_title(f"hidden layers of 2: {layers}", fontsize=10)

# %% [markdown]
# Each is a network with two ReLUs in each hidden layer, and a handful of weights. **Each further layer doubles the number
# of straight pieces.** A single hidden layer gets one more piece from one more ReLU, at best: each has one bend.

# %% tags=["nbval-check-output"]
for layers in (1, 2, 4, 8):
    saw = run_layers(deep_tent(layers), u)
    pieces = count_pieces(u, saw)
    assert np.allclose(saw, tent(u, layers))
    print(f"{pieces:>3} pieces: {2 * layers:>2} ReLUs, two in each layer; in one hidden layer at least {pieces - 1}")

# %% [markdown]
# 16 ReLUs against 255 or more. Each further layer adds two ReLUs to the first number, and about doubles the second. For
# **such functions** the one wide layer needs exponentially more. Telgarsky proved it in 2016. It is a statement about
# functions that repeat a pattern within a pattern, and not about all functions.
#
# *And when both are trained?* A fair comparison gives both the same number of parameters. Each unit has a weight for each of
# its inputs, and an offset. `[1, 300, 1]` means one number in, 300 units, one number out: 2 · 300 + 301 = 901. Here are two
# with 901 each:

# %% tags=["nbval-check-output"]
WIDE, DEEP = [1, 300, 1], [1, 20, 20, 20, 1]
print("wide", count_parameters(WIDE), " deep", count_parameters(DEEP))

# %% [markdown]
# Two tasks: a smooth wave, and the saw with 16 pieces. *Could the wide one draw the saw?* `interpolate` of lesson 06 shows that
# it takes 16 ReLUs, one where it begins and one at each of its 15 bends, and the wide network has 300:

# %% tags=["nbval-check-output"]
from helpers.lessons.relu_sums import interpolate

corners = np.linspace(0, 1, 17)
drawn = interpolate(corners, tent(corners, 4))
print(len(drawn.places), "ReLUs, largest gap", round(np.abs(drawn(u) - tent(u, 4)).max(), 9))

# %% [markdown]
# It could. *Will it learn to?* Six random starts for each. The optimiser is *Adam*, from the race of lesson 06. *How long
# will it take?* A tenth of the steps, for one of the two tasks, tells:

# %%
import time

u = np.linspace(0, 1, 257)
tasks = {"a wave": np.sin(3 * np.pi * u), "a saw of 16 pieces": tent(u, 4)}
start = time.perf_counter()
for sizes in (WIDE, DEEP):
    trial = fit_networks(sizes, u, tasks["a wave"], rate=0.01, steps=200, seeds=range(6))
print(f"about {(time.perf_counter() - start) * 10 * 2:.0f} s")

# %% [markdown]
# The runs:

# %%
fits = {
    (task, name): fit_networks(sizes, u, wanted, rate=0.01, steps=2000, seeds=range(6))
    for task, wanted in tasks.items()
    for name, sizes in (("wide", WIDE), ("deep", DEEP))
}

# %% [markdown]
# The loss of each step: a line is the mean of six starts, the dots are the starts, the band holds them all. The axis goes up
# by factors of ten.

# %%
from helpers.lessons.charts import plot_runs

figure, places = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained", facecolor="white", sharey=True)
at = np.arange(0, 2000, 100)
for place, task in zip(places, tasks, strict=True):
    for name, colour in (("wide", SECOND), ("deep", FIRST)):
        runs = fits[task, name][0][:, at]
        axes = plot_runs(at, runs, xlabel="step", ylabel="loss", label=name, colour=colour, ax=place)
    axes.set_yscale("log")
    title = axes.set_title(task, fontsize=10)

# %% [markdown]
# And how far the curves are off at the end, sorted from the best start to the worst:

# %%
off = {key: np.sort(root_mean_square_error(curves, tasks[key[0]])) for key, (_, curves) in fits.items()}
for (task, name), values in off.items():
    print(f"{task:<19} {name}  ", *(f"{value:.3f}" for value in values))
assert off["a saw of 16 pieces", "deep"].min() < 0.06 < 0.09 < off["a saw of 16 pieces", "wide"].min()
assert np.median(off["a wave", "wide"]) < np.median(off["a wave", "deep"]) < 0.05

# %% [markdown]
# The best fit to the saw of either, and the saw:

# %%
figure, places = plt.subplots(1, 2, figsize=(10, 2.6), layout="constrained", facecolor="white", sharey=True)
for place, name, colour in zip(places, ("wide", "deep"), (SECOND, FIRST), strict=True):
    curves = fits["a saw of 16 pieces", name][1]
    best = curves[root_mean_square_error(curves, tent(u, 4)).argmin()]
    axes = plot_line(u, tent(u, 4), xlabel="u", ylabel="", colour=GREY, ax=place)
    axes = plot_line(u, best, xlabel="u", ylabel="", colour=colour, ax=place)
    title = axes.set_title(f"{name}, the best of six starts", fontsize=10)

# %% [markdown]
# *What may we say?*
#
# - **The wave**: both follow it, and the wide one is even nearer. Depth bought nothing.
# - **The saw**: no wide network got it, though each has enough ReLUs. Some deep ones did, and others got stuck on the way.
#   So with depth it *could be found*, from some starts.
# - It is one saw, one wave and one number of parameters. Exercise 7 tries others.
#
# The course of 2018 said that one hidden layer always needs exponentially many parameters. That is too much: it depends on
# the function. But pictures are the kind of thing that depth is good for. Edges make corners, corners make eyes, eyes make
# faces: patterns within patterns. Lesson 08 looks at that.

# %%
quiz("07.1")

# %% [markdown]
# ## Fast
#
# Now the third wish. A layer multiplies each input by each weight. Here is one, as one would write it without thinking: 64
# inputs of 100 numbers each, and 100 units.


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
# **Vectorised** code says the same in one expression, `inputs @ weights.T`. *The same?*

# %% tags=["nbval-check-output"]
one_by_one, at_once = layer_by_loops(inputs, weights), inputs @ weights.T
print(
    one_by_one.shape, "equal:", np.allclose(one_by_one, at_once), f"with {inputs.size * len(weights):,} multiplications"
)

# %% [markdown]
# NumPy hands it to compiled code, which works on several numbers at once. *How many times as fast is it, as a power of ten?*
# (2 for a hundred times.)

# %%
predict_first("07.1", ...)

# %% [markdown]
# We measure both:

# %%
from helpers.device import default_device
from helpers.lessons.timing import seconds_for

loops = seconds_for(lambda: layer_by_loops(inputs, weights))
vectorised = seconds_for(lambda: inputs @ weights.T, times=20)
print(f"loops {1000 * loops:.0f} ms, vectorised {1000 * vectorised:.3f} ms: {loops / vectorised:,.0f} times as fast")
reveal("07.1", np.log10(loops / vectorised))
assert loops / vectorised > 20

# %% [markdown]
# Without that, no network would be trained in Python. It is why this course never loops over pixels.
#
# *And a GPU?* It has thousands of small processors, which all do the same to different numbers. Multiplying matrices is made
# for it. We multiply square matrices of several sizes, on the processor, and on a GPU if there is one. A matrix of side n
# takes n³ multiplications, and as many additions. (`.item()` asks for a number of the result, so that we wait for it.)


# %%
def billions_a_second(side, device):
    matrix = torch.randn(side, side, device=device)
    return 2 * side**3 / seconds_for(lambda: (matrix @ matrix)[0, 0].item(), times=5) / 1e9


sides = [32, 64, 128, 256, 512, 1024, 2048]
devices = ["cpu", *({default_device().type} - {"cpu"})]
speeds = {device: [billions_a_second(side, device) for side in sides] for device in devices}

# %% [markdown]
# Both axes go by factors here: the sides double, and the speeds go up by factors of ten.

# %%
axes = new_axes(size=(6, 3.2))
words = {"xlabel": "side of the matrices", "ylabel": "billion operations a second"}
for device, colour in zip(devices, (FIRST, THIRD), strict=False):
    axes = plot_line(sides, speeds[device], label=device, log_x=True, colour=colour, ax=axes, **words)
axes.set_yscale("log")
for device in devices:
    print(f"{device}: {max(speeds[device]):,.0f} billion operations a second at best")
if len(devices) == 1:
    print("There is no GPU here. Run this cell on a machine with one, and a second line appears.")

# %% [markdown]
# Small matrices are slow on any device: most of the time goes into getting started. A GPU needs large ones to show what it
# can. So one gives a network **batches** and not single pictures.
#
# Is a GPU needed for this course, then? No: lesson 00 and lesson 02 measured what a CPU really costs. It is needed where
# *all* numbers of a large network learn from very many pictures.

# %% [markdown]
# ## Why now?
#
# The parts are old. Gradient descent is from 1847, neurons in a computer from the 1950s, the training of several layers from
# the 1980s. *What took so long?* Three things came together around 2012.
#
# **Hardware.** The largest number of operations a second that one maker gives for its GPUs, by year. The dashed line is
# what this machine's processor has just reached.

# %%
from helpers.lessons.charts import plot_points

years = [2010, 2013, 2017, 2020, 2022]
single = [1.58, 4.29, 15.7, 19.5, 67]  # thousand billion operations a second, 32 bits, from the data sheets
names = ["GTX 580", "K40", "V100", "A100", "H100"]
words = {"xlabel": "year", "ylabel": "10¹² operations a second"}
axes = plot_points(years, single, names=names, label="32 bits", **words)
axes = plot_points(
    [2017, 2020, 2022], [125, 312, 989], label="16 bits, matrices", marker="^", colour=THIRD, ax=axes, **words
)
axes.axhline(max(speeds["cpu"]) / 1000, color=SECOND, linestyle="--", label="this processor, measured")
axes.set_yscale("log")
legend = axes.legend(frameon=False, fontsize=8)

# %% [markdown]
# AlexNet was trained on two GTX 580, cards for games, in 2012. (A maker's figure is a limit that no program quite reaches.
# Your processor's is measured. So the comparison flatters the GPUs.)
#
# **Data, and benchmarks.** ImageNet's yearly contest had 1.2 million labelled pictures of 1,000 classes to learn from. By
# others, the same for all, everybody was judged. So a better idea was *seen* to be better. The winners' share of mistakes,
# with five guesses for each picture (trained on the contest's own pictures alone):

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
# The leap is 2012, AlexNet: the first deep network to win. From then on all winners were deep. (The dashed line is one
# person's result, on part of the pictures. It is no proof that computers see better than people: it is this one contest.)
#
# **Algorithms.** Small ideas that made deep networks trainable. You have met most of them:
#
# | idea | year | where in this course |
# |---|---|---|
# | ReLU in place of the sigmoid | 2010 | lesson 05 |
# | a start that keeps sizes | 2010, 2015 | lesson 05 |
# | dropout | 2012 | the head of `learn` |
# | batch-norm | 2015 | `resnet10` has one after each convolution |
# | skip connections past layers (ResNet) | 2015 | `resnet10` |
# | pretrained networks for other tasks | 2013 and on | lesson 02 |
#
# And one thing that is none of the three: it was shared. Programs, data and papers lay open, and who had an idea on Monday
# could try it on Tuesday.

# %% [markdown]
# ## What has it done?
#
# The course of 2018 had a list. First the years up to then:
#
# | year | what | the answer is a |
# |---|---|---|
# | 2012 | AlexNet wins ImageNet; speech recognition moves to deep networks | class |
# | 2014 | Skype Translator, from speech to speech in another language (a preview) | sentence |
# | 2014 | Enlitic is founded, to search scans for tumours (its figures were the company's own) | class |
# | 2015 | Smart Reply in Google's Inbox proposes short answers to a mail | sentence |
# | 2016 | AlphaGo beats Lee Sedol, 4 to 1 | move |
# | 2016 | Neural Doodle: a sketch becomes a painting in a chosen style | picture |
# | 2017 | AlphaGo Zero learns Go from the rules alone, by playing against itself | move |
# | 2018 | Generative Query Networks imagine a scene from another side | picture |
#
# Inside Google, by its own count, it went from hardly any projects with deep networks in 2012 to thousands in 2016.
#
# And since:
#
# | year | what | the answer is a |
# |---|---|---|
# | 2018 | BERT and GPT: a network reads much text first, and is fitted to a task later, as in lesson 02 | word |
# | 2020 | AlphaFold 2 foretells the shape of most proteins of a contest, nearly as well as measurement | shape |
# | 2021 | CLIP connects pictures with sentences | score |
# | 2022 | Stable Diffusion and others paint what a sentence says | picture |
# | 2022 | Whisper writes down speech in many languages; ChatGPT answers | sentence |
# | 2023 | GraphCast forecasts the weather of ten days, in a minute | map |
# | 2024 | Nobel prizes: physics for neural networks, chemistry for proteins | |
#
# *Is there anything that all of these have in common?* Look at the third column. In each there are many examples of what
# goes in and what should come out, or a rule that says who won. Then it is a function that can be fitted, and the three
# wishes do the rest.
#
# Much was promised that did not come. In 2016 Geoffrey Hinton advised to train no more radiologists: within five years, or
# ten, networks would do better. Radiologists are still at work, and sought. A classifier that is good on its folder may be
# poor in the next hospital, for the same reason that the new bots of lesson 06 passed. Ask of every such report: **on which
# pictures, with which interval, and compared with what?**

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
# **To take along**
#
# - Layers multiply pieces, units add them. Depth pays where patterns are made of patterns.
# - Compare with equal parameters and several starts. One run of each is an anecdote.
# - Vectorised code and large matrices make it fast.
# - Hardware, data with benchmarks, and small algorithms came together around 2012, and were shared.
# - Where there are many examples of what goes in and what should come out, there is a function to fit.
#
# **You can now** say why networks are deep, and why they came when they did. Lesson 08 opens one, and looks for the patterns
# within patterns.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/07_deep_and_fast.ipynb) hold all answers.
#
# **1.** Write `saw(u, times)` with `np.maximum`: `times` tents of this lesson, each put into the next. `u` is an array of
# numbers from 0 to 1, and `saw(u, 1)` is the tent itself. (Three lines or more.)


# %%
def saw(u, times):
    # your lines in place of the dots
    ...


check("07.1", saw)

# %% [markdown]
# **2.** A saw of a million straight pieces or more: how many hidden layers of two ReLUs make it?

# %%
layers_needed = ...
check("07.2", layers_needed)

# %% [markdown]
# **3.** A network `[1, 12, 12, 1]`. How many units has the network with *one* hidden layer and the same number of parameters?

# %%
units = ...
check("07.3", units)

# %% [markdown]
# **4.** Write `layer(inputs, weights, offsets)` without a loop: inputs (n, i), weights (u, i) and offsets (u,) come in, what
# a layer of ReLU units makes of them goes out, (n, u).


# %%
def layer(inputs, weights, offsets):
    # your line in place of the dots
    ...


check("07.4", layer)

# %% [markdown]
# **5.** Write `nearest(pictures, examples)` without a loop: arrays (n, i) and (m, i) come in, one row for each picture. For
# each of the n pictures, the index of the nearest example goes out, (n,). Near means: the sum of the squared differences is
# small. (Three lines or so. `pictures[:, None]` has the shape (n, 1, i). Subtract an array (m, i) from it, and the result has
# the shape (n, m, i).)


# %%
def nearest(pictures, examples):
    # your lines in place of the dots
    ...


check("07.5", nearest)

# %% [markdown]
# **6.** The person of the dashed line labelled 1,500 pictures of the contest, and was wrong about 76. Compute the 95 % interval
# of the share of mistakes, as two fractions. (`from helpers.statistics import wilson_interval`, as in lesson 02.) Does the
# share of any winner lie in it?

# %%
interval = ...
check("07.6", interval)

# %% [markdown]
# **7.** Without a check: other rates, other saws. Does a wide network with 901 parameters get the saw of 16 pieces at a rate of
# 0.03? Do both get a saw of 8? What about 32?
#
# ## Links
#
# - Telgarsky, [Benefits of depth in neural networks](https://arxiv.org/abs/1602.04485) (2016)
# - Kingma and Ba, [Adam](https://arxiv.org/abs/1412.6980) (2014)
# - Harris and others, [Array programming with NumPy](https://doi.org/10.1038/s41586-020-2649-2) (2020)
# - Russakovsky and others, [ImageNet large scale visual recognition challenge](https://arxiv.org/abs/1409.0575) (2014): the
#   contest, and two people who tried it
# - Chollet, *Deep learning with Python*: its first chapter asks why now, and answers at length
#
# **Next**: [08 · Inside the network](08_inside_the_network.ipynb)
