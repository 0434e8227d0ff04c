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
# - choose where to run the course, and reach a machine that stands somewhere else;
# - do the NumPy that the next lesson needs.
#
# **Time**: 30 minutes to read and try, and 20 for the exercises. All cells together run in 15 seconds on two CPU cores.
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
# Every lesson starts with these two cells. The first makes sure that the course's package, `helpers`, is installed. On
# your own machine it is. On a hosted notebook, the line `%pip install` fetches it: `%pip` runs pip, Python's installer,
# for the Python of this notebook. (A line that begins with `!`, such as `!ls`, goes to the computer's shell instead,
# and a `pip` started there may belong to another Python.) The second cell imports what a lesson needs, and prints what
# you run on. If you ask somebody for help, send those lines along.
#
# The last of them names the kind of numbers that your device multiplies. A **float32** takes 32 bits. A **bfloat16**
# takes 16: it is less precise, needs half the memory, and is multiplied faster where the processor has the circuits for
# it.
#
# A word before we start: **this course never asks you to download anything as a fix.** In the forums of popular
# courses, strangers post such "fixes", and what they offer may be malware. What you need comes with the course, or from
# `pip`.

# %% [markdown]
# ## What this course is
#
# You will use deep learning **in practice**, with **results close to the best**, by **writing code**. How close? On
# photographs of cats and dogs, the **fast.ai course of 2018**, to which this course owes its plan, was right 99 % of
# the time with a network called resnet34. The small network that comes with this course, without a download, is right
# about 96 % of the time. The mathematics is not left out: each piece comes after you have met the thing that it
# explains.
#
# Most courses begin with the parts: linear algebra, then derivatives, then one neuron. Useful results come at the end.
# This course works the other way round, like learning a sport. Children play football on the first day, with small
# goals and few rules. They play the **whole game**; nobody makes them practise passes for a year first. So in lesson 02
# you train a complete **classifier**, a program that says whether a picture shows a cat or a dog, in three lines. From
# then on you take those lines apart.

# %%
quiz("00.1")

# %% [markdown]
# **How to study.** Reading is the smaller part. Run each cell. Then predict what a change would do, make the change,
# and run it again. Go through a lesson twice: the second time, close it and rebuild it yourself from an empty notebook.
# The papers that it names are easier to read after that.
#
# **Where it leads.** The lessons that follow take one task, telling pictures apart, from three lines to many machines.
# The same ideas also serve tables with columns such as price and date (*structured data*), text (*language*), and
# "people who liked this" (*recommenders*).

# %% [markdown]
# ## What is a notebook?
#
# A notebook is a page of *cells*. This one is Markdown: text with light marks, such as two stars for **bold**. The next
# one is code. A program called the *kernel* waits behind the page. It runs the code and remembers every variable.
# JupyterLab, Notebook and Colab are programs that show such a page.
#
# *What does a cell give back?* Click into the next cell and press **Shift+Enter**.

# %% tags=["nbval-check-output"]
6 * 7

# %% [markdown]
# The value of the last line appears below the cell. The number in brackets counts the runs since the kernel started.
#
# Markdown cells run as well. Double-click on this text: you see its marks. Press Shift+Enter, and it is text again.
#
# *Does a cell know what another one did?* Yes, through the kernel:

# %%
visits = 0

# %% [markdown]
# One more visit, and a look at the count:

# %%
visits = visits + 1
print("visits:", visits)

# %% [markdown]
# Run the last cell again, and again: the number grows, although the page has not changed. What counts is **the order in
# which cells ran**, not their place on the page. When a notebook behaves strangely, restart its kernel and run all cells
# from the top (menu Kernel → Restart Kernel and Run All Cells…).
#
# *How do I know that something is still running?* Look to the left of the next cell while it waits for two seconds.

# %%
import time

time.sleep(2)

# %% [markdown]
# `[*]` means that the cell is running, or is waiting for another one. Then the star becomes a number. To stop a cell, use
# the square button above, or press `i` twice outside of the cell's text.

