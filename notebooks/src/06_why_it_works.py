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
# # 06 · Why it works
#
# **After this lesson you can**
#
# - turn something that is no picture into one, and classify it with the same three lines;
# - tell artificial intelligence, machine learning and deep learning apart, by three answers to one question;
# - build any continuous curve out of ReLUs, by hand and by gradient descent;
# - state the universal approximation theorem correctly, and say four things that it does not say;
# - measure what vectorised code and a GPU are worth on your machine;
# - say when several narrow layers do more than a wide one, and when they do not;
# - say why all this happened when it did.
#
# **Time**: 60 minutes to read and try. All cells together run in 40 seconds on two CPU cores.
#
# **Needs**: lesson 02 (the three lines), lesson 03 (gradient descent), lesson 05 (ReLU). No GPU, no network.

# %%
import importlib.metadata, importlib.util, os, subprocess, sys

if importlib.util.find_spec("helpers") is None:  # a hosted runtime: install the course, keep what is there
    here = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}
    keep = [f"{name}=={here[name]}" for name in ("torch", "torchvision", "numpy") if name in here]
    source = os.getenv("WHOLE_GAME_INSTALL", "https://github.com/the-whole-game/whole-game/archive/refs/heads/main.zip")
    if subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", source, *keep]).returncode:
        raise SystemExit("The course could not be installed. Is there a network? Then run this cell again.")
    importlib.invalidate_caches()
# %matplotlib inline
from helpers import report_machine
from helpers.exercises import answer_quiz, check, predict_first, quiz, reveal

report_machine()

# %% [markdown]
# ## Paths of a mouse
#
# *What is a classifier of pictures good for, if one has no use for cats?* Many things can be **made** into pictures. A firm
# that watched for fraud once drew how visitors moved their mouse, as heat maps, and let a classifier of pictures tell people
# from programs. We do not tell that story, we try it.
#
# Nobody's mouse was recorded for this course. The paths are **simulated**, by some lines of our own. A person's hand starts
# and ends slowly, goes in bows, trembles, often goes too far and comes back, and rests. So does this function. It returns a
# position on the screen for each sixtieth of a second:

# %% tags=["nbval-check-output"]
import numpy as np
from helpers.lessons.mouse_paths import bot_path, draw_heat_maps, features, heat_map, person_path

path = person_path(np.random.default_rng(1))
print(path.shape, "the first positions:")
print(path[:3].round(3))

# %% [markdown]
# A **heat map** of it: the longer the mouse was somewhere, the brighter. Four visits of people. (As before, `%config` stores
# pictures as JPEG.)

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.plots import show_images

rng = np.random.default_rng(1)
axes = show_images([heat_map(person_path(rng)) for _ in range(4)], ["a person"] * 4)

# %% [markdown]
# And of programs, called *bots*. One kind goes straight, at one speed. One jumps from place to place. One imitates a
# person, and not well.

# %%
kinds = ["straight", "jumps", "imitates", "imitates"]
axes = show_images([heat_map(bot_path(rng, kind)) for kind in kinds], kinds)

# %% [markdown]
# *Which could you tell from a person, and by what?* Look for a while: then you know more than the network, which has
# learned to see on photographs and has never met such a picture.
#
# We draw 200 pictures of each class to learn from, and 100 to be judged by, into a temporary folder. It has the layout of
# lesson 01.

# %% tags=["nbval-check-output"]
import tempfile
from pathlib import Path

temporary = tempfile.TemporaryDirectory()
PATH = Path(temporary.name) / "visits"
paths = draw_heat_maps(PATH, seed=1)
for folder in sorted(PATH.glob("*/*")):
    print(folder.relative_to(PATH), len(list(folder.iterdir())), "pictures, such as", min(folder.iterdir()).name)

# %% [markdown]
# *What will the three lines reach, in percent, after five epochs?* Always saying "bots" gets 50.

# %%
predict_first("06.1", ...)

# %% [markdown]
# The same three lines as in lesson 02, with five epochs, and a seed:

# %%
from helpers import ConvLearner, ImageClassifierData, tfms_from_model

arch, sz = "resnet10", 128
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
history = learn.fit(0.01, 5)

# %% [markdown]
# A network that was trained on other things altogether, and 400 pictures.

# %%
reveal("06.1", 100 * history[-1].accuracy)
assert history[-1].accuracy > 0.85

# %% [markdown]
# *Whom does it get wrong?* A bot's file begins with its kind, so we can count. (The network sees no file names.)

# %%
from collections import Counter


def mistakes(predictions):
    wrong = predictions.probabilities.argmax(axis=1) != predictions.labels
    return Counter(path.name.split("-")[0] for path, is_wrong in zip(predictions.paths, wrong, strict=True) if is_wrong)


