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
# # 00 · Set-up: your notebook and your machine
#
# **After this lesson you can**
#
# - say how this course works and what it will ask of you;
# - run, change and add cells, and find out how any function is used, without leaving the keyboard;
# - make Python reload a file that you edit while the notebook is open;
# - say what a GPU is for, and what your own machine can do without one;
# - choose where to run the course, and reach a remote machine;
# - cut, average and change arrays with NumPy, as much as the next lesson needs.
#
# **Time**: 45 minutes to read and try, and 35 for the exercises. All cells together run in 15 seconds on two CPU cores.
#
# **Needs**: some Python. No GPU, no internet, no deep learning.

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
# Every lesson starts with these two **cells**, as the boxes in a notebook are called. The first makes sure that the
# course's package, `helpers`, is installed. On your own machine it already is. On a hosted notebook, one that runs on
# somebody else's machine, the line `%pip install` fetches it: `%pip` runs pip, Python's installer. (A line that begins
# with `!`, such as `!ls`, goes to the computer's shell. A `pip` started there may belong to another Python.) The second
# cell imports what a lesson needs, and prints the versions in use and the device that computes. If you ask somebody for
# help, send those lines along.
#
# The line about the device also names the kind of numbers that it multiplies. A **float32** takes 32 bits. A
# **bfloat16** takes 16: it is less precise, and faster on processors that are built for it.
#
# If you are reading this on the web, it is a **stored page**: text, code, and what the code printed on one machine. To
# change a cell and run it, you need a notebook; the section "Where to run the course" says where to get one.
#
# A warning before we start: **this course never asks you to download anything as a fix.** In the forums of popular
# courses, strangers post such "fixes", and what they offer may be malware. What you need comes with the course, or from
# `pip`.

# %% [markdown]
# ## What this course is
#
# You will use **deep learning**: a program called a *neural network* computes an answer, such as "cat", from a picture.
# It does so with many numbers of its own. In **training** these are adjusted step by step until the answers fit the
# examples. You will use it **in practice**, with **results close to the best**, by **writing code**. How close? This
# course owes its plan to the **fast.ai course of 2018**, whose network, resnet34, was right about 99 % of the time on
# photographs of cats and dogs. The small network that comes with this course is right about 96 % of the time on such
# photographs ([model card](../backbone/MODEL_CARD.md)). The mathematics is not left out: each piece comes after you
# have met the thing that it explains.
#
# Many courses begin with the parts, such as linear algebra and derivatives. Useful results come at the end. This course
# works the other way round, like learning a sport. Children play football on the first day, with small goals and few
# rules. They play the **whole game**. So in lesson 02 you train a complete **classifier**, a program that says whether
# a picture shows a cat or a dog, in three lines. From then on you take those lines apart.

# %%
quiz("00.1")

# %% [markdown]
# **How to study.** Reading is the smaller part. Run each cell. Then predict what a change would do, make the change,
# and run it again. Go through a lesson twice: the second time, close it and rebuild it yourself in an empty notebook.
# The papers that it names are easier to read after that.
#
# **Where it leads.** The lessons that follow take one task, telling pictures apart, from three lines of code to a
# working web page. The same ideas also serve tables with columns such as price and date (*structured data*), text
# (*language*), and "people who liked this" (*recommenders*).

# %% [markdown]
# ## What is a notebook?
#
# A **notebook** is a page of cells. The cell that you are reading is **Markdown**: text with a few marks, such as two
# asterisks on each side of a word to make it **bold**. The next one is code. A program in the background, the
# **kernel**, runs the code and keeps every variable. Notebooks come from the project **Jupyter**; JupyterLab, Notebook
# and Colab are programs that show such a page.
#
# *What does a cell return?* Click into the next cell and press **Shift+Enter**.

# %% tags=["nbval-check-output"]
6 * 7

# %% [markdown]
# The value of the last line appears below the cell. The number in brackets on its left counts the runs since the kernel
# started.
#
# Markdown cells run as well. Double-click on this text, and you see its marks. Press Shift+Enter, and it is text again.
#
# *Does a cell see the variables of another one?* Yes, because the kernel keeps them:

# %%
visits = 0

# %% [markdown]
# We add one visit and print the count:

# %%
visits = visits + 1
print("visits:", visits)

