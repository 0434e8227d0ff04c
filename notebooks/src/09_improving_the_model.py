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
# # 09 · Improving the model
#
# **After this lesson you can**
#
# - show a network changed copies of its pictures, and say which changes are allowed;
# - train in cycles, and train the whole network with a rate for each part of it;
# - let a model look at a picture several times before it answers;
# - say after each step whether it is better, worse, or not distinguishable;
# - save a model, restore it, and follow a recipe for a good classifier.
#
# **Time**: 45 minutes to read and try, and 40 for the exercises. All cells together run in 50 seconds on two CPU cores.
#
# **Needs**: lessons 02 and 03. No GPU, no internet.

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
# ## Where we start
#
# In this lesson we try to make the classifier of lesson 02 better. We take the steps that the fast.ai course of 2018
# taught next: augmentation, cycles, the whole network, several looks at each picture. After each step we ask one
# question: **is it better, or does it only look so?**
#
# We work at `sz = 96`. Lesson 02 used 128, so there is something to improve.

# %%
import numpy as np
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

PATH = get_data("sample")
arch, sz = "resnet10", 96
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz, aug="side_on"))

# %% [markdown]
# Only `aug` is new. First we train as in lesson 02:

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
history = learn.fit(0.01, 2)

# %% [markdown]
# We keep what this model says about the 300 validation pictures, and compare every later step with it. (The accuracies
# may be a little too high, because `resnet10` was chosen on these same pictures: lesson 02.)

# %%
first = learn.predict_all()

# %% [markdown]
# The run began with a notice. *What is augmentation, and why did it have no effect?*
#
# ## More pictures from the same pictures
#
# A thousand pictures are few. But a cat seen in a mirror is still a cat, and so is a cat in the evening light. **Data
# augmentation** makes new training pictures by changing those we have. `aug` says how: `"side_on"` is for photographs
# taken from the side, as we usually see things.
#
# *What does it do?* Here is one picture, and seven changed copies of it:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.plots import show_images
from helpers.transforms import augment

picture = next(data.batches("train", order=[0])).pixels  # one picture, (1, 3, 96, 96)
indices = np.arange(7)
copies = augment(picture.repeat(7, 1, 1, 1), "side_on", seed=1, epoch=0, indices=indices)
axes = show_images([one.permute(1, 2, 0) for one in (*picture, *copies)], ["the picture"])

# %% [markdown]
# About half of the copies are mirrored, at random. Each is turned by a few degrees, moved and enlarged a little, and
# made lighter or darker.
#
# *Are the changes the same each time?* We make the copies again, for the same epoch and for the next:

# %% tags=["nbval-check-output"]
again, later = (augment(picture.repeat(7, 1, 1, 1), "side_on", seed=1, epoch=e, indices=indices) for e in (0, 1))
print("the same epoch, equal:", torch.equal(copies, again))
print("the next epoch, equal:", torch.equal(copies, later))

# %% [markdown]
# In the next epoch all copies are new. The network never sees the same numbers twice, so it is harder to learn a
# picture by heart. Yet a run is reproducible: the changes depend only on the seed, the epoch and the picture's number.
#
# ### Which changes are allowed?
#
# One rule decides: **a changed picture must still have its label**, and be one that the model could meet. Hardly
# anybody takes photographs of cats upside down. Pictures taken from above are different: fields seen from a plane have
# no side that is up. For these there is `"top_down"`, which also makes quarter turns.

# %%
quiz("09.1")

# %% [markdown]
# ### Your own
#
# `aug` also takes a function of yours. It gets one picture at a time, `uint8` of shape (3, `sz`, `sz`), and returns
# another. This one, called **cutout**, covers a square, so that the network cannot rely on one detail such as an ear:


# %%
def with_a_hole(picture):
    changed = picture.clone()
    row, column = torch.randint(0, 64, (2,)).tolist()
    changed[:, row : row + 32, column : column + 32] = 128
    return changed


