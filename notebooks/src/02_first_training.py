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
# - train a classifier of pictures in three lines, and read every number that they print;
# - say how far an accuracy can be trusted, and compare two models on the same pictures;
# - say what is inside `learn`: transforms, a body that was trained before, a new head, a loss;
# - compute a picture's probabilities and loss by hand;
# - measure what transfer learning is worth, and keep a model in a file.
#
# **Time**: 45 minutes to read and try, and 35 for the exercises. All cells together run in 60 seconds on two CPU cores.
#
# **Needs**: lesson 01. No GPU, no internet, no deep learning.

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
# The lines need a folder of pictures, the name of a network, and `sz`, the height and width in pixels to which every
# picture is resized. Our network, `resnet10`, comes with the course. It is **pretrained**: it was trained on other
# pictures before.
#
# | `resnet10` | ([the whole card](../backbone/MODEL_CARD.md)) |
# |---|---|
# | kind | a **convolutional network**: its layers slide small grids of numbers over the picture (lesson 04) |
# | teacher | taught to imitate `mobilenet_v2`, which others trained on **ImageNet**, 1.2 million labelled photographs |
# | pictures | 49,469 photographs of many things and 8,492 of pets, without labels; each group was shown about equally often; none of our pictures |
# | choice | its last version was chosen on our 300 validation pictures, so our scores may be a little high |
#
# Training uses random numbers. They all follow from one number, the **seed**. `manual_seed(1)` fixes it, so you get
# nearly the numbers on this page.

# %%
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

torch.manual_seed(1)
PATH = get_data("sample")
arch, sz = "resnet10", 128

# %% [markdown]
# The first line finds the pictures. The second makes a **learner**: a network and its data, ready to be trained.

# %%
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True)

# %% [markdown]
# The third line will train, twice on every training picture. *What percentage of the 300 validation pictures will the
# network get right?*

# %%
predict_first("02.1", ...)

# %% [markdown]
# The third line prints a table and returns its rows:

# %%
history = learn.fit(0.01, 2)
assert history[-1].accuracy > 0.94
reveal("02.1", 100 * history[-1].accuracy)

# %% [markdown]
# That was the whole game. The rest of this course asks what happened.
#
# ## What do the numbers mean?
#
# An **epoch** is one pass through all the training pictures. The network sees them in **batches** of 64. After each
# batch the network's numbers change a little: this is one **step**. *How many steps are in an epoch?*

# %% tags=["nbval-check-output"]
print(f"{len(data.train):,} pictures / {data.batch_size} = {len(data.train) / data.batch_size}")

# %% [markdown]
# Fifteen full batches and a last one of 40: 16 steps.
#
# The **loss** says how wrong the network is, as one number: 0 is perfect. Training makes it smaller. `learn.sched`
# keeps the loss of every step. *How did it change?*

# %%
axes = learn.sched.plot()

# %% [markdown]
# The pale line jumps, because some batches are harder than others. The dark line, a running mean, falls fast, then
# slowly.
#
# In the table, `train loss` is the mean over the epoch, while the network was still changing. `valid loss` was measured
# after the epoch, on pictures that the network never learned from. So only `valid loss` says what to expect of new
# pictures.

# %%
quiz("02.1")

# %% [markdown]
# The **accuracy** is the share of validation pictures that the network gets right. The line above the table gives a
# **baseline**: the accuracy of always giving the commonest answer. If 95 % of your pictures were cats, an accuracy of
# 95 % would be worth nothing.
#
# ## How far can we trust it?
#
# 300 pictures are not many. *How far off may a score be?* We invent a model that is right about each picture with a
# probability of exactly 95 %. We try it on 300 pictures, a thousand times.

# %%
import numpy as np
from helpers.plots import FIRST, GREY, SECOND, THIRD, new_axes

rng = np.random.default_rng(1)
scores = rng.binomial(300, 0.95, size=1000) / 300
axes = new_axes(size=(6, 2.8))
axes.hist(100 * scores, bins=np.arange(90, 100, 1 / 3) - 1 / 6, color=FIRST, edgecolor="white", linewidth=0.3)
axes.axvline(95, color=THIRD, linestyle="--")
limits = axes.set(xlabel="accuracy on 300 pictures (%)", ylabel="how many of 1,000 trials")

