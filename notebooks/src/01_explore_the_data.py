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
# # 01 · Explore the data
#
# **After this lesson you can**
#
# - say what the course's package stands on, and read the code of any function in it;
# - get a set of labelled pictures, and find your way in its folders;
# - take a picture apart into numbers, and change it with NumPy;
# - look a data set over before you train on it: sizes, brightness, short cuts, copies, damaged files;
# - say what training, validation and test sets are for, and show what a leak does.
#
# **Time**: 35 minutes to read and try. All cells together run in 20 seconds on two CPU cores.
#
# **Needs**: lesson 00, or some Python with NumPy. No GPU, no network.

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
# ## What we stand on
#
# In the next lesson three lines of code train a classifier of cats and dogs. *What is underneath those three lines?*
#
# ```
#  you                      three lines
#  helpers                  an application: "a classifier of pictures"
#  PyTorch, torchvision     a framework: arrays, derivatives, layers, known networks
#  a CPU or a GPU           multiplications, very many
# ```
#
# **PyTorch** is the framework. It computes with arrays, on a GPU if there is one, and it finds derivatives by itself. Much
# of today's research is written in it. The other well-known road is **Keras**, for years the friendly face of Google's
# **TensorFlow**; today it runs on PyTorch as well. Keras gives you building blocks: a layer, another layer, an optimiser.
#
# `helpers` gives you something else: a whole *application*. You say which pictures, and which known network. It does what
# experience has shown to work, unless you ask for something else: a network that has already seen pictures, input that is
# scaled as this network expects, a result with its uncertainty. The idea is **best practice by default**.
#
# That is comfortable, and it has a price. What happens by default happens out of sight. So the course keeps a promise:
# everything in `helpers` is short enough to be read, and you know how to open it. Two question marks do it
# (`read_image??`). So does this function, whose answer stays on the page.

# %%
import inspect
from helpers import read_image

print(inspect.getsource(read_image))

# %% [markdown]
# Between the triple quotes stands the documentation. The last line is the work: it calls a neighbour in the same file and
# turns the axes round. You could follow it from there. *How much is there to follow, all in all?*

# %%
from pathlib import Path
import helpers

folder = Path(helpers.__file__).parent
parts = ["files", "plots", "labels", "datasets", "faults", "lessons", "widgets", "explorers", "exercises"]
for part in ["engine", *parts]:
    files = list(folder.glob("*.py") if part == "engine" else (folder / part).rglob("*.py"))
    lines = sum(len(file.read_text("utf-8").splitlines()) for file in files)
    print(f"{part:<10}{len(files):>3} files {lines:>6,} lines")

# %% [markdown]
# Docstrings, comments and blank lines are counted as well. Only the **engine**, the files directly in the folder, does the
# work between a folder of pictures and a trained model: a weekend's reading. By the end of the course you will know most of
# it. The folders hold the rest: `files` writes files whole and opens none that does harm, `plots` draws, `labels` reads
# tables and names of files, `datasets` fetches pictures, `faults` finds the bad ones, `lessons` has what the lessons
# demonstrate, and the last three are what you play with and what checks your answers.

# %%
quiz("01.1")

# %% [markdown]
# ## Learning from examples
#
# *How would you write a function that tells cats from dogs?* Pointed ears: cat. But some dogs have pointed ears, and some
# cats hide theirs. People tried for decades to write such rules, and they never worked well.
#
# So we do not write the rules. We collect pictures and write on each what it shows: its **label**. A program then looks
# for rules that give those labels. This is **supervised learning**: somebody who knew the answers has labelled the
# examples.
#
# *Where do we get labelled pictures?* One call:

# %%
from helpers import get_data

PATH = get_data("sample")
print(PATH.name)

# %% [markdown]
# `get_data` returns the folder. This small set comes with the course, so nothing had to be fetched. In general such a call
# fetches, checks and unpacks, so that nobody does that by hand for the tenth time. The course of 2018 had a little tool for
# it, PDL: `pdl.dogscats()` was all you typed.
#
# *What is in the set?* Pictures of **cats and dogs that we drew**, or rather: that a program of ours drew. Why not
# photographs? The well-known set of photographs weighs 840 MB, and they are not ours to hand out. The drawn ones are small
# and run without a network. They are not the real thing, and we will say so where it matters.
#
# The photographs are the set that courses have used since 2013: **23,000 pictures to train on, 2,000 to validate with**,
# half cats and half dogs in both. If you have them on your disk, name their folder, and every lesson runs with them:
#
# ```python
# PATH = Path("my/folder/dogscats")  # it holds train and valid
# ```

