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
# # 02 · First training
#
# **After this lesson you can**
#
# - train a classifier of pictures in three lines, and read every number that it prints;
# - say how far an accuracy can be trusted, and when a better one is only luck;
# - look at what a model gets right, gets wrong, and is unsure of;
# - ask a model about one picture, and know what it can never answer;
# - say what is inside `learn`: transforms, a pretrained body, a new head, a loss;
# - compute the probabilities and the loss of a picture by hand;
# - show what transfer learning is worth, and keep a model in a file.
#
# **Time**: 45 minutes to read and try. All cells together run in 60 seconds on two CPU cores.
#
# **Needs**: lesson 01. No GPU, no network, no deep learning.

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
# ## Three lines
#
# First, what the three lines need: the folder of pictures, the name of a known network, and a size. `resnet10` is the
# course's own small network. It comes with the course, and it has seen other pictures before. `sz` is the height and width
# in pixels that every picture is brought to.
#
# Training uses chance: in which order the pictures come, with which numbers the new layers start. `manual_seed` fixes the
# chance, so that you get nearly what stands on this page. (Nearly: processors round differently.)

# %%
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

torch.manual_seed(1)
PATH = get_data("sample")
arch, sz = "resnet10", 128

# %% [markdown]
# The first line finds the pictures, the second brings them together with a network.

# %%
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True)

# %% [markdown]
# The third line will train. *How long will it take?* The learner tries one batch of pictures and tells.

# %%
print(learn.estimate(2))

# %% [markdown]
# And how good will it be? A coin is right for 50 % of the 300 validation pictures. The rule from lesson 01, by brightness,
# was hardly better. *What will the network reach, in percent, after it has seen each training picture twice?*

# %%
predict_first("02.1", ...)

# %% [markdown]
# The third line. It prints a table, and gives back the rows of it, which we keep as `history`.

# %%
history = learn.fit(0.01, 2)

# %% [markdown]
# That was the whole game. The rest of this course asks what happened. *How close was your prediction?*

# %%
reveal("02.1", 100 * history[-1].accuracy)

# %% [markdown]
# ## What do the numbers mean?
#
# ### Epoch, batch, step
#
# An **epoch** is one time through all the training pictures. We asked for two: `fit(0.01, 2)`.
#
# The network does not look at all pictures at once. It takes a **batch** of 64, looks at what it got wrong, and changes its
# numbers a little. That is one **step**. *How many steps are in an epoch?*

# %% tags=["nbval-check-output"]
import math

print(f"{len(data.train):,} pictures / {data.batch_size} = {len(data.train) / data.batch_size}")
print("steps in an epoch:", math.ceil(len(data.train) / data.batch_size))

# %% [markdown]
# Fifteen full batches and a last one of 40. Two epochs have twice as many steps. `learn.sched` is the record of the run: it
# holds what every step gave.

# %% tags=["nbval-check-output"]
print("steps recorded:", len(learn.sched.losses))

# %% [markdown]
# ### Loss
#
# The **loss** says how wrong the network is, as one number: 0 is perfect, larger is worse. It is what the training makes
# small. Other words for it are *cost*, *error*, *objective* and *criterion*. We compute it by hand further down.
#
# *What did it do, step by step?*

# %%
axes = learn.sched.plot()

# %% [markdown]
# Each point of the pale line is the loss of one batch. It jumps, because some batches are harder than others. The dark line
# is a running mean. It falls fast, then slowly: most of what can be learnt is learnt in the first steps.
#
# The table has two columns of losses. `train loss` is the mean over the epoch, while the network was still changing.
# `valid loss` was measured after the epoch, on pictures that it never learned from. Lesson 01 told why only the second one
# says what to expect.

# %%
quiz("02.1")

# %% [markdown]
# ### Accuracy, and a baseline
#
# The **accuracy** is the share of validation pictures that the network is right about. It is easy to understand, and easy to
# be impressed by. So the line above the table gives a **baseline**: what you get without looking at the pictures at all, by
# always giving the commonest answer. If 95 % of your pictures were cats, an accuracy of 95 % would be nothing.

