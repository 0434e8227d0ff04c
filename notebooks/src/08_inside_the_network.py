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
# # 08 · Inside the network
#
# **After this lesson you can**
#
# - open a trained network, and see what each of its layers computes from a picture of yours;
# - follow one number through a layer by hand: multiply, sum, batch-norm, ReLU;
# - compute how much of the picture a number sees, and check it with a gradient;
# - find the pieces of your pictures that a filter responds to most;
# - draw where a model found its evidence, and test whether that drawing can be trusted;
# - do all this with your own picture, in an explorer.
#
# **Time**: 45 minutes to read and run, 45 minutes for the explorer and the exercises. All cells together run in about
# 40 seconds on two CPU cores.
#
# **Needs**: lessons 02, 04 and 05. No GPU, no internet.

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
# ## A model and a picture
#
# We train a model as in lesson 02, with another seed:

# %%
import numpy as np
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, tfms_from_model

PATH = get_data("sample")
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, precompute=True, seed=1)
history = learn.fit(0.01, 2)

# %% [markdown]
# And a picture from the validation set, which it was not trained on:

# %%
picture = data.valid.paths[0]

# %% [markdown]
# **This is the line to change**: name a file of your own, as in `picture = "my_cat.jpg"`, and run the rest.
#
# *What does the model say?* The network gets a square of 128 × 128 pixels:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.lessons.inside import feature_maps
from helpers.plots import show_image

found = feature_maps(learn, picture)
axes = show_image(found.picture, str(learn.predict(picture)), grid=True)

# %% [markdown]
# `feature_maps` sent the picture through the network and kept the output of every layer: a stack of **feature maps**,
# one for each kernel of the layer. Between layers 1 and 2 lies the max pooling of lesson 04. The sections below explain
# batch-norm, the skip connection and the column *sees*.

# %% tags=["nbval-check-output"]
print(found)

# %% [markdown]
# There are nine **layers**: each is a convolution together with what directly follows it. In an ordinary ResNet a
# linear layer comes next, the tenth: hence the 10 in `resnet10`.
#
# On the map that lesson 02 drew, each of them is a column:

# %%
from helpers.explorers.network_explorer import network_explorer, network_state, plot_map

axes = plot_map(network_state(learn, picture, layer=1), here="we begin here")

# %% [markdown]
# ## Layer 1: edges and colours
#
# Lesson 04 showed the 64 kernels of the first layer. Here they are again, with zero as middle grey:

# %%
model = learn.model.eval()
weights = model.body[0].weight.detach().cpu().permute(0, 2, 3, 1).numpy()
scaled = [0.5 + 0.5 * kernel / abs(kernel).max() for kernel in weights]
framed = [np.pad(kernel, ((1, 1), (1, 1), (0, 0)), constant_values=1) for kernel in scaled]
axes = show_image(np.vstack([np.hstack(framed[start : start + 16]) for start in range(0, 64, 16)]))
axes.figure.set_size_inches(6.6, 1.8)

# %% [markdown]
# We see stripes and edges in many directions, and spots of colour. Networks trained on photographs tend to learn such a
# first layer (Yosinski and others, 2014).
#
# *Where do such kernels come from?* We watch a very small network learn, on the same pictures in grey. Its first layer
# has 12 kernels, which begin as small random numbers. After every five steps we keep these kernels and the accuracy.
# Press Play, or drag the ring along the film:

# %%
from helpers.explorers.feature_film import feature_film, film_training, plot_stills

small = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model("resnet10", 48))
film = film_training(small, steps=300, seed=1)
feature_film(film)

# %% [markdown]
# Some frames of the film, with positive weights in orange and negative ones in violet:

# %%
axes = plot_stills(film, [0, 60, 150, 300])
assert film.smoothness(0) < 0.15
assert film.smoothness(-1) > 0.5
assert film.accuracies[-10:].mean() > 0.7