# %% [markdown]
# Run the last cell again, and again: the number grows, although the code has not changed. What counts is **the order in
# which cells ran**, not their place on the page. When a notebook behaves strangely, restart its kernel and run all
# cells from the top (menu Kernel → Restart Kernel and Run All Cells…).
#
# *How do I know that something is still running?* Look to the left of the next cell while it waits for two seconds.

# %%
import time

time.sleep(2)

# %% [markdown]
# `[*]` means that the cell is running, or is waiting for another one. Then the star becomes a number. To stop a cell,
# click the square in the toolbar, or press `Esc` and then `i` twice.

# %%
quiz("00.2")

# %% [markdown]
# *Which Python is this?* Python 3. A text that shows `print "hello"`, without brackets, was written for Python 2.

# %% tags=["nbval-check-output"]
import sys

print("Python", sys.version_info.major)

# %% [markdown]
# ## The keyboard
#
# A notebook has two modes. With the cursor in a cell you are in **edit mode**, and what you type goes into the cell.
# Press `Esc`, and you are in **command mode**: the cursor is gone, and single letters are commands. `Enter` takes you
# back to edit mode. Menus print these letters as capitals, but press them **without Shift**.
#
# | command mode | what happens |
# |---|---|
# | `h` | help: the list of shortcuts (only in the classic Notebook) |
# | `a` | insert a cell **a**bove |
# | `b` | insert a cell **b**elow |
# | `m` | make the cell **M**arkdown |
# | `y` | make the cell code |
#
# | while you write code | what happens |
# |---|---|
# | `Tab` | complete the name; `Enter` takes what the list offers |
# | `Shift+Tab` | show how the function is called |
# | `Shift+Tab` twice, three times, four times | in the classic Notebook: a larger box, one that stays for ten seconds, a pane |
# | run `?name` | open its documentation |
# | run `??name` | the same with its source code |
#
# The programs differ a little:
#
# | | JupyterLab 4 | Notebook 7 | classic Notebook (6 and older) | Colab |
# |---|---|---|---|---|
# | insert above, below | `a`, `b` | `a`, `b` | `a`, `b` | `Ctrl+M` then `a`, `b` |
# | to Markdown, to code | `m`, `y` | `m`, `y` | `m`, `y` | `Ctrl+M` then `m`, `y` |
# | list of shortcuts | `Ctrl+Shift+H`; `h` does nothing | `Ctrl+Shift+H`; `h` does nothing | `h` | menu Tools → Keyboard shortcuts |
# | complete | `Tab` | `Tab` | `Tab` | `Tab`, or by itself |
# | how to call it | `Shift+Tab` once; more presses add nothing | as JupyterLab | `Shift+Tab` one to four times | point at the name |
# | help that stays | `Ctrl+I`, Contextual Help | run `?name` | run `?name` | run `?name` |
# | `?name`, `??name` | opens below the cell | opens below the cell | opens at the foot of the page | opens at the side |
#
# On a Mac, press `Cmd` where the table says `Ctrl`. Now try it here: click to the left of this text, press `b`, then
# `m`, then `Enter`. Type `**hello**` and press Shift+Enter: the text is shown in bold, and the next cell is selected.
# To delete the new cell, select it again with the arrow key `↑` and press `d` twice. `z` brings a deleted cell back.

# %% [markdown]
# *How is `np.linspace` called?* Run the next cell with Shift+Enter; the cell below it is then selected. Press `a` and
# `Enter`: a new cell opens above that one. Type `np.lins` there, and press `Tab`: a list shows how the name can go on,
# and `Enter` takes the marked one. Type a bracket `(` after the name and press `Shift+Tab`: a box shows how to call it.
# `Esc` closes the box.

# %%
import numpy as np

# %% [markdown]
# A question mark in a cell that you run does the same. Further down we measure times with `seconds_for`. How is it
# called?

# %%
from helpers.lessons.timing import seconds_for

# ?seconds_for

# %% [markdown]
# First comes the **signature**, which names the arguments, then the **docstring**, which explains them. A stored page
# does not keep this answer, so we print the signature as well:

# %%
import inspect

print("seconds_for" + str(inspect.signature(seconds_for)))

