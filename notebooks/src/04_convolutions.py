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
# - say how large the output is, for any kernel size, stride and padding, and why some values are impossible;
# - say what a network calls a convolution, and what mathematics does;
# - read the shape of a convolutional layer's weights, and count them;
# - redo the first layer of a trained network by hand, and get what PyTorch gets;
# - let a kernel be learned from examples.
#
# **Time**: 45 minutes to read and try. All cells together run in 25 seconds on two CPU cores.
#
# **Needs**: lesson 01, for pictures as arrays. Lesson 02 helps with the last third. No GPU, no network.

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
# Lesson 01 shuffled the pixels of a cat, and the cat was gone. What makes a cat is not which numbers there are, but how
# they lie beside each other. *So how does a computer look at neighbours?* With a **convolution**. It is simple enough
# to be done by hand. Here is a small grey picture, dark on the left and bright on the right:

# %% tags=["nbval-check-output"]
import numpy as np

small = np.array([[1, 1, 1, 9, 9], [1, 1, 1, 9, 9], [1, 1, 1, 9, 9], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]])
print(small)

# %% [markdown]
# And here are nine numbers that we choose. They are called a **kernel**, or a filter.

# %% tags=["nbval-check-output"]
kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
print(kernel)

# %% [markdown]
# Lay the kernel on the top-left corner of the picture. Nine numbers lie on nine numbers. **Multiply** each pair, and
# **sum** the nine products.

# %% tags=["nbval-check-output"]
patch = small[0:3, 0:3]
print(patch * kernel)
print("sum:", (patch * kernel).sum())

# %% [markdown]
# All nine pixels were equal, so left and right cancelled each other: 0. Now **slide** the kernel by one pixel to the
# right. It lies on columns 1 to 3. *What is the sum there?* Compute it in your head or on paper, and put the number in
# place of the dots.

# %%
predict_first("04.1", ...)

# %% [markdown]
# One column further, the slice begins one later:

# %% tags=["nbval-check-output"]
patch = small[0:3, 1:4]
print(patch * kernel)
reveal("04.1", (patch * kernel).sum())

# %% [markdown]
# The left column says −1 three times, the right one 9 three times. The kernel answers with a large number, because it
# lies on an edge: dark on its left, bright on its right. **A kernel is a question**, asked at every place: "is it
# brighter on the right here?"
#
# Now at every place. The kernel fits in three rows and three columns of places, so that is the size of the output.

# %% tags=["nbval-check-output"]
output = np.zeros((3, 3))
for row, column in np.ndindex(output.shape):
    output[row, column] = (small[row : row + 3, column : column + 3] * kernel).sum()
print(output)

# %% [markdown]
# Read it as a map. Zeros where nothing changes from left to right. Large numbers along the edge, and smaller ones
# further down, where the edge ends.
#
# The package has this as a function. It does the same with fewer loops. *And PyTorch?* Its `conv2d` wants two axes
# more, for several pictures and several channels. `[None, None]` adds them, and `[0, 0]` takes them away.

# %% tags=["nbval-check-output"]
import torch
from torch.nn.functional import conv2d
from helpers.lessons.convolution import convolve

by_torch = conv2d(torch.tensor(small)[None, None].float(), torch.tensor(kernel)[None, None].float())[0, 0]
print(by_torch)
assert np.array_equal(output, convolve(small, kernel))
assert np.array_equal(output, by_torch)

# %% [markdown]
# Three ways, the same nine numbers. That is all that a convolution is. The rest of this lesson finds out what it is
# good for. The function itself is short:

# %%
import inspect

print(inspect.getsource(convolve).split('"""')[2].strip("\n"))

# %% [markdown]
# Skip the lines after the first `if`: they are for colour kernels, which come below. The rest turns the loop inside
# out. It runs over the nine numbers of the kernel, and NumPy works on all places at once. `_every` is a slice, with the
# stride, which comes below too. The sums are the same.

# %% [markdown]
# ## Along one line: a series in time
#
# Not only pictures have neighbours. A **time series** has them too: each number has one before it and one after. Then
# the kernel is a row of numbers and slides along a line. As an example we make a series: the temperature of a room,
# every minute for four hours. At minute 150 somebody opens a window, and at minute 190 somebody shuts it. A made series
# has one merit: we know the truth.

# %%
from helpers.plots import GREY, THIRD, new_axes, plot_line

rng = np.random.default_rng(4)
minutes = np.arange(240)
temperature = 21 + np.sin(minutes / 40) + rng.normal(0, 0.5, 240)
temperature[150:190] -= 3
axes = plot_line(minutes, temperature, xlabel="minute", ylabel="temperature (°C)", colour=GREY)

