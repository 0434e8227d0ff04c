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
# # 12 · Your own images
#
# **After this lesson you can**
#
# - bring pictures of your own, or draw them;
# - find what is wrong with a folder of pictures, and with its labels;
# - split it, train on it, and seal a part of it until the end;
# - say when a picture looks like none of the classes, and whether a model's probabilities can be trusted;
# - find by experiment how many pictures, which learning rate and how many epochs you need;
# - use the model in a program, in a terminal, and as a web page;
# - write a model card for those who will rely on it.
#
# **Time**: 45 minutes to read and try, and 40 for the exercises. All cells together run in 40 seconds on two CPU cores.
#
# **Needs**: lesson 02, and the learning rate of lesson 03. No GPU, no internet.

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
# ## Bring your pictures
#
# *What would you like to tell apart?* Two kinds of leaves, or two people's handwriting? You need a folder for each
# class, with pictures in it:
#
# ```
# my_pictures/
#     maple/    a.jpg  b.jpg  ...
#     oak/      c.jpg  d.jpg  ...
# ```
#
# Make such folders in the list of files, and drag your pictures in. Or draw. This pad keeps each drawing as a file in
# `my_drawings`, beside this notebook. Draw twelve of each or more, and press *Keep* after each one:

# %%
from helpers.explorers.drawing_pad import drawing_pad

album = drawing_pad(["star", "house"], folder="my_drawings")

# %% [markdown]
# To have enough of them, we let this function draw, too:

# %%
import numpy as np
from helpers.explorers.drawing_pad import Stroke, draw_strokes

ANGLES, FAR = np.linspace(0, 2 * np.pi, 11), np.array([90, 36] * 5 + [90])  # FAR: from the middle to each corner
STAR = np.stack([FAR * np.sin(ANGLES), -FAR * np.cos(ANGLES)], axis=1)
HOUSE = [(-60, -10), (0, -80), (60, -10), (60, 80), (-60, 80), (-60, -10), (60, -10)]
SHAPES = {"star": STAR, "house": HOUSE}


