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
# # 11 · The loop by hand
#
# **After this lesson you can**
#
# - write the training loop yourself, in plain PyTorch, and get the same losses as `fit`;
# - say for each short line of this course what it stands for;
# - find what is wrong with a loop that runs and does not learn;
# - go on with a run after the kernel was killed, and say what a checkpoint must hold.
#
# **Time**: 25 minutes to read and try, and 35 for the exercises. All cells together run in 10 seconds on two CPU cores.
#
# **Needs**: lesson 02 (the five lines), lesson 03 (cycles), lesson 09 (the whole network). No GPU, no network.

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
# In lesson 09, `fit` did all of the training. *What does it do?* In the first half of this lesson we write it
# ourselves. In the second half we break off a run of `fit`, and go on with it.
#
# The pictures are those of lesson 09, at `sz = 96` and without augmentation:

# %%
import io
from contextlib import redirect_stdout

import numpy as np
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.device import default_device
from helpers.plots import THIRD, plot_line

PATH = get_data("sample")
arch, sz = "resnet10", 96
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
quiet = redirect_stdout(io.StringIO())  # inside of "with quiet", print does not show

# %% [markdown]
# ## The loop, in plain PyTorch
#
# `learn.fit(0.01, 2)` stands for a small program. You have seen all of its parts. We now write it, without `fit`, and
# expect **the same losses**, step by step.
#
# Some processors are quicker with short numbers, of 16 bits, and then `helpers` uses them. For this comparison we want
# all 32 bits. The engine below `fit` is called *Fabric*, and a learner takes one that you set up yourself. Lesson 13
# says more.

# %%
from lightning_fabric import Fabric

exact = Fabric(accelerator=default_device().type, devices=1, precision="32-true")


def exact_learner():
    return ConvLearner.pretrained(arch, data, precompute=True, seed=1, fabric=exact)


# %% [markdown]
# *What goes in?* The kept activations of the training pictures, 1,024 numbers for each, and the labels.

# %%
ours = exact_learner()
kept = ours.activations("train")
device = ours.fabric.device
features, labels = kept.features.to(device), torch.from_numpy(data.train.labels).to(device)

# %% [markdown]
# A row for each picture:

# %% tags=["nbval-check-output"]
print("activations", tuple(features.shape), " labels", tuple(labels.shape))

# %% [markdown]
# *What learns?* The head: seven layers, as in lesson 02's summary. It starts with the random numbers of the seed. Two
# kinds of layers behave differently while it learns. **Dropout** sets a part of its inputs to 0, drawn anew at each
# step, so that no answer hangs on a few of them. **Batch-norm** (lesson 08) measures each batch. `head.train()`
# switches both on. With `head.eval()` dropout does nothing, and batch-norm uses what it has kept. **SGD**, *stochastic
# gradient descent*, takes the steps, and `momentum=0.9` lets each step keep nine tenths of the speed of the one before.

# %%
head = exact_learner().model.head
optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)
print(head)

# %% [markdown]
# *What is an epoch?* All pictures in a new order, cut into batches, and for each batch the five lines of lesson 02.
# `rate` is a function that says how large the rate is at each step.

# %%
from helpers.batches import epoch_order
from helpers.data import split_evenly
from torch.nn.functional import cross_entropy


def one_epoch(head, optimizer, epoch, rate):
    head.train()
    for step, places in enumerate(split_evenly(epoch_order(len(labels), seed=1, epoch=epoch), 64)):
        optimizer.param_groups[0]["lr"] = rate(step)
        loss = cross_entropy(head(features[places]), labels[places])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())


# %% [markdown]
# *And training?* Two epochs. `seed_epoch` sets all chance from the seed and the epoch, for the dropout, as `fit` does.
# `one_thread` is for speed only: so small a network is slower on two.

# %%
from helpers.device import one_thread


def seed_epoch(epoch):
    torch.manual_seed(int(np.random.SeedSequence((1, epoch)).generate_state(1)[0]))


losses = []
for epoch in range(2):
    seed_epoch(epoch)
    with one_thread():
        one_epoch(head, optimizer, epoch, rate=lambda step: 0.01)

# %% [markdown]
# Now the call of 2018, and of this course, for the same pictures, the same seed:

# %% tags=["nbval-check-output"]
with quiet:
    ours_history = ours.fit(0.01, 2)
print("equal losses:", np.allclose(losses, ours.sched.losses, rtol=1e-3), "in", len(losses), "steps")
assert np.allclose(losses, ours.sched.losses, rtol=1e-3)

# %% [markdown]
# Both in one figure: the line is `fit`, the dots are our loop.

# %%
axes = plot_line(range(1, 33), ours.sched.losses, xlabel="step", ylabel="training loss", label="learn.fit(0.01, 2)")
dots = axes.plot(range(1, 33), losses, "o", color=THIRD, markersize=4, label="the loop in plain PyTorch")
legend = axes.legend(frameon=False)

# %% [markdown]
# And the accuracy? Without dropout, `head.eval()`, and without slopes, on the validation pictures' activations:

# %%
seen = ours.activations("valid").features

# %% [markdown]
# It is the share of answers that are right:

# %% tags=["nbval-check-output"]
with torch.inference_mode():
    answers = head.eval()(seen.to(device)).argmax(dim=1).cpu().numpy()
accuracy = (answers == data.valid.labels).mean()
print("equal accuracy:", abs(accuracy - ours_history[-1].accuracy) < 0.01)

# %% [markdown]
# *And cycles?* The rate of a step is all that changes. Half a cosine falls from 1 to −1, and we want it to fall from
# the rate to 0:

# %% tags=["nbval-check-output"]
import math

head, losses, ours = exact_learner().model.head, [], exact_learner()
optimizer = torch.optim.SGD(head.parameters(), momentum=0.9)
for epoch in range(2):
    seed_epoch(epoch)
    with one_thread():
        one_epoch(head, optimizer, epoch, rate=lambda step: 0.01 * (1 + math.cos(math.pi * step / 16)) / 2)
with quiet:
    ours_history = ours.fit(0.01, 2, cycle_len=1)
print("equal losses:", np.allclose(losses, ours.sched.losses, rtol=1e-3))
assert np.allclose(losses, ours.sched.losses, rtol=1e-3)

# %% [markdown]
# So the short lines hide nothing. Side by side:
#
# | 2018 | here | plain PyTorch |
# |---|---|---|
# | `precompute=True` | the same | run the body once, under `torch.inference_mode()`, and keep what it gives |
# | `learn.fit(0.01, 2)` | the same | the loop above, with `SGD(head.parameters(), lr=0.01, momentum=0.9)` |
# | `cycle_len=1` | the same | set `param_groups[0]["lr"]` before each step |
# | `learn.unfreeze()` | the same | `body.requires_grad_(True)`; batch-norm layers of a pretrained body stay in `eval()` |
# | `learn.fit([1e-4, 1e-3, 1e-2], …)` | the same | `SGD([{"params": early, "lr": 1e-4}, …])`: one dictionary per group |
# | `learn.TTA()` | `learn.tta()` | the mean of the softmax over five views |
# | `learn.save("name")` | the same | `safetensors.torch.save_file(model.state_dict(), "name.safetensors")` |

# %%
quiz("11.1")

# %% [markdown]
# ## A run that survives
#
# A long run can break off: the battery is empty, the machine is needed, the kernel is killed. In 2018 one started long
# runs inside `tmux`, which keeps a program alive when the connection to a remote machine breaks. Against a killed
# kernel it does nothing. A **checkpoint** does: after each epoch, all that the run needs is written into one file. You
# only give it a name.
#
# We want to see it, so we pull the plug ourselves. First we delete the file of an earlier try, and write a function
# that makes a new learner each time:

# %%
(data.models_folder / "long-run.checkpoint").unlink(missing_ok=True)  # from an earlier time through this lesson


def new_learner():
    return ConvLearner.pretrained(arch, data, precompute=True, seed=1)


# %% [markdown]
# An **observer** is an object that `fit` calls as it goes. It may watch, and it may ask to stop. This one interrupts
# the run in the middle of the third epoch, as if you had pressed ■.


# %%
class PullThePlug:
    done = 0

    def on_epoch_end(self, row):
        self.done = row.epoch

    def on_batch_end(self, step, loss):
        if self.done == 2 and step == 5:
            raise KeyboardInterrupt


broken = new_learner().fit(0.01, 2, cycle_len=2, checkpoint="long-run", observers=[PullThePlug()])

# %% [markdown]
# Two epochs are done, and the third is lost. The learner is gone, too: we gave it no name. Now a new one, and **the
# same line again**, without the plug:

# %%
resumed = new_learner()
history = resumed.fit(0.01, 2, cycle_len=2, checkpoint="long-run")

# %% [markdown]
# It went on with the third epoch. *Is the result what it would have been?* An unbroken run, and every loss of both:

# %% tags=["nbval-check-output"]
unbroken = new_learner()
with quiet:
    history = unbroken.fit(0.01, 2, cycle_len=2)
print(len(resumed.sched.losses), len(unbroken.sched.losses), np.allclose(resumed.sched.losses, unbroken.sched.losses))
assert np.allclose(resumed.sched.losses, unbroken.sched.losses, rtol=1e-4)

# %% [markdown]
# Equal, for all 64 steps. As a figure, with a dashed line where we pulled the plug:

# %%
axes = plot_line(range(1, 65), unbroken.sched.losses, xlabel="step", ylabel="training loss", label="unbroken")
dots = axes.plot(range(1, 65), resumed.sched.losses, "o", color=THIRD, markersize=4, label="interrupted, and resumed")
line = axes.axvline(32.5 + 5, color="black", linestyle="--", linewidth=1)
legend = axes.legend(frameon=False, loc=(0.1, 0.8))

# %% [markdown]
# The steps of the third epoch that were lost have been done again, with the same pictures in the same order. For that,
# the file holds more than the weights: also what the optimiser remembers (its momentum), how many epochs are done, and
# the seed, which with the number of the epoch decides all chance.
#
# A finished run is not trained again: the same line then gives back what there was. For a new run, give a new name.