# %% [markdown]
# It jumps: the thermometer is a cheap one. *How do we see the slow change behind it?* With a mean of neighbours. A
# kernel of fifteen times 1/15 gives the mean of fifteen minutes, and sliding it along gives a **running mean**.

# %%
from helpers.lessons.convolution import convolve_1d

smooth = convolve_1d(temperature, np.ones(15) / 15)
axes = plot_line(minutes, temperature, xlabel="minute", ylabel="temperature (°C)", colour=GREY, label="measured")
axes = plot_line(minutes[7:-7], smooth, xlabel="minute", ylabel="temperature (°C)", label="running mean", ax=axes)

# %% [markdown]
# The noise is gone, and the sudden steps have become slopes. Both are what a mean does. The blue line is shorter than
# the grey one: a kernel of 15 has no place for its middle in the first and the last seven minutes.
#
# *When was the window opened?* Another question, another kernel: ten minutes with minus, then ten with plus. It
# compares what comes with what was. Each answer belongs to the minute where the plus begins, so the first one belongs to
# minute 10.

# %%
before_and_after = np.repeat([-1, 1], 10) / 10
change = convolve_1d(temperature, before_and_after)
axes = plot_line(minutes[10:-9], change, xlabel="minute", ylabel="change (°C)")
for minute in (150, 190):
    axes.axvline(minute, color=THIRD, linestyle="--", linewidth=1)

# %% [markdown]
# The dashed lines are the truth. The valley is the opening, the peak is the shutting. *How exact is that?*

# %% tags=["nbval-check-output"]
opened, shut = minutes[10:-9][change.argmin()], minutes[10:-9][change.argmax()]
print("opening found, to within 3:", abs(opened - 150) <= 3)
print("shutting found, to within 3:", abs(shut - 190) <= 3)

# %% [markdown]
# So the same simple step answers different questions, and the kernel says which. Minus on one side and plus on the
# other found an edge in the small picture, and it finds an edge in time. PyTorch's name for it is `conv1d`:

# %%
from torch.nn.functional import conv1d

series = torch.tensor(temperature)[None, None]
assert np.allclose(conv1d(series, torch.tensor(before_and_after)[None, None])[0, 0], change)

# %% [markdown]
# The line above is silent, so they are equal. (`assert` complains if they are not.)
#
# ## On a picture
#
# Now to the cat of lesson 01. We begin in grey: the mean of the three channels.

# %%
# %config InlineBackend.figure_formats = ["jpeg"]
from helpers import get_data, read_image
from helpers.plots import show_image, show_images

PATH = get_data("sample")
picture = read_image(PATH / "train/cats/cat.0.jpg")
grey = picture.mean(axis=2)
axes = show_image(grey.astype(np.uint8), f"{grey.shape[0]} rows, {grey.shape[1]} columns", grid=True)

# %% [markdown]
# *What does a mean of neighbours do to a picture?* Nine times 1/9, the running mean in two directions. And larger ones,
# of 5 × 5 and 7 × 7 pixels. `as_pixels` rounds what comes out to whole numbers from 0 to 255, so that it can be drawn.

# %%
from helpers.lessons.convolution import as_pixels, named_kernel

sizes = [3, 5, 7]
blurred = [as_pixels(convolve(grey, named_kernel("blur", size))) for size in sizes]
axes = show_images([grey.astype(np.uint8), *blurred], ["grey", "blur 3 × 3", "blur 5 × 5", "blur 7 × 7"])

# %% [markdown]
# It becomes **blurred**: every pixel takes some of its neighbours. Look at the whiskers: what is narrower than the
# kernel goes first.
#
# *And the opposite?* To sharpen, make each pixel differ more from its neighbours. Five times itself, minus the four
# around:

# %% tags=["nbval-check-output"]
print(named_kernel("sharpen"))

# %% [markdown]
# The nine numbers sum to 1, so an even area stays as bright as it was. Another well-known one, "outline", sums to 0:
# even areas become black, and only differences are left.

# %% tags=["nbval-check-output"]
print(named_kernel("outline"))

# %% [markdown]
# Both, and a third one, "emboss", which looks as if a lamp shone on a relief from one side:

# %%
names = ["sharpen", "outline", "emboss"]
changed = [as_pixels(convolve(grey, named_kernel(name))) for name in names]
axes = show_images([grey.astype(np.uint8), *changed], ["grey", *names])

