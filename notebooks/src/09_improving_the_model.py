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
# - say after each step whether it is better, worse, or not distinguishable, and see through gains that are none;
# - keep a model, take it back, and follow a recipe from the first augmentation to the last cycle.
#
# **Time**: 45 minutes to read and try, and 30 for the exercises. All cells together run in 50 seconds on two CPU cores.
#
# **Needs**: lessons 02 and 03; lesson 08 for the batch-norm. No GPU, no network.

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
# Lesson 08 looked into a trained model. Now we make it better. In lesson 02, three lines gave a good classifier. The course
# of 2018 then went on, step by step: augmentation, cycles, the whole network, several looks at each picture. We take the same
# steps. After each one we ask the question that was not asked then: **is it better, or does it only look so?**
#
# We work at `sz = 96`. That is less than the 128 of lesson 02, so it is less exact, and there is something to improve. And a
# picture of 96 × 96 has about half the pixels, so every experiment takes about half the time.

# %%
import numpy as np
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

PATH = get_data("sample")
arch, sz = "resnet10", 96
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz, aug="side_on"))

# %% [markdown]
# The only new word is `aug`. We come to it at once. First the three lines' training:

# %%
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
history = learn.fit(0.01, 2)

# %% [markdown]
# Keep what this model says about the 300 validation pictures. It is what every later step is compared with.

# %%
first = learn.predict_all()
first

# %% [markdown]
# The run began with a sentence: augmentation has no effect. *What is augmentation, and why has it none?*
#
# ## More pictures from the same pictures
#
# A thousand pictures are few. But a cat seen in a mirror is a cat. A cat with its head a little to the side is one, too, and
# so is a cat in the evening light. So we can make new pictures out of those we have. This is **data augmentation**. `aug`
# says in which way: `"side_on"` is for photographs of things as we meet them, from the side.
#
# *What does it do?* Here is one picture, and seven changed copies of it:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.plots import show_images
from helpers.transforms import augment

picture = next(data.batches("train", order=[0])).pixels  # one picture, (1, 3, 96, 96)
places = np.arange(7)
copies = augment(picture.repeat(7, 1, 1, 1), "side_on", seed=1, epoch=0, indices=places)
axes = show_images([one.permute(1, 2, 0) for one in (*picture, *copies)], ["the picture"])

# %% [markdown]
# About half of the copies are mirrored, by chance. Each is turned by a few degrees, moved and enlarged a little, made lighter
# or darker, with more or less contrast. Where a turned picture would have empty corners, its own edge is mirrored into them.
#
# Every copy has its own draw. *Is it the same draw each time?* We make the copies again, for the same epoch and for the next:

# %% tags=["nbval-check-output"]
again, later = (augment(picture.repeat(7, 1, 1, 1), "side_on", seed=1, epoch=e, indices=places) for e in (0, 1))
print("the same epoch, equal:", torch.equal(copies, again))
print("the next epoch, equal:", torch.equal(copies, later))

# %% [markdown]
# In the next epoch all copies are new ones. So the network never sees a picture twice as the same numbers, and it is harder
# to learn them by heart. But it is no wild chance: a picture's change depends on three numbers alone, the seed, the epoch
# and its place in the folder. So the same changes come again when you repeat a run, however many threads read the pictures.
# With one thread and with three:

# %% tags=["nbval-check-output"]
batches = []
for threads in (1, 3):
    some = ImageClassifierData.from_paths(PATH, tfms=data.tfms, num_workers=threads)
    batch = next(some.batches("train"))
    batches.append(augment(batch.pixels, "side_on", seed=1, epoch=0, indices=batch.indices))
print("equal:", torch.equal(*batches), tuple(batches[0].shape))

# %% [markdown]
# ### Which changes are allowed?
#
# One rule decides: **a changed picture must still have its label**. Nobody takes photographs of cats upside down, and there
# are no such cats to be recognised. It is different with pictures taken from above: fields from a plane, cells under a
# microscope. No side of them is up. For these there is `"top_down"`, which also turns by quarters:

# %%
turned = augment(picture.repeat(8, 1, 1, 1), "top_down", seed=1, epoch=0, indices=np.arange(8))
axes = show_images([one.permute(1, 2, 0) for one in turned])