# %% tags=["nbval-check-output"]
name, share = data.majority
print(f"always {name!r}: right for {share:.0%}")

# %% [markdown]
# Every row of the table can be had as numbers:

# %%
last = history[-1]
print(f"{last.accuracy:.4f}, from {last.accuracy_low:.4f} to {last.accuracy_high:.4f}")
assert last.accuracy > 0.94

# %% [markdown]
# ## How far can we trust it?
#
# Next to the accuracy stands an interval. *Why?* Because 300 pictures are few. Let us play with a model that is right with
# a chance of exactly 95 %, by construction. We try it on 300 pictures, a thousand times over.

# %%
import numpy as np
from helpers.plots import FIRST, THIRD, new_axes

rng = np.random.default_rng(1)
scores = rng.binomial(300, 0.95, size=1000) / 300
axes = new_axes(size=(6, 2.8))
axes.hist(100 * scores, bins=np.arange(90, 100, 1 / 3) - 1 / 6, color=FIRST, edgecolor="white", linewidth=0.3)
axes.axvline(95, color=THIRD, linestyle="--")
limits = axes.set(xlabel="accuracy on 300 pictures (%)", ylabel="how many of 1,000 trials")

# %% [markdown]
# The dashed line is the truth. The same model scores anything from 91 to 98 %, depending on which 300 pictures it happened
# to get. So one score is not the truth either. It says: the truth is somewhere near here.
#
# The **95 % interval** makes "near" precise. It is computed from the score in such a way that, in 95 of 100 trials, the
# truth lies inside. *Is that so?* We compute it for each of the thousand and count.

# %% tags=["nbval-check-output"]
from helpers.statistics import wilson_interval

intervals = [wilson_interval(round(300 * score), 300) for score in scores]
print(f"the truth lies inside {np.mean([low <= 0.95 <= high for low, high in intervals]):.1%} of the intervals")

# %% [markdown]
# As promised, or nearly. (It is Wilson's formula, from 1927: a few lines of school mathematics, and you can read them:
# `wilson_interval??`.)
#
# *How wide is it?* Here for a model that is right for 95 % of different numbers of pictures:

# %% tags=["nbval-check-output"]
for total in (100, 300, 2000, 10_000):
    low, high = wilson_interval(round(0.95 * total), total)
    print(f"{total:>6,} pictures: {100 * low:.1f} to {100 * high:.1f} %")

# %% [markdown]
# Four times the pictures make it half as wide. With our 300 pictures, **a difference of one percent means nothing**. *Does
# the start make such a difference?* Five learners, equal but for the chance. The first line below makes `print` silent, or
# we would have five tables.

# %%
from contextlib import redirect_stdout
from io import StringIO

results = []
for number in range(5):
    with redirect_stdout(StringIO()):
        another = ConvLearner.pretrained(arch, data, precompute=True, seed=number)
        results.append(another.fit(0.01, 2)[-1])

# %% [markdown]
# The dots are the accuracies, the bars their intervals:

# %%
from helpers.lessons.charts import plot_accuracies

names = [f"seed {number}" for number in range(5)]
bounds = [(row.accuracy_low, row.accuracy_high) for row in results]
axes = plot_accuracies(names, [row.accuracy for row in results], bounds)
assert all(low <= row.accuracy <= high for row in results for low, high in bounds)

# %% [markdown]
# Five different numbers, and each lies inside all the other intervals. Whoever picks the best of them and calls it progress
# is fooled by luck. It has happened in well-known places. This is a result from a course of 2018, on 2,000 validation
# photographs:

# %% tags=["nbval-check-output"]
reported = 0.9912109375
print(f"{reported * 2000} of 2000, or {reported * 2048} of 2048")

# %% [markdown]
# Nobody is right about 0.42 of a picture. The number is a *mean of the means* of 32 batches. The last batch held only 16
# pictures, and counted as much as a full one, as if there had been 32 × 64 = 2,048. Here every picture counts once.
#
# The same course then went on to 0.9917, 0.9922 and 0.9932 by cleverer training. *Was that progress?*

# %% tags=["nbval-check-output"]
low, high = wilson_interval(round(reported * 2000), 2000)
print(f"the first result's interval: {low:.4f} to {high:.4f}")