# %% [markdown]
# The fur of this cat is fine and dark, and only a sharpened picture shows how much of it there is. The outline finds
# every hair and every whisker, and nothing of the even wall.
#
# Now the question of the beginning: *where does it get brighter to the right?* The kernel by Sobel and Feldman asks
# just that. It gives the middle row double weight.

# %% tags=["nbval-check-output"]
print(named_kernel("Sobel right"))

# %% [markdown]
# It has three sisters, one for each direction. They give negative numbers too. With `signed=True`, `as_pixels` draws 0
# as middle grey, positive brighter and negative darker.

# %%
names = ["Sobel right", "Sobel left", "Sobel bottom", "Sobel top"]
edges = [as_pixels(convolve(grey, named_kernel(name)), signed=True) for name in names]
axes = show_images(edges, names)

# %% [markdown]
# Right and left are each other's negative. Upright lines, such as the sides of the cans, appear in the first two. Level
# ones, such as the edge of the furniture, appear in the last two. Together, right and bottom say how strong an edge is,
# whatever its direction. By Pythagoras:

# %%
right, bottom = convolve(grey, named_kernel("Sobel right")), convolve(grey, named_kernel("Sobel bottom"))
axes = show_image(as_pixels(np.hypot(right, bottom)), "edges of every direction")

# %% [markdown]
# A drawing of the cat, from eighteen numbers. Nobody told the computer what a whisker is.

# %% [markdown]
# ## The kernel lab
#
# Now you choose the numbers. First what the lab shows, as an ordinary picture: the picture with the place of the
# kernel, the output with the pixel that comes of it, and below them the arithmetic. This place is at the edge of a
# light in the cat's eye. Bright neighbours are subtracted from a dark pixel, so the sum is below 0, and it is drawn
# black.

# %%
from helpers.explorers.kernel_lab import kernel_lab, plot_lab

axes = plot_lab("cat.0.jpg", "sharpen", row=110, column=230)

# %% [markdown]
# Below is the lab itself. (On a web page you see only a few lines of text in its place. It comes to life when you run
# the cell.) Point at either picture: the orange window follows, and the arithmetic with it. A click holds the place,
# and the next click lets go. On a touch screen, drag the window. Or do without a mouse: Tab leads to the window, the
# arrow keys move it, and Enter holds it. The numbers of the kernel can be typed, or dragged up and down. Whatever you
# change, the key z takes it back.
#
# Some things to try:
#
# 1. Take "outline", and make its middle number 9 instead of 8. What has come back, and why?
# 2. Make a kernel of eight zeros and one 1 that is not in the middle. What happens to the picture?
# 3. Choose the picture "square", where you can count the pixels, and the kernel "blur". Press "Next place" a few times, or
#    "Play": the kernel slides. Set the stride to 2, then the padding to 1. Then try a stride of 0: what does the lab answer?
# 4. Under "A picture of your own", upload one, and look for a kernel that likes its hair, its letters or its leaves.
# 5. When you like what you see, copy the code under "Row, column and code". Paste it below the next cell, which imports
#    what it needs, and add a last line: `axes = show_image(as_pixels(output))`.
#
# (The [solutions](solutions/04_convolutions.ipynb) answer the first two.)

# %%
kernel_lab("cat.0.jpg", "sharpen", row=110, column=230)

# %% [markdown]
# The copied code needs three imports: `import numpy as np`, `convolve`, and `load_picture`, which reads a picture and
# makes it at most 400 pixels long. For example:

# %% tags=["nbval-check-output"]
from helpers.explorers.kernel_lab import load_picture

picture = load_picture("cat.0.jpg")
output = convolve(picture.mean(axis=2), [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], stride=1, padding=0)
print(f"at row 110, column 230: {output[110, 230]:.1f}")
assert output[110, 230] < 0

# %% [markdown]
# ## Is it really a convolution?
#
# *What does mathematics call a convolution?* Something slightly different. It **turns the kernel round** first, upside
# down and left to right, and then slides it. What we did so far, without the turn, is called **cross-correlation**
# there.
#
# *Does it matter?* We try both on the same picture, with two kernels.

# %% tags=["nbval-check-output"]
from helpers.lessons.convolution import true_convolution

for name in ("Gaussian blur", "Sobel right"):
    ours, theirs = convolve(grey, named_kernel(name)), true_convolution(grey, named_kernel(name))
    print(f"{name}: equal {np.allclose(ours, theirs)}, equal but for the sign {np.allclose(ours, -theirs)}")

