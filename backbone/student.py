"""The student: the backbone with the heads that teach it, its losses, its moving average, and the file it leaves."""

import datetime
from pathlib import Path

import torch
from batches import NATIVE, Batch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

from helpers.architectures import IMAGENET_MEAN, IMAGENET_STD, cut_before_pooling, resnet10
from helpers.models import AverageAndMaxPool, build

TEMPERATURE = 2.0
FEATURE_WEIGHT = 5.0
LABEL_WEIGHT = 0.5


class Student(nn.Module):
    """The backbone with the three heads that teach it, which are thrown away afterwards.

    The heads read the average and the maximum over the map side by side, as the course's own head does.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.network = resnet10()
        self.network.fc = nn.Identity()
        # A smooth start: what training leaves of it in the first kernels then does not look like noise.
        with torch.no_grad():
            coarse = torch.randn(64, 3, 3, 3) * 0.05
            self.network.conv1.weight.copy_(F.interpolate(coarse, size=7, mode="bicubic", align_corners=True))
        self.pool = AverageAndMaxPool()
        self.to_logits = nn.Linear(1024, 1000)
        self.to_features = nn.Linear(1024, 1280)
        self.to_label = nn.Linear(1024, max(classes, 1))

    def pooled(self, pictures: torch.Tensor) -> torch.Tensor:
        """Normalised pictures (n, 3, height, width) to average and maximum of the last map, (n, 1024)."""
        return self.pool(cut_before_pooling(self.network)(pictures))

    def forward(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits like the teacher's (n, 1000), features like the teacher's (n, 1280), label logits (n, classes)."""
        pooled = self.pooled(pictures)
        return self.to_logits(pooled), self.to_features(pooled), self.to_label(pooled)


def take_over(file: Path, student: Student) -> None:
    """Give the student the backbone that `export` wrote; its heads stay new. WeightsError for any other file."""
    kept = build("resnet10", NATIVE, 2, file)
    cut_before_pooling(student.network).load_state_dict(kept.body.state_dict())


def loss_of(answers: tuple[torch.Tensor, torch.Tensor, torch.Tensor], batch: Batch) -> tuple[torch.Tensor, ...]:
    """The three losses, unweighted: softened probabilities, features, labels (zero for a picture without one)."""
    logits, features, labels = (answer.float() for answer in answers)
    soft = F.kl_div(
        F.log_softmax(logits / TEMPERATURE, dim=1), F.softmax(batch.logits / TEMPERATURE, dim=1), reduction="batchmean"
    )
    known = F.cross_entropy(labels, batch.labels, ignore_index=-1, label_smoothing=0.1, reduction="sum")
    return soft * TEMPERATURE**2, F.mse_loss(features, batch.features), known / len(labels)


def average_into(average: nn.Module, student: nn.Module, step: int) -> None:
    """Move the averaged weights and statistics a little towards the student's; faster at first."""
    weight = max(0.002, 1 / (step + 1) ** 0.75)
    with torch.no_grad():
        for kept, new in zip(average.state_dict().values(), student.state_dict().values(), strict=True):
            kept.lerp_(new, weight) if kept.is_floating_point() else kept.copy_(new)


def export(average: Student, out: Path, trained_on: str) -> None:
    """Write the backbone without heads, in half precision, with what a reader needs to use it rightly."""
    weights = {
        name: value.half().contiguous()
        for name, value in average.network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    about = {
        "architecture": "resnet10: torchvision ResNet(BasicBlock, [1, 1, 1, 1]) without fc",
        "native_size": str(NATIVE),
        "mean": ", ".join(map(str, IMAGENET_MEAN)),
        "std": ", ".join(map(str, IMAGENET_STD)),
        "trained_on": trained_on,
        "licence": "MIT for the weights; the pictures they learned from are under their own terms, see MODEL_CARD.md",
        "date": datetime.date.today().isoformat(),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(".part")
    save_file(weights, part, metadata=about)
    part.chmod(0o644)  # safetensors writes for the owner alone
    part.replace(out)
