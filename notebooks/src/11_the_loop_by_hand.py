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
# - find what is wrong with a loop that runs but does not learn;
# - resume a run that was interrupted, and say what a checkpoint must hold.
#
# **Time**: 20 minutes to read and try, and 45 for the exercises. All cells together run in 10 seconds on two CPU cores.
#
# **Needs**: lesson 03 (the loop, cycles), lesson 09 (the whole network), lesson 10 (`loss.backward()`). No GPU, no
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
# So far `fit` has trained our image classifiers. *What does it do?* In the first half of this lesson we write it
# ourselves. In the second half we interrupt a run and resume it.
#
# The pictures are those of lesson 09, at `sz = 96` and without augmentation:

# %%
import io
from contextlib import redirect_stdout

import numpy as np
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.plots import THIRD, plot_line

PATH = get_data("sample")
arch, sz = "resnet10", 96
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
quiet = redirect_stdout(io.StringIO())  # inside "with quiet", print shows nothing

# %% [markdown]
# ## The loop, in plain PyTorch
#
# `learn.fit(0.01, 2)` stands for a small program, and you have seen all its parts. *What does it train on?* The kept
# activations of the training pictures (`precompute=True`, lesson 02), and their labels:

# %% tags=["nbval-check-output"]
with quiet:
    ours = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
    features = ours.activations("train").features
labels = torch.from_numpy(data.train.labels).to(features.device)
print("activations", tuple(features.shape), " labels", tuple(labels.shape))

# %% [markdown]
# *What learns?* The head. We copy the learner's head while it is untrained, so that our loop and `fit` start with the
# same weights. Two kinds of layer behave differently in training and afterwards. **Dropout** (lesson 02) sets a random
# part of its inputs to 0 at each step. **Batch-norm** (lesson 08) uses the mean and the variance of each batch.
# `head.train()` selects this behaviour. After `head.eval()` dropout does nothing, and batch-norm uses the averages that
# it has kept. (Its own `momentum` says how fast these follow the batches.) The optimiser is `SGD` with momentum, from
# lesson 03.

# %%
from copy import deepcopy

head = deepcopy(ours.model.head)
optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)
print(head)

# %% [markdown]
# *What is training?* A loop over epochs. Each epoch puts all pictures into a new random order and cuts it into batches
# of 64. For each batch there are five lines: they compute the loss, set the old gradients to zero, compute the new ones
# (lesson 10), take a step, and note the loss.

# %%
from torch.nn.functional import cross_entropy

