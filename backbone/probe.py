"""How well a backbone tells cats from dogs, on pet photographs that no training saw: for choosing between backbones.

    python backbone/probe.py --weights FILE --pictures FOLDER --teacher FILE

The course's own head is trained on the frozen body for two epochs, on 2,000 pet photographs of which the teacher is
sure, with the teacher's verdict as the label. It is scored on the held-out photographs of pets_by_eye.csv, which a
person looked at one by one.
"""

import argparse
import csv
import sys
from pathlib import Path

import numpy as np
import torch
from augment import normalise, resized
from batches import NATIVE
from pictures import PictureSet, picture_archives, prepare
from teacher import load_teacher
from torch import nn
from torch.nn import functional as F

from helpers.architectures import cut_before_pooling, resnet10
from helpers.files.weights import read_weights
from helpers.models import AverageAndMaxPool, make_head
from helpers.statistics import wilson_interval

BY_EYE = Path(__file__).with_name("pets_by_eye.csv")
CATS, DOGS = slice(281, 286), slice(151, 269)  # ImageNet's numbers for its five domestic cats and 118 dogs


def teacher_odds(pets: PictureSet) -> np.ndarray:
    """For each picture, log(dog / cat) in the teacher's probabilities, averaged over the picture's views."""
    chances = [torch.from_numpy(logits.astype(np.float32)).softmax(-1).mean(-2) for logits in pets.logits]
    both = torch.stack(chances)
    return (both[:, DOGS].sum(1) / both[:, CATS].sum(1)).log().numpy()


def sure_ones(odds: np.ndarray, among: np.ndarray, each: int, seed: int) -> tuple[np.ndarray, torch.Tensor]:
    """Pictures for the head to learn from: `each` out of the third with the lowest odds, as many out of the highest.

    Thirds, not a threshold at zero: the teacher knows 118 dogs and five cats, so that its odds lean to dogs.
    """
    ranked = among[odds[among].argsort()]
    rng, third = np.random.default_rng(seed), len(ranked) // 3
    each = min(each, third)
    rows = np.concatenate([rng.choice(part, each, replace=False) for part in (ranked[:third], ranked[-third:])])
    return rows, torch.arange(2).repeat_interleave(each)


@torch.inference_mode()
def features(network: nn.Module, pets: PictureSet, rows: np.ndarray) -> torch.Tensor:
    """The body's pooled activations (n, 1024) for whole pictures at native size."""
    body, pool, parts = cut_before_pooling(network).eval(), AverageAndMaxPool(), []
    for i in range(0, len(rows), 128):
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(pool(body(normalise(resized(pets.views[rows[i : i + 128], 0], NATIVE)))))
    return torch.cat(parts)


def head_accuracy(
    learned: tuple[torch.Tensor, torch.Tensor], asked: tuple[torch.Tensor, torch.Tensor], seed: int
) -> float:
    """Train the course's head two epochs at 0.01 on (features, labels); return its accuracy on another such pair."""
    torch.manual_seed(seed)
    head = make_head(learned[0].shape[1], int(learned[1].max()) + 1)
    optimiser = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9)
    for _ in range(2):
        for rows in torch.randperm(len(learned[0])).split(64):
            F.cross_entropy(head(learned[0][rows]), learned[1][rows]).backward()
            optimiser.step()
            optimiser.zero_grad()
    with torch.no_grad():
        return (head.eval()(asked[0]).argmax(1) == asked[1]).float().mean().item()


def network_of(file: Path) -> nn.Module:
    """Return the network whose weights a backbone's file holds; its last layer is new."""
    network = resnet10()
    network.load_state_dict({key: value.float() for key, value in read_weights(file).items()}, strict=False)
    return network


def main(arguments: list[str] | None = None) -> None:
    """Print the accuracy of three seeds, and their mean with its 95 % interval."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True, help="the backbone: a .safetensors file")
    parser.add_argument("--pictures", type=Path, required=True, help="folder of .zip archives of pictures")
    parser.add_argument("--teacher", type=Path, required=True, help="state dict of torchvision's mobilenet_v2")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "whole-game" / "backbone")
    options = parser.parse_args(arguments)
    labels = {row["name"]: int(row["label"] == "dog") for row in csv.DictReader(BY_EYE.open(encoding="utf-8"))}
    try:
        teacher, fingerprint = load_teacher(options.teacher)
        sets = (prepare(one, teacher, fingerprint, options.cache) for one in picture_archives(options.pictures))
        pets = next((one for one in sets if labels.keys() <= set(one.names)), None)
    except ValueError as problem:
        sys.exit(str(problem))
    if pets is None:
        sys.exit(f"No archive in `{options.pictures}` holds the pictures of {BY_EYE.name}; give the folder that does.")
    network = network_of(options.weights)
    asked = np.array([row for row, name in enumerate(pets.names) if name in labels])
    truth = torch.tensor([labels[pets.names[row]] for row in asked])
    rows, verdicts = sure_ones(teacher_odds(pets), np.flatnonzero(~pets.held_out), each=1000, seed=0)
    learned = features(network, pets, rows), verdicts
    scores = [head_accuracy(learned, (features(network, pets, asked), truth), seed) for seed in (1, 2, 3)]
    mean = sum(scores) / len(scores)
    low, high = wilson_interval(round(mean * len(asked)), len(asked))
    each = ", ".join(f"{score:.1%}" for score in scores)
    print(f"{options.weights.name}: {each}; mean {mean:.1%} (95 % interval {low:.1%} to {high:.1%}, n = {len(asked)})")


if __name__ == "__main__":
    main()