# %% [markdown]
# At step 0 there is only noise. At step 60 neighbouring weights are alike in many kernels, while the accuracy is still
# that of guessing. Then bars and edges appear, and the accuracy rises.

# %% [markdown]
# *How do the kernels of `resnet10` respond to your picture?* Here are the eight maps of layer 1 with the largest
# numbers. Dark violet is 0, and yellow is the largest number of each map.

# %%
from helpers.lessons.inside import plot_maps

axes = plot_maps(found, 1)

# %% [markdown]
# Each map is bright along edges, mainly those of one direction.
#
# ## One number, by hand
#
# We take the largest number of the whole layer. *Where is it?*

# %%
channel, row, column = found.strongest(1)
print(f"channel {channel}, row {row}, column {column}: {found.maps(1)[channel, row, column]:.4f}")

# %% [markdown]
# Now we compute this number from the pixels. They are standardised as in lesson 02, with 3 pixels of padding on each
# side. The kernel moves by 2 pixels, so its top left corner lies at row `2 * row`, column `2 * column`. **Multiply, and
# sum**: 3 · 7 · 7 = 147 products.

# %%
pixels = torch.from_numpy(found.picture).permute(2, 0, 1)[None].to(model.body[0].weight.device)
normalised = model.normalise(pixels)[0].cpu().numpy()
padded = np.pad(normalised, ((0, 0), (3, 3), (3, 3)))
patch = padded[:, 2 * row : 2 * row + 7, 2 * column : 2 * column + 7]
kernel = model.body[0].weight[channel].detach().cpu().numpy()
total = (patch * kernel).sum()
print(f"{patch.size} products, their sum {total:.4f}")

# %% [markdown]
# **Batch-norm** standardises each channel over the pictures of a batch, as lesson 02 standardised pixels. Then it
# multiplies by a weight $\gamma$ and adds a shift $\beta$. Both are learned.
#
# $$y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\, \gamma + \beta$$
#
# A single picture has no batch. So the layer uses a mean $\mu$ and a variance $\sigma^2$ that it has kept from its
# training. The tiny $\epsilon$ prevents a division by 0.

# %%
norm = model.body[1]
mean, variance = norm.running_mean[channel].item(), norm.running_var[channel].item()
weight, shift = norm.weight[channel].item(), norm.bias[channel].item()
after_norm = (total - mean) / np.sqrt(variance + norm.eps) * weight + shift
print(f"after batch-norm {after_norm:.4f}")

# %% [markdown]
# **ReLU** replaces negative numbers by 0, as in lesson 05. *Is the result the network's number?*

# %%
output = max(0, after_norm)
print(f"by hand {output:.4f}, the network {found.maps(1)[channel, row, column]:.4f}")
assert np.isclose(output, found.maps(1)[channel, row, column], rtol=1e-3)

# %% [markdown]
# All numbers of this layer are computed in this way. Layer 9 computes its numbers from the maps of layer 8. *How many
# products of its 3 × 3 kernel make one number of layer 9?* Look at its line in the table above.

# %%
predict_first("08.1", ...)

# %% [markdown]
# `explain_number` does for any layer what we did for the first. Its result as a picture, with the three inputs whose
# sums of products are farthest from 0:

# %%
from helpers.lessons.inside import explain_number

number = explain_number(found, 9, *found.strongest(9))
axes = plot_map(network_state(learn, picture, 9, *found.strongest(9)), near=True)

# %% [markdown]
# There is one step more than in layer 1. Two convolutions form a **block** of a ResNet, and the **skip connection**
# adds the block's input to their result. So the convolutions only have to learn what to *change*. In layers 5, 7 and 9
# the input has another shape than the result. There, kernels of 1 × 1 with a stride of 2 first bring it to the right
# shape.

# %%
reveal("08.1", number.products.size)
assert abs(number.output - number.network) < 1e-3 * max(1, number.network)
assert [len(model.body[stage][0].downsample or []) for stage in (4, 5, 6, 7)] == [0, 2, 2, 2]