# %% [markdown]
# For this cat that is not sensible. For a cell it would be.

# %%
quiz("09.1")

# %% [markdown]
# ### Your own
#
# `aug` also takes a function of yours. It gets one picture, `uint8` of shape (3, `sz`, `sz`), and gives back another. It is
# called for every picture by itself. This one cuts out a square, so that the network cannot rely on one detail, such as an
# ear. (It is called *cutout*, and it is from 2017.)


# %%
def with_a_hole(picture):
    changed = picture.clone()
    row, column = torch.randint(0, 64, (2,)).tolist()
    changed[:, row : row + 32, column : column + 32] = 128
    return changed


holes = augment(picture.repeat(4, 1, 1, 1), with_a_hole, seed=1, epoch=0, indices=np.arange(4))
axes = show_images([one.permute(1, 2, 0) for one in holes])

# %% [markdown]
# You would type `tfms_from_model(arch, sz, aug=with_a_hole)`. Use the chance of `torch` inside, as here. It is then set from
# the seed, the epoch and the picture, and your run repeats as well. Exercise 3 asks for a function of your own.

# %% [markdown]
# ### Why it had no effect
#
# Lesson 02 told why the first epochs were so quick: the body ran **once** over the pictures, and its activations were kept.
# A picture that is changed anew in every epoch has new activations each time. There is nothing to keep. So `precompute=True`
# and augmentation do not go together. Here is a proof: a learner without any augmentation, and the same seed.

# %%
import io
from contextlib import redirect_stdout

quiet = redirect_stdout(io.StringIO())  # inside of "with quiet", print does not show
unchanged = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
with quiet:
    plain = ConvLearner.pretrained(arch, unchanged, precompute=True, seed=1)
    plain_history = plain.fit(0.01, 2)
print("all losses equal:", plain.sched.losses == learn.sched.losses)

# %% [markdown]
# Every one of the losses is equal. In the library of 2018 it was the same, but it said nothing. Many a reader believed that
# augmentation was on. Ours says so before it trains.
#
# ## Cycles, on changed pictures
#
# *How much will it help?* We switch the kept activations off, and train for three more epochs. Write down your guess, in
# percentage points, also if you think that it will fall: `-1` is allowed.

# %%
predict_first("09.1", ...)

# %% [markdown]
# From now on every picture goes through the body in every epoch, so it takes longer:

# %%
learn.precompute = False
print(learn.estimate(3))

# %% [markdown]
# `cycle_len=1` you know from lesson 03: in each cycle, here one epoch, the rate falls from 0.01 to 0 along half a cosine, and
# then starts again. The high rate at the start is meant to lift the network out of a narrow valley, the low one to let it
# settle.

# %%
history = learn.fit(0.01, 3, cycle_len=1)

# %% [markdown]
# Three cycles, as planned:

# %%
axes = learn.sched.plot_lr()

# %% [markdown]
# And the accuracy?

# %%
second = learn.predict_all()
reveal("09.1", 100 * (second.accuracy - first.accuracy))

# %% [markdown]
# Whatever it is, it does not yet tell what *augmentation* did. This model has also trained for three epochs more. So the other
# learner, `plain`, gets the same three epochs on unchanged pictures. Such a twin, equal in all but one thing, is called a
# **control**.

# %%
with quiet:
    plain_history = plain.fit(0.01, 3, cycle_len=1)
for name, row in [("changed", history[-1]), ("unchanged", plain_history[-1])]:
    print(f"{name:<10} train loss {row.train_loss:.3f}, valid loss {row.valid_loss:.3f}, {100 * row.accuracy:.1f} %")
assert plain_history[-1].train_loss < history[-1].train_loss

# %% [markdown]
# The training loss is lower without augmentation: pictures that stay the same are easier to learn by heart. That is just what
# we did not want. What counts is the validation.

# %% [markdown]
# ## Better, worse, or not distinguishable?
#
# Two intervals that overlap do not settle it. There is a sharper question, because both models were asked about **the same
# pictures**. Most of these are easy, and both models are right; some are too hard, and both are wrong. These say nothing
# about which one is better. So look only at the others:

# %%
only_first = int((first.correct & ~second.correct).sum())
only_second = int((second.correct & ~first.correct).sum())
print(f"only the first is right: {only_first}, only the second is right: {only_second}")