holes = augment(picture.repeat(4, 1, 1, 1), with_a_hole, seed=1, epoch=0, indices=np.arange(4))
axes = show_images([one.permute(1, 2, 0) for one in holes])

# %% [markdown]
# To train with it, you would type `tfms_from_model(arch, sz, aug=with_a_hole)`. Draw random numbers with `torch`, as
# here: then your run is reproducible too.
#
# ### Why it had no effect
#
# The body ran **once** over the pictures, and its activations were kept (lesson 02). A picture that changes in every
# epoch has new activations each time, so there is nothing to keep. *Did `aug` really change nothing?* Here is a learner
# without augmentation, with the same seed:

# %% tags=["nbval-check-output"]
import io
from contextlib import redirect_stdout

quiet = redirect_stdout(io.StringIO())  # inside "with quiet", print shows nothing
unchanged = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
with quiet:
    plain = ConvLearner.pretrained(arch, unchanged, precompute=True, seed=1)
    plain_history = plain.fit(0.01, 2)
print("all losses equal:", plain.sched.losses == learn.sched.losses)

# %% [markdown]
# ## Cycles, on changed pictures
#
# Now we switch the kept activations off, and train for three more epochs on changed pictures. *By how many percentage
# points will the accuracy change?* Write down your guess, below 0 if you expect it to fall.

# %%
predict_first("09.1", ...)

# %% [markdown]
# Every picture now goes through the body in every epoch. `cycle_len=1` (lesson 03) makes each cycle one epoch long. In
# each cycle the rate falls from 0.01 towards 0 along half a cosine. `estimate` tries one batch, and says how long three
# epochs will take:

# %%
learn.precompute = False
print(learn.estimate(3))
history = learn.fit(0.01, 3, cycle_len=1)

# %% [markdown]
# *And the accuracy?*

# %%
second = learn.predict_all()
reveal("09.1", 100 * (second.accuracy - first.accuracy))

# %% [markdown]
# This does not yet say what *augmentation* did, because the model has also trained for three more epochs. So the other
# learner, `plain`, gets the same three epochs on unchanged pictures. Such a twin, equal in all but one thing, is called
# a **control**.

# %%
with quiet:
    plain_history = plain.fit(0.01, 3, cycle_len=1)
for name, row in [("changed", history[-1]), ("unchanged", plain_history[-1])]:
    print(f"{name:<10} train loss {row.train_loss:.3f}, accuracy {100 * row.accuracy:.1f} %")
assert plain_history[-1].train_loss < history[-1].train_loss

# %% [markdown]
# On unchanged pictures the training loss is lower: they are easier to learn by heart. On the validation pictures the
# two accuracies are close. *Is one of the models better?*
#
# ## Better, worse, or not distinguishable?
#
# Whether two intervals overlap does not settle that. But all our models were asked about **the same pictures**. A
# picture that two models both get right, or both wrong, does not say which of them is better. So we look only at the
# others. We begin with `first`, the start, and `second`, the model trained on changed pictures:

# %%
only_first = int((first.correct & ~second.correct).sum())
only_second = int((second.correct & ~first.correct).sum())
print(f"only the first is right: {only_first}, only the second is right: {only_second}")

# %% [markdown]
# If both models were equally good, each of these pictures would be the toss of a coin. **p** is how often coins fall at
# least this unevenly (lesson 02). If p is below 5 %, we no longer put the difference down to chance. This is
# **McNemar's test**. `compare` does it, and calls its two arguments "the first" and "the second". We also compare the
# control, `plain`, with `second`:

# %%
from helpers.statistics import Comparison, compare

print(compare(first, second))
print(compare(plain.predict_all(), second))

# %% [markdown]
# We can show neither that `second` is better than the start, nor that it is better than the control.
#
# *How uneven must a split be?* Say 5, 6, 20 or 100 pictures differ. For each number we try all splits, and print the
# least uneven one that is "better":