# %% [markdown]
# All three lie inside it. Perhaps it was progress. These 2,000 photographs cannot tell.

# %%
quiz("02.2")

# %% [markdown]
# ## Look at the results
#
# A number is a summary. Look at what is behind it. `predict_all` asks the model about every validation picture and keeps
# the answers:

# %%
predictions = learn.predict_all()
predictions

# %% [markdown]
# *Which did it get right?* Four of those, by chance. The title is what the model says, and how sure it is. (As before,
# `%config` stores pictures as JPEG.)

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.interpret import confusion_matrix, most_correct, most_uncertain, most_wrong, random_correct, random_wrong

axes = random_correct(predictions, seed=1).show()

# %% [markdown]
# *And wrong?* Again four, by chance.

# %%
axes = random_wrong(predictions, seed=1).show()

# %% [markdown]
# *Would you have known?* Now the interesting ones: cats about which it was wrong **and sure**.

# %%
axes = most_wrong(predictions, "cats").show()

# %% [markdown]
# And the dogs that it is surest to be cats:

# %%
axes = most_wrong(predictions, "dogs").show()

# %% [markdown]
# Here you find out what a model goes by. Ears? A muzzle? Something that covers half of the animal? With real data you also
# find **wrong labels** here: where a good model is sure and "wrong", look whether it is the label that is wrong.
#
# Compare with the pictures about which it is right and surest:

# %%
axes = most_correct(predictions, "cats").show()

# %% [markdown]
# The same for dogs:

# %%
axes = most_correct(predictions, "dogs").show()

# %% [markdown]
# *Where does it hesitate?* The four pictures with the smallest lead of one answer over the other:

# %%
axes = most_uncertain(predictions).show()

# %% [markdown]
# Such pictures are worth most if you are going to label more: let a person decide these first.
#
# *Does it make one kind of mistake more often?* The **confusion matrix** counts: rows are what a picture is, columns what it
# was taken for. The diagonal is right.

# %%
axes = confusion_matrix(predictions).plot()

# %% [markdown]
# The accuracy again, from this table: the diagonal, divided by everything.

# %%
counts = confusion_matrix(predictions).counts
print(f"{counts.trace()} of {counts.sum()} = {counts.trace() / counts.sum():.3f}")
assert counts.trace() / counts.sum() == history[-1].accuracy

# %% [markdown]
# ## Ask about one picture
#
# `predict` takes a file, or an array as `read_image` gives it. Here is a validation picture as it is, mirrored, and upside
# down. *Will the answers be the same?*

# %%
from helpers import read_image
from helpers.plots import show_images

picture = read_image(data.valid.paths[0])
views = [picture, picture[:, ::-1], picture[::-1]]
axes = show_images(views, [str(learn.predict(view)) for view in views], columns=3)

# %% [markdown]
# One picture proves nothing. *How is it for many?* Every third validation picture, in the same three ways:

# %%
ways = {"as it is": np.asarray, "mirrored": np.fliplr, "upside down": np.flipud}
for way, turn in ways.items():
    said = [learn.predict(turn(read_image(path))).label for path in data.valid.paths[::3]]
    right = [data.classes[label] for label in data.valid.labels[::3]]
    print(f"{way:<12} {sum(map(str.__eq__, said, right))} of {len(right)}")

# %% [markdown]
# Mirrored animals are as good as any. Animals that stand on their heads it has hardly seen, neither in our pictures nor
# before, and it takes more of them for something else.
#
# *And what does it say about things that are neither?* Chance, plain grey, and the shuffled cat of lesson 01:

# %%
noise = rng.integers(0, 256, (128, 128, 3), dtype=np.uint8)
grey = np.full((128, 128, 3), 128, dtype=np.uint8)
shuffled = rng.permutation(picture.reshape(-1, 3)).reshape(picture.shape)
nothing = [noise, grey, shuffled]
axes = show_images(nothing, [str(learn.predict(view)) for view in nothing], columns=3)

