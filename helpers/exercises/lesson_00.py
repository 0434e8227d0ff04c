"""What lesson 00 asks: Jupyter, NumPy, processors and where to run."""

import re
import shlex

import numpy as np

from .answers import Hint, as_array, as_number, as_text, call
from .registry import exercise, prediction, quiz_question

quiz_question(
    "00.1",
    "A course is taught top-down, as a whole game. What do you do first?",
    ("learn the mathematics, then the parts of a network, then put them together",
     "That is bottom-up: many courses go this way, and a useful result comes late."),
    ("train a complete classifier, and find out later how its parts work",
     "You play the whole game from the first day, at first with help, and theory comes when you need it.", True),
    ("train a complete classifier, and leave its parts to the experts",
     "The first half is right, but the parts do come: by the end you rebuild them yourself."),
)  # fmt: skip

quiz_question(
    "00.2",
    "A cell shows [*] on its left. What does the star say?",
    ("the cell has a mistake in it", "A mistake shows as a red box below the cell, and the star becomes a number."),
    ("the cell was changed since it last ran", "JupyterLab does not use the star for that."),
    ("the cell runs, or waits for one that runs",
     "When it is done, the star becomes a number, which counts the runs since the kernel started.", True),
)  # fmt: skip

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
    ("run it, once other readers of the forum confirm that it worked",
     "Such replies are easily faked, and what runs as administrator can do anything to your machine."),
    ("leave it, and look at the second cell's report and the maker's own pages",
     "This course never asks you to download a fix. Packages come from pip or conda, drivers from their maker.", True),
    ("run it on a cloud machine, where nothing can happen",
     "Your keys, your data and your bill are on that machine as well."),
)  # fmt: skip

prediction("00.1", "what is 200 + 100 in numbers from 0 to 255?", within=0)
prediction(
    "00.2",
    "a matrix 16 times as wide takes 4,096 times the multiplications. How many times as long does it take?",
    within_factor=3,
    unit="times",
)


@exercise("00.1", needs="a whole number")
def x_after_four_runs(answer: object) -> str:
    """Cells A: x = 1, B: x = x + 10, C: x = x * 2, run in the order A, B, C, B."""
    x = as_number(answer)
    slips: dict[float, str] = {
        22: "That is x after A, B, C. One more run of B follows.",
        42: "That is the order A, B, B, C. The order in which cells run counts, not their place on the page.",
        21: "C is missing: after A and B, it doubles what x is then.",
        12: "That is A, C, B. The first B runs before C.",
        30: "That begins with x = 0. The first run, A, sets x to 1.",
    }
    if x != 32:
        raise Hint(slips.get(x, "Write down x after each run. The first is x = 1. Or make three cells and try."))
    return "1, then 11, then 22, then 32. The kernel remembers x between the runs."


@exercise("00.2", needs="a whole number")
def points_of_linspace(answer: object) -> str:
    """How many numbers does np.linspace(0, 1) give?"""
    if getattr(answer, "shape", None) == (50,):
        raise Hint("Those are the numbers themselves. How many are they? len() counts them.")
    points = as_number(answer)
    slips: dict[float, str] = {
        0: "0 is where the numbers start. How many are there in all? Look for num.",
        1: "1 is the last of the numbers. How many are there in all? Look for num.",
        2: "0 and 1 are the two ends; there are more numbers between them. Look for num.",
        49: "49 is the number of gaps between the numbers. num counts the numbers.",
        51: "The two ends are among those that num counts: nothing is added.",
        100: "100 is the default in another language. Type np.linspace( and press Shift+Tab.",
    }
    if points != 50:
        raise Hint(slips.get(points, "Run ?np.linspace and look for num= in the first line."))
    return "The signature says num=50. No need to remember it: you know where to look."


