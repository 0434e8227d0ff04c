"""The steps of lesson 09 on photographs: what is run and counted, and what is stored of the real ones."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision.models import mobilenet_v2

from benchmarks import photographs, run
from helpers import ConvLearner
from helpers.lessons.photographs import steps_on_photographs
from helpers.statistics import Comparison
from tests.pictures import make_pictures

NAMES = ["start", "augmentation, cycles", "whole network", "several looks", "whole network, at 288", "start, at 288"]


def test_every_step_is_run_in_order_and_counted_against_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photographs, "SIZES", (32, 48))
    monkeypatch.setattr(photographs, "SEEDS", (1, 2))
    weights = tmp_path / "weights.pth"
    torch.save(mobilenet_v2().state_dict(), weights)
    root = make_pictures(tmp_path / "pictures")
    before = sorted(root.rglob("*"))
    fits: list[tuple[int, bool, Any]] = []
    fit = ConvLearner.fit

    def noted(learn: ConvLearner, rates: Any, *given: Any, **options: Any) -> Any:
        learns = next(learn.model.body.parameters()).requires_grad
        fits.append((learn.data.tfms.size, learns, (rates, *given, *options.values())))
        return fit(learn, rates, *given, **options)

    monkeypatch.setattr(ConvLearner, "fit", noted)
    found = photographs.measure(root, weights, each=4)
    assert fits[:4] == [
        (32, False, (0.01, 2)), (32, False, (0.01, 3, 1)), (32, True, ([1e-5, 1e-4, 1e-3], 2, 1, 2)),
        (48, False, (0.01, 2)),
    ]  # fmt: skip
    assert sorted(root.rglob("*")) == before, "nothing is kept beside the photographs"
    valid = len([*root.glob("valid/*/*")])
    assert [step["name"] for step in found["steps"]] == [name.replace("288", "48") for name in NAMES]
    start, *others = found["steps"]
    assert start["counts"] == []
    for step in others:
        for accuracy, first, (only_first, only_step, total) in zip(
            step["accuracies"], start["accuracies"], step["counts"], strict=True
        ):
            assert total == valid
            assert accuracy - first == pytest.approx((only_step - only_first) / valid, abs=1e-5)
    assert np.sum(found["matrix"]) == valid
    looks = found["steps"][3]
    assert np.trace(found["matrix"]) / valid == pytest.approx(looks["accuracies"][0], abs=1e-5)


def test_make_bench_measures_them_alone_and_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "steps"])
    monkeypatch.delenv("WHOLE_GAME_PHOTOS", raising=False)
    with pytest.raises(SystemExit, match="WHOLE_GAME_PHOTOS is not set; it names a folder"):
        run.main()
    monkeypatch.setenv("WHOLE_GAME_PHOTOS", str(tmp_path))
    monkeypatch.setenv("WHOLE_GAME_WEIGHTS", str(tmp_path))
    asked = []
    monkeypatch.setattr(photographs, "measure", lambda *given: asked.append(given) or {"steps": []})
    monkeypatch.setattr(photographs, "STORED", tmp_path / "photographs.json")
    run.main()
    assert asked == [(tmp_path, tmp_path / "mobilenet_v2-imagenet.pth")]
    assert json.loads((tmp_path / "photographs.json").read_text("utf-8")) == {"steps": []}
    assert capsys.readouterr().out == "", "no other part was measured"


def test_what_is_stored_is_a_run_of_three_seeds_on_a_thousand_photographs() -> None:
    found = steps_on_photographs()
    assert [step["name"] for step in found["steps"]] == NAMES
    for step in found["steps"]:
        assert len(step["accuracies"]) == len(step["seconds"]) == 3
        assert all(0.97 < accuracy < 1 for accuracy in step["accuracies"]), "which lessons 02 and 09 print"
        assert all(Comparison(*counts).total == 1000 for counts in step["counts"])
    assert np.sum(found["matrix"]) == 1000
    assert {"hardware", "versions", "date"} <= set(found)
