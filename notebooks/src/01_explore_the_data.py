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
# - examine a data set before you train on it: sizes, brightness, shortcuts, copies, damaged files;
# - say what training, validation and test sets are for, and show what a leak does.
#
# **Time**: 40 minutes to read and try, and 40 for the exercises. All cells together run in 20 seconds on two CPU cores.
#
# **Needs**: lesson 00, or some Python with NumPy. No GPU, no internet.

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
#  a CPU or a GPU           a great many multiplications
# ```
#
# **PyTorch** is the **framework**: a library from which networks are built. It computes with arrays, on a GPU if there
# is one. It also finds **derivatives**, which say how much a result changes when an input changes. The other well-known
# framework is **Keras**, long the simple way to use Google's **TensorFlow**. Both give you building blocks: **layers**,
# the steps of a network's computation, and an **optimiser**, the rule that changes the network's numbers in training.
#
# `helpers` gives you a whole **application**: you say which pictures to use, and which known network. It takes a
# network that has been trained on pictures before, prepares your pictures for it, and states the uncertainty of the
# result. The idea is **best practice by default**.
#
# That is comfortable, and it has a price: what happens by default happens out of sight. So the course keeps its
# functions short enough to read. You open one with two question marks, `read_image??`, or print it:

# %%
import inspect
from helpers import read_image

print(inspect.getsource(read_image))

# %% [markdown]
# The documentation is between the triple quotes. The last line does the work: it calls another function of the same
# file, `read_tensor`, and reorders the axes.

# %%
quiz("01.1")

# %% [markdown]
# ## Learning from examples
#
# *How would you write a function that tells cats from dogs?* Pointed ears mean a cat? Some dogs have pointed ears, too.
# For a long time people decided by hand what a program should measure. In 2008 such a program, which measured colours
# and textures, was right on 82.7 % of photographs of cats and dogs
# ([Golle](http://crypto.stanford.edu/~pgolle/papers/dogcat.html)).
#
# In this course we do not write the rules. We collect pictures and note for each what it shows, its **label**. A
# program then searches for rules that give those labels. This is **supervised learning**: the program learns from
# examples that somebody has labelled.
#
# *Where do we get labelled pictures?* With one call:

# %%
from pathlib import Path
from helpers import get_data

PATH = get_data("sample")
print(PATH.name)

# %% [markdown]
# `get_data` returns the folder of the set. This small one comes with the course. Others are downloaded, verified and
# unpacked by the same call: `get_data("dogscats")` fetches the photographs named below. In the fast.ai course of 2018 a
# small tool did this, PDL: you typed `pdl.dogscats()`.
#
# *What is in the set?* Pictures of **cats and dogs drawn by a program** of ours. Why not photographs? The well-known
# photographs of cats and dogs take 840 MB, and they are not ours to hand out.
#
# Those photographs come from a competition of 2013, Dogs vs. Cats, which published 25,000 of them with labels. In 2017
# the fast.ai course split these: **23,000 pictures to train on, 2,000 to validate with**, half cats and half dogs in
# both. If you have them on your disk, name their folder, and the lessons use them. (What the text says of single
# pictures does not fit them.)
#
# ```python
# PATH = Path("my/folder/dogscats")  # it holds train and valid
# ```

# %% [markdown]
# ## The folders
#
# *Where are the labels?* Let us draw the folder as a tree.


# %%
def draw_tree(folder, depth=0):
    folders = sorted(inner for inner in folder.iterdir() if inner.is_dir() and not inner.name.startswith("."))
    pictures = sorted(file.name for file in folder.glob("*.jpg"))
    name = "│   " * (depth - 1) + "├── " * (depth > 0) + folder.name + "/"
    print(f"{name:<20}" + (f"{len(pictures):>5} pictures: {', '.join(pictures[:3])}, …" if pictures else ""))
    for inner in folders:
        draw_tree(inner, depth + 1)


# %% [markdown]
# The function calls itself for every folder inside, with a `depth` that is larger by one:

# %%
draw_tree(PATH)

# %% [markdown]
# **The folder's name is the label.** `train/cats` holds cats. Many data sets are laid out like this.
#
# - `train`, `valid` and `test1` are the three sets. We will see below what each is for.
# - `test1` has no folders inside: its pictures have no labels.
# - `models`, if it is there, holds the models that you save.
#
# *What do the pictures look like?* We draw the first two of each folder with labels. (The line with `%config` stores
# figures as JPEG, which keeps the page small.)

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.plots import show_images

