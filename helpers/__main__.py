"""The command line: `python -m helpers predict MODEL PICTURE…` says what a saved model sees in pictures."""

import io
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import torch

from .files.images import ImageError, read_tensor, resize_and_crop
from .folders import pictures_below
from .names import printable, shortened
from .predictor import Prediction, Predictor, load_model

BATCH = 32


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Use a trained model from the command line."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command(context_settings={"ignore_unknown_options": True})  # the name of a picture may begin with a dash
@click.argument("model")
@click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a table.")
def predict(model: str, pictures: tuple[str, ...], as_json: bool) -> None:
    """Say what a saved model sees in pictures.

    MODEL is a file that learn.save wrote, each PICTURE a file, or a folder that stands for all pictures in it. The
    exit status is 1 where a picture could not be read, which stderr names, and 2 where nothing could be done.
    """
    for name in (model, *pictures):
        if name.startswith("-") and not os.path.lexists(name):
            raise click.UsageError(f"{shortened(name)} is neither an option nor a file; see --help.")
    unreadable: list[dict[str, str]] = []
    try:
        predictor = load_model(Path(model).absolute())  # so that no ~ is looked for: the shell has done that
        files = [file for name in pictures for file in _files(name)]
        predictions = _predictions(predictor, files, unreadable)
        if as_json:
            seen = [{"file": file, "class": each.label, "probability": each.probability, "probabilities": _all(each)}
                    for file, each in predictions]  # fmt: skip
            click.echo(json.dumps({"predictions": seen, "unreadable": unreadable}, indent=2))
        else:
            _print_table(files, predictor.classes, predictions)
    except BrokenPipeError:  # whoever reads our output has seen enough
        raise
    except (OSError, ValueError) as error:
        click.echo(error, err=True)
        sys.exit(2)
    sys.exit(1 if unreadable else 0)


def _all(seen: Prediction) -> dict[str, float]:
    """Return the probability of each class."""
    return dict(zip(seen.classes, seen.probabilities.tolist(), strict=True))


def _files(name: str) -> list[tuple[str, str]]:
    """Return the picture files that a name stands for, each with the reason, if known, why it cannot be read."""
    shown = shortened(name, 200)
    if not os.path.lexists(name):
        return [(name, f"{shown} was not found: no file has this name, or matches it")]
    if not os.path.isdir(name):
        return [(name, "")]
    try:
        found, _ = pictures_below(Path(name), Path(name))
    except ValueError as error:
        return [(name, str(error))]
    return [(str(file), "") for file in found] or [(name, f"{shown} is a folder without pictures")]


def _predictions(
    predictor: Predictor, files: Sequence[tuple[str, str]], unreadable: list[dict[str, str]]
) -> Iterator[tuple[str, Prediction]]:
    """Yield each file with what is seen in it, in their order, computed in batches; name the others, and list them."""

    def pixels(file: str, reason: str) -> torch.Tensor | str:
        try:
            return reason or resize_and_crop(read_tensor(Path(file), file), predictor.model.size)
        except ImageError as error:
            return str(error)

    with ThreadPoolExecutor(initializer=lambda: torch.set_num_threads(1)) as pool:
        for start in range(0, len(files), BATCH):
            chunk, pictures = files[start : start + BATCH], []
            for (file, _), read in zip(chunk, pool.map(pixels, *zip(*chunk, strict=True)), strict=True):
                if isinstance(read, str):
                    click.echo(read, err=True)
                    unreadable.append({"file": file, "reason": read})
                else:
                    pictures.append((file, read))
            if pictures:
                names, tensors = zip(*pictures, strict=True)
                yield from zip(names, predictor.predict_batch(torch.stack(tensors)), strict=True)


def _print_table(
    files: Sequence[tuple[str, str]], classes: Sequence[str], predictions: Iterable[tuple[str, Prediction]]
) -> None:
    """Print a line for each picture, as soon as its batch is computed."""
    width, label_width = max(len(printable(file)) for file, _ in files), max(map(len, ("class", *classes)))
    click.echo(f"{'file':<{width}}  {'class':<{label_width}}  probability")
    for file, seen in predictions:
        click.echo(f"{printable(file):<{width}}  {seen.label:<{label_width}}  {seen.probability:11.4f}")


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it at once and quietly; nothing is half-written
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # names may have letters that its encoding lacks
    main(prog_name="python -m helpers")
