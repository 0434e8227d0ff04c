"""The script that trains the backbone, run for a few steps on pictures made here, with an untrained teacher."""

import csv
import dataclasses
import io
import itertools
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file
from torchvision.models import mobilenet_v2

from helpers import resnet10

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT / "helpers" / "weights" / "resnet10.safetensors"
# The script's rooms import each other by their bare names, as they do when Python runs the script itself.
sys.path.insert(0, str(ROOT / "backbone"))

import augment  # noqa: E402
import average  # noqa: E402
import batches  # noqa: E402
import judge  # noqa: E402
import pictures  # noqa: E402
import probe  # noqa: E402
import student  # noqa: E402
import teacher  # noqa: E402
import train  # noqa: E402


def picture(rng: np.random.Generator, size: tuple[int, int], warm: bool) -> bytes:
    """A noisy picture in a warm or a cold colour, as the bytes of a file."""
    noise = rng.integers(0, 120, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
    noise[..., 0 if warm else 2] += 120
    file = io.BytesIO()
    Image.fromarray(noise).resize(size).save(file, "webp", quality=90)
    return file.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three small archives, one of each kind, and a teacher of random weights whose activations are alive."""
    folder, rng = tmp_path_factory.mktemp("pretraining"), np.random.default_rng(0)
    for name, size, folders in (("tiny", (64, 64), True), ("labelled", (200, 160), True), ("pets", (160, 190), False)):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            for i in range(36):
                warm = i % 2 == 0
                place = f"{'warm' if warm else 'cold'}/{name}{i}.webp" if folders else f"{i}.webp"
                archive.writestr(place, picture(rng, size, warm))
    torch.manual_seed(0)
    network = mobilenet_v2()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 1.0  # its statistics become those of the next batch, so that no layer's output dies out
    with torch.no_grad():
        network.train()(torch.randn(8, 3, 128, 128))
    torch.save(network.state_dict(), folder / "teacher.pth")
    return folder


def command(folder: Path, out: Path, *more: str) -> list[str]:
    cache = folder / "cache"
    paths = ["--pictures", folder, "--teacher", folder / "teacher.pth", "--out", out, "--cache", cache]
    return [*map(str, paths), "--batch-size", "24", *more]


@pytest.fixture(scope="module")
def ready(folder: Path) -> batches.Batches:
    """The three archives with their views cut and the teacher asked."""
    random_teacher, _ = teacher.load_teacher(folder / "teacher.pth")
    found = pictures.picture_archives(folder)
    return batches.Batches([pictures.prepare(one, random_teacher, "test", folder / "cache") for one in found], seed=1)


def numbered(count: int = 60) -> pictures.PictureSet:
    """A set whose picture i, view v, has the grey 4 i + v, the logits 4 i + v and the class i modulo 3."""
    kind = pictures.Kind(stored=64, teacher=64, views=4, shares=(1, 1, 1))
    number = np.arange(count * 4).reshape(count, 4)
    views = np.broadcast_to(number[..., None, None, None], (count, 4, 64, 64, 3)).astype(np.uint8)
    logits = np.broadcast_to(number[..., None], (count, 4, 1000)).astype(np.float16)
    features = np.broadcast_to(number[..., None], (count, 4, 1280)).astype(np.float16)
    return pictures.PictureSet("n", "n", kind, [f"{i % 3}/{i}.png" for i in range(count)], views, logits, features)


def test_a_short_run_lowers_each_of_the_three_losses(ready: batches.Batches, folder: Path, tmp_path: Path) -> None:
    options = train.read_options(command(folder, tmp_path / "w.safetensors", "--steps", "16", "--seed", "3"))
    torch.manual_seed(options.seed)
    untrained = student.Student(len(ready.classes)).to(memory_format=torch.channels_last)
    trained = train.train(ready, options, "pictures made here")
    batch = ready.batch(10**6, 0.0, 48)
    with torch.no_grad():
        before, after = (student.loss_of(model.train()(batch.pictures), batch) for model in (untrained, trained))
    for name, was, now in zip(("probabilities", "features", "labels"), before, after, strict=True):
        assert now < was, f"{name}: {now:.3f} is not below {was:.3f}"
    for head in ("to_logits", "to_features", "to_label"):  # each loss teaches: without one its head stays as it was
        moved = getattr(trained, head).bias - getattr(untrained, head).bias
        assert moved.abs().max() > 1e-4, head


def test_the_command_writes_half_precision_weights_under_10_megabytes_that_fit_the_network(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "weights" / "resnet10.safetensors"
    train.main(command(folder, out, "--steps", "2"))
    weights = load_file(out)
    assert {value.dtype for value in weights.values()} == {torch.float16}
    assert all(value.isfinite().all() for value in weights.values())
    assert out.stat().st_size < 10_000_000
    missing, unexpected = resnet10().load_state_dict(weights, strict=False)
    assert unexpected == []
    assert {name for name in missing if not name.endswith("num_batches_tracked")} == {"fc.weight", "fc.bias"}
    with safe_open(out, "pt") as file:
        about = file.metadata()
    assert about["native_size"] == "128"
    assert "pets (36)" in about["trained_on"]
    assert "pets agreement: " in capsys.readouterr().out


def test_a_killed_run_goes_on_and_ends_where_an_unbroken_one_does(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Killed(Exception):
        pass

    def killed_at_step_3(self: batches.Batches, step: int, progress: float, batch_size: int) -> batches.Batch:
        if step == 3:
            raise Killed
        return deal(self, step, progress, batch_size)

    deal, unbroken, broken = batches.Batches.batch, tmp_path / "unbroken.safetensors", tmp_path / "broken.safetensors"
    train.main(command(folder, unbroken, "--steps", "5", "--keep-every", "0"))
    for checkpoint in (folder / "cache").glob("checkpoint-*"):
        checkpoint.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(batches.Batches, "batch", killed_at_step_3)
        with pytest.raises(Killed):
            train.main(command(folder, broken, "--steps", "5", "--keep-every", "0"))
    (checkpoint,) = (folder / "cache").glob("checkpoint-*")
    torch.save(torch.load(checkpoint) | {"elapsed": 1000.0}, checkpoint)
    capsys.readouterr()
    train.main(command(folder, broken, "--steps", "5", "--keep-every", "0"))
    assert "Going on from step 3, 17 minutes in." in capsys.readouterr().out
    assert torch.load(checkpoint)["elapsed"] > 1000
    first, second = load_file(unbroken), load_file(broken)
    for name in first:
        torch.testing.assert_close(first[name], second[name], rtol=1e-2, atol=1e-3, msg=name)


def test_each_view_keeps_what_the_teacher_says_of_that_view(ready: batches.Batches, folder: Path) -> None:
    random_teacher, _ = teacher.load_teacher(folder / "teacher.pth")
    for one in ready.sets:
        i, view = 7, one.kind.views - 1
        seen = augment.normalise(augment.resized(np.array(one.views[i : i + 1, view]), one.kind.teacher))
        with torch.inference_mode():
            pooled = random_teacher.features(seen).mean(dim=(2, 3))[0].numpy()
        # In float32 here, in bfloat16 there: not the same digits, but nearer to them than to any other view's.
        distances = np.square(one.features.astype(np.float32) - pooled).sum(axis=-1)
        assert np.unravel_index(distances.argmin(), distances.shape) == (i, view), one.name


def test_the_first_view_is_the_square_in_the_middle(ready: batches.Batches, folder: Path) -> None:
    one = next(one for one in ready.sets if one.name == "labelled")
    with zipfile.ZipFile(folder / "labelled.zip") as archive:
        whole = Image.open(io.BytesIO(archive.read(one.names[5]))).convert("RGB")
    middle = np.asarray(whole.crop((20, 0, 180, 160)).resize((144, 144), Image.Resampling.BICUBIC), dtype=int)
    assert np.abs(one.views[5, 0] - middle).mean() < 2


def test_a_batch_keeps_picture_answer_and_label_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "augmented", lambda shown, size, generator, paint: shown.float())
    monkeypatch.setattr(batches, "normalise", lambda shown: shown)
    dealt = batches.Batches([numbered()], seed=1).batch(0, 0.5, 64)
    number = dealt.pictures[:, 0, 0, 0]
    assert torch.equal(dealt.logits[:, 0], number)
    assert torch.equal(dealt.features[:, 0].argsort(stable=True), number.argsort(stable=True))
    assert torch.equal(dealt.labels, (number // 4).long() % 3)
    assert len(set(number.tolist())) > 30


def test_training_never_deals_a_held_out_picture() -> None:
    both = batches.Batches([numbered()], seed=1)
    dealt = {int(number) // 4 for step in range(40) for number in both.batch(step, 0.9, 64).logits[:, 0]}
    held_out = set(both.held_out[0].tolist())
    assert held_out
    assert dealt == set(range(60)) - held_out


@pytest.mark.parametrize(("plan", "kept"), [("pets", {"n02099601", "a"}), ("no_pets", {"a"})])
def test_a_plan_has_no_picture_of_the_classes_that_it_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: str, kept: set[str]
) -> None:
    monkeypatch.setattr(pictures, "ask_teacher", lambda *_: None)
    rng, judged, pet = np.random.default_rng(0), "n01742172", "n02099601"
    with zipfile.ZipFile(tmp_path / "tiny.zip", "w") as archive:
        for i, name in itertools.product(range(12), (judged, pet, "n02094433", "a")):
            archive.writestr(f"{name}/{i}.png", picture(rng, (64, 64), True))
    found = pictures.prepare(tmp_path / "tiny.zip", None, "test", tmp_path / "cache", pictures.PLANS[plan])
    assert set(found.classes) == kept
    assert len(found.views) == 12 * len(kept)
    assert set(batches.Batches([found], seed=1).classes) == kept
    assert (len(pictures.JUDGED), len(pictures.PETS)) == (22, 10)


def test_the_plan_without_pets_has_no_use_for_an_archive_without_labels(folder: Path, tmp_path: Path) -> None:
    assert pictures.prepare(folder / "pets.zip", None, "test", tmp_path, pictures.PLANS["no_pets"]) is None


def judged_archive(folder: Path, telling: bool) -> Path:
    """An archive of five judged classes, which differ in their colour or in nothing, and of another one."""
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(folder / "judged.zip", "w") as archive:
        for number, name in enumerate([*sorted(pictures.JUDGED)[:5], "n00000000"]):
            for i in range(60):
                noise = rng.integers(0, 90, (8, 8, 3), dtype=np.uint8)
                noise += np.array([(number % 3) * 80, (number // 3) * 80, 40], np.uint8) if telling else np.uint8(60)
                file = io.BytesIO()
                Image.fromarray(noise).resize((64, 80)).save(file, "png")
                archive.writestr(f"{name}/{i}.png", file.getvalue())
    return folder / "judged.zip"


@pytest.mark.parametrize(("telling", "low", "high"), [(True, 0.9, 1.0), (False, 0.1, 0.62)])
def test_the_judge_scores_what_classes_differ_in_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, telling: bool, low: float, high: float
) -> None:
    monkeypatch.setattr(judge, "LEARNED", (40,))
    monkeypatch.setattr(judge, "SEEDS", range(2))
    found = judge.judged_pictures(judged_archive(tmp_path, telling))
    assert found is not None
    assert (len(found.pictures), np.bincount(found.labels).tolist()) == (300, [60] * 5)
    assert {ways: [task.tolist() for task in tasks] for ways, tasks in found.tasks.items()} == {
        2: [[0, 1], [2, 3]], 5: [[0, 1, 2, 3, 4]],
    }  # fmt: skip
    scores = judge.judge(judge.cut_before_pooling(judge.network_of(WEIGHTS)), [found])
    assert {key: score.shape for key, score in scores.items()} == {("judged", 2, 40): (2, 2), ("judged", 5, 40): (1, 2)}
    assert low <= scores["judged", 2, 40].mean() <= high


def test_the_judge_asks_for_pictures_that_its_head_has_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[torch.Tensor] = []
    monkeypatch.setattr(judge, "head_accuracy", lambda known, asked, seed: seen.extend((known[0], asked[0])) or 0.5)
    found, labels = torch.arange(60.0)[:, None], np.arange(60) % 3
    judge.task_accuracy(found, labels, np.array([0, 2]), 5, seed=1)
    known, asked = ({int(one) for one in part} for part in seen)
    assert len(known) == 10
    assert known | asked == {i for i in range(60) if i % 3 != 1}
    assert not known & asked


def test_every_picture_of_a_batch_gets_its_own_draw() -> None:
    same = torch.rand(1, 3, 72, 72).mul(255).byte().repeat(16, 1, 1, 1)
    moved = augment.augmented(same, 64, torch.Generator().manual_seed(1))
    assert moved.shape == (16, 3, 64, 64)
    assert moved.min() >= 0
    assert moved.max() <= 255
    apart = torch.cdist(moved.flatten(1), moved.flatten(1)) + torch.eye(16) * 1e9
    assert apart.min() > 100


def test_moving_keeps_the_picture_upright_and_mirrors_half_of_them() -> None:
    ramp = torch.zeros(200, 3, 72, 72)
    ramp[:, :, :36] += 80  # the upper half is lighter
    ramp[:, :, :, :36] += 120  # and so is the left half
    moved = augment.augmented(ramp.byte(), 64, torch.Generator().manual_seed(2)).mean(dim=1)
    assert (moved[:, :20].mean((1, 2)) > moved[:, -20:].mean((1, 2))).all()
    left = (moved[:, :, :20].mean((1, 2)) > moved[:, :, -20:].mean((1, 2))).float().mean()
    assert 0.4 < left < 0.6


def test_one_picture_in_seven_is_painted_in_few_colours() -> None:
    smooth = torch.nn.functional.interpolate(torch.rand(300, 3, 9, 9) * 255, size=72, mode="bilinear").byte()
    moved = augment.augmented(smooth, 64, torch.Generator().manual_seed(3))
    colours = torch.tensor([len(channel.unique()) for channel in moved[:, 0]])
    assert ((colours <= 10) | (colours > 200)).all()
    assert 0.09 < (colours <= 10).float().mean() < 0.21


def test_painting_keeps_flat_colours_near_takes_texture_away_and_leaves_the_others() -> None:
    pictures = torch.full((2, 3, 16, 16), 100.0)
    pictures[1, :, ::2] += 60  # fine stripes around 130
    chosen = torch.tensor([True, True])
    result = augment.painted(pictures, chosen, torch.tensor([6, 6]))  # steps of 51: 0, 51, 102, 153, ...
    assert (result[0] == 102).all()
    # Five rows hold three light ones and two dark, mean 136, nearest 153, or two and three, mean 124, nearest 102.
    assert set(result[1, :, 2:-2].unique().tolist()) == {102, 153}
    assert torch.equal(augment.painted(pictures, ~chosen, torch.tensor([6, 6])), pictures)


def test_a_second_run_starts_from_the_weights_of_the_first(folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.safetensors", tmp_path / "second.safetensors"
    train.main(command(folder, first, "--steps", "2"))
    taken = student.Student(3)
    student.take_over(first, taken)
    for name, value in load_file(first).items():
        assert torch.equal(taken.network.state_dict()[name], value.float()), name
    # At a rate of nearly nothing, what the second run writes is what it started from.
    train.main(command(folder, second, "--steps", "1", "--start", str(first), "--learning-rate", "1e-9"))
    weights = load_file(second)
    for name, value in load_file(first).items():
        if "running" not in name:
            torch.testing.assert_close(weights[name], value, rtol=2e-3, atol=1e-4, msg=name)


def test_the_mean_of_two_backbones_is_that_of_every_number(folder: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.safetensors" for name in ("first", "second", "mean")]
    for seed, file in enumerate(files[:2], start=1):
        train.main(command(folder, file, "--steps", "1", "--seed", str(seed)))
    average.main(["--weights", *map(str, files[:2]), "--out", str(files[2])])
    first, second, mean = map(load_file, files)
    for name in first:
        expected = (first[name].double() + second[name].double()) / 2
        torch.testing.assert_close(mean[name].double(), expected, rtol=1e-3, atol=1e-6, msg=name)
    assert any(not torch.equal(first[name], mean[name]) for name in first)
    average.main(["--weights", *map(str, files[:2]), "--shares", "3", "1", "--out", str(files[2])])
    for name, value in load_file(files[2]).items():
        expected = 0.75 * first[name].double() + 0.25 * second[name].double()
        torch.testing.assert_close(value.double(), expected, rtol=1e-3, atol=1e-6, msg=name)


def test_what_cannot_be_averaged_is_told_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    teachers = str(folder / "teacher.pth")
    for given, words in (([teachers], "give two or more"), ([teachers, teachers], "not those of resnet10")):
        with pytest.raises(SystemExit, match=words):
            average.main(["--weights", *given, "--out", str(tmp_path / "mean.safetensors")])
    given = ["--weights", teachers, teachers, "--shares", "1"]
    with pytest.raises(SystemExit, match="a number above 0 for each of the 2 files"):
        average.main([*given, "--out", str(tmp_path / "mean.safetensors")])
    assert not (tmp_path / "mean.safetensors").exists()


@pytest.mark.parametrize(("paint", "few"), [(0.0, 0), (1.0, 16)])
def test_as_many_pictures_are_painted_as_a_run_asks_for(paint: float, few: int) -> None:
    smooth = torch.nn.functional.interpolate(torch.rand(16, 3, 9, 9) * 255, size=72, mode="bilinear").byte()
    moved = augment.augmented(smooth, 64, torch.Generator().manual_seed(3), paint)
    assert sum(len(channel.unique()) <= 10 for channel in moved[:, 0]) == few


def test_a_second_run_begins_half_way_through_the_plan() -> None:
    sides = [
        batches.Batches([numbered()], seed=1, begin=begin).batch(0, progress, 4).pictures.shape[-1]
        for begin, progress in ((0.0, 0.1), (0.0, 0.5), (0.5, 0.1), (0.5, 0.3))
    ]
    assert sides == [64, 96, 96, 128]


def test_a_picture_without_a_label_adds_nothing_to_the_label_loss() -> None:
    torch.manual_seed(0)
    answers = torch.randn(8, 1000), torch.randn(8, 1280), torch.randn(8, 5)
    labels = torch.tensor([0, 1, 2, 3, -1, -1, -1, -1])
    batch = batches.Batch(torch.zeros(8, 3, 8, 8), answers[0].clone(), answers[1].clone(), labels)
    soft, features, known = student.loss_of(answers, batch)
    chosen = torch.log_softmax(answers[2][:4], dim=1)
    by_hand = -(0.9 * chosen[range(4), labels[:4]] + 0.1 * chosen.mean(dim=1)).sum() / 8
    torch.testing.assert_close(known, by_hand)
    assert soft.abs() < 1e-5
    assert features == 0


@pytest.mark.parametrize(
    "fault", ["no archive", "no zip", "few", "not a picture", "no teacher", "another teacher", "no start"]
)
def test_bad_input_ends_in_one_sentence_that_names_it(folder: Path, tmp_path: Path, fault: str) -> None:
    arguments, named = command(folder, tmp_path / "w.safetensors", "--steps", "1"), str(tmp_path)
    if fault in ("no archive", "no zip", "few", "not a picture"):
        arguments[1] = str(tmp_path)
    if fault == "no zip":
        (tmp_path / "pets.zip").write_bytes(b"no zip")
    elif fault in ("few", "not a picture"):
        with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
            for i in range(3 if fault == "few" else 40):
                archive.writestr(f"{i}.webp", b"no picture")
        named = "pets.zip"
    elif fault == "no teacher":
        arguments[3] = named = str(tmp_path / "gone.pth")
    elif fault == "another teacher":
        torch.save({"weight": torch.zeros(1)}, tmp_path / "other.pth")
        arguments[3] = named = str(tmp_path / "other.pth")
    elif fault == "no start":
        arguments += ["--start", str(folder / "teacher.pth")]
        named = "teacher.pth"
    with pytest.raises(SystemExit) as stop:
        train.main(arguments)
    message = str(stop.value)
    assert named in message
    assert message.endswith(".")
    assert "\n" not in message
    assert not (tmp_path / "w.safetensors").exists()


def test_the_probe_learns_from_the_pictures_that_the_teacher_is_surest_of() -> None:
    odds, among = np.arange(90.0)[::-1].copy(), np.arange(0, 90, 2)
    rows, verdicts = probe.sure_ones(odds, among, each=10, seed=1)
    assert len(set(rows.tolist())) == 20
    assert set(rows.tolist()) <= set(among.tolist())
    assert all(odds[row] < 30 for row in rows[verdicts == 0])
    assert all(odds[row] >= 60 for row in rows[verdicts == 1])


def test_the_teachers_odds_are_positive_for_a_dog_and_negative_for_a_cat() -> None:
    pets = numbered(3)
    logits = np.zeros((3, 4, 1000), dtype=np.float16)
    logits[0, :, 207], logits[1, :, 281] = 14, 14  # ImageNet's golden retriever and tabby
    odds = probe.teacher_odds(dataclasses.replace(pets, logits=logits))
    assert odds[0] > 5
    assert odds[1] < -5
    assert odds[2] == pytest.approx(np.log(118 / 5), abs=1e-4)


def test_the_probes_head_scores_what_features_tell_and_no_more() -> None:
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(600) % 2
    noise = torch.randn(600, 1024, generator=generator)
    telling = noise + labels[:, None] * 1.0
    half = slice(0, 300), slice(300, 600)
    for features, low, high in ((telling, 0.97, 1.0), (noise, 0.38, 0.62)):
        pairs = [(features[part], labels[part]) for part in half]
        assert low <= probe.head_accuracy(*pairs, seed=1) <= high


def test_the_pictures_looked_at_by_eye_are_all_held_out() -> None:
    rows = list(csv.DictReader(probe.BY_EYE.open(encoding="utf-8")))
    names = [row["name"] for row in rows]
    assert len(set(names)) == len(names) == 474
    assert {row["label"] for row in rows} == {"cat", "dog"}
    assert all(dataclasses.replace(numbered(), names=names).held_out)


def test_the_scripts_start_from_any_folder(tmp_path: Path) -> None:
    # As Python runs a script: its folder comes first in the path. Both in one process, for what they import takes long.
    code = f"""
import runpy, sys
sys.path[0] = {str(ROOT / "backbone")!r}
for name in ("train.py", "probe.py", "judge.py"):
    sys.argv = [name, "--help"]
    try:
        runpy.run_path(f"{{sys.path[0]}}/{{name}}", run_name="__main__")
    except SystemExit as stopped:
        print(name, stopped.code)
"""
    words, environment = [sys.executable, "-c", code], os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(?:train|probe|judge)\.py.*", done.stdout, re.MULTILINE) == [
        f"{name}.py 0" for name in ("train", "probe", "judge")
    ]
    assert done.stdout.count("--pictures") >= 2
