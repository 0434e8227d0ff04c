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
# # 00 · Set-up: solutions
#
# The questions of [lesson 00](../00_setup.ipynb) and one good answer to each. Yours may look different and be just as
# right: the check decides.
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
# **1.** Three cells: **A** is `x = 1`, **B** is `x = x + 10`, **C** is `x = x * 2`. You run A, then B, then C, then B
# once more. What is `x`?

# %% tags=["nbval-check-output"]
x = 1  # A
x = x + 10  # B
x = x * 2  # C
x = x + 10  # B
check("00.1", x)

# %% [markdown]
# **2.** How many numbers does `np.linspace(0, 1)` give, if you do not say how many?

# %% tags=["nbval-check-output"]
import inspect
import numpy as np

check("00.2", inspect.signature(np.linspace).parameters["num"].default)

# %% [markdown]
# **3.** Cut the top-right corner out of `grid`: 2 rows, 3 columns.

# %% tags=["nbval-check-output"]
grid = np.arange(24).reshape(4, 6)
corner = grid[:2, -3:]
print(corner)
check("00.3", corner)

# %% [markdown]
# **4.** Write `checkerboard(size)`: 0 and 1 in turn like a chess board, 0 at the top left. Odd sizes too.


# %% tags=["nbval-check-output"]
def checkerboard(size):
    board = np.zeros((size, size), dtype=np.uint8)
    board[::2, 1::2] = 1
    board[1::2, ::2] = 1
    return board


print(checkerboard(5))
check("00.4", checkerboard)

# %% [markdown]
# As a picture:

# %%
from helpers.plots import show_image

axes = show_image(checkerboard(8) * 255, "checkerboard(8)")

# %% [markdown]
# **5.** Write `brighten(picture, amount)`, without wrapping around.


# %% tags=["nbval-check-output"]
def brighten(picture, amount):
    wide = picture.astype(int) + amount
    cut = np.clip(wide, 0, 255)
    return cut.astype(np.uint8)


print(brighten(np.array([[100, 200]], dtype=np.uint8), 100))
check("00.5", brighten)

# %% [markdown]
# **6.** How many multiplications of numbers does it take to multiply a 300 × 200 matrix by a 200 × 10 matrix?

# %% tags=["nbval-check-output"]
results = 300 * 10
products_in_each = 200
check("00.6", results * products_in_each)

# %% [markdown]
# **7.** Which command shows port 8888 of `gpu-box` as port 9999 on your computer?

# %% tags=["nbval-check-output"]
check("00.7", "ssh -L 9999:localhost:8888 gpu-box")

# %% [markdown]
# **8.** Write `shrink(picture, side)`: each whole block of `side` rows and columns becomes one pixel, its rounded mean.
# `mean` computes with decimal numbers, so nothing wraps around. The two loops visit the blocks.


# %% tags=["nbval-check-output"]
def shrink(picture, side):
    height, width = picture.shape[0] // side, picture.shape[1] // side
    small = np.zeros((height, width), dtype=np.uint8)
    for row in range(height):
        for column in range(width):
            block = picture[row * side : (row + 1) * side, column * side : (column + 1) * side]
            small[row, column] = round(block.mean())
    return small


check("00.8", shrink)

# %% [markdown]
# The green channel of a picture from lesson 01, in blocks of 1, 4 and 12 pixels a side:

# %%
from helpers import get_data, read_image
from helpers.plots import show_images

green = read_image(get_data("sample") / "train/cats/cat.0.jpg")[:, :, 1]
sides = [1, 4, 12]
axes = show_images([shrink(green, side) for side in sides], [f"side {side}" for side in sides], columns=3)

# %% [markdown]
# **The answers to the quizzes**:

# %% tags=["nbval-check-output"]
for name, letter in [("00.1", "b"), ("00.2", "c"), ("00.3", "c"), ("00.4", "b")]:
    answer_quiz(name, letter)

# %% [markdown]
# Back to [lesson 00](../00_setup.ipynb), or on to [01 · Explore the data](../01_explore_the_data.ipynb).