# %% [markdown]
# The dashed line is the truth. The scores lie up to several points to either side, although the model is always the
# same. So the table gives a **95 % interval** beside each accuracy. It is computed from this one score, and should
# contain the truth in about 95 of 100 trials. **On 300 pictures, 95 % is known to two or three points either way**.
#
# *And how much does the seed matter?* We train five learners that differ only in `seed=`. (Our learner above drew its
# own seed, so it is not "seed 1" here.) `predict_all` returns a model's answers to all validation pictures. The dots
# are accuracies, the bars intervals.

# %%
from contextlib import redirect_stdout
from io import StringIO
from helpers.lessons.charts import plot_accuracies

results = []
for number in range(5):
    with redirect_stdout(StringIO()):  # hides the table
        another = ConvLearner.pretrained(arch, data, precompute=True, seed=number)
        another.fit(0.01, 2)
        results.append(another.predict_all())
names = [f"seed {number}" for number in range(5)]
axes = plot_accuracies(names, [said.accuracy for said in results], [said.interval for said in results])

# %% [markdown]
# All five were scored on the same pictures, so the dots differ because of the seed alone. The bars say how far a score
# may move on *other* pictures. *So is the best of the five really better than the worst?* For two models on the same
# pictures, count those where **only one of them is right**:

# %%
from helpers.statistics import Comparison, compare, wilson_interval

ranked = sorted(results, key=lambda said: said.accuracy)
assert compare(ranked[0], ranked[-1]).verdict == "not distinguishable"
compare(ranked[0], ranked[-1])

# %% [markdown]
# If the two were equally good, each of these pictures would be like the toss of a coin. **p** is how often coins fall
# at least this unevenly, either way. We call two models different only where p is below 0.05. Counting like this is a
# **paired comparison** (lesson 09). Keeping the best of five seeds is luck, not progress.
#
# Our three lines follow the **fast.ai course of 2018**. Its first result, on 2,000 validation photographs, was
# 0.9912109375. *How many photographs is that?*

# %% tags=["nbval-check-output"]
reported = 0.9912109375
print(f"{reported * 2000} of 2000, or {reported * 2048} of 2048")

# %% [markdown]
# No model is right about 0.42 of a picture. The number is a *mean of the means* of 32 batches. The last batch had only
# 16 pictures, but counted as much as one of 64, as if there were 32 · 64 = 2,048. So it does not tell the count. If the
# last 16 were all right, it was 1,982.
#
# Better training then gave 0.9917, 0.9922 and 0.9932. *Was it progress?* We count all of them in this way, and suppose
# that the last model lost no picture that the first had right. `wilson_interval` computes the interval of the table:

# %% tags=["nbval-check-output"]
low, high = wilson_interval(round(reported * 2000), 2000)
gained = round(0.9932 * 2000) - round(reported * 2000)
print(f"interval {low:.4f} to {high:.4f}; {gained} to 0: p = {Comparison(0, gained, 2000).p}")

# %% [markdown]
# All three results lie inside the interval of the first. That settles nothing, because the photographs were the same.
# But even then p is above 0.05: these numbers do not show progress.

# %%
quiz("02.2")

# %% [markdown]
# ## Look at the results
#
# *Which pictures does it get wrong?* First the four cats that it called dogs with the highest probability:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.interpret import confusion_matrix, most_correct, most_wrong

predictions = learn.predict_all()
axes = most_wrong(predictions, "cats").show()

# %% [markdown]
# Two of the four sleep in profile, with closed eyes. Now the dogs that it took for cats:

# %%
axes = most_wrong(predictions, "dogs").show()

# %% [markdown]
# Two of the four have pointed ears, and one is striped like a tabby. Compare with the dogs that it is surest about:

# %%
axes = most_correct(predictions, "dogs").show()