# %% [markdown]
# What follows a colon says what an argument should be: `work` is something to call, `times` a whole number, 1 if you
# leave it out. What follows the arrow is returned: a decimal number, the seconds of one call.
#
# *And how does a function work inside?* Two question marks, before or after the name, show its code, if it is written
# in Python. You can read everything in `helpers` this way. We begin with a small function:

# %%
# report_machine??

# %% [markdown]
# **Practise the keys.** Run the next cell, click into its box and press the keys that it asks for: inside the box they
# do nothing to the notebook. Where the answer is something to run in a cell, type it into the field below.

# %%
from helpers.exercises import shortcut_trainer

shortcut_trainer()

# %% [markdown]
# ## The lines at the top of notebooks
#
# Many notebooks begin with lines that start with `%`. These **magics** are commands to the notebook, not Python. `%pip`
# was one of them.
#
# *Where do figures go?* `%matplotlib inline` puts them below the cell that draws them, and they are stored with the
# notebook. The second cell of this lesson has done that already.

# %%
from helpers.plots import plot_line

x = np.linspace(0, 6, 100)
axes = plot_line(x, np.sin(x), xlabel="x", ylabel="sin x")
# %% [markdown]
# The figure appears below its cell.
#
# *What if I edit a file that the notebook imported?* A file of Python code that can be imported is a **module**, and
# Python reads it only once. Let us make two tiny modules, import them, and edit them. In practice you would edit them
# in another tab; here a function, `says`, writes them. `sys.path` lists the folders in which Python looks for modules.

# %%
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
sys.path.insert(0, str(folder))


def says(animal, word):
    (folder / f"{animal}.py").write_text(f"def speak():\n    return {word!r}\n")


# %% [markdown]
# `kitten.py` and `puppy.py` get one function each, and we import them:

# %%
says("kitten", "meow")
says("puppy", "woof")
import kitten, puppy

# %% [markdown]
# What do they say at first?

# %% tags=["nbval-check-output"]
print(kitten.speak(), puppy.speak())

# %% [markdown]
# The extension `autoreload` reloads edited modules. On Colab it needs a repair, because it asks there for a module,
# `imp`, that Python has dropped. These lines supply what is missing, and elsewhere change nothing.

# %%
import importlib
import types

try:
    import IPython.extensions.autoreload
except ModuleNotFoundError:  # Colab: "No module named 'imp'"
    sys.modules["imp"] = types.SimpleNamespace(reload=importlib.reload)

# %% [markdown]
# With **`%autoreload 0`**, reloading is off. We edit both files.

# %%
# %reload_ext autoreload
# %autoreload 0
says("kitten", "purr")
says("puppy", "growl")

# %% [markdown]
# The files on the disk now hold other words. What do the functions in memory say?

# %% tags=["nbval-check-output"]
print(kitten.speak(), puppy.speak())

# %% [markdown]
# Still the old words.
#
# With **`%autoreload 1`**, the modules that you name with `%aimport` are reloaded before each cell, if they have
# changed. We name one of the two.

# %%
# %autoreload 1
# %aimport kitten

# %% [markdown]
# Both files changed a moment ago, but only `kitten` was named.

# %% tags=["nbval-check-output"]
print(kitten.speak(), puppy.speak())

# %% [markdown]
# `kitten` is new, `puppy` is old. **`%autoreload 2`** reloads every module that has changed, except those that you
# exclude with `%aimport -name`.

# %%
# %autoreload 2

# %% [markdown]
# This time we name no module.

# %% tags=["nbval-check-output"]
print(kitten.speak(), puppy.speak())

# %% [markdown]
# Both are new. So put the two lines `%reload_ext autoreload` and `%autoreload 2` at the top of a notebook while you
# write a module of your own (on Colab, below the repair). Here we edit no more modules, so we switch reloading off.

# %%
# %autoreload 0
quiz("00.3")

# %% [markdown]
# ## NumPy, as much as the next lesson needs
#
# To a computer, a picture is a table of numbers: an **array**. Here is one of 4 rows and 6 columns.

# %% tags=["nbval-check-output"]
grid = np.arange(24).reshape(4, 6)
print(grid)
print("shape", grid.shape)

# %% [markdown]
# The same array as a picture, with a grey for each number. `astype` changes the type of the numbers; more about `uint8`
# below.

# %%
from helpers.plots import show_image

