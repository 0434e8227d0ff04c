"""Train the course's own backbone: a small residual network taught by a larger one.

    python backbone/train.py --pictures FOLDER --teacher FILE --out helpers/weights/resnet10.safetensors

FOLDER holds zip archives of pictures, with one folder a class or with no folders at all. FILE is the state dict of
torchvision's mobilenet_v2. The student learns three things at once:

- to give the teacher's 1,000 probabilities, softened (Hinton, Vinyals and Dean, 2015, "Distilling the knowledge in a
  neural network");
- to hold, in its pooled activations, what the teacher's pooled activations hold (Romero et al., 2015, "FitNets");
- to name the class, where the archive tells it.

It starts on small pictures, which are quick, and ends at its native 128 pixels. What is written is a moving average of
the weights. A killed run goes on where it was when the same command is given again. With `--start FILE` a second run
improves on the weights of a first: it begins half-way through the plan of sizes and shares.

On Linux these two settings keep large blocks of memory from being handed back and asked for again at every step, which
made training about a third faster: MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=17179869184
"""

import argparse
import hashlib
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from augment import PAINTED, normalise, resized
from batches import NATIVE, Batches
from pictures import PLANS, PictureSet, picture_archives, prepare
from student import FEATURE_WEIGHT, LABEL_WEIGHT, Student, average_into, export, loss_of, take_over
from teacher import load_teacher
from torch import nn
from torch.nn import functional as F

from helpers.files.weights import WeightsError


def learning_rate(progress: float, highest: float) -> float:
    """A short rise, then half a cosine down to nearly nothing (Loshchilov and Hutter, 2017)."""
    if progress < 0.03:
        return highest * (0.05 + 0.95 * progress / 0.03)
    return highest * max(0.002, 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - 0.03) / 0.97))))