predictions = learn.predict_all()
print(mistakes(predictions))
assert mistakes(predictions)["jumps"] < 5

# %% [markdown]
# The jumping bots are no trouble. The others are sometimes taken for people. These are the surest of such mistakes:

# %%
from helpers.interpret import most_wrong

axes = most_wrong(predictions, "bots").show()

# %% [markdown]
# ### A bot that nobody has seen
#
# Whoever writes bots reads about classifiers, too. *What about a new kind?* We draw the pictures again. This time the bots
# that imitate are kept out of the training pictures, and the 100 bots to be judged are all of that kind. *How many of the
# 100 will be taken for people?*

# %%
predict_first("06.2", ...)

# %% [markdown]
# The same lines once more:

# %%
NEW = Path(temporary.name) / "a new kind"
new_paths = draw_heat_maps(NEW, kinds=["straight", "jumps"], valid_kinds=["imitates"], seed=1)
new_data = ImageClassifierData.from_paths(NEW, tfms=tfms_from_model(arch, sz))
new_learn = ConvLearner.pretrained(arch, new_data, precompute=True, seed=1)
new_history = new_learn.fit(0.01, 5)

# %% [markdown]
# And the mistakes:

# %%
fooled = mistakes(new_learn.predict_all())
print(fooled)
reveal("06.2", fooled["imitates"])
assert fooled["imitates"] > 15 > 1.5 * mistakes(predictions)["imitates"]

# %% [markdown]
# A large part of them passes. The classifier did not learn what a person is. It learned to tell the people from the bots
# **that it was shown**. The accuracy of the first run was true, and it was true for that folder only.
#
# The same holds for all of this section. These results say how well a network undoes *our simulation*. What it would do with
# real visitors, only real visitors could tell.

# %%
quiz("06.1")

# %% [markdown]
# ### A board is a picture
#
# Another thing that is no photograph: a position in the game of Go. The board has 19 × 19 places. Put the black stones into
# one channel, the white ones into a second, the empty places into a third:

# %% tags=["nbval-check-output"]
board = np.zeros((19, 19), dtype=int)  # 0 empty, 1 black, 2 white
board[[3, 15, 16, 2, 9], [15, 3, 5, 5, 16]] = 1
board[[3, 15, 13, 16, 2], [3, 15, 3, 3, 13]] = 2
picture = np.stack([board == 1, board == 2, board == 0], axis=-1).astype(np.uint8) * 255
print(picture.shape, "stones:", (board > 0).sum())

# %% [markdown]
# Each channel as a picture of its own:

# %%
channels = [picture[..., channel] for channel in range(3)]
axes = show_images(channels, ["black's stones", "white's stones", "empty"])

# %% [markdown]
# *Who stands better? Where would an expert play?* These are questions to a classifier of pictures, with two answers and with
# 361. In 2016 AlphaGo used such networks, with 48 channels in place of three, and beat Lee Sedol, one of the best players of
# his time. The networks did not play alone. They told a search which moves were worth a look, and who was likely to win.
#
# Sounds as spectrograms, the readings of a machine, a page of handwriting: what can be laid out in a picture, so that
# neighbours belong together, can be given to the three lines.

# %% [markdown]
# ## Three answers to one question
#
# You will hear three words for all this: artificial intelligence, machine learning, deep learning. They lie inside each
# other:

# %%
from helpers.plots import FIRST, GREY, SECOND, THIRD, new_axes
from matplotlib.patches import Circle

axes = new_axes(size=(5, 4.2))
rings = [(3.0, FIRST, "artificial intelligence"), (2.1, SECOND, "machine learning"), (1.25, THIRD, "deep learning")]
for radius, colour, name in rings:
    ring = axes.add_patch(Circle((0, radius - 3), radius, facecolor="white", edgecolor=colour, linewidth=3))
    text = axes.text(0, 2 * radius - 3 - 0.5, name, ha="center", va="center", fontsize=11)
axes.set(xlim=(-3.2, 3.2), ylim=(-3.2, 3.2), aspect="equal")
axes.axis("off")
text = axes.text(0, -2.1, "networks of\nmany layers", ha="center", va="center", fontsize=9)

# %% [markdown]
# We ask one question, person or bot, in all three ways.
#
# **Artificial intelligence** is the oldest and widest of the words, from 1955: whatever lets a machine do what one would
# call intelligent in a person. Nothing need be learnt. Somebody may just write a rule.
#
# *What could a rule look at?* At the path itself, not at a picture. `features` measures two things on it. *Straightness*:
# the share of its steps that keep their direction. *Unevenness*: how much the speed differs, measured in mean speeds.

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(1)
print("a person      ", features(person_path(rng)).round(2))
for kind in ("straight", "jumps", "imitates"):
    print(f"{kind:<14}", features(bot_path(rng, kind)).round(2))