# %% tags=["nbval-check-output"]
for differing in (5, 6, 20, 100):
    # only the first is right about `lost` pictures, only the second about the rest, of 300 in all
    splits = [Comparison(lost, differing - lost, 300) for lost in range(differing + 1)]
    better = [split for split in splits if split.verdict == "better"]
    needed = f"{better[-1].only_second} to {better[-1].only_first}" if better else "never clear"
    print(f"{differing:>4} pictures differ: {needed}")

# %% [markdown]
# Where fewer than six pictures differ, nothing can be decided. Where twenty differ, it takes 15 to 5. And the test
# errs: it calls equally good models better or worse in up to one comparison of twenty.

# %%
quiz("09.2")

# %% [markdown]
# ### How many pictures to see one point?
#
# The accuracy $a$ of one model on $n$ pictures varies like the share of heads in $n$ tosses. Its standard deviation is
# $\sqrt{a(1-a)/n}$, and the 95 % interval reaches about 1.96 of these to either side:
#
# $$\text{margin} = 1.96 \sqrt{\frac{a\,(1 - a)}{n}}$$
#
# Two models on the *same* pictures are easier to tell apart. For them, the share of pictures on which exactly one is
# right takes the place of $a(1-a)$. *How many pictures does a margin of one point need?* Move their number in this
# explorer:

# %%
from helpers.explorers.sample_size import sample_size

disagree = round(100 * (only_first + only_second) / 300, 1)
sample_size(300, accuracy=round(100 * first.accuracy, 1), disagree=disagree, difference=1)

# %% [markdown]
# Our 300 pictures are far too few. For half the margin it takes four times as many.

# %% [markdown]
# ## The whole network
#
# So far only the head has learned, and it had to come first: while its weights are random, so are the gradients that
# reach the body. *What if the body learns, too?* Training a pretrained network further, body and all, is called
# **fine-tuning**. `unfreeze` allows it. The network has three **layer groups**:

# %% tags=["nbval-check-output"]
learn.unfreeze()
for name, group in zip(["early body", "late body", "head"], learn.model.groups(), strict=True):
    learns = sum(value.numel() for value in group.parameters() if value.requires_grad)
    print(f"{name:<11} {learns:>9,} parameters learn")

# %% [markdown]
# The body was trained on tens of thousands of pictures (lesson 02). Its early layers find edges and colours, which are
# useful for most photographs. Its late layers combine them. The head has learned only from our thousand pictures. So
# the groups should not all take steps of the same size: **the earlier, the smaller**. These are **differential learning
# rates**, one for each group.
#
# *How large?* A body that already suits your pictures has little to gain, and much to lose. The course of 2018 took the
# rates `[1e-4, 1e-3, 1e-2]`. With them, on photographs, our body lost one point of accuracy against a frozen one, on
# average over three seeds; with a tenth of them it lost nothing that could be seen (its
# [card](../backbone/MODEL_CARD.md)). So we take a tenth.
#
# *And how long?* `cycle_mult=2` makes each cycle twice as long as the one before. We train two, of one and two epochs:

# %%
history = learn.fit([1e-5, 1e-4, 1e-3], 2, cycle_len=1, cycle_mult=2)

# %% [markdown]
# *Is the model, now "the second", better than the one before?*

# %%
third = learn.predict_all()
compare(second, third)

# %% [markdown]
# ### What if all groups get one large rate?
#
# First we keep the whole model in a file:

# %% tags=["nbval-check-output"]
file = learn.save("fine-tuned")
print(file.name)

# %% [markdown]
# Then we train one epoch with 0.05 for every layer:

# %%
with quiet:
    history = learn.fit(0.05, 1, cycle_len=1)
careless = learn.predict_all()
print(f"before {100 * third.accuracy:.1f} %, after {100 * careless.accuracy:.1f} %")
assert compare(third, careless).verdict == "worse"

