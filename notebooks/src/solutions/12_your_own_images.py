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
# # 12 · Your own images: solutions
#
# The questions of [lesson 12](../12_your_own_images.ipynb) and one good answer to each. Yours may look different and be
# just as right: the check decides.
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
# **1.** The largest of n distances is exceeded by one new picture in n + 1. For 2 %, one in 50, n is 49, and that is
# half. (97 will do as well: then 49 set the threshold and 48 check it.)

# %% tags=["nbval-check-output"]
validation_pictures = 2 * 49
check("12.1", validation_pictures)

# %% [markdown]
# **2.** Write `leaks(train, valid)`. A set of the contents answers "is it there?" at once, however many there are.


# %% tags=["nbval-check-output"]
def leaks(train, valid):
    known = set(train.values())
    return sorted(name for name, content in valid.items() if content in known)


check("12.2", leaks)

# %% [markdown]
# **3.** Write `looks_like_neither(distances, valid_distances)`.

# %% tags=["nbval-check-output"]
import numpy as np


def looks_like_neither(distances, valid_distances):
    threshold = np.quantile(valid_distances, 0.95)
    return np.asarray(distances) > threshold


check("12.3", looks_like_neither)

# %% [markdown]
# **4.** In each bin, how far the accuracy is from how sure the model was, weighted by the number of pictures:

# %% tags=["nbval-check-output"]
calibration_error = 0.4 * abs(30 / 40 - 0.6) + 0.6 * abs(54 / 60 - 0.95)
check("12.4", calibration_error)

# %% [markdown]
# **5.** Write `answer(probabilities, classes, distance, threshold, least=0.8)`. The distance comes first: for a picture
# of neither class, a probability means nothing.


# %% tags=["nbval-check-output"]
def answer(probabilities, classes, distance, threshold, least=0.8):
    if distance > threshold:
        return "neither"
    best = np.argmax(probabilities)
    return classes[best] if probabilities[best] >= least else "not sure"


check("12.5", answer)

# %% [markdown]
# **6.** From a faulty folder to a prediction. `set_aside` moves what needs no decision. The table names
# `triangle/05.png`, which is a triangle: its copy among the circles has to go.

# %%
from helpers import doctor, split_folder
from helpers.exercises.own_folder import faulty_folder

folder = faulty_folder()
report = doctor(folder)
moved = report.set_aside()
report.of("two classes")[0].other.unlink()
split = split_folder(folder, valid=0.25, sealed=0.2)

# %% [markdown]
# A first learner, which learns from the wrong label too, and the labels that it contradicts:

# %%
from helpers import ConvLearner, ImageClassifierData, load_model, tfms_from_model
from helpers.explorers.label_review import review_labels

tfms = tfms_from_model("resnet10", 128)
first_data = ImageClassifierData.from_paths(split, tfms=tfms)
first_learn = ConvLearner.pretrained("resnet10", first_data, precompute=True, seed=3)
first_history = first_learn.fit(0.001, 10)
review = review_labels(first_learn)

# %% [markdown]
# The first of them is a circle. A second learner starts again with the corrected table:

# %%
from helpers.datasets.sealed import open_seal

review.decide("triangle/43.png", "circle")
my_data = ImageClassifierData.from_csv(split, review.save(split / "labels.csv"), tfms=tfms)
my_learn = ConvLearner.pretrained("resnet10", my_data, precompute=True, seed=3)
my_history = my_learn.fit(0.001, 10)
opening = open_seal(my_learn)
file = my_learn.save("shapes")
my_project = [my_history, my_learn, opening, file, load_model(file).predict(folder.parent / "new.png")]
check("12.6", my_project)

# %% [markdown]
# Both projects with a camera are yours. If all notes of one currency lie on the kitchen table and all others on the
# desk, you train a classifier of tables, and the validation set cannot tell: both tables are in both sets.
