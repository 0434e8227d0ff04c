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
# - open a trained network, and see what each of its layers makes of a picture of yours;
# - follow one number through a layer by hand: multiply, sum, batch-norm, skip connection, ReLU;
# - compute how much of the picture a number sees, and check it with a gradient;
# - find the pieces of your pictures that a filter answers to most;
# - draw where a model found its reasons, and test whether that drawing can be trusted;
# - do all this with your own model and your own picture, in an explorer.
#
# **Time**: 50 minutes to read and try. All cells together run in 30 seconds on two CPU cores.
#
# **Needs**: lessons 02, 04 and 05. No GPU, no network.

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
# We take the model of lesson 02 and train it once more. It is quick, and then we know where it comes from.

# %%
import numpy as np
import torch
from helpers import ConvLearner, ImageClassifierData, get_data, load_model, read_image, tfms_from_model

PATH = get_data("sample")
data = ImageClassifierData.from_paths(PATH, tfms=tfms_from_model("resnet10", 128))
learn = ConvLearner.pretrained("resnet10", data, precompute=True, seed=1)
history = learn.fit(0.01, 2)

# %% [markdown]
# And a picture that it has never learned from:

# %%
picture = data.valid.paths[0]

# %% [markdown]
# **This is the line to change.** Everything below takes what `picture` and `learn` hold. Put a file of your own there,
# such as `picture = "my_cat.jpg"`, and run on. If you have kept a model, `learn = load_model("models/first.safetensors")`
# takes it. (Where many pictures are looked at, further down, a learner with its data is needed.)
#
# *What does the model say of it?* The network sees a square of 128 × 128 pixels:

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers.lessons.inside import feature_maps
from helpers.plots import show_image

found = feature_maps(learn, picture)
axes = show_image(found.picture, str(learn.predict(picture)), grid=True)

# %% [markdown]
# `feature_maps` sent the picture through the network, and kept everything that came by. *What came by?*

# %% tags=["nbval-check-output"]
print(found)

# %% [markdown]
# Nine **layers**. Each is a convolution and what follows it at once. In the second column: the first layer makes 64 maps
# of 64 × 64 numbers out of the picture, the last one 512 maps of 4 × 4. With the linear layer at the end there are ten
# layers with weights, and that is the 10 in `resnet10`. (Our own head has one more.) The other columns we take one by one.
#
# *Is there any trick in it?* No. The body is a row of parts, and a part of that row can be run by itself. The first three
# parts are the convolution, the batch-norm and the ReLU of layer 1:

# %% tags=["nbval-check-output"]
model = learn.model.eval()
device = next(model.parameters()).device
pixels = torch.from_numpy(found.picture).permute(2, 0, 1)[None].to(device)
with torch.inference_mode():
    by_parts = model.body[:3](model.normalise(pixels))[0].cpu().numpy()
print(by_parts.shape, "equal:", np.allclose(by_parts, found.maps(1), atol=0.02))

# %% [markdown]
# ## Layer 1: edges and colours
#
# Lesson 04 has shown the 64 kernels of the first layer. Here they are again, zero as middle grey:

# %%
weights = model.body[0].weight.detach().cpu().permute(0, 2, 3, 1).numpy()
shown = [
    np.pad(0.5 + 0.5 * kernel / abs(kernel).max(), ((1, 1), (1, 1), (0, 0)), constant_values=1) for kernel in weights
]
rows = [np.hstack(shown[start : start + 16]) for start in range(0, 64, 16)]
axes = show_image(np.vstack(rows))
axes.figure.set_size_inches(6.6, 1.8)

# %% [markdown]
# Stripes and edges in many directions, spots of colour, a few that resist any name. Networks of all sorts, trained on
# photographs of all sorts, end up with a first layer like this. Nobody asked for it.
#
# *Is that learning, or would random numbers look like this too?* The same layer before any training:

# %%
from helpers.models import build

