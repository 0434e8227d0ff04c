"""What lesson 00 asks: Jupyter, NumPy, processors and where to run."""

import re

import numpy as np

from .answers import Hint, as_array, as_number, as_text, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "00.1",
    "A course is taught top-down, as a whole game. What do you do first?",
    (
        "learn the mathematics, then the parts of a network, then put them together",
        "That is bottom-up: most courses go this way, and a useful result comes late.",
    ),
    (
        "train a complete classifier, and find out later how its parts work",
        "You play the whole game from the first day, at first with help, and theory comes when you need it.",
        True,
    ),
    (
        "train a complete classifier, and leave its parts to the experts",
        "The first half is right, but the parts do come: by the end you rebuild them yourself.",
    ),
)

quiz_question(
    "00.2",
    "A cell shows [*] on its left. What does the star say?",
    ("the cell has a mistake in it", "A mistake shows as a red box below the cell, and the star becomes a number."),
    ("the cell was changed since it last ran", "JupyterLab does not use the star for that."),
    (
        "the cell runs, or waits for one that runs",
        "When it is done, the star becomes a number, which counts the runs since the kernel started.",
        True,
    ),
)

quiz_question(
    "00.3",
    "You edit a module while your notebook is open, and want the next cell to use the new version of every module. "
    "Which line does that?",
    ("%autoreload 0", "0 switches reloading off: the old version stays until you restart the kernel."),
    ("%autoreload 1", "1 reloads only the modules that were named with %aimport."),
    ("%autoreload 2", "2 reloads every imported module that changed, before each cell.", True),
    ("%matplotlib inline", "That draws figures below their cells. It does not touch modules."),
)

quiz_question(
    "00.4",
    "A forum post says: your GPU is not found? Download this fixed driver pack and run it as administrator. What now?",
    (
        "run it, once other readers of the forum confirm that it worked",
        "Such replies are easily faked, and what runs as administrator can do anything to your machine.",
    ),
    (
        "leave it, and look at the first cell's report and the maker's own pages",
        "This course never asks you to download a fix. Packages come from pip or conda, drivers from their maker.",
        True,
    ),
    (
        "run it on a cloud machine, where nothing can happen",
        "Your keys, your data and your bill are on that machine as well.",
    ),
)

prediction("00.1", "what is 200 + 100 in numbers from 0 to 255?", within=0)
prediction(
    "00.2",
    "a matrix 16 times as wide takes 4,096 times the multiplications. How many times the time?",
    within_factor=3,
    unit="times",
)


@exercise("00.1", needs="a whole number")
def x_after_four_runs(answer: object) -> str:
    """Cells A: x = 1, B: x = x + 10, C: x = x * 2, run in the order A, B, C, B."""
    x = as_number(answer)
    if x == 22:
        raise Hint("That is x after A, B, C. One more run of B follows.")
    if x == 42:
        raise Hint("That is the order A, B, B, C. The order in which cells run counts, not their place on the page.")
    if x in (11, 12):
        raise Hint("Every run changes x: start at 1 and write down x after each of the four runs.")
    if x != 32:
        raise Hint("Write down x after each run. The first is x = 1. Or make three cells and try.")
    return "1, then 11, then 22, then 32. The kernel remembers x between the runs."


@exercise("00.2", needs="a whole number")
def points_of_linspace(answer: object) -> str:
    """How many numbers does np.linspace(0, 1) give?"""
    points = as_number(answer)
    if points in (0, 1):
        raise Hint("0 and 1 are the first and the last of the numbers. How many are there in all? Look for num.")
    if points in (49, 51):
        raise Hint("Close by one: num counts the points, both ends among them, not the gaps between them.")
    if points == 100:
        raise Hint("100 is the habit of another language. Type np.linspace( and press Shift+Tab.")
    if points != 50:
        raise Hint("Run ?np.linspace and look for num= in the first line.")
    return "The signature says num=50. No need to remember it: you know where to look."


@exercise("00.3", needs="an array of 2 rows and 3 columns")
def top_right_corner(answer: object) -> str:
    """The top-right 2 × 3 corner of np.arange(24).reshape(4, 6)."""
    grid = np.arange(24).reshape(4, 6)
    corner = as_array(answer)
    if np.array_equal(corner, grid[:2, :3]):
        raise Hint("That is the top-left corner. Columns count from the right end with a minus: -3 and after.")
    if np.array_equal(corner, grid[-2:, -3:]):
        raise Hint("That is the bottom-right corner. Rows come first in the brackets, and the top rows are :2.")
    if corner.shape == (3, 2):
        raise Hint("That has 3 rows and 2 columns. Rows come first: 2 rows, then 3 columns.")
    if corner.shape != (2, 3):
        raise Hint(f"Its shape is {corner.shape}. The corner has 2 rows and 3 columns: shape (2, 3).")
    if not np.array_equal(corner, grid[:2, -3:]):
        raise Hint("The shape is right, the place is not. The number at the very top right is 5.")
    return "grid[:2, -3:] takes the rows up to 2 and the last 3 columns. Pictures are cut the same way."