# %%
quiz("00.2")

# %% [markdown]
# *Which Python is this?* Python 3. Version 2 ended in 2020. If a text shows `print "hello"` without brackets, it is older
# than that.

# %% tags=["nbval-check-output"]
import sys

print("Python", sys.version_info.major)

# %% [markdown]
# ## The keyboard
#
# A notebook has two modes. With the cursor in a cell you are in **edit mode** and letters are letters. Press `Esc`, and
# you are in **command mode**: the cursor is gone, and single letters are commands. `Enter` leads back. Menus print these
# letters as capitals, but press them **without Shift**.
#
# | command mode | what happens |
# |---|---|
# | `h` | help: the list of shortcuts (see below for JupyterLab) |
# | `a` | insert a cell **a**bove |
# | `b` | insert a cell **b**elow |
# | `m` | make the cell **M**arkdown |
# | `y` | make the cell code |
#
# | while you write code | what happens |
# |---|---|
# | `Tab` | complete the name; `Enter` takes what the list offers |
# | `Shift+Tab` | show how the function is called |
# | `Shift+Tab` twice, three times | in the classic Notebook: a larger box, then a pane that stays |
# | run `?name` | open its documentation |
# | run `??name` | the same with its source code |
#
# The programs differ a little. For this table, we tried every key in JupyterLab 4.6 and Notebook 7.6.
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
# On a Mac, `Cmd` stands for `Ctrl`. Now try it here: click beside this text, press `b`, then `m`, then
# type `**hello**`, then Shift+Enter. To delete the cell, press `d` twice.

# %% [markdown]
# *How is `np.linspace` called?* Run the next cell. Then insert a cell below it, type `np.lins` there, and press `Tab`: a
# list shows what the name can become, and `Enter` takes the marked one. Type a bracket `(` behind the name and press
# `Shift+Tab`: a box shows how to call it. `Esc` closes the box.

# %%
import numpy as np

# %% [markdown]
# A question mark does the same in a cell that you run, and the answer stays on the page. Further down we measure times
# with `seconds_for`. How is it called?

# %%
from helpers.lessons.timing import seconds_for

# ?seconds_for

# %% [markdown]
# First comes the *signature*, which names the arguments, then the *docstring*, which explains them. The stored page
# cannot keep this answer, so here is the signature once more, printed by the function that finds it.

# %%
import inspect

print("seconds_for" + str(inspect.signature(seconds_for)))

# %% [markdown]
# *And how does a function work inside?* Two question marks, before or after the name, show the code itself, if it is
# written in Python. We read a small function of this course:

# %%
# report_machine??

# %% [markdown]
# For the stored page, its first line:

# %%
print(inspect.getsource(report_machine).splitlines()[0])

# %% [markdown]
# You can read everything in `helpers` this way.
#
# **Train the keys.** Click into the box and press the keys: inside it, the keys do nothing to the notebook. Where the
# answer is something to run in a cell, type it into the field below. Questions you miss are asked again.

# %%
from helpers.exercises import shortcut_trainer

shortcut_trainer()

# %% [markdown]
# ## The lines at the top of notebooks
#
# Many notebooks begin with lines that start with `%`. These **magics** are commands to the notebook, not Python. `%pip`
# was one of them.
#
# *Where do figures go?* `%matplotlib inline` puts them below the cell, and they are stored with the notebook. The set-up
# cell has done that already.

# %%
from helpers.plots import plot_line

x = np.linspace(0, 6, 100)
axes = plot_line(x, np.sin(x), xlabel="x", ylabel="sin x")
# %% [markdown]
# One wave of a sine, below its cell.
#
# *What if I edit a file that the notebook imported?* Python imports a file once. Let us make two tiny modules, import
# them, and edit them. In practice you would edit them in another tab; here, `says` does it for us.

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
# First, a repair for Colab. Its IPython is older than its Python, and reloading there asks for a module, `imp`, that
# Python has dropped. Where that happens, these lines supply what is missing. Elsewhere they change nothing.

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
# The files on the disk now hold other words. And the functions in memory?