# %% [markdown]
# Here all ears hang. But ears alone do not decide: the first cat above has pointed ones. With real data you also find
# **wrong labels** among the confident mistakes.
#
# *Is one kind of mistake more frequent?* The **confusion matrix** counts them: rows are what a picture is, columns what
# it was taken for. The diagonal, divided by everything, is the accuracy.

# %%
matrix = confusion_matrix(predictions)
axes = matrix.plot()
assert matrix.counts.trace() / matrix.counts.sum() == history[-1].accuracy

# %% [markdown]
# Neither kind is much more frequent here.
#
# ## Ask about one picture
#
# `predict` takes a file, or an array as `read_image` gives it. *What about something that is neither cat nor dog?* We
# ask about a validation picture and about stripes:

# %%
from helpers import read_image
from helpers.plots import show_images

rows, columns = np.mgrid[:128, :128]
stripes = np.repeat((255 * ((rows + columns) % 16 < 8)).astype(np.uint8)[..., None], 3, axis=2)
asked = [read_image(data.valid.paths[0]), stripes]
answers = [learn.predict(picture) for picture in asked]
axes = show_images(asked, [str(answer) for answer in answers])
assert min(answer.probability for answer in answers) > 0.9

# %% [markdown]
# It has only two answers, so it calls the stripes a dog, above 90 %. **A classifier cannot answer "neither"**, and its
# percentages only mean something for pictures like those it learned from.
#
# ## Inside: from a file to the network
#
# *What is inside `learn`?* We follow the cat of lesson 01 through it. First come the **transforms** (`tfms`).
#
# **Resize.** All pictures of a batch must have one size: the shorter side is made `sz` pixels long, and the middle
# square is cut out. PyTorch wants the channels first, (3, height, width), so `permute` moves the axes.
#
# *How small can it be, and still be a cat to you?*

# %%
from helpers.files.images import resize_and_crop

picture = torch.from_numpy(read_image(PATH / "train/cats/cat.0.jpg")).permute(2, 0, 1)
small = resize_and_crop(picture, sz)
squares = [resize_and_crop(picture, size).permute(1, 2, 0) for size in (32, 64, sz)]
axes = show_images(squares, ["sz = 32", "sz = 64", f"sz = {sz}"], columns=3)

# %% [markdown]
# Half of `sz` means a quarter of the pixels. **Start small**, try your ideas quickly, and enlarge later.
#
# **Normalise.** Pixels run from 0 to 255. Networks usually learn best from numbers around 0, of a size around 1. One
# way is to squeeze them between 0 and 1 (normalising in the narrow sense):
#
# $$y = \frac{x - \min}{\max - \min}$$
#
# The other is *standardising*: subtract the mean μ and divide by the standard deviation σ, the typical distance from
# the mean:
#
# $$y = \frac{x - \mu}{\sigma}$$
#
# A **histogram** counts how many pixels have each value, here one line for each channel:

# %%
import matplotlib.pyplot as plt
from helpers.lessons.charts import plot_histogram

x = small.permute(1, 2, 0).numpy().astype(float)
squeezed = (x - x.min()) / (x.max() - x.min())
standardised = (x - x.mean(axis=(0, 1))) / x.std(axis=(0, 1))
figure, places = plt.subplots(1, 3, figsize=(10, 2.8), layout="constrained", sharey=True)
titles = ["as it is", "squeezed", "standardised"]
for place, title, values in zip(places, titles, [x, squeezed, standardised], strict=True):
    plot_histogram(values, ax=place).set_title(title, fontsize=10)

# %% [markdown]
# Squeezing only changes the numbers below the axis. Standardising moves each channel by itself: the highest peaks of
# red and blue no longer lie together.
#
# A pretrained network must get its input **as in its training**. Ours standardises with ImageNet's μ and σ of red,
# green and blue.
#
# ## Inside: the network
#
# *What happens to the numbers in the network?* `summary` shows the shape of a picture after each layer, the layer's
# **parameters**, and whether they learn. Parameters are numbers that training can change. Most of them are **weights**:
# factors that inputs are multiplied by.