# %% [markdown]
# A rule: who keeps the direction in more than 80 % of the steps is a bot. We measure all paths, and try it on those of the
# validation pictures:

# %% tags=["nbval-check-output"]
measured = np.array([features(path) for path in paths.values()], dtype=np.float32)
is_person = np.array([file.parent.name == "people" for file in paths]).astype(int)
in_train = np.array([file.parent.parent.name == "train" for file in paths])
rule = (measured[:, 0] < 0.8).astype(int)
right_by_rule = (rule == is_person)[~in_train].mean()
print(f"the rule is right about {right_by_rule:.0%}")

# %% [markdown]
# Somebody could go on, and write a second rule for those that jump, and a third. Many good programs were made so.
#
# **Machine learning**: the numbers in the rule are not written, they are learnt from examples. Arthur Samuel made the word
# known, in 1959. His program played checkers, called draughts in Britain. He chose what to look at: how many pieces each side
# has, who holds the centre, and so on. How much each of these should count, the program found out by playing against a copy
# of itself. In the end it played better than he did.
#
# Here are our two measurements, of the training paths:

# %%
from helpers.lessons.charts import plot_points

words = {"xlabel": "straightness", "ylabel": "unevenness of the speed"}
axes = plot_points(*measured[in_train & (is_person == 1)].T, label="people", **words)
axes = plot_points(*measured[in_train & (is_person == 0)].T, label="bots", marker="^", colour=SECOND, ax=axes, **words)

# %% [markdown]
# Each kind of bot has a place of its own. A line between them and the people is enough, and a single linear layer draws
# lines. With the softmax and the cross-entropy of lesson 02 this is called **logistic regression**. It learns six numbers:

# %% tags=["nbval-check-output"]
import torch
from helpers.lessons.deep_stack import share_right, train_stack

torch.manual_seed(1)
line = torch.nn.Linear(2, 2)
losses = train_stack(line, measured[in_train], is_person[in_train], rate=0.1, steps=500)
right_by_line = share_right(line, measured[~in_train], is_person[~in_train])
print(f"{sum(values.numel() for values in line.parameters())} numbers, right about {right_by_line:.0%}")

# %% [markdown]
# **Deep learning**: what to look at is learnt as well. That was our first section. Nobody told the network about
# straightness. It got the pictures, and layers that could make measurements of their own.
#
# All three, on the same 200 visits, with the intervals of lesson 02:

# %%
from helpers.lessons.charts import plot_accuracies
from helpers.statistics import wilson_interval

names = ["a rule by hand", "two measurements, weights learnt", "pictures, all of it learnt"]
shares = [right_by_rule, right_by_line, history[-1].accuracy]
intervals = [wilson_interval(round(200 * share), 200) for share in shares]
axes = plot_accuracies(names, shares, intervals, baseline=0.5)
assert right_by_rule < history[-1].accuracy < right_by_line

# %% [markdown]
# *So deep learning lost?* It did, against measurements made by somebody who **knows how the bots were made**: we wrote them.
# The network had less to go by, too: a heat map does not tell in which order things happened.
#
# That is the price of the second way. **C-Path**, the *computational pathologist* of 2011, was made so: pathologists and
# programmers sat together, and wrote programs that measured 6,642 features on pictures of breast tissue. Then a logistic
# regression learnt from them which patients would live longer. It worked well, and found features worth a look in the
# tissue *beside* the tumour. But for another illness, experts would have to think of other features.
#
# Who would write the features of a cat? So one wishes for something that needs no expert for each problem:
#
# 1. a function so **flexible** that it can follow whatever the data ask for,
# 2. **one way to fit** its numbers, whatever the problem,
# 3. and both **fast**, also with millions of numbers and pictures.
#
# The rest of this lesson takes them one by one.

# %%
temporary.cleanup()  # the pictures are no longer needed

# %% [markdown]
# ## A flexible function
#
# Lesson 05 found that linear functions in a row are one linear function, and that a bend between them changes that. *How
# much can one do with bends?* We use the simplest, ReLU, and one number in, one number out. Then everything can be drawn.
#
# A unit of a hidden layer computes $\mathrm{relu}(wx + b)$. It bends where $wx + b = 0$. We write the same with the
# **place** of its bend: $\mathrm{relu}(\pm(x - \text{place}))$, times a **slope**. The sign is its **side**: + is flat on the
# left, − is flat on the right. The layer after it adds them up, and an offset:

# %% tags=["nbval-check-output"]
from helpers.lessons.relu_sums import ReluSum, interpolate, target