torch.manual_seed(2)
untrained = build("resnet10", 128, classes=2, weights=None).body[0].weight.detach().permute(0, 2, 3, 1).numpy()
shown = [
    np.pad(0.5 + 0.5 * kernel / abs(kernel).max(), ((1, 1), (1, 1), (0, 0)), constant_values=1) for kernel in untrained
]
axes = show_image(np.vstack([np.hstack(shown[start : start + 16]) for start in range(0, 64, 16)]))
axes.figure.set_size_inches(6.6, 1.8)

# %% [markdown]
# It is learning. *Can we put that into a number?* In an edge or a spot, neighbours are alike. So we correlate each kernel
# with itself, moved by one column: near 1 for a smooth kernel, near 0 for noise.


# %%
def smoothness(kernels):
    return np.corrcoef(kernels[:, :, 1:].ravel(), kernels[:, :, :-1].ravel())[0, 1]


print(f"trained {smoothness(weights):.2f}, untrained {smoothness(untrained):.2f}")
assert smoothness(weights) > 0.4 > abs(smoothness(untrained))

# %% [markdown]
# *What do they answer to your picture?* The eight maps with the largest numbers. Dark is 0, and bright is the largest
# number of each map.

# %%
from helpers.lessons.inside import plot_maps

axes = plot_maps(found, 1)

# %% [markdown]
# Thin lines along edges. Each map has its own direction, or its own colour.
#
# ## One number, by hand
#
# We take the largest number of the whole layer. *Where is it?*

# %%
channel, row, column = found.strongest(1)
print(f"channel {channel}, row {row}, column {column}: {found.maps(1)[channel, row, column]:.4f}")

# %% [markdown]
# Now make it, from the pixels. The kernel moves by 2 pixels, and there are 3 pixels of padding on each side. So in the
# padded picture the kernel lies at row 2 · row, column 2 · column. **Multiply, and sum**: 3 · 7 · 7 = 147 products.

# %%
normalised = model.normalise(pixels)[0].cpu().numpy()
padded = np.pad(normalised, ((0, 0), (3, 3), (3, 3)))
patch = padded[:, 2 * row : 2 * row + 7, 2 * column : 2 * column + 7]
kernel = model.body[0].weight[channel].detach().cpu().numpy()
total = (patch * kernel).sum()
print(f"{patch.size} products, their sum {total:.4f}")

# %% [markdown]
# **Batch-norm.** Earlier lessons only mentioned it. During training it brings each channel to mean 0 and deviation 1, over the
# pictures of a batch: lesson 02 standardised pixels in this way. Then it multiplies by a weight $\gamma$ and adds a shift
# $\beta$, and these two are learned. So every channel gets the size that suits the next layer.
#
# $$y = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}\, \gamma + \beta$$
#
# One picture alone has no batch. So the layer has kept a running mean μ and variance σ² of the training, and uses these.
# ($\epsilon$ is tiny, and keeps the formula from dividing by 0.)

# %%
norm = model.body[1]
mean, variance = norm.running_mean[channel].item(), norm.running_var[channel].item()
weight, shift = norm.weight[channel].item(), norm.bias[channel].item()
after_norm = (total - mean) / np.sqrt(variance + norm.eps) * weight + shift
print(f"mean {mean:.4f}, deviation {variance**0.5:.4f}, weight {weight:.4f}, shift {shift:.4f}: {after_norm:.4f}")

# %% [markdown]
# **ReLU** makes what is negative 0, as in lesson 05. Is it the network's number?

# %%
output = max(0, after_norm)
print(f"by hand {output:.4f}, the network {found.maps(1)[channel, row, column]:.4f}")
assert np.isclose(output, found.maps(1)[channel, row, column], rtol=1e-3)

# %% [markdown]
# That is one number of the 262,144 in this layer, and there is nothing in any of them but this.
#
# *And deep inside?* Layer 9 makes a number from the maps of layer 8. *How many products is that?* Look at its line in the
# table above.

# %%
predict_first("08.1", ...)

# %% [markdown]
# `explain_number` does for any layer what we did for the first:

# %%
from helpers.lessons.inside import explain_number