# %% [markdown]
# If both models were equally good, each of these pictures would be like the toss of a coin. So: *how often does a fair coin
# fall so unevenly?* That share is called **p**. The usual rule is: if it happens in less than 5 % of the trials, it is hardly
# chance. This is **McNemar's test**, from 1947. `compare` does it:

# %%
from helpers.statistics import Comparison, compare

compare(first, second)

# %% [markdown]
# In its answer, "the first" and "the second" are the two in the brackets, in their order, whatever their names are.
#
# *How uneven must it be?* We let the split become more and more uneven, until p is below 5 %:

# %% tags=["nbval-check-output"]
for differing in (4, 5, 6, 10, 20, 50, 100):
    splits = [Comparison(fewer, differing - fewer, 300) for fewer in range(differing // 2 + 1)]
    found = [split for split in splits if split.verdict == "better"]
    needed = f"{found[-1].only_second} to {found[-1].only_first}" if found else "cannot be decided"
    print(f"{differing:>4} pictures differ: {needed}")

# %% [markdown]
# Where fewer than six pictures differ, nothing can be decided. Where twenty differ, it takes 15 to 5. This is the measure for
# everything that follows.

# %%
quiz("09.2")

# %% [markdown]
# ## The whole network
#
# So far only the head has learned. *What if the body learns, too?* `unfreeze` allows it. The learner knows three **layer
# groups**:

# %% tags=["nbval-check-output"]
learn.unfreeze()
for name, group in zip(["early body", "late body", "head"], learn.model.groups(), strict=True):
    learns = sum(value.numel() for value in group.parameters() if value.requires_grad)
    print(f"{name:<11} {learns:>9,} numbers learn")

# %% [markdown]
# One thing in the body does not learn: the means and variances of its batch-norm layers, from lesson 08. They were measured
# on very many pictures. If those of a few batches took their place, the body would give other numbers than the head has
# learned to read, and the accuracy would fall before anything good came of it. (A body of random numbers has no such
# means, and has to measure its own.)
#
# Nine in ten of the numbers are in the body, and they are not new: they were learned on very many other pictures. The early
# layers find edges and colours, which are the same for all pictures in the world. The late ones find eyes and ears. Lesson
# 08 looked at them. The head is the only part that knows nothing but our thousand pictures. So they should not all move by
# the same step: **the earlier, the smaller**. These are *differential learning rates*, one for each group.
#
# *And how long?* `cycle_mult=2` makes each cycle twice as long as the one before. The course of 2018 typed
#
# ```python
# learn.fit([1e-4, 1e-3, 1e-2], 3, cycle_len=1, cycle_mult=2)
# ```

# %% tags=["nbval-check-output"]
from helpers.schedule import make_plan

print([make_plan(n, 16, cycle_len=1, cycle_mult=2).epochs for n in (1, 2, 3, 4)], "epochs in 1, 2, 3, 4 cycles")

# %% [markdown]
# Three cycles are 1 + 2 + 4 = 7 epochs. To save your time we train two of them. *How long will it take?* Now the slopes of
# all layers are needed, and finding them is most of the work.

# %%
print(learn.estimate(3))

# %% [markdown]
# Here it is:

# %%
history = learn.fit([1e-4, 1e-3, 1e-2], 2, cycle_len=1, cycle_mult=2)

# %% [markdown]
# The rates of all three groups. The axis goes up by factors of ten:

# %%
from helpers.plots import FIRST, SECOND, THIRD, plot_line

rates, axes = np.array(learn.sched.rates), None
for place, name, colour in [(2, "head", FIRST), (1, "late body", SECOND), (0, "early body", THIRD)]:
    words = {"xlabel": "step", "ylabel": "learning rate", "label": name, "colour": colour}
    axes = plot_line(range(1, len(rates) + 1), rates[:, place], ax=axes, **words)
axes.set_yscale("log")

# %% [markdown]
# One cycle of 16 steps, one of 32. *Is the model better than before?*

# %%
third = learn.predict_all()
compare(second, third)

# %% [markdown]
# ### What if all groups get one large rate?
#
# First we keep what we have. `save` writes the whole model into a file.

# %%
file = learn.save("fine-tuned")
print(file.name, f"{file.stat().st_size / 1e6:.1f} MB")

# %% [markdown]
# Then one epoch with 0.05 for every layer. A head alone learns well with this rate.

# %%
history = learn.fit(0.05, 1, cycle_len=1)
careless = learn.predict_all()
print(compare(third, careless))
assert careless.accuracy < third.accuracy

# %% [markdown]
# Much of what the body had learned on very many pictures is gone, after one epoch with a thousand. It is called
# **catastrophic forgetting**, and it is the reason for the small rates. `load` takes back what we kept:

# %%
learn.load("fine-tuned")
back = learn.predict_all()
print("the same answers as before:", bool((back.predicted == third.predicted).all()))
assert (back.predicted == third.predicted).all()

# %% [markdown]
# Every answer is the same again. So keep a model before you try something bold.
#
# *So how large may the rates be?* The more a body knows of pictures like yours, the less it has to gain, and the more to
# forget. On photographs of cats and dogs, the rates of 2018 cost our models about one picture in a hundred. A tenth of each,
# `[1e-5, 1e-4, 1e-3]`, cost nothing. So begin small where the pictures are of the kind that the body knows, and compare.

# %% [markdown]
# ## Look several times
#
# If you are not sure what you see, you tilt your head and look again. A model can do so as well. Take the picture that it is
# least sure about, and four augmented copies of it. *Does it say the same of all five?*

# %%
from helpers.interpret import confusion_matrix, most_uncertain

unsure = next(data.batches("valid", order=most_uncertain(third, 1).indices)).pixels
copies = augment(unsure.repeat(4, 1, 1, 1), "side_on", seed=1, epoch=0, indices=np.arange(4))
views = [one.permute(1, 2, 0).numpy() for one in (*unsure, *copies)]
axes = show_images(views, [str(learn.predict(view)) for view in views], columns=5)

# %% [markdown]
# Where a model wavers like this, the mean of five answers is safer than one of them. This is **test-time
# augmentation**, for short TTA. `tta` does it for all pictures: for each one, the mean of the probabilities for the picture
# itself and for four augmented copies. (In 2018: `learn.TTA()`.)

# %%
fourth = learn.tta()
compare(third, fourth)

# %% [markdown]
# It cost no training, but five times as much work for every picture that is asked about, for ever.

# %%
quiz("09.3")

# %% [markdown]
# ## Larger pictures
#
# One step is left, and it is the simplest. `sz` was 96. *What do larger pictures give?* Convolutions do not mind the size of
# a picture, so our fine-tuned model can look at larger ones as it is, without any training:

# %%
large = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, 128))
grown = ConvLearner.pretrained(arch, large, seed=1)
grown.load("fine-tuned")
fifth = grown.predict_all()
compare(third, fifth)