# %% tags=["nbval-check-output"]
learn.summary()

# %% [markdown]
# Read the third column from the top. A picture begins as 3 channels of 128 × 128. Block by block there are *more
# channels* of *less height and width*, up to 512 of 4 × 4. `AverageAndMaxPool` keeps the mean and the maximum of each,
# 1,024 numbers. From these the last group, the head, computes two **scores**, one for cats and one for dogs.
#
# The first layer, `Normalise`, standardises. `Conv2d` is a convolution, `Sequential` a block of several layers.
# `Linear` makes weighted sums of all its inputs. `ReLU` sets negative numbers to 0. `BatchNorm`, **batch
# normalisation**, standardises numbers over a batch. **Dropout** sets random inputs to 0 during training, so that no
# answer depends on only a few.
#
# Here is the body as a **map**, from the picture to the prediction. Each of the nine columns is a convolution with what
# follows it. It shows the five channels with the largest numbers for this picture, bright where a number is large. The
# coloured lines are weights: the thicker, the larger; orange above 0, blue below. Lesson 05 explains skip connections.

# %%
from helpers.explorers.network_explorer import network_map, network_state, plot_map

first = data.valid.paths[0]
axes = plot_map(network_state(learn, first, layer=9), here="from here the head decides")

# %% [markdown]
# In JupyterLab you can move on this map: click a channel, then click it again.

# %%
network_map(learn, first, layer=9)

# %% [markdown]
# The network has two parts:
#
# - The **body** turns a picture into numbers that say what is in it.
# - The **head** decides what these numbers mean here. It is new, and it began with random numbers. So before the first
#   step the whole model guesses.

# %%
quiz("02.3")

# %% [markdown]
# The body is **frozen**: the summary's last column says that nothing in it learns. Only the head does, one number in
# ten. This is **transfer learning**: what was learned on one task serves another.
#
# ### What is the pretrained body worth?
#
# `weights=None` gives the same body with random numbers: it has never seen a picture. The head learns as before. *What
# accuracy, in percent?*

# %%
predict_first("02.2", ...)

# %% [markdown]
# Train it:

# %%
blank = ConvLearner.pretrained(arch, data, weights=None, precompute=True, seed=1)
with redirect_stdout(StringIO()):
    blank_history = blank.fit(0.01, 2)
reveal("02.2", 100 * blank_history[-1].accuracy)
assert history[-1].accuracy_low > blank_history[-1].accuracy_high

# %% [markdown]
# The head can only use what the body gives it.
#
# *But our body had seen cats and dogs. How much of the gain comes from them?* Its sister, `resnet10_no_pets`, had the
# same teacher, but saw no photograph of a cat or a dog. (Its teacher did. The sister also trained for less long.) All
# three in one figure:

# %%
no_pets = ConvLearner.pretrained("resnet10_no_pets", data, precompute=True, seed=1)
with redirect_stdout(StringIO()):
    no_pets_history = no_pets.fit(0.01, 2)
rows = [history[-1], no_pets_history[-1], blank_history[-1]]
intervals = [(row.accuracy_low, row.accuracy_high) for row in rows]
names = ["pretrained, pets among its pictures", "pretrained, no pets", "random numbers"]
accuracies = [row.accuracy for row in rows]
axes = plot_accuracies(names, accuracies, intervals, baseline=0.5)
seen_pets, no_pets_seen, random_numbers = accuracies
assert no_pets_history[-1].accuracy_low > blank_history[-1].accuracy_high
assert no_pets_seen - random_numbers > seen_pets - no_pets_seen > 0

# %% [markdown]
# On these drawings most of the gain needs no pets: edges, textures and shapes serve for all kinds of pictures. The rest
# comes more from having seen cats and dogs than from the longer training, as the [model
# card](../backbone/MODEL_CARD.md) shows.
#
# *Is the comparison fair? A body of random numbers could learn too.* `unfreeze` lets every number of the network learn.
# A network that begins with random numbers and learns all of them is trained **from scratch**. An epoch then takes far
# longer, as we will see below. So we take pictures of 32 pixels, and give it twelve epochs:

# %%
tiny = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, 32))
scratch = ConvLearner.pretrained(arch, tiny, weights=None, seed=1)
scratch.unfreeze()
scratch_history = scratch.fit(0.01, 12)
assert blank_history[-1].accuracy_high < scratch_history[-1].accuracy < history[-1].accuracy_low

# %% [markdown]
# It gets further than the head alone did, but stays well behind the pretrained body, which had 128 pixels. In the last
# epochs only the train loss still falls.
#
# *And at equal size, with more pictures?* We did this with photographs of cats and dogs, at 64 pixels and with three
# seeds. We trained a head on each of the three bodies, and the whole network: from scratch, and from the body that has
# seen pets (**fine-tuned**, lesson 09). Every run went on until its validation loss stopped falling:

# %%
from helpers.lessons.charts import plot_runs
from helpers.lessons.three_questions import stored_sweep

colours = {"frozen, random numbers": GREY, "from scratch": "black", "frozen, no pets seen": SECOND, "frozen": FIRST}
axes = None
for way, colour in (colours | {"fine-tuned": THIRD}).items():
    sweep = stored_sweep(f"photographs, {way}")
    words = {"xlabel": "photographs of each class", "ylabel": "wrong (%)"}
    words["label"] = "frozen, pets seen" if way == "frozen" else way
    axes = plot_runs(sweep.values, 100 * sweep.errors, colour=colour, log_x=True, ax=axes, **words)
axes.set_xticks([25, 100, 300, 1000], ["25", "100", "300", "1,000"])
axes.minorticks_off()
legend = axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)

# %% [markdown]
# From scratch, the network still guesses after 100 photographs of each class. With 1,000 it is as good as a head on the
# body that saw no pets. The body that has seen pets is better with 25 than either of them with 1,000. Fine-tuning it
# helps only where there are many photographs.
#
# ### Which architecture?
#
# `arch` can be the name of any convolutional network in torchvision. The course of 2018 took `resnet34` at `sz = 224`.
# *What do they cost, and what are they worth?*

# %%
from torchvision.models import get_model_weights
from helpers.lessons.charts import plot_points

names = ["alexnet", "googlenet", "resnet18", "resnet34", "resnet50", "inception_v3", "resnet101", "resnet152", "vgg16"]
labels = ["alexnet", "", "googlenet, resnet18", *names[3:]]
facts = [get_model_weights(name)["DEFAULT"].meta for name in names]
accuracies = [fact["_metrics"]["ImageNet-1K"]["acc@1"] for fact in facts]
costs = [fact["_ops"] for fact in facts]
words = {"xlabel": "billion multiplications for a picture", "ylabel": "right on ImageNet (%)"}
axes = plot_points(costs, accuracies, names=labels, **words)

# %% [markdown]
# VGG is expensive. The number in a ResNet's name counts its convolutions and its linear layer. With more of them it
# costs more and is better. **Start with a small one**, and `compare` before you call a larger one better.
#
# *How far do the same three lines get on photographs?* With them we trained `mobilenet_v2` at 224 pixels on 2,000
# photographs, with three seeds. The scores are on 1,000 others:

# %%
from helpers.lessons.photographs import steps_on_photographs

start = steps_on_photographs()["steps"][0]
print(", ".join(f"{accuracy:.1%}" for accuracy in start["accuracies"]), "right")

# %% [markdown]
# ### Why was training so quick?
#
# `precompute=True` is the reason. The body is frozen, so for the same picture it gives the same 1,024 numbers in every
# epoch. So it ran **once** over all pictures. The numbers, its **activations**, were kept in a file, to be used again
# for the same pictures, size and network. *How many times as long does an epoch take if every picture goes through the
# body?*

# %%
predict_first("02.3", ...)

# %% [markdown]
# One epoch both ways:

# %%
reused = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
anew = ConvLearner.pretrained(arch, data, seed=1)
with redirect_stdout(StringIO()):
    reused_history, anew_history = reused.fit(0.01, 1), anew.fit(0.01, 1)
