"""The folder doctor: each fault is found once, nothing else is, and whatever is set aside comes back byte for byte."""

import hashlib
import io
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from helpers import doctor, read_image
from helpers.faults.look_alikes import look_alikes, thumbnail
from helpers.faults.report import ASIDE, KINDS
from helpers.files.images import picture_tensor
from tests.fuzz.mutate import mutated
from tests.pictures import make_pictures, noise

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # pytest takes away what `helpers` has quieted


def picture(seed: int, height: int = 60, width: int = 80) -> Image.Image:
    """Return a picture that looks like no other one: every seed has its own large patches of colour."""
    coarse = 20 + noise(8, 10, seed) // 4 * 3
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "JPEG", **choices: object) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **choices)
    return content.getvalue()


def clean_folder(root: Path, train: int = 12, valid: int = 10) -> Path:
    """Fill `root` with pictures that have no fault, in two splits and two classes."""
    for split, count in (("train", train), ("valid", valid)):
        for label in ("cats", "dogs"):
            (root / split / label).mkdir(parents=True)
            for number in range(count):
                seed = [split == "valid", label == "dogs", number]
                picture(int("".join(str(int(part)).zfill(3) for part in seed))).save(
                    root / split / label / f"{number:03}.png"
                )
    return root


def found_in(root: Path) -> list[tuple[str, str]]:
    """Return (kind, relative path) of all faults, sorted."""
    return sorted((fault.kind, fault.path.relative_to(root).as_posix()) for fault in doctor(root).faults)


def content_of(root: Path) -> dict[str, tuple[str, int]]:
    """Return what is in a folder: relative path → SHA-256 and date of each file, or of a folder ""."""
    return {
        path.relative_to(root).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        if path.is_file()
        else ("", 0)
        for path in root.rglob("*")
    }


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return clean_folder(tmp_path / "pets")


# What is found --------------------------------------------------------------------------------------------------------


def plant_everything(root: Path) -> set[tuple[str, str]]:
    """Put every kind of fault into a clean folder once or more; return (kind, relative path) of each."""
    train, valid = root / "train", root / "valid"
    original = picture(9001, 300, 400)
    whole, turned = encoded(original), Image.Exif()
    turned[0x0112] = 6
    deep = (np.asarray(picture(9002).convert("L")).astype(np.uint16) * 257)[..., :]
    frames = [picture(9003), picture(9004)]
    files: dict[str, tuple[str, bytes]] = {
        "train/cats/noise.jpg": ("unreadable", random.Random(1).randbytes(500)),
        "train/cats/nothing.jpg": ("unreadable", b""),
        "train/cats/half.jpg": ("truncated", whole[: len(whole) // 2]),
        "train/cats/phone.jpg": ("wrong type", b"\0\0\0\x18ftypheic" + bytes(200)),
        "train/cats/page.jpg": ("wrong type", b"\n<!DOCTYPE html><html><body>not found</body></html>"),
        "train/cats/poster.png": ("too large", encoded(Image.new("1", (10_000, 7_000)), "PNG")),
        "train/cats/dot.png": ("tiny", encoded(picture(9005, 8, 8), "PNG")),
        "train/cats/named.jpg": ("other suffix", encoded(picture(9006), "PNG")),
        "train/cats/print.jpg": ("CMYK", encoded(picture(9007).convert("CMYK"))),
        "train/cats/few.png": ("palette", encoded(picture(9008).quantize(200), "PNG")),
        "train/cats/deep.png": ("16 bits", encoded(Image.fromarray(deep), "PNG")),
        "train/cats/turned.jpg": ("turned", encoded(picture(9009), exif=turned)),
        "train/cats/moves.webp": ("animated", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])),
        "train/cats/wide.jpg": ("large", encoded(picture(9010).resize((5100, 5000)), quality=30)),
        "train/cats/copy.png": ("duplicate", (train / "cats" / "000.png").read_bytes()),
        "train/cats/copy again.png": ("duplicate", (train / "cats" / "000.png").read_bytes()),
        "train/dogs/seen.png": ("leak", (valid / "dogs" / "000.png").read_bytes()),
        "train/dogs/both.png": ("two classes", (train / "cats" / "001.png").read_bytes()),
        "train/dogs/small.jpg": ("near duplicate", encoded(original.resize((133, 100)), quality=60)),
        "train/dogs/bright.jpg": ("near leak", encoded(ImageEnhance.Brightness(picture(9020)).enhance(1.12))),
        "train/cats/.hidden.jpg": ("hidden", whole),
        "train/cats/photo.heic": ("skipped", b"x"),
        "train/loose.jpg": ("skipped", whole),
    }
    clear = {"train/dogs/large.jpg": whole, "valid/dogs/judge.png": encoded(picture(9020, 120, 160), "PNG")}
    for name, content in [*clear.items(), *((name, content) for name, (_, content) in files.items())]:
        (root / name).write_bytes(content)
    folders = {("hidden", "train/.ipynb_checkpoints"), ("hidden", "valid/__MACOSX")}
    for _, name in folders:
        (root / name).mkdir()
        (root / name / "a.jpg").write_bytes(whole)
    classes = [("caf\u00e9", "train", 40), ("cafe\u0301", "valid", 10), ("birds", "train", 12), ("fish", "valid", 10)]
    classes += [("owls", "train", 10), ("Owls", "valid", 9), ("bees", "train", 10), ("bees", "valid", 0)]
    for number, (label, split, count) in enumerate(classes):
        (root / split / label).mkdir()
        for each in range(count):
            picture(100_000 + 100 * number + each).save(root / split / label / f"{each}.png")
    folders |= {("missing", "valid/birds"), ("missing", "train/fish"), ("nearly empty", "valid/Owls")}
    folders |= {("nearly empty", "valid/bees"), ("imbalance", "train"), ("one place", "train/linked")}
    folders |= {("two spellings", "train/caf\u00e9"), ("two spellings", "train/owls")}
    (root / "train" / "linked").symlink_to("cats")
    folders |= {("missing", "valid/linked")}
    return folders | {(kind, name) for name, (kind, _) in files.items()}