# %% [markdown]
# That is why people **start small and enlarge later**: the epochs on small pictures are not lost.
#
# *And if we had begun with 128 at once?* The three lines of lesson 02, nothing else: a frozen body, kept activations, two
# epochs.

# %%
with quiet:
    fresh = ConvLearner.pretrained(arch, large, precompute=True, seed=1)
    fresh_history = fresh.fit(0.01, 2)
sixth = fresh.predict_all()
assert compare(first, sixth).verdict == "better"
compare(first, sixth)

# %% [markdown]
# ## All steps, honestly
#
# Everything in one table, with the verdict beside the start:

# %%
steps = {"start": first, "augmentation, cycles": second, "whole network": third, "several looks": fourth}
steps |= {"whole network, at 128": fifth, "start, at 128": sixth}
for name, said in steps.items():
    low, high = said.interval
    verdict = "" if said is first else f"{compare(first, said).verdict}, p = {compare(first, said).p:.2g}"
    print(f"{name:<22} {100 * said.accuracy:.1f} %   {100 * low:.1f} to {100 * high:.1f} %   {verdict}")

# %% [markdown]
# And as a figure. Read it from the top. The dot is the accuracy, the bar its 95 % interval:

# %%
from helpers.lessons.charts import plot_accuracies

found = list(steps.values())
axes = plot_accuracies(list(steps), [said.accuracy for said in found], [said.interval for said in found])

# %% [markdown]
# *How many of the steps at 96 can be told from the start?*