# %% [markdown]
# ## The folders
#
# *How do the labels get into the computer?* Let us draw the folder as a tree.


# %%
def draw_tree(folder, depth=0):
    folders = sorted(inner for inner in folder.iterdir() if inner.is_dir() and not inner.name.startswith("."))
    pictures = sorted(file.name for file in folder.glob("*.jpg"))
    name = "│   " * (depth - 1) + "├── " * (depth > 0) + folder.name + "/"
    print(f"{name:<20}" + (f"{len(pictures):>5} pictures: {', '.join(pictures[:3])}, …" if pictures else ""))
    for inner in folders:
        draw_tree(inner, depth + 1)


# %% [markdown]
# The function calls itself for every folder inside, one step further in. Hidden folders, those with a dot in front, it
# leaves out.

# %%
draw_tree(PATH)

# %% [markdown]
# **The folder's name is the label.** `train/cats` holds cats. Nothing else is needed: no table, no database. Very many
# data sets are laid out like this. The photographs have the same tree with larger numbers: 11,500 pictures in each folder
# of `train`, 1,000 in each of `valid`.
#
# - `train`, `valid` and `test1` are the three sets. What each is for, we see below.
# - `test1` has no folders inside: its pictures have no labels.
# - `models` appears when you save a trained model. That is the file which you would later put to use.
#
# *What do the pictures look like?* The first two of each folder with labels. `test1` stays closed, for a reason that comes
# below. (The line with `%config` stores figures as JPEG, which suits pictures: this page stays small.)

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.plots import show_images

folders = ["train/cats", "train/dogs", "valid/cats", "valid/dogs"]
paths = [sorted((PATH / folder).glob("*.jpg"))[place] for place in (0, 1) for folder in folders]
axes = show_images([read_image(path) for path in paths], folders * 2)

# %% [markdown]
# One column for each folder.
#
# *Does the package find the same?* This is the first of the three lines of the next lesson. `tfms` says how pictures will
# be prepared; leave it for now.

# %% tags=["nbval-check-output"]
from helpers import ImageClassifierData, tfms_from_model

data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model("resnet10", 128))
data

# %% [markdown]
# The same counts as in the tree. The labels became numbers, in the order of the folders' names:

# %% tags=["nbval-check-output"]
print(data.classes)
print("first labels:", data.train.labels[:3].tolist(), " last labels:", data.train.labels[-3:].tolist())

# %% [markdown]
# 0 means `cats`, 1 means `dogs`. Each of `data.train`, `data.valid` and `data.test` holds `paths`, and the first two hold
# `labels`.

# %% [markdown]
# ## One picture, closely
#
# Before you train on data, look at it. We start with a single picture.

# %%
from helpers.plots import show_image

picture = read_image(PATH / "train/cats/cat.0.jpg")
axes = show_image(picture, "cat.0.jpg", grid=True)

# %% [markdown]
# You see a black cat on a piece of furniture, green wallpaper with flowers, tin cans. Rows count downwards from the top,
# columns from the left. *What does the computer see?*

# %% tags=["nbval-check-output"]
print(type(picture).__name__, picture.dtype, picture.shape)
print("smallest number", picture.min(), "largest", picture.max())

# %% [markdown]
# An array of numbers, and nothing else. **278 rows, 375 columns, and 3**: the height, the width, and the colour channels
# red, green and blue. This is called RGB. Each number is a whole number from 0, none of that colour, to 255, all of it.
# `uint8` is the name of this type, which takes one byte.
#
# *Which numbers are in the top-left corner?* Four rows and four columns:

# %%
from helpers.lessons.charts import plot_pixels

axes = plot_pixels(picture[:4, :4])

# %% [markdown]
# Sixteen pixels, three numbers each. That is a corner of the wallpaper. The same as NumPy prints it, the red channel only:

# %% tags=["nbval-check-output"]
print(picture[:4, :4, 0])

# %% [markdown]
# The brackets take rows first, then columns, then channels, as in lesson 00. `:4` means up to 4, without it. *Is the
# wallpaper green in numbers, too?* We take a larger corner and the mean of each channel. `axis=(0, 1)` means: over all its
# rows and columns.