# %% [markdown]
# It knows two words, so it says one of them, and it may say it with great confidence. **A classifier cannot answer
# "neither"**. Its percent are about pictures like those it learned from. A bird or a sheet of paper is none of them. Keep
# that in mind when a model meets the world.

# %% [markdown]
# ## Inside: from a file to the network
#
# *What is inside `learn`?* We follow one picture through it. It is the cat of lesson 01.

# %%
picture = read_image(PATH / "train/cats/cat.0.jpg")
print(picture.shape)

# %% [markdown]
# **Resize.** A network takes arrays of one size, and batches need it too. So the shorter side is made `sz` pixels long, and
# the middle square is cut out. PyTorch puts the channels first: (3, height, width). `permute` moves the axes.

# %% tags=["nbval-check-output"]
from helpers.files.images import resize_and_crop

small = resize_and_crop(torch.from_numpy(picture).permute(2, 0, 1), sz)
print(tuple(small.shape), small.dtype)

# %% [markdown]
# As a picture, with two other sizes beside it. *How small can it be, and still be a cat to you?*

# %%
sizes = [32, 64, sz]
squares = [resize_and_crop(torch.from_numpy(picture).permute(2, 0, 1), size) for size in sizes]
axes = show_images([square.permute(1, 2, 0) for square in squares], [f"sz = {size}" for size in sizes], columns=3)

# %% [markdown]
# What lay left and right of the middle square is lost. That is the price of equal sizes. Half of `sz` means a quarter of
# the pixels, and about a quarter of the time. So **start small**, try your ideas quickly, and enlarge later.

# %% [markdown]
# **Normalise.** Pixels run from 0 to 255. Networks learn best from numbers around 0, of a size around 1. There are two
# usual ways. The first squeezes everything between 0 and 1:
#
# $$y = \frac{x - \min}{\max - \min}$$
#
# The second, *standardising*, subtracts the mean μ and divides by the standard deviation σ, the typical distance from the
# mean:
#
# $$y = \frac{x - \mu}{\sigma}$$

# %% tags=["nbval-check-output"]
x = small.permute(1, 2, 0).numpy().astype(float)
squeezed = (x - x.min()) / (x.max() - x.min())
standardised = (x - x.mean(axis=(0, 1))) / x.std(axis=(0, 1))
print(f"squeezed: from {squeezed.min():.0f} to {squeezed.max():.0f}")
print("standardised: mean", abs(standardised.mean(axis=(0, 1)).round(6)), "deviation", standardised.std(axis=(0, 1)))

# %% [markdown]
# *What do they do to the picture?* A **histogram** counts how many pixels have each value. One line for each channel, and
# the same pixels three times:

# %%
import matplotlib.pyplot as plt
from helpers.lessons.charts import plot_histogram

figure, places = plt.subplots(1, 3, figsize=(10, 2.8), layout="constrained", sharey=True)
for place, (title, values) in enumerate([("as it is", x), ("squeezed", squeezed), ("standardised", standardised)]):
    axes = plot_histogram(values, ax=places[place])
    text = axes.set_title(title, fontsize=10)

# %% [markdown]
# Look at the numbers below the axes. Squeezing only writes other numbers under the same hills. Standardising does it for
# each channel by itself, so the three hills come to lie over each other, around 0.
#
# A pretrained network must get its input **as it was trained**. Ours was trained with these μ and σ for red, green and
# blue, the means over a million photographs and not over this picture:

# %% tags=["nbval-check-output"]
mean, std = np.array(data.tfms.mean), np.array(data.tfms.std)
print("mean", mean, "deviation", std)

# %% [markdown]
# In `learn.model` the first layer does it, so nobody can forget. *Does our formula give what that layer gives?*

# %% tags=["nbval-check-output"]
device = learn.fabric.device
theirs = learn.model.normalise(small[None].to(device))[0].permute(1, 2, 0).cpu().numpy()
ours = (x / 255 - mean) / std
print("equal:", np.allclose(ours, theirs, atol=1e-5))

# %% [markdown]
# (`small[None]` makes a batch of one picture. `.to(device)` moves it to where the model is: the GPU, if you have one.)