reveal("02.3", anew_history[-1].seconds / reused_history[-1].seconds)
assert np.allclose(reused.sched.losses, anew.sched.losses, atol=0.01)

# %% [markdown]
# ## Inside: from scores to a loss
#
# *What does the network compute?* Two scores for each picture. We take a batch of validation pictures, and print three:

# %%
batch = next(data.batches("valid"))
device = next(learn.model.parameters()).device  # the GPU, if you have one
with torch.inference_mode():
    scores = learn.model(batch.pixels.to(device)).float().cpu()
print(scores[:3])

# %% [markdown]
# A score may be any number; the larger wins. **Probabilities** must be positive and add up to 1. The exponential
# function ensures the first, a division the second. This is **softmax**:
#
# $$p_i = \frac{e^{s_i}}{\sum_j e^{s_j}}$$
#
# *Is that what `learn.predict` does?* For the first picture of the batch:

# %%
exponentials = np.exp(scores[0].numpy())
by_hand = exponentials / exponentials.sum()
asked = learn.predict(data.valid.paths[batch.indices[0]])
print("by hand", by_hand.round(3), " learn.predict", asked.probabilities.round(3))
assert np.allclose(by_hand, asked.probabilities, atol=0.05)

# %% [markdown]
# It is.
#
# The loss of a picture depends only on the probability of its *right* answer: it is minus the logarithm of that. This
# is **cross-entropy**.

# %%
from helpers.plots import plot_line

p = np.linspace(0.01, 1, 100)
axes = plot_line(p, -np.log(p), xlabel="probability given to the right class", ylabel="loss of this picture")

# %% [markdown]
# At the far right the network is sure and right: no loss. At the far left it is sure and wrong: the loss grows without
# limit. Unlike the accuracy, the loss changes a little whenever the scores do. That makes it good to learn from.
#
# *Does PyTorch compute the same?* The mean over the batch:

# %%
from torch.nn.functional import cross_entropy

probabilities = scores.softmax(dim=1)
right_ones = probabilities[torch.arange(len(scores)), batch.labels]
print(f"by hand {-right_ones.log().mean():.5f}, PyTorch {cross_entropy(scores, batch.labels):.5f}")
assert torch.isclose(-right_ones.log().mean(), cross_entropy(scores, batch.labels), atol=1e-5)

# %% [markdown]
# Equal.
#
# *And how does the loss get smaller?* These lines of the package are the training loop:

# %%
import inspect
from helpers.training import train

print(inspect.getsource(train).split('"""')[-1])

# %% [markdown]
# 1. The model computes scores, and `cross_entropy` the loss.
# 2. `zero_grad` clears what `backward` computed for the last batch.
# 3. `backward` computes the **gradient**, the slope in every direction: for each parameter, how the loss changes when
#    that parameter grows. The method is **backpropagation** (lesson 10).
# 4. The **optimiser** takes a small step downhill: it changes every parameter a little, against its slope.
# 5. The loss goes to the record (`yield`).
#
# ### How small a step?
#
# The first argument of `fit`, 0.01, is the **learning rate**: how far a step goes. *What if it is much too small, or
# much too large?* We train three fresh learners for one epoch each:

# %%
from helpers.history import smoothed

axes = new_axes()
for rate, colour in [("0.00001", THIRD), ("0.01", FIRST), ("1", "black")]:
    with redirect_stdout(StringIO()):
        trial = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
        trial.fit(float(rate), 1)
    values = smoothed(trial.sched.losses)
    words = {"xlabel": "step", "ylabel": "loss, running mean", "label": f"rate {rate}"}
    axes = plot_line(range(1, len(values) + 1), values, colour=colour, ax=axes, **words)
axes.set_yscale("log")

# %% [markdown]
# The axis goes up by factors of ten. Too small: the loss hardly moves. Too large: each step goes too far, and the loss
# gets *worse*. **The learning rate is the first number to get right**: lesson 03 shows how.
#
# ## Keep it
#
# *How do you use the model tomorrow?* `save` writes one file into the folder `models`, with all that `load_model`
# needs:

# %%
from helpers import load_model

file = learn.save("first")
print(file.name)
kept = load_model(file)
print(kept, "·", kept.predict(data.valid.paths[0]), "·", learn.predict(data.valid.paths[0]))

# %% [markdown]
# Both give the same answer. Such a file holds only numbers and text. A file of the older kind, *pickle*, can run any
# program when it is opened: take none from a stranger.

# %% [markdown]
# **What to remember**
#
# - Transfer learning: the body was trained before, on other pictures. Only the head is new.
# - The loss is minus the logarithm of the right answer's probability. Training takes small steps that make it smaller.
# - The interval says how far one score may move on other pictures. Two models on the same pictures need a paired
#   comparison.
# - A classifier gives one of its answers, whatever you show it.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/02_first_training.ipynb) hold all
# answers.
#
# **1.** Of the photographs of lesson 01, 23,000 are for training. With batches of 64: how many steps are in an epoch?

# %%
steps = ...
check("02.1", steps)

# %% [markdown]
# **2.** Write `softmax(scores)`: it takes an array of any number of scores and returns their probabilities. Try it on
# `[1000, 0]`, too. (Three lines or so. It changes nothing if you subtract the same number from all scores first.)


# %%
def softmax(scores):
    # your lines in place of the dots
    ...


check("02.2", softmax)

# %% [markdown]
# **3.** Three classes, and a picture of the third. The model gives them 0.5, 0.25 and 0.25. What is its loss for this
# picture?

# %%
loss = ...
check("02.3", loss)

# %% [markdown]
# **4.** Write `accuracy(batches)`. It takes a list of pairs, one for each batch: how many were right, how many there
# were. For example `[(60, 64), (16, 16)]`. It returns the accuracy over all pictures, in which every picture counts
# once. (Three lines or so.)


# %%
def accuracy(batches):
    # your lines in place of the dots
    ...


check("02.4", accuracy)

# %% [markdown]
# **5.** Write `standardise(picture)`: it takes a `uint8` picture (height, width, 3) and returns an array of the same
# shape, in which each channel, over all its pixels, has mean 0 and standard deviation 1. (Two lines or more.)


# %%
def standardise(picture):
    # your lines in place of the dots
    ...


check("02.5", standardise)

# %% [markdown]
# **6.** Write `confusion(labels, predicted, classes)`. It takes two arrays of class numbers and how many classes there
# are. It returns the confusion matrix, rows for the labels, columns for what was predicted. (Four lines or more.)


# %%
def confusion(labels, predicted, classes):
    # your lines in place of the dots
    ...


check("02.6", confusion)

# %% [markdown]
# **7.** A small project, from an empty cell: your own run, and its worst mistake. Train a new learner for the same
# pictures, again `resnet10` with kept activations, but at 96 pixels and with `seed=4`: three epochs at 0.01. Take its
# answers to all validation pictures, and find the picture, cat or dog, about which it is wrong with the highest
# probability. Save the model as `"project"`. `my_project` is a list of four: what `fit` returned, what `predict_all`
# returned, the name of that picture, such as `"cat.512.jpg"`, and what `save` returned. (Eight lines or so.)

# %%
my_project = ...
check("02.7", my_project)

# %% [markdown]
# And without a check: show your model pictures of your own, with `learn.predict("file.jpg")`: photographs of cats and
# dogs, toys, cartoons, yourself. Its head learned from drawings, its body from photographs. How far does that carry?
#
# ## Links
#
# - He and others, [Deep residual learning for image recognition](https://arxiv.org/abs/1512.03385) (2015): ResNet
# - Krizhevsky, Sutskever and Hinton, [ImageNet classification with deep convolutional neural
#   networks](https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks) (2012):
#   AlexNet
# - Yosinski and others, [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792)
#   (2014)
# - [torchvision's models](https://docs.pytorch.org/vision/stable/models.html), with the accuracy of each
# - [safetensors](https://huggingface.co/docs/safetensors), the file that holds numbers and cannot run
#
# **Next**: [03 · The learning rate](03_learning_rate.ipynb)