# %% tags=["nbval-check-output"]
red, green, blue = picture[:60, :60].mean(axis=(0, 1))
print(f"red {red:.0f}, green {green:.0f}, blue {blue:.0f}")
assert green > max(red, blue)

# %% [markdown]
# Green is the largest. Now the channels apart. Each is a table of rows and columns without a third axis, so it is drawn in
# grey: 0 black, 255 white.

# %%
names = ["red", "green", "blue"]
axes = show_images([picture[:, :, channel] for channel in range(3)], names, columns=3)

# %% [markdown]
# Look at things of one strong colour. They are bright in their own channel and dark in the others. The cat is dark in all
# three: black is the lack of every colour.
#
# *What else can slices do?* `::-1` counts backwards, `::8` takes every eighth.

# %%
half_height, half_width = picture.shape[0] // 2, picture.shape[1] // 2
parts = [picture[:, half_width:], picture[:, ::-1], picture[::-1], picture[::8, ::8]]
axes = show_images(parts, ["right half", "columns backwards", "rows backwards", "every 8th row and column"])

# %% [markdown]
# And arithmetic? `255 -` makes the negative. `np.rot90` turns by a quarter. Reading the channels backwards swaps red and
# blue. All of it changes numbers, or their places, and nothing else.

# %%
import numpy as np