def test_a_clean_folder_has_no_faults(clean: Path) -> None:
    report = doctor(clean)
    assert report.faults == ()
    assert repr(report) == "pets: 44 pictures, no faults"
    assert doctor(clean / "train").faults == ()  # a folder of classes alone
    assert report.set_aside().paths == ()
    assert report.put_back().paths == ()
    assert not (clean / ASIDE).exists()


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_every_planted_fault_is_found_exactly_once(clean: Path) -> None:
    planted, before = plant_everything(clean), content_of(clean)
    assert found_in(clean) == sorted(planted)
    assert {kind for kind, _ in planted} | {"closed"} == set(KINDS)
    assert content_of(clean) == before  # looking changes nothing


def test_a_fault_says_what_hurts_and_what_to_do(clean: Path) -> None:
    plant_everything(clean)
    report = doctor(clean)
    hurting = [fault.hurts for fault in report.faults]
    assert hurting == sorted(hurting, reverse=True)
    for fault in report.faults:
        assert not (fault.moves and not fault.hurts)
        assert fault.advice in repr(fault)
        assert fault.path.name in fault.fault or not fault.fault.isascii() or "caf" in fault.fault
        assert "\n" not in fault.fault
        if fault.kind in ("CMYK", "palette", "16 bits", "turned", "other suffix", "animated", "large"):
            assert not fault.hurts
            assert read_image(fault.path).ndim == 3  # the course reads it
    (leak,) = report.of("leak")
    assert (leak.path, leak.other) == (clean / "train/dogs/seen.png", clean / "valid/dogs/000.png")
    assert "valid/dogs/000.png" in leak.fault
    (phone,) = [fault for fault in report.faults if fault.path.name == "phone.jpg"]
    assert phone.fault.startswith("train/cats/phone.jpg is not a picture we know")  # an ImageError's own sentence
    assert "HEIC" in phone.fault


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_split_that_is_another_one_is_named_once(clean: Path) -> None:
    shutil.rmtree(clean / "valid")
    shutil.move(clean / "train", clean / "valid")
    (clean / "train").symlink_to("valid")
    assert found_in(clean) == [("one place", "train")]