torch.manual_seed(1)
losses = []
for _ in range(2):  # epochs
    head.train()
    for rows in torch.randperm(len(labels)).split(64):
        loss = cross_entropy(head(features[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

# %% [markdown]
# Now `fit`, on the same activations. The two runs differ in the order of the pictures and in what dropout drops, so the
# losses of individual steps differ. But the mean losses of each epoch should be close:

# %%
with quiet:
    history = ours.fit(0.01, 2)
for name, found in [("learn.fit(0.01, 2)", ours.sched.losses), ("plain PyTorch", losses)]:
    print(f"{name:<19} mean loss in epoch 1 {np.mean(found[:16]):.3f}, in epoch 2 {np.mean(found[16:]):.3f}")
axes = plot_line(range(1, 33), ours.sched.losses, xlabel="step", ylabel="training loss", label="learn.fit(0.01, 2)")
dots = axes.plot(range(1, 33), losses, "o", color=THIRD, markersize=4, label="plain PyTorch")
legend = axes.legend(frameon=False)

# %% [markdown]
# *And the accuracy?* It is the share of validation pictures that are classified correctly, measured without dropout and
# without gradients:

# %%
seen = ours.activations("valid").features
with torch.inference_mode():
    answers = head.eval()(seen).argmax(dim=1).cpu().numpy()
accuracy = (answers == data.valid.labels).mean()
print(f"learn.fit(0.01, 2): {100 * history[-1].accuracy:.1f} %, plain PyTorch: {100 * accuracy:.1f} %")

# %% [markdown]
# ### Cycles
#
# In a cycle only one thing is different: the rate changes from step to step. It follows half a cosine, which falls from
# 1 to −1, scaled so that it falls from 0.01 nearly to 0:

# %% tags=["nbval-check-output"]
import math


def falling(step):
    return 0.01 * (1 + math.cos(math.pi * step / 16)) / 2


print("rates:", [round(falling(step), 4) for step in (0, 4, 8, 12, 15)])

# %% [markdown]
# We put one epoch into a function, with the order of the pictures and the rate as arguments:


# %%
def one_epoch(head, optimizer, order, rate):
    head.train()
    for step, rows in enumerate(order.split(64)):
        optimizer.param_groups[0]["lr"] = rate(step)
        loss = cross_entropy(head(features[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())


# %% [markdown]
# *Is this exactly what `fit` does?* If both runs start with the same weights, take the same order and drop the same
# activations, every loss should be the same. `fit` derives all random numbers from the seed and the epoch number. We
# borrow the two lines of its source that do it:

# %% tags=["nbval-check-output"]
from helpers.batches import epoch_order

with quiet:
    ours = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
    head = deepcopy(ours.model.head)
    ours.fit(0.01, 2, cycle_len=1)
optimizer = torch.optim.SGD(head.parameters(), momentum=0.9)
losses = []
for epoch in range(2):
    torch.manual_seed(int(np.random.SeedSequence((1, epoch)).generate_state(1)[0]))  # for dropout
    order = torch.from_numpy(epoch_order(len(labels), seed=1, epoch=epoch))
    one_epoch(head, optimizer, order, falling)
print("equal losses:", np.allclose(losses, ours.sched.losses, rtol=1e-3), "in", len(losses), "steps")
assert np.allclose(losses, ours.sched.losses, rtol=1e-3)

# %% [markdown]
# The losses are equal at each step, to within a thousandth. So we know what `fit` does on kept activations. This table
# adds lines that we did not compare:
#
# | course of 2018 | here | plain PyTorch |
# |---|---|---|
# | `precompute=True` | the same | run the body once, under `torch.inference_mode()`, and keep its activations |
# | `learn.fit(0.01, 2)` | the same | the loop above, with `SGD(head.parameters(), lr=0.01, momentum=0.9)` |
# | `cycle_len=1` | the same | set `param_groups[0]["lr"]` before each step |
# | `learn.unfreeze()` | the same | `body.requires_grad_(True)`; its batch-norm layers stay in `eval()` and keep their averages |
# | `learn.fit([1e-4, 1e-3, 1e-2], …)` | the same | `SGD([{"params": early, "lr": 1e-4}, …])`: a dictionary per group |
# | `learn.TTA()` | `learn.tta()` | the mean of the softmax outputs for the picture and four augmented copies |
# | `learn.save("name")` | the same | `safetensors.torch.save_file(model.state_dict(), "name.safetensors", metadata)`; `metadata` holds classes, size and so on |

# %%
quiz("11.1")

# %% [markdown]
# ## A run that can be interrupted
#
# A long run may be interrupted: the battery runs out, others need the machine, the notebook's kernel is killed. A
# **checkpoint** is a file that holds all that a run needs to continue. With `checkpoint="a-name"`, `fit` writes it
# after each epoch.
#
# To see it at work, we interrupt a run ourselves. First we delete the file of an earlier run, and write a function that
# makes a new learner each time:

# %%
(data.models_folder / "long-run.checkpoint").unlink(missing_ok=True)  # from an earlier time through this lesson


def new_learner():
    return ConvLearner.pretrained(arch, data, precompute=True, seed=1)


# %% [markdown]
# An **observer** is an object whose methods `fit` calls after each step and each epoch. This one raises a
# `KeyboardInterrupt` after 5 of the 16 steps of the third epoch, as if you had pressed ■.


# %%
class Interrupt:
    done = 0

    def on_epoch_end(self, row):
        self.done = row.epoch

    def on_batch_end(self, step, loss):
        if self.done == 2 and step == 5:
            raise KeyboardInterrupt


interrupted = new_learner().fit(0.01, 2, cycle_len=2, checkpoint="long-run", observers=[Interrupt()])

# %% [markdown]
# Two epochs are finished and in the file; the five steps of the third are not. They were only in the learner's memory,
# and we kept no name for that learner (`interrupted` is what `fit` returned). Now a new learner, and **the same line
# again**, without the observer:

# %%
resumed = new_learner()
history = resumed.fit(0.01, 2, cycle_len=2, checkpoint="long-run")

# %% [markdown]
# It went on with the third epoch. *Is the result what it would have been?* We compare every loss with those of an
# uninterrupted run:

# %% tags=["nbval-check-output"]
uninterrupted = new_learner()
with quiet:
    history = uninterrupted.fit(0.01, 2, cycle_len=2)
one, other = resumed.sched.losses, uninterrupted.sched.losses
print("equal losses:", np.allclose(one, other, rtol=1e-4), "in", len(one), "and", len(other), "steps")
assert np.allclose(one, other, rtol=1e-4)

# %% [markdown]
# The first 32 losses of the resumed run come from the file; the other 32 were computed after the interruption. Here are
# both runs, with a dashed line where we interrupted:

# %%
axes = plot_line(range(1, 65), other, xlabel="step", ylabel="training loss", label="uninterrupted")
dots = axes.plot(range(1, 65), one, "o", color=THIRD, markersize=4, label="interrupted and resumed")
line = axes.axvline(32.5 + 5, color="black", linestyle="--", linewidth=1)
legend = axes.legend(frameon=False, loc=(0.1, 0.8))

# %% [markdown]
# The five steps before the dashed line were taken again, with the same pictures in the same order. So the file holds
# more than the weights: also the optimiser's momentum, the losses and table so far, and the seed.
#
# A finished run is not trained again: the same line then returns its history. For a new run, give a new name.
#
# *Does a run survive a killed kernel?* An interruption is an error that `fit` catches; a killed kernel catches nothing.
# Try it: make a learner with a seed and `precompute=False` (slow enough to be killed in time), and run 30 epochs with
# `checkpoint="kill-me"`. Kill the kernel after a few epochs: in JupyterLab, *Kernel*, *Restart Kernel*. Then run the
# cells that make `data` and the learner, and the same line. What does it say before the table? (The
# [solutions](solutions/11_the_loop_by_hand.ipynb) answer this one.)

# %%
quiz("11.2")

# %% [markdown]
# ## The steps again
#
# ```python
# optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)
# for epoch in range(2):
#     one_epoch(head, optimizer, torch.randperm(len(labels)), rate=lambda step: 0.01)
# answers = head.eval()(seen).argmax(dim=1)
#
# learn.fit(0.01, 2, checkpoint="long-run")             # after an interruption: the same line again
# ```
#
# **What to remember**
#
# - `fit` on kept activations is a loop over epochs, a loop over batches, and five lines in it.
# - In a cycle only the rate changes, from step to step.
# - In `fit`, everything random comes from the seed and the epoch, so two runs can be compared step by step.
# - A checkpoint holds the weights, the momentum, the number of epochs done, and the seed.
#
# **You can now** write the loop behind `fit`, and make a long run safe. Lesson 12 takes your own pictures.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/11_the_loop_by_hand.ipynb) hold all
# answers.
#
# **1.** This loop runs without an error but does not train well. Three things are wrong with it.
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
# **2.** Write `measure(model, batches)`. It takes a model and a list of pairs, inputs and labels; the last batch may be
# smaller. It returns two numbers: the mean loss over all inputs, and the share of them that is classified correctly.
# Measure without dropout and without gradients. (Five lines or more. `cross_entropy(scores, labels, reduction="sum")`
# adds up instead of taking the mean.)


# %%
def measure(model, batches):
    # your lines in place of the dots
    ...


check("11.2", measure)

# %% [markdown]
# **3.** Write what `SGD` does, `momentum_step(weight, gradient, velocity, rate, momentum)`. The new velocity is
# `momentum` times the old one, plus the gradient. The new weight is the old one, minus `rate` times the new velocity.
# Return both, the weight first.


# %%
def momentum_step(weight, gradient, velocity, rate, momentum):
    # your lines in place of the dots
    ...


check("11.3", momentum_step)

# %% [markdown]
# **4.** The kernel was killed in the middle of the fifth epoch of `learn.fit(0.01, 3, cycle_len=1, cycle_mult=2,
# checkpoint="long-run")`. You make a new learner and type the same line again. How many epochs does it train?

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
# Write `resume(path, model, optimizer)`, for a model and an optimiser that were just made. Afterwards both are as they
# were when the file was saved. (The order of the pictures will differ: this file keeps no seed.) Return how many epochs
# are done. (Four lines or so. `torch.load(path)` returns the dictionary. `state_dict()` gives all numbers of a model or
# optimiser; `load_state_dict` puts them back.)


# %%
def resume(path, model, optimizer):
    # your lines in place of the dots
    ...


check("11.5", resume)

# %% [markdown]
# **6.** A small project, from an empty cell and without looking above: a whole run with a falling rate and a validation
# set. Write `my_fit(model, train, valid, rate, epochs, batch_size)`; `train` and `valid` are pairs, inputs and labels.
# Train with `SGD` and a momentum of 0.9. Each epoch shows every training input once, in a new random order, in batches
# of `batch_size`; the last batch may be smaller. The rate falls over the whole run as half a cosine: in step t of T,
# counted from 0, it is `rate · (1 + cos(π · t / T)) / 2`. After each epoch, measure the accuracy on the validation set
# as in exercise 2. Return two lists: the loss of each step, and the accuracy (from 0 to 1) after each epoch. (Fifteen
# lines or so.)


# %%
def my_fit(model, train, valid, rate, epochs, batch_size):
    # your lines in place of the dots
    ...


check("11.6", my_fit)

# %% [markdown]
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
