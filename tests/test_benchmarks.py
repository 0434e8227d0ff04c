"""The benchmark's plain functions, and that both sides of it start alike. Nothing here asserts a time."""

import copy
import dataclasses
import os
import random
import runpy
import subprocess
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torchvision import models

from benchmarks import forward, fresh, networks, pictures, redraws, report, run, targets, unfreezing, with_helpers
from helpers import ConvLearner, ImageClassifierData, tfms_from_model
from helpers.activations import FeatureExtractor
from helpers.history import History
from helpers.models import build


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noisy pictures as a reader has them: 30 cats and 20 dogs to train, 8 of each to judge, and other files."""
    root = tmp_path_factory.mktemp("pictures")
    rng = np.random.default_rng(0)
    for split, counts in {"train": {"cats": 30, "dogs": 20}, "valid": {"cats": 8, "dogs": 8}}.items():
        for label, number in counts.items():
            (root / split / label).mkdir(parents=True)
            for name in range(number):
                noise = rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)
                Image.fromarray(noise).save(root / split / label / f"{label}.{name}.jpg")
            (root / split / label / "notes.txt").write_text("no picture")
            (root / split / label / ".hidden.jpg").write_bytes(b"no picture")
    return root


def results() -> dict:
    """Raw numbers of a benchmark that never ran; each occurs once."""
    return {
        "about": {
            "date": "2026-01-02",
            "command": "make bench",
            "pairs": 3,
            "missing": "",
            "hardware": {"Processor": "an abacus", "Cores": "2"},
            "versions": {"torch": "2.15.0"},
        },
        "training": {
            "arch": "resnet34",
            "size": 224,
            "epochs": 2,
            "train": 1000,
            "valid": 200,
            "what": "photographs",
            "workers": 2,
            "batch_size": 64,
            "fastai_train_bn_false": 77.25,
            "pairs": [
                {"order": "fastai", "fastai": 120.25, "cold": 10.01, "warm": 0.51},
                {"order": "ours", "fastai": 132.5, "cold": 11.02, "warm": 0.62},
                {"order": "fastai", "fastai": 110.75, "cold": 9.03, "warm": 0.43},
            ],
        },
        "augmented": {
            "arch": "resnet34",
            "size": 224,
            "train": 400,
            "valid": 40,
            "what": "photographs",
            "batch_size": 64,
            "pairs": [
                {
                    "order": order,
                    "frozen fastai": 31.17 + pair,
                    "frozen helpers": 5.37 + pair / 10,
                    "unfrozen fastai": 61.19 + pair,
                    "unfrozen helpers": 15.73 + pair / 10,
                }
                for pair, order in enumerate(("fastai", "helpers", "fastai"))
            ],
        },
        "accuracy": {
            "size": 224,
            "epochs": 2,
            "train": 1000,
            "larger": 2000,
            "valid": 1000,
            "what": "photographs",
            "pairs": [
                {
                    "seed": seed,
                    "fastai": 0.971 + seed / 1000,
                    "helpers": 0.976 + seed / 1000,
                    "larger": 0.98 + seed / 1000,
                }
                for seed in (1, 2, 3)
            ],
        },
        "unfreezing": {
            "arch": "mobilenet_v2",
            "size": 224,
            "epochs": 2,
            "train": 2000,
            "valid": 1000,
            "what": "photographs",
            "pairs": [
                {
                    "seed": seed,
                    "frozen": 0.962 + seed / 1000,
                    "unfrozen": unfrozen,
                    "only_frozen": only_frozen,
                    "only_unfrozen": 5,
                    "p": p,
                    "verdict": verdict,
                    "seconds": 171.0 + seed,
                }
                for seed, unfrozen, only_frozen, p, verdict in (
                    (1, 0.945, 23, 0.0009, "worse"),
                    (2, 0.966, 3, 0.73, "not distinguishable"),
                    (3, 0.959, 11, 0.21, "not distinguishable"),
                )
            ],
        },
        "forward": {
            "arch": "resnet34",
            "size": 224,
            "train": 1000,
            "what": "photographs",
            "precision": "bfloat16",
            "pairs": [
                {"order": "pass", "pass": 88.1, "bare": 100.2, "unfolded": 81.3},
                {"order": "unfolded", "pass": 89.4, "bare": 101.5, "unfolded": 82.6},
            ],
        },
        "imports": {"torch": [2.01, 2.12, 2.03], "helpers": [2.64, 2.45, 2.56], "fastai": [4.07, 4.28, 4.19]},
        "redraws": {"an explorer: a step": [9.9, 10.2, 63.4], "another explorer: a place": [4.3, 5.4, 4.6]},
    }


# Numbers -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_a_ratio_is_that_of_the_medians_and_its_range_that_of_the_pairs(seed: int) -> None:
    above, below = np.random.default_rng(seed).uniform(1, 9, (2, 7))
    ratio = targets.Ratio.of(above.tolist(), below.tolist())
    assert ratio.medians == pytest.approx(np.median(above) / np.median(below))
    assert (ratio.low, ratio.high) == pytest.approx(((above / below).min(), (above / below).max()))


def test_numbers_that_were_not_measured_in_pairs_have_no_ratio() -> None:
    with pytest.raises(ValueError, match="shorter"):
        targets.Ratio.of([1, 2, 3], [1, 2])


@pytest.mark.parametrize(
    ("measured", "at_least", "reached"),
    [(12.0, True, True), (11.99, True, False), (12.0, False, True), (12.01, False, False)],
)
def test_a_target_is_reached_at_its_very_number_and_not_beyond(measured: float, at_least: bool, reached: bool) -> None:
    target = targets.Target("speed", 12, measured, f"{measured}", "times", at_least)
    assert target.reached == reached
    assert target.row()[1] == ("at least 12 times" if at_least else "at most 12 times")
    assert target.row()[3] == ("reached" if reached else "missed")


def test_the_targets_are_the_projects_and_the_measured_numbers_those_of_the_raw_ones() -> None:
    cold, warm, frozen, unfrozen, accuracy, worse, gained, share, cost, redraw = targets.targets(results())
    assert [target.wanted for target in (cold, warm, accuracy, share, cost, redraw)] == [12, 200, 97.5, 90, 1, 100]
    assert frozen.wanted == unfrozen.wanted == 4
    assert frozen.measured == pytest.approx(32.17 / 5.47)
    assert unfrozen.measured == pytest.approx(62.19 / 15.83)
    assert cold.measured == pytest.approx(120.25 / 10.01)
    assert warm.measured == pytest.approx(120.25 / 0.51)
    assert accuracy.measured == pytest.approx(98.1)
    assert worse.row()[1:] == ["at most 0 of 3", "1 of 3", "missed"]
    assert gained.row()[1:] == ["at least -0.3 points", "-0.7 points", "missed"]
    assert share.measured == pytest.approx(100 * (88.1 + 89.4) / (100.2 + 101.5))
    assert cost.measured == pytest.approx(2.56 - 2.03)
    assert redraw.row()[1:] == ["at most 100 ms", "63.4 ms (an explorer: a step)", "reached"]


def test_what_falls_short_is_named() -> None:
    found = targets.targets(results())
    said = targets.verdict(found)
    assert said == (
        "Targets reached: 6 of 10. Missed: one epoch, augmented, body unfrozen: fastai's seconds over ours; "
        "seeds on which mobilenet_v2 is distinguishably worse unfrozen than frozen; "
        "mean accuracy of mobilenet_v2, unfrozen over frozen; "
        "activation pass, of the bare forward pass."
    )
    assert targets.verdict([target for target in found if target.reached]) == "Targets reached: 6 of 6."


# The report ----------------------------------------------------------------------------------------------------------


def test_a_table_has_a_rule_below_its_header_and_refuses_rows_of_another_width() -> None:
    assert report.table(["a", "b", "c"], [["x", "y", "1"]], words=2) == "| a | b | c |\n|---|---|---:|\n| x | y | 1 |"
    with pytest.raises(ValueError, match="the header has 2"):
        report.table(["a", "b"], [["x"]])


def test_the_report_keeps_every_raw_number() -> None:
    text = report.render(results())
    raw = [f"{row[name]:.2f}" for row in results()["training"]["pairs"] for name in ("fastai", "cold", "warm")]
    raw += [f"{value:.2f}" for row in results()["augmented"]["pairs"] for value in list(row.values())[1:]]
    raw += [f"{row[name]:.1f}" for row in results()["forward"]["pairs"] for name in ("pass", "bare", "unfolded")]
    raw += [f"{value:.2f}" for values in results()["imports"].values() for value in values]
    raw += [
        f"{100 * row[side]:.1f} %" for row in results()["accuracy"]["pairs"] for side in ("fastai", "helpers", "larger")
    ]
    assert [number for number in raw if number not in text] == []
    assert "`fit([1e-5, 1e-4, 1e-3], 2, cycle_len=1)`" in text
    assert "| 1 | worse | 96.3 % (94.9 to 97.3) | 94.5 % (92.9 to 95.8) | 23 | 5 | 0.0009 | 172 |" in text
    assert "| an explorer: a step | 3 | 10.2 | 63.4 |" in text
    assert all(said in text for said in ("an abacus", "2026-01-02", "n = 3", "2.15.0", "960", "77.25"))


def test_the_report_of_one_part_leaves_the_others_out() -> None:
    text = report.render({name: results()[name] for name in ("about", "imports")})
    assert "## Import" in text
    assert "fit_one_cycle" not in text
    assert "bare forward" not in text


def test_the_report_says_what_was_missing() -> None:
    facts = results()
    facts["about"]["missing"] = "The drawn sample is used."
    facts["accuracy"] = facts["unfreezing"] = {"missing": "Not measured: a file is missing."}
    text = report.render(facts)
    assert "**The drawn sample is used.**" in text
    assert text.count("Not measured: a file is missing.") == 2
    assert len(targets.targets(facts)) == 7


# Pictures ------------------------------------------------------------------------------------------------------------


def test_as_many_pictures_of_each_class_are_chosen_and_no_other_file(folder: Path) -> None:
    chosen = pictures.choose(folder, 24, 6)
    parents = [path.parent.as_posix() for path in chosen]
    assert {parent: parents.count(parent) for parent in parents} == {
        "train/cats": 12,
        "train/dogs": 12,
        "valid/cats": 3,
        "valid/dogs": 3,
    }
    assert len(set(chosen)) == 30
    assert all((folder / path).suffix == ".jpg" and path.name[0] != "." for path in chosen)


def test_a_small_folder_gives_what_it_has_and_stays_balanced(folder: Path) -> None:
    chosen = pictures.choose(folder, 1000, 200)
    assert pictures.count(chosen, "train") == 40
    assert pictures.count(chosen, "valid") == 16


def test_the_same_seed_chooses_the_same_pictures_and_another_seed_others(folder: Path) -> None:
    random.seed(5)
    first = pictures.choose(folder, 20, 4)
    random.seed(6)
    assert pictures.choose(folder, 20, 4) == first
    assert pictures.choose(folder, 20, 4, seed=2) != first


def test_a_copy_holds_the_chosen_pictures_byte_for_byte_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    chosen = pictures.choose(folder, 8, 4)
    target = pictures.copy_to(tmp_path / "copy", folder, chosen)
    files = sorted(path.relative_to(target) for path in target.rglob("*") if path.is_file())
    assert files == sorted(chosen)
    assert all((target / path).read_bytes() == (folder / path).read_bytes() for path in chosen)
    assert pictures.read_once(target) == sum((folder / path).stat().st_size for path in chosen)


def test_the_pictures_number_tells_any_other_picture_but_not_another_order(folder: Path, tmp_path: Path) -> None:
    target = pictures.copy_to(tmp_path, folder, pictures.choose(folder, 8, 4))
    train, valid = ([*(target / split).rglob("*.jpg")] for split in ("train", "valid"))
    number = pictures.digest_of_pictures(target, train, valid)
    assert pictures.digest_of_pictures(target, train[::-1], valid[::-1]) == number
    assert pictures.digest_of_pictures(target, train[1:], valid) != number
    assert pictures.digest_of_pictures(target, [*train, valid[0]], valid[1:]) != number
    train[3].write_bytes(train[3].read_bytes() + b" ")
    assert pictures.digest_of_pictures(target, train, valid) != number


@pytest.mark.parametrize("named", [None, "nowhere"])
def test_without_photographs_the_drawn_sample_is_used_and_said_so(
    named: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "get_data", lambda name: tmp_path / name)
    source = pictures.find_source({} if named is None else {"WHOLE_GAME_PHOTOS": named})
    assert (source.folder, source.what) == (tmp_path / "sample", "drawn pictures")
    assert ("is not set" in source.missing) == (named is None)
    assert source.missing.endswith("the drawn sample is used in their place.")


def test_the_photographs_that_the_environment_names_are_used(folder: Path) -> None:
    assert pictures.find_source({"WHOLE_GAME_PHOTOS": str(folder)}) == pictures.Source(folder, "photographs")


# Weights -------------------------------------------------------------------------------------------------------------


def test_torchvision_finds_the_random_weights_where_its_own_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr("torch.hub.download_url_to_file", lambda *_, **__: pytest.fail("asked the network"))
    state = torch.load(networks.put_random_weights("resnet18", tmp_path), weights_only=True)
    found = models.resnet18(weights="DEFAULT").state_dict()
    assert all(torch.equal(found[name], value) for name, value in state.items())


def test_random_weights_are_the_same_each_time_and_leave_other_chance_alone(tmp_path: Path) -> None:
    torch.manual_seed(3)
    wanted = torch.rand(2)
    torch.manual_seed(3)
    first, second = (networks.put_random_weights("resnet18", tmp_path / name) for name in "ab")
    assert torch.equal(torch.rand(2), wanted)
    one, other = (torch.load(path, weights_only=True) for path in (first, second))
    assert all(torch.equal(one[name], value) for name, value in other.items())


def test_the_weights_number_tells_one_changed_weight_but_not_other_names() -> None:
    body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    number = networks.digest_of_weights(body)
    assert networks.digest_of_weights(nn.Sequential(copy.deepcopy(body))) == number
    body[1].num_batches_tracked += 1
    assert networks.digest_of_weights(body) == number
    with torch.no_grad():
        body[1].running_mean[2] += 1e-3
    assert networks.digest_of_weights(body) != number


# Processes -----------------------------------------------------------------------------------------------------------


def test_a_measured_process_waits_passively_and_inherits_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OMP_NUM_THREADS", "PYTHONPATH", "TORCH_HOME", "OMP_WAIT_POLICY"):
        monkeypatch.setenv(name, "7")
    clean = fresh.environment(tmp_path)
    assert clean["OMP_WAIT_POLICY"] == "PASSIVE"
    assert {"OMP_NUM_THREADS", "PYTHONPATH"}.isdisjoint(clean)
    assert all(clean[name].startswith(str(tmp_path)) for name in ("TORCH_HOME", "FASTAI_HOME", "XDG_CACHE_HOME"))


def test_a_measuring_process_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(fresh.MeasurementFailed, match="no module named 'nothing'"):
        fresh.seconds_to_run("raise SystemExit(\"no module named 'nothing'\")", tmp_path)


def test_sides_that_started_unlike_are_not_compared() -> None:
    ours = {"start": {"pictures": "a", "weights": "b"}}
    run.same_start(copy.deepcopy(ours), ours)
    with pytest.raises(fresh.MeasurementFailed, match="the same weights"):
        run.same_start({"start": {"pictures": "a", "weights": "c"}}, ours)


@pytest.mark.parametrize("arch", ["resnet18", "mobilenet_v2"])
def test_both_sides_start_with_the_same_pictures_and_weights(arch: str, folder: Path, tmp_path: Path) -> None:
    target = pictures.copy_to(tmp_path / "pictures", folder, pictures.choose(folder, 8, 4))
    weights = networks.put_random_weights(arch, tmp_path / "torch")
    network = models.get_model(arch, weights=None)
    network.load_state_dict(torch.load(weights, weights_only=True))
    body = network.features if arch == "mobilenet_v2" else nn.Sequential(*list(network.children())[:-2])
    train, valid = ((target / split).rglob("*.jpg") for split in ("train", "valid"))
    start = {
        "pictures": pictures.digest_of_pictures(target, train, valid),
        "weights": networks.digest_of_weights(body),
    }
    question = {"pictures": str(target), "weights": str(weights), "arch": arch, "size": 64, "epochs": 1, "seed": 1}
    ours = fresh.ask("with_helpers", question, tmp_path)
    assert ours["start"] == start
    assert ours["seconds"] > 0
    assert 0 <= ours["accuracy"] <= 1
    if find_spec("fastai") is None:
        pytest.skip("our side is as it should be; the other needs fastai: pip install -e '.[bench]'")
    theirs = fresh.ask("with_fastai", question, tmp_path)
    assert theirs["start"] == start
    assert theirs["seconds"] > 0
    assert 0 <= theirs["accuracy"] <= 1


def test_an_augmented_and_unfrozen_run_is_what_it_says(folder: Path) -> None:
    facts = {"pictures": str(folder), "weights": None, "arch": "resnet34", "size": 64, "seed": 1}
    plain, changed = with_helpers.make(facts), with_helpers.make(facts | {"augmented": True, "unfrozen": True})
    assert (plain.precompute, plain.frozen, plain.data.tfms.augmentation) == (True, True, None)
    assert (changed.precompute, changed.frozen, changed.data.tfms.augmentation) == (False, False, "side_on")


def test_unfreezing_is_judged_on_the_same_pictures_and_trains_the_body_at_small_rates(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []

    def watched(learn: ConvLearner, rate: object, n: int, **options: object) -> History:
        runs.append((rate, n, options, learn.frozen, learn.precompute, learn.data.tfms.augmentation))
        return fit(learn, rate, n, **options)

    fit = ConvLearner.fit
    monkeypatch.setattr(ConvLearner, "fit", watched)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    facts = {"pictures": str(folder), "weights": None, "arch": "resnet10", "size": 64, "epochs": 2, "seed": 1}
    found = unfreezing.work(facts)
    assert runs == [
        (0.01, 2, {}, True, True, "side_on"),
        ((1e-5, 1e-4, 1e-3), 2, {"cycle_len": 1}, False, False, "side_on"),
    ]
    assert 16 * (found["unfrozen"] - found["frozen"]) == found["only_unfrozen"] - found["only_frozen"]
    assert found["seconds"] > 0
    assert found["verdict"] in {"better", "worse", "not distinguishable"}


def test_the_bare_forward_pass_does_the_work_of_the_activation_pass(folder: Path) -> None:
    data = ImageClassifierData.from_paths(folder, tfms=tfms_from_model("resnet10", 64), batch_size=16)
    extractor = FeatureExtractor(build("resnet10", 64, 2, None), device=torch.device("cpu"), fast=False)
    ready = forward.ready_tensors(extractor, data)
    features = torch.cat([extractor(batch.pixels) for batch in data.batches("train")])
    with torch.inference_mode():
        bare = torch.cat([extractor.model.pool(extractor.body(batch)) for batch in ready])
    assert len(bare) == len(data.train)
    torch.testing.assert_close(bare, features)
    assert all(batch.is_contiguous(memory_format=torch.channels_last) for batch in ready)


@pytest.mark.skipif(find_spec("fastai") is None or find_spec("psutil") is None, reason="needs fastai and psutil")
def test_a_quick_try_prints_its_report_and_leaves_the_kept_one_alone(folder: Path, tmp_path: Path) -> None:
    kept = fresh.ROOT / "benchmarks" / "RESULTS.md"
    before = kept.read_bytes() if kept.exists() else None
    done = subprocess.run(
        [sys.executable, "benchmarks/run.py", "--only", "forward", "--pairs", "2", "--photographs", "24"],
        cwd=fresh.ROOT,
        env=os.environ | {"WHOLE_GAME_PHOTOS": str(folder), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    first, second = (line for line in done.stdout.splitlines() if line.startswith(("| 1 |", "| 2 |")))
    assert first.startswith("| 1 | pass |")
    assert second.startswith("| 2 | unfolded |")
    assert "RESULTS.md stays as it is" in done.stdout
    assert str(tmp_path) not in done.stdout
    assert (kept.read_bytes() if kept.exists() else None) == before
    assert list(tmp_path.glob("whole-game-bench-*")) == []


# Redraws -------------------------------------------------------------------------------------------------------------


def test_an_act_that_changes_nothing_is_refused_or_is_not_there_is_no_measurement() -> None:
    redraw = redraws.REDRAWS["descent stepper: rate"]
    for value in ("0.02", "7"):  # what it is already, and too much
        with pytest.raises(fresh.MeasurementFailed, match=f"'rate' with .*{value}.* was refused or changed nothing"):
            redraws.times(dataclasses.replace(redraw, told=[{"value": value}]))
    with pytest.raises(fresh.MeasurementFailed, match="no act of this explorer is called 'y'"):
        redraws.times(dataclasses.replace(redraw, act="y"))


def test_redraws_are_measured_without_fastai_and_no_other_part_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Two changes, two times, in this process; each of all the changes is made by the tests of the widgets.
    two = {name: redraws.REDRAWS[name] for name in ("descent stepper: step", "descent stepper: rate")}
    monkeypatch.setattr(redraws, "REDRAWS", two)
    monkeypatch.setattr(redraws, "times", partial(redraws.times, number=2))
    monkeypatch.setattr(run, "ask", lambda room, facts, scratch: {"redraws": redraws.measure}[room](facts))
    monkeypatch.setattr(run, "find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "psutil", None)
    monkeypatch.setenv("WHOLE_GAME_PHOTOS", str(folder))
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "redraws"])
    run.main()
    said = capsys.readouterr().out
    assert [name for name in two if f"| {name} | 2 |" not in said] == []
    assert "the slowest redraw of an explorer | at most 100 ms" in said
    assert "RESULTS.md stays as it is" in said
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "imports"])
    with pytest.raises(SystemExit):
        run.main()
    assert "fastai and psutil cannot be imported" in capsys.readouterr().err


def test_too_few_photographs_are_refused_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "--photographs", "3"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(fresh.ROOT / "benchmarks" / "run.py"), run_name="__main__")
    assert stopped.value.code == 2
    assert "at least 1 pair and 24 photographs" in capsys.readouterr().err