hat = ReluSum(places=[-0.5, 0.0, 0.5], slopes=[2, -4, 2])
x = np.linspace(-1, 1, 9)
for number, piece in enumerate(hat.pieces(x), 1):
    print("ReLU", number, piece + 0)  # + 0 turns −0 into 0
print("sum   ", hat(x))

# %% [markdown]
# Read the columns. Left of −0.5 nothing happens. There the first ReLU begins to climb. At 0 the second takes twice as much
# away as the first gives, so the sum goes down. At 0.5 the third adds 2 again, and all three together stay level: **2 − 4 + 2
# = 0**. That is a hat. The triangles mark the bends:

# %%
from helpers.explorers.function_builder import Builder, function_builder, plot_builder

axes = plot_builder(Builder("hill", hat))

# %% [markdown]
# On the left is the sum, over the curve that it should follow. At the top right are its three pieces. (The picture below
# them will be filled later.) So the rule is: **each bend changes the slope from there on.** Nothing more is needed to follow
# a curve by hand.
#
# ### Follow a curve yourself
#
# Click into the large drawing where a ReLU should bend, or press **Add**. Give it a slope, and add the next. Type numbers
# and press Enter, or use the sliders. *How small can you make the largest gap to the hill with five ReLUs? Which four meet
# the zigzag exactly?* Leave the column of gradient descent alone for now. (On a page that draws no buttons you see its text
# form instead.)

# %%
function_builder("hill", hat)

# %% [markdown]
# The line of code at its bottom brings back what you built, in any cell. Here are four for the zigzag:

# %%
by_hand = ReluSum(places=[-1, -0.5, 0, 0.5], slopes=[2, -5, 5, -3])
axes = plot_builder(Builder("zigzag", by_hand))
assert Builder("zigzag", by_hand).gap < 1e-9

# %% [markdown]
# ### As many as it takes
#
# By hand means: at each point, ask by how much the slope must change. A few lines of code can do that for any points.
# `interpolate` makes a sum of ReLUs that meets every point, and is straight in between. We let it follow a wave:

# %%
import matplotlib.pyplot as plt
from helpers.plots import plot_line

fine = np.linspace(-1, 1, 2001)
figure, places = plt.subplots(1, 3, figsize=(10, 2.8), layout="constrained", facecolor="white", sharey=True)
for place, count in zip(places, (3, 6, 12), strict=True):
    points = np.linspace(-1, 1, count + 1)
    axes = plot_line(fine, target("wave", fine), xlabel="x", ylabel="", colour=GREY, ax=place)
    axes = plot_line(fine, interpolate(points, target("wave", points))(fine), xlabel="x", ylabel="", ax=place)
    title = axes.set_title(f"{count} ReLUs")

# %% [markdown]
# *How large is the gap at its widest, and how fast does it shrink?*

# %% tags=["nbval-check-output"]
for count in (6, 12, 24, 48, 96):
    points = np.linspace(-1, 1, count + 1)
    gap = np.abs(interpolate(points, target("wave", points))(fine) - target("wave", fine)).max()
    print(f"{count:>3} ReLUs: largest gap {gap:.4f}")

# %% [markdown]
# From 12 on, twice as many ReLUs make the gap a quarter. Name any gap, be it ever so small, and some number of ReLUs gets below it. And
# nothing here was special to this wave. Any curve that can be drawn without lifting the pen looks nearly straight, if one
# looks at a small enough part of it.
#
# This is the **universal approximation theorem**, for one number in. In full it says:
#
# > Take a **continuous** function on a **closed and bounded** set of inputs (mathematicians say *compact*), and any gap
# > you like. Then **there is** a network with one hidden layer of ReLUs that stays closer to the function than that gap,
# > everywhere on the set.
#
# Cybenko proved it in 1989 for the sigmoid, Hornik in 1991 for many others, Leshno and others in 1993 for every bend that
# is no polynomial. For more than one number in, the proof needs more than our drawing. Each word in bold is needed, and
# we try all three.
#
# ### What it does not say
#
# **1. Continuous.** The *jump* leaps from −0.5 to 0.5 at 0. *Do more ReLUs help?* We look very closely at 0, because
# between two points of a coarse grid much can hide:

# %% tags=["nbval-check-output"]
close = np.linspace(-0.001, 0.001, 2001)
for count in (6, 24, 96, 384):
    points = np.linspace(-1, 1, count + 2)  # none of the points lies on the jump
    gap = np.abs(interpolate(points, target("jump", points))(close) - target("jump", close)).max()
    print(f"{count + 1:>3} ReLUs: largest gap {gap:.2f}")

# %% [markdown]
# The gap stays half of the jump, for ever. A sum of ReLUs has no leap in it, and must pass through the middle somewhere.
# (The stretch where it is wrong gets narrower. So the *mean* gap shrinks, and that is often enough.)
#
# **2. A bounded set.** We followed the wave from −1 to 1. *What about 1 to 3?*