@exercise("00.3", needs="an array of 2 rows and 3 columns")
def top_right_corner(answer: object) -> str:
    """The top-right 2 × 3 corner of np.arange(24).reshape(4, 6)."""
    grid = np.arange(24).reshape(4, 6)
    corner = as_array(answer)
    slips = [
        (grid[:2, :3], "That is the top-left corner. Count the columns from the right end: start at -3."),
        (grid[-2:, -3:], "That is the bottom-right corner. Rows come first in the brackets, and the top rows are :2."),
        (grid[-2:, :3], "That is the bottom-left corner, the opposite one."),
        (grid[1:3, -3:], "Those are rows 1 and 2. Rows are counted from 0."),
        (grid[:2, -3:-1], "The last column is missing: a slice up to the end has nothing after its colon."),
        (grid[:2, :2:-1], "The columns are backwards: the 5 is at the right end."),
    ]
    for slip, words in slips:
        if np.array_equal(corner, slip):
            raise Hint(words)
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
    for size in (4, 5, 8, 1):
        board = as_array(call(answer, size))
        right = np.indices((size, size)).sum(axis=0) % 2
        if board.shape != (size, size):
            raise Hint(f"checkerboard({size}) has shape {board.shape}. It must be {(size, size)}, odd sizes too.")
        if not np.array_equal(board, right):
            raise Hint(_board_slip(board, right))
    return "Even where row + column is even: slices such as board[::2, 1::2] do it without a loop."


def _board_slip(board: np.ndarray, right: np.ndarray) -> str:
    size = len(right)
    even = np.arange(size) % 2 == 0
    if np.array_equal(board, 1 - right):
        return "A proper board, but it starts with 1. The top left must be 0."
    if np.array_equal(board != 0, right):
        return f"A proper board, but of 0 and {board.max():g}. The numbers are 0 and 1."
    if np.array_equal(board, np.arange(size * size).reshape(size, size) % 2):
        return f"Each row of checkerboard({size}) continues where the last one ended: stripes, where the size is even."
    if len(np.unique(board)) == 1:
        return f"All squares of checkerboard({size}) are {board.flat[0]:g}. Which ones must change?"
    if (board == board[0]).all() or (board == board[:, :1]).all():
        return "Those are stripes. Neighbours must differ along the rows and along the columns."
    if any(np.array_equal(board, right * rows[:, None]) for rows in (even, ~even)):
        return "Every other row is right, and those between hold only 0: they need their ones, one column further."
    row, column = np.argwhere(board != right)[0]
    found, wanted = board[row, column], right[row, column]
    return f"In checkerboard({size}), row {row}, column {column} is {found}; it must be {wanted}."


@exercise("00.5", needs="a function that takes a picture and an amount", lines=4)
def brighten(answer: object) -> str:
    """A function: (uint8 picture, amount) → brighter uint8 picture, cut at 0 and 255."""
    picture = np.array([[0, 100, 200], [250, 255, 10]], dtype=np.uint8)
    for amount in (100, -50, 300, -300):
        brighter = as_array(call(answer, picture, amount))
        total = picture.astype(int) + amount
        right = np.clip(total, 0, 255)
        if brighter.shape != picture.shape:
            raise Hint(f"The picture had shape {picture.shape}, yours has {brighter.shape}. Every pixel stays.")
        if np.abs(brighter - right).max() > 0.5:
            raise Hint(_brighter_slip(picture, amount, brighter, right))
        if brighter.dtype != np.uint8:
            raise Hint(f"The values are right, their type is {brighter.dtype}. A picture is uint8: .astype(np.uint8).")
    return "Wider type, add, cut, back to uint8: the four steps of safe arithmetic on pictures."