turned = [np.rot90(picture), 255 - picture, picture[:, :, ::-1], picture // 64 * 64]
axes = show_images(turned, ["turned", "negative", "red and blue swapped", "four levels a channel"])

# %% [markdown]
# *Which of these eight still show a cat?* All, for you. That is a useful thought: a mirrored cat is a cat, so one labelled
# picture can stand for several. Lesson 09 uses it.
#
# One change goes further. We keep **every pixel** and shuffle their places. Does the mean colour of the picture change? Put
# `"yes"` or `"no"` in place of the dots.

# %%
predict_first("01.1", ...)

# %% [markdown]
# `reshape(-1, 3)` puts all pixels into one long column, `permutation` shuffles it, and the second `reshape` makes rows
# again.

# %%
rng = np.random.default_rng(1)
shuffled = rng.permutation(picture.reshape(-1, 3)).reshape(picture.shape)
axes = show_images([picture, shuffled], ["the picture", "the same pixels, shuffled"], columns=2)

# %% [markdown]
# And the mean colour of both:

# %% tags=["nbval-check-output"]
before, after = picture.mean(axis=(0, 1)), shuffled.mean(axis=(0, 1))
print(before.round(2).tolist(), after.round(2).tolist())
reveal("01.1", "no" if np.allclose(before, after) else "yes")

# %% [markdown]
# The same numbers, the same mean, and the cat is gone. **What makes a cat is not which numbers there are, but how they lie
# beside each other.** So a program that tells cats from dogs has to look at neighbourhoods. Lesson 04 is about that.

# %% [markdown]
# ## All the pictures
#
# One picture is not a data set. *What do cats and dogs look like here in general?* Twelve of each, chosen by chance.

# %%
chosen = rng.permutation(np.flatnonzero(data.train.labels == 0))[:12]
axes = show_images([read_image(data.train.paths[place]) for place in chosen], columns=6)

# %% [markdown]
# Those were cats. `data.train.labels == 0` says for each picture whether it is one, and `flatnonzero` gives the places
# where that is true. Now the dogs.

# %%
chosen = rng.permutation(np.flatnonzero(data.train.labels == 1))[:12]
axes = show_images([read_image(data.train.paths[place]) for place in chosen], columns=6)

# %% [markdown]
# Take a minute. How do *you* tell them apart? Is there one that you would get wrong? Do the backgrounds differ? Is a label
# wrong? Whoever looks at a hundred pictures before training is seldom surprised after it.
#
# *How large are they, and how bright?* That is a question to all of them, so we estimate the time first.

# %%
from helpers.lessons.timing import seconds_for

one = seconds_for(lambda: read_image(data.train.paths[0]), times=9)
print(f"{len(data.train):,} pictures: about {1.3 * one * len(data.train):.1f} s")

# %% [markdown]
# For each picture we note three numbers: height, width, mean brightness.


# %%
def facts(path):
    pixels = read_image(path)
    return *pixels.shape[:2], pixels.mean()


# %% [markdown]
# One row of the table for each training picture:

# %%
import time

start = time.perf_counter()
table = np.array([facts(path) for path in data.train.paths])
print(f"a table of shape {table.shape}, in {time.perf_counter() - start:.1f} s")

# %% [markdown]
# Now the sizes, a mark for each picture:

# %%
from helpers.plots import FIRST, THIRD
from helpers.lessons.charts import plot_points

cats, dogs = table[data.train.labels == 0], table[data.train.labels == 1]
axes = plot_points(cats[:, 1], cats[:, 0], xlabel="width", ylabel="height", label="cats", colour=FIRST)
axes = plot_points(
    dogs[:, 1], dogs[:, 0], xlabel="width", ylabel="height", label="dogs", colour=THIRD, marker="^", ax=axes
)

# %% [markdown]
# Wide ones, tall ones, square ones. A network wants all its input in one size, so the pictures have to be made equal before
# training. That is the first of the *transforms* in lesson 02.
#
# The figure answers a second question. If all large pictures were dogs, a program could look at the size and never at the
# animal. That would be a **short cut**, and useless on the next picture. Circles and triangles lie mixed, so size gives
# nothing away. *And brightness?*

# %%
from helpers.plots import new_axes

axes = new_axes(size=(6, 2.8))
axes.hist(
    [cats[:, 2], dogs[:, 2]], bins=20, label=["cats", "dogs"], color=[FIRST, THIRD], edgecolor="white", linewidth=0.3
)
axes.set(xlabel="mean brightness of the picture", ylabel="how many pictures")
legend = axes.legend(frameon=False)

# %% [markdown]
# Let us make a classifier from this. It is a poor one, but complete. It *learns* one number from the training pictures: the
# middle between the mean brightness of cats and that of dogs. Brighter or darker than this number, that is its rule.

# %%
cat_mean, dog_mean = cats[:, 2].mean(), dogs[:, 2].mean()
middle = (cat_mean + dog_mean) / 2
print(f"cats {cat_mean:.1f}, dogs {dog_mean:.1f}, the middle {middle:.1f}")

# %% [markdown]
# *How often is it right on the validation pictures, in percent?* They are half cats, half dogs. Predict.

# %%
predict_first("01.2", ...)

# %% [markdown]
# It says "dog" on the side of the middle where the dogs' mean lies. The comparison gives `True` or `False`, and a mean of
# those is a share.

# %%
valid_brightness = np.array([facts(path)[2] for path in data.valid.paths])
says_dog = (valid_brightness > middle) == (dog_mean > cat_mean)
accuracy = (says_dog == data.valid.labels).mean()
reveal("01.2", 100 * accuracy)

# %% [markdown]
# Not far from 50 %, which a coin reaches. Brightness is no short cut here. On your own data it may be one: wolves in
# snow, sick patients X-rayed in one hospital and healthy ones in another. **Try the silly rule before the clever one.** If
# the silly one works, the data has a fault.

# %% [markdown]
# ## Three sets, and why
#
# *Why are there three folders?* Compare with school.
#
# | set | like | what it is for |
# |---|---|---|
# | **training** set, `train` | the exercises, with answers | the model learns from it |
# | **validation** set, `valid` | a trial exam | you compare models on it, and choose: which network, how long, how fast |
# | **test** set, `test1` | the final exam, sealed | opened once, at the very end, for one honest number |
#
# That training pictures cannot serve as an exam is clear: a model may know them by heart. We can build one that does. For
# each file it computes a *fingerprint*: a number from the bytes of the file, in practice different for any two files that
# differ (SHA-256 is the name of the method). It keeps the label beside the fingerprint.

# %%
import hashlib


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


print(fingerprint(data.train.paths[0]))


# %% [markdown]
# The memoriser looks the fingerprint up. What it has not seen, it calls 0, a cat.


# %%
def memoriser(paths, labels):
    memory = {fingerprint(path): label for path, label in zip(paths, labels, strict=True)}
    return lambda path: memory.get(fingerprint(path), 0)


def score(classifier, pictures):
    return np.mean([classifier(path) == label for path, label in zip(pictures.paths, pictures.labels, strict=True)])


# %% [markdown]
# *How good is it?*

# %% tags=["nbval-check-output"]
by_heart = memoriser(data.train.paths, data.train.labels)
print(f"on train {score(by_heart, data.train):.0%}, on valid {score(by_heart, data.valid):.0%}")

# %% [markdown]
# Perfect on what it has seen, a coin on what it has not. It knows nothing about cats. The validation set told us, because
# **none of its pictures was in the training set**. Was that true? Equal files have equal fingerprints, so we can look:

# %% tags=["nbval-check-output"]
seen = {fingerprint(path) for path in data.train.paths}
print("files that are in both:", sum(fingerprint(path) in seen for path in data.valid.paths))

# %% [markdown]
# None. Now we plant a **leak**: every second validation picture slips in among the training pictures, as it happens when
# folders are merged in a hurry.

# %% tags=["nbval-check-output"]
paths = [*data.train.paths, *data.valid.paths[::2]]
labels = [*data.train.labels, *data.valid.labels[::2]]
print(f"with the leak, on valid {score(memoriser(paths, labels), data.valid):.0%}")

# %% [markdown]
# Better by 25 points, and it still knows nothing about cats. Nothing warned us. The score simply looked good. That is what
# leaks do.
#
# *Does a fingerprint find all of them?* We change one number of one pixel by one.

# %% tags=["nbval-check-output"]
nearly = picture.copy()
nearly[0, 0, 0] += 1
print(hashlib.sha256(picture.tobytes()).hexdigest()[:16], hashlib.sha256(nearly.tobytes()).hexdigest()[:16])

# %% [markdown]
# Your eye sees no difference, the fingerprints have nothing in common. So this finds exact copies only. The same cat a
# second later, or the same picture made smaller, is a leak as well. Keep all pictures of one animal, one patient, one video
# in *one* set. Lesson 12 looks for near-copies.

# %% [markdown]
# ### Why is a validation set not enough?
#
# We choose by it, and choosing uses it up. An experiment: 1,000 classifiers that **flip a coin** for every picture. We try
# them on 100 validation pictures and keep the best. What is its accuracy there, in percent?

# %%
predict_first("01.3", ...)

# %% [markdown]
# `rng.integers(0, 2, shape)` flips that many coins. The labels are coins, too: there is nothing to be learnt.

# %%
rng = np.random.default_rng(1)
valid_labels, test_labels = rng.integers(0, 2, (2, 100))
on_valid = (rng.integers(0, 2, (1000, 100)) == valid_labels).mean(axis=1)
on_test = (rng.integers(0, 2, (1000, 100)) == test_labels).mean(axis=1)

# %% [markdown]
# The best of them, and what the same one does on pictures that nobody chose by:

# %% tags=["nbval-check-output"]
best = on_valid.argmax()
print(f"the best on validation: {on_valid[best]:.0%}; the same one on test: {on_test[best]:.0%}")
reveal("01.3", 100 * on_valid[best])

# %% [markdown]
# All 1,000 in one figure:

# %%
axes = new_axes(size=(6, 2.8))
axes.hist(100 * on_valid, bins=np.arange(30.5, 71, 1), color=FIRST, edgecolor="white", linewidth=0.3)
for value, words in [(on_valid[best], "the best,\non validation"), (on_test[best], "the same,\non test")]:
    axes.axvline(100 * value, color=THIRD, linestyle="--")
    axes.text(100 * value + 0.4, axes.get_ylim()[1], words, color=THIRD, va="top", fontsize=9)
axes.set(xlabel="accuracy on the validation pictures (%)", ylabel="how many classifiers")

# %% [markdown]
# Among 1,000 coins, one is lucky. You try rates, networks and numbers of epochs, and every look at the validation score is
# such a choice. The score of what you picked is a little too good. So a third set stays sealed until all choices are made.
# Only then does it tell you what to expect. And **nothing of it may reach training**: no picture, no mean, no look "just to
# check". We leave `test1` closed in this course until the end.

# %%
quiz("01.2")

# %% [markdown]
# ## When the data is not so kind
#
# We are lucky: a set that somebody collected, labelled and split. With a question of your own you will find data that is
#
# - **missing**: nobody has photographed it, or nobody has labelled it;
# - **not accessible**: private, sold, on paper, in ten formats, or under a licence that forbids your use;
# - **poor**: damaged files, wrong labels, copies, one class a hundred times as large as another.
#
# Even the famous photographs have their faults: in one of the published versions some files are no pictures at all.
# *What happens with such files?* We make three: half of a picture, a web page that calls itself a picture, and an empty
# file.

# %%
import tempfile

broken = Path(tempfile.mkdtemp())
whole = (PATH / "train/cats/cat.0.jpg").read_bytes()
contents = {"empty.jpg": b"", "half.jpg": whole[: len(whole) // 2], "page.jpg": b"<html>Please log in</html>"}
for name, content in contents.items():
    (broken / name).write_bytes(content)

# %% [markdown]
# Now we try to read each of them:

# %%
for path in sorted(broken.iterdir()):
    try:
        read_image(path)
    except ValueError as error:
        print(error)

# %% [markdown]
# One sentence each, with the file's name. When you train, such files are named once and left out, and the rest goes on. Of
# your files nothing is deleted. Lesson 12 brings a doctor for folders, who looks for more: rotated pictures, copies,
# a class that is missing from `valid`.

# %%
quiz("01.3")

# %% [markdown]
# ## The steps again
#
# 1. `PATH = get_data("sample")`, or the folder of your own pictures.
# 2. Draw the tree. `train/<label>`, `valid/<label>`, `test1`.
# 3. Look at one picture, as a picture and as an array: height × width × 3, `uint8`, 0 to 255.
# 4. Look at many, class by class. Plot the sizes. Try a silly rule.
# 5. Look for copies between the sets.
#
# **To take along**
#
# - Supervised learning looks for rules in labelled examples. The labels are the names of folders.
# - A picture is an array. What makes a cat is how the numbers lie beside each other.
# - Learn on the training set, choose by the validation set, open the test set once.
# - A leak gives no error message. It gives a good score.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. A wrong answer gets a hint. The
# [solutions](solutions/01_explore_the_data.ipynb) hold all answers.
#
# **1.** A telephone takes colour pictures that are 3,000 pixels high and 4,000 wide. How many numbers is one of them?

# %%
how_many_numbers = ...
check("01.1", how_many_numbers)

# %% [markdown]
# **2.** Of the 25,000 labelled photographs, how many percent are kept for validation?

# %%
percent = ...
check("01.2", percent)

# %% [markdown]
# **3.** Write `bottom_right(picture)`: the bottom-right quarter of any picture. Where a side is odd, the part after
# `side // 2` belongs to it.


# %%
def bottom_right(picture):
    # your lines in place of the dots
    ...


check("01.3", bottom_right)

# %% [markdown]
# **4.** Write `to_grey(picture)`: a picture (height, width, 3) of type `uint8` comes in, one of shape (height, width) and
# type `uint8` goes out. Each of its pixels is the mean of red, green and blue. (Three lines or so. Remember what happens to
# 200 + 100 in one byte.)


# %%
def to_grey(picture):
    # your lines in place of the dots
    ...


check("01.4", to_grey)

# %% [markdown]
# **5.** Write `count_pictures(folder)`. It gets the `Path` of a folder such as `PATH / "train"`, and gives back a
# dictionary, such as `{"cats": 500, "dogs": 500}`. Folders that start with a dot are no classes; only files that end in
# `.jpg` count. (Four lines or more.)


# %%
def count_pictures(folder):
    # your lines in place of the dots
    ...


check("01.5", count_pictures)

# %% [markdown]
# **6.** Write `count_copies(first, second)`. It gets two lists of paths, and says how many files of `second` have the same
# content as any file of `first`, whatever they are called. (Three lines or more.)


# %%
def count_copies(first, second):
    # your lines in place of the dots
    ...


check("01.6", count_copies)

# %% [markdown]
# **7.** Without a check: run the whole lesson with pictures of your own. Make a folder with `train` and `valid` in it, two
# classes in both, ten pictures in each, and set `PATH = Path("...")` to it. Which cells need another file name?
#
# ## Links
#
# - Rachel Thomas, [How (and why) to create a good validation set](https://www.fast.ai/posts/2017-11-13-validation-sets.html)
# - [PyTorch](https://pytorch.org) and [torchvision](https://docs.pytorch.org/vision/stable/index.html)
# - [Keras](https://keras.io), the other road
# - [Dogs vs. Cats](https://www.kaggle.com/c/dogs-vs-cats), the competition of 2013 that the photographs come from
# - [NumPy: indexing](https://numpy.org/doc/stable/user/basics.indexing.html)
# - PDL, the little download tool of 2018, is still in the Python package index
#
# **Next**: [02 · First training](02_first_training.ipynb)