# %%
wide = np.linspace(-3, 3, 601)
axes = plot_line(wide, target("wave", wide), xlabel="x", ylabel="", colour=GREY, label="the wave")
axes = plot_line(
    wide, interpolate(points, target("wave", points))(wide), xlabel="x", ylabel="", label="385 ReLUs", ax=axes
)
axes.set_ylim(-3, 3)
shade = axes.axvspan(-1, 1, color=GREY, alpha=0.2)

# %% [markdown]
# Outside of the shaded part it goes straight on. Nobody told it of waves. A network is no wiser about inputs that are unlike
# all it has seen: remember the bots.
#
# **3. There is.** The theorem says that such a network exists. It does not say how many units it needs, and it does not say
# that training finds it. The next section looks at that.
#
# **4. The function, not the data.** One does not know the function. One has a few examples of it, with noise. A sum of
# ReLUs can meet all of *them*, too. *Is that good?* We take 30 points of the hill, each a little off:

# %%
rng = np.random.default_rng(3)
noisy_x = np.sort(rng.uniform(-1, 1, 30))
noisy_y = target("hill", noisy_x) + rng.normal(0, 0.15, 30)
by_heart = interpolate(noisy_x, noisy_y)
few = np.linspace(noisy_x[0], noisy_x[-1], 7)
bends = ReluSum(few[:-1], np.zeros(6)).bends(noisy_x)
weights = np.linalg.lstsq(np.vstack([bends, np.ones(30)]).T, noisy_y, rcond=None)[0]
smoother = ReluSum(few[:-1], weights[:-1], offset=weights[-1])  # six ReLUs, as near to the points as they can

# %% [markdown]
# `by_heart` has 29 ReLUs and meets each point. `smoother` has six. (`lstsq` finds the slopes with the smallest mean squared
# distance. Lesson 03's way would do it, too.)

# %%
inside = np.linspace(noisy_x[0], noisy_x[-1], 400)
axes = plot_line(inside, target("hill", inside), xlabel="x", ylabel="", colour=GREY, label="the hill")
axes = plot_line(inside, by_heart(inside), xlabel="x", ylabel="", colour=SECOND, label="29 ReLUs", ax=axes)
axes = plot_line(inside, smoother(inside), xlabel="x", ylabel="", label="6 ReLUs", ax=axes)
axes = plot_points(noisy_x, noisy_y, xlabel="x", ylabel="", colour=THIRD, ax=axes)

# %% [markdown]
# *And what do they say about fresh points?* The root of the mean squared distance, to the 30 points and to the hill itself:

# %% tags=["nbval-check-output"]
for name, made in (("29 ReLUs", by_heart), ("6 ReLUs", smoother)):
    to_points = np.sqrt(np.mean((made(noisy_x) - noisy_y) ** 2))
    to_hill = np.sqrt(np.mean((made(inside) - target("hill", inside)) ** 2))
    print(f"{name}: to the points {to_points:.2f}, to the hill {to_hill:.2f}")

# %% [markdown]
# The larger sum is perfect on what it has seen, and worse on what counts. Lesson 01 kept validation pictures for this reason.
#
# The course of 2018, whose lesson this one follows, promised more: such a function can solve any problem, as closely as one
# likes, if it only has parameters enough. You have now seen four ways in which that is too much.

# %%
quiz("06.2")

# %% [markdown]
# ## One way to fit
#
# *How does one get the places and slopes, if nobody places them?* By **gradient descent**, as in lesson 03: a loss, its slope
# along each number, a step downhill, again. The loss is the mean squared distance to the curve. Its gradient can be written
# down by hand. For a slope it is what the ReLU gives there, times how far the sum is off. `loss_and_gradient` has it all in
# five lines.
#
# *Is it right?* PyTorch computes gradients by itself. We compare, for six random ReLUs, which have 6 places, 6 slopes and an
# offset:

# %% tags=["nbval-check-output"]
from helpers.lessons.relu_sums import descend, loss_and_gradient, random_sum

x = np.linspace(-1, 1, 101)
y = target("hill", x)
start = random_sum(6, seed=1)
loss, gradient = loss_and_gradient(start, x, y)
places, slopes, offset = (torch.tensor(values, requires_grad=True) for values in (start.places, start.slopes, 0.0))
bends = torch.relu(torch.tensor(start.sides)[:, None] * (torch.tensor(x) - places[:, None]))
(offset + slopes @ bends - torch.tensor(y)).square().mean().backward()
print(gradient.shape, np.allclose(gradient, torch.cat([places.grad, slopes.grad, offset.grad[None]])))

# %% [markdown]
# Equal. Now let it go downhill. `descend` gives the function after each step, so we can look at it on its way. It steps with
# the momentum that `fit` has, too.