# %% [markdown]
# A blur looks the same from all sides, so turning it changes nothing. Sobel right turned round is Sobel left, its
# negative. (Mathematics has a reason for the turn: only with it can several kernels be laid on in any order.)
#
# Where it shows best: a picture with a single bright pixel. One of the two draws the kernel itself, the other draws it
# turned.

# %% tags=["nbval-check-output"]
dot = np.zeros((5, 5))
dot[2, 2] = 1
numbers = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
print(convolve(dot, numbers).astype(int), true_convolution(dot, numbers).astype(int), sep="\n\n")

# %% [markdown]
# PyTorch's `conv2d`, and all of deep learning, does the first and says "convolution". For a network it makes no
# difference: its kernels are learned, so it would simply learn them turned. But mind it with other tools. *What does
# NumPy do?*

# %% tags=["nbval-check-output"]
print("np.convolve: ", np.convolve([0, 0, 1, 0, 0], [1, 2, 3], mode="valid"))
print("np.correlate:", np.correlate([0, 0, 1, 0, 0], [1, 2, 3], mode="valid"))
print("convolve_1d: ", convolve_1d([0, 0, 1, 0, 0], [1, 2, 3]).astype(int))

# %% [markdown]
# NumPy's `convolve` is the one of mathematics. Its `correlate` is what networks do.

# %%
quiz("04.1")

# %% [markdown]
# ## Size, padding, stride
#
# Each output so far was a little smaller than the picture. *How much?* A kernel of 3 on 5 pixels has 3 places. On a
# picture of 278 × 375 pixels:

# %% tags=["nbval-check-output"]
print(grey.shape, "→", convolve(grey, named_kernel("blur", 3)).shape)
print(grey.shape, "→", convolve(grey, named_kernel("blur", 7)).shape)

# %% [markdown]
# The kernel's size less one is lost, because the kernel must lie on the picture with all of its numbers. In a network
# of fifty layers that would be a lot. So rows and columns of zeros are put around the picture first: **padding**. With
# a padding of 1, a kernel of 3 loses nothing.
#
# The other way round, one may *want* a smaller output. The kernel may move on by two pixels instead of one. That is a
# **stride** of 2. Half as many places in each direction, a quarter of the work. On a tiny picture you can see both:

# %%
axes = plot_lab("square", "Gaussian blur", stride=2, padding=1, row=1, column=2)

# %% [markdown]
# The thin line is the edge of the true picture, and what lies outside of it is padding. The orange square is one place
# of the kernel. The next place to the right begins two pixels further on. The output's pixels are drawn as large as the
# picture's: there are 5 × 5 of them, for 9 × 9.
#
# All of it is one formula. For each direction:
#
# $$\text{output} = \left\lfloor \frac{\text{size} + 2 \cdot \text{padding} - \text{kernel size}}{\text{stride}}
# \right\rfloor + 1$$
#
# The brackets mean: rounded down. In words: put the padding at both ends, take away the kernel, count the steps, and
# add one for the place where it starts. *The first layer of our network gets pictures of 128 pixels. It has a kernel of
# 7, a stride of 2 and a padding of 3. How large is its output?*

# %%
predict_first("04.2", ...)

# %% [markdown]
# With the arithmetic:

# %% tags=["nbval-check-output"]
from helpers.lessons.convolution import explain_size, output_size

print(explain_size(128, 7, stride=2, padding=3))
reveal("04.2", output_size(128, 7, stride=2, padding=3))

# %% [markdown]
# Half the size. (One row of zeros at the far end is never reached, because the steps do not come out even. That does no
# harm.) Do not take the formula on trust. Here it is beside PyTorch, for six layers that occur in known networks:

# %% tags=["nbval-check-output"]
print("size  kernel  stride  padding  formula  PyTorch")
layers = [(28, 5, 1, 0), (28, 3, 1, 1), (224, 11, 4, 2), (224, 7, 2, 3), (56, 3, 2, 1), (56, 1, 2, 0)]
for size, kernel_size, stride, padding in layers:
    layer = torch.nn.Conv2d(1, 1, kernel_size, stride=stride, padding=padding)
    theirs = layer(torch.zeros(1, 1, size, size)).shape[-1]
    ours = output_size(size, kernel_size, stride=stride, padding=padding)
    print(f"{size:>4}{kernel_size:>8}{stride:>8}{padding:>9}{ours:>9}{theirs:>9}")
    assert ours == theirs

# %% [markdown]
# *And values that make no sense?* They get a sentence that says why. In the lab, too.

# %% tags=["nbval-check-output"]
for values in (dict(size=5, kernel_size=7), dict(size=5, kernel_size=3, stride=0)):
    try:
        output_size(**values)
    except ValueError as error:
        print(error)