# %% tags=["nbval-check-output"]
print(kitten.speak(), puppy.speak())

# %% [markdown]
# Still the old words: the files have changed, but not what Python holds in memory.
#
# **`%autoreload 1`** reloads the modules that you name with `%aimport`, before each cell. We name one of the two.

# %%
# %autoreload 1
# %aimport kitten

# %% [markdown]
# Both files changed a moment ago, and only the kitten was named.

# %% tags=["nbval-check-output"]
print(kitten.speak(), puppy.speak())

# %% [markdown]
# The kitten is new, the puppy is old. **`%autoreload 2`** reloads every module that changed (except those that you
# exclude with `%aimport -name`).

# %%
# %autoreload 2

# %% [markdown]
# This time we name no module.

# %% tags=["nbval-check-output"]
print(kitten.speak(), puppy.speak())

# %% [markdown]
# Both are new. So `%reload_ext autoreload` and `%autoreload 2` are the two lines to put on top while you write your own
# module (on Colab, below the repair). The lessons themselves edit no module, so we switch it off again.

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
# The same array as a picture, with a grey for each number:

# %%
from helpers.plots import show_image

axes = show_image(grid.astype(np.uint8) * 10, "the same 24 numbers, times ten, as grey")
# %% [markdown]
# Small numbers are dark, large ones are bright. The shape is always **rows first**: height, then width.
#
# *How do I cut out a part?* With rows and columns in brackets. `:2` means up to row 2, without it.

# %% tags=["nbval-check-output"]
print("top-left 2 × 2:", grid[:2, :2].tolist())
print("last column:   ", grid[:, -1].tolist())

# %% [markdown]
# A minus counts from the end. *What is the mean, of all and of each column?* `axis=0` runs down the rows, so one number
# is left for each column.

# %% tags=["nbval-check-output"]
print("all:", grid.mean(), " each column:", grid.mean(axis=0).tolist())

# %% [markdown]
# A colour picture has a third axis of length 3: red, green, blue. Its numbers are of the type `uint8`: whole numbers from
# 0 to 255, one byte each.
#
# *What is 200 + 100 in that type?* Predict before you run on. Put your number in place of the dots.

# %%
predict_first("00.1", ...)

# %% [markdown]
# And now the sum. Were you right?

# %% tags=["nbval-check-output"]
bright = np.array([200], dtype=np.uint8)
total = (bright + np.uint8(100))[0]
reveal("00.1", total)

# %% [markdown]
# There is no 300 in one byte. The count starts again at 0 after 255, so 300 becomes 300 − 256. In a picture this turns
# bright places dark, without any message. Exercise 5 is about that.

# %% [markdown]
# ## Why a GPU, and what does a CPU cost?
#
# Most of the work of a neural network is the multiplication of large tables of numbers: **matrices**. A processor
# (**CPU**) has a few fast cores. A graphics card (**GPU**) has thousands of slower ones. Multiplying matrices can be
# split among all of them, because no result waits for another. GPUs were built for games; the same hardware suits
# neural networks. PyTorch, the library under this course, calls the devices
#
# - `cuda`: NVIDIA's GPUs. **CUDA** is how programs use them. AMD's GPUs go by the same name, in the builds of PyTorch
#   for AMD's ROCm;
# - `mps`: the GPUs in Apple's computers;
# - `xpu`: Intel's GPUs. `helpers` does not look for them, and uses the CPU there;
# - `cpu`: always there.
#
# A GPU has a memory of its own. When it is full, training stops with an out-of-memory error. Then work on fewer
# pictures at a time (a smaller **batch**), or on smaller pictures; the message of `helpers` says what to type.
#
# *Which of them are here?*

# %%
import torch
from helpers.device import default_device

print("cuda:", torch.cuda.is_available(), " mps:", torch.backends.mps.is_available(), " we use:", default_device())

# %% [markdown]
# *What does a multiplication cost on your machine?* For two square matrices of width n it takes n × n × n multiplications
# of numbers. From width 64 to width 1,024, that is 16 × 16 × 16 = 4,096 times as many. How many times the time? Predict.