# %%
steps = list(descend(start, x, y, rate=0.05, steps=600))
figure, places = plt.subplots(1, 4, figsize=(12, 2.7), layout="constrained", facecolor="white", sharey=True)
for place, number in zip(places, (0, 30, 100, 600), strict=True):
    function = steps[number].function
    axes = plot_line(x, y, xlabel="x", ylabel="", colour=GREY, ax=place)
    axes = plot_line(x, function(x), xlabel="x", ylabel="", ax=place)
    seen = function.places[np.abs(function.places) <= 1]
    marks = axes.plot(seen, function(seen), "v", color=THIRD)
    title = axes.set_title(f"step {number}, loss {steps[number].loss:.4f}", fontsize=10)
assert steps[600].loss < 0.1 * steps[0].loss

# %% [markdown]
# The triangles are the bends. They wander to where the curve bends most. Nobody said so. **The same rule, a step downhill
# for every number, can be tried on any other curve. It is the rule that trained `resnet10`, too.**
#
# ### Watch it
#
# The explorer from above can do it. Press **Random start**, then **Step** or the play button. Change the rate while it
# runs. Stop it, move a ReLU by hand, and let it go on. *At which rate does it run away? Can you find a start that gets
# stuck?* (Try other seeds.)
#
# A network follows examples, not curves. Choose **your points**, and click where you want more of them, also while it runs.
# *What does the sum do where there are no points?*
#
# And **Race** lets three optimisers start from here, at one rate: plain gradient descent, the same with momentum as in all
# of our training, and *Adam*, which gives every number a step of its own size. *Who is ahead after 200 steps? And at a
# smaller rate?*

# %%
function_builder("wave", random_sum(8, seed=1))

# %% [markdown]
# The same without buttons: 300 steps, then the picture.

# %%
builder = Builder("wave", random_sum(8, seed=1), rate=0.05)
moved = builder.step(300)
axes = plot_builder(builder)
print(builder.words)

# %% [markdown]
# ### It exists, and is it found?
#
# We know four ReLUs that meet the zigzag exactly: you have placed them. *Does gradient descent find them?* Ten random starts
# with four ReLUs each, 2,000 steps:

# %%
zigzag = target("zigzag", x)
ends = [list(descend(random_sum(4, seed), x, zigzag, steps=2000))[-1].loss for seed in range(10)]
print("the four that we know: loss", round(loss_and_gradient(by_hand, x, zigzag)[0], 5))
print("by gradient descent:  ", *(f"{loss:.5f}" for loss in sorted(ends)))

# %% [markdown]
# Some come close, others are stuck far above. *What do the best and the worst look like?*

# %%
figure, places = plt.subplots(1, 2, figsize=(8, 2.8), layout="constrained", facecolor="white", sharey=True)
for place, seed in zip(places, (int(np.argmin(ends)), int(np.argmax(ends))), strict=True):
    *_, last = descend(random_sum(4, seed), x, zigzag, steps=2000)
    axes = plot_line(x, zigzag, xlabel="x", ylabel="", colour=GREY, ax=place)
    axes = plot_line(x, last.function(x), xlabel="x", ylabel="", ax=place)
    title = axes.set_title(f"start {seed}, loss {last.loss:.5f}", fontsize=10)
assert min(ends) < 0.005
assert sum(loss > 0.01 for loss in ends) >= 3

# %% [markdown]
# In the worst, bends stand where they are of no use, or ReLUs are flat on all of the curve, as the dead units of lesson 05.
# No small step makes it better: a local minimum of lesson 03. The good function exists for each of the ten. Whether it is
# **found** depends on the start.
#
# *And with more ReLUs than needed?* The same, with 20 each:

# %%
more = [list(descend(random_sum(20, seed), x, zigzag, steps=2000))[-1].loss for seed in range(10)]
print("with 20 ReLUs:", *(f"{loss:.5f}" for loss in sorted(more)))
assert max(more) < 0.01

# %% [markdown]
# None gets stuck. With many units there is nearly always one near to where it is needed. That is one reason why
# networks of today have far more numbers than their task seems to need.

# %% [markdown]
# ## Fast
#
# The third wish. A layer multiplies each input by each weight. Here is one, as one would write it without thinking: 64
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
# **Vectorised** code says the same in one expression, `inputs @ weights.T`. NumPy hands it to compiled code, which works on
# several numbers at once. *How many times as fast is it, as a power of ten?* (2 for a hundred times.)

# %%
predict_first("06.3", ...)

# %% [markdown]
# We measure both. The results are equal, the times are not:

# %%
from helpers.device import default_device
from helpers.lessons.timing import seconds_for