folders = ["train/cats", "train/dogs", "valid/cats", "valid/dogs"]
paths = [sorted((PATH / folder).glob("*.jpg"))[place] for place in (0, 1) for folder in folders]
axes = show_images([read_image(path) for path in paths], folders * 2)

# %% [markdown]
# *Does the package find the same pictures?* `data = …` is the first of the three lines of the next lesson. `tfms` says
# how pictures will be prepared: here for `resnet10`, the course's small network, at 128 × 128 pixels. Lesson 02
# explains it.

# %% tags=["nbval-check-output"]
from helpers import ImageClassifierData, tfms_from_model

data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model("resnet10", 128))
data

# %% [markdown]
# These are the counts of the tree. The labels have become numbers, in the order of the folders' names:

# %% tags=["nbval-check-output"]
print(data.classes)
print("first labels:", data.train.labels[:3].tolist(), " last labels:", data.train.labels[-3:].tolist())

# %% [markdown]
# 0 means `cats`, 1 means `dogs`. Each of `data.train`, `data.valid` and `data.test` holds `paths`; the first two also
# hold `labels`.

# %% [markdown]
# ## A single picture
#
# Before you train on data, look at it. We start with one picture.

# %%
from helpers.plots import show_image

picture = read_image(PATH / "train/cats/cat.0.jpg")
axes = show_image(picture, "cat.0.jpg", grid=True)

# %% [markdown]
# You see a black cat on a wooden table, green wallpaper with flowers, and tin cans. Rows are counted from the top,
# columns from the left, both from 0. *What does the program get?*

# %% tags=["nbval-check-output"]
print(type(picture).__name__, picture.dtype, picture.shape)
print("smallest number", picture.min(), "largest", picture.max())

# %% [markdown]
# An array of numbers, and nothing else. **278 rows, 375 columns, and 3**: the height, the width, and the colour
# **channels** red, green and blue (RGB). The three numbers at one row and column are a **pixel**. Each is a `uint8`,
# from 0, none of that colour, to 255, as much as there can be.
#
# *Which numbers are at the edge of the cat's eye?* Four rows and four columns:

# %%
from helpers.lessons.charts import plot_pixels

axes = plot_pixels(picture[120:124, 236:240])

# %% [markdown]
# Sixteen pixels, three numbers each: yellow iris on the left, black rim at the bottom right. The red channel alone, as
# NumPy prints it:

# %% tags=["nbval-check-output"]
print(picture[120:124, 236:240, 0])

# %% [markdown]
# The brackets take rows, then columns, then channels. *Is the wallpaper green in numbers, too?* We take a corner of it
# and the mean of each channel: `axis=(0, 1)` averages over all its rows and columns.

# %% tags=["nbval-check-output"]
red, green, blue = picture[:20, :20].mean(axis=(0, 1))
print(f"red {red:.0f}, green {green:.0f}, blue {blue:.0f}")

# %% [markdown]
# Green is the largest. Now we draw each channel by itself. It has rows and columns but no third axis, so it is drawn in
# grey, from 0, black, to 255, white.

# %%
names = ["red", "green", "blue"]
axes = show_images([picture[:, :, channel] for channel in range(3)], names, columns=3)

# %% [markdown]
# The flowers are brightest in red, the wallpaper in green. The cat is dark in all three: black has little of every
# colour.
#
# *What else can slices do?* `::-1` counts backwards, and `::8` takes every eighth.

# %%
half_height, half_width = picture.shape[0] // 2, picture.shape[1] // 2
parts = [picture[:, half_width:], picture[:, ::-1], picture[::-1], picture[::8, ::8]]
axes = show_images(parts, ["right half", "columns backwards", "rows backwards", "every 8th row and column"])

# %% [markdown]
# *What can arithmetic do?* `255 - picture` is the negative. `// 64 * 64` leaves four levels: 0, 64, 128 and 192. Other
# changes move numbers without changing them: `np.rot90` turns the picture by a quarter, and reading the channels
# backwards swaps red and blue.

# %%
import numpy as np