def _brighter_slip(picture: np.ndarray, amount: int, brighter: np.ndarray, right: np.ndarray) -> str:
    total = picture.astype(int) + amount
    if np.array_equal(brighter, picture):
        return f"With amount {amount}, the picture comes back as it was."
    if np.array_equal(brighter, np.clip(picture.astype(int) - amount, 0, 255)):
        return f"With amount {amount}, {picture[0, 1]} becomes {brighter[0, 1]}: the amount is subtracted, not added."
    if np.array_equal(brighter, total % 256) and amount > 0:
        return "The numbers wrap around: 200 + 100 became 44. Add in a wider type, picture.astype(int), and cut there."
    if np.array_equal(brighter, np.minimum(total, 255) % 256):
        return "Above 255 it is cut, below 0 it wraps around: 0 − 50 became 206. Cut at both ends."
    low, high = brighter.min(), brighter.max()
    if high > 255 or low < 0:
        return f"With amount {amount}, values reach from {low:g} to {high:g}. Cut them with np.clip(..., 0, 255)."
    row = int(np.abs(brighter - right).max(axis=1).argmax())
    given, found, wanted = (one[row].tolist() for one in (picture, brighter, right))
    return f"With amount {amount}, {given} becomes {found}; {wanted} is needed."


@exercise("00.6", needs="a whole number")
def multiplications(answer: object) -> str:
    """How many multiplications does a 300 × 200 matrix times a 200 × 10 matrix take?"""
    total = as_number(answer)
    slips: dict[float, str] = {
        300 * 10: "3,000 is how many numbers the result has. Each is a sum of products: how many products?",
        300 * 200: "That is how many numbers the left matrix has. Each of them is used 10 times.",
        300 * 200 + 200 * 10: "That is how many numbers the two matrices have. Each of them is used more than once.",
        300 * 200 * 200 * 10: "You counted the shared side, 200, twice. A row and a column meet number by number.",
        2 * 300 * 200 * 10: "That counts the additions as well. Only the multiplications are asked for.",
        300 * 199 * 10: "That is how many additions there are, one less for each sum than products.",
        300**3: "n × n × n is for square matrices. Here the result has 300 × 10 numbers.",
    }
    if total != 300 * 200 * 10:
        raise Hint(slips.get(total, "How many numbers are in the result, and how many products are added up for each?"))
    return "3,000 results of 200 products each. None waits for another: that is what a GPU is made for."


@exercise("00.7", needs="a command as text")
def forwarding_command(answer: object) -> str:
    """The ssh command that shows port 8888 of gpu-box as port 9999 here."""
    command = as_text(answer).removeprefix("$").strip()
    if command.split()[:1] != ["ssh"]:
        raise Hint("The command starts with ssh.")
    options, others = _read_ssh(command)
    if "L" not in options:
        others_way = {
            "R": "-R leads from the machine over there to yours. From yours to it, the letter is L.",
            "l": "A small -l is for the name that you log in with. For a port, the letter is a capital.",
        }
        words = next((words for letter, words in others_way.items() if letter in options), None)
        raise Hint(words or "-L is missing: it says which port here leads to which port there.")
    *bind, here, host, there = ["", "", "", *options["L"].split(":")][-4:]
    if bind[0] and bind[0] not in ("localhost", "127.0.0.1"):
        raise Hint(f"{bind[0]}: in front opens the port to other machines as well. Leave it out.")
    if (here, there) == ("8888", "9999"):
        raise Hint("The ports are the wrong way round: first the one here, 9999, last the one there, 8888.")
    if (here, there) == ("8888", "8888"):
        raise Hint("Port 8888 here is taken, so it must be 9999 here. The last number stays: there it is 8888.")
    if host.rpartition("@")[2] == "gpu-box":
        raise Hint("The part in the middle is read over there, where Jupyter answers only localhost.")
    if (here, there) != ("9999", "8888") or host not in ("localhost", "127.0.0.1"):
        raise Hint("After -L come three parts with colons between: port here, localhost, port there.")
    if not others or others[0].rpartition("@")[2] != "gpu-box":
        raise Hint("Which machine? Its name, gpu-box, is missing.")
    return "Now http://localhost:9999 in your browser here is the Jupyter there, through an encrypted tunnel."