def draw(shape, rng):
    points = np.array(SHAPES[shape]) * rng.uniform(0.45, 1.1) + rng.normal(0, 5, (len(SHAPES[shape]), 2))
    angle = rng.normal(0, 0.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return draw_strokes([Stroke(points @ turn + rng.uniform(90, 166, 2), rng.uniform(4, 14))])


# %% [markdown]
# We put 60 of each into a new folder, and go on with these. Later, for pictures of your own, change the last line of
# the cell to `PATH = Path("my_drawings")`, or to any other folder of classes.

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
import tempfile
from pathlib import Path
from helpers.explorers.drawing_pad import open_album
from helpers.plots import show_images

rng, practice = np.random.default_rng(0), Path(tempfile.mkdtemp()) / "drawings"
machine = open_album(["star", "house"], practice)
for shape in ["star", "house"] * 60:
    machine.keep(shape, draw(shape, rng))
axes = show_images([draw(shape, rng) for shape in ["star", "house"] * 4])
PATH = practice

# %% [markdown]
# ## Look the folder over
#
# Collected pictures are rarely all in order. We plant three faults: a file that is cut short, a house that also lies
# among the stars, and a house that lies only among the stars.

# %%
import shutil

one, other = practice / "house" / "001.png", practice / "house" / "002.png"
(practice / "house" / "half.png").write_bytes(one.read_bytes()[:900])
copied = shutil.copy(one, practice / "star" / "house.png")
moved = shutil.move(other, practice / "star" / "062.png")

# %% [markdown]
# *What would happen if you trained now?* The first file cannot be read: `helpers` leaves it out and names it. The
# second fault is worse, because nothing warns of it: the same drawing is labelled house and star. `doctor` reads every
# file and reports what it finds:

# %% tags=["nbval-check-output"]
from helpers import doctor

report = doctor(PATH)
report

# %% [markdown]
# `report.plot()` shows the pictures. A grey card stands for a file that cannot be read.

# %%
axes = report.plot()

# %% [markdown]
# The cut file needs no decision. `report.set_aside()` moves it into a folder called `__set_aside__`, where nothing
# looks for pictures:

# %%
report.set_aside()

# %% [markdown]
# Only you can say which of two classes is right. Here the table names `star/house.png`, which is no star, so we set
# that file aside. (Where the named file is right, delete the other: `report.of("two classes")[0].other.unlink()`.)

# %%
if practice == PATH:  # with pictures of your own, look first
    print(report.set_aside(report.of("two classes")))

# %% [markdown]
# *Is that all?*

# %% tags=["nbval-check-output"]
doctor(PATH)

# %% [markdown]
# No: one house is still labelled star. It is a good picture and has no copy. To find it, one must know what a star is.
# We come back to it below.
#
# `doctor` also finds copies that were made smaller or saved again. *What harm does a copy do?*

# %%
quiz("12.1")

# %% [markdown]
# ## Split it, and seal a part
#
# `split_folder` makes a new folder beside yours, with `train` and `valid` in it. In lesson 01 we met the **test set**,
# which is opened once. Here its folder is called `sealed`, and `sealed=0.2` puts a fifth of the pictures into it:

# %% tags=["nbval-check-output"]
from helpers import split_folder

SPLIT = split_folder(PATH, valid=0.25, sealed=0.2)

# %% [markdown]
# ## Three lines
#
# These are the lines of lesson 02. The 66 pictures make only two batches, so we train for ten epochs. For now we take a
# tenth of the rate. A later section looks for the best one:

# %%
import io
from contextlib import redirect_stdout

from helpers import ConvLearner, ImageClassifierData, tfms_from_model

quiet = redirect_stdout(io.StringIO())  # inside "with quiet", print shows nothing
arch, sz = "resnet10", 128
data = ImageClassifierData.from_paths(SPLIT, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
with quiet:
    history = learn.fit(0.001, 10)
learn.predict_all()

# %% [markdown]
# *And what does the model say of drawings that it has never seen?*

# %%
new = [draw(shape, rng) for shape in ["star", "house"] * 4]
axes = show_images(new, [str(learn.predict(picture)) for picture in new])

# %% [markdown]
# ## Which labels does the model contradict?
#
# *Could a model that learned from a wrong label find it?* The house labelled star is now in `train`, among 65 pictures
# with the right label. `review_labels` takes the pictures of `train` and `valid`, and sorts them by the probability
# that the model gives to their own label, the lowest first:

# %%
from helpers.explorers.label_review import review_labels

review = review_labels(learn, 16)

# %% [markdown]
# The house among the stars comes first. Click the label that it ought to have. The pictures after it have the right
# label and are only hard. In a line of code:

# %%
if practice == PATH:  # with pictures of your own, decide in the window above
    review.decide("train/star/062.png", "house")
review

# %% [markdown]
# `review.save` writes all labels to a table, a text file of the type CSV. `from_csv` reads them from there, so no file
# had to be moved. We train again:

# %%
table = review.save(SPLIT / "labels.csv")
data = ImageClassifierData.from_csv(SPLIT, table, tfms=tfms_from_model(arch, sz))
learn = ConvLearner.pretrained(arch, data, precompute=True, seed=1)
with quiet:
    history = learn.fit(0.001, 10)
learn.predict_all()

# %% [markdown]
# One more answer of 30 is right. So few pictures cannot show whether that is more than chance.
#
# ## When it is neither
#
# A classifier of cats and dogs answers cat or dog, whatever picture it is given. We give 240 drawings of stars and
# houses to the classifier of lesson 02. *How many will it call a cat or a dog with more than 90 %?*

# %%
predict_first("12.1", ...)

# %% [markdown]
# We train it as in lesson 02:

# %%
from helpers import get_data

pets = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model(arch, sz))
model = ConvLearner.pretrained(arch, pets, precompute=True, seed=1)
with quiet:
    pets_history = model.fit(0.01, 2)
drawings = [draw(shape, rng) for shape in ["star", "house"] * 120]
said = [model.predict(picture) for picture in drawings]
reveal("12.1", sum(each.probability > 0.9 for each in said))

# %% [markdown]
# All 240 are called cats or dogs, some with a probability that we would trust for a pet. The probabilities say which
# class is nearer. They do not say that both are far away.
#
# *What would?* The body turns every picture into a row of numbers, its activations, and the rows of similar pictures
# point in similar directions. The **cosine similarity** of two rows is the cosine of the angle between them. We look
# for the five training pictures that are most similar to a picture. Its distance is 1 minus the mean of these five
# similarities.
#
# *How far is too far?* The validation pictures are cats and dogs from which the model did not learn. Half of them set a
# threshold, so that about 5 % of cats and dogs lie beyond it. To call these "neither" is a **false alarm**. The other
# half check how often that happens. *And does the rule find the drawings?*

# %%
from helpers.lessons.unfamiliar import Familiarity, plot_distances

pets_familiar = Familiarity.of(model, false_alarms=0.05)
print(pets_familiar)
distances = [pets_familiar.distance(picture) for picture in drawings]
caught, total = pets_familiar.flagged(distances)
print(f"{caught} of {total} look like neither")
assert pets_familiar.checked.max() < min(distances)
axes = plot_distances(pets_familiar, distances)

# %% [markdown]
# There are about as many false alarms as planned. The two distributions do not overlap: a line drawing is very unlike
# our pictures of pets. But a large distance may mean another class, or only another kind of picture. In a test with
# photographs, the rule called 44 % of the spaniels from another collection "neither", although spaniels are dogs. (The
# docstring of `helpers.lessons.unfamiliar` has the table.)

# %%
quiz("12.2")

# %% [markdown]
# *What does your own model say of a drawing that is neither?* In this window, choose the white sheet, the first of the
# small pictures. Draw a star, then, after *Clear*, a house, then a face. The picture on the right is bright where the
# model found evidence for its answer (lesson 08). Which stroke changes the answer?

# %%
from helpers.explorers.prediction_app import prediction_app

enough = len(data.valid) >= 17  # fewer validation pictures cannot set a threshold for 10 %
familiar = Familiarity.of(learn, false_alarms=0.1) if enough else None
prediction_app(learn, new[:4] if practice == PATH else None, familiar=familiar)

# %% [markdown]
# All four drawings are stars and houses, so "looks like neither" is a false alarm. We allowed for one in ten.
#
# ## Can the probabilities be trusted?
#
# A model is **calibrated** if, of all pictures that it calls a cat with 80 %, four in five are cats. *Is our classifier
# of pets?* We sort the validation pictures by the probability of the answer, into ten bins from 50 to 100 %. In each
# bin we count how often the answer was right:

# %%
from helpers.lessons.calibration import reliability

found = reliability(model.predict_all())
axes = found.plot()
print(found)

# %% [markdown]
# The dots of a calibrated model lie on the dashed line. Most pictures are in the last bin, and its large dot lies on
# the line. The other bins hold only a few pictures, so their intervals are wide, and one may well miss the line by
# chance.
#
# The printed **expected calibration error** says how far the dots lie above or below the line on average. A dot of 200
# pictures counts 200 times, so this error tells us mostly about the last bin.
#
# ## Three questions
#
# How many pictures, which learning rate, how many epochs? We answer by experiments, and run each with five seeds.
#
# ### How many pictures?
#
# With 500 pictures of each class, about 3 % of the answers were wrong in lesson 02. *What percentage will be wrong with
# 32?* Every run takes equally many steps, because otherwise fewer pictures would also mean less training.

# %%
predict_first("12.2", ...)

# %% [markdown]
# The line is the mean of the five seeds, the band their range.

# %%
from helpers.lessons.three_questions import pictures_needed, stored_sweep, try_epochs, try_pictures, try_rates


def in_percent(axes):
    axes.yaxis.set_major_formatter("{x:.1%}")
    axes.set_ylabel("validation error")
    return axes


by_pictures = try_pictures(model, [16, 32, 64, 128, 256, 500])
axes = in_percent(by_pictures.plot())
reveal("12.2", 100 * by_pictures.errors[:, 1].mean())

# %% [markdown]
# The more pictures, the fewer mistakes. A rough rule says that each doubling removes the same share of the errors. *How
# many pictures does this rule, fitted to all the dots, need for an error of 4 %?*

# %%
needed = pictures_needed(by_pictures, 0.04)
print(f"{needed.pictures:.0f} of each class; 95 % interval {needed.interval[0]:.0f} to {needed.interval[1]:.0f}")

# %% [markdown]
# Look at the interval before you look at the number: 300 validation pictures can hardly say where the error is 4 %.
# (`inf` stands for more than four times what was tried.)
#
# *Does the rule hold for ever?* Our pets are drawn. Here are stored results for photographs of cats and dogs, up to
# 1,000 of each class:

# %%
axes = in_percent(stored_sweep("photographs, pictures").plot())

# %% [markdown]
# No: from 128 of each class on, the error hardly falls any more. A likely reason is the frozen body: what its
# activations do not tell apart, the head cannot learn from any number of pictures.
#
# For pictures of your own, type `try_pictures(learn, [8, 16, 32], epochs=10)`. If the curve still falls at its right
# end, more pictures are worth the effort.
#
# ### Which learning rate?
#
# We try six rates, with two epochs each:

# %%
by_rates = try_rates(model, [0.0001, 0.001, 0.01, 0.1, 1.0, 10.0])
axes = in_percent(by_rates.plot())
print("seconds:", *by_rates.seconds.mean(axis=0).round(2))

# %% [markdown]
# The curve is a valley with a flat floor. At a small rate, two epochs are not enough. At a large one the steps
# **overshoot**, as in lesson 03: they jump past the lowest loss. At the right end the model only guesses. The time does
# not depend on the rate.
#
# *Do other kinds of pictures need another rate?* Here are stored results for four kinds. The head learned from 40
# pictures of each class, for ten epochs. It was scored on 100 others of each, so the errors are not those above:

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
kinds = ["photographed cats and dogs", "drawn cats and dogs", "stars and houses", "handwritten 3, 5 and 8"]
for kind, marker in zip(kinds, "osD^", strict=True):  # circle, square, diamond, triangle
    sweep = stored_sweep(kind)
    means = 100 * sweep.errors.mean(axis=0)
    axes.semilogx(sweep.values, means, marker + "-", label=kind)
    assert means[4] < means.min() + 1  # at 0.01
axes.set(xlabel="learning rate", ylabel="validation error (%)", ylim=(0, 50))
legend = axes.legend(frameon=False)

# %% [markdown]
# The valleys overlap: at 0.01 the error of each kind is at most one point above its own lowest. So begin with 0.01 on
# your own pictures. The kind of picture matters more: photographs of cats and dogs are mistaken for each other far more
# often than stars and houses.
#
# ### How many epochs?
#
# The usual advice is to train as long as the validation result improves. *Which result?* There are two, the loss and
# the error. We train for twelve epochs:

# %%
by_epochs = try_epochs(model, 12)
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(12, 3.4), layout="constrained")
axes = by_epochs.plot("losses", ax=left), in_percent(by_epochs.plot("errors", ax=middle))
axes = by_epochs.plot("seconds", ax=right)