number = explain_number(found, 9, *found.strongest(9))
print(number)

# %% [markdown]
# There is one step more. A block of a ResNet adds what went into the block to what came out of its two convolutions. This is
# the **skip connection**. So the block only has to learn what to *change*.

# %%
reveal("08.1", number.products.size)
assert abs(number.output - number.network) < 1e-3 * max(1, number.network)

# %% [markdown]
# *Is one example enough?* Ten numbers by chance in each of the nine layers, all by hand:

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(1)
places = [(layer, *rng.integers(0, found.maps(layer).shape)) for layer in range(1, 10) for _ in range(10)]
numbers = [explain_number(found, *place) for place in places]
print(sum(np.isclose(one.output, one.network, rtol=1e-3, atol=1e-3) for one in numbers), "of", len(numbers), "equal")

# %% [markdown]
# (By hand in 16 digits, the network in 7. So "equal" means but for a thousandth.)

# %%
quiz("08.1")

# %% [markdown]
# ## Layer by layer
#
# *What becomes of the picture?* Again the eight maps with the largest numbers, for the layers at the ends of the blocks.

# %%
axes = plot_maps(found, 3)

# %% [markdown]
# Still the animal, but less a drawing of it than of *where something is*: a corner, a dark round thing on something
# bright. In layer 5:

# %%
axes = plot_maps(found, 5)

# %% [markdown]
# A few bright fields, and much that is dark. Compare with the picture: which fields are eyes? In layer 7:

# %%
axes = plot_maps(found, 7)

# %% [markdown]
# Nobody would recognise the animal in these 8 × 8 fields. The last layer:

# %%
axes = plot_maps(found, 9)

# %% [markdown]
# Going deeper, maps get smaller and more, and darker. *How many of the numbers of layer 9 are 0, in percent?*

# %%
predict_first("08.2", ...)

# %% [markdown]
# We count for every layer, over 50 validation pictures:

# %%
from helpers.plots import plot_line

some = [feature_maps(learn, path) for path in data.valid.paths[::6]]
zeros = [100 * np.mean([(one.maps(layer) == 0).mean() for one in some]) for layer in range(1, 10)]
axes = plot_line(range(1, 10), zeros, xlabel="layer", ylabel="numbers that are 0 (%)")
limits = axes.set(ylim=(0, 100))
reveal("08.2", zeros[-1])

# %% [markdown]
# In the first layers less than half are 0: somewhere there is always an edge. In the last layers a map is silent nearly
# everywhere. Such a filter has something rare to say. (At layer 3 the line falls: a skip connection ends there. It adds
# what came before, and that is never negative.)

# %%
assert zeros[-1] > zeros[0] + 20
assert max(zeros[:3]) < 50
assert zeros[2] < zeros[1]

# %% [markdown]
# ## How far does a number see?
#
# *Why can a deep layer see an ear, and the first one cannot?* A number of layer 1 looks at 7 × 7 pixels. That is all it can
# ever know. A number of layer 2 looks at 3 × 3 numbers of the pooled layer 1, and *these* have looked at pixels. So it sees
# more. What a number can see of the picture is its **receptive field**.
#
# The arithmetic needs two numbers, *size* and *step*. The step is how many pixels the field moves, when we move by one
# place in the map. Both begin with 1, for the pixels themselves. Then, for every kernel and every pooling:
#
# - a kernel of $k$ places spans $k$ fields, which lie one step apart: size becomes size $+ (k - 1) \cdot$ step;
# - a stride of $s$ makes the step $s$ times as large.
#
# *How many pixels wide is the field in layer 5?* Layer 1 has a kernel of 7 and stride 2, the pooling 3 and 2. Then all
# kernels are 3 wide, and layers 4, 6 and 8 have stride 2.

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
    print(f"{name:>4}   kernel {k}, stride {stride}   sees {size:>3} pixels, moves by {step}")

# %% [markdown]
# It is the column "sees" of the first table:

# %%
reveal("08.3", fields[5])
assert [fields[layer.number] for layer in found.layers] == [layer.field.size[0] for layer in found.layers]

# %% [markdown]
# The skip connections do not change it. Where two ways meet, the one that sees more counts.
#
# The last layers see more than there is: 195 pixels, and the picture has 128. They look at padding, too. As a picture, for
# numbers that look at nearly the same place:

# %%
from helpers.lessons.inside import plot_windows

_, row, column = found.strongest(5)
axes = plot_windows(
    found, [(1, 4 * row + 2, 4 * column + 2), (3, 2 * row, 2 * column), (5, row, column), (7, row // 2, column // 2)]
)

# %% [markdown]
# *Do you see it? The smallest frame has an edge in it. The next has an eye, the next a face, the last the whole head.* With
# no more than an edge to go by, nobody can tell a cat from a dog.
#
# ### Is the arithmetic true?
#
# We ask the network itself. Lesson 05 sent gradients back through layers. Here we send one from *one* place in layer 5
# back to the pixels. A pixel with gradient 0 cannot change that number, whatever we do to it. *Where do the other pixels
# lie?*

# %% tags=["nbval-check-output"]
from helpers.lessons.inside import influence

moved = influence(learn, picture, 5, 8, 8)
rows, columns = np.nonzero(moved)
print("gradient: rows", rows.min(), "to", rows.max(), " columns", columns.min(), "to", columns.max())
top, left, bottom, right = found.layer(5).field.window(8, 8)
print("computed: rows", top, "to", bottom - 1, " columns", left, "to", right - 1)

# %% [markdown]
# To the pixel. But *how much* does each of them count? The mean over the 50 pictures, as bright as the gradient is large:

# %%
sums = sum(influence(learn, path, 5, 8, 8) for path in data.valid.paths[::6])
axes = show_image(sums / sums.max(), "what moves a number of layer 5, on average", grid=True)

# %% [markdown]
# A soft spot, and not a square. From the middle many ways lead to the number, from a corner only one. *How much of all
# influence lies in the middle half of the field's width?*

# %%
quarter = (bottom - top) // 4
middle = sums[top + quarter : bottom - quarter, left + quarter : right - quarter].sum() / sums.sum()
print(f"{middle:.0%} of the influence, in {((bottom - top - 2 * quarter) / (bottom - top)) ** 2:.0%} of the area")
assert middle > 0.5

# %% [markdown]
# So the receptive field says what a number *can* see. What it mostly looks at is smaller.

# %%
quiz("08.2")

# %% [markdown]
# ## What excites a filter?
#
# A kernel of layer 1 can be drawn as a picture. One of layer 5 has 128 input channels, and no colours. *How can we find out
# what it looks for?* Zeiler and Fergus asked this in 2013, and answered with pictures: of very many pictures, show those
# pieces at which the filter gives its largest numbers.
#
# We do that with our 1,000 training pictures. `search_patches` sends them through, and notes for each of the 1,984 filters
# its nine best places, one of each picture at most.

# %%
from helpers.lessons.inside import search_patches

search = search_patches(learn)
print(search)

# %% [markdown]
# Because we know the receptive field, we can cut out exactly what the filter saw. First the filter of layer 1 that had the
# largest number in our picture. Above each patch is the filter's number.

# %%
axes = search.best(1, found.strongest(1)[0]).show()

# %% [markdown]
# All nine alike: something dark along something bright, in one direction. Its colours differ. In layer 3:

# %%
axes = search.best(3, found.strongest(3)[0]).show()

# %% [markdown]
# *Would you give it a name? Do all nine fit?* Most are eyes, but look at the mouths among them, and at what is neither. They
# share a form: a dark line or edge, and something bright beside it. In layer 5:

# %%
axes = search.best(5, found.strongest(5)[0]).show()

# %% [markdown]
# An eye in each, and a part of the face around it. In layer 7 (grey is where the field reaches over the edge of the picture):

# %%
axes = search.best(7, found.strongest(7)[0]).show()

# %% [markdown]
# And in the last layer, which sees everything:

# %%
axes = search.best(9, found.strongest(9)[0]).show()

# %% [markdown]
# From an edge to a whole animal, in nine layers. Nobody told the network what an eye is. It came about because eyes help to
# tell pictures apart. Zeiler and Fergus saw the same in a network for a thousand sorts of things: corners, then textures,
# then the faces of dogs and the legs of birds, then whole dogs.
#
# They went one step further: *which pixels of a patch does the filter answer to?* They sent its number back through the
# layers. The gradient of the last section does nearly that. Here for the largest number of layer 7 in our picture:

# %%
from helpers.plots import show_images

channel, row, column = found.strongest(7)
moved = influence(learn, picture, 7, row, column, channel=channel)
axes = show_images([found.picture, (moved / moved.max()) ** 0.5], ["picture", f"layer 7, channel {channel}"], columns=2)

# %% [markdown]
# Bright are the pixels that would change the number most (drawn as square roots, to show the faint ones). They make a cloud
# in the receptive field, with the head in it, and no outline. The way back that Zeiler and Fergus took draws clearer pictures
# than this plain gradient.
#
# *Did we choose nice ones?* We did: those that answered most to our picture. Here are six filters of layer 7 by chance,
# with their three best patches:

# %%
chosen = np.random.default_rng(2).permutation(256)[:6]
best = [search.best(7, channel, 3) for channel in chosen]
patches = [image for one in best for image in one.images]
titles = [f"channel {one.channel}" if place == 0 else "" for one in best for place in range(len(one))]
axes = show_images(patches, titles, columns=9)
axes[0].figure.set_size_inches(8.4, 2.5)

# %% [markdown]
# Some have a theme. With others you must want to see one. Three cautions:
#
# - The name is **ours**. "An eye filter" may answer to any dark spot on something bright, and there were only eyes to show.
# - We looked at the *strongest* answers. Weaker ones may be to other things.
# - Nothing says that one filter is one idea. What the network knows may lie in many filters together.

# %%
quiz("08.3")

# %% [markdown]
# ## Where are the reasons?
#
# *Why did it say that?* The head sees 1,024 numbers: of each of the 512 last maps, the mean and the maximum. So for each
# map we can ask: *if this map were a little larger, by how much would the score of the class rise?* That is a gradient, and
# PyTorch has it. With these as weights, we add up the maps. What is left is a map of 4 × 4: bright where the picture spoke
# for the class. It is called **Grad-CAM** (Selvaraju and others, 2016), a **class-activation map**.

# %%
with torch.inference_mode():
    maps = model.body(model.normalise(pixels))
maps = maps.clone().requires_grad_()  # from here on, PyTorch keeps track
scores = model.head(model.pool(maps))[0]
slopes = torch.autograd.grad(scores.max(), maps)[0]
weights_of_maps = slopes.mean(dim=(2, 3), keepdim=True)
by_hand = (weights_of_maps * maps).sum(dim=1)[0].relu().detach().cpu().numpy()

# %% [markdown]
# `class_activation_map` does the same, and knows how to draw it. *Equal?*

# %% tags=["nbval-check-output"]
from helpers.lessons.inside import class_activation_map

reasons = class_activation_map(learn, picture)
print(reasons.values.shape, "equal:", np.allclose(by_hand, reasons.values, atol=0.01))

# %% [markdown]
# As a picture: bright where it speaks for what the model says, dark elsewhere. Beside it, the 4 × 4 numbers themselves.

# %%
import matplotlib.pyplot as plt

figure, places = plt.subplots(1, 2, figsize=(6.6, 3.3), layout="constrained", facecolor="white")
axes = reasons.show(ax=places[0])
axes = show_image(reasons.values / reasons.values.max(), "4 × 4", ax=places[1])

# %% [markdown]
# The form is coarse, because there are only 16 fields. Four validation pictures that it got right and was sure of, for each
# class. First cats:

# %%
from helpers.interpret import most_correct, most_wrong

predictions = learn.predict_all()


def show_reasons(chosen):
    _figure, places = plt.subplots(1, 4, figsize=(8, 2.3), layout="constrained", facecolor="white")
    for place in places[len(chosen) :]:
        place.axis("off")
    for place, path in zip(places, chosen.paths, strict=False):
        class_activation_map(learn, path).show(ax=place)


show_reasons(most_correct(predictions, "cats"))

# %% [markdown]
# And dogs:

# %%
show_reasons(most_correct(predictions, "dogs"))

# %% [markdown]
# Faces, mostly: eyes, muzzle, hanging ears. *And where it was wrong?* Cats that it took for dogs:

# %%
show_reasons(most_wrong(predictions, "cats"))

# %% [markdown]
# Dogs that it took for cats. (If there are fewer than four, it made fewer such mistakes.)

# %%
show_reasons(most_wrong(predictions, "dogs"))

# %% [markdown]
# Here the map is worth most. Does it look at the floor beside the animal? Then it has found little to go by, as with an
# animal that lies curled up. Does it look at the face, and is wrong all the same? Then the face may have something of the
# other class.
#
# A class that lost can be asked, too. *What in the surest mistake would have spoken for cats?*

# %%
mistake = most_wrong(predictions, "cats").paths[0]
figure, places = plt.subplots(1, 2, figsize=(5.4, 2.9), layout="constrained", facecolor="white")
axes = [
    class_activation_map(learn, mistake, label).show(ax=place)
    for place, label in zip(places, data.classes, strict=False)
]

# %% [markdown]
# ### Can we believe it?
#
# Such maps convince quickly: they are bright on the face, and faces are what we would look at. That proves nothing. The map
# makes a claim, and **a claim can be tested**: if the bright part holds the reasons, covering it must hurt, and covering
# the dark part must not.
#
# For 60 validation pictures we cover the brightest quarter of the pixels with grey, and then the darkest quarter instead.


# %%
def covered(reasons, bright):
    shade = reasons.enlarged if bright else -reasons.enlarged
    changed = reasons.picture.copy()
    changed[shade >= np.quantile(shade, 0.75)] = 128
    return changed


tested = [class_activation_map(learn, path) for path in data.valid.paths[::5]]
views = [tested[0].picture, covered(tested[0], bright=True), covered(tested[0], bright=False)]
axes = show_images(views, [str(learn.predict(view)) for view in views], columns=3)

# %% [markdown]
# *How many of the 60 get another answer, when the bright quarter is covered?*

# %%
predict_first("08.4", ...)

# %% [markdown]
# Both counts. The second is the control.

# %%
changed = {
    bright: sum(learn.predict(covered(one, bright)).label != one.label for one in tested) for bright in (True, False)
}
print(
    f"other answers: {changed[True]} of {len(tested)} with the bright quarter covered, {changed[False]} with the dark"
)
reveal("08.4", changed[True])
assert 30 > changed[True] > 5 + 2 * changed[False]

# %% [markdown]
# So the claim holds, on the whole: the reasons lie where the map is bright. For a single picture it may not. And it does not
# hold in full: most answers survive. An animal has more than one part by which it can be known.
#
# *Would a network that has learned nothing draw such maps too?* We give our trained head a body of random numbers:

# %%
random_body = ConvLearner.pretrained("resnet10", data, weights=None, seed=2)
state = random_body.model.head.load_state_dict(learn.model.head.state_dict())
figure, places = plt.subplots(2, 4, figsize=(7, 3.8), layout="constrained", facecolor="white")
for column, path in enumerate(most_correct(predictions, "dogs").paths):
    axes = class_activation_map(learn, path).show(ax=places[0, column])
    axes = class_activation_map(random_body, path).show(ax=places[1, column])

# %% [markdown]
# Above the trained network, below the other one, which is sure as well and knows nothing. If the lower row looks reasonable
# to you here and there, then you see how easily one is convinced. Always look for such a comparison (Adebayo and others,
# 2018), and test what a map claims.
#
# ## Explore
#
# Now look for yourself. At the top of the explorer is a **map of the network**: the picture at the left, what the model says
# at the right, and between them a column for each layer, with the five channels that answer most to this picture. The lines
# are weights of the kernels: the thicker, the larger; orange above 0, blue below. **Click** on a channel to choose it, or go
# there with the arrow keys. A second click, or Enter, **zooms in**: the three inputs that count most, patch × kernel =
# products, their sum, and what becomes of it. Click on one of the inputs, and you stand at *its* number, one layer before.
# **Whole network** leads back. The key z undoes your last click or key.
#
# Below the map are the picture, the map of the chosen channel, its best patches, and *all* channels of the layer. **Point**
# at the channel's map or at the picture: the frame is what this number sees, and its arithmetic stands at the left. (In the
# last layers a number sees more than the picture: then the frame lies outside.) A click holds the place, another lets it go.
# *Follow the largest product back* goes to the number of an earlier layer that had most to do with it. Every product as a
# number, fields to type into, and a picture of yours are where the small triangles are.
#
# *Things to find: where is layer 9 strongest? (Click on the topmost channel of its column, then **Strongest place**.) Follow
# it back, layer by layer, to layer 1: which pixels does that number see? Which channels of layer 1 answer to plain green?
# Type the path of a picture of yours: does an eye filter find its eyes?*

# %%
from helpers.explorers.network_explorer import network_explorer, plot_network

network_explorer(learn, picture, layer=5, search=search)

# %% [markdown]
# Without widgets, one line draws the same. Change the numbers: layer, channel, row, column.

# %%
axes = plot_network(learn, picture, *(5, *found.strongest(5)), search=search)

# %% [markdown]
# The tables show one input channel of many; orange is above 0, blue below. In layer 1 the explorer shows all products, and in
# deeper layers only those of the three input channels that count most. It says how much the others give.
#
# ### Without a channel
#
# *Which channel does the model need?* Press **Switch this channel off**. Its map becomes 0 everywhere, all that comes after
# it is computed anew, and the explorer says what the model says then. *Can you find one channel that turns the answer
# around?* Try a few before you read on. (**All on** brings them back. On the map, a cross marks a channel that is off.)
#
# The same as code. We switch off 1, 10 and 100 of the 512 channels of layer 9: the strongest for this picture, and for
# comparison as many random ones. *With how many does the answer turn?*

# %%
strongest = np.argsort(-found.maps(9).mean(axis=(1, 2)))
shuffled = np.random.default_rng(1).permutation(512)
said = learn.predict(picture).label
left = {}
for many in (1, 10, 100):
    for kind, channels in {"strongest": strongest, "random": shuffled}.items():
        without = feature_maps(learn, picture, off=[(9, channel) for channel in channels[:many]])
        left[many, kind] = without.probabilities[data.classes.index(said)]
        print(f"without the {many:>3} {kind:<9} channels: {said} {left[many, kind]:.1%}")
assert left[100, "strongest"] < 0.5 < min(left[1, "strongest"], left[100, "random"])

# %% [markdown]
# One channel of 512 hardly counts, not even the strongest. The hundred strongest together turn the answer around, and a
# hundred random ones do not. What the model knows of this picture is spread over many channels, and each is one witness of
# dozens. So "this is the ear channel, therefore the model knows ears" claims too much.

# %% [markdown]
# ## The steps again
#
# ```python
# found = feature_maps(learn, "my_cat.jpg")
# print(found)
# axes = plot_maps(found, 5)
# print(explain_number(found, 5, *found.strongest(5)))
# axes = search_patches(learn).best(5, channel).show()
# axes = class_activation_map(learn, "my_cat.jpg").show()
# ```
#
# **To take along**
#
# - A number of a layer is: multiply, sum, batch-norm, perhaps a skip connection, ReLU. You have done it by hand.
# - Going deeper, maps get smaller, more, and silent nearly everywhere.
# - The receptive field grows with every kernel, and with every stride it grows faster. It says what can be seen.
# - Edges and colours, then forms, then parts, then animals. It was not told to. The names for filters are ours.
# - A class-activation map is a claim about where the reasons are. Cover the place, and test it.
#
# **You can now** look into any network of this course, ask why it said what it said, and tell a tested reason from a pretty
# picture. Lesson 09 makes the model better, and tests that, too.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/08_inside_the_network.ipynb) hold all
# answers.
#
# **1.** A layer has kernels of 3 × 3, 256 channels go in, and 512 come out. How many products make *one* of its numbers?

# %%
products = ...
check("08.1", products)

# %% [markdown]
# **2.** Write `batch_norm(x, mean, variance, weight, shift)`: an array of sums of one channel comes in, what batch-norm makes
# of it goes out. (Take 0.00001 for ε. Two lines or so.)


# %%
def batch_norm(x, mean, variance, weight, shift):
    # your lines in place of the dots
    ...


check("08.2", batch_norm)

# %% [markdown]
# **3.** Without looking back, write `receptive_field(layers)`. It gets a list of pairs, kernel size and stride, from the
# first layer to the last. It gives back how many pixels wide the field of the last one is. (Four lines or more.)


# %%
def receptive_field(layers):
    # your lines in place of the dots
    ...


check("08.3", receptive_field)

# %% [markdown]
# **4.** Write `strongest(maps)`: maps (channels, height, width) come in. Channel, row and column of the largest number go out.
# (Two lines. `np.unravel_index` turns the place that `argmax` gives into three numbers.)


# %%
def strongest(maps):
    # your lines in place of the dots
    ...


check("08.4", strongest)

# %% [markdown]
# **5.** Write `class_map(maps, weights)`: maps (channels, height, width) and a weight for each channel come in. The weighted
# sum of the maps goes out, (height, width), and what is negative in it is 0. (Two lines or more.)


# %%
def class_map(maps, weights):
    # your lines in place of the dots
    ...


check("08.5", class_map)

# %% [markdown]
# **6.** Another way to find the reasons, by Zeiler and Fergus: cover a square, and see what happens. Write
# `occlusion(score, picture, size)`. `score` is a function: it takes a picture and gives back how sure a model is. Lay a grey
# square (128) of `size` pixels a side over the picture, side by side, as tiles. Give back an array with a number for each
# tile: by how much the score *falls* when it is covered. Leave the picture itself as it is. (Six lines or more. All sides
# divide by `size`.)


# %%
def occlusion(score, picture, size):
    # your lines in place of the dots
    ...


check("08.6", occlusion)

# %% [markdown]
# **7.** Without a check: lay your occlusion map, with tiles of 16 pixels, beside the class-activation map of the same picture.
# For `score` take `lambda view: learn.predict(view).probabilities[0]`. Where do the two agree?
#
# **8.** Without a check: take a picture that is neither cat nor dog. Where does the model find its cat?
#
# ## Links
#
# - Zeiler and Fergus, [Visualizing and understanding convolutional networks](https://arxiv.org/abs/1311.2901) (2013): layer
#   by layer, from edges to faces, and the grey square
# - Zhou and others, [Learning deep features for discriminative localization](https://arxiv.org/abs/1512.04150) (2015): the
#   first class-activation map
# - Selvaraju and others, [Grad-CAM](https://arxiv.org/abs/1610.02391) (2016)
# - Luo and others, [Understanding the effective receptive field](https://arxiv.org/abs/1701.04128) (2016)
# - Adebayo and others, [Sanity checks for saliency maps](https://arxiv.org/abs/1810.03292) (2018)
# - Ioffe and Szegedy, [Batch normalization](https://arxiv.org/abs/1502.03167) (2015)
# - Olah and others, [Feature visualization](https://distill.pub/2017/feature-visualization/) (2017): pictures made to excite a
#   filter
# - [CNN Explainer](https://poloclub.github.io/cnn-explainer/): a small network in the browser, number by number
#
# **Next**: [09 · Improving the model](09_improving_the_model.ipynb)