# %% [markdown]
# ## Inside: the network
#
# *What happens to the numbers then?* `summary` shows each layer: what a picture becomes in it, how many numbers the layer
# holds, and whether they learn.

# %% tags=["nbval-check-output"]
learn.summary()

# %% [markdown]
# Read the third column from the top. 3 channels of 128 × 128 go in. Each block makes *more channels* of *less height and
# width*: after the last there are 512 small maps of 4 × 4. The pooling keeps the mean and the maximum of each, 1,024
# numbers. The head makes two numbers of them: one **score** for cats, one for dogs.
#
# - The **body** finds out what is in a picture: edges, fur, eyes, ears. Nobody told it to look for these. Lessons 04, 05
#   and 08 are about it. It was trained before, on other pictures with other labels.
# - The **head** decides what that means here. It is new, and it began with random numbers.
#
# The last column is the trick. The body is **frozen**: nothing in it changed when you trained. Only the head learned. This
# is **transfer learning**: what was learnt on one task serves another.
#
# *How much learned, in percent?*

# %% tags=["nbval-check-output"]
learns = sum(value.numel() for value in learn.model.parameters() if value.requires_grad)
everything = sum(value.numel() for value in learn.model.parameters())
print(f"{learns:,} of {everything:,}: {learns / everything:.0%}")

# %% [markdown]
# ### What is the pretrained body worth?
#
# We find out by taking it away. `weights=None` gives the same body with random numbers: it has never seen a picture. The
# head learns as before. *What accuracy, in percent?*

# %%
predict_first("02.2", ...)

# %% [markdown]
# First the time:

# %%
blank = ConvLearner.pretrained(arch, data, weights=None, precompute=True, seed=1)
print(blank.estimate(2))

# %% [markdown]
# And now train it.

# %%
blank_history = blank.fit(0.01, 2)
reveal("02.2", 100 * blank_history[-1].accuracy)

# %% [markdown]
# Both in one figure, with the coin:

# %%
rows = [history[-1], blank_history[-1]]
intervals = [(row.accuracy_low, row.accuracy_high) for row in rows]
axes = plot_accuracies(["pretrained", "random"], [row.accuracy for row in rows], intervals, baseline=0.5)
assert history[-1].accuracy_low > blank_history[-1].accuracy_high

# %% [markdown]
# These two intervals have nothing in common. This difference is no luck. The head can only use what the body gives it.
#
# *Is that fair? A body of random numbers could learn too.* So we let it. `unfreeze` lets every number of the network learn,
# not only the head's. That takes longer, because every picture goes through the whole network, forwards and backwards, in
# every epoch. We give it one epoch.

# %%
scratch = ConvLearner.pretrained(arch, data, weights=None, seed=1)
scratch.unfreeze()
scratch_history = scratch.fit(0.01, 1)

# %% [markdown]
# *How long would it have had, if it had only the time that our three lines took?* They ran the body once over all pictures,
# forwards alone, and then trained the head twice, which is nothing. So this one epoch was more time, not less. All three in
# one figure:

# %%
rows = [history[-1], blank_history[-1], scratch_history[-1]]
intervals = [(row.accuracy_low, row.accuracy_high) for row in rows]
names = ["pretrained body, new head", "random body, new head", "random, all of it learns"]
axes = plot_accuracies(names, [row.accuracy for row in rows], intervals, baseline=0.5)
assert history[-1].accuracy_low > scratch_history[-1].accuracy_high

# %% [markdown]
# That is why this course starts with a pretrained network, and why you should. With a thousand pictures nobody learns to
# see from nothing. With a million, somebody already has.

# %%
quiz("02.3")

# %% [markdown]
# ### Which architecture?
#
# `arch` can be the name of any convolutional network in torchvision, or the function that makes it. The course of
# 2018 trained `resnet34` at `sz = 224`:
#
# ```python
# from torchvision.models import resnet34
# arch, sz = resnet34, 224
# ```
#
# Its weights are fetched the first time, 83 MB, so that needs a network. *Which are there, and what do they cost?*
# torchvision knows, for each, how often it is right on **ImageNet**, a task with 1,000 classes, and how many billion
# multiplications a picture takes.