# %% [markdown]
# Every epoch takes equally long. The loss and the error do not agree. The loss is lowest early and rises again, and the
# error does not rise with it. The loss also depends on the probability of each answer. With more training the
# probabilities move towards 100 %, those of wrong answers too.
#
# If you need only the class, watch the error. If you need the probabilities, take the epoch with the lowest loss. (With
# pictures of your own, type `try_epochs(learn, 12).plot("losses")`.)
#
# ### Which body?
#
# *Does another body suit your pictures better?* We train on the stars and houses again, with the body of lesson 02 that
# has seen no pets, and compare:

# %%
from helpers.statistics import compare

other = ConvLearner.pretrained("resnet10_no_pets", data, precompute=True, seed=1)
with quiet:
    other_history = other.fit(0.001, 10)
compare(learn.predict_all(), other.predict_all())

# %% [markdown]
# The two are right about the same pictures. Any network of torchvision can be tried in this way (lesson 02).
#
# ### By hand
#
# Each experiment changed one thing. Here you can change all three. *Is the best rate still the best with 16 pictures?
# And after twelve epochs?* The rate is given as a power of ten: −2 is 0.01. Fewer pictures now also mean fewer steps.

# %%
from helpers.explorers.run_explorer import run_explorer

run_explorer(model, pictures=32, rate=0.01, epochs=4)