# %%
predict_first("00.2", ...)

# %% [markdown]
# We time six widths, on the CPU and on the GPU if there is one. It takes about a second.


# %%
def seconds(width, device):
    matrix = torch.rand(width, width, device=device)
    return seconds_for(lambda: matrix @ matrix, times=5)


widths = [32, 64, 128, 256, 512, 1024]
devices = dict.fromkeys(["cpu", default_device().type])
times = {device: [seconds(width, device) for width in widths] for device in devices}

# %% [markdown]
# The two widths of the question, and what one doubling of the width costs:

# %%
for device, taken in times.items():
    small, large = taken[widths.index(64)], taken[widths.index(1024)]
    print(f"{device}: width 64 {small * 1e6:,.0f} µs, 1,024 {large * 1e3:,.2f} ms: {large / small:,.0f} times as long")
    first, last = taken[1] / taken[0], taken[-1] / taken[-2]
    print(f"     from 32 to 64 {first:.1f} times as long, from 512 to 1,024 {last:.1f} times")
for device in list(times)[1:]:
    gain = times["cpu"][-1] / times[device][-1]
    print(f"At width 1,024, {device} is {gain:,.1f} times as fast as the CPU.")

# %% [markdown]
# Your prediction, against the CPU:

# %%
small, large = times["cpu"][widths.index(64)], times["cpu"][widths.index(1024)]
reveal("00.2", large / small)

# %% [markdown]
# And all six widths, as a figure:

# %%
from helpers.plots import FIRST, SECOND, new_axes

axes = new_axes()
for device, form, colour in zip(times, ["o-", "s--"], [FIRST, SECOND], strict=False):
    axes.loglog(widths, times[device], form, color=colour, label=device)
axes.set(xlabel="width of the matrix", ylabel="seconds", xticks=widths, xticklabels=widths)
legend = axes.legend(frameon=False)

# %% [markdown]
# On both axes, equal steps are equal factors. Each doubling of the width means 8 times as many multiplications. The
# lines printed above say what it means in time. For small matrices it is usually less than 8 times, because much of the
# time goes into starting the work. For large ones it comes closer to 8. On a GPU the flat part is usually longer.
# So **a GPU pays off for large work**; for tiny work it may even be slower.
#
# If you have a GPU, the figure has a second line, and the last line printed says what you gain at width 1,024. If you
# have none, all lessons still run in about a minute or less each, on two CPU cores. Lesson 02 shows the trick: the
# expensive part of the network runs once per picture, its results are kept, and training then takes seconds.
#
# *How much of your machine's speed does plain Python use?* We add up a million products, once in a loop, once with
# NumPy.

# %%
left, right = np.random.default_rng(0).random((2, 1_000_000))
in_a_loop = seconds_for(lambda: sum(a * b for a, b in zip(left, right, strict=True)))
in_numpy = seconds_for(lambda: left @ right, times=5)
print(f"a loop: {in_a_loop * 1e3:,.0f} ms, NumPy: {in_numpy * 1e3:,.2f} ms, {in_a_loop / in_numpy:,.0f} times as fast")

# %% [markdown]
# The same processor did both. So hand over whole arrays before you wish for a GPU: the gain is usually the larger one.

