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
# - say why a function that exists need not be found, and what helps to find it.
#
# **Time**: 45 minutes to read and try, and 25 for the exercises. All cells together run in 20 seconds on two CPU cores.
#
# **Needs**: lesson 02 (the three lines), lesson 03 (gradient descent), lesson 05 (ReLU). No GPU, no network.

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
from helpers.lessons.mouse_paths import bot_path, draw_heat_maps, heat_map, path_features, person_path

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
# *What could a rule look at?* At the path itself, not at a picture. `path_features` measures two things on it. *Straightness*:
# the share of its steps that keep their direction. *Unevenness*: how much the speed differs, measured in mean speeds.

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(1)
print("a person      ", path_features(person_path(rng)).round(2))
for kind in ("straight", "jumps", "imitates"):
    print(f"{kind:<14}", path_features(bot_path(rng, kind)).round(2))

# %% [markdown]
# A rule: who keeps the direction in more than 80 % of the steps is a bot. We measure all paths, and try it on those of the
# validation pictures:

# %% tags=["nbval-check-output"]
measured = np.array([path_features(path) for path in paths.values()], dtype=np.float32)
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
# The rest of this lesson takes the first two, lesson 07 the third.

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
# Each ring, and the red dot among them, is the bend of one ReLU. **Drag it**, and the sum bends there; its other bends stay
# where they are. That is a hat again: what you add by a pull has the slopes of three neighbours in it, as 2 − 4 + 2 above.
# **Click** beside the rings, and there is one more ReLU, with its bend where you clicked. (Where ReLUs are flat on different
# sides, the other bends cannot all stay. Then they stay as near as they can.)
#
# Left of its first bend such a sum is level, at the **offset**: the orange dot lifts all of it. The blue dot pulls the right
# end. The red one is the bend that is chosen, and the thick line below is what its ReLU adds: pull the red dot at its end,
# and its slope changes. Place, slope and side can be typed, too: then only this ReLU changes, and all that lies beyond its
# bend goes along.
#
# *How small can you make the largest gap to the hill with five ReLUs? Which four meet the zigzag exactly?* Leave **Play**
# alone for now. (With the keyboard: Tab goes from bend to bend, the arrow keys move it, Enter chooses it, **Add** makes
# another, and z undoes. On a page that draws no buttons you see its text form instead.)

# %%
function_builder("hill", hat)

# %% [markdown]
# The lines under **Formula and code** bring back what you built, in any cell. Here are four for the zigzag:

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
# From 12 on, twice as many ReLUs make the gap a quarter. Name any gap, be it ever so small, and some number of ReLUs gets
# below it. And nothing here was special to this wave. Any curve that can be drawn without lifting the pen looks nearly
# straight, if one looks at a small enough part of it.
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
bends = ReluSum(few[:-1], np.zeros(6)).activations(noisy_x)
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
# down by hand. For a slope it is a mean over all points: twice what the ReLU gives there, times how far the sum is off.
# `loss_and_gradient` has it all in five lines.
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
# The explorer from above can do it. Press **Play**. Drag a bend away while it runs, and see where it goes. Under **Gradient
# descent** are the rate, which you can change while it runs, and a **Random start**. *From which rate on do all ReLUs end up
# flat, dead as in lesson 05? At which does it run away? Can you find a start that gets stuck?* (Try other seeds.)
#
# A network follows examples, not curves. Choose **your points**. Click where you want more of them, and drag them, also
# while it runs. *What does the sum do where there are no points?*
#
# And **Race**, also under **Gradient descent**, takes 200 steps at once with three optimisers from here, at one rate: plain
# gradient descent, the same with momentum as in all of our training, and *Adam*, which gives every number a step of its own
# size. *Who is ahead after 200 steps? And at a smaller rate?* (Press **Race** again.)

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
# ## The steps again
#
# ```python
# from helpers.lessons.mouse_paths import draw_heat_maps
# from helpers.lessons.relu_sums import ReluSum, descend, interpolate, random_sum
#
# paths = draw_heat_maps(PATH, seed=1)                             # pictures for the three lines
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
#
# **You can now** say why networks work at all. Lesson 07 asks why they are deep, what makes them fast, and why it all came
# when it did.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/06_why_it_works.ipynb) hold all answers.
#
# **1.** Write `my_hat(x, place, width, height)` with `np.maximum`: 0 far away, up to `height` at `place`, down to 0 again. It
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
# **5.** Write `my_counts(path, size)`: a path (n, 2) with x and y from 0 to 1 comes in, an array (size, size) goes out. It says
# how many positions lie in each cell; rows are y, columns are x. A position at exactly 1 belongs to the last cell. (Three
# lines or more.)


# %%
def my_counts(path, size):
    # your lines in place of the dots
    ...


check("06.5", my_counts)

# %% [markdown]
# **6.** Without a check: what does `person_path` lack that your own hand does?
#
# ## Links
#
# - Samuel, [Some studies in machine learning using the game of checkers](https://doi.org/10.1147/rd.33.0210) (1959)
# - Beck and others, [Systematic analysis of breast cancer morphology uncovers stromal features associated with
#   survival](https://doi.org/10.1126/scitranslmed.3002564) (2011): C-Path
# - Silver and others, [Mastering the game of Go with deep neural networks and tree
#   search](https://doi.org/10.1038/nature16961) (2016), and [without human knowledge](https://doi.org/10.1038/nature24270)
#   (2017)
# - Cybenko, [Approximation by superpositions of a sigmoidal function](https://doi.org/10.1007/BF02551274) (1989); Leshno and
#   others, [Multilayer feedforward networks with a nonpolynomial activation function can approximate any
#   function](https://doi.org/10.1016/S0893-6080%2805%2980131-5) (1993)
# - Flash and Hogan, [The coordination of arm movements](https://doi.org/10.1523/JNEUROSCI.05-07-01688.1985) (1985): how a hand
#   speeds up and slows down
# - Kingma and Ba, [Adam](https://arxiv.org/abs/1412.6980) (2014)
# - [Neural networks and deep learning](http://neuralnetworksanddeeplearning.com/chap4.html), chapter 4: another drawn proof of
#   universal approximation, by Michael Nielsen
#
# **Next**: [07 · Deep and fast](07_deep_and_fast.ipynb)