# %% [markdown]
# ## Channels
#
# A colour picture has three channels. *What does a kernel do with them?* There are two possibilities. The first: one
# kernel, laid on each channel by itself. Three channels go in, three come out. That is what picture programs do:

# %%
colours = [as_pixels(convolve(picture, named_kernel(name, 5))) for name in ("blur", "motion blur", "sharpen")]
axes = show_images([picture, *colours], ["picture", "blur", "motion blur", "sharpen"])

# %% [markdown]
# The second is what networks do. The kernel itself has three layers, one for each channel. It is a block of numbers,
# such as 3 × 3 × 3. All 27 products are added up, so **one** number comes out at each place. So a kernel can ask about
# colours: "is it green here, and not red or blue?"

# %% tags=["nbval-check-output"]
greenness = np.zeros((3, 3, 3))
greenness[..., 1] = 2 / 9
greenness[..., 0] = greenness[..., 2] = -1 / 9
print(picture.shape, "and", greenness.shape, "→", convolve(picture, greenness, padding=1).shape)

# %% [markdown]
# Twice the green, minus the red, minus the blue, and the mean of nine pixels. Bright is where the answer is yes:

# %%
answer = convolve(picture, greenness, padding=1)
axes = show_images([picture, as_pixels(answer)], ["picture", "green here?"], columns=2)

# %% [markdown]
# The wallpaper, and the green things in front of it. In the lab, choose "colour kernel" under "Colours", and you have
# all 27 numbers, channel by channel.
#
# *And several questions at once?* Then there are several kernels, and the output has a channel for each of them: one
# picture for "green", one for "edge", and so on. **A convolutional layer is a handful of kernels, each of which looks
# at all input channels.** PyTorch keeps them in one array. The next layer takes all the output channels as its input,
# and asks about them.

# %% tags=["nbval-check-output"]
layer = torch.nn.Conv2d(in_channels=3, out_channels=8, kernel_size=5, padding=2)
print("weights", tuple(layer.weight.shape), " bias", tuple(layer.bias.shape))
print("numbers to learn:", sum(value.numel() for value in layer.parameters()))

# %% [markdown]
# Eight kernels of 3 × 5 × 5, and for each a number that is added to its sums, the **bias**: 8 · 3 · 5 · 5 + 8 = 608.
# PyTorch puts the channels first. `convolve_channels` takes this order. *Are they equal?* We ask the layer and our own
# function.

# %%
from helpers.lessons.convolution import convolve_channels

channels_first = torch.tensor(picture).permute(2, 0, 1).float() / 255
theirs = layer(channels_first).detach().numpy()
ours = convolve_channels(channels_first, layer.weight.detach(), bias=layer.bias.detach(), padding=2)
print(ours.shape)
assert np.allclose(ours, theirs, atol=1e-5)

# %% [markdown]
# Equal, but for the rounding: both compute with seven digits or so, in a different order.

# %% [markdown]
# ## Pooling
#
# There is a second way to make a picture smaller, without any kernel. **Max pooling** cuts it into squares and keeps
# the largest number of each. **Average pooling** keeps the mean.

# %% tags=["nbval-check-output"]
from helpers.lessons.convolution import average_pool, max_pool

numbers = np.array([[1, 2, 0, 0], [3, 4, 0, 8], [5, 5, 1, 1], [5, 5, 1, 1]])
print(max_pool(numbers, 2), average_pool(numbers, 2), sep="\n\n")

# %% [markdown]
# After a convolution, the maximum says: the kernel found what it looks for *somewhere in this square*. Exactly where is
# forgotten, and that is often welcome. Here are the edges of the cat, pooled in squares of 4 and of 8 pixels:

# %%
strength = np.hypot(right, bottom)
pooled = [strength, max_pool(strength, 4), max_pool(strength, 8), average_pool(strength, 8)]
axes = show_images(
    [as_pixels(values) for values in pooled], ["edges", "max, squares of 4", "max, squares of 8", "mean, squares of 8"]
)

# %% [markdown]
# With one number left of 64, the maximum still shows a cat's outline. The mean lets thin lines fade: most of the 64 are
# no edge. The sizes follow the same formula as before, and PyTorch's functions give the same:

# %%
from torch.nn.functional import avg_pool2d, max_pool2d

edges_in_torch = torch.tensor(strength)[None]
assert np.allclose(max_pool2d(edges_in_torch, 3, stride=2, padding=1)[0], max_pool(strength, 3, stride=2, padding=1))
assert np.allclose(avg_pool2d(edges_in_torch, 8)[0], average_pool(strength, 8))