# %%
from torchvision.models import get_model_weights
from helpers.lessons.charts import plot_points

names = ["alexnet", "googlenet", "resnet18", "resnet34", "resnet50", "inception_v3", "resnet101", "resnet152", "vgg16"]
labels = ["alexnet", "", "googlenet, resnet18", *names[3:]]  # those two lie side by side
facts = [get_model_weights(name)["DEFAULT"].meta for name in names]
accuracies = [fact["_metrics"]["ImageNet-1K"]["acc@1"] for fact in facts]
costs = [fact["_ops"] for fact in facts]
words = {"xlabel": "billion multiplications for a picture", "ylabel": "right on ImageNet (%)"}
axes = plot_points(costs, accuracies, names=labels, **words)

# %% [markdown]
# Up is better, left is cheaper. AlexNet began it in 2012. VGG is large and slow for what it gives. The number in a ResNet's
# name counts its layers: with more of them it gets slower and better. Part of the lead of `resnet50` and the larger ones is
# another thing: their weights were trained later, by a better recipe. **Start with a small one.** When everything works, try
# the next larger one, and look at the interval before you call it better.

# %% [markdown]
# ### Why was it so quick?
#
# "You cannot do this without a GPU; on a CPU it takes ages." One reads that often. It took seconds here, and `precompute=True`
# is the reason. The body is frozen, so for the same picture it gives the same 1,024 numbers in every epoch. So it ran
# **once** over all pictures, and these **activations** were kept. The epochs then trained the head alone.
#
# *How many numbers is that?* For one picture:

# %% tags=["nbval-check-output"]
with torch.inference_mode():
    features = learn.model.features(small[None].to(device))
print(f"in {small.numel():,} numbers, out {features.numel():,}")

# %% [markdown]
# The opposite, without keeping: every epoch sends every picture through the body. *How many times as long does an epoch take
# then?*

# %%
predict_first("02.3", ...)

# %% [markdown]
# Here is the same training without it:

# %%
slow = ConvLearner.pretrained(arch, data, seed=1)
slow_history = slow.fit(0.01, 1)

# %% [markdown]
# The rows know their seconds, so we can divide.

# %%
reveal("02.3", slow_history[-1].seconds / history[-1].seconds)

# %% [markdown]
# And the accuracy is the same, as it should be: the mathematics has not changed. Only the waiting has. The activations also
# lie in a file now, so the three lines run even faster the second time:

# %%
import time

start = time.perf_counter()
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
again = ConvLearner.pretrained(arch, data, precompute=True)
again_history = again.fit(0.01, 2)
print(f"from the folder to the result: {time.perf_counter() - start:.1f} s")

# %% [markdown]
# Change one picture, the size or the network, and the file no longer counts: the activations are computed anew.
#
# There is one thing that it cannot do. If pictures are changed at random in every epoch, to have more of them, there is
# nothing to keep. Lesson 09 does that, with `precompute=False`.

# %% [markdown]
# ## Inside: from scores to a loss
#
# *What does the network really say?* Two scores for each picture. We take the first batch of validation pictures.

# %%
batch = next(data.batches("valid"))
with torch.inference_mode():
    scores = learn.model(batch.pixels.to(device)).float().cpu()
print(tuple(batch.pixels.shape), "→", tuple(scores.shape))
print(scores[:3])

# %% [markdown]
# Any number may appear there, also a negative one. The larger score wins. To get **probabilities**, two things are needed:
# all positive, and together 1. The exponential function makes them positive, and a division makes their sum 1. This is
# called **softmax**:
#
# $$p_i = \frac{e^{s_i}}{\sum_j e^{s_j}}$$
#
# With scores that we choose ourselves:

# %% tags=["nbval-check-output"]
chosen = np.array([2.0, 0.0])
exponentials = np.exp(chosen)
print("positive:", exponentials.round(3), " sum 1:", (exponentials / exponentials.sum()).round(3))

# %% [markdown]
# Two points ahead make 88 %. *Is that what `learn.predict` gives?* We do it for the first picture of the batch.

