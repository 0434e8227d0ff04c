"""Files of whole models through `load_model`, and a picture through what was loaded."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from helpers import load_model
from helpers.models import build
from helpers.predictor import ModelFileError, save_model
from tests.fuzz.door import Door, complaints
from tests.fuzz.mutate import mutated
from tests.fuzz.tensor_files import TENSORS, TensorFile, filled, lengths
from tests.pictures import noise

ARCH, SIZE, CLASSES = "squeezenet1_1", 32, ("cats", "dogs")  # small: a file is written and read in milliseconds
LONG = "long " * 200_000

Facts = dict[str, Any]


def named(*classes: object) -> Facts:
    """Return facts with other classes."""
    return {"classes": list(classes)}


# What the facts say instead; the weights stay as they are.
FACTS: dict[str, Facts] = {
    "no classes": named(),
    "one class": named("cats"),
    "a million classes": named(*map(str, range(10**6))),
    "three classes": named("cats", "dogs", "foxes"),
    "the same class twice": named("cats", "cats"),
    "an empty class": named("cats", ""),
    "a class of blanks": named("cats", "   "),
    "classes that are numbers": named(1, 2),
    "a class that is a list": named("cats", ["dogs"]),
    "a class with controls": named("cats", "dogs\x1b[2J\x00\n\r\x07"),
    "a class with an end of line": named("cats", "dogs\u2028\u2029"),
    "a class that turns the text": named("cats\u202e\u2066", "dogs"),
    "a class with half a character": named("cats", "dogs\ud800"),
    "a class of a million characters": named("cats", LONG),
    "classes that are a text": {"classes": "cd"},
    "classes that are a table": {"classes": {"cats": 0, "dogs": 1}},
    "no architecture": {"architecture": None},
    "an empty architecture": {"architecture": ""},
    "an architecture of a million characters": {"architecture": LONG},
    "an architecture of a million letters": {"architecture": "a" * 10**6},
    "an architecture with controls": {"architecture": "resnet\x1b[2J\n"},
    "an architecture of a reader's": {"architecture": "my_network"},
    "an architecture that is a list": {"architecture": [["resnet10"]]},
    "another architecture": {"architecture": "resnet10"},
    "a huge architecture": {"architecture": "regnet_y_128gf"},
    "a huge transformer": {"architecture": "vit_h_14"},
    "an architecture with a path": {"architecture": "../../etc/passwd"},
    "a size of 0": {"size": 0},
    "a negative size": {"size": -32},
    "a huge size": {"size": 10**9},
    "the largest size": {"size": 1024},
    "another size": {"size": 33},
    "a size with a fraction": {"size": 32.5},
    "a size that is true": {"size": True},
    "a size that is a text": {"size": "32"},
    "a size that is no number": {"size": float("nan")},
    "another format": {"format": "whole-game model, version 0"},
    "a format with controls": {"format": "\x1b[2J\nversion\u202e 1"},
    "a format of a million characters": {"format": LONG},
    "a format that is a list": {"format": [1]},
    "a std of 0": {"std": [0, 0, 0]},
    "a mean that is no number": {"mean": [float("nan")] * 3},
    "a mean that is a text": {"mean": "mean"},
    "a million means": {"mean": [0.5] * 10**6},
}


def texts() -> dict[str, Any]:
    """Return what may stand in a file in place of facts."""
    return {
        "no facts": "",
        "facts that are no JSON": "{'a': 1}",
        "facts that are a list": "[1, 2]",
        "facts that are a number": "1e999",
        "facts that are deep lists": "[" * 100_000 + "]" * 100_000,
        "facts that are deep tables": '{"format":' * 100_000 + "1" + "}" * 100_000,
        "facts with a number of a million digits": '{"format": ' + "1" * 10**6 + "}",
    }


class Models:
    """One case: a model's file, damaged or crafted, loaded, and asked for a prediction."""

    def __init__(self, folder: Path) -> None:
        import torch

        torch.manual_seed(0)
        path = save_model(folder / "whole.safetensors", build(ARCH, SIZE, 2, weights=None), CLASSES)
        self.whole, self.picture = path.read_bytes(), noise(40, 44)
        self.crafted: dict[str, Callable[[], bytes]] = {
            "whole": lambda: self.whole,
            **{label: self._with_facts(facts) for label, facts in FACTS.items()},
            **{label: self._with_text(text) for label, text in texts().items()},
            **{label: self._changed(change) for label, change in TENSORS.items()},
            **lengths(self.whole),
            "a std of 0 in the weights": self._changed(filled(0, "normalise.std")),
            "a negative variance": self._changed(filled(-1, "running_var")),
            "no metadata": self._changed(lambda file: file.header.pop("__metadata__")),
            "metadata that is a list": self._changed(lambda file: file.header.update({"__metadata__": [1]})),
        }

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Send one file through `load_model`, and a picture through what it gives."""
        path = folder / "model.safetensors"
        if number % 2 == 0:
            door.label = list(self.crafted)[number // 2 % len(self.crafted)]
            content = self.crafted[door.label]()
        else:
            door.label, content = mutated(draw, self.whole)
        path.write_bytes(content)
        answer = door.call("load_model", lambda: load_model(path), ModelFileError, FileNotFoundError, ValueError)
        door.counts["read" if answer.error is None else "refused"] += 1
        if answer.error is not None:
            if door.label == "whole":
                door.fault("lost", f"a whole model is refused: {answer.error}")
            return
        predictor = answer.value
        said = door.call("repr of the model", lambda: repr(predictor)).value
        answer = door.call("predict", lambda: predictor.predict(self.picture), ModelFileError, ValueError)
        names = {"the model's repr": said, "a class": max(predictor.classes, key=len)}
        if answer.error is None:
            found = answer.value.probabilities
            if not np.isfinite(found).all() or abs(found.sum() - 1) > 1e-3:
                door.fault("wrong", f"the probabilities are {found[:4]}")
            names["the prediction's repr"] = repr(answer.value)
        for what, text in [*names.items(), *(("a class", label) for label in predictor.classes[:100])]:
            for complaint in complaints(text):
                door.fault("foreign", f"{what} is a text {complaint}: {text[:100]!r}")
        if len(set(predictor.classes)) < len(predictor.classes) or not all(map(str.strip, predictor.classes)):
            door.fault("wrong", f"the classes are not each one name: {predictor.classes[:4]}")

    def _changed(self, change: Callable[[TensorFile], Any]) -> Callable[[], bytes]:
        def craft() -> bytes:
            file = TensorFile.read(self.whole)
            change(file)
            return file.packed()

        return craft

    def _with_text(self, text: str) -> Callable[[], bytes]:
        return self._changed(lambda file: file.header.update({"__metadata__": {"whole_game": text}}))

    def _with_facts(self, facts: Facts) -> Callable[[], bytes]:
        own = json.loads(TensorFile.read(self.whole).header["__metadata__"]["whole_game"])
        return self._with_text(json.dumps(own | facts))
