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
# # 08 · Inside the network: solutions
#
# The questions of [lesson 08](../08_inside_the_network.ipynb) and one good answer to each. Yours may look different and be
# just as right: the check decides.
#
# **Time**: 10 minutes. **Needs**: the lesson, tried first.

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
# **1.** A layer has kernels of 3 × 3, 256 input channels and 512 output channels. How many products make *one* of its
# numbers?

# %% tags=["nbval-check-output"]
check("08.1", 3 * 3 * 256)

# %% [markdown]
# **2.** Write `batch_norm(x, mean, variance, weight, shift)`. NumPy does it for all numbers of `x` at once.

# %% tags=["nbval-check-output"]
import numpy as np


def batch_norm(x, mean, variance, weight, shift):
    standardised = (x - mean) / np.sqrt(variance + 0.00001)
    return standardised * weight + shift


check("08.2", batch_norm)

# %% [markdown]
# **3.** Write `receptive_field(layers)`. The order of the two lines in the loop matters: the field grows by the step *before*
# this layer's own stride.


# %% tags=["nbval-check-output"]
def receptive_field(layers):
    size, step = 1, 1
    for kernel_size, stride in layers:
        size += (kernel_size - 1) * step
        step *= stride
    return size


check("08.3", receptive_field)

# %% [markdown]
# **4.** Write `strongest(maps)`: channel, row and column of the largest number.


# %% tags=["nbval-check-output"]
def strongest(maps):
    index = maps.argmax()
    return np.unravel_index(index, maps.shape)


check("08.4", strongest)

# %% [markdown]
# **5.** Write `class_map(maps, weights)`. `weights[:, None, None]` has the shape (channels, 1, 1), so each map is multiplied by
# its own weight.


# %% tags=["nbval-check-output"]
def class_map(maps, weights):
    summed = (weights[:, None, None] * maps).sum(axis=0)
    return np.maximum(summed, 0)


check("08.5", class_map)

# %% [markdown]
# **6.** Write `occlusion(score, picture, size)`. The copy is what matters: each tile is covered on a fresh picture.


# %% tags=["nbval-check-output"]
def occlusion(score, picture, size):
    before = score(picture)
    falls = np.zeros((picture.shape[0] // size, picture.shape[1] // size))
    for row, column in np.ndindex(falls.shape):
        view = picture.copy()
        view[row * size : (row + 1) * size, column * size : (column + 1) * size] = 128
        falls[row, column] = before - score(view)
    return falls


check("08.6", occlusion)

# %% [markdown]
# **7.** A class map of layer 7, on a learner of its own. `model.body[:7]` ends in layer 7, and the gradient comes back
# through `model.body[7:]`:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model
from helpers.lessons.inside import feature_maps

data = ImageClassifierData.from_paths(get_data("sample"), tfms=tfms_from_model("resnet10", 160))
learn = ConvLearner.pretrained("resnet10", data, precompute=True, seed=3)
history = learn.fit(0.02, 3)

found, model = feature_maps(learn, data.valid.paths[-1]), learn.model.eval()
pixels = torch.from_numpy(found.picture).permute(2, 0, 1)[None].to(model.body[0].weight.device)
maps = model.body[:7](model.normalise(pixels)).requires_grad_()
score = model.head(model.pool(model.body[7:](maps)))[0, data.classes.index("dogs")]
weights = torch.autograd.grad(score, maps)[0].mean(dim=(2, 3), keepdim=True)
values = (weights * maps).sum(dim=1)[0].relu().detach().cpu().numpy()

# %% [markdown]
# The window of its largest number is cut off at the edges of the picture:

# %%
row, column = np.unravel_index(values.argmax(), values.shape)
window = [min(max(edge, 0), 160) for edge in found.layer(7).field.window(row, column)]
check("08.7", (learn, history, values, window))

# %% [markdown]
# *What did it gain?* The map of the last layer has 5 × 5 numbers here, that of layer 7 has 10 × 10, and the occlusion map
# of exercise 6 needs no layer at all. Yellow is the largest value of each:

# %%
from helpers.lessons.inside import class_activation_map, overlay
from helpers.plots import show_images
from PIL import Image

evidence = class_activation_map(learn, data.valid.paths[-1])
fine = np.asarray(Image.fromarray(values).resize((160, 160), Image.Resampling.BILINEAR))
falls = occlusion(lambda view: learn.predict(view).probabilities[1], evidence.picture, 16)
tiles = np.kron(np.maximum(falls, 0), np.ones((16, 16)))
drawn = [evidence.picture, evidence.shaded, overlay(evidence.picture, fine), overlay(evidence.picture, tiles)]
axes = show_images(drawn, ["picture", "last layer", "layer 7", "occlusion"], columns=4)
print(f"{evidence.label} {100 * evidence.probability:.2f} %, largest fall {100 * falls.max():.2f} percentage points")

# %% [markdown]
# All three are largest on the face, and that of layer 7 is confined to a smaller part of it. Look at the printed fall before
# you trust the occlusion map: the model is so sure that covering one tile hardly changes its probability.

# %% [markdown]
# Back to [lesson 08](../08_inside_the_network.ipynb).