# %% [markdown]
# The network now only guesses. *Is only the head spoiled, or the body too?* We train a fresh head on this body, just as
# at the start on the undamaged one:

# %%
with quiet:
    damaged = ConvLearner.pretrained(arch, unchanged, precompute=True, seed=1)
    damaged.model.body.load_state_dict(learn.model.body.state_dict())
    damaged_history = damaged.fit(0.01, 2)
print(f"undamaged {100 * first.accuracy:.1f} %, damaged {100 * damaged.predict_all().accuracy:.1f} %")
assert compare(first, damaged.predict_all()).verdict == "worse"

# %% [markdown]
# The fresh head does little better than guessing: one epoch of large steps destroyed what the body had learned. `load`
# restores what we kept:

# %% tags=["nbval-check-output"]
learn.load("fine-tuned")
back = learn.predict_all()
print("the same answers as before:", bool((back.predicted == third.predicted).all()))
assert (back.predicted == third.predicted).all()

# %% [markdown]
# ## Look several times
#
# *Would a second look help?* Here is the picture that the model is least sure about, with four augmented copies. Above
# each stands the model's answer:

# %%
from helpers.interpret import most_uncertain

unsure = next(data.batches("valid", order=most_uncertain(third, 1).indices))
print("label:", data.classes[unsure.labels[0]])
copies = augment(unsure.pixels.repeat(4, 1, 1, 1), "side_on", seed=1, epoch=0, indices=np.arange(4))
views = [one.permute(1, 2, 0).numpy() for one in (*unsure.pixels, *copies)]
axes = show_images(views, [str(learn.predict(view)) for view in views], columns=5)

# %% [markdown]
# The answers differ, so a single one is partly luck. **Test-time augmentation**, TTA for short, takes the mean: `tta`
# averages the probabilities for the picture and for four augmented copies.

# %%
fourth = learn.tta()
compare(third, fourth)

# %% [markdown]
# TTA needs no training, but five times as much work for each picture.

# %%
quiz("09.3")

# %% [markdown]
# ## Larger pictures
#
# One step is left, the simplest. *What do larger pictures give?* Convolutions work at any size, so our fine-tuned model
# can work at 128 pixels without any training:

# %%
large = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, 128))
grown = ConvLearner.pretrained(arch, large, seed=1)
grown.load("fine-tuned")
fifth = grown.predict_all()
compare(third, fifth)

# %% [markdown]
# *And if we had begun at 128?* We run the three lines of lesson 02 again. We compare the result with the start, and
# with the fine-tuned model at 128:

# %%
with quiet:
    fresh = ConvLearner.pretrained(arch, large, precompute=True, seed=1)
    fresh_history = fresh.fit(0.01, 2)
sixth = fresh.predict_all()
assert compare(first, sixth).verdict == "better"
print(compare(first, sixth))
print(compare(fifth, sixth))

# %% [markdown]
# ## All steps side by side
#
# Here is each step with its accuracy, and its verdict against the start:

# %%
steps = {"start": first, "augmentation, cycles": second, "whole network": third, "several looks": fourth}
steps |= {"whole network, at 128": fifth, "start, at 128": sixth}
for name, said in steps.items():
    verdict = "" if said is first else compare(first, said).verdict
    print(f"{name:<22} {100 * said.accuracy:.1f} %   {verdict}")
assert {compare(first, said).verdict for said in (second, third)} == {"not distinguishable"}

# %% [markdown]
# At 96, neither the augmentation nor the whole network can be told from the start. Several looks beat the step before,
# but not the start. The simplest step, larger pictures, took seconds, and its gain is clear. Larger pictures do not
# always help: this body was trained at 128. And with only 300 pictures small gains stay hidden. So **measure every
# step**, and begin with the cheap ones.
#
# But anyone who tries twenty things and reports the best may well report luck. For the last word you need a labelled
# test set, opened once (lesson 12).
#
# ### What the course of 2018 measured
#
# The course took the same steps on 2,000 validation photographs. It reported 99.12 % at the start, 99.17 % with
# augmentation, 99.32 % with the whole network and 99.40 % with several looks. From the first to the last, that is five
# to six pictures more. *Would McNemar's test see that?*