def test_a_leak_into_the_test_pictures_is_found_and_the_test_picture_stays(clean: Path) -> None:
    (clean / "test1").mkdir()
    shutil.copy(clean / "train/cats/000.png", clean / "test1/1.png")
    assert found_in(clean) == [("leak", "train/cats/000.png")]


def test_a_folder_of_classes_alone_has_no_leaks_but_duplicates(clean: Path) -> None:
    shutil.copy(clean / "train/cats/000.png", clean / "train/cats/again.png")
    shutil.copy(clean / "train/cats/000.png", clean / "train/dogs/again.png")
    assert found_in(clean / "train") == [("duplicate", "cats/again.png"), ("two classes", "dogs/again.png")]


def test_a_split_that_is_not_there_is_named(clean: Path) -> None:
    shutil.rmtree(clean / "valid")
    assert found_in(clean) == [("missing", "valid")]


def test_other_names_of_splits(clean: Path) -> None:
    (clean / "valid").rename(clean / "val")
    assert doctor(clean, val_name="val").faults == ()


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_link_to_a_picture_is_named_and_never_moved_in_its_place(clean: Path) -> None:
    (clean / "valid/cats/link.png").symlink_to("../../train/cats/000.png")
    report = doctor(clean)
    assert [fault.kind for fault in report.faults] == ["one place"]
    assert report.set_aside().paths == ()


# Pictures that look alike ---------------------------------------------------------------------------------------------


VARIANTS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half as large": lambda image: image.resize((image.width // 2, image.height // 2)),
    "twice as large": lambda image: image.resize((image.width * 2, image.height * 2)),
    "saved again": lambda image: Image.open(io.BytesIO(encoded(image, quality=30))),
    "as WebP": lambda image: Image.open(io.BytesIO(encoded(image, "WEBP", quality=40))),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.12),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.88),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_copies_are_paired_with_their_originals_and_nothing_else(variant: str) -> None:
    originals = [picture(seed, 240, 320) for seed in range(30)]
    images = [*originals, *map(VARIANTS[variant], originals)]
    pairs = look_alikes(np.stack([thumbnail(picture_tensor(image)) for image in images]))
    assert pairs == [(number, 30 + number) for number in range(30)]


def test_the_blocks_of_the_comparison_leave_no_pair_out(monkeypatch: pytest.MonkeyPatch) -> None:
    small = np.stack([thumbnail(picture_tensor(picture(seed))) for seed in range(20)])
    everything = np.concatenate([small, small[::-1], small])
    expected = [(number, 39 - number) for number in range(19, -1, -1)] + [(number, 40 + number) for number in range(20)]
    for rows in (1, 7, 512):
        monkeypatch.setattr("helpers.faults.look_alikes._ROWS", rows)
        assert sorted(look_alikes(everything)) == sorted(expected)


def test_of_two_that_a_later_one_looks_like_the_first_is_named() -> None:
    middle = thumbnail(picture_tensor(picture(0))) // 2 + 60
    darker, brighter = middle - 40, middle + 40  # too unlike each other, and each like what lies between
    assert look_alikes(np.stack([darker, brighter, middle])) == [(0, 2)]


def test_blank_pictures_of_different_brightness_or_colour_are_different() -> None:
    flat = np.zeros((4, 3, 32, 32), dtype=np.uint8)
    flat[1], flat[2, 0], flat[3, 2] = 200, 255, 255
    assert look_alikes(flat) == []
    assert look_alikes(np.concatenate([flat, flat])) == [(0, 4), (1, 5), (2, 6), (3, 7)]


@pytest.mark.photographs
def test_real_photographs_have_no_false_alarms(photographs: Path) -> None:
    assert not [fault for fault in doctor(photographs).faults if fault.other]


# What is shown --------------------------------------------------------------------------------------------------------