assert np.allclose(layer_by_loops(inputs, weights), inputs @ weights.T)
loops = seconds_for(lambda: layer_by_loops(inputs, weights))
vectorised = seconds_for(lambda: inputs @ weights.T, times=20)
print(f"loops {1000 * loops:.0f} ms, vectorised {1000 * vectorised:.3f} ms: {loops / vectorised:,.0f} times as fast")
reveal("06.3", np.log10(loops / vectorised))
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
# The axes go by factors of ten.

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
# ## Wide or deep?
#
# One hidden layer can follow any continuous curve. *Why then does anybody use more layers?*
#
# Take the **tent**: up from 0 to 1, and down again, on 0 to 1. Two ReLUs make it: $2\,\mathrm{relu}(u) - 4\,\mathrm{relu}(u -
# \tfrac12)$. And now put the tent into itself. While the inner one climbs from 0 to 1, the outer one goes through its whole
# tent. While the inner one comes down, it does so again:

# %%
from helpers.lessons.depth import count_parameters, count_pieces, deep_tent, fit_networks, root_mean_square
from helpers.lessons.depth import run_layers, tent

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
# 16 ReLUs against 255 or more. Twenty layers would make a million pieces. For **such functions** the one wide layer needs
# exponentially more. Telgarsky proved it in 2016. It is a statement about functions that repeat a pattern within a pattern,
# and not about all functions.
#
# *And when both are trained?* A fair comparison gives both the same number of parameters. Here are two with 901 each:

# %% tags=["nbval-check-output"]
WIDE, DEEP = [1, 300, 1], [1, 20, 20, 20, 1]
print("wide", count_parameters(WIDE), " deep", count_parameters(DEEP))

# %% [markdown]
# Two tasks: a smooth wave, and the saw with 16 pieces. The wide one could draw both: 300 ReLUs, and 15 bends are needed.
# Six random starts for each. The optimiser is *Adam*, from the race above. *How long will it take?* A tenth of it tells:

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
# The loss of each step: a line is the mean of six starts, the dots are the starts, the band holds them all. Factors of ten
# again.

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
off = {key: np.sort(root_mean_square(curves, tasks[key[0]])) for key, (_, curves) in fits.items()}
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
    best = curves[root_mean_square(curves, tent(u, 4)).argmin()]
    axes = plot_line(u, tent(u, 4), xlabel="u", ylabel="", colour=GREY, ax=place)
    axes = plot_line(u, best, xlabel="u", ylabel="", colour=colour, ax=place)
    title = axes.set_title(f"{name}, the best of six starts", fontsize=10)

# %% [markdown]
# *What may we say?*
#
# - **The wave**: both follow it, and the wide one is even nearer. Depth bought nothing.
# - **The saw**: no wide network got it, though each has ReLUs enough. Some deep ones did, and others got stuck on the way.
#   So with depth it *could be found*, from some starts.
# - It is one saw, one wave and one number of parameters. Exercise 9 tries others.
#
# The course of 2018 said that one hidden layer always needs exponentially many parameters. That is too much: it depends on
# the function. But pictures are the kind of thing that depth is good for. Edges make corners, corners make eyes, eyes make
# faces: patterns within patterns. Lesson 07 looks at that.

# %%
quiz("06.3")

# %% [markdown]
# ## Why now?
#
# The parts are old. Gradient descent is from 1847, neurons in a computer from the 1950s, the training of several layers from
# the 1980s. *What took so long?* Three things came together around 2012.
#
# **Hardware.** The largest number of operations a second that one maker gives for its GPUs, by year. The dashed line is
# what this machine's processor has just reached.

# %%
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
# | short cuts past layers (ResNet) | 2015 | `resnet10` |
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
# poor in the next hospital, for the reason that the new bots passed. Ask of every such report: **on which pictures, with
# which interval, and compared with what?**

# %% [markdown]
# ## The steps again
#
# ```python
# from helpers.lessons.mouse_paths import draw_heat_maps, features, heat_map
# from helpers.lessons.relu_sums import ReluSum, descend, interpolate, loss_and_gradient, random_sum
# from helpers.lessons.depth import count_parameters, deep_tent, fit_networks, tent
# from helpers.explorers.function_builder import Builder, function_builder, plot_builder
#
# function = ReluSum(places=[-0.5, 0, 0.5], slopes=[2, -4, 2])     # a hat
# function = interpolate(x, y)                                     # meets every point
# *_, last = descend(random_sum(8), x, y, rate=0.05, steps=600)    # lets gradient descent do it
# last.function, last.loss
# ```
#
# **To take along**
#
# - What can be laid out as a picture can be classified by the same three lines. The result holds for what was shown.
# - A rule is written. Machine learning learns the weights. Deep learning learns what to look at, too.
# - A network is linear functions with bends in between. Each bend changes the slope from there on.
# - Universal approximation: continuous, on a closed and bounded set, there is one. Not: found, small, or right elsewhere.
# - Gradient descent fits all of it. With units to spare it gets stuck less often.
# - Vectorised code and large matrices make it fast.
# - Layers multiply pieces, units add them. Depth pays where patterns are made of patterns.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/06_why_it_works.ipynb) hold all answers.
#
# **1.** Write `hat(x, place, width, height)` with `np.maximum`: 0 far away, up to `height` at `place`, down to 0 again. It
# begins at `place - width` and ends at `place + width`. (Three lines or so.)