axes = show_image(grid.astype(np.uint8) * 10, "the same 24 numbers, times ten, as grey")
# %% [markdown]
# Small numbers are dark, large ones are bright. The shape is always **rows first**: height, then width.
#
# *How do I cut out a part?* With **slices** in brackets, first of the rows, then of the columns. Both are counted from
# 0. `:2` means from the start up to 2, without 2. A `:` alone means all. A negative number counts from the end.

# %% tags=["nbval-check-output"]
print("top-left 2 × 2:", grid[:2, :2].tolist())
print("last column:   ", grid[:, -1].tolist())

# %% [markdown]
# *What is the mean of all numbers, and of each column?* An **axis** is a direction of the array: 0 runs down, 1 runs
# across. `axis=0` averages down, so one number is left for each column.

# %% tags=["nbval-check-output"]
print("all:", grid.mean(), " each column:", grid.mean(axis=0).tolist())

# %% [markdown]
# A colour picture has a third axis of length 3: red, green, blue. Its numbers are of the type `uint8`: whole numbers
# from 0 to 255, one byte each.
#
# *What is 200 + 100 in that type?* Predict before you go on: put your number in place of the dots and run the cell.

# %%
predict_first("00.1", ...)

# %% [markdown]
# Now the sum. Were you right?

# %% tags=["nbval-check-output"]
bright = np.array([200], dtype=np.uint8)
total = (bright + np.uint8(100))[0]
reveal("00.1", total)

# %% [markdown]
# One byte cannot hold 300. After 255 the count starts again at 0, so 300 becomes 300 − 256: the number **wraps
# around**. In a picture this turns bright places dark, without any error message.

# %% [markdown]
# ## Why a GPU, and what does a CPU cost?
#
# Most of the work of a neural network is the multiplication of **matrices**: arrays with rows and columns. For each
# number of the result, take a row of the first matrix and a column of the second, multiply the two number by number,
# and add up the products. The operator `@` computes it:

# %% tags=["nbval-check-output"]
first = np.array([[1, 2, 3], [4, 5, 6]])
second = np.array([[1, 10], [0, 10], [0, 10]])
print(first @ second)

# %% [markdown]
# The 60 at the top right is row 0 times column 1: 1 · 10 + 2 · 10 + 3 · 10.
#
# A processor (**CPU**) has a few fast cores. A graphics card (**GPU**) has thousands of slower ones. The product of two
# matrices can be split among all of them, because no number of the result waits for another. PyTorch, the library under
# this course, calls the devices
#
# - `cuda`: NVIDIA's GPUs. **CUDA** is the software through which programs use them. PyTorch's builds for ROCm use the
#   same name for AMD's GPUs;
# - `mps`: the GPUs in Apple's computers;
# - `xpu`: Intel's GPUs, which `helpers` does not use;
# - `cpu`: always there.
#
# A GPU has a memory of its own. What it computes with must first be sent there, which takes time too. When the memory
# is full, training stops with an out-of-memory error. Then work on fewer pictures at a time (a smaller **batch**), or
# on smaller pictures.
#
# *Which devices does your machine have?*

# %%
import torch
from helpers.device import default_device

print("cuda:", torch.cuda.is_available(), " mps:", torch.backends.mps.is_available(), " we use:", default_device())

# %% [markdown]
# *How long does a multiplication take on your machine?* For two square matrices of width n, it consists of n × n × n
# multiplications of numbers. From width 64 to width 1,024, that is 16 × 16 × 16 = 4,096 times as many. How many times
# as long does it take? Predict.

# %%
predict_first("00.2", ...)

# %% [markdown]
# We time six widths, on the CPU and on the GPU if there is one.


# %%
def seconds(width, device):
    matrix = torch.rand(width, width, device=device)
    return seconds_for(lambda: matrix @ matrix, times=5)


widths = [32, 64, 128, 256, 512, 1024]
devices = dict.fromkeys(["cpu", default_device().type])
times = {device: [seconds(width, device) for width in widths] for device in devices}

# %% [markdown]
# What does one doubling of the width cost, and how good was your prediction for the CPU?

# %%
for device, taken in times.items():
    first, last = taken[1] / taken[0], taken[-1] / taken[-2]
    print(f"{device}: from 32 to 64: {first:.1f} times as long; from 512 to 1,024: {last:.1f} times as long")