# %% [markdown]
# *Is one example enough?* We compute ten random numbers of each layer, and compare to within a thousandth:

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(1)
places = [(layer, *rng.integers(0, found.maps(layer).shape)) for layer in range(1, 10) for _ in range(10)]
numbers = [explain_number(found, *place) for place in places]
print(sum(np.isclose(one.output, one.network, rtol=1e-3, atol=1e-3) for one in numbers), "of", len(numbers), "equal")

# %% [markdown]
# ## Layer by layer
#
# *What is left of the picture further in?* Here are the eight maps with the largest numbers, of layers 5 and 9:

# %%
axes = plot_maps(found, 5)
axes = plot_maps(found, 9)

# %% [markdown]
# The maps are smaller and hold more zeros. *What percentage of the 512 maps of layer 9 is 0 everywhere, for a picture?*

# %%
predict_first("08.2", ...)

# %% [markdown]
# The mean of 50 validation pictures, for every layer:

# %%
from helpers.plots import plot_line

some = [feature_maps(learn, path) for path in data.valid.paths[::6]]
silent = [100 * np.mean([(one.maps(layer) == 0).all(axis=(1, 2)) for one in some]) for layer in range(1, 10)]
axes = plot_line(range(1, 10), silent, xlabel="layer", ylabel="maps that are 0 everywhere (%)")
limits = axes.set(ylim=(0, 100))
reveal("08.2", silent[-1])
assert max(silent[:7]) < 1 < 35 < silent[-1] < 45

# %% [markdown]
# In the first seven layers nearly every map responds somewhere in every picture. In layer 9 two in five do not.
#
# ## How far does a number see?
#
# A number of layer 1 depends on 7 × 7 pixels. A number of layer 2 depends on 3 × 3 pooled numbers, so on more pixels.
# The part of the picture that a number depends on is its **receptive field**: what the number *sees*.
#
# We compute the field's *size* and its *step*: how many pixels the field moves when we move by one place in the map.
# Both begin with 1, for a single pixel. Then every kernel and every pooling changes them:
#
# - a kernel of $k$ places spans $k$ fields, which lie one step apart: size becomes size $+ (k - 1) \cdot$ step;
# - a stride of $s$ makes the step $s$ times as large.
#
# *How many pixels wide is the field in layer 5?* Layer 1 has a kernel of 7 and stride 2, the pooling 3 and 2. After
# that all kernels are 3 wide, and layers 4, 6 and 8 have stride 2.

# %%
predict_first("08.3", ...)

# %% [markdown]
# Line by line:

# %% tags=["nbval-check-output"]
size, step, fields = 1, 1, {}
for name, k, stride in [
    (1, 7, 2),
    ("pool", 3, 2),
    *[(layer, 3, 2 if layer in (4, 6, 8) else 1) for layer in range(2, 10)],
]:
    size, step = size + (k - 1) * step, step * stride
    fields[name] = size
    print(f"{name:>4}: kernel {k}, stride {stride}, size {size:>3}, step {step}")

# %% [markdown]
# The size is the column *sees* of the first table:

# %%
reveal("08.3", fields[5])
assert [fields[layer.number] for layer in found.layers] == [layer.field.size[0] for layer in found.layers]

# %% [markdown]
# In layers 8 and 9 the field is wider than the picture. Near an edge, smaller fields reach into the padding, too. Here
# are the fields of four numbers, of layers 1, 3, 5 and 7:

# %%
from helpers.lessons.inside import plot_windows