# %%
def my_hat(x, place, width, height):
    # your lines in place of the dots
    ...


check("06.1", my_hat)

# %% [markdown]
# **2.** Write `slope_changes(x, y)`, the heart of `interpolate`: points come in as two arrays of length n. What goes out is
# the slope of the ReLU at each point but the last, an array of length n − 1. (Two lines or more.)


# %%
def slope_changes(x, y):
    # your lines in place of the dots
    ...


check("06.2", slope_changes)

# %% [markdown]
# **3.** With `interpolate`, 12 ReLUs follow a smooth curve with a gap of 0.07. About how many are needed for 0.0007?

# %%
needed = ...
check("06.3", needed)

# %% [markdown]
# **4.** Write `one_step(places, slopes, x, y, rate)`: the new slopes after one step of gradient descent, without momentum. All
# ReLUs are flat on the left, the offset is 0, the places stay. The loss is the mean squared distance to `y`. (Four lines or
# so.)


# %%
def one_step(places, slopes, x, y, rate):
    # your lines in place of the dots
    ...


check("06.4", one_step)

# %% [markdown]
# **5.** Write `layer(inputs, weights, offsets)` without a loop: inputs (n, i), weights (u, i) and offsets (u,) come in, what
# ReLU units give goes out, (n, u).


# %%
def layer(inputs, weights, offsets):
    # your line in place of the dots
    ...


check("06.5", layer)

# %% [markdown]
# **6.** A network `[1, 12, 12, 1]`. How many units has the network with *one* hidden layer and the same number of parameters?

# %%
units = ...
check("06.6", units)

# %% [markdown]
# **7.** A saw of a million straight pieces or more: how many hidden layers of two ReLUs make it?

# %%
layers_needed = ...
check("06.7", layers_needed)

# %% [markdown]
# **8.** Write `counts(path, size)`: a path (n, 2) with x and y from 0 to 1 comes in, an array (size, size) goes out. It says
# how many positions lie in each cell; rows are y, columns are x. A position at exactly 1 belongs to the last cell. (Three
# lines or more.)


# %%
def my_counts(path, size):
    # your lines in place of the dots
    ...


check("06.8", my_counts)

# %% [markdown]
# **9.** Without a check: other rates, other saws. Does a wide network with 901 parameters get the saw of 16 pieces at a rate of
# 0.03? Do both get a saw of 8? What about 32? And what does `person_path` lack that your own hand does?
#
# ## Links
#
# - Samuel, [Some studies in machine learning using the game of checkers](https://doi.org/10.1147/rd.33.0210) (1959)
# - Beck and others, [Systematic analysis of breast cancer morphology uncovers stromal features associated with
#   survival](https://doi.org/10.1126/scitranslmed.3002564) (2011): C-Path
# - Silver and others, [Mastering the game of Go with deep neural networks and tree
#   search](https://doi.org/10.1038/nature16961) (2016), and [without human knowledge](https://doi.org/10.1038/nature24270) (2017)
# - Cybenko, [Approximation by superpositions of a sigmoidal function](https://doi.org/10.1007/BF02551274) (1989); Leshno and
#   others, [Multilayer feedforward networks with a nonpolynomial activation function can approximate any
#   function](https://doi.org/10.1016/S0893-6080%2805%2980131-5) (1993)
# - Telgarsky, [Benefits of depth in neural networks](https://arxiv.org/abs/1602.04485) (2016)
# - Flash and Hogan, [The coordination of arm movements](https://doi.org/10.1523/JNEUROSCI.05-07-01688.1985) (1985): how a hand
#   speeds up and slows down
# - Russakovsky and others, [ImageNet large scale visual recognition challenge](https://arxiv.org/abs/1409.0575) (2014)
# - Kingma and Ba, [Adam](https://arxiv.org/abs/1412.6980) (2014)
# - Chollet, *Deep learning with Python*: its first chapter asks why now, and answers at length
# - [Neural networks and deep learning](http://neuralnetworksanddeeplearning.com/chap4.html), chapter 4: another drawn proof of
#   universal approximation, by Michael Nielsen
#
# **Next**: [07 · Inside the network](07_inside_the_network.ipynb)