# %%
verdicts = [compare(first, said).verdict for said in (second, third, fourth)]
print(f"{verdicts.count('not distinguishable')} of {len(verdicts)} are not distinguishable from the start")
assert all(first.interval[0] < said.accuracy < first.interval[1] for said in (second, third, fourth))

# %% [markdown]
# All three lie inside the first interval. The clever steps took nearly all of the time, and brought little or nothing that
# one can see. The simple one, larger pictures, took seconds, and it shows. It is not always so. Here a good body was given,
# the pictures are of the kind it knows, and there are only 300 to measure with. What to learn from it: **measure every
# step**, and begin with the cheap ones.
#
# And do not measure too often. At 5 %, one in twenty comparisons of equal models says "better" or "worse" by chance alone. Who
# tries twenty things and reports the best has found luck. For the last word there is the test set of lesson 01, opened once.

# %% [markdown]
# ### The course of 2018
#
# It reported this, on 2,000 photographs. *Which of it is progress?* We do not have its predictions, only its accuracies.

# %% tags=["nbval-check-output"]
from helpers.statistics import wilson_interval

reported = {"start": 0.9912, "augmentation": 0.9917, "whole network": 0.99316, "several looks": 0.994}
bounds = {name: wilson_interval(round(2000 * share), 2000) for name, share in reported.items()}
for name, (low, high) in bounds.items():
    print(f"{name:<14} {reported[name]:.4f}   {low:.4f} to {high:.4f}")
assert all(bounds["start"][0] < share < bounds["start"][1] for share in reported.values())

# %% [markdown]
# In a figure, the four of them:

# %%
axes = plot_accuracies(list(reported), list(reported.values()), list(bounds.values()))

# %% [markdown]
# All four lie inside the first interval. Each gain could be chance, and so could all of them together. The third is
# moreover the best of its epochs; another of them gave 0.9917 again. (Some are no shares of 2,000 pictures at all. Lesson 02
# tells how that came about.)
#
# But intervals are a blunt tool, and we have a sharper one now. From the first to the last it is about six pictures. *In
# which case would McNemar's test see a difference?*

# %% tags=["nbval-check-output"]
for lost in range(4):
    split = Comparison(lost, lost + 6, 2000)
    print(f"{lost + 6} more right, {lost} lost: p = {split.p:.3f}, {split.verdict}")

# %% [markdown]
# Only if not one single picture had been lost on the way. Nobody knows now. Had the predictions been kept, as we keep `first`
# to `sixth`, one could look.

# %% [markdown]
# ### What it still gets wrong
#
# The confusion matrix of the model at 128, as in lesson 02:

# %%
axes = confusion_matrix(sixth).plot()

# %% [markdown]
# No other of our models is better, and this one was trained in seconds. So we keep it. As in lesson 02, the file is all one
# needs to predict, without any data:

# %%
from helpers import load_model

assert not any(compare(sixth, said).verdict == "better" for said in steps.values())
best = load_model(fresh.save("best"))
print(best, "·", best.predict(data.valid.paths[0]))

# %% [markdown]
# ## When does augmentation help?
#
# When the model will meet what the training pictures do not show. Say the camera hangs from the ceiling, and animals lie in
# any direction. We turn each validation picture by one, two or three quarters:

# %%
from helpers.statistics import Predictions

quarters = np.random.default_rng(1).integers(1, 4, size=len(data.valid)).tolist()
some = next(data.batches("valid", order=range(4)))
views = [torch.rot90(one, quarters[place], (1, 2)) for place, one in enumerate(some.pixels)]
axes = show_images([one.permute(1, 2, 0) for one in views])

# %% [markdown]
# `predict_all` does not turn pictures, so we write it ourselves: turn, body, head, batch by batch.


# %%
def predict_turned(learn):
    rows, valid = [], learn.data.valid
    for batch in learn.data.batches("valid"):
        pairs = zip(batch.pixels, batch.indices, strict=True)
        turned = [torch.rot90(one, quarters[place], (1, 2)) for one, place in pairs]
        rows.append(learn.predictor.probabilities(learn.predictor.extractor(torch.stack(turned))))
    return Predictions(np.concatenate(rows), valid.labels, valid.paths, learn.data.classes)