_, row, column = found.strongest(5)
axes = plot_windows(
    found, [(1, 4 * row + 2, 4 * column + 2), (3, 2 * row, 2 * column), (5, row, column), (7, row // 2, column // 2)]
)

# %% [markdown]
# The frames hold an edge, an eye, most of a face, and the whole head.
#
# ### Is the arithmetic right?
#
# A gradient says how the numbers at *one* place of layer 5 change with each pixel. A pixel with gradient 0 has no
# influence on them. *Where are the pixels with influence?*

# %% tags=["nbval-check-output"]
from helpers.lessons.inside import influence

moved = influence(learn, picture, 5, 8, 8)
rows, columns = np.nonzero(moved)
print("gradient: rows", rows.min(), "to", rows.max(), " columns", columns.min(), "to", columns.max())
top, left, bottom, right = found.layer(5).field.window(8, 8)
print("computed: rows", top, "to", bottom - 1, " columns", left, "to", right - 1)

# %% [markdown]
# They agree. *How much does each pixel count?* We add up the absolute gradients of the 50 pictures, and draw the field
# as a frame:

# %%
import matplotlib.pyplot as plt

sums = sum(influence(learn, path, 5, 8, 8) for path in data.valid.paths[::6])
figure, axes = plt.subplots(figsize=(4.6, 3.6), layout="constrained", facecolor="white")
shown = axes.imshow(sums, cmap="inferno")
axes.add_patch(plt.Rectangle((left - 0.5, top - 0.5), right - left, bottom - top, fill=False, edgecolor="white"))
title = axes.set_title("influence on one place of layer 5")

# %% [markdown]
# The influence is large in the middle and fades before the frame. From a pixel in the middle many paths lead to the
# number, from a corner only one. So a number *can* see its whole receptive field, but mostly depends on a smaller part
# of it (Luo and others, 2016).

# %%
quiz("08.1")

# %% [markdown]
# ## What excites a filter?
#
# A kernel of layer 1 can be drawn as a picture. A kernel of layer 5 cannot: it has 128 input channels, and no colours.
# So Zeiler and Fergus (2013) searched many pictures for the pieces where a **filter**, a kernel with what follows it in
# its layer, gives its largest numbers. `search_patches` does that with our training pictures. For each filter it keeps
# the nine best places, each in another picture:

# %%
from helpers.lessons.inside import search_patches

search = search_patches(learn)

# %% [markdown]
# In layers 1, 3, 5 and 7 we take the filter with the largest number in our picture. A patch is what the filter sees at
# one of its nine places. Its title is the number that the filter gives there:

# %%
for layer in (1, 3, 5, 7):
    axes = search.best(layer, found.strongest(layer)[0]).show()

# %% [markdown]
# - Layer 1: something dark along something bright, always in the same direction, in different colours.
# - Layer 3: five eyes, three mouths, and one patch that is neither. All share a dark edge with something bright beside
#   it.
# - Layer 5: an eye in each, with a part of the face around it.
# - Layer 7: heads. (Grey is outside of the picture.)
#
# So the patches grow from edges to eyes to heads. No label said *eye*. But the body imitates a network that was trained
# on labelled photographs, and both had seen cats and dogs (lesson 02). In a network trained on ImageNet, Zeiler and
# Fergus found corners, then textures, then faces of dogs, then whole dogs.
#
# *Are these filters typical?* We chose those with the largest numbers. Here are six random filters of layer 7, with
# three patches each:

# %%
from helpers.plots import show_images

chosen = np.random.default_rng(2).permutation(256)[:6]
best = [search.best(7, channel, 3) for channel in chosen]
patches = [image for one in best for image in one.images]
titles = [f"channel {one.channel}" if place == 0 else "" for one in best for place in range(len(one))]
axes = show_images(patches, titles, columns=9)
axes[0].figure.set_size_inches(8.4, 2.5)

# %% [markdown]
# Some have a theme, such as dogs (channel 67) or cats (channel 120). For others it is hard to name one. And the name is
# **ours**: "an eye filter" may respond to any dark spot on something bright.

# %%
quiz("08.2")

# %% [markdown]
# ## Where is the evidence?
#
# The head computes the scores from the 512 last maps. So for each number of a map we can ask: *if it were a little
# larger, by how much would the score of the class rise?* That is a gradient, and PyTorch computes it. A map has 16
# numbers, so 16 gradients, and their mean is the map's weight. We add up the weighted maps. Negative sums speak against
# the class, and we replace them by 0. The result is a **class-activation map**: 4 × 4 numbers, large where the picture
# speaks for the class. This way to compute it is called **Grad-CAM** (Selvaraju and others, 2016).

# %%
with torch.inference_mode():
    maps = model.body(model.normalise(pixels))
maps = maps.clone().requires_grad_()  # from here on, PyTorch records the computation
scores = model.head(model.pool(maps))[0]
gradients = torch.autograd.grad(scores.max(), maps)[0]
weights_of_maps = gradients.mean(dim=(2, 3), keepdim=True)
by_hand = (weights_of_maps * maps).sum(dim=1)[0].relu().detach().cpu().numpy()

# %% [markdown]
# `class_activation_map` does the same, and can draw it. *Equal?*

# %% tags=["nbval-check-output"]
from helpers.lessons.inside import class_activation_map

evidence = class_activation_map(learn, picture)
print(evidence.values.shape, "equal:", np.allclose(by_hand, evidence.values, atol=0.01))

# %% [markdown]
# We enlarge the map and lay it over the picture in grey. Red is where there is evidence for the model's answer, yellow
# where there is most:

# %%
axes = evidence.show()

# %% [markdown]
# This function draws rows of such maps:


# %%
def show_evidence(*rows, learner=learn):
    size = (8, 2.2 * len(rows))
    _, places = plt.subplots(len(rows), 4, figsize=size, squeeze=False, layout="constrained", facecolor="white")
    for place in places.flat:
        place.axis("off")
    for line, chosen in zip(places, rows, strict=True):
        for place, path in zip(line, chosen.paths, strict=False):
            class_activation_map(learner, path).show(ax=place)


# %% [markdown]
# The four surest right answers of each class:

# %%
from helpers.interpret import most_correct, most_wrong

predictions = learn.predict_all()
show_evidence(most_correct(predictions, "cats"), most_correct(predictions, "dogs"))

# %% [markdown]
# Seven of the eight maps are brightest on the face. *And where the model was wrong?* The upper row shows cats that it
# took for dogs, the lower row dogs that it took for cats:

# %%
show_evidence(most_wrong(predictions, "cats"), most_wrong(predictions, "dogs"))

# %% [markdown]
# For both curled-up cats the brightest place is below the animal. Did the model go by the wrong thing? The map cannot
# say.
#
# ### Can we believe it?
#
# The map's *top quarter* is the quarter of the picture where the map is highest. If the map shows where the evidence
# is, covering this quarter in grey must change more answers than covering another one. We try two others, as
# **controls**:
#
# - a square in the centre, the same for all pictures;
# - the top quarter of another picture's map, drawn at random.


# %%
def covered(picture, values):
    changed = picture.copy()
    changed.reshape(-1, 3)[np.argsort(-values, axis=None, kind="stable")[: values.size // 4]] = 128
    return changed


tested = [class_activation_map(learn, path) for path in data.valid.paths]
order = np.random.default_rng(1).permutation(len(tested))
quarters = {
    "the map's top quarter": [one.enlarged for one in tested],
    "a centre square": [np.pad(np.ones((64, 64)), 32)] * len(tested),
    "another picture's top quarter": [tested[place].enlarged for place in np.roll(order, 1)[np.argsort(order)]],
}
axes = show_images([covered(tested[0].picture, values[0]) for values in quarters.values()], list(quarters))

# %% [markdown]
# *How many of the 300 answers change when the map's top quarter is covered?*

# %%
predict_first("08.4", ...)

# %% [markdown]
# The counts:

# %%
changed = {}
for name, values in quarters.items():
    said = [learn.predict(covered(one.picture, value)).label for one, value in zip(tested, values, strict=True)]
    changed[name] = np.array([label != one.label for label, one in zip(said, tested, strict=True)])
    print(f"{name:<30} {changed[name].sum():>3} of {len(tested)} answers changed")
top = changed["the map's top quarter"]
reveal("08.4", int(top.sum()))

# %% [markdown]
# The map's own quarter changes the most answers. *Could that be chance?* We use the paired comparison of lesson 02:

# %%
from helpers.statistics import Comparison

p = {}
for name in list(quarters)[1:]:
    other = changed[name]
    p[name] = Comparison(int((top & ~other).sum()), int((other & ~top).sum()), len(tested)).p
    print(f"against {name}: p = {p[name]:.1g}")
assert p["another picture's top quarter"] < 0.01 < 0.05 < p["a centre square"]

# %% [markdown]
# Against another picture's map, p is below 0.05. So the map shows something of *this* picture. Against the centre
# square, p is above 0.05, so the two cannot be told apart: perhaps much of the map only shows where animals usually
# are.
#
# *Would a body that has learned nothing give such maps too?* We put our trained head on a body of random numbers:

# %%
random_body = ConvLearner.pretrained("resnet10", data, weights=None, seed=2)
state = random_body.model.head.load_state_dict(learn.model.head.state_dict())
show_evidence(most_correct(predictions, "cats"), learner=random_body)

# %% [markdown]
# This network says *dogs* for all four cats. Three of the maps are brightest off the face, but the second, at the
# muzzle, might convince us. So trust no map without such a comparison (Adebayo and others, 2018).
#
# ## Explore
#
# At the top is the map of the network: a column for each layer, with the five channels that respond most to this
# picture. **Click** on a channel to choose it, and again to **zoom in** on the three inputs that count most.
#
# Below are the picture, the map of the channel, its best patches, and *all* channels of the layer. **Point** at a
# number of the map: the frame in the picture is what this number sees. *Follow the largest product back* goes to the
# earlier number that contributed most.
#
# *Try: choose the topmost channel of layer 9, press **Strongest place**, and follow it back to layer 1.*

# %%
network_explorer(learn, picture, layer=5, search=search)

# %% [markdown]
# ### Without a channel
#
# **Switch this channel off** makes a channel's map 0 everywhere and computes everything after it anew. *Can you find
# one channel that turns the answer around?*
#
# As code, for layer 9, with the `maps` and `scores` of "Where is the evidence?": a probability near 100 % hardly moves,
# so we compute the *lead* of the answer, its score minus the score of the other class. Below 0, the answer has turned.


# %%
answer = int(scores.argmax())


def lead(off):
    kept = maps.detach().clone()
    kept[:, off] = 0
    with torch.inference_mode():
        new_scores = model.head(model.pool(kept))[0]
    return (new_scores[answer] - new_scores[1 - answer]).item()


# %% [markdown]
# We switch off each channel by itself, then the 10 and the 100 with the largest means, then 100 at random, of those
# that are not 0 everywhere:

# %%
means = maps.detach()[0].mean(dim=(1, 2)).cpu().numpy()
order, at_random = np.argsort(-means), np.random.default_rng(1).permutation(np.flatnonzero(means))[:100]
alone = [lead([channel]) for channel in range(512)]
print(f"lead {lead([]):.1f}, without one channel {min(alone):.1f} or more")
print(f"without the 10 strongest {lead(order[:10]):.1f}, without the 100 strongest {lead(order[:100]):.1f}")
print(f"without 100 at random {lead(at_random):.1f}")
assert lead(order[:100]) < 0 < min(lead(at_random), *alone)

# %% [markdown]
# No single channel takes much of the lead. The ten strongest take almost half of it, and the hundred strongest turn the
# answer, which a hundred at random do not. So the evidence is spread over many channels, and "this is the ear channel,
# therefore the model knows ears" claims too much.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/08_inside_the_network.ipynb) hold all
# answers.
#
# **1.** A layer has kernels of 3 × 3, 256 input channels and 512 output channels. How many products make *one* of its
# numbers?

# %%
products = ...
check("08.1", products)

# %% [markdown]
# **2.** Write `batch_norm(x, mean, variance, weight, shift)`. It takes an array of one channel's sums and returns what
# batch-norm makes of it. (Take 0.00001 for ε. Two lines or so.)


# %%
def batch_norm(x, mean, variance, weight, shift):
    # your lines in place of the dots
    ...


check("08.2", batch_norm)

# %% [markdown]
# **3.** Without looking back, write `receptive_field(layers)`. It takes a list of pairs, kernel size and stride, from
# the first layer to the last, and returns how many pixels wide the field of the last one is. (Four lines or more.)


# %%
def receptive_field(layers):
    # your lines in place of the dots
    ...


check("08.3", receptive_field)

# %% [markdown]
# **4.** Write `strongest(maps)`. It takes maps (channels, height, width) and returns channel, row and column of the
# largest number. (Two lines. `np.unravel_index` turns the index that `argmax` returns into three.)


# %%
def strongest(maps):
    # your lines in place of the dots
    ...


check("08.4", strongest)

# %% [markdown]
# **5.** Write `class_map(maps, weights)`. It takes maps (channels, height, width) and a weight for each channel, and
# returns the weighted sum of the maps, (height, width), with negative numbers replaced by 0. (Two lines or more.)


# %%
def class_map(maps, weights):
    # your lines in place of the dots
    ...


check("08.5", class_map)

# %% [markdown]
# **6.** Zeiler and Fergus covered one square of the picture after another. Write `occlusion(score, picture, size)`.
# `score` is a function that takes a picture and returns how sure a model is. Divide the picture into tiles of `size` ×
# `size` pixels, and return an array with a number for each tile: by how much the score *falls* when only this tile is
# grey (128). Leave the picture itself as it is. (Six lines or more. `size` divides height and width.)


# %%
def occlusion(score, picture, size):
    # your lines in place of the dots
    ...


check("08.6", occlusion)

# %% [markdown]
# **7.** A small project, from an empty cell: **a finer class map**. Train `resnet10` on the sample at 160 pixels, for 3
# epochs at a rate of 0.02, with `precompute=True` and `seed=3`. Compute a Grad-CAM map for the class `dogs` on
# `data.valid.paths[-1]` as above, but of layer 7. (`model.body[:7]`, its first seven parts, ends with layer 7;
# `model.body[7:]` follows.) Find the largest number of the map, and which part of the picture it sees, without what
# lies beyond the edge. Give `(learn, history, values, window)`: `values` are the 10 × 10 numbers, `window` is top,
# left, bottom, right, as in a slice. (Fifteen lines or so. `found.layer(7).field.window(row, column)` gives the field.)

# %%
check("08.7", ...)

# %% [markdown]
# **Without a check**: draw the map of layer 7 beside that of the last layer and the occlusion map, with tiles of 16
# pixels. For `score` take `lambda view: learn.predict(view).probabilities[1]`. Where do the three agree? And where does
# the model find evidence in a picture that is neither cat nor dog?
#
# ## Links
#
# - Zeiler and Fergus, [Visualizing and understanding convolutional networks](https://arxiv.org/abs/1311.2901) (2013)
# - Yosinski and others, [How transferable are features in deep neural networks?](https://arxiv.org/abs/1411.1792)
#   (2014)
# - Zhou and others, [Learning deep features for discriminative localization](https://arxiv.org/abs/1512.04150) (2015)
# - Selvaraju and others, [Grad-CAM](https://arxiv.org/abs/1610.02391) (2016)
# - Luo and others, [Understanding the effective receptive field](https://arxiv.org/abs/1701.04128) (2016)
# - Adebayo and others, [Sanity checks for saliency maps](https://arxiv.org/abs/1810.03292) (2018)
# - Ioffe and Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167) (2015)
# - Olah and others, [Feature visualization](https://distill.pub/2017/feature-visualization/) (2017)
# - [CNN Explainer](https://poloclub.github.io/cnn-explainer/)
#
# **Next**: [09 · Improving the model](09_improving_the_model.ipynb)