# %%
by_hand = np.exp(scores[0].numpy()) / np.exp(scores[0].numpy()).sum()
asked = learn.predict(data.valid.paths[batch.indices[0]])
print("by hand", by_hand.round(3), " learn.predict", asked.probabilities.round(3))
assert np.allclose(by_hand, asked.probabilities, atol=0.05)

# %% [markdown]
# It is. (Where the machine is quicker with short numbers, `predict` uses them, and late digits differ.)
#
# Now the **loss**. It looks at one thing only: the probability of the *right* answer. It is minus the logarithm of that.
# This is **cross-entropy**.

# %%
from helpers.plots import plot_line

p = np.linspace(0.01, 1, 100)
axes = plot_line(p, -np.log(p), xlabel="probability given to the right class", ylabel="loss of this picture")

# %% [markdown]
# Sure and right, at the far right: no loss. Half and half: 0.69. Sure and wrong, at the far left: it shoots up, and has no
# limit. So the loss punishes confidence in a wrong answer, where the accuracy only sees one more mistake. And unlike the
# accuracy, it changes a little when the scores change a little. That is what makes it good to learn from.
#
# *Does PyTorch compute the same?* For all pictures of the batch, the mean:

# %%
from torch.nn.functional import cross_entropy

probabilities = scores.softmax(dim=1)
right_ones = probabilities[torch.arange(len(scores)), batch.labels]
print(f"by hand {-right_ones.log().mean():.5f}, PyTorch {cross_entropy(scores, batch.labels):.5f}")
assert torch.isclose(-right_ones.log().mean(), cross_entropy(scores, batch.labels), atol=1e-5)

# %% [markdown]
# Equal. This number, for a batch of training pictures, is one point of the pale line far above.
#
# *And how does it get smaller?* Here is the whole training loop, as it is in the package:

# %%
import inspect
from helpers.training import train

print(inspect.getsource(train))

# %% [markdown]
# Look at the five lines after `for`. Ask the model and take the loss. Forget the old slopes. Find, for each number that
# learns, whether the loss would go up or down if this number grew: the **slope**. Take a small step downhill. That is all,
# and it is the same in every neural network you have read about. What remains is bookkeeping. Lesson 11 builds it again.

# %% [markdown]
# ### How small a step?
#
# The first argument of `fit`, 0.01, is the **learning rate**: how far a step goes. *What if it is much too small, or much
# too large?* Three fresh learners, one epoch each:

# %%
from helpers.history import smoothed

axes = new_axes()
for rate, colour in [("0.00001", THIRD), ("0.01", FIRST), ("1", "black")]:
    with redirect_stdout(StringIO()):
        trial = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
        trial_history = trial.fit(float(rate), 1)
    values = smoothed(trial.sched.losses)
    words = {"xlabel": "step", "ylabel": "loss, running mean", "label": f"rate {rate}"}
    axes = plot_line(range(1, len(values) + 1), values, colour=colour, ax=axes, **words)
axes.set_yscale("log")

# %% [markdown]
# The axis goes up by factors of ten. Too small: it hardly moves, and would need hundreds of epochs. Too large: every step
# jumps over the valley, and the loss gets *worse*. In between it falls. *And larger still?*

# %%
try:
    trial.fit(100, 1)
except ArithmeticError as error:
    print(error)

# %% [markdown]
# The numbers grew until the computer had none so large. `nan` means "not a number". The learner notices it, stops, and puts
# its weights back. **The learning rate is the one number that you must get right**, and lesson 03 finds it for you.

# %% [markdown]
# ## Keep it
#
# *How do I use the model tomorrow?* `save` writes one file into the folder `models`.

# %%
file = learn.save("first")
print(file.name, f"{file.stat().st_size / 1e6:.1f} MB")

# %% [markdown]
# The file holds the weights and what else is needed: the architecture, the size, the classes, mean and deviation. `load_model`
# needs nothing but the file. It gives a model that predicts:

# %%
from helpers import load_model

kept = load_model(file)
print(kept, "·", kept.predict(data.valid.paths[0]), "·", learn.predict(data.valid.paths[0]))

# %% [markdown]
# The same answer from both. Such a file holds numbers and text, and nothing that can run. That matters: the older way of
# storing models, *pickle*, can run any program on the computer of whoever opens the file. So take no models in it from
# strangers.