# %% [markdown]
# *How many percent of them will our model, the fine-tuned one, get right?*

# %%
predict_first("09.2", ...)

# %% [markdown]
# It has never seen a turned animal:

# %%
lying = predict_turned(learn)
reveal("09.2", 100 * lying.accuracy)

# %% [markdown]
# Now a learner whose pictures are augmented `"top_down"`. Two epochs on kept activations, and then two on changed pictures:

# %%
from_above = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz, aug="top_down"))
ceiling = ConvLearner.pretrained(arch, from_above, precompute=True, seed=1)
with quiet:
    history = ceiling.fit(0.01, 2)
ceiling.precompute = False
history = ceiling.fit(0.01, 2, cycle_len=1)

# %% [markdown]
# *Does it know animals that lie in any direction?*

# %%
lying_too = predict_turned(ceiling)
assert compare(lying, lying_too).verdict == "better"
compare(lying, lying_too)

# %% [markdown]
# This difference is no chance. Both learned from the same thousand animals, and the first one even trained longer, and with its
# whole network. But only the second one ever saw them lying.
#
# *Does it cost anything?* One head must now know much more. On upright pictures, compared with the frozen model from above:

# %%
compare(second, ceiling.predict_all())

# %% [markdown]
# So augmentation does not add something good in general. It tells the model **what does not matter**. Where you are right
# about that, and the training pictures do not already show it, it helps.
#
# ## Eight steps to a good classifier
#
# The course of 2018 ended with a recipe. In our words, and each with what you type:
#
# | | do this | type |
# |---|---|---|
# | 1 | choose the augmentation, and keep the activations for now | `aug="side_on"`, `precompute=True` |
# | 2 | find the highest rate at which the loss still falls clearly | `learn.lr_find()` |
# | 3 | train the head on the kept activations, one or two epochs | `learn.fit(0.01, 2)` |
# | 4 | let the augmentation in, two or three epochs | `learn.precompute = False`, `learn.fit(0.01, 3, cycle_len=1)` |
# | 5 | let every layer learn | `learn.unfreeze()` |
# | 6 | give earlier groups rates 3 to 10 times smaller than the next | `[1e-4, 1e-3, 1e-2]` |
# | 7 | find the rate again, for the whole network | `learn.lr_find(start=[1e-7, 1e-6, 1e-5])` |
# | 8 | train until the valid loss rises, in cycles that grow | `learn.fit(rates, 3, cycle_len=1, cycle_mult=2)` |
#
# Step 7 asks about a model that is trained already. Its loss may be near 0 at all rates, as in lesson 03. Then `lr_find` finds
# nothing, and says so in a `LearningRateError`. In that case stay with the rates of step 6, or smaller ones, and check them
# by a short run.
#
# We add a ninth, which belongs between all of them: `compare`.
#
# **What one would do today.** The order has stayed: a pretrained body, first the head, then all of it with small rates. Some
# parts have changed.
#
# - One cycle in place of many: the rate rises and falls once, `schedule="one_cycle"` (lesson 03).
# - *Weight decay*, which pulls all numbers gently towards 0, in an optimiser that does it properly: AdamW.
# - Stronger augmentation: pictures mixed with each other (*mixup*), several changes chosen by chance.
# - Larger pictures towards the end, as above.
# - Most of all: better pretrained bodies. They have learned from hundreds of millions of pictures, often without labels, and a
#   plain head on kept activations is then hard to beat.

# %% [markdown]
# ## The steps again
#
# ```python
# data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz, aug="side_on"))
# learn = ConvLearner.pretrained(arch, data, precompute=True)
# learn.fit(0.01, 2)
# first = learn.predict_all()
#
# learn.precompute = False
# learn.fit(0.01, 3, cycle_len=1)
# learn.unfreeze()
# learn.fit([1e-4, 1e-3, 1e-2], 3, cycle_len=1, cycle_mult=2)
#
# compare(first, learn.tta())
# learn.save("fine-tuned")
# ```
#
# **To take along**
#
# - Augmentation tells the model what does not matter. It needs `precompute = False`.
# - The earlier a layer, the smaller its rate. One large rate for all layers destroys what was learned before.
# - Two models are compared on the same pictures, by those about which they differ.
# - Few pictures cannot show small gains. "Not distinguishable" is an answer. A control tells what made the difference.
# - Try the cheap things first: larger pictures, a better body.
#
# **You can now** improve a model step by step, and know which step did it. Lesson 11 writes the loop behind `fit` in plain
# PyTorch, and lesson 12 takes your own pictures.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/09_improving_the_model.ipynb) hold all
# answers.
#
# **1.** How many epochs does `learn.fit(0.01, 4, cycle_len=2, cycle_mult=2)` train?