# %% [markdown]
# ## A layer of a real network
#
# *Is this really what a trained network does?* Our `resnet10` from lesson 02 has learned its numbers from many
# pictures. Its first four parts:

# %%
from helpers.models import build

network = build("resnet10", 128, classes=2).eval()
for part in network.body[:4]:
    print(part)

# %% [markdown]
# You know the first and the last by now. (Batch-norm scales and shifts each channel. ReLU makes what is negative zero;
# lesson 05 is about it.) 64 kernels of 7 × 7 × 3. Weights run around zero, so we draw zero as middle grey:

# %%
first = network.body[0]
weights = first.weight.detach().permute(0, 2, 3, 1).numpy()
shown = [0.5 + 0.5 * kernel / abs(kernel).max() for kernel in weights]
framed = [np.pad(kernel, ((1, 1), (1, 1), (0, 0)), constant_values=1) for kernel in shown]
rows = [np.hstack(framed[start : start + 16]) for start in range(0, 64, 16)]
axes = show_image(np.vstack(rows), ax=new_axes(size=(9, 2.4)))

# %% [markdown]
# Nobody drew these. They are what training made of random numbers. Some are like our Sobels: a bright and a dark side,
# in many directions. Some have stripes. Some ask about colours, like our question about green.
#
# *Which of them is most like Sobel right?* Multiply and sum once more, kernel by kernel. The sum is large where both
# are large at the same places. To be fair to kernels of small numbers, it is divided by each kernel's length: the root of
# the sum of its squares.


# %%
def most_like(question):
    likeness = (weights * question).sum(axis=(1, 2, 3))
    return (likeness / np.linalg.norm(weights.reshape(64, -1), axis=1)).argmax()


number = most_like(named_kernel("Sobel right", 7)[..., None])
axes = show_images(
    [shown[number], np.sign(named_kernel("Sobel right", 7)) / 3 + 0.5], ["learned", "Sobel: − 0 +"], columns=2
)

# %% [markdown]
# Now by hand. One picture, prepared as in lesson 02: 128 × 128 pixels, standardised. The whole output of this kernel,
# by our own function:

# %%
from helpers.files.images import resize_and_crop

square = resize_and_crop(torch.from_numpy(picture).permute(2, 0, 1), 128)
prepared = network.normalise(square[None])
by_hand = convolve(prepared[0].permute(1, 2, 0), weights[number], stride=2, padding=3)

# %% [markdown]
# And the network's own answer for that channel. *Are they equal?*

# %%
with torch.inference_mode():
    maps = first(prepared)[0].numpy()
print("by hand", by_hand.shape, " network", maps[number].shape)
assert np.allclose(by_hand, maps[number], atol=1e-3)

# %% [markdown]
# They are. One number of it, slowly: all 147 products at one place.

# %%
from helpers.lessons.convolution import step_at

step = step_at(prepared[0].permute(1, 2, 0), weights[number], 30, 30, stride=2, padding=3)
print(f"{step.products.size} products, from {step.products.min():.2f} to {step.products.max():.2f}")
print(f"their sum {step.total:.4f}, the network {maps[number, 30, 30]:.4f}")
assert np.isclose(step.total, maps[number, 30, 30], atol=1e-3)

# %% [markdown]
# There is nothing else in this layer. As pictures: this kernel, the one most like Sobel bottom, and the one that is
# most for green and against red and blue. Below each is its answer, drawn with 0 as middle grey.

# %%
questions = [named_kernel("Sobel right", 7)[..., None], named_kernel("Sobel bottom", 7)[..., None], [-1, 2, -1]]
asked = [most_like(question) for question in questions]
answers = [as_pixels(255 * maps[place] / abs(maps[place]).max(), signed=True) for place in asked]
titles = ["kernel: right?", "kernel: below?", "kernel: green?", "answer", "answer", "answer"]
axes = show_images([*[shown[place] for place in asked], *answers], titles, columns=3)

# %% [markdown]
# Three questions about the same picture. The second layer's kernels are blocks of 3 × 3 × 64: they ask about the
# answers. So from layer to layer the questions become less simple: corners, then textures, then ears. Lesson 08 looks
# at them.

# %% [markdown]
# ## Learning a kernel
#
# *How can a kernel be learned?* We hide Sobel's numbers, and show a program only pictures before and after. First the
# pairs: twenty small grey pictures, and what Sobel makes of them. (We take every fourth pixel. Direct neighbours are so
# alike in a picture that many kernels would give nearly the same, and telling them apart would take long.)