for device in list(times)[1:]:
    gain = times["cpu"][-1] / times[device][-1]
    print(f"At width 1,024, {device} is {gain:,.1f} times as fast as the CPU.")
reveal("00.2", times["cpu"][widths.index(1024)] / times["cpu"][widths.index(64)])

# %% [markdown]
# All six widths, as a figure:

# %%
from helpers.plots import FIRST, SECOND, new_axes

axes = new_axes()
for device, form, colour in zip(times, ["o-", "s--"], [FIRST, SECOND], strict=False):
    axes.loglog(widths, times[device], form, color=colour, label=device)
axes.set(xlabel="width of the matrix", ylabel="seconds", xticks=widths, xticklabels=widths)
legend = axes.legend(frameon=False)

# %% [markdown]
# On both axes, equal steps are equal factors. Each doubling of the width means 8 times as many multiplications. For
# small matrices that usually takes far less than 8 times as long, because most of the time goes into starting the work.
# For large ones it takes about 8 times as long, sometimes more. A GPU has many more cores to keep busy, so expect its
# line to stay flat for longer. That is why **a GPU pays off for large work**.
#
# If you have a GPU, the figure has a second line, and a printed line says what you gain. If you have none, each lesson
# still runs in about a minute or less on two CPU cores. Lesson 02 shows how.
#
# *How much faster than plain Python can your machine compute?* We add up a million products, once in a loop, once with
# NumPy.

# %%
left, right = np.random.default_rng(0).random((2, 1_000_000))
in_a_loop = seconds_for(lambda: sum(a * b for a, b in zip(left, right, strict=True)))
in_numpy = seconds_for(lambda: left @ right, times=5)
print(f"a loop: {in_a_loop * 1e3:,.0f} ms, NumPy: {in_numpy * 1e3:,.2f} ms, {in_a_loop / in_numpy:,.0f} times as fast")

# %% [markdown]
# The same processor did both. So before you wish for a GPU, replace loops over numbers by operations on whole arrays.

# %% [markdown]
# ## Where to run the course
#
# | where | what it is | what to know |
# |---|---|---|
# | your computer | `make lab`, or the other steps in the [README](https://github.com/the-whole-game/whole-game#start) | nothing is sent anywhere; all lessons run |
# | [Colab](https://colab.research.google.com) | notebooks on Google's machines, a GPU among them | forgets your files when it stops; switch the GPU on under Runtime → Change runtime type |
# | [Paperspace](https://www.paperspace.com), or any JupyterLab that someone runs for you | a rented notebook | open a terminal in it and follow the README |
# | a cloud machine | a rented computer with a GPU | the most freedom; it costs money until you stop it |
#
# Older texts name Crestle and Azure Notebooks, both closed.
#
# ### A remote machine
#
# Say that you rent a computer called `gpu-box`, and log in with `ssh`, a program that gives you an encrypted connection
# to its command line. Three steps bring its Jupyter to you.
#
# **1. Start Jupyter there without a browser**, because nobody sits at its screen:
#
# ```sh
# jupyter lab --no-browser
# ```
#
# **2. Forward its port.** A **port** is a number under which a program on a machine can be reached. Jupyter uses port
# 8888, and answers only calls from its own machine, `localhost`. Keep it that way: a Jupyter open to the network is a
# danger. Instead, type this **on your own computer**:
#
# ```sh
# ssh -L 8888:localhost:8888 gpu-box
# ```
#
# It says: port 8888 here leads, through the encrypted connection, to `localhost:8888` as seen from `gpu-box`. Now open,
# in your own browser, the address that Jupyter printed.
#
# ```
#    your computer                                        gpu-box
#    browser → localhost:8888 ══ ssh, encrypted ══→ localhost:8888 ← jupyter lab
# ```
#
# **3. Keep it alive with `tmux`**, which you start before step 1. When the connection breaks, everything that you
# started through it ends. `tmux` keeps a terminal running on the remote machine, whether you are connected or not.
#
# | type | what happens |
# |---|---|
# | `tmux new -s course` | create a session called course; start Jupyter in it |
# | `Ctrl+b` then `d` | **d**etach: leave it, and let it run |
# | `tmux attach -t course` | re-attach: come back, even after a broken connection |
# | `Ctrl+b` then `%` | split the window into two panes |
# | `Ctrl+b` then `o` | go to the **o**ther pane |
#
# `tmux` saves you from a broken connection. It does not save you from a power cut or a rented machine that is taken
# back. For training that takes hours, a **checkpoint** is better: a file in which the run saves its state, and from
# which it can resume. Lesson 11 shows how.