@exercise("00.4", needs="a function that takes a size", lines=4)
def checkerboard(answer: object) -> str:
    """A function: size → size × size array of 0 and 1 like a chess board, 0 at the top left."""
    for size in (4, 5):
        board = as_array(call(answer, size))
        right = np.indices((size, size)).sum(axis=0) % 2
        if board.shape != (size, size):
            raise Hint(f"checkerboard({size}) has shape {board.shape}. It must be {(size, size)}, odd sizes too.")
        if np.array_equal(board, 1 - right):
            raise Hint("A proper board, but it starts with 1. The top left must be 0.")
        if len(np.unique(board)) == 1:
            raise Hint(f"All squares of checkerboard({size}) are {board.flat[0]:g}. Which ones must change?")
        if (board == board[0]).all() or (board == board[:, :1]).all():
            raise Hint("Those are stripes. Neighbours must differ along the rows and along the columns.")
        if not np.array_equal(board, right):
            raise Hint(
                f"checkerboard({size}) is not right yet. Row 0 is {right[0].tolist()}, row 1 {right[1].tolist()}."
            )
    return "Even where row + column is even: slices such as board[::2, 1::2] do it without a loop."


@exercise("00.5", needs="a function that takes a picture and an amount", lines=4)
def brighten(answer: object) -> str:
    """A function: (uint8 picture, amount) → brighter uint8 picture, cut at 0 and 255."""
    picture = np.array([[0, 100, 200], [250, 255, 10]], dtype=np.uint8)
    for amount in (100, -50):
        brighter = as_array(call(answer, picture, amount))
        right = np.clip(picture.astype(int) + amount, 0, 255)
        if brighter.shape != picture.shape:
            raise Hint(f"The picture had shape {picture.shape}, yours has {brighter.shape}. Every pixel stays.")
        if np.array_equal(brighter, (picture.astype(int) + amount) % 256):
            raise Hint("The numbers wrap around: 200 + 100 became 44. Add in a wider type: picture.astype(int).")
        if brighter.max() > 255 or brighter.min() < 0:
            raise Hint(f"With amount {amount}, values reach from {brighter.min():g} to {brighter.max():g}. "
                       "Cut them with np.clip(..., 0, 255).")  # fmt: skip
        if np.abs(brighter - right).max() > 0.5:
            raise Hint(f"With amount {amount}, {picture[0].tolist()} becomes {brighter[0].tolist()}; "
                       f"{right[0].tolist()} is needed.")  # fmt: skip
        if brighter.dtype != np.uint8:
            raise Hint(f"The values are right, their type is {brighter.dtype}. A picture is uint8: .astype(np.uint8).")
    return "Wider type, add, cut, back to uint8: the four steps of safe arithmetic on pictures."


@exercise("00.6", needs="a whole number")
def multiplications(answer: object) -> str:
    """How many multiplications does a 300 × 200 matrix times a 200 × 10 matrix take?"""
    total = as_number(answer)
    if total == 300 * 10:
        raise Hint("3,000 is how many numbers come out. Each is a sum of products: how many products?")
    if total == 300 * 200 + 200 * 10:
        raise Hint("That is how many numbers go in. Each number of the left matrix is used more than once.")
    if total == 300 * 200 * 200 * 10:
        raise Hint("You counted the shared side, 200, twice. A row and a column meet number by number.")
    if total == 2 * 300 * 200 * 10:
        raise Hint("That counts the additions as well. Only the multiplications are asked for.")
    if total != 300 * 200 * 10:
        raise Hint("Numbers that come out, times the products in each of them.")
    return "3,000 results of 200 products each. None waits for another: that is what a GPU is made for."


@exercise("00.7", needs="a command as text")
def forwarding_command(answer: object) -> str:
    """The ssh command that shows port 8888 of gpu-box as port 9999 here."""
    command = " ".join(as_text(answer).removeprefix("$").split())
    if not command.startswith("ssh "):
        raise Hint("The command starts with ssh.")
    if "-L" not in command.split() and not re.search(r"-L\d", command):
        raise Hint("-L is missing: it says which port here leads to which port there. The letter is a capital.")
    if re.search(r"8888:localhost:9999", command):
        raise Hint("The ports are the wrong way round: first the one here, 9999, last the one there, 8888.")
    if re.search(r"8888:localhost:8888", command):
        raise Hint("Port 8888 here is taken, so it must be 9999 here. The last number stays: there it is 8888.")
    forwarded = re.search(r"-L ?(?:localhost:|127\.0\.0\.1:)?9999:(?:localhost|127\.0\.0\.1):8888(?: |$)", command)
    if not forwarded:
        raise Hint("After -L come three parts with colons between: port here, localhost, port there.")
    if not re.search(r"(?:^| )(?:\w+@)?gpu-box(?: |$)", command):
        raise Hint("Which machine? Its name, gpu-box, is missing.")
    return "Now http://localhost:9999 in your browser here is the Jupyter there, through an encrypted tunnel."
