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
# # 04 · Convolutions: solutions
#
# The questions of [lesson 04](../04_convolutions.ipynb) and one good answer to each. Yours may look different and be
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
# **1.** AlexNet, of 2012, begins in torchvision's version with a kernel of 11 × 11, a stride of 4 and a padding of 2,
# on pictures of 224 × 224. How many columns does the output have?

# %% tags=["nbval-check-output"]
check("04.1", (224 + 2 * 2 - 11) // 4 + 1)

# %% [markdown]
# `//` divides and rounds down.
#
# **2.** "Sobel right" lies on three rows of 10, 10, 80. What is the sum? The middle column does not count. Right minus
# left is 70, and the three rows have the weights 1, 2 and 1.

# %% tags=["nbval-check-output"]
check("04.2", (80 - 10) * (1 + 2 + 1))

# %% [markdown]
# **3.** Write `my_convolve_1d(series, kernel)`.


# %% tags=["nbval-check-output"]
import numpy as np


def my_convolve_1d(series, kernel):
    length = len(series) - len(kernel) + 1
    output = np.zeros(length)
    for place in range(length):
        output[place] = (series[place : place + len(kernel)] * kernel).sum()
    return output


check("04.3", my_convolve_1d)

# %% [markdown]
# **4.** Write `my_max_pool(picture, size)`.


# %% tags=["nbval-check-output"]
def my_max_pool(picture, size):
    rows, columns = picture.shape[0] // size, picture.shape[1] // size
    output = np.zeros((rows, columns))
    for row, column in np.ndindex(rows, columns):
        top, left = row * size, column * size
        output[row, column] = picture[top : top + size, left : left + size].max()
    return output


check("04.4", my_max_pool)

# %% [markdown]
# The zeros of `output` do no harm here: each is replaced, and none is compared with. For a large picture there is a way
# without a loop: cut off what fills no square, then take `picture.reshape(rows, size, columns, size).max(axis=(1, 3))`.
#
# **5.** A 3 × 3 kernel that moves a picture by one pixel to the right. Each pixel of the output must become what lies
# to its **left** in the picture.

# %% tags=["nbval-check-output"]
check("04.5", [[0, 0, 0], [1, 0, 0], [0, 0, 0]])

# %% [markdown]
# **6.** A kernel that responds to vertical edges, and neither to horizontal ones nor to a uniform area. The smallest: a
# pixel minus its left neighbour.

# %% tags=["nbval-check-output"]
check("04.6", [[0, 0, 0], [-1, 1, 0], [0, 0, 0]])

# %% [markdown]
# It sees finer edges than Sobel does, and more noise: Sobel looks at six pixels, and this one at two.
#
# **7.** A layer takes 128 channels and gives 64, with kernels of 3 × 3 and a bias. How many numbers does it learn?

# %% tags=["nbval-check-output"]
check("04.7", 64 * 128 * 3 * 3 + 64)

# %% [markdown]
# PyTorch says the same:

# %% tags=["nbval-check-output"]
import torch

layer = torch.nn.Conv2d(128, 64, kernel_size=3)
print(sum(value.numel() for value in layer.parameters()))

# %% [markdown]
# **8.** The project. A third of Sobel for each colour gives Sobel of their mean, in one layer.


# %% tags=["nbval-check-output"]
from helpers.lessons.convolution import convolve, named_kernel


def edges(pictures):
    layer = torch.nn.Conv2d(3, 2, kernel_size=3, padding=1, bias=False)
    sobels = np.stack([named_kernel("Sobel right"), named_kernel("Sobel bottom")])
    layer.weight.data = torch.tensor(np.stack([sobels / 3] * 3, axis=1)).float()
    batch = torch.from_numpy(pictures).permute(0, 3, 1, 2).float()
    with torch.no_grad():
        right, bottom = layer(batch).unbind(dim=1)
    return layer, torch.sqrt(right**2 + bottom**2).numpy()


check("04.8", edges)

# %% [markdown]
# On four pictures of the sample, cut to one size. We compare the edges of the first with those of `convolve`:

# %%
from helpers import get_data, read_image
from helpers.lessons.convolution import as_pixels
from helpers.plots import show_images

files = sorted((get_data("sample") / "train/cats").glob("*.jpg"))[:4]
pictures = np.stack([read_image(file)[:160, :160] for file in files])
layer, strength = edges(pictures)
grey = pictures[0].mean(axis=2)
by_hand = [convolve(grey, named_kernel(name), padding=1) for name in ("Sobel right", "Sobel bottom")]
assert np.allclose(strength[0], np.hypot(*by_hand), atol=0.01)
axes = show_images([*pictures, *as_pixels(strength)], [file.stem for file in files] + ["edges"] * 4, columns=4)

# %% [markdown]
# **Why every fourth pixel?** With direct neighbours, the loss falls just as it should, and the nine numbers (times 100)
# are still far from Sobel's: many kernels give nearly the same on such pictures.

# %%
files = sorted((get_data("sample") / "train/cats").glob("*.jpg"))[:20]
before = torch.tensor(np.stack([read_image(file).mean(axis=2)[:40, :40] / 255 for file in files])).float()[:, None]
after = torch.nn.functional.conv2d(before, torch.tensor(named_kernel("Sobel right")).float()[None, None])
torch.manual_seed(1)
learned = torch.randn(1, 1, 3, 3, requires_grad=True)
optimiser = torch.optim.SGD([learned], lr=0.3, momentum=0.9)
for _ in range(300):
    loss = ((torch.nn.functional.conv2d(before, learned) - after) ** 2).mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
print(f"loss {loss.item():.1e}", (100 * learned.detach()[0, 0]).round().int().tolist())

# %% [markdown]
# **The lab's first two questions.** With 9 in its middle, "outline" is outline plus identity: the edges, and the
# picture once more. The nine numbers sum to 1 now, so uniform areas keep their brightness. It is a strong "sharpen".

# %% tags=["nbval-check-output"]
with_nine = named_kernel("outline") + named_kernel("identity")
print(with_nine, with_nine.sum(), sep="\n")

# %% [markdown]
# A single 1 beside the middle moves the picture by one pixel, to the other side. With the 1 on the right, each pixel
# takes its right neighbour, so everything moves to the left:

# %% tags=["nbval-check-output"]
numbers = np.array([[0, 0, 0, 0, 0], [0, 0, 0, 7, 0], [0, 0, 0, 0, 0]])
print(convolve(numbers, [[0, 0, 0], [0, 0, 1], [0, 0, 0]], padding=1).astype(int))

# %% [markdown]
# Back to [lesson 04](../04_convolutions.ipynb).
