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
# # 11 · The loop by hand: solutions
#
# The questions of [lesson 11](../11_the_loop_by_hand.ipynb) and one good answer to each. Yours may look different and
# be as right: the check decides.
#
# **Time**: 15 minutes. **Needs**: the lesson, tried first.

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
# **1.** The three faults of the loop: evaluation mode switches dropout off; `cross_entropy` does the softmax itself;
# and without `zero_grad` each step is taken along the sum of all gradients so far.

# %% tags=["nbval-check-output"]
import torch
from torch.nn.functional import cross_entropy


def train(model, optimizer, batches):
    model.train()
    for inputs, labels in batches:
        loss = cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


check("11.1", train)

# %% [markdown]
# **2.** Write `measure(model, batches)`. The mean of the batches' means would give the inputs of a small last batch
# more weight than all others.


# %% tags=["nbval-check-output"]
@torch.no_grad()
def measure(model, batches):
    model.eval()
    loss, correct, count = 0, 0, 0
    for inputs, labels in batches:
        scores = model(inputs)
        loss += cross_entropy(scores, labels, reduction="sum").item()
        correct += (scores.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return loss / count, correct / count


check("11.2", measure)

# %% [markdown]
# **3.** Write `momentum_step(weight, gradient, velocity, rate, momentum)`: first the velocity, then the step by it.


# %% tags=["nbval-check-output"]
def momentum_step(weight, gradient, velocity, rate, momentum):
    velocity = momentum * velocity + gradient
    weight = weight - rate * velocity
    return weight, velocity


check("11.3", momentum_step)

# %% [markdown]
# **4.** Cycles of 1, 2 and 4 epochs make seven epochs, and four were finished:

# %% tags=["nbval-check-output"]
check("11.4", 1 + 2 + 4 - 4)

# %% [markdown]
# **5.** Write `resume(path, model, optimizer)`. With `weights_only=True`, nothing in the file is run: only tensors and
# plain values are read.


# %% tags=["nbval-check-output"]
def resume(path, model, optimizer):
    kept = torch.load(path, weights_only=True)
    model.load_state_dict(kept["model"])
    optimizer.load_state_dict(kept["optimizer"])
    return kept["epochs"]


check("11.5", resume)

# %% [markdown]
# **6.** The project. The rate falls along half a cosine:

# %%
import math


def cosine(rate, step, steps):
    return rate * (1 + math.cos(math.pi * step / steps)) / 2


# %% [markdown]
# `measure` of exercise 2 takes a list of batches, and the whole validation set is one batch.


# %%
def my_fit(model, train, valid, rate, epochs, batch_size):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    losses, accuracies, steps = [], [], epochs * math.ceil(len(train[1]) / batch_size)
    for _ in range(epochs):
        model.train()
        for rows in torch.randperm(len(train[1])).split(batch_size):
            optimizer.param_groups[0]["lr"] = cosine(rate, len(losses), steps)
            loss = cross_entropy(model(train[0][rows]), train[1][rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        accuracies.append(measure(model, [valid])[1])
    return losses, accuracies


# %% [markdown]
# The check trains a small network with it:

# %% tags=["nbval-check-output"]
check("11.6", my_fit)

# %% [markdown]
# `torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=steps)`, with its `step()` after each step of the
# optimiser, sets the same rates.
#
# **The killed kernel.** After the restart, the run says that it goes on from the checkpoint, and only the epochs that
# are left are trained.
#
# Back to [lesson 11](../11_the_loop_by_hand.ipynb).
