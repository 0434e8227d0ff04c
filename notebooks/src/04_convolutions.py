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
# # 04 · Convolutions
#
# **After this lesson you can**
#
# - compute a convolution by hand, in NumPy and in PyTorch, on a series and on a picture;
# - blur, sharpen and find edges with nine numbers, on a picture of your own;
# - say how large the output is, for any kernel size, stride and padding;
# - read the shape of a convolutional layer's weights, count them, and put a batch of pictures through it;
# - redo the first layer of a trained network by hand, and learn a kernel from examples.
#
# **Time**: 45 minutes to read and run, 40 minutes for the kernel lab and the exercises. All cells together run in 15
# seconds on two CPU cores.
#
# **Needs**: lesson 01, for pictures as arrays. For the second half also lessons 02 and 03. No GPU, no internet.

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
# ## Slide, multiply, sum
#
# Lesson 01 shuffled the pixels of a cat, and the cat was gone: what matters is how the numbers are arranged. *How does
# a computer look at neighbours?* With a **convolution**: it slides a few weights over the picture, and at each place
# multiplies and sums. We do it by hand first. Here is a small grey picture, dark with a bright corner:

# %% tags=["nbval-check-output"]
import numpy as np

small = np.array([[1, 1, 1, 9, 9], [1, 1, 1, 9, 9], [1, 1, 1, 9, 9], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
print(small)

# %% [markdown]
# And here are nine weights that we choose: a **kernel**, or filter (not the kernel of lesson 00).

# %% tags=["nbval-check-output"]
kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
print(kernel)

# %% [markdown]
# Lay the kernel on the top-left corner of the picture, so that nine weights lie on nine pixels. **Multiply** each pair,
# and **sum** the nine products.

# %% tags=["nbval-check-output"]
patch = small[0:3, 0:3]
print(patch * kernel)
print("sum:", (patch * kernel).sum())

# %% [markdown]
# All nine pixels are equal, so left and right cancel each other out. Now **slide** the kernel by one pixel to the
# right, onto columns 1 to 3. *What is the sum there?* Compute it in your head or on paper, and put the number in place
# of the dots.

# %%
predict_first("04.1", ...)

# %% [markdown]
# The slice begins one column later:

# %% tags=["nbval-check-output"]
patch = small[0:3, 1:4]
print(patch * kernel)
reveal("04.1", (patch * kernel).sum())

# %% [markdown]
# The sum is large because the kernel lies on an edge: dark on its left, bright on its right. **A kernel is a
# question**: "is it brighter on the right here?"
#
# Now we ask it at every place. A kernel of three rows has three places in five rows. The same is true of columns, so
# the output has 3 × 3 numbers.

# %% tags=["nbval-check-output"]
output = np.zeros((3, 3))
for row, column in np.ndindex(output.shape):
    output[row, column] = (small[row : row + 3, column : column + 3] * kernel).sum()
print(output)

# %% [markdown]
# Read it as a map: zeros where nothing changes from left to right, large numbers along the edge, and smaller ones
# further down, where the edge ends.
#
# Our package has this as a function, `convolve`, and PyTorch as `conv2d`. `conv2d` takes many pictures at once, each
# with several channels. So it expects two more axes in front: the pictures (the **batch axis**) and the channels.
# `[None, None]` adds them, and `[0, 0]` takes them away.

# %%
import torch
from torch.nn.functional import conv2d
from helpers.lessons.convolution import convolve

by_torch = conv2d(torch.tensor(small)[None, None].float(), torch.tensor(kernel)[None, None].float())[0, 0]
assert np.array_equal(output, convolve(small, kernel))
assert np.array_equal(output, by_torch)

# %% [markdown]
# `assert` raises an error if something is not true. It is silent: all three ways give the same nine numbers. *What is a
# convolution good for?*
#
# ## Along one line: a series in time
#
# A **time series** is a list of numbers measured one after the other. Its kernel is a row of numbers and slides along a
# line. We make a series up, so that we know the truth: the temperature of a room, every minute for four hours. A window
# is opened at minute 150 and shut at minute 190.
#
# The thermometer is cheap, and its numbers jump. *How do we see the slow change behind them?* With a mean of
# neighbours: a kernel of fifteen weights of 1/15 gives a **moving average**.

# %%
from helpers.lessons.convolution import convolve_1d
from helpers.plots import GREY, THIRD, new_axes, plot_line

minutes = np.arange(240)
temperature = 21 + np.sin(minutes / 40) + np.random.default_rng(4).normal(0, 0.5, 240)
temperature[150:190] -= 3
smooth = convolve_1d(temperature, np.ones(15) / 15)
axes = plot_line(minutes, temperature, xlabel="minute", ylabel="temperature (°C)", colour=GREY, label="measured")
axes = plot_line(minutes[7:-7], smooth, xlabel="minute", ylabel="temperature (°C)", label="moving average", ax=axes)

# %% [markdown]
# Most of the noise is gone, and the sudden steps have become ramps. The blue line is shorter than the grey one: the
# kernel cannot be centred on the first or the last seven minutes.
#
# *When was the window opened?* Another question, another kernel: ten weights of −1/10, then ten of +1/10. It gives the
# mean of the next ten minutes minus the mean of the last ten. The first answer stands at minute 10, because ten minutes
# must lie before it.

# %%
before_and_after = np.repeat([-1, 1], 10) / 10
change = convolve_1d(temperature, before_and_after)
axes = plot_line(minutes[10:-9], change, xlabel="minute", ylabel="change (°C)")
for minute in (150, 190):
    axes.axvline(minute, color=THIRD, linestyle="--", linewidth=1)
opened, shut = minutes[10:-9][change.argmin()], minutes[10:-9][change.argmax()]
print(f"opened at minute {opened}, shut at minute {shut}")
assert max(abs(opened - 150), abs(shut - 190)) <= 3

# %% [markdown]
# The dashed lines are the truth: the valley is the opening, the peak the shutting. Minus on one side and plus on the
# other finds an edge in time, as it did in the small picture.
#
# *Do NumPy and PyTorch compute the same along a line?* NumPy's function is called `correlate`, PyTorch's `conv1d`:

# %% tags=["nbval-check-output"]
by_numpy = np.correlate(temperature, before_and_after)
series, row = (torch.from_numpy(one)[None, None] for one in (temperature, before_and_after))
by_pytorch = torch.nn.functional.conv1d(series, row)[0, 0].numpy()
print("equal:", np.allclose(change, by_numpy), np.allclose(change, by_pytorch))

# %% [markdown]
# ## On a picture
#
# Now the cat of lesson 01, in grey: the mean of the three channels. *What does a mean of neighbours do to a picture?*
# We try nine weights of 1/9, and the same with 5 × 5 and 7 × 7 pixels. `as_pixels` rounds the sums and clips them to
# 0–255, so that they can be drawn.

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers import get_data, read_image
from helpers.lessons.convolution import as_pixels, named_kernel
from helpers.plots import show_image, show_images

PATH = get_data("sample")
picture = read_image(PATH / "train/cats/cat.0.jpg")
grey = picture.mean(axis=2)
blurred = [as_pixels(convolve(grey, named_kernel("blur", size))) for size in (3, 5, 7)]
axes = show_images([grey.astype(np.uint8), *blurred], ["grey", "blur 3 × 3", "blur 5 × 5", "blur 7 × 7"])

# %% [markdown]
# It becomes **blurred**: every pixel is mixed with its neighbours. Look at the whiskers: what is narrower than the
# kernel fades first.
#
# *And the opposite?* To sharpen, make each pixel differ more from its neighbours: five times itself, minus the four
# around it. Another well-known kernel is called "outline":

# %% tags=["nbval-check-output"]
print(named_kernel("sharpen"), named_kernel("outline"), sep="\n\n")

# %% [markdown]
# The first nine numbers sum to 1, so a uniform area stays as bright as it was. The second nine sum to 0: uniform areas
# become black, and only differences are left.

# %%
names = ["sharpen", "outline"]
changed = [as_pixels(convolve(grey, named_kernel(name))) for name in names]
axes = show_images([grey.astype(np.uint8), *changed], ["grey", *names])

# %% [markdown]
# Sharpening brings out the fur along the cat's back. In the outline, whiskers and the rim of the fur are bright, and
# the wall is nearly black.
#
# Back to the first question: *where does it get brighter to the right?* The kernel of Sobel and Feldman asks it, and
# gives the middle row double weight. There is one for each direction.

# %% tags=["nbval-check-output"]
print(named_kernel("Sobel right"), named_kernel("Sobel bottom"), sep="\n\n")

# %% [markdown]
# Their outputs can be negative. With `signed=True`, `as_pixels` draws 0 as middle grey, positive numbers brighter and
# negative ones darker. Pythagoras gives the strength of an edge of any direction: √(right² + bottom²).

# %%
right, bottom = convolve(grey, named_kernel("Sobel right")), convolve(grey, named_kernel("Sobel bottom"))
strength = np.hypot(right, bottom)
drawn = [as_pixels(right, signed=True), as_pixels(bottom, signed=True), as_pixels(strength)]
axes = show_images(drawn, ["Sobel right", "Sobel bottom", "edges of every direction"], columns=3)

# %% [markdown]
# On the left are vertical edges, such as the sides of the tins. In the middle are horizontal ones, such as their rims.
# On the right is a drawing of the cat, from eighteen numbers.

# %% [markdown]
# ## The kernel lab
#
# Now you choose the numbers. First an ordinary figure of what the lab shows: the picture with the place of the kernel,
# the output with the pixel that results, and the arithmetic. The kernel lies on a dark pixel of the cat's eye, beside a
# brighter one. That neighbour outweighs the pixel, so the sum is below 0 and drawn black. The numbers are rounded.

# %%
from helpers.explorers.kernel_lab import kernel_lab, load_picture, plot_lab

axes = plot_lab("cat.0.jpg", "sharpen", row=110, column=230)

# %% [markdown]
# Below is the lab itself. Point at either picture, or drag on a touch screen: the orange window follows, and the
# arithmetic with it. A click holds the place, and the next click lets go. The numbers of the kernel can be typed, or
# dragged up and down. Try:
#
# 1. Take "outline", and make its middle number 9 instead of 8. What has come back, and why?
# 2. Make a kernel of eight zeros and one 1 that is not in the middle. What happens to the picture? (The
#    [solutions](solutions/04_convolutions.ipynb) answer these two.)
# 3. Choose the picture "square", where you can count the pixels, and the kernel "blur". Press "Play": the kernel
#    slides.
# 4. Under "A picture of your own", upload one, and look for a kernel that brings out its hair, letters or leaves. To
#    keep the result, paste the code under "Row, column and code" into a new cell, and add the line `axes =
#    show_image(as_pixels(output))`.

# %%
kernel_lab("cat.0.jpg", "sharpen", row=110, column=230)

# %% [markdown]
# ## Is it really a convolution?
#
# *What is a convolution in mathematics?* It **flips the kernel** first, upside down and left to right, and then slides
# it. What we did so far, without the flip, is called **cross-correlation** there.
#
# *Does it matter?* We try both on the cat, with two kernels:

# %% tags=["nbval-check-output"]
from helpers.lessons.convolution import true_convolution

for name in ("Gaussian blur", "Sobel right"):
    ours, theirs = convolve(grey, named_kernel(name)), true_convolution(grey, named_kernel(name))
    print(f"{name}: equal {np.allclose(ours, theirs)}, one is minus the other {np.allclose(ours, -theirs)}")

# %% [markdown]
# A **Gaussian blur**, a mean that gives the middle the most weight, is the same from all sides, so the flip changes
# nothing. Sobel right, flipped, is Sobel left, its negative.
#
# Deep learning leaves out the flip and still says "convolution". For a network it makes no difference: its kernels are
# learned, and with the flip it would learn them flipped.

# %%
quiz("04.1")

# %% [markdown]
# ## Size, padding, stride
#
# Each output so far was a little smaller than the picture. *How much?*

# %% tags=["nbval-check-output"]
print(grey.shape, "→", convolve(grey, named_kernel("blur", 7)).shape)

# %% [markdown]
# In each direction 6 pixels are lost, one less than the kernel's size, because the whole kernel must lie on the
# picture. Over many layers that adds up. So rows and columns of zeros are put around the picture first: **padding**.
# With a padding of 1, a kernel of 3 loses nothing.
#
# Where a smaller output is wanted, the kernel moves by more than one pixel at a time. This distance is the **stride**:
# a stride of 2 leaves half as many places in each direction. On a tiny picture you can see both:

# %%
axes = plot_lab("square", "Gaussian blur", stride=2, padding=1, row=2, column=2)

# %% [markdown]
# The thin line is the edge of the picture of 9 × 9 pixels; what lies outside it is padding. The orange frame is one
# place of the kernel. The next place begins two pixels further on, so the output has 5 × 5 pixels.
#
# One formula gives the size of the output, in each direction:
#
# $$\text{output} = \left\lfloor \frac{\text{size} + 2 \cdot \text{padding} - \text{kernel size}}{\text{stride}}
# \right\rfloor + 1$$
#
# The brackets mean "rounded down": the formula counts whole steps, and one more for the place where the kernel starts.
# *The first layer of our network takes pictures of 128 pixels. It has a kernel of 7, a stride of 2 and a padding of 3.
# How wide is its output?*

# %%
predict_first("04.2", ...)

# %% [markdown]
# The arithmetic:

# %% tags=["nbval-check-output"]
from helpers.lessons.convolution import explain_size, output_size

print(explain_size(128, 7, stride=2, padding=3))
reveal("04.2", output_size(128, 7, stride=2, padding=3))

# %% [markdown]
# Half the size.
#
# ## Channels
#
# A colour picture has three channels. *What does a kernel do with them?* A network's kernel is a block of numbers, such
# as 3 × 3 × 3, with weights of its own for every channel. All 27 products are summed, so each place gives **one**
# number. Such a kernel can ask about colours: "is it green here, and not red or blue?"

# %%
greenness = np.zeros((3, 3, 3))
greenness[..., 1] = 2 / 9
greenness[..., 0] = greenness[..., 2] = -1 / 9
answer = convolve(picture, greenness, padding=1)
print(picture.shape, "and", greenness.shape, "→", answer.shape)
axes = show_images([picture, as_pixels(answer)], ["picture", "green here?"], columns=2)

# %% [markdown]
# Twice the green, minus the red, minus the blue, averaged over nine pixels: the wallpaper and the green tin in front of
# it stand out in grey.
#
# *And several questions at once?* Then there are several kernels, and the output has a channel for each. **A
# convolutional layer is a set of kernels, each of which looks at all input channels.** PyTorch's layer is `Conv2d`, and
# its kernels are one array:

# %% tags=["nbval-check-output"]
layer = torch.nn.Conv2d(in_channels=3, out_channels=8, kernel_size=5, padding=2)
print("weights", tuple(layer.weight.shape), " bias", tuple(layer.bias.shape))
print("numbers to learn:", sum(value.numel() for value in layer.parameters()))

# %% [markdown]
# The axes are output channels, input channels, rows and columns: eight kernels of 3 × 5 × 5. Each kernel also has a
# number that is added to its sums, the **bias**. Together: 8 · 3 · 5 · 5 + 8 = 608.
#
# In pictures, too, PyTorch puts the channels before rows and columns. `permute` (lesson 02) brings the axes into this
# order. The layer takes a whole batch at once, here of one picture:

# %% tags=["nbval-check-output"]
batch = torch.from_numpy(picture)[None].permute(0, 3, 1, 2).float()
print(tuple(batch.shape), "→", tuple(layer(batch).shape))

# %% [markdown]
# ## Pooling
#
# There is a second way to make a picture smaller, without any weights. **Max pooling** cuts it into squares and keeps
# the largest number of each. **Average pooling** keeps the mean.

# %% tags=["nbval-check-output"]
from helpers.lessons.convolution import average_pool, max_pool

numbers = np.array([[1, 2, 0, 0], [3, 4, 0, 8], [5, 5, 1, 1], [5, 5, 1, 1]])
print(max_pool(numbers, 2), average_pool(numbers, 2), sep="\n\n")

# %% [markdown]
# After a convolution, a large maximum says that the kernel's pattern is *somewhere in this square*. The exact place is
# lost, which is often welcome: a cat moved by a few pixels is still a cat. Here are the edges, pooled in squares of 8 ×
# 8:

# %%
pooled = [strength, max_pool(strength, 8), average_pool(strength, 8)]
axes = show_images([as_pixels(values) for values in pooled], ["edges", "max", "mean"], columns=3)

# %% [markdown]
# With one number in 64 left, both still show the outline of a cat. In the mean, thin lines are darker, because most of
# the 64 pixels lie on no edge.
#
# ## A layer of a real network
#
# *Is this really what a trained network does?* We take our `resnet10` (its card is in lesson 02), switched to
# predicting by `eval()`. Its first four parts:

# %%
from helpers.models import build

network = build("resnet10", 128, classes=2).eval()
for part in network.body[:4]:
    print(part)

# %% [markdown]
# On the map of lesson 02, the first three make the first column, and the fourth leads to the second. The arrow points
# at a channel in column 1. (The head is untrained; ignore its prediction.)

# %%
from helpers.explorers.network_explorer import network_state, plot_map

axes = plot_map(network_state(network, picture, layer=1))

# %% [markdown]
# The first part is a convolution, here without a bias. The fourth is max pooling whose squares of 3 × 3 overlap,
# because they move on by only 2. Between them, **batch normalisation** rescales each channel, so that its numbers are
# of a similar size in every batch. ReLU, which lesson 05 is about, replaces negative numbers by zero.
#
# The convolution has 64 kernels of 7 × 7 × 3. Their weights lie around zero, so we draw zero as middle grey. `permute`
# puts the channels last again.

# %%
first = network.body[0]
weights = first.weight.detach().permute(0, 2, 3, 1).numpy()
shown = [0.5 + 0.5 * kernel / abs(kernel).max() for kernel in weights]
framed = [np.pad(kernel, ((1, 1), (1, 1), (0, 0)), constant_values=1) for kernel in shown]
rows = [np.hstack(framed[start : start + 16]) for start in range(0, 64, 16)]
axes = show_image(np.vstack(rows), ax=new_axes(size=(9, 2.4)))

# %% [markdown]
# Nobody designed these: they came out of training. Some are like our Sobels, with a bright and a dark side, in many
# directions. Some have stripes. Some are about colours, like our question about green.
#
# *Which of them is most like Sobel right?* We multiply each kernel by a Sobel enlarged to 7 × 7, the same for all
# colours, and sum. The sum is large if both have the same signs at the same places. We divide it by the kernel's
# length, the root of the sum of its squares, so that kernels of large numbers have no advantage. We do the same with
# Sobel bottom and with green. Below each kernel found is what the network computes with it from the cat, prepared as in
# lesson 02.


# %%
from helpers.files.images import resize_and_crop


def most_like(question):
    likeness = (weights * question).sum(axis=(1, 2, 3))
    return (likeness / np.linalg.norm(weights.reshape(64, -1), axis=1)).argmax()


questions = [named_kernel("Sobel right", 7)[..., None], named_kernel("Sobel bottom", 7)[..., None], [-1, 2, -1]]
found = [most_like(question) for question in questions]
prepared = network.normalise(resize_and_crop(torch.from_numpy(picture).permute(2, 0, 1), 128)[None])
maps = first(prepared)[0].detach().numpy()
answers = [as_pixels(255 * maps[index] / abs(maps[index]).max(), signed=True) for index in found]
titles = ["kernel: right?", "kernel: below?", "kernel: green?", "answer", "answer", "answer"]
axes = show_images([*[shown[index] for index in found], *answers], titles, columns=3)

# %% [markdown]
# Now the first of the three by hand, with our own function. *Is it what the network computed?*

# %%
by_hand = convolve(prepared[0].permute(1, 2, 0), weights[found[0]], stride=2, padding=3)
print("by hand", by_hand.shape, " network", maps[found[0]].shape)
assert np.allclose(by_hand, maps[found[0]], atol=1e-3)

# %% [markdown]
# It is, in all 64 × 64 places.
#
# The second layer's kernels are blocks of 3 × 3 × 64: they ask about these answers. So the questions can become more
# complex from layer to layer. Lesson 08 measures what deeper layers respond to.

# %% [markdown]
# ## Learning a kernel
#
# *How can a kernel be learned?* We hide Sobel's numbers, and show a program only pictures before and after: twenty
# small grey pictures, and what Sobel makes of them. We take every fourth pixel of each; the
# [solutions](solutions/04_convolutions.ipynb) say why.

# %%
files = sorted((PATH / "train/cats").glob("*.jpg"))[:20]
small_ones = [read_image(file).mean(axis=2)[:160:4, :160:4] / 255 for file in files]
before = torch.tensor(np.stack(small_ones), dtype=torch.float32)[:, None]
after = conv2d(before, torch.tensor(named_kernel("Sobel right"), dtype=torch.float32)[None, None])

# %% [markdown]
# The program starts from nine random numbers. Its loss is the mean of the squared differences between its output and
# the true one. Then comes the loop of lesson 03, 300 times: the loss, its gradient, a small step downhill.

# %%
torch.manual_seed(1)
learned = torch.randn(1, 1, 3, 3, requires_grad=True)
losses = []
optimiser = torch.optim.SGD([learned], lr=0.3, momentum=0.9)
for _ in range(300):
    loss = ((conv2d(before, learned) - after) ** 2).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
axes = plot_line(range(1, 301), losses, xlabel="step", ylabel="loss")
axes.set_yscale("log")
assert losses[-1] < 1e-5 < losses[0]

# %% [markdown]
# The loss, drawn on an axis of powers of ten, falls to almost nothing. *And the nine numbers?* Times 100 and rounded:

# %% tags=["nbval-check-output"]
print((100 * learned.detach()[0, 0]).round().int())
assert np.allclose(learned.detach()[0, 0], named_kernel("Sobel right"), atol=0.01)

# %% [markdown]
# They are Sobel's numbers, and the program saw only pictures. The 64 kernels above were learned in the same way, with
# another loss. The idea is that of LeCun and others, from 1989: **do not design the kernels, learn them**.

# %% [markdown]
# ## Why not simply connect everything?
#
# The head of lesson 02 has *linear* layers: each output is a sum over **all** inputs, each with a weight of its own.
# *Why not here?* First, see that a convolution is a linear layer of a special kind. We write its weights as a table,
# with a row for each output and a column for each pixel. Times a picture with a single 1, the table gives that pixel's
# column. So we take the column from `convolve`.

# %%
kernel = np.arange(1, 10).reshape(3, 3)
single = np.eye(25).reshape(25, 5, 5)
table = np.stack([convolve(picture_of_one, kernel).ravel() for picture_of_one in single], axis=1)
axes = show_image(1 - table / 9, "dark is a large weight, white is none", grid=True)
labels = axes.set(xlabel="pixel", ylabel="output")
assert np.allclose(table @ small.ravel(), convolve(small, kernel).ravel())
different = len(np.unique(table[table != 0]))
print(f"{table.size} weights, {np.count_nonzero(table)} of them not zero, {different} different ones")

# %% [markdown]
# Multiplying by this table gives exactly what `convolve` gives. Each row has nine weights that are not zero: an output
# looks at **nine neighbours** and at nothing else. And the nine are the same in every row, only shifted: they are
# **shared**.
#
# Now at full size. The first layer takes 3 × 128 × 128 numbers and gives 64 × 64 × 64. A linear layer connects
# everything with everything. *How many million times as many weights does it need as this convolution?* Guess.

# %%
predict_first("04.3", ...)

# %% [markdown]
# A linear layer needs a weight for each pair, and a multiplication for each weight. A convolution uses each kernel at
# every place:

# %% tags=["nbval-check-output"]
inputs, outputs, kernels = 3 * 128 * 128, 64 * 64 * 64, first.weight.numel()
print(f"weights: convolution {kernels:,}, linear layer {inputs * outputs:,}")
print(f"multiplications: convolution {kernels * 64 * 64:,}, linear layer {inputs * outputs:,}")
reveal("04.3", inputs * outputs / kernels / 1e6)

# %% [markdown]
# The first reason is the number of weights; the second is about place. A cat may be at the left of a picture or at the
# right. *What does a convolution do when the picture moves?* We move the cat to the right, and look for any shift that
# makes the two outputs equal.


# %% tags=["nbval-check-output"]
def moves_along(stride, by):
    moved = np.roll(grey, by, axis=1)
    one, other = (convolve(values, named_kernel("Sobel right"), stride=stride) for values in (grey, moved))
    return any(np.allclose(one[:, :-shift], other[:, shift:]) for shift in range(1, by + 1))


for stride, by in ((1, 1), (2, 1), (2, 40)):
    print(f"stride {stride}, moved by {by:>2}: the output moves along: {moves_along(stride, by)}")

# %% [markdown]
# With a stride of 1, the output moves along with the picture, number for number, away from the borders. This is called
# **equivariance**. With a stride of 2, it does so only for moves by an even number of pixels.
#
# So what a kernel has learned at one place, it can do everywhere. A linear layer would have to learn an ear again at
# each place.
#
# A **convolutional network** is a network built of such layers. It suits data on a grid, where neighbours belong
# together: a series in time or a sound (one axis), a picture (two), a film (three). But two convolutions in a row are
# still one weighted sum: lesson 05 is about what makes a stack of layers more than that.

# %%
quiz("04.2")

# %% [markdown]
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/04_convolutions.ipynb) hold all
# answers.
#
# **1.** AlexNet, of 2012, begins in torchvision's version with a kernel of 11 × 11, a stride of 4 and a padding of 2,
# on pictures of 224 × 224. How many columns does the output have?

# %%
columns = ...
check("04.1", columns)

# %% [markdown]
# **2.** By hand. "Sobel right" lies on these nine pixels. What is the sum?
#
# ```
# 10  10  80
# 10  10  80
# 10  10  80
# ```

# %%
pixel = ...
check("04.2", pixel)

# %% [markdown]
# **3.** Write `my_convolve_1d(series, kernel)`: it takes an array of any length and a shorter one, and returns the
# array of all sums, without padding, with stride 1, not flipped. Use no function that does it for you. (Three lines or
# more.)


# %%
def my_convolve_1d(series, kernel):
    # your lines in place of the dots
    ...


check("04.3", my_convolve_1d)

# %% [markdown]
# **4.** Write `my_max_pool(picture, size)`: it takes an array (height, width) and returns the largest number of each
# square of `size` × `size`, side by side. Rows and columns at the end that do not fill a square are left out. Try it on
# negative numbers, too. (Four lines or more.)


# %%
def my_max_pool(picture, size):
    # your lines in place of the dots
    ...


check("04.4", my_max_pool)

# %% [markdown]
# **5.** A 3 × 3 kernel that moves a picture by one pixel to the **right**, with a padding of 1, and changes nothing
# else. Which nine numbers?

# %%
shift = ...
check("04.5", shift)

# %% [markdown]
# **6.** A 3 × 3 kernel that responds to vertical edges, but neither to horizontal ones nor to a uniform area. Not one
# from this lesson, if you can.

# %%
vertical = ...
check("04.6", vertical)

# %% [markdown]
# **7.** A layer takes 128 channels and gives 64, with kernels of 3 × 3 and a bias. How many numbers does it learn?

# %%
count = ...
check("04.7", count)

# %% [markdown]
# **8.** A small project, from an empty cell: the edges of many pictures at once. Write `edges(pictures)`. It is given
# an array (n, height, width, 3) of whole numbers from 0 to 255. It makes one `torch.nn.Conv2d` with a padding of 1 and
# without a bias. The first output channel is Sobel right of the grey picture, the mean of the three colours; the second
# is Sobel bottom of it. The layer takes the whole batch in one call. Return the layer, and the strength of the edges of
# any direction, (n, height, width). (Ten lines or so. `layer.weight.data = …` replaces the weights.)


# %%
def edges(pictures):
    # your lines in place of the dots
    ...


check("04.8", edges)

# %% [markdown]
# ## Links
#
# - Goodfellow, Bengio and Courville, [Deep learning, chapter
#   9](https://www.deeplearningbook.org/contents/convnets.html): convolutional networks
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285) (2016):
#   every case of stride and padding, drawn
# - LeCun and others, [Backpropagation applied to handwritten zip code
#   recognition](https://doi.org/10.1162/neco.1989.1.4.541) (1989): kernels that are learned
# - Powell, [Image kernels, explained visually](https://setosa.io/ev/image-kernels/): the model for our kernel lab
# - Wang and others, [CNN explainer](https://poloclub.github.io/cnn-explainer/): a small network, drawn number by number
#
# **Next**: [05 · Activation functions](05_activations.ipynb)