def _read_ssh(command: str) -> tuple[dict[str, str], list[str]]:
    """Return the options of an ssh command, each with its value, and the words that belong to none: first the host."""
    words = iter(shlex.split(command)[1:])
    options, others = {}, []
    for word in words:
        found = re.fullmatch(r"-([^BbcDEeFIiJLlmOopQRSWw]*)(.?)(.*)", word)  # these letters have a value
        if found is None:
            others.append(word)
            continue
        plain, letter, value = found.groups()
        options |= dict.fromkeys(plain, "")
        if letter:
            options[letter] = value or next(words, "")
    return options, others


@exercise("00.8", needs="a function that takes a picture and a side", lines=7)
def shrink(answer: object) -> str:
    """A function: (uint8 (height, width), side) → uint8: the rounded mean of each whole block of side × side pixels."""
    rng = np.random.default_rng(8)
    for height, width, side in ((4, 6, 2), (20, 8, 4), (7, 11, 3), (9, 8, 2), (3, 5, 1)):
        picture = rng.integers(90, 256, (height, width), dtype=np.uint8)
        rows, columns = height // side, width // side
        blocks = picture[: rows * side, : columns * side].reshape(rows, side, columns, side)
        right = blocks.mean(axis=(1, 3))
        small = as_array(call(answer, picture, side))
        if small.shape != right.shape:
            raise Hint(_shape_slip(small, picture, side, right))
        if np.abs(small - right).max() > 0.501:
            raise Hint(_shrunk_slip(small, blocks, right))
        if small.dtype != np.uint8:
            raise Hint(f"The values are right, their type is {small.dtype}. A picture is uint8: .astype(np.uint8).")
    return "Slices, a mean in a wide type, and back to one byte: lesson 01 goes on from here."


def _shape_slip(small: np.ndarray, picture: np.ndarray, side: int, right: np.ndarray) -> str:
    height, width = picture.shape
    start = f"For a picture of shape {picture.shape} with side {side}, yours has shape {small.shape}; "
    if small.shape == right.T.shape:
        return start + "rows and columns are exchanged."
    if small.shape == (-(-height // side), -(-width // side)):
        return start + "what does not fill a block must be left out. // counts the whole blocks."
    if small.shape == (height - side + 1, width - side + 1):
        return start + "the blocks overlap. Each begins where the last one ended."
    return start + f"{right.shape} is needed."


def _shrunk_slip(small: np.ndarray, blocks: np.ndarray, right: np.ndarray) -> str:
    side = blocks.shape[1]
    count, wrapped = side * side, blocks.sum(axis=(1, 3), dtype=np.uint8)
    slips = [
        (np.floor(right), "The fractions are cut off: .astype(np.uint8) drops them. Round first."),
        (np.ceil(right), "The means are rounded up. Round to the nearest whole number."),
        (blocks[:, 0, :, 0], "That is the first pixel of each block. The mean of all its pixels is needed."),
        (blocks.max(axis=(1, 3)), "That is the brightest pixel of each block. The mean is needed."),
        (blocks.sum(axis=(1, 3), dtype=int), f"Those are sums. A mean divides by the {count} pixels of a block."),
        (blocks.sum(axis=(1, 3), dtype=int) // side, f"A block has {side} × {side} pixels, and you divide by {side}."),
    ]
    for slip, words in slips:
        if np.array_equal(small, slip):
            return words
    if np.abs(small - wrapped / count).max() < 1:
        return "The sum wraps around at 256. Let .mean() do it, or add in a wider type: .astype(int)."
    if np.ptp(small) == 0:
        return f"All pixels are {small.flat[0]:g}. Each block has a mean of its own."
    row, column = np.argwhere(np.abs(small - right) > 0.501)[0]
    found, block, wanted = small[row, column], blocks[row, :, column].tolist(), right[row, column]
    return f"Row {row}, column {column} is {found:g}; its block {block} has the mean {wanted:g}."
