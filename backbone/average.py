"""Average the weights of backbones that one came from the other: often a little better than each of them.

    python backbone/average.py --weights FIRST.safetensors SECOND.safetensors --out helpers/weights/resnet10.safetensors

`--shares 0.7 0.3` takes unequal parts.

Wortsman and others (2022), "Model soups", average runs that started from the same weights. It costs nothing at use.
"""

import argparse
import sys
from pathlib import Path

import torch
from batches import NATIVE
from safetensors import safe_open
from student import Student, export, take_over

from helpers.files.weights import WeightsError


def averaged(files: list[Path], shares: list[float] | None = None) -> Student:
    """Return a student whose backbone is the mean of the files'; WeightsError for a file that is no backbone.

    shares: the part that each file has in the mean; equal parts unless told.
    """
    parts = torch.tensor(shares or [1.0] * len(files))
    parts = parts / parts.sum()
    mean = Student(0)
    students = [Student(0) for _ in files]
    for file, student in zip(files, students, strict=True):
        take_over(file, student)
    states = [student.network.state_dict() for student in students]
    mean.network.load_state_dict(
        {
            name: torch.tensordot(parts, torch.stack([state[name].float() for state in states]), dims=1).to(value.dtype)
            for name, value in states[0].items()
        }
    )
    return mean


def main(arguments: list[str] | None = None) -> None:
    """Write the average, with what its parts were trained on."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, nargs="+", required=True, help="the .safetensors files to average")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    parser.add_argument("--shares", type=float, nargs="+", help="the part of each file in the mean; equal unless told")
    options = parser.parse_args(arguments)
    if options.shares and (len(options.shares) != len(options.weights) or min(options.shares) <= 0):
        sys.exit(f"Got --shares {options.shares}; give a number above 0 for each of the {len(options.weights)} files.")
    if len(options.weights) < 2:
        sys.exit(f"Got {len(options.weights)} file of weights; give two or more after --weights.")
    try:
        mean = averaged(options.weights, options.shares)
    except WeightsError as problem:
        sys.exit(f"{problem}.")
    trained_on = []
    for file in options.weights:
        with safe_open(file, "pt") as opened:
            trained_on.append((opened.metadata() or {}).get("trained_on", file.name))
    export(mean, options.out, " averaged with ".join(dict.fromkeys(trained_on)))
    print(f"{options.out.name}: native size {NATIVE}, the mean of {len(options.weights)} files")


if __name__ == "__main__":
    main()