# %% tags=["nbval-check-output"]
for lost in range(2):
    split = Comparison(lost, lost + 6, 2000)
    print(f"{lost + 6} more right, {lost} lost: p = {split.p:.3f}, {split.verdict}")

# %% [markdown]
# Six pictures more are enough only if not a single one was lost on the way. Five are never enough. And the 99.32 % of
# the whole network was only its best epoch; another gave 99.17 %.
#
# The course had a GPU of 2017. The activations took it 31 seconds, the two epochs after that 8 to 20. It warned that a
# CPU would take very long, which is true where nothing is kept. Four things have been mended since:
#
# - `lr_find()` returned nothing, and you read the rate off a plot. Ours returns it (lesson 03).
# - The accuracy was a mean of batch means. Ours counts every picture once (lesson 02).
# - Activations were stored by network and size, so new picture files got the old ones. Ours are stored by the pictures,
#   too.
# - Augmentation with `precompute=True` had no effect, and no notice said so.
#
# ### The same steps on real photographs
#
# *What do the steps give today?* We ran the cells of this lesson once on photographs of cats and dogs, with
# `mobilenet_v2` and three seeds. Each line shows the three accuracies, the time that the step took, and the verdicts
# against the start of the same run:

# %%
from helpers.lessons.photographs import steps_on_photographs

measured = steps_on_photographs()
print(f"{measured['what']}\n")
for step in measured["steps"]:
    shares, seconds = ", ".join(f"{share:.1%}" for share in step["accuracies"]), np.median(step["seconds"])
    verdicts = {Comparison(*counts).verdict for counts in step["counts"]}
    print(f"{step['name']:<22} {shares}   {seconds:4.0f} s   {', '.join(verdicts)}")
    assert verdicts <= {"not distinguishable"}
print("\nseveral looks, first seed:", dict(zip(["cats", "dogs"], measured["matrix"], strict=True)))

# %% [markdown]
# Not one step can be told from the start of its run, with any of the seeds. On two processor cores the start takes ten
# seconds, the whole network more than two minutes. The last line is the confusion matrix. (In 2018, with 2,000
# pictures, it was 996 and 4, 8 and 992.)
#
# ## When does augmentation help?
#
# It should help when the model will meet what the training pictures do not show. Say the camera hangs from the ceiling,
# so animals appear in every orientation. We turn each validation picture by one, two or three quarter turns.
# `predict_all` does not turn pictures, so we write our own, batch by batch: turn, body (`extractor`), head
# (`probabilities`).

# %%
from helpers.statistics import Predictions

quarters = np.random.default_rng(1).integers(1, 4, size=len(data.valid)).tolist()


def predict_turned(learn):
    rows, valid = [], learn.data.valid
    for batch in learn.data.batches("valid"):
        pairs = zip(batch.pixels, batch.indices, strict=True)
        turned = [torch.rot90(one, quarters[index], (1, 2)) for one, index in pairs]
        rows.append(learn.predictor.probabilities(learn.predictor.extractor(torch.stack(turned))))
    return Predictions(np.concatenate(rows), valid.labels, valid.paths, learn.data.classes)


# %% [markdown]
# *What percentage of turned pictures will `plain`, the learner without augmentation, get right?*

# %%
predict_first("09.2", ...)

# %% [markdown]
# It was trained on upright animals only:

# %%
on_turned = predict_turned(plain)
reveal("09.2", 100 * on_turned.accuracy)

# %% [markdown]
# Now a learner with `"top_down"`. Like `plain`, it trains for two epochs on kept activations, and then for three more:

# %%
from_above = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz, aug="top_down"))
ceiling = ConvLearner.pretrained(arch, from_above, precompute=True, seed=1)
with quiet:
    history = ceiling.fit(0.01, 2)
    ceiling.precompute = False
    history = ceiling.fit(0.01, 3, cycle_len=1)

# %% [markdown]
# *Does it recognise turned animals?*

# %%
on_turned_too = predict_turned(ceiling)
assert compare(on_turned, on_turned_too).verdict == "better"
compare(on_turned, on_turned_too)

# %% [markdown]
# The two differ only in their augmentation: the second saw quarter turns.
#
# So augmentation tells the model **what does not matter**. Here it helped only where the new pictures differed from the
# training pictures in just that way. A network without pretraining can gain more: in Chollet's *Deep learning with
# Python* (2017) one with 2,000 photographs of cats and dogs went from 71 to 82 % with augmentation and dropout
# together.
#
# ## Eight steps to a good classifier
#
# This is the recipe of the course of 2018, in our words, with the smaller rates:
#
# | | do this | type |
# |---|---|---|
# | 1 | choose the augmentation, keep the activations | `aug="side_on"`, `precompute=True` |
# | 2 | find the highest rate at which the loss still falls clearly | `learn.lr_find()` |
# | 3 | train the head, one or two epochs | `learn.fit(0.01, 2)` |
# | 4 | train on changed pictures, two or three epochs | `learn.precompute = False`, `learn.fit(0.01, 3, cycle_len=1)` |
# | 5 | let every layer learn | `learn.unfreeze()` |
# | 6 | give each group a rate 3 to 10 times smaller than the next | `[1e-5, 1e-4, 1e-3]` |
# | 7 | find the rates again, from a hundredth of step 6's; keep their ratios | `learn.lr_find(start=[1e-7, 1e-6, 1e-5])` |
# | 8 | train until the valid loss rises, in cycles that grow | `learn.fit([1e-5, 1e-4, 1e-3], 3, cycle_len=1, cycle_mult=2)` |
#
# At step 7 the loss may be near 0 already. Then `lr_find` raises a `LearningRateError` (lesson 03): stay with the rates
# of step 6. On our pictures steps 4 to 8 brought no gain that we could see, and larger pictures did. So we add a ninth
# step, between all the others: `compare`.
#
# **What has changed since.** The order has stayed. But often you will meet
#
# - one cycle in place of many, `schedule="one_cycle"` (lesson 03);
# - **weight decay**, which pulls all weights gently towards 0, in the optimiser AdamW;
# - stronger augmentation, such as **mixup**, which blends two pictures and their labels;
# - bodies pretrained on far more pictures: that of DINOv2 learned from 142 million, without labels.
#
# ## What to remember
#
# - Augmentation tells the model what does not matter. It needs `precompute = False`.
# - The earlier a layer, the smaller its rate.
# - Two models are compared on the same pictures, by those on which they disagree.
# - Few pictures cannot show small gains. "Not distinguishable" is an answer.
# - Try the cheap things first.
#
# **You can now** improve a model step by step, and know which step did it. Lesson 10 looks into `loss.backward()`.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/09_improving_the_model.ipynb) hold
# all answers.
#
# **1.** How many epochs does `learn.fit(0.01, 4, cycle_len=2, cycle_mult=2)` train?

# %%
epochs = ...
check("09.1", epochs)

# %% [markdown]
# **2.** The head should learn with 0.02, and each earlier group with a fifth of the rate of the next. Write the three
# rates in the order in which `fit` takes them.

# %%
rates = ...
check("09.2", rates)

# %% [markdown]
# **3.** Write an augmentation of your own, `change(picture)`. It gets one `uint8` tensor of shape (3, height, width).
# With a probability of one half the picture is mirrored, left and right. In any case all its pixels become lighter or
# darker by one amount, drawn anew between −40 and 40. It returns a new `uint8` tensor, and no pixel may overflow: 250 +
# 40 must give 255, and not 34. The same `torch.manual_seed` gives the same changes again. (Three lines or more.
# `picture.flip`, `torch.rand` and `.clamp` help.)