# %% [markdown]
# ## The steps again
#
# ```python
# data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
# learn = ConvLearner.pretrained(arch, data, precompute=True)
# learn.fit(0.01, 2)
# ```
#
# 1. Start with a small `sz` and a small `arch`. Read the baseline, then the accuracy **with its interval**.
# 2. `predictions = learn.predict_all()`. Look at random ones, at the surest mistakes, at the least sure, at the confusions.
# 3. `learn.predict(file)` for one picture, `learn.save(name)` to keep the model.
#
# **To take along**
#
# - A picture goes: resize, normalise, body, pool, head, scores, softmax, probabilities.
# - Transfer learning: the body has learnt to see before. Only the head is new.
# - The loss is minus the logarithm of the right answer's probability. Training takes small steps that make it smaller.
# - A difference inside the interval is no difference yet.
# - A classifier says one of its words, whatever you show it.
#
# **You can now** run a whole project: look at the data, train, choose by the validation set, look at the mistakes, and keep
# what you made. Lesson 03 chooses the rate, lesson 09 makes the result better, lesson 12 takes your own pictures.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/02_first_training.ipynb) hold all answers.
#
# **1.** The photographs are 23,000 for training. With batches of 64: how many steps are in an epoch?

# %%
steps = ...
check("02.1", steps)

# %% [markdown]
# **2.** Write `softmax(scores)`: an array of any number of scores comes in, their probabilities go out. Try it on
# `[1000, 0]`, too. (Three lines or so. It changes nothing if you subtract the same number from all scores first.)


# %%
def softmax(scores):
    # your lines in place of the dots
    ...


check("02.2", softmax)

# %% [markdown]
# **3.** Three classes, and a picture of the third. The model gives them 0.5, 0.25 and 0.25. What is its loss for this picture?

# %%
loss = ...
check("02.3", loss)

# %% [markdown]
# **4.** Write `accuracy(batches)`. It gets a list of pairs, one for each batch: how many were right, how many there were. For
# example `[(60, 64), (16, 16)]`. It gives back the accuracy over all pictures, and does not repeat the mistake of 2018.
# (Three lines or so.)


# %%
def accuracy(batches):
    # your lines in place of the dots
    ...


check("02.4", accuracy)

# %% [markdown]
# **5.** Write `standardise(picture)`: a `uint8` picture (height, width, 3) comes in. An array of the same shape goes out, in
# which each channel has mean 0 and standard deviation 1. (Two lines or more.)


# %%
def standardise(picture):
    # your lines in place of the dots
    ...


check("02.5", standardise)

# %% [markdown]
# **6.** Write `confusion(labels, predicted, classes)`. It gets two arrays of class numbers and how many classes there are. It
# gives back the confusion matrix, rows for the labels, columns for what was predicted. (Four lines or more.)


# %%
def confusion(labels, predicted, classes):
    # your lines in place of the dots
    ...


check("02.6", confusion)

# %% [markdown]
# **7.** From memory, without looking up: make a new learner for the same pictures with `sz = 96`, and train it for three
# epochs at 0.01. Call what `fit` gives back `my_history`. (Three lines.)

# %%
my_history = ...
check("02.7", my_history)

# %% [markdown]
# **8.** Without a check: show your model some pictures of your own, with `learn.predict("file.jpg")`: photographs of cats and
# dogs, toys, cartoons, yourself. It learned from drawings. How far does that carry?
#
# ## Links
#
# - He and others, [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385) (2015): ResNet
# - Krizhevsky, Sutskever and Hinton,
#   [ImageNet classification with deep convolutional neural networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks)
#   (2012): AlexNet
# - Yosinski and others, [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792) (2014)
# - [torchvision's models](https://docs.pytorch.org/vision/stable/models.html), with the accuracy of each
# - [The binomial proportion's interval](https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval), Wilson's among
#   others
# - [safetensors](https://huggingface.co/docs/safetensors), the file that holds numbers and cannot run
#
# **Next**: [03 · The learning rate](03_learning_rate.ipynb)