# %% [markdown]
# ## Open the seal
#
# Anyone who tries rates and epochs chooses by the validation set, so its accuracy may be too high. The sealed pictures
# have had no part in any choice. *Does the model do equally well on them?* `open_seal` measures it, and notes the
# opening in a file. With pictures of your own, do that last, and once:

# %%
from helpers.datasets.sealed import open_seal

finished = practice == PATH  # with pictures of your own: write True when you have stopped choosing
opening = open_seal(learn) if finished else None
opening

# %% [markdown]
# The interval of the difference is wide: two dozen pictures can say no more. Anyone who goes back now and tries other
# settings has used the seal up.
#
# ## What could go wrong?
#
# A **model card** tells others what a model is, what it learned from and how good it is:

# %%
from helpers.lessons.model_card import model_card

card = model_card(learn, history, familiar=familiar, opening=opening)
card

# %% [markdown]
# The calibration error is large: this model is right more often than its probabilities say. After ten epochs at a small
# rate they are still far from 100 %. Only you can answer the questions at the end of the card.
#
# ## Into the world
#
# `save` keeps the model in one file, with the names of its classes and all that it takes to prepare a picture:

# %% tags=["nbval-check-output"]
file = learn.save("drawings")
print(file.name, f"{file.stat().st_size / 1e6:.1f} MB")