turned = [np.rot90(picture), 255 - picture, picture[:, :, ::-1], picture // 64 * 64]
axes = show_images(turned, ["turned", "negative", "red and blue swapped", "four levels per channel"])

# %% [markdown]
# *Which of these eight still show a cat?* All of them. So one labelled picture can serve as several, which lesson 09
# uses.
#
# The next change goes further: we keep **every pixel**, but put them in random order. Does the mean colour of the
# picture change? Put `"yes"` or `"no"` in place of the dots.

# %%
predict_first("01.1", ...)

# %% [markdown]
# `rng` draws random numbers, the same ones in each run, because it starts from the **seed** 1. `reshape(-1, 3)` puts
# all pixels into one long column (`-1` stands for as many rows as it takes), `permutation` shuffles it, and the second
# `reshape` makes rows again.

# %%
rng = np.random.default_rng(1)
shuffled = rng.permutation(picture.reshape(-1, 3)).reshape(picture.shape)
axes = show_images([picture, shuffled], ["the picture", "the same pixels, shuffled"], columns=2)

# %% [markdown]
# The mean colour of both:

# %% tags=["nbval-check-output"]
before, after = picture.mean(axis=(0, 1)), shuffled.mean(axis=(0, 1))
print(before.round(2).tolist(), after.round(2).tolist())
reveal("01.1", "no" if np.allclose(before, after) else "yes")

# %% [markdown]
# The same numbers, the same mean, and the cat is gone. **What makes a cat is not which numbers there are, but how they
# are arranged.** So a program that tells cats from dogs has to compare pixels with their neighbours. Lesson 04 is about
# that.

# %% [markdown]
# ## All the pictures
#
# One picture is not a data set. *What do the other cats and dogs look like?* We draw twelve of each, chosen at random:

# %%
chosen = rng.permutation(np.flatnonzero(data.train.labels == 0))[:12]
axes = show_images([read_image(data.train.paths[place]) for place in chosen], columns=6)

# %% [markdown]
# Those were the cats. `data.train.labels == 0` says for each picture whether it is one, and `flatnonzero` gives the
# places where that is true. Now the dogs:

# %%
chosen = rng.permutation(np.flatnonzero(data.train.labels == 1))[:12]
axes = show_images([read_image(data.train.paths[place]) for place in chosen], columns=6)

# %% [markdown]
# Take a minute. How do *you* tell them apart? Is there one that you would get wrong? Do the backgrounds differ? Is a
# label wrong? With data of your own, look at a hundred pictures before you train.
#
# *How large are the pictures, and how bright?* For each training picture we want a row of three numbers: height, width
# and mean brightness. (The star puts the two numbers of the shape into the row one by one.)


# %%
def facts(path):
    pixels = read_image(path)
    return *pixels.shape[:2], pixels.mean()


table = np.array([facts(path) for path in data.train.paths])
print("a table of shape", table.shape)

# %% [markdown]
# Now the sizes, with a mark for each picture. The last two lines count how many pictures of each size there are among
# the cats and among the dogs; `&` keeps what both have.

# %%
from collections import Counter
from helpers.plots import FIRST, THIRD, new_axes

cats, dogs = table[data.train.labels == 0], table[data.train.labels == 1]
axes = new_axes()
axes.scatter(dogs[:, 1], dogs[:, 0], s=42, facecolors="none", edgecolors=THIRD, linewidths=0.7, label="dogs")
axes.scatter(cats[:, 1], cats[:, 0], s=7, color=FIRST, label="cats")
axes.set(xlabel="width", ylabel="height")
legend = axes.legend(frameon=False)
sizes_of_cats, sizes_of_dogs = (Counter(map(tuple, animals[:, :2])) for animals in (cats, dogs))
print(f"{(sizes_of_cats & sizes_of_dogs).total()} of {len(cats)} cats are paired with a dog of exactly the same size")

# %% [markdown]
# There are wide, tall and square ones. Before training they are resized to one size (lesson 02).
#
# If all large pictures showed dogs, a program could decide by the size and ignore the animal. That would be a
# **shortcut**: a feature that goes with the label in these pictures, and fails on others. But nearly every cat has a
# dog of exactly its size, so size gives nothing away. *Does brightness?*

# %%
axes = new_axes(size=(6, 2.8))
axes.hist(
    [cats[:, 2], dogs[:, 2]], bins=20, label=["cats", "dogs"], color=[FIRST, THIRD], edgecolor="white", linewidth=0.3
)
axes.set(xlabel="mean brightness of the picture", ylabel="how many pictures")
legend = axes.legend(frameon=False)

# %% [markdown]
# Let us make a classifier from this, a poor one, but complete. It *learns* one number from the training pictures: the
# **midpoint** between the mean brightness of the cats and that of the dogs. Its answer depends on which side of the
# midpoint a picture lies.

# %%
cat_mean, dog_mean = cats[:, 2].mean(), dogs[:, 2].mean()
midpoint = (cat_mean + dog_mean) / 2
print(f"cats {cat_mean:.1f}, dogs {dog_mean:.1f}, the midpoint {midpoint:.1f}")

# %% [markdown]
# *How often is it right on the pictures of `valid`, in percent?* They are half cats, half dogs. Predict.

# %%
predict_first("01.2", ...)

# %% [markdown]
# The answer is "dog" above the midpoint if the dogs are brighter on average, else below it: that is what `==` says. The
# comparisons give `True` or `False`, and the mean of those is the share of `True`.

# %%
valid_brightness = np.array([facts(path)[2] for path in data.valid.paths])
says_dog = (valid_brightness > midpoint) == (dog_mean > cat_mean)
accuracy = (says_dog == data.valid.labels).mean()
reveal("01.2", 100 * accuracy)

# %% [markdown]
# That is close to the 50 % of a coin, so brightness is no shortcut here. On other data it may be one. [Ribeiro and
# others (2016)](https://arxiv.org/abs/1602.04938) trained a classifier, on purpose, that told wolves from huskies by
# the snow behind them. [Zech and others (2018)](https://doi.org/10.1371/journal.pmed.1002683) found that networks
# trained to detect pneumonia in X-rays could also tell which hospital an X-ray came from, and were often worse on those
# of another hospital. Other pictures from the same source have the same shortcut. So a good score on them does not
# reveal it. What helps is pictures without the coincidence: both animals on snow, both on grass. **Try the silly rule
# before the clever one.** If it works, look for a fault in the data.

# %% [markdown]
# ## Three sets, and why
#
# *Why are there three folders?* Compare with school.
#
# | set | like | what it is for |
# |---|---|---|
# | **training** set, `train` | the exercises, with answers | the model learns from it |
# | **validation** set, `valid` | a trial exam | you compare models on it, and choose: which network, how long to train |
# | **test** set | the final exam, sealed | opened once, at the very end, for a score that no choice has touched |
#
# Training pictures cannot serve as an exam, because a model may have learned them by heart. We can build one that does
# just that. For each file it computes a **fingerprint**: a number from the bytes of the file, in practice different for
# any two files that differ. (The method is called SHA-256.)

# %%
import hashlib


def fingerprint(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


print(fingerprint(data.train.paths[0]))


# %% [markdown]
# The memoriser stores the label of each training file under the file's fingerprint. It answers with the stored label,
# or with 0, a cat, for a file that it has not seen.


# %%
def memoriser(paths, labels):
    memory = {fingerprint(path): label for path, label in zip(paths, labels, strict=True)}
    return lambda path: memory.get(fingerprint(path), 0)


def score(classifier, pictures):
    return np.mean([classifier(path) == label for path, label in zip(pictures.paths, pictures.labels, strict=True)])


# %% [markdown]
# *How often is it right?*

# %% tags=["nbval-check-output"]
by_heart = memoriser(data.train.paths, data.train.labels)
print(f"on train {score(by_heart, data.train):.0%}, on valid {score(by_heart, data.valid):.0%}")

# %% [markdown]
# It is perfect on what it has seen. On the rest it always says cat, and half of them are cats. The validation set
# exposes the memoriser, because **none of its pictures was in the training set**. Is that so? Equal files have equal
# fingerprints, so we can check:

# %% tags=["nbval-check-output"]
seen = {fingerprint(path) for path in data.train.paths}
print("files that are in both:", sum(fingerprint(path) in seen for path in data.valid.paths))

# %% [markdown]
# There are none. Now we plant a **leak**, pictures of the validation set in the training set: every second validation
# picture slips in, as can happen when folders are merged in a hurry.

# %% tags=["nbval-check-output"]
paths = [*data.train.paths, *data.valid.paths[::2]]
labels = [*data.train.labels, *data.valid.labels[::2]]
print(f"with the leak, on valid {score(memoriser(paths, labels), data.valid):.0%}")

# %% [markdown]
# The score is 25 points better, although nothing about cats has been learned, and no message warns us.
#
# *Do fingerprints find every leak?* We change one number of one pixel by one, and print the first 16 digits of both
# fingerprints:

# %% tags=["nbval-check-output"]
nearly = picture.copy()
nearly[0, 0, 0] += 1
print(hashlib.sha256(picture.tobytes()).hexdigest()[:16], hashlib.sha256(nearly.tobytes()).hexdigest()[:16])

# %% [markdown]
# Your eye would see no difference, but the fingerprints look unrelated. So fingerprints find exact copies only. A
# photograph of the same cat a second later, or the same picture made smaller, is a leak as well. Keep all pictures of
# one animal, one patient or one video in *one* set. Lesson 12 looks for near-copies.

# %% [markdown]
# ### Why is a validation set not enough?
#
# We choose by it, and choosing uses it up. An experiment shows how: 1,000 classifiers **flip a coin** for every
# picture. We try them on 100 validation pictures and keep the best. What is its **accuracy** there, the percentage that
# it gets right?

# %%
predict_first("01.3", ...)

# %% [markdown]
# `rng.integers(0, 2, shape)` flips coins, as many as the shape says. The labels are coins, too, so there is nothing to
# be learned.

# %%
rng = np.random.default_rng(1)
valid_labels, test_labels = rng.integers(0, 2, (2, 100))
on_valid = (rng.integers(0, 2, (1000, 100)) == valid_labels).mean(axis=1)
on_test = (rng.integers(0, 2, (1000, 100)) == test_labels).mean(axis=1)

# %% [markdown]
# The best of them, with its accuracy on 100 test pictures that had no part in the choice:

# %% tags=["nbval-check-output"]
best = on_valid.argmax()
points = 100 * (on_valid[best] - on_test[best])
print(f"the best on validation: {on_valid[best]:.0%}; on test {on_test[best]:.0%}, {points:.0f} points less")
reveal("01.3", 100 * on_valid[best])

# %% [markdown]
# The bars show how many of the 1,000 have each accuracy on validation:

# %%
axes = new_axes(size=(6, 2.8))
axes.hist(100 * on_valid, bins=np.arange(30.5, 71, 1), color=FIRST, edgecolor="white", linewidth=0.3)
axes.set(xlabel="accuracy (%)", ylabel="how many classifiers")
for value, words, side in [
    (on_valid[best], " the best,\n on validation", "left"),
    (on_test[best], "the same, \non test ", "right"),
]:
    axes.axvline(100 * value, color=THIRD, linestyle="--")
    axes.text(100 * value, axes.get_ylim()[1], words, color=THIRD, ha=side, va="top", fontsize=9)

# %% [markdown]
# Among 1,000 coins some are lucky. When you try several networks, or train for longer and shorter, and keep what has
# the best validation score, that score is too good in the same way. So a third set stays sealed until all choices are
# made. And **nothing of it may reach training**: no picture, no mean, no look "just to check".
#
# Our `test1` cannot do this, because it comes without labels. Lesson 12 seals a part that has labels.

# %%
quiz("01.2")

# %% [markdown]
# ## When the data is not so kind
#
# We had it easy: our program drew these pictures, so every label is right and every file is whole. With a question of
# your own you will meet data that is
#
# - **missing**: nobody has collected it, or nobody has labelled it;
# - **not accessible**: private, sold, on paper, in ten formats, or under a licence that forbids your use;
# - **poor**: damaged files, wrong labels, copies, one class a hundred times as large as another.
#
# *What happens with damaged files?* We make three: an empty file, half of a picture, and a web page that calls itself a
# picture.

# %%
import tempfile

broken = Path(tempfile.mkdtemp())
whole = (PATH / "train/cats/cat.0.jpg").read_bytes()
for name in folders:
    (broken / name).mkdir(parents=True)
    (broken / name / "whole.jpg").write_bytes(whole)
contents = {"empty.jpg": b"", "half.jpg": whole[: len(whole) // 2], "page.jpg": b"<html>Please log in</html>"}
for name, content in contents.items():
    (broken / "train/cats" / name).write_bytes(content)

# %% [markdown]
# The three are in `train/cats`, and each of the four folders has one whole picture. We read them as training does:

# %%
small = ImageClassifierData.from_paths(broken, tfms=data.tfms)
print("pictures read from train:", sum(len(batch.labels) for batch in small.batches("train")))

# %% [markdown]
# Each file that cannot be read is named with the reason, and reading goes on without it. The function
# `helpers.doctor(folder)` looks for more faults. Lesson 12 uses it.

# %%
quiz("01.3")

# %% [markdown]
# ## The steps again
#
# 1. Get the pictures, and draw the tree of folders. The labels are the names of folders.
# 2. Look at one picture, as a picture and as an array. What makes a cat is how the numbers are arranged.
# 3. Look at many, class by class. Plot the sizes. Try a silly rule.
# 4. Look for copies between the sets. A leak gives no error message. It gives a good score.
# 5. Learn on the training set, choose by the validation set, open the test set once.
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
# **2.** Of the 25,000 labelled photographs, what percentage is kept for validation?

# %%
percent = ...
check("01.2", percent)

# %% [markdown]
# **3.** Write `bottom_right(picture)`: the bottom-right quarter of any picture. It begins at row `height // 2` and
# column `width // 2`, so it is the larger part of an odd side. (Two lines.)


# %%
def bottom_right(picture):
    # your lines in place of the dots
    ...


check("01.3", bottom_right)

# %% [markdown]
# **4.** Write `to_grey(picture)`. It takes a picture of shape (height, width, 3) and type `uint8`, and returns one of
# shape (height, width) and type `uint8`, in which each pixel is the mean of red, green and blue. (Three lines or so.
# Remember what happens to 200 + 100 in one byte.)


# %%
def to_grey(picture):
    # your lines in place of the dots
    ...


check("01.4", to_grey)

# %% [markdown]
# **5.** Write `count_pictures(folder)`. It takes the `Path` of a folder such as `PATH / "train"`, and returns a
# dictionary, such as `{"cats": 500, "dogs": 500}`. Folders whose names start with a dot are not classes, and only files
# whose names end in `.jpg` count. (Four lines or more.)


# %%
def count_pictures(folder):
    # your lines in place of the dots
    ...


check("01.5", count_pictures)

# %% [markdown]
# **6.** Two copies of one picture with different labels contradict each other: one of the labels must be wrong. Write
# `count_contradictions(paths, labels)`. It takes a list of paths and the list of their labels, and returns how many of
# the files have a copy, anywhere in the list, with a different label. What the files are called does not matter. (Four
# lines or more.)


# %%
def count_contradictions(paths, labels):
    # your lines in place of the dots
    ...


check("01.6", count_contradictions)

# %% [markdown]
# **7.** A small project, from an empty cell. `faulty_folder()` from `helpers.exercises.lesson_01` makes a folder with
# `train` and `valid`, cats and dogs, and returns its path. Three faults are planted in it; leave the folder as it is.
#
# - Some files of `valid` are in `train` as well, under other names. Which files of `valid`?
# - One training picture is in the folder of the other class. Look at all of them. Which file?
# - One of five measures is a shortcut: height, width, or the mean of red, of green or of blue. Which one, and what
#   percentage of the validation pictures does the midpoint rule of this lesson get right with it? The rule learns on
#   all of `train`.
#
# Answer with a dictionary of this form, in which each file is named with its two folders. (Twenty lines or so.)
#
# ```python
# {"leak": ["valid/cats/000.jpg", …], "wrong label": "train/dogs/000.jpg", "shortcut": "height", "percent": 50}
# ```

# %%
# your lines here; then put your dictionary in place of the dots
check("01.7", ...)

# %% [markdown]
# After that, run the whole lesson with pictures of your own: a folder with `train` and `valid`, two classes in both,
# ten pictures in each. Set `PATH = Path("...")` to it. Which cells need other names?
#
# ## Links
#
# - Rachel Thomas, [How (and why) to create a good validation
#   set](https://www.fast.ai/posts/2017-11-13-validation-sets.html)
# - [PyTorch](https://pytorch.org) and [torchvision](https://docs.pytorch.org/vision/stable/index.html)
# - [Keras](https://keras.io), the other road
# - [Dogs vs. Cats](https://www.kaggle.com/c/dogs-vs-cats), the competition of 2013 that the photographs come from. They
#   have faults, too: the page of [Microsoft's version](https://huggingface.co/datasets/microsoft/cats_vs_dogs) reports
#   1,738 corrupted images.
# - [NumPy: indexing](https://numpy.org/doc/stable/user/basics.indexing.html)
#
# **Next**: [02 · First training](02_first_training.ipynb)