def test_the_report_is_a_short_table(clean: Path) -> None:
    plant_everything(clean)
    report = doctor(clean)
    lines = repr(report).splitlines()
    assert len(lines) == 1 + len({fault.kind for fault in report.faults})
    assert max(map(len, lines)) < 180
    assert str(clean) not in repr(report)  # no absolute paths in stored output
    assert any(line.split()[:3] == ["2", "×", "unreadable"] for line in lines)


def test_the_table_in_a_notebook_is_escaped(clean: Path) -> None:
    (clean / "train/cats/<b>&.jpg").write_bytes(b"x")
    shown = doctor(clean)._repr_html_()
    assert "&lt;b&gt;&amp;.jpg" in shown
    assert "<b>" not in shown
    (clean / "train/cats/<b>&.jpg").unlink()
    assert "<table>" not in doctor(clean)._repr_html_(), "no head without rows"


@pytest.mark.usefixtures("never_shown")
def test_copies_are_drawn_side_by_side_and_unreadable_ones_as_cards(
    clean: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert doctor(clean).plot().size == 0
    assert "no faulty pictures" in capsys.readouterr().out
    shutil.copy(clean / "train/cats/000.png", clean / "train/dogs/both.png")
    (clean / "train/cats/a.jpg").write_bytes(b"x")
    axes = doctor(clean).plot()
    titles = [each.get_title().replace("\n", "") for each in axes]
    assert ["both.png" in titles[0], "000.png" in titles[1], "a.jpg" in titles[2]] == [True] * 3
    np.testing.assert_array_equal(axes[0].images[0].get_array(), axes[1].images[0].get_array())
    assert axes[2].images[0].get_array().shape == (3, 4)
    assert len(doctor(clean).plot(doctor(clean).of("unreadable"))) == 1


# Set aside and put back -----------------------------------------------------------------------------------------------


def test_what_is_set_aside_comes_back_byte_for_byte_twice(clean: Path) -> None:
    plant_everything(clean)
    before = content_of(clean)
    for _ in range(2):
        moved = doctor(clean).set_aside()
        assert moved.stayed == ()
        assert {path.name for path in moved.paths} >= {"half.jpg", "phone.jpg", "seen.png", "copy.png"}
        assert "both.png" not in {path.name for path in moved.paths}  # nobody knows yet which class is right
        for path in moved.paths:
            name = Path(*path.relative_to(clean).parts[2:]).as_posix()
            assert hashlib.sha256(path.read_bytes()).hexdigest() == before[name][0]
        rest = doctor(clean)
        assert rest.set_aside().paths == ()
        assert len(rest.put_back().paths) == len(moved.paths)
        assert content_of(clean) == before


def test_several_times_set_aside_are_put_back_in_a_new_kernel(clean: Path) -> None:
    bad = clean / "train/cats/a.jpg"
    for content in (b"one", b"two"):  # the same name, twice
        bad.write_bytes(content)
        doctor(clean).set_aside()
    shutil.copy(clean / "train/cats/000.png", clean / "train/cats/again.png")
    report = doctor(clean)
    report.set_aside(report.of("duplicate"))
    code = f"from helpers import doctor; print(doctor({str(clean)!r}).put_back())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.startswith("2 moved back; stayed: a.jpg (another file is in its place)")
    assert bad.read_bytes() == b"two"  # the last comes back first
    assert [path.read_bytes() for path in (clean / ASIDE).rglob("a.jpg")] == [b"one"]
    bad.unlink()
    assert len(doctor(clean).put_back().paths) == 1
    assert bad.read_bytes() == b"one"
    assert not (clean / ASIDE).exists()


@pytest.mark.parametrize("crash_at", [0, 1, 3])
@pytest.mark.parametrize("back", [False, True])
def test_a_crash_between_two_moves_loses_nothing(
    clean: Path, monkeypatch: pytest.MonkeyPatch, crash_at: int, back: bool
) -> None:
    for number in range(5):
        (clean / f"train/cats/bad{number}.jpg").write_bytes(f"bad {number}".encode())
    before, report = content_of(clean), doctor(clean)
    if back:
        report.set_aside()
    rename, moves = Path.rename, []

    def crashing(self: Path, target: Path) -> Path:
        moves.append(self)
        if len(moves) > crash_at:
            raise KeyboardInterrupt
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", crashing)
        with pytest.raises(KeyboardInterrupt):
            (report.put_back if back else report.set_aside)()
    assert {path.read_bytes() for path in clean.rglob("bad*.jpg")} == {f"bad {number}".encode() for number in range(5)}
    doctor(clean).put_back()
    assert content_of(clean) == before


def test_nothing_is_overwritten_and_folders_stay(clean: Path) -> None:
    (clean / "train/cats/a.jpg").write_bytes(b"bad")
    (clean / "train/.hidden").mkdir()
    report = doctor(clean)
    moved = report.set_aside(report.faults)
    assert [path.name for path in moved.paths] == ["a.jpg"]
    assert moved.stayed == (".hidden (it is a folder)",)
    (clean / "train/cats/a.jpg").write_bytes(b"new")
    assert doctor(clean).put_back().stayed == ("a.jpg (another file is in its place)",)
    assert (clean / "train/cats/a.jpg").read_bytes() == b"new"
    assert moved.paths[0].read_bytes() == b"bad"


def test_a_folder_that_cannot_be_made_is_said_and_nothing_moves(clean: Path) -> None:
    (clean / "train/cats/a.jpg").write_bytes(b"bad")
    (clean / ASIDE).write_bytes(b"a file")
    before = content_of(clean)
    with pytest.raises(ValueError, match=r"cannot be written to .*nothing was moved"):
        doctor(clean).set_aside()
    assert content_of(clean) == before


@pytest.mark.parametrize("log", [b"{", b"3", b"\xff", b"[" * 100_000])
def test_a_damaged_log_is_said(clean: Path, log: bytes) -> None:
    (clean / ASIDE / "1").mkdir(parents=True)
    (clean / ASIDE / "1" / "log.json").write_bytes(log)
    with pytest.raises(ValueError, match="cannot be read; move the files beside it back by hand"):
        doctor(clean).put_back()


def test_a_log_leads_nowhere_else(clean: Path, tmp_path: Path) -> None:
    (clean / ASIDE / "1" / "x").mkdir(parents=True)
    (tmp_path / "outside").write_bytes(b"x")
    names = f'{{"../../../outside": "", "{(tmp_path / "outside").as_posix()}": ""}}'
    (clean / ASIDE / "1" / "log.json").write_text(names)
    doctor(clean).put_back()
    assert (tmp_path / "outside").read_bytes() == b"x"


# Whatever there is in a folder ----------------------------------------------------------------------------------------


def test_500_damaged_files_crash_nothing_and_none_is_lost(clean: Path) -> None:
    draw = random.Random(5)
    seeds = [encoded(picture(1), kind) for kind in ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")]
    seeds += [encoded(picture(2).convert("CMYK")), encoded(picture(3).quantize(9), "PNG")]
    suffixes = [".jpg", ".png", ".gif", ".bmp", ".webp", ".tif"]
    for number in range(500):
        content = draw.randbytes(draw.randrange(400)) if number % 5 == 0 else mutated(draw, draw.choice(seeds))[1]
        place = clean / draw.choice(["train", "valid"]) / draw.choice(["cats", "dogs"])
        (place / f"fuzz{number}{draw.choice(suffixes)}").write_bytes(content)
    before, report = content_of(clean), doctor(clean)
    assert report.pictures == 544
    assert len(report.of("unreadable")) > 50
    readable = {path for path in clean.rglob("*.*") if path.is_file()} - {fault.path for fault in report.faults}
    assert all(read_image(path).ndim == 3 for path in readable)  # what has no fault can be read
    moved = report.set_aside()
    assert len(moved.paths) > 100
    assert {content for content, _ in content_of(clean).values()} >= {content for content, _ in before.values()}
    doctor(clean).put_back()
    assert content_of(clean) == before


NAMES = [b"two words", "caf\u00e9".encode(), "\N{CAT FACE}".encode(), b"two\nlines", b"no text \xff\xfe", b"a'b\"c$d"]


@pytest.mark.parametrize("name", NAMES, ids=map(repr, NAMES))
def test_any_name_is_printed_on_one_line_and_comes_back(clean: Path, name: bytes) -> None:
    try:
        (clean / "train/cats" / os.fsdecode(name + b".jpg")).write_bytes(b"bad")
        for split in ("train", "valid"):
            (clean / split / "dogs").rename(clean / split / os.fsdecode(name))
        (clean / "train" / os.fsdecode(name) / "b.jpg").write_bytes(b"bad, too")
    except OSError:
        pytest.skip("needs a file system with such names")
    before, report = content_of(clean), doctor(clean)
    assert [fault.kind for fault in report.faults] == ["unreadable"] * 2
    assert len(repr(report).encode().splitlines()) == 2  # which surrogates would not let pass
    assert report._repr_html_().encode()
    report.plot()
    assert len(report.set_aside().paths) == 2
    doctor(clean).put_back()
    assert content_of(clean) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_pipes_and_links_in_loops_are_named_and_nothing_hangs(clean: Path) -> None:
    os.mkfifo(clean / "train/cats/pipe.jpg")
    (clean / "train/cats/loop.jpg").symlink_to("loop.jpg")
    (clean / "train/cats/gone.jpg").symlink_to("/nowhere/at/all.jpg")
    (clean / "train/cats/up").symlink_to("..")
    (clean / "train/loop").symlink_to("loop")
    assert found_in(clean) == [
        ("skipped", "train/cats/up"),
        ("skipped", "train/loop"),
        *(("unreadable", f"train/cats/{name}.jpg") for name in ("gone", "loop", "pipe")),
    ]
    assert len(doctor(clean).set_aside().paths) == 3
    assert len(doctor(clean).put_back().paths) == 3


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_class_that_leads_back_to_the_splits_does_no_harm(clean: Path) -> None:
    (clean / "train/all").symlink_to("..")
    before, report = content_of(clean), doctor(clean)
    report.set_aside()
    assert content_of(clean).keys() >= before.keys()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may open every file and folder")
def test_what_may_not_be_opened_is_named(clean: Path) -> None:
    (clean / "train/cats/000.png").chmod(0)
    (clean / "valid/dogs").chmod(0)
    try:
        assert found_in(clean) == [("closed", "valid/dogs"), ("unreadable", "train/cats/000.png")]
    finally:
        (clean / "valid/dogs").chmod(0o755)


def test_folders_that_cannot_be_looked_at_get_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    for name, words in {
        "a file": "is a file. We need a folder that holds train/",
        "missing": "was not found; check the name, and print",
        "empty": "holds no folders with pictures. We need a folder that holds train/",
    }.items():
        with pytest.raises((ValueError, FileNotFoundError)) as caught:
            doctor(tmp_path / name)
        message = str(caught.value)
        assert words in message
        assert name in message
        assert "\n" not in message
        assert len(message) < 400


def test_faults_of_another_folder_are_refused(clean: Path, tmp_path: Path) -> None:
    other = make_pictures(tmp_path / "other", train=1, valid=1)
    (other / "train/cats/bad.jpg").write_bytes(b"x")
    with pytest.raises(ValueError, match="not in pets"):
        doctor(clean).set_aside(doctor(other).of("unreadable"))


def test_the_drawn_sample_is_clean(sample: Path) -> None:
    assert repr(doctor(sample)) == "sample: 1,350 pictures, no faults"


def test_the_log_is_on_the_disk_before_the_first_file_moves(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that loses its power in between must know afterwards where every file was."""
    (clean / "train/cats/half.jpg").write_bytes(b"x")
    report, happened = doctor(clean), []
    sync, rename = os.fsync, Path.rename
    monkeypatch.setattr(os, "fsync", lambda file: (happened.append("on the disk"), sync(file))[1])
    monkeypatch.setattr(Path, "rename", lambda path, to: (happened.append(path.name), rename(path, to))[1])
    assert len(report.set_aside().paths) == 1
    assert happened == ["on the disk", "half.jpg"]