# %% [markdown]
# A program needs this file and `helpers`, and no training picture:

# %%
from helpers import load_model

kept = load_model(file)


def say(picture, least=0.8):
    found = kept.predict(picture)
    return found.label if found.probability >= least else f"not sure: {found}"


print(say(new[0]), "·", say(new[1]))

# %% [markdown]
# The second answer is right, but below 0.8. The validation pictures show which `least` suits a model.
#
# It also works without a program, in a terminal: type `python -m helpers predict`, then the file of the model, then
# pictures or folders. In a notebook, a line that begins with `!` goes to the terminal, with `{...}` replaced by a value
# from Python:

# %%
import sys

python, few = sys.executable, " ".join(f'"{path.relative_to(SPLIT)}"' for path in data.valid.paths[:5])
# !cd "{SPLIT}" && "{python}" -m helpers predict models/drawings.safetensors {few}

# %% [markdown]
# ### As a web page
#
# [Gradio](https://www.gradio.app) turns a function into a web page, for people who have no notebook. The first line of
# this cell writes the others to a file `app.py` beside the notebook, and overwrites one of that name:

# %%
# %%writefile app.py
import sys

import gradio
from helpers import load_model

model = load_model(sys.argv[1])


def answer(picture):
    said = model.predict(picture)
    return dict(zip(said.classes, said.probabilities.tolist(), strict=True))


gradio.Interface(answer, gradio.Image(type="pil"), gradio.Label()).launch(show_error=True)

# %% [markdown]
# It needs the package gradio, which the course does not install. In the cell below, write `True` in place of `False`,
# and run it. Gradio prints an address: open it, drop a picture on the page and press *Submit*. The square button above
# the notebook stops it. (On Colab, end the cell above with `.launch(show_error=True, share=True)`.)

# %%
start = False
if start:
    get_ipython().run_line_magic("pip", "install -q gradio")
    get_ipython().system('"{python}" app.py "{file}"')

# %% [markdown]
# ## In short
#
# ```python
# doctor(PATH).set_aside()
# SPLIT = split_folder(PATH, valid=0.25, sealed=0.2)
#
# data = ImageClassifierData.from_paths(SPLIT, tfms=tfms_from_model(arch, sz))
# learn = ConvLearner.pretrained(arch, data, precompute=True)
# history = learn.fit(0.01, 10)
# review = review_labels(learn)  # labels changed? review.save, from_csv, and train again
#
# familiar = Familiarity.of(learn, false_alarms=0.1)
# model_card(learn, history, familiar=familiar, opening=open_seal(learn)).save("card.md")
# load_model(learn.save("mine")).predict("new.jpg")
# ```
#
# **What to remember**
#
# - A classifier always names one of its classes. Whether the picture shows any of them is another question.
# - A set that has been used to choose cannot be the judge.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/12_your_own_images.ipynb) hold all
# answers.
#
# **1.** The threshold of this lesson needs at least 19 distances for 5 % false alarms: of 19 pictures and a new one,
# each is equally likely to lie farthest away, so the new one exceeds the 19 in one case in twenty. Half of the
# validation pictures, rounded up, set the threshold. How many validation pictures must there be at least for 2 % false
# alarms?