# %%
def change(picture):
    # your lines in place of the dots
    ...


check("09.3", change)

# %% [markdown]
# **4.** Write `falling(rate, step, steps)`: the rate at a step of a cycle, counted from 0. It begins with `rate` and
# falls along half a cosine towards 0, which it would reach at `step = steps`.


# %%
import math


def falling(rate, step, steps):
    # your lines in place of the dots
    ...


check("09.4", falling)

# %% [markdown]
# **5.** Two models look at the same pictures. Write `together(one, other)`. It takes two arrays of probabilities,
# (pictures, classes), and returns one class number for each picture: the most probable class by the mean of both. (Two
# lines or so.)


# %%
def together(one, other):
    # your lines in place of the dots
    ...


check("09.5", together)

# %% [markdown]
# **6.** Write McNemar's test, `mcnemar(first, second)`. It takes two arrays of booleans, whether each model was right
# about each picture, and returns p. Toss as many coins as there are differing pictures: p is twice the probability that
# the heads do not exceed the smaller of the two counts, and at most 1. `math.comb(n, k)` says in how many ways k of n
# coins show heads. (Four lines or more.)


# %%
def mcnemar(first, second):
    # your lines in place of the dots
    ...


check("09.6", mcnemar)

# %% [markdown]
# **7.** On 2,000 pictures a new model is right about 9 that the old one got wrong, and wrong about 2 that the old one
# got right. What is the verdict: `"better"`, `"worse"` or `"not distinguishable"`? Guess first, then compute it:
# `Comparison(only_first, only_second, total).verdict`, with the old model as the first.

# %%
verdict = ...
check("09.7", verdict)

# %% [markdown]
# **8.** A small project, from an empty cell: *do all these steps help at 64 pixels?* A new learner for the sample at
# `sz = 64`, with `aug="side_on"`, `seed=7` and kept activations, trains for two epochs at 0.01, and you keep what it
# says of the validation pictures. Then all its layers train on changed pictures, in two cycles of 1 and 2 epochs, with
# the rates 2e-5, 2e-4 and 2e-3, and you save it. A second learner, which never trains, loads that file and looks
# several times, and you compare the first predictions with these. Give a list of five: what the first `fit` gave back,
# the first predictions, what the second `fit` gave back, the second learner, and the comparison. (Eleven lines or so.)

# %%
my_project = ...
check("09.8", my_project)

# %% [markdown]
# ## Links
#
# - Krizhevsky, Sutskever and Hinton, [ImageNet classification with deep convolutional neural
#   networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks) (2012):
#   augmentation, and the mean over several views
# - DeVries and Taylor, [Improved regularization of convolutional neural networks with
#   cutout](https://arxiv.org/abs/1708.04552) (2017)
# - Loshchilov and Hutter, [SGDR: stochastic gradient descent with warm restarts](https://arxiv.org/abs/1608.03983)
#   (2016): cycles
# - Loshchilov and Hutter, [Decoupled weight decay regularization](https://arxiv.org/abs/1711.05101) (2017): AdamW
# - Howard and Ruder, [Universal language model fine-tuning for text classification](https://arxiv.org/abs/1801.06146)
#   (2018): a rate for each group of layers, under the name of discriminative fine-tuning
# - Zhang and others, [mixup: beyond empirical risk minimization](https://arxiv.org/abs/1710.09412) (2017)
# - Oquab and others, [DINOv2: learning robust visual features without supervision](https://arxiv.org/abs/2304.07193)
#   (2023)
# - [McNemar's test](https://en.wikipedia.org/wiki/McNemar%27s_test)
#
# **Next**: [10 · Backpropagation by hand](10_backpropagation.ipynb)