# %% [markdown]
# ## Where to run the course
#
# | where | what it is | what to know |
# |---|---|---|
# | your computer | `make lab`, or the steps in the README | nothing is sent anywhere; all lessons run |
# | [Colab](https://colab.research.google.com) | notebooks on Google's machines, a GPU among them | forgets your files when it stops; switch the GPU on under Runtime → Change runtime type |
# | [Paperspace](https://www.paperspace.com), or any JupyterLab that someone runs for you | a rented notebook | open a terminal in it and follow the README |
# | a cloud machine | a rented computer with a GPU | the most freedom; it costs money until you stop it |
#
# Older texts also name Crestle and Azure Notebooks. Both are closed. In November 2026, "Run on Gradient" buttons led
# nowhere.
#
# ### A machine that stands somewhere else
#
# You rent a computer, it is called `gpu-box`, and you can log in with `ssh`. Three things make that comfortable.
#
# **1. Start without a browser**, because there is no screen:
#
# ```sh
# jupyter lab --no-browser
# ```
#
# **2. Bring its port to you.** Jupyter listens on port 8888 of that machine, to that machine only. Leave it so: an open
# Jupyter lets anyone run anything. Instead, type this **on your own computer**:
#
# ```sh
# ssh -L 8888:localhost:8888 gpu-box
# ```
#
# This says: port 8888 here leads, through the encrypted connection, to port 8888 of `localhost` as seen from there. Now
# open the address that Jupyter printed, in the browser in front of you.
#
# ```
#    your computer                                        gpu-box
#    browser → localhost:8888 ══ ssh, encrypted ══→ localhost:8888 ← jupyter lab
# ```
#
# **3. Keep it alive with `tmux`.** When the connection breaks, everything that you started through it ends. `tmux` is a
# terminal that stays on the machine.
#
# | type | what happens |
# |---|---|
# | `tmux new -s course` | create a session called course; start Jupyter in it |
# | `Ctrl+b` then `d` | **d**etach: leave, while it goes on |
# | `tmux attach -t course` | re-attach: come back, even after a broken connection |
# | `Ctrl+b` then `%` | split the window in two panes |
# | `Ctrl+b` then `o` | go to the **o**ther pane |
#
# `tmux` saves you from a broken connection. It does not save you from a power cut, a full disk or a machine that is taken
# back. For training that takes hours, a **checkpoint** is better: a file in which the run saves its state, and from which
# it can resume. Lesson 11 shows how. You will not need it before.

# %%
quiz("00.4")

# %% [markdown]
# ## The steps again
#
# - Play the whole game first, then take it apart. Run, change, predict, run again.
# - The kernel remembers. What counts is the order in which cells ran. `[*]` means running.
# - `Esc`, then `a`, `b`, `m`, `y`. While writing: `Tab`, `Shift+Tab`, and `?name`, `??name`.
# - `%matplotlib inline` for figures; `%autoreload 2` while you edit a module.
# - Arrays: rows first; slices cut; `axis` says which way to count; `uint8` wraps around.
# - A GPU pays off for large work. Whole arrays instead of loops pay off everywhere.
# - A distant machine: `--no-browser`, `ssh -L`, `tmux`. And never run a stranger's "fix".
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
# **3.** Cut the top-right corner out of `grid`: 2 rows, 3 columns.

# %%
corner = ...
check("00.3", corner)

# %% [markdown]
# **4.** Write `checkerboard(size)`: an array of `size` rows and columns, 0 and 1 in turn like a chess board, 0 at the top
# left. Odd sizes too. (Three lines or more. `np.zeros((size, size))` is a start, and `::2` takes every second row.)


# %%
def checkerboard(size):
    # your lines in place of the dots
    ...


check("00.4", checkerboard)

# %% [markdown]
# **5.** Write `brighten(picture, amount)`. It gets a `uint8` array and a number, which may be negative, and returns a
# `uint8` array. Nothing may wrap around: what would be above 255 becomes 255, what would be below 0 becomes 0. (Three
# lines or more.)


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
# ## Links
#
# - [JupyterLab's documentation](https://jupyterlab.readthedocs.io), with the pages on notebooks and on keyboard shortcuts
# - [IPython's autoreload](https://ipython.readthedocs.io/en/stable/config/extensions/autoreload.html)
# - [NumPy for absolute beginners](https://numpy.org/doc/stable/user/absolute_beginners.html)
# - [Markdown in ten minutes](https://www.markdowntutorial.com)
# - [tmux: getting started](https://github.com/tmux/tmux/wiki/Getting-Started)
# - David Perkins, *Making Learning Whole* (2009): where the words "whole game" come from
#
# **Next**: [01 · Explore the data](01_explore_the_data.ipynb)