# %%
validation_pictures = ...
check("12.1", validation_pictures)

# %% [markdown]
# **2.** Write `leaks(train, valid)`. It takes two dictionaries, from the name of a file to its content, and returns a
# sorted list: the names in `valid` whose content is also in `train`, under whatever name. (Three lines or so.)


# %%
def leaks(train, valid):
    # your lines in place of the dots
    ...


check("12.2", leaks)

# %% [markdown]
# **3.** Write `looks_like_neither(distances, valid_distances)`. The threshold is the distance that 95 % of
# `valid_distances` do not exceed. Return an array with True for each of `distances` that lies beyond it. (Three lines
# or so; `np.quantile` helps.)


# %%
def looks_like_neither(distances, valid_distances):
    # your lines in place of the dots
    ...


check("12.3", looks_like_neither)

# %% [markdown]
# **4.** A model's answers to 100 pictures fall into two bins. In the first, of 40, it was 60 % sure on average and
# right 30 times. In the second, of 60, it was 95 % sure and right 54 times. What is its expected calibration error, as
# a number from 0 to 1?

# %%
calibration_error = ...
check("12.4", calibration_error)

# %% [markdown]
# **5.** Write `answer(probabilities, classes, distance, threshold, least=0.8)`, the last step of an application. It
# returns `"neither"` where the distance lies beyond the threshold, otherwise `"not sure"` where the highest probability
# is below `least`, otherwise the name of the most probable class. (Four lines or so.)


# %%
def answer(probabilities, classes, distance, threshold, least=0.8):
    # your lines in place of the dots
    ...


check("12.5", answer)

# %% [markdown]
# **6.** A small project, from an empty cell. `faulty_folder()`, from `helpers.exercises.own_folder`, makes a folder
# `shapes` of drawn circles and triangles and returns its path. Mend what `doctor` finds in it, and split it, a quarter
# for `valid` and a fifth sealed. One label is still wrong: find it with a first learner, correct it in a table, and
# train a second learner in the same way, with `resnet10` at 128, kept activations, `seed=3`, and ten epochs at 0.001.
# Open the seal, save the second learner as `"shapes"`, and ask the model in that file about `new.png`, which lies
# beside the folder `shapes`. Give a list of five: what the last `fit` gave back, the second learner, the opening, the
# file and the prediction. (Fifteen lines or so.)

# %%
my_project = ...
check("12.6", my_project)

# %% [markdown]
# **Without a check**, two projects with a camera. Tell euro notes from dollar notes: photograph each on several tables,
# from both sides, and put some banknotes into `valid` alone, by hand (`split_folder` would mix them), or the model may
# recognise the note. Train on 10, 20 and 40 pictures of each, and look at how the error falls: would 80 be worth it?
# And boat, car or plane, three classes: which two are mixed up most, and what do those pictures share?
# (`confusion_matrix`, lesson 02.)
#
# ## Links
#
# - Guo and others, [On calibration of modern neural networks](https://arxiv.org/abs/1706.04599) (2017): why deep
#   networks are often too sure
# - Sun and others, [Out-of-distribution detection with deep nearest neighbors](https://arxiv.org/abs/2204.06507)
#   (2022): the distance of this lesson
# - Northcutt and others, [Pervasive label errors in test sets](https://arxiv.org/abs/2103.14749) (2021): what a model
#   doubts, and what people then found
# - Mitchell and others, [Model cards for model reporting](https://arxiv.org/abs/1810.03993) (2019): what to write down,
#   with examples
#
# **Next**: 13 · Beyond one machine (in preparation)