@torch.inference_mode()
def held_out_figures(average: Student, batches: Batches, most: int = 1500) -> dict[str, float]:
    """Per set, on pictures kept from training, whole and at native size: agreement with teacher, label accuracy."""
    average.eval()
    figures = {}
    for one, rows, labels in zip(batches.sets, batches.held_out, batches.labels, strict=True):
        rows = rows[:: max(1, len(rows) // most)]
        if not len(rows):
            continue
        logits, features, named = (torch.cat(parts) for parts in zip(*_answers(average, one, rows), strict=True))
        taught = torch.from_numpy(one.logits[rows, 0]).float()
        figures[f"{one.name} agreement"] = (logits.argmax(1) == taught.argmax(1)).float().mean().item()
        error = F.mse_loss(features, batches.standardised(one.features[rows, 0]))
        figures[f"{one.name} feature error"] = error.item()
        if labels[0] >= 0:
            figures[f"{one.name} accuracy"] = (named.argmax(1) == labels[rows]).float().mean().item()
    return figures


def _answers(model: Student, one: PictureSet, rows: np.ndarray) -> Iterator[tuple[torch.Tensor, ...]]:
    for i in range(0, len(rows), 128):
        with torch.autocast("cpu", torch.bfloat16):
            answers = model(normalise(resized(one.views[rows[i : i + 128], 0], NATIVE)))
        yield tuple(answer.float() for answer in answers)


def train(batches: Batches, options: argparse.Namespace, trained_on: str) -> Student:
    """Train until the minutes or the steps are used up; returns the averaged student."""
    torch.manual_seed(options.seed)
    student, average = (Student(len(batches.classes)).to(memory_format=torch.channels_last) for _ in range(2))
    if options.start:
        take_over(options.start, student)
    average.load_state_dict(student.state_dict())
    matrices = [p for name, p in student.named_parameters() if p.ndim > 1 and name != "network.conv1.weight"]
    groups = [
        {"params": matrices, "weight_decay": 0.05},
        {"params": [student.network.conv1.weight], "weight_decay": 0.3},
        {"params": [p for p in student.parameters() if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups)
    checkpoint = options.cache / f"checkpoint-{_run_digest(batches, options)}.pt"
    step, elapsed = 0, 0.0
    if checkpoint.exists():
        kept = torch.load(checkpoint, weights_only=True)
        student.load_state_dict(kept["student"])
        average.load_state_dict(kept["average"])
        optimiser.load_state_dict(kept["optimiser"])
        step, elapsed = kept["step"], kept["elapsed"]
        print(f"Going on from step {step:,}, {elapsed / 60:.0f} minutes in.", flush=True)

    def keep() -> None:
        states = {"student": student, "average": average, "optimiser": optimiser}
        part = checkpoint.with_suffix(".part")
        torch.save({k: v.state_dict() for k, v in states.items()} | {"step": step, "elapsed": elapsed}, part)
        part.replace(checkpoint)
        export(average, options.out, trained_on)

    progress, running, kept_at = 0.0, None, elapsed
    while True:
        started = time.monotonic()
        progress = step / options.steps if options.steps else elapsed / (60 * options.minutes)
        if progress >= 1:
            break
        batch = batches.batch(step, progress, options.batch_size)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(progress, options.learning_rate)
        student.train()
        with torch.autocast("cpu", torch.bfloat16):
            answers = student(batch.pictures)
        losses = loss_of(answers, batch)
        (losses[0] + FEATURE_WEIGHT * losses[1] + LABEL_WEIGHT * losses[2]).backward()
        nn.utils.clip_grad_norm_(student.parameters(), 5.0)
        optimiser.step()
        optimiser.zero_grad()
        average_into(average, student, step)
        step += 1
        now = torch.stack(losses).detach()
        running = now if running is None else running.lerp(now, 0.05)
        if step % 50 == 0:
            shown = " ".join(f"{value:.3f}" for value in running.tolist())
            print(f"step {step:,} {progress:.1%} {batch.pictures.shape[-1]} px losses {shown}", flush=True)
        elapsed += time.monotonic() - started
        if elapsed - kept_at > 60 * options.keep_every:
            kept_at = elapsed
            keep()
            figures = held_out_figures(average, batches)
            print(f"{elapsed / 60:.1f} minutes", {k: round(v, 3) for k, v in figures.items()}, flush=True)
    keep()
    return average


def _run_digest(batches: Batches, options: argparse.Namespace) -> str:
    """Names a run by what makes it: another seed, length or set of pictures never goes on from this one's state."""
    chosen = [options.steps or options.minutes, options.batch_size, options.learning_rate, options.seed]
    chosen += [options.begin, options.paint]
    if options.start:
        chosen.append(hashlib.sha256(options.start.read_bytes()).hexdigest())
    return hashlib.sha256(repr((chosen, [one.key for one in batches.sets])).encode()).hexdigest()[:12]


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pictures", type=Path, required=True, help="folder of .zip archives of pictures")
    parser.add_argument("--teacher", type=Path, required=True, help="state dict of torchvision's mobilenet_v2")
    parser.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    parser.add_argument("--plan", choices=PLANS, default="pets", help="what to train on (%(default)s)")
    parser.add_argument("--start", type=Path, help="the .safetensors file of an earlier run, to go on from")
    parser.add_argument("--begin", type=float, help="where in the plan to begin, 0 to 1; 0.5 with --start, else 0")
    parser.add_argument("--paint", type=float, default=PAINTED, help="share of pictures shown as if painted")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "whole-game" / "backbone")
    parser.add_argument("--minutes", type=float, default=60, help="time to train, without making the pictures ready")
    parser.add_argument("--steps", type=int, help="train for so many batches instead of minutes")
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--keep-every", type=float, default=4, help="minutes between checkpoints")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    if options.begin is None:
        options.begin = 0.5 if options.start else 0.0
    return options


def main(arguments: list[str] | None = None) -> None:
    """Make the pictures ready, train, write the weights and print the held-out figures."""
    options = read_options(arguments)
    try:
        if options.start:  # a wrong file is told now, not after the pictures are ready
            take_over(options.start, Student(0))
        archives = picture_archives(options.pictures)
        teacher, fingerprint = load_teacher(options.teacher)
        plan = PLANS[options.plan]
        found = (prepare(archive, teacher, fingerprint, options.cache, plan) for archive in archives)
        sets = [one for one in found if one is not None]
        batches = Batches(sets, options.seed, begin=options.begin, paint=options.paint)
    except WeightsError as problem:
        sys.exit(f"--start {options.start}: {problem}.")
    except ValueError as problem:
        sys.exit(str(problem))
    trained_on = ", ".join(f"{one.name} ({len(one.names):,})" for one in sets) + "; teacher mobilenet_v2"
    average = train(batches, options, trained_on)
    for name, value in held_out_figures(average, batches, most=10**6).items():
        print(f"{name}: {value:.4f}")


if __name__ == "__main__":
    main()