# %%
epochs = ...
check("09.1", epochs)

# %% [markdown]
# **2.** The head should learn with 0.02, and each earlier group with a fifth of the rate of the next. Write the three rates
# in the order in which `fit` takes them.

# %%
rates = ...
check("09.2", rates)

# %% [markdown]
# **3.** Write an augmentation of your own, `change(picture)`. It gets one `uint8` tensor of shape (3, height, width). With a
# chance of one half the picture is mirrored, left and right. All its pixels become lighter or darker by one amount, drawn
# between −40 and 40. What goes back is `uint8` again, and no pixel may run over: 250 + 40 is 255, and not 34. (Three lines or
# more. `picture.flip`, `torch.rand` and `.clamp` help.)


# %%
def change(picture):
    # your lines in place of the dots
    ...


check("09.3", change)

# %% [markdown]
# **4.** Write `falling(rate, step, steps)`: the rate at a step of a cycle, counted from 0. It begins with `rate` and falls
# along half a cosine towards 0, which it would reach at `step = steps`.


# %%
import math


def falling(rate, step, steps):
    # your lines in place of the dots
    ...


check("09.4", falling)

# %% [markdown]
# **5.** Two models look at the same pictures. Write `together(one, other)`: two arrays of probabilities come in, (pictures,
# classes). The class numbers go out, one for each picture, that the mean of both finds most probable. (Two lines or so.)


# %%
def together(one, other):
    # your lines in place of the dots
    ...


check("09.5", together)

# %% [markdown]
# **6.** Write McNemar's test, `mcnemar(first, second)`. Two arrays of booleans come in: was each model right about each
# picture? The p goes out: twice the chance that, of as many coins as there are differing pictures, no more show heads than the
# smaller count; never more than 1. `math.comb(n, k)` says in how many ways k of n coins show heads. (Four lines or more.)


# %%
def mcnemar(first, second):
    # your lines in place of the dots
    ...


check("09.6", mcnemar)

# %% [markdown]
# **7.** On 2,000 pictures a new model is right about 9 that the old one got wrong, and wrong about 2 that the old one got
# right. What is the verdict: `"better"`, `"worse"` or `"not distinguishable"`? Guess first, then compute it:
# `Comparison(only_first, only_second, total).verdict`, with the old model as the first.

# %%
verdict = ...
check("09.7", verdict)

# %% [markdown]
# **8.** From memory: a new learner for the sample at `sz = 96`, with kept activations, trained at 0.01 in cycles of 1, 2 and 4
# epochs. Call what `fit` gives back `my_history`. (Three lines.)

# %%
my_history = ...
check("09.8", my_history)

# %% [markdown]
# ## Links
#
# - Krizhevsky, Sutskever and Hinton,
#   [ImageNet classification with deep convolutional neural
# networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks)   (2012):
# augmentation, and the mean over several views
# - DeVries and Taylor, [Improved regularization of convolutional neural networks with cutout](https://arxiv.org/abs/1708.04552)
#   (2017)
# - Loshchilov and Hutter, [SGDR: stochastic gradient descent with warm restarts](https://arxiv.org/abs/1608.03983) (2016): cycles
# - Loshchilov and Hutter, [Decoupled weight decay regularization](https://arxiv.org/abs/1711.05101) (2017): AdamW
# - Howard and Ruder, [Universal language model fine-tuning for text classification](https://arxiv.org/abs/1801.06146) (2018):
#   a rate for each group of layers, under the name of discriminative fine-tuning
# - Zhang and others, [mixup: beyond empirical risk minimization](https://arxiv.org/abs/1710.09412) (2017)
# - [McNemar's test](https://en.wikipedia.org/wiki/McNemar%27s_test)
#
# **Next**: [11 · The loop by hand](11_the_loop_by_hand.ipynb)