# %%
files = sorted((PATH / "train/cats").glob("*.jpg"))[:20]
small_ones = [read_image(file).mean(axis=2)[:160:4, :160:4] / 255 for file in files]
before = torch.tensor(np.stack(small_ones), dtype=torch.float32)[:, None]
after = conv2d(before, torch.tensor(named_kernel("Sobel right"), dtype=torch.float32)[None, None])
print(tuple(before.shape), "→", tuple(after.shape))

# %% [markdown]
# From here on, Sobel's numbers are not used any more. The program starts from nine random ones. Its loss is the mean of
# the squared differences between its answer and the true one. Then the loop of lesson 02: take the loss, find the
# slopes, take a small step downhill. 300 times.

# %%
torch.manual_seed(1)
learned = torch.randn(1, 1, 3, 3, requires_grad=True)
at_first, losses = learned.detach().clone(), []
optimiser = torch.optim.SGD([learned], lr=0.3, momentum=0.9)
for _ in range(300):
    loss = ((conv2d(before, learned) - after) ** 2).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())

# %% [markdown]
# The loss, on an axis that goes up by factors of ten:

# %%
axes = plot_line(range(1, 301), losses, xlabel="step", ylabel="loss")
axes.set_yscale("log")
assert losses[-1] < 1e-5 < losses[0]

# %% [markdown]
# It falls to almost nothing. *And the nine numbers?*

# %% tags=["nbval-check-output"]
print((100 * learned.detach()[0, 0]).round().int())
assert np.allclose(learned.detach()[0, 0], named_kernel("Sobel right"), atol=0.01)

# %% [markdown]
# Times 100 and rounded, they are Sobel's numbers. Nobody told them. Before and after, beside what was hidden:

# %%
kernels = [at_first[0, 0].numpy(), learned.detach()[0, 0].numpy(), named_kernel("Sobel right")]
axes = show_images([0.5 + kernel / 4 for kernel in kernels], ["random", "after 300 steps", "hidden"], columns=3)

# %% [markdown]
# This is how the 64 kernels above came about. There, nobody had pictures of the right answers. The loss was that of the
# last layer, and the slopes went back through all layers. But the step is the same. That is the idea of LeCun and
# others, from 1989: **do not design the kernels, learn them**.

# %% [markdown]
# ## Why not simply connect everything?
#
# The head of lesson 02 has *linear* layers: each output is a sum over **all** inputs, each with a weight of its own.
# *Why not here?* First, see that a convolution is such a layer, of a special kind. We write it as a table: a row for
# each output, a column for each pixel. A picture with a single 1 shows which outputs that pixel goes into.

# %%
kernel = np.arange(1, 10).reshape(3, 3)
single = np.eye(25).reshape(25, 5, 5)
table = np.stack([convolve(picture_of_one, kernel).ravel() for picture_of_one in single], axis=1)
axes = show_image(1 - table / 9, "dark is a large weight, white is none", grid=True)
labels = axes.set(xlabel="pixel", ylabel="output")

# %% [markdown]
# Each row has nine weights that are not zero: an output looks at **nine neighbours** and at nothing else. And the nine
# are the same in every row, only shifted: they are **shared**. Multiplying by this table gives exactly what `convolve`
# gives:

# %%
assert np.allclose(table @ small.ravel(), convolve(small, kernel).ravel())
different = len(np.unique(table[table != 0]))
print(f"{table.size} weights, {np.count_nonzero(table)} of them not zero, {different} different ones")

# %% [markdown]
# Now at full size. The first layer takes 3 × 128 × 128 numbers and gives 64 × 64 × 64. *How many million times as many
# weights would a linear layer need that connects all with all?* Guess.

# %%
predict_first("04.3", ...)

# %% [markdown]
# A convolution needs its kernels, a linear layer a weight for each pair:

# %% tags=["nbval-check-output"]
inputs, outputs = 3 * 128 * 128, 64 * 64 * 64
print(f"convolution {first.weight.numel():,} weights, linear layer {inputs * outputs:,}")
reveal("04.3", inputs * outputs / first.weight.numel() / 1e6)

# %% [markdown]
# Nearly thirteen thousand million weights for one layer. At four bytes each that is over 50 GB, and no set of pictures is
# large enough to learn them from.
#
# And the work? Each of the outputs takes 147 multiplications in the one case, and one for each input in the other:

# %% tags=["nbval-check-output"]
print(f"convolution {outputs * 147 / 1e6:,.0f} million, linear layer {outputs * inputs / 1e6:,.0f} million")
assert 4 * inputs * outputs > 50e9
assert 12.8e9 < inputs * outputs < 13e9