# %%
quiz("11.2")

# %% [markdown]
# ## The steps again
#
# ```python
# optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)
# for epoch in range(2):
#     seed_epoch(epoch)
#     one_epoch(head, optimizer, epoch, rate=lambda step: 0.01)
# answers = head.eval()(seen).argmax(dim=1)
#
# learn.fit(0.01, 2, checkpoint="long-run")             # goes on after a killed kernel: the same line again
# ```
#
# **To take along**
#
# - The short lines hide nothing: a loop over epochs, a loop over batches, and five lines in it.
# - A cycle is another rate at each step, and nothing else.
# - All chance comes from the seed and the epoch. So two runs can be compared step by step.
# - A checkpoint holds the weights, what the optimiser remembers, how far the run is, and the seed.
#
# **You can now** write down everything that `fit` does, and make a long run safe. Lesson 12 takes your own pictures,
# lesson 13 takes the loop to several machines.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/11_the_loop_by_hand.ipynb) hold all
# answers.
#
# **1.** This loop runs without an error, and what it trains is useless. Three things are wrong with it.
#
# ```python
# def train(model, optimizer, batches):
#     model.eval()
#     for inputs, labels in batches:
#         loss = cross_entropy(model(inputs).softmax(dim=1), labels)
#         loss.backward()
#         optimizer.step()
# ```
#
# Write `train(model, optimizer, batches)` as it should be. (Six lines or so.)


# %%
def train(model, optimizer, batches):
    # your lines in place of the dots
    ...


check("11.1", train)

# %% [markdown]
# **2.** Write `measure(model, batches)`. It gets a model and a list of pairs, inputs and labels; the last batch may be
# smaller. It gives back two numbers: the mean loss of all the inputs, and the share of them that is classified
# correctly. No dropout, and no gradients. (Five lines or more. `cross_entropy(scores, labels, reduction="sum")` adds up
# in place of taking the mean.)


# %%
def measure(model, batches):
    # your lines in place of the dots
    ...


check("11.2", measure)

# %% [markdown]
# **3.** Write what `SGD` does, `momentum_step(weight, gradient, velocity, rate, momentum)`. The new velocity is
# `momentum` times the old one, plus the gradient. The new weight is the old one, minus `rate` times the new velocity.
# Give both back, the weight first.


# %%
def momentum_step(weight, gradient, velocity, rate, momentum):
    # your lines in place of the dots
    ...


check("11.3", momentum_step)

# %% [markdown]
# **4.** The kernel was killed in the middle of the fifth epoch of
# `learn.fit(0.01, 3, cycle_len=1, cycle_mult=2, checkpoint="long-run")`. You make a new learner and type the same line
# again. How many epochs does it train?

# %%
epochs_left = ...
check("11.4", epochs_left)

# %% [markdown]
# **5.** A loop of yours saved its state after every epoch, with
#
# ```python
# torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epochs": epochs_done}, path)
# ```
#
# Write `resume(path, model, optimizer)`, for a model and an optimiser that were just made. Afterwards training goes on
# as if it had never been interrupted. Give back how many epochs are done. (Four lines or so. `torch.load(path)` gives
# the dictionary back, and `load_state_dict` is the other half of `state_dict`.)


# %%
def resume(path, model, optimizer):
    # your lines in place of the dots
    ...


check("11.5", resume)

# %% [markdown]
# **6.** From an empty cell: write `my_fit(model, inputs, labels, rate, epochs, batch_size)`. It trains a model with
# `SGD` and a momentum of 0.9. Each epoch shows every input once, in an order of its own, in batches of `batch_size`;
# the last batch may be smaller. It gives back a list of numbers, the loss of each step. (Ten lines or so.
# `torch.randperm(n)` gives the numbers from 0 to n − 1 in a random order, and `.split(size)` cuts them.)


# %%
def my_fit(model, inputs, labels, rate, epochs, batch_size):
    # your lines in place of the dots
    ...


check("11.6", my_fit)

# %% [markdown]
# **7.** Without a check: start a run of 30 epochs with `checkpoint="kill-me"`, a seed and kept activations switched
# off. Kill the kernel while it trains: in JupyterLab, *Kernel*, *Restart Kernel*. Then run the cells that make `data`
# and the learner, and the same line.
#
# ## Links
#
# - [Training with PyTorch](https://docs.pytorch.org/tutorials/beginner/introyt/trainingyt.html): the same loop, in its
#   own words
# - [PyTorch's optimisers](https://docs.pytorch.org/docs/stable/optim.html), with groups of parameters
# - [Saving and loading models](https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html): state dicts and
#   checkpoints
# - [Reproducibility](https://docs.pytorch.org/docs/stable/notes/randomness.html): what a seed decides, and what it does
#   not
# - Karpathy, [A recipe for training neural networks](https://karpathy.github.io/2019/04/25/recipe/) (2019): which
#   mistakes run without an error
#
# **Next**: [12 · Your own images](12_your_own_images.ipynb)