# %%
quiz("00.4")

# %% [markdown]
# ## The steps again
#
# - Play the whole game first, then take it apart. Run, change, predict, run again.
# - The kernel keeps the variables. What counts is the order in which cells ran. `[*]` means running.
# - `Esc`, then `a`, `b`, `m`, `y`. While writing: `Tab`, `Shift+Tab`, and `?name`, `??name`.
# - `%matplotlib inline` for figures; `%autoreload 2` while you edit a module.
# - Arrays: rows first; slices cut; `axis=0` averages down; `uint8` wraps around.
# - A GPU pays off for large work. Replace loops over numbers by operations on whole arrays.
# - A remote machine: `--no-browser`, `ssh -L`, `tmux`. And never run a stranger's "fix".
#
# ## Exercises
#
# Put your answer in place of the dots and run the cell. A wrong answer gets a hint. The
# [solutions](solutions/00_setup.ipynb) hold all answers.
#
# **1.** Three cells: **A** is `x = 1`, **B** is `x = x + 10`, **C** is `x = x * 2`. You run A, then B, then C, then B
# once more. What is `x`?

# %%
x_at_the_end = ...
check("00.1", x_at_the_end)

# %% [markdown]
# **2.** How many numbers does `np.linspace(0, 1)` give, if you do not say how many? Find it with `Shift+Tab` or `?`.

# %%
how_many = ...
check("00.2", how_many)

# %% [markdown]
# **3.** Cut the top-right corner, 2 rows and 3 columns, out of `grid`, the array of 24 numbers above.

# %%
corner = ...
check("00.3", corner)

# %% [markdown]
# **4.** Write `checkerboard(size)`: an array of `size` rows and columns, 0 and 1 in turn like a chess board, 0 at the
# top left. Odd sizes too. (Three lines or more. `np.zeros((size, size))` is a start, and `::2` takes every second row.)


# %%
def checkerboard(size):
    # your lines in place of the dots
    ...


check("00.4", checkerboard)

# %% [markdown]
# **5.** Write `brighten(picture, amount)`. It takes a `uint8` array and a whole number, which may be negative, and
# returns a `uint8` array in which the number is added to every pixel. Nothing may wrap around: what would be above 255
# becomes 255, what would be below 0 becomes 0. (Three lines or more. Look up `np.clip`.)


# %%
def brighten(picture, amount):
    # your lines in place of the dots
    ...


check("00.5", brighten)

# %% [markdown]
# **6.** How many multiplications of numbers does it take to multiply a 300 × 200 matrix by a 200 × 10 matrix?

# %%
multiplications = ...
check("00.6", multiplications)

# %% [markdown]
# **7.** On your own computer, port 8888 is taken. Which command, typed there, shows port 8888 of `gpu-box` as port 9999
# on your computer? Answer with text in quotes.

# %%
command = ...
check("00.7", command)

# %% [markdown]
# **8.** A small project, from an empty cell: a smaller picture. Write `shrink(picture, side)` for a grey picture, a
# `uint8` array of shape (height, width). Each block of `side` rows and `side` columns becomes one pixel: the mean of
# the block, rounded to a whole number. Rows at the bottom and columns on the right that do not fill a block are left
# out. It returns a `uint8` array. (Seven lines or so.)

# %%
# your lines here; then put the name of your function in place of the dots
check("00.8", ...)

# %% [markdown]
# ## Links
#
# - [JupyterLab's documentation](https://jupyterlab.readthedocs.io), with the pages on notebooks and on keyboard
#   shortcuts
# - [IPython's autoreload](https://ipython.readthedocs.io/en/stable/config/extensions/autoreload.html)
# - [NumPy for absolute beginners](https://numpy.org/doc/stable/user/absolute_beginners.html)
# - [Markdown in ten minutes](https://www.markdowntutorial.com)
# - [tmux: getting started](https://github.com/tmux/tmux/wiki/Getting-Started)
# - David Perkins, *Making Learning Whole* (2009): where the words "whole game" come from
#
# **Next**: [01 · Explore the data](01_explore_the_data.ipynb)