# %% [markdown]
# There is a second reason, and it is the more important one. A cat at the left is the same cat as a cat at the right.
# *What does a convolution make of a picture that is moved?* We move it by 40 pixels, and compare.

# %%
moved = np.roll(grey, 40, axis=1)
one, other = convolve(grey, named_kernel("Sobel right")), convolve(moved, named_kernel("Sobel right"))
assert np.allclose(one[:, :-40], other[:, 40:])
axes = show_images(
    [as_pixels(one, signed=True), as_pixels(other, signed=True)], ["as it was", "moved by 40"], columns=2
)

# %% [markdown]
# The answer moves along, and is otherwise the same, number for number. (What left the picture on the right came in on
# the left. The upright line is where the two meet.) What a kernel has learned at one place, it knows everywhere. A
# linear layer would have to learn an ear anew at each place. Convolutions are made for things that have neighbours and
# may lie anywhere: pictures, sound, time series.

# %%
quiz("04.2")

# %% [markdown]
# ## The steps again
#
# ```python
# output = convolve(picture, kernel, stride=1, padding=0)              # slide, multiply, sum
# layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0)
# ```
#
# 1. Lay the kernel on the picture, multiply, sum. Slide on by the stride. Begin in the padding.
# 2. The size: add the padding at both ends, take away the kernel, divide by the stride, round down, add one.
# 3. A layer's weights have the shape (output channels, input channels, rows, columns), and each output channel has a
#    bias.
#
# **To take along**
#
# - A kernel is a question about a neighbourhood, asked at every place.
# - Numbers that sum to 1 keep the brightness. Numbers that sum to 0 answer only where something changes.
# - Deep learning says "convolution" and does not turn the kernel. Mathematics does.
# - A convolution is a linear layer with few weights, the same ones everywhere. So it takes little to learn, and a moved
#   cat is the same cat.
# - Kernels are learned: by the same small steps downhill as everything in a network.
#
# **You can now** say, to the last multiplication, what the first layer of a network does. But layers of sums alone, one
# after the other, would only be one larger sum. What makes a network more than that is in lesson 05.
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. The [solutions](solutions/04_convolutions.ipynb) hold all
# answers.
#
# **1.** AlexNet, of 2012, begins in torchvision's version with a kernel of 11 × 11, a stride of 4 and a padding of 2, on
# pictures of 224 × 224. How many columns has the output?

# %%
columns = ...
check("04.1", columns)

# %% [markdown]
# **2.** By hand. "Sobel right" lies on these nine pixels. Which number comes out?
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
# **3.** Write `my_convolve_1d(series, kernel)`: an array of any length and a shorter one come in. Out goes the array of
# all sums, without padding, with stride 1, not turned. Use no function that does it for you. (Three lines or more.)


# %%
def my_convolve_1d(series, kernel):
    # your lines in place of the dots
    ...


check("04.3", my_convolve_1d)

# %% [markdown]
# **4.** Write `my_max_pool(picture, size)`: an array (height, width) comes in. Out goes the largest number of each
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
# **6.** A 3 × 3 kernel that answers to upright edges, and not to level ones, nor to an even area. Not one from this
# lesson, if you can.

# %%
upright = ...
check("04.6", upright)

# %% [markdown]
# **7.** A layer takes 128 channels and gives 64, with kernels of 3 × 3 and a bias. How many numbers does it learn?

# %%
count = ...
check("04.7", count)

# %% [markdown]
# **8.** Without a check: a photograph of your own in the lab. Find a kernel that shows something which you had not seen
# in it. Then shrink the same photograph to 100 pixels, and look again: a kernel sees only as far as it is wide.
#
# ## Links
#
# - Goodfellow, Bengio and Courville, [Deep learning, chapter
#   9](https://www.deeplearningbook.org/contents/convnets.html): convolutional networks
# - Dumoulin and Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285) (2016):
#   every case of stride and padding, drawn
# - LeCun and others, [Backpropagation applied to handwritten zip code
#   recognition](https://doi.org/10.1162/neco.1989.1.4.541) (1989): kernels that are learned
# - Powell, [Image kernels, explained visually](https://setosa.io/ev/image-kernels/): the page that the kernel lab
#   learned from
# - Wang and others, [CNN explainer](https://poloclub.github.io/cnn-explainer/): a small network, drawn number by number
# - PyTorch's [Conv2d](https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html)
#
# **Next**: [05 · Activation functions](05_activations.ipynb)
