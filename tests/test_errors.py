"""Bad input gets one clear sentence: what we got, what we need, what to type next. Each room's own tests say more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision import models as zoo

from helpers import (
    ConvLearner,
    ImageClassifierData,
    doctor,
    get_data,
    load_model,
    read_image,
    resnet10,
    tfms_from_model,
)
from helpers.interpret import most_wrong
from helpers.plots import show_image, show_images
from helpers.statistics import wilson_interval
from tests.pictures import data_in, learner

TFMS = tfms_from_model("resnet10", 32)

# What a reader types by mistake → words that the answer must hold: what we got, what we need or what to type.
MISTAKES: dict[str, tuple[Callable[[Path], Any], list[str]]] = {
    "a data set's name": (lambda root: get_data("dogs"), ["'dogs'", "'sample'", "from_paths"]),
    "a folder that the doctor does not find": (
        lambda root: doctor(root.parent / "pictres"),
        ["pictres was not found", "Path.cwd()", "train/<class>/<pictures>"],
    ),
    "a kind of fault": (lambda root: doctor(root).of("leek"), ["'leek'", "'leak'"]),
    "a folder's name": (
        lambda root: ImageClassifierData.from_paths(root.parent / "pictres", tfms=TFMS),
        ["pictres was not found", "did you mean 'pictures'?"],
    ),
    "no transforms": (lambda root: ImageClassifierData.from_paths(root, tfms=None), ["tfms=None", "tfms_from_model("]),
    "a batch of one": (
        lambda root: ImageClassifierData.from_paths(root, 1, tfms=TFMS),
        ["batch_size=1", "2 or more"],
    ),
    "a CSV file's name": (
        lambda root: ImageClassifierData.from_csv(root, "labels.csv", tfms=TFMS),
        ["labels.csv was not found", "neither here nor in pictures"],
    ),
    "a pattern without a group": (
        lambda root: ImageClassifierData.from_names(root, r".+\.jpg", tfms=TFMS),
        ["with 0 groups", "in brackets", r'r"(.+)_\d+\.jpg"'],
    ),
    "a pattern that finds nothing": (
        lambda root: ImageClassifierData.from_names(root, r"(.+)_\d+", tfms=TFMS),
        ["no label in any of the 32 names", "such as 'cat.0000.jpg'"],
    ),
    "a share in percent": (
        lambda root: ImageClassifierData.from_names(root, r"(.+)\.\d", tfms=TFMS, valid=20),
        ["valid=20", "such as 0.2"],
    ),
    "an architecture's name": (
        lambda root: tfms_from_model("resnet35", 64),
        ["'resnet35'", "did you mean", "resnet34"],
    ),
    "an architecture called": (
        lambda root: learner(data_in(root), arch=zoo.AlexNet, weights="DEFAULT"),
        ["AlexNet has no published weights", "weights=None", "'alexnet'"],
    ),
    "a size": (lambda root: tfms_from_model("resnet10", 12), ["sz=12", "from 32 to 1024", "such as 128"]),
    "an augmentation": (lambda root: tfms_from_model("resnet10", 64, "side"), ["aug='side'", '"side_on"', "function"]),
    "a path for data": (lambda root: ConvLearner.pretrained("resnet10", root), ["from_paths(PATH, tfms=...)"]),
    "missing weights": (
        lambda root: learner(data_in(root), weights=root / "no.pth"),
        ["no.pth", "was not found", ".pth or .safetensors"],
    ),
    "a picture as weights": (
        lambda root: learner(data_in(root), weights=root / "train" / "cats" / "cat.0000.jpg"),
        ["cat.0000.jpg cannot be read as weights", "we need a state dict"],
    ),
    "no epochs": (lambda root: learner(data_in(root)).fit(0.01, 0), ["n=0", "1 or more"]),
    "the arguments of fit swapped": (lambda root: learner(data_in(root)).fit(2, 0.01), ["n=0.01", "whole number"]),
    "a rate of zero": (lambda root: learner(data_in(root)).fit(0, 1), ["lr=0", "positive", "0.01"]),
    "two rates": (
        lambda root: learner(data_in(root)).fit([1, 2], 1),
        ["2 learning rates", "early body, late body, head"],
    ),
    "unfreezing too early": (
        lambda root: learner(data_in(root), precompute=True).unfreeze(),
        ["type learn.precompute = False"],
    ),
    "a split's name": (lambda root: learner(data_in(root)).predict_all("vaild"), ["'vaild'", "'train', 'valid'"]),
    "a missing picture": (lambda root: read_image(root / "x.jpg"), ["x.jpg was not found", "Path.cwd()"]),
    "a folder as a picture": (lambda root: read_image(root), ["pictures is a folder", "pictures/name.jpg"]),
    "a tensor's order of axes": (
        lambda root: learner(data_in(root)).predict(np.zeros((3, 9, 9), np.uint8)),
        ["(3, 9, 9)", "uint8 (height, width, 3)", "read_image(path)"],
    ),
    "a tensor's order of axes, drawn": (
        lambda root: show_image(np.zeros((3, 9, 9))),
        ["(3, 9, 9)", "permute(1, 2, 0)"],
    ),
    "nothing to draw": (lambda root: show_images([]), ["no pictures", "at least one"]),
    "no columns": (
        lambda root: show_images([np.zeros((2, 2, 3), np.uint8)], columns=0),
        ["columns=0", "1 or more"],
    ),
    "a model's name": (lambda root: learner(data_in(root)).load("first"), ["first.safetensors", "no model"]),
    "a picture as a model": (
        lambda root: load_model(root / "train" / "cats" / "cat.0000.jpg"),
        ["cat.0000.jpg is not a model", "learn.save(name)"],
    ),
    "a model's name with folders": (lambda root: learner(data_in(root)).save("a/b"), ["'a/b'", 'learn.save("first")']),
    "a class": (
        lambda root: most_wrong(learner(data_in(root)).predict_all(), "cat"),
        ["'cat'", "'cats', 'dogs'"],
    ),
    "counts": (lambda root: wilson_interval(3, 2), ["3 correct of 2", "0 ≤ correct ≤ total"]),
}


def test_a_path_may_begin_at_the_readers_home(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(pictures.parent))
    monkeypatch.setenv("USERPROFILE", str(pictures.parent))
    data = ImageClassifierData.from_paths("~/pictures", tfms=TFMS)
    learn = learner(data)
    learn.save("first")
    assert load_model("~/pictures/models/first.safetensors").classes == ("cats", "dogs")
    assert read_image("~/pictures/train/cats/cat.0000.jpg").ndim == 3
    assert learn.predict("~/pictures/train/cats/cat.0000.jpg").label in data.classes
    torch.save(resnet10().state_dict(), pictures / "own.pth")
    learner(data, weights="~/pictures/own.pth")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_sentence_with_what_we_got_and_what_to_type(mistake: str, pictures: Path) -> None:
    act, words = MISTAKES[mistake]
    with pytest.raises((ValueError, TypeError, FileNotFoundError, RuntimeError)) as caught:
        act(pictures)
    message = str(caught.value)
    for word in words:
        assert word in message
    assert "\n" not in message
    assert len(message) < 400
    assert caught.value.__cause__ is None  # one error, and not a chain of tracebacks
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
