"""Pictures read from files: pixel for pixel what Pillow reads, upright, and one sentence for what cannot be read."""

import io
import os
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from torchvision.transforms.v2 import functional

from helpers import read_image
from helpers.files import images
from helpers.files.images import ImageError, picture_tensor, read_tensor, resize_and_crop
from tests.pictures import noise

ROOT = Path(__file__).resolve().parents[2]


def save(path: Path, pixels: np.ndarray, **choices: object) -> Path:
    Image.fromarray(pixels).save(path, **choices)
    return path


def by_pillow(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))


@pytest.mark.parametrize(
    "choices",
    [
        dict(quality=90),
        dict(quality=30, subsampling=0),
        dict(quality=75, subsampling=2),
        dict(quality=85, progressive=True),
        dict(quality=85, keep_rgb=True),
        dict(quality=85, restart_marker_blocks=3),
    ],
    ids=str,
)
@pytest.mark.parametrize("size", [(41, 67), (8, 8), (1, 13), (16, 1)], ids=str)
def test_a_jpeg_has_the_pixels_that_pillow_reads(tmp_path: Path, choices: dict, size: tuple[int, int]) -> None:
    path = save(tmp_path / "a.jpg", noise(*size), **choices)
    assert read_image(path).shape == (*size, 3)
    np.testing.assert_array_equal(read_image(path), by_pillow(path))


def test_plain_jpegs_go_to_the_fast_decoder_and_turned_ones_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = images.decode_jpeg
    monkeypatch.setattr(images, "decode_jpeg", lambda *a, **k: calls.append(1) or real(*a, **k))
    read_image(save(tmp_path / "colour.jpg", noise(20, 30)))
    read_image(save(tmp_path / "grey.jpg", noise(20, 30)[..., 0]))
    assert len(calls) == 2
    exif = Image.Exif()
    exif[0x0112] = 6
    read_image(save(tmp_path / "turned.jpg", noise(20, 30), exif=exif))
    Image.fromarray(noise(20, 30)).convert("CMYK").save(tmp_path / "cmyk.jpg")
    read_image(tmp_path / "cmyk.jpg")
    assert len(calls) == 2


def test_without_torchvisions_decoder_pillow_reads_the_same_pixels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [save(tmp_path / "colour.jpg", noise(20, 30)), save(tmp_path / "grey.jpg", noise(20, 30)[..., 0])]
    expected = [read_image(path) for path in paths]
    monkeypatch.setattr(images, "decode_jpeg", None)
    for path, pixels in zip(paths, expected, strict=True):
        np.testing.assert_array_equal(read_image(path), pixels)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_grey_jpeg_has_three_equal_channels_as_pillow_makes_them(tmp_path: Path, progressive: bool) -> None:
    path = save(tmp_path / "grey.jpg", noise(33, 21)[..., 0], progressive=progressive)
    pixels = read_image(path)
    assert (pixels[..., 0] == pixels[..., 1]).all()
    assert (pixels[..., 0] == pixels[..., 2]).all()
    np.testing.assert_array_equal(pixels, by_pillow(path))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_a_picture_stands_upright_whatever_the_camera_noted(tmp_path: Path, orientation: int, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / f"a{suffix}", noise(24, 36), exif=exif)
    pixels = read_image(path)
    assert pixels.shape == ((24, 36, 3) if orientation < 5 else (36, 24, 3))
    np.testing.assert_array_equal(pixels, by_pillow(path))
    if orientation == 6 and suffix != ".tif":  # by hand: a quarter turn clockwise; Pillow itself turns TIFF
        with Image.open(path) as stored:
            np.testing.assert_array_equal(pixels, np.rot90(np.asarray(stored.convert("RGB")), -1))


@pytest.mark.parametrize("orientation", [0, 9, 200])
def test_an_orientation_that_means_nothing_is_ignored(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert read_image(save(tmp_path / "a.jpg", noise(24, 36), exif=exif)).shape == (24, 36, 3)


def with_damaged_notes(folder: Path) -> list[Path]:
    """Return JPEG files of the picture in `clean.jpg`, whose camera notes are spoilt in several ways."""
    whole = save(folder / "clean.jpg", noise(24, 36)).read_bytes()
    spoilt = [
        # promises five entries and ends; points far past its end; is nothing at all
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x05\x01\x12\x00\x03",
        b"Exif\x00\x00II*\x00\xff\xff\xff\x7f",
        b"Exif\x00\x00garbage!",
    ]
    paths = [folder / f"spoilt{number}.jpg" for number in range(len(spoilt))]
    for path, notes in zip(paths, spoilt, strict=True):
        path.write_bytes(whole[:2] + b"\xff\xe1" + struct.pack(">H", len(notes) + 2) + notes + whole[2:])
    return paths


def test_damaged_camera_notes_do_not_spoil_a_picture(tmp_path: Path) -> None:
    for path in with_damaged_notes(tmp_path):
        np.testing.assert_array_equal(read_image(path), read_image(tmp_path / "clean.jpg"))


def test_reading_pictures_warns_of_nothing_even_where_all_warnings_are_shown(tmp_path: Path) -> None:
    with_damaged_notes(tmp_path)
    exif = Image.Exif()
    exif[0x0112] = 6
    save(tmp_path / "turned.jpg", noise(24, 36), exif=exif)
    save(tmp_path / "grey.jpg", noise(24, 36)[..., 0])
    save(tmp_path / "half_seen.png", noise(24, 36)[..., [0, 1, 2, 0]])
    Image.fromarray(noise(24, 36)).quantize(16).save(tmp_path / "palette.png", transparency=b"\x00\x80")
    code = (
        "import sys, helpers\n"
        "print('imported', file=sys.stderr)\n"  # what other packages say of themselves does not count
        "for path in sys.argv[1:]: helpers.read_image(path)"
    )
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    command = [sys.executable, "-W", "default", "-c", code, *paths]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert (ran.returncode, ran.stderr.split("imported\n")[1]) == (0, "")


def test_other_kinds_of_file_have_the_pixels_that_pillow_reads(tmp_path: Path) -> None:
    picture = Image.fromarray(noise(24, 36))
    made = {
        "cmyk.jpg": picture.convert("CMYK"),
        "palette.png": picture.quantize(16),
        "palette.bmp": picture.quantize(16),
        "one_bit.png": picture.convert("1"),
        "grey.png": picture.convert("L"),
        "colour.png": picture,
        "colour.bmp": picture,
        "colour.webp": picture,
        "colour.tiff": picture,
        "cmyk.tif": picture.convert("CMYK"),
        "colour.gif": picture,
    }
    for name, what in made.items():
        what.save(tmp_path / name)
        pixels = read_image(tmp_path / name)
        assert pixels.dtype == np.uint8, name
        np.testing.assert_array_equal(pixels, by_pillow(tmp_path / name), err_msg=name)


def test_a_transparent_picture_lies_on_white(tmp_path: Path) -> None:
    pixels = np.zeros((2, 2, 4), dtype=np.uint8)
    pixels[0, 0] = 200, 100, 0, 255  # opaque
    pixels[0, 1] = 200, 100, 0, 0  # invisible
    pixels[1, 0] = 0, 0, 0, 51  # a fifth of black: 255 × 0.8 = 204
    seen = read_image(save(tmp_path / "a.png", pixels))
    np.testing.assert_array_equal(seen[0, 0], [200, 100, 0])
    np.testing.assert_array_equal(seen[0, 1], [255, 255, 255])
    np.testing.assert_array_equal(seen[1, 0], [204, 204, 204])

    grey = np.array([[[10, 255], [10, 0]]], dtype=np.uint8)
    np.testing.assert_array_equal(read_image(save(tmp_path / "grey.png", grey))[0, :, 0], [10, 255])

    palette = Image.fromarray(np.array([[0, 1]], dtype=np.uint8)).convert("P")
    palette.putpalette([9, 8, 7, 6, 5, 4])
    palette.save(tmp_path / "palette.png", transparency=1)
    np.testing.assert_array_equal(read_image(tmp_path / "palette.png")[0], [[9, 8, 7], [255, 255, 255]])


def test_a_16_bit_picture_keeps_its_light(tmp_path: Path) -> None:
    values = np.array([[0, 257 * 100, 65535]], dtype=np.uint16)
    for name in ("a.png", "a.tif"):
        pixels = read_image(save(tmp_path / name, values))
        np.testing.assert_array_equal(pixels[0, :, 0], [0, 100, 255])
        np.testing.assert_array_equal(pixels[0, :, 2], [0, 100, 255])


def test_a_picture_of_fractions_is_scaled_to_its_brightest_value(tmp_path: Path) -> None:
    pixels = read_image(save(tmp_path / "a.tif", np.array([[0.0, 0.5, 2.0, np.nan]], dtype=np.float32)))
    np.testing.assert_array_equal(pixels[0, :3, 0], [0, 63, 255])


def test_the_first_frame_of_an_animation_is_read(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (6, 4), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read_image(tmp_path / "a.gif"), np.full((4, 6, 3), [250, 0, 0]))


def test_two_pictures_in_one_jpeg_give_the_first(tmp_path: Path) -> None:
    frames = [Image.fromarray(noise(16, 24, seed)) for seed in (0, 1)]
    frames[0].save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read_image(tmp_path / "a.jpg"), by_pillow(tmp_path / "a.jpg"))


def test_the_content_counts_and_not_the_suffix(tmp_path: Path) -> None:
    path = save(tmp_path / "really_a_png.jpg", noise(8, 9), format="PNG")
    np.testing.assert_array_equal(read_image(path), noise(8, 9))
    np.testing.assert_array_equal(read_image(str(path)), read_image(path))


def test_the_tensor_and_the_array_hold_the_same_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", noise(11, 17))
    tensor = read_tensor(path)
    assert tensor.shape == (3, 11, 17)
    assert tensor.dtype == torch.uint8
    np.testing.assert_array_equal(tensor.permute(1, 2, 0).numpy(), read_image(path))
    read_image(path)[0, 0] = 1  # a reader may write into it


def broken_files(folder: Path) -> dict[str, tuple[Path, str]]:
    whole = save(folder / "whole.jpg", noise(64, 64)).read_bytes()
    png = save(folder / "whole.png", noise(64, 64)).read_bytes()
    files = {
        "truncated.jpg": (whole[: len(whole) // 2], "damaged"),
        "header_only.jpg": (whole[:200], "damaged"),
        "truncated.png": (png[: len(png) // 2], "damaged"),
        "empty.jpg": (b"", "empty (0 bytes)"),
        "text.jpg": (b"<html>Not found</html>", "not a picture we know; we read JPEG, PNG, GIF, BMP, WEBP, TIFF"),
        "postscript.jpg": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture we know"),
    }
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    (folder / "folder.jpg").mkdir()
    (folder / "dangling.jpg").symlink_to(folder / "nowhere.jpg")
    return {name: (folder / name, what) for name, (_, what) in files.items()} | {
        "folder.jpg": (folder / "folder.jpg", "is a folder; we need one picture file"),
        "dangling.jpg": (folder / "dangling.jpg", "was not found"),
        "missing.jpg": (folder / "missing.jpg", "was not found; check the name"),
    }


@pytest.mark.parametrize(
    "name",
    [
        *("truncated.jpg", "header_only.jpg", "truncated.png", "empty.jpg", "text.jpg", "postscript.jpg"),
        *("folder.jpg", "dangling.jpg", "missing.jpg"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, name: str) -> None:
    path, what = broken_files(tmp_path)[name]
    with pytest.raises(ImageError) as caught:
        read_image(path)
    message = str(caught.value)
    assert name in message
    assert what in message
    assert "\n" not in message


def test_a_full_memory_is_not_blamed_on_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    path = save(tmp_path / "a.jpg", noise(8, 8))
    monkeypatch.setattr(images, "decode_jpeg", full)
    with pytest.raises(MemoryError):
        read_image(path)


def png(width: int, height: int, bits: int, colours: int, rows: bytes) -> bytes:
    """Return a PNG file of these rows; Pillow's own writer knows no colours of 16 bits, and leaves no row out."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 10_000, 60_000])
def test_too_many_pixels_are_refused_before_any_is_unpacked(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png(side, side, 8, 2, bytes(1000)))
    tracemalloc.start()
    with pytest.raises(ImageError, match=r"bomb\.png has .* pixels.*60 million.* smaller first"):
        read_image(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_a_file_of_too_many_bytes_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.jpg", noise(64, 64))
    monkeypatch.setattr(images, "MAX_BYTES", 100)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    with pytest.raises(ImageError, match=r"a\.jpg has .* MiB; we read pictures up to"):
        read_image(path)


# Scans and microscopes ------------------------------------------------------------------------------------------------


def tiff(values: np.ndarray, *, photometric: int = 1, kind: int | None = None, order: str = "<") -> bytes:
    """Return a plain TIFF file of one strip; Pillow's own writer knows no white-is-zero, and no unsigned 32 bits."""
    height, width = values.shape
    kinds = {"u": 1, "i": 2, "f": 3}
    content = values.astype(values.dtype.newbyteorder(order)).tobytes()
    tags = [
        *((256, width), (257, height), (258, values.dtype.itemsize * 8), (259, 1), (262, photometric), (273, 134)),
        *((277, 1), (278, height), (279, len(content)), (339, kind or kinds[values.dtype.kind])),
    ]
    entries = b"".join(
        struct.pack(f"{order}HHI", tag, 4 if tag in (256, 257, 273, 278, 279) else 3, 1)
        + (struct.pack(f"{order}I", value) if tag in (256, 257, 273, 278, 279) else struct.pack(f"{order}HH", value, 0))
        for tag, value in tags
    )
    start = b"II*\0" if order == "<" else b"MM\0*"
    return start + struct.pack(f"{order}IH", 8, len(tags)) + entries + bytes(4) + content


def read_as(folder: Path, content: bytes) -> np.ndarray:
    (folder / "scan.tif").write_bytes(content)
    pixels = read_image(folder / "scan.tif")
    assert (pixels == pixels[..., :1]).all()
    return pixels[..., 0].astype(int)


GREY = noise(24, 36)[..., 0].astype(int)
LAST = 2**32 // 255 - 1

SCANS = {
    "signed 32 bits, 0 to 255": (GREY.astype("i4"), {}),
    "signed 32 bits, 0 to 65535": (GREY.astype("i4") * 257, {}),
    "signed 32 bits, all of them": (GREY.astype("i4") * (2**31 // 256), {}),
    "unsigned 32 bits, all of them": (GREY.astype("u4") * LAST, {}),
    "12 bits in 16": (GREY.astype("u2") * 16, {}),
    "10 bits in 16": (GREY.astype("u2") * 4, {}),
    "14 bits in 16, from a Mac": (GREY.astype("u2") * 64, {"order": ">"}),
    "signed 16 bits": (GREY.astype("i2") * 128, {}),
    "signed 16 bits, below zero": (GREY.astype("i2") * 16 - 1000, {}),
    "white is zero": (65535 - GREY.astype("u2") * 257, {"photometric": 0}),
    "white is zero, fractions": ((1 - GREY / 255).astype("f4"), {"photometric": 0}),
    "fractions": ((GREY / 255).astype("f4"), {}),
    "fractions around zero": ((GREY / 255 - 0.5).astype("f4"), {}),
}


@pytest.mark.parametrize("name", SCANS)
def test_a_scan_of_any_depth_keeps_its_shades(tmp_path: Path, name: str) -> None:
    values, choices = SCANS[name]
    found = read_as(tmp_path, tiff(values, **choices))
    shades = len(np.unique(GREY))
    # Scaled from the darkest to the brightest, or from the range of bits: straight lines in the values, up to rounding.
    line = np.polyval(np.polyfit(GREY.ravel(), found.ravel(), 1), GREY)
    assert np.abs(found - line).max() <= 1
    assert len(np.unique(found)) > 0.45 * shades
    assert found.max() > 115


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 100, 255]], "i4"), [0, 100, 255]),
        (np.array([[0, 1640, 4095]], "u2"), [0, 102, 255]),
        (np.array([[-100, 0, 100]], "i2"), [0, 127, 255]),
        (np.array([[0, np.inf, 0.5, 1, np.nan, -np.inf]], "f4"), [0, 255, 127, 255, 0, 0]),
        (np.array([[2**32 - 1, 0, 2**31]], "u4"), [255, 0, 127]),
        (np.array([[0, 0, 0]], "u2"), [0, 0, 0]),
    ],
    ids=str,
)
def test_a_scans_values_are_scaled_by_hand(tmp_path: Path, values: np.ndarray, expected: list[int]) -> None:
    assert read_as(tmp_path, tiff(values))[0].tolist() == expected


def test_a_white_is_zero_scan_is_the_negative_of_the_other(tmp_path: Path) -> None:
    values = np.arange(0, 65536, 256, dtype="u2").reshape(16, 16)
    black, white = (read_as(tmp_path, tiff(values, photometric=photometric)) for photometric in (1, 0))
    np.testing.assert_array_equal(white, 255 - black)


@pytest.mark.parametrize("odd", [-3.4e38, 1e30, -9999.0])
def test_a_value_far_from_all_others_is_no_reason_to_turn_them_black(tmp_path: Path, odd: float) -> None:
    values = (GREY / 255).astype("f4")
    values[0, 0] = odd
    with pytest.raises(ImageError, match=r"scan\.tif has values from .*, most of them alike; save it with 8 bits"):
        read_as(tmp_path, tiff(values))


def test_a_mask_of_few_values_is_read(tmp_path: Path) -> None:
    assert read_as(tmp_path, tiff(np.array([[0, 1, 2, 1]], "u2")))[0].tolist() == [0, 1, 2, 1]


def test_colours_of_16_bits_that_pillow_would_turn_black_are_refused(tmp_path: Path) -> None:
    def deep(pixels: np.ndarray) -> bytes:
        return png(36, 24, 16, 2, b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels))

    colours = noise(24, 36).astype(np.uint16)
    (tmp_path / "a.png").write_bytes(deep(colours * 257))
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), noise(24, 36))
    (tmp_path / "a.png").write_bytes(deep(colours * 16))
    with pytest.raises(ImageError, match=r"a\.png has 16 bits a colour, and uses the lower 12 at most"):
        read_image(tmp_path / "a.png")


# Pictures that Pillow has opened --------------------------------------------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_an_opened_picture_is_the_one_in_its_file(tmp_path: Path, orientation: int, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / f"a{suffix}", noise(24, 36), exif=exif)
    with Image.open(path) as picture:
        assert torch.equal(picture_tensor(picture), read_tensor(path))
    with Image.open(path) as picture:
        picture.load()
        assert torch.equal(picture_tensor(picture), read_tensor(path))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I", "F", "HSV", "YCbCr"])
def test_an_opened_picture_may_be_of_any_mode(mode: str) -> None:
    picture = Image.fromarray(noise(24, 36)).convert("L").convert("RGB").convert(mode)
    found = picture_tensor(picture)
    assert (found.shape, found.dtype) == ((3, 24, 36), torch.uint8)
    expected = np.asarray(picture.convert("RGB"), dtype=int)[..., 0]
    assert np.corrcoef(found[0].numpy().ravel(), expected.ravel())[0, 1] > 0.99


def test_an_opened_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", noise(64, 64))
    path.write_bytes(path.read_bytes()[:-200])
    with Image.open(path) as picture, pytest.raises(ImageError, match=r"^a\.jpg is damaged"):
        picture_tensor(picture)
    with pytest.raises(ImageError, match=r"^the PIL picture has 0 × 5 pixels"):
        picture_tensor(Image.new("RGB", (0, 5)))


# What is said of a broken file ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [2, 100, 600])
def test_a_cut_off_jpeg_is_called_cut_off_in_plain_words(sample: Path, tmp_path: Path, missing: int) -> None:
    path = tmp_path / "cat.jpg"
    path.write_bytes((sample / "train/cats/cat.0.jpg").read_bytes()[:-missing])
    with pytest.raises(ImageError, match=r"^cat\.jpg is damaged.*truncated") as caught:
        read_image(path)
    message = str(caught.value)
    assert not any(part in message for part in (".cpp", "/", "\\", "decode_jpeg"))
    assert len(message) < 200


def test_a_file_of_the_longest_name_gets_a_short_message(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 240 + ".jpg")
    for content in (b"", b"<html>"):
        path.write_bytes(content)
        with pytest.raises(ImageError) as caught:
            read_image(path)
        assert len(str(caught.value)) < 300
    with pytest.raises(ImageError, match="was not found") as caught:
        read_image(tmp_path / "y" / ("x" * 200) / ("x" * 240))
    assert len(str(caught.value)) < 400


# Damaged and hostile files --------------------------------------------------------------------------------------------


def kinds_of_file() -> dict[str, bytes]:
    picture = Image.fromarray(noise(24, 36))
    kinds = {
        "baseline.jpg": (picture, {}),
        "progressive.jpg": (picture, dict(progressive=True)),
        "grey.jpg": (picture.convert("L"), dict(restart_marker_blocks=2)),
        "colour.png": (picture, {}),
        "palette.png": (picture.quantize(16), {}),
        "colour.gif": (picture, {}),
        "colour.bmp": (picture, {}),
        "colour.webp": (picture, {}),
        "lossless.webp": (picture, dict(lossless=True)),
        "plain.tif": (picture, {}),
        "lzw.tif": (picture, dict(compression="tiff_lzw")),
        "deflate.tif": (picture, dict(compression="tiff_adobe_deflate")),
        "jpeg.tif": (picture, dict(compression="jpeg")),
        "fax.tif": (picture.convert("1"), dict(compression="group4")),
    }
    made = {}
    for name, (what, choices) in kinds.items():
        file = io.BytesIO()
        what.save(file, Image.registered_extensions()[f".{name.split('.')[1]}"], **choices)
        made[name] = file.getvalue()
    return made


def damaged(whole: bytes, generator: np.random.Generator) -> bytes:
    """Return a file with one to three bytes changed, anywhere or near an end, and sometimes the end cut off."""
    content = np.frombuffer(whole, np.uint8).copy()
    places = generator.integers(0, len(whole) if generator.random() < 0.4 else min(len(whole), 200), 3)
    if generator.random() < 0.3:
        places = -1 - places
    content[places[: generator.integers(1, 4)]] = generator.integers(0, 256)
    return content.tobytes()[: generator.integers(1, len(whole)) if generator.random() < 0.1 else None]


def pillows_own(content: bytes) -> Image.Image | None:
    """Return what Pillow alone reads; None where it refuses."""
    try:
        picture = Image.open(io.BytesIO(content), formats=images.FORMATS)
        picture.load()
    except Exception:
        return None
    return picture


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("name", kinds_of_file())
def test_a_damaged_file_is_read_as_pillow_reads_it_or_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    whole, generator, path = kinds_of_file()[name], np.random.default_rng(0), tmp_path / name
    read = refused = 0
    for content in (whole, *(damaged(whole, generator) for _ in range(80))):
        path.write_bytes(content)
        expected = pillows_own(content)
        if expected is None:
            with pytest.raises(ImageError) as caught:
                read_image(path)
            message = str(caught.value)
            assert message.startswith(name)
            assert len(message) <= 400
            assert message.isprintable()
            refused += 1
        elif expected.mode in ("1", "L", "P", "RGB") and "transparency" not in expected.info:
            pixels = np.asarray(ImageOps.exif_transpose(expected).convert("RGB"))
            np.testing.assert_array_equal(read_image(path), pixels)
            read += 1
    assert read
    assert refused


def test_a_damaged_png_is_no_picture_with_black_rows(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", noise(200, 200))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    with pytest.raises(ImageError, match=r"^a\.png is damaged"):
        read_image(path)


def test_what_pillow_says_of_a_file_is_shortened_and_made_printable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(_: object) -> None:
        raise OSError("chunk \x1b[31m\x00\u2028" + "x" * 1000 + "\nand more")

    path = save(tmp_path / ("\x07" * 60 + ".png"), noise(8, 8))
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", load)
    with pytest.raises(ImageError, match=r"cannot be read \(chunk \\x1b\[31m") as caught:
        read_image(path)
    assert len(str(caught.value)) <= 400
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", ["a\0.jpg", "\ud800.jpg"], ids=ascii)
def test_a_name_that_can_be_no_files_is_an_image_error(name: str) -> None:
    with pytest.raises(ImageError, match="cannot be opened") as caught:
        read_image(name)
    assert str(caught.value).isprintable()


def test_no_library_in_c_writes_to_the_terminal_and_c_may_write_again_afterwards(tmp_path: Path) -> None:
    kinds, generator = kinds_of_file(), np.random.default_rng(0)
    for name in (
        "baseline.jpg",
        "progressive.jpg",
        "colour.png",
        "lossless.webp",
        "lzw.tif",
        "deflate.tif",
        "jpeg.tif",
    ):
        for number in range(40):
            (tmp_path / f"{number}{name}").write_bytes(damaged(kinds[name], generator))
    one, many = (struct.pack("<HHII", 277, 3, 1, samples) for samples in (1, 59392))  # Pillow logs an error for these
    (tmp_path / "samples.tif").write_bytes(tiff(GREY.astype("u1")).replace(one, many))
    code = (
        "import contextlib, ctypes, sys, warnings, helpers\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "warnings.simplefilter('ignore')\n"
        "def read(path):\n"
        "    with contextlib.suppress(ValueError): helpers.read_image(path)\n"
        "print('imported', file=sys.stderr, flush=True)\n"
        "for path in sys.argv[1:]: read(path)\n"
        "with ThreadPoolExecutor(4) as pool: list(pool.map(read, sys.argv[1:]))\n"
        "ctypes.CDLL(None).perror(b'heard')"
    )
    paths = [str(path) for path in sorted(tmp_path.iterdir())]
    ran = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True, cwd=ROOT)
    said = ran.stderr.split("imported\n")[1]
    assert ran.returncode == 0
    assert said.startswith("heard: ")
    assert said.count("\n") == 1


def many_scans(size: tuple[int, int], extra: int, **choices: object) -> bytes:
    """Return a progressive JPEG of one colour whose last scan, of a few bytes, comes `extra` times more."""
    file = io.BytesIO()
    Image.new("RGB", size, (9, 8, 7)).save(file, "JPEG", progressive=True, **choices)
    whole = file.getvalue()
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + extra * last + whole[-2:]


def test_a_jpeg_of_very_many_scans_is_refused_undecoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(many_scans((3000, 2000), 191))  # of a possible 200
    start = time.thread_time()
    with pytest.raises(ImageError, match=r"^a\.jpg has 3,000 × 2,000 pixels in more than 200 scans.* save it again"):
        read_image(path)
    assert time.thread_time() - start < 0.1
    path.write_bytes(many_scans((30, 20), 190))
    assert read_image(path).shape == (20, 30, 3)
    path.write_bytes(many_scans((1, 1), 200_000))
    with pytest.raises(ImageError, match="scans"):
        read_image(path)


def test_as_many_scans_as_are_usual_are_read_in_the_largest_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 200 * 300)
    monkeypatch.setattr(images, "_LEAST_SCANNED", 1)
    picture = Image.fromarray(noise(200, 300))
    for mode in ("RGB", "L", "CMYK"):
        picture.convert(mode).save(tmp_path / "a.jpg", progressive=True)
        assert read_image(tmp_path / "a.jpg").shape == (200, 300, 3)


def test_scans_in_a_thumbnail_and_in_what_follows_a_jpeg_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 40 * 30)
    monkeypatch.setattr(images, "_LEAST_SCANNED", 1)
    notes = b"\xff\xe5" + struct.pack(">H", 2 + 300) + b"\xff\xda\x00" * 100
    plain = many_scans((40, 30), 0)
    path = tmp_path / "a.jpg"
    path.write_bytes(plain[:2] + notes + plain[2:] + b"\xff\xda" * 100)
    assert read_image(path).shape == (30, 40, 3)
    scans = many_scans((40, 30), 11)
    for content in (scans, plain[:2] + notes + scans[2:], scans.replace(b"\xff\xda", b"\xff\xff\xff\xda")):
        path.write_bytes(content)
        with pytest.raises(ImageError, match="more than 20 scans"):
            read_image(path)


def test_a_jpeg_of_very_many_scans_is_refused_in_a_tiff_too(tmp_path: Path) -> None:
    strip = many_scans((1500, 1000), 80, subsampling=2)
    tags = [
        *((256, 4, 1500), (257, 4, 1000), (258, 3, 8), (259, 3, 7), (262, 3, 6), (273, 4, 8), (277, 3, 3)),
        *((278, 4, 1000), (279, 4, len(strip))),
    ]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    entries = entries.replace(struct.pack("<HHII", 258, 3, 1, 8), struct.pack("<HHII", 258, 3, 3, 8 + len(strip)))
    start = 8 + len(strip) + 6
    content = struct.pack("<2sHI", b"II", 42, start) + strip + struct.pack("<3H", 8, 8, 8)
    (tmp_path / "a.tif").write_bytes(content + struct.pack("<H", len(tags)) + entries + bytes(4))
    with pytest.raises(ImageError, match=r"^a\.tif is damaged, or of a rare kind"):
        read_image(tmp_path / "a.tif")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_and_a_device_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "linked.jpg").symlink_to(tmp_path / "pipe.jpg")
    (tmp_path / "zeros.jpg").symlink_to("/dev/zero")
    for name in ("pipe.jpg", "linked.jpg", "zeros.jpg"):
        with pytest.raises(ImageError, match=rf"^{name} cannot be opened \(it is no regular file\)"):
            read_image(tmp_path / name)


def test_a_file_that_grows_while_it_is_read_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = io.BytesIO(bytes(5000))
    monkeypatch.setattr(images, "MAX_BYTES", 1000)
    monkeypatch.setattr(images, "open_regular", lambda path, most: growing)
    monkeypatch.setattr(growing, "close", lambda: None)
    (tmp_path / "a.jpg").write_bytes(bytes(10))
    with pytest.raises(ImageError, match=r"^a\.jpg is not a picture we know"):
        read_image(tmp_path / "a.jpg")
    assert growing.tell() <= 11


# What pictures cost ---------------------------------------------------------------------------------------------------


@pytest.fixture(params=[100, 997])
def narrow_bands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make bands so narrow that rows of the pictures below are cut, or some of them fit into one."""
    monkeypatch.setattr(images, "_BAND", request.param)


@pytest.mark.usefixtures("narrow_bands")
@pytest.mark.parametrize("size", [(101, 151), (33, 7), (1, 301), (301, 1)], ids=str)
@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "RGB", "L", "P", "1", "CMYK", "YCbCr", "seen P", "seen L"])
def test_bands_change_nothing_about_a_transparent_picture(size: tuple[int, int], mode: str) -> None:
    picture = Image.fromarray(noise(*size)).convert("RGB")
    if mode in ("RGBA", "LA"):
        picture.putalpha(Image.fromarray(noise(*size, 1)[..., 0]))
    picture = picture.convert(mode.split()[-1])
    if mode == "seen P":
        picture.info["transparency"] = bytes(range(256))
    if mode == "seen L":
        picture.info["transparency"] = 120
    if mode in ("RGBA", "LA", "PA") or mode.startswith("seen"):
        seen = picture.convert("RGBA")
        whole = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    else:
        whole = picture.convert("RGB")
    np.testing.assert_array_equal(picture_tensor(picture).permute(1, 2, 0).numpy(), np.asarray(whole))


def grey_at_once(values: np.ndarray) -> np.ndarray:
    """Return what `read_image` says of scans, for all values at once."""
    known = values[np.isfinite(values)].astype(np.float64)
    low, high = min(0.0, known.min(initial=0)), known.max(initial=0)
    if low == 0 and values.dtype.kind != "f":
        high = 4.0 ** max(4, -(-int(high).bit_length() // 2)) - 1
    scaled = np.nan_to_num(values.astype(np.float64), nan=low).clip(low, high)
    return ((scaled - low) * 255 / ((high - low) or 1)).astype(np.uint8)


@pytest.mark.usefixtures("narrow_bands")
@pytest.mark.parametrize("size", [(101, 151), (33, 7), (1, 301), (301, 1)], ids=str)
@pytest.mark.parametrize("kind", ["u2", "i2", "i4", "u4", "f4"])
def test_bands_change_nothing_about_a_scan(tmp_path: Path, size: tuple[int, int], kind: str) -> None:
    generator = np.random.default_rng(0)
    values = (generator.random(size) * 30_000 - (5_000 if kind in ("i2", "i4", "f4") else 0)).astype(kind)
    if kind == "f4":
        values.flat[:: values.size // 5] = np.nan
        values.flat[1], values.flat[-1] = np.inf, -np.inf
    np.testing.assert_array_equal(read_as(tmp_path, tiff(values)), grey_at_once(values))
    if kind in ("u2", "f4"):  # Pillow knows no other where white is zero
        np.testing.assert_array_equal(read_as(tmp_path, tiff(values, photometric=0)), 255 - grey_at_once(values))


@pytest.mark.usefixtures("narrow_bands")
def test_values_most_of_them_alike_are_noticed_in_whatever_band_they_are(tmp_path: Path) -> None:
    values = np.ones((101, 151), "f4")
    values[50, 50], values[100, 150] = 1.001, 1e30
    with pytest.raises(ImageError, match="most of them alike"):
        read_as(tmp_path, tiff(values))
    values[50, 50] = 1
    assert set(read_as(tmp_path, tiff(values)).flat) == {0, 255}


def flat_webp(width: int, height: int) -> bytes:
    """Return a lossless WebP file of one half-transparent colour, which takes 34 bytes whatever its size."""
    bits, length = width - 1 | height - 1 << 14 | 1 << 28, 32 + 3
    for value in (10, 20, 30, 128, 0):  # five codes of one symbol each: green, red, blue, alpha, distance
        bits, length = bits | (0b101 | value << 3) << length, length + 11
    content = b"\x2f" + bits.to_bytes(-(-length // 8), "little")
    content += bytes(len(content) % 2)
    return struct.pack("<4sI4s4sI", b"RIFF", 12 + len(content), b"WEBP", b"VP8L", len(content)) + content


def test_a_picture_takes_little_memory_while_it_is_decoded(tmp_path: Path) -> None:
    side = 3000
    row = b"\0" + bytes(range(250)) * (side * 2 // 250)
    (tmp_path / "0.png").write_bytes(png(side, side, 16, 0, row * side))
    save(tmp_path / "1.tif", np.linspace(0, 1, side * side, dtype="f4").reshape(side, side), compression="packbits")
    Image.new("RGBA", (side, side), (9, 8, 7, 6)).save(tmp_path / "2.png", compress_level=1)
    Image.new("P", (side, side), 3).save(tmp_path / "3.gif", transparency=3)
    (tmp_path / "4.webp").write_bytes(flat_webp(side, side))
    code = (
        "import resource, sys; from pathlib import Path; from helpers.files.images import read_tensor\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "read_tensor(Path(sys.argv[1])); start = peak()\n"
        "for path in sys.argv[2:]: read_tensor(Path(path)); print(peak() - start)"
    )
    paths = [save(tmp_path / "small.jpg", noise(8, 8)), *sorted(tmp_path.glob("[0-9].*"))]
    ran = subprocess.run([sys.executable, "-c", code, *map(str, paths)], capture_output=True, text=True, cwd=ROOT)
    kilobytes = [int(line) / (1 if sys.platform != "darwin" else 1024) for line in ran.stdout.split()]
    *others, webp = [kilobyte * 1024 / side**2 for kilobyte in kilobytes]
    assert max(others) * images.MAX_PIXELS < 700 * 2**20
    assert webp * images._MOST_OF["WEBP"] < 700 * 2**20


def test_a_webp_may_have_fewer_pixels_and_the_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.webp").write_bytes(flat_webp(7000, 6000))
    with pytest.raises(ImageError, match=r"^a\.webp has 7,000 × 6,000 pixels; we read 1 to 40 million of a WEBP"):
        read_image(tmp_path / "a.webp")
    (tmp_path / "a.webp").write_bytes(flat_webp(70, 60))
    assert (read_image(tmp_path / "a.webp") == read_image(tmp_path / "a.webp")[0, 0]).all()


def test_pictures_decoded_at_once_have_no_more_pixels_together_than_one_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoding, seen, lock, real = [], [], threading.Lock(), images._upright

    def slowly(picture: Image.Image, name: str) -> torch.Tensor:
        with lock:
            decoding.append(picture.width * picture.height)
            seen.append(list(decoding))
        time.sleep(0.01)
        with lock:
            decoding.remove(picture.width * picture.height)
        return real(picture, name)

    paths = [save(tmp_path / f"{number}.png", noise(20, 20)) for number in range(12)]
    paths += [save(tmp_path / f"large{number}.png", noise(25, 40)) for number in range(4)]
    paths[5].write_bytes(paths[5].read_bytes()[:-30])  # a damaged one gives its share back, too
    monkeypatch.setattr(images, "MAX_PIXELS", 1000)
    monkeypatch.setattr(images, "_upright", slowly)
    with ThreadPoolExecutor(8) as pool:
        tasks = [pool.submit(read_tensor, path) for path in paths]
    assert sum(isinstance(task.exception(), ImageError) for task in tasks) == 1
    assert max(map(sum, seen)) == 1000
    assert max(map(len, seen)) == 2


# Scaled and cropped --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(60, 90), (90, 60), (100, 100), (31, 77), (500, 333), (20, 26), (48, 48), (7, 300)])
@pytest.mark.parametrize("size", [32, 48, 97])
def test_the_middle_square_is_what_torchvision_resizes_and_crops(shape: tuple[int, int], size: int) -> None:
    image = torch.from_numpy(noise(*shape).copy()).permute(2, 0, 1)
    short = min(shape)
    scaled = [size if side == short else round(side * size / short) for side in shape]
    resized = functional.resize(image, scaled, antialias=True)
    left, top = (scaled[1] - size) // 2, (scaled[0] - size) // 2
    expected = functional.crop(resized, top, left, size, size)
    found = resize_and_crop(image, size)
    assert found.dtype == torch.uint8
    assert found.shape == (3, size, size)
    assert (found.int() - expected.int()).abs().max() <= 1


def test_a_picture_of_the_right_size_stays_as_it_is() -> None:
    image = torch.from_numpy(noise(64, 64).copy()).permute(2, 0, 1)
    assert torch.equal(resize_and_crop(image, 64), image)
    wide = torch.from_numpy(noise(64, 100).copy()).permute(2, 0, 1)
    assert torch.equal(resize_and_crop(wide, 64), wide[:, :, 18:82])


def test_fine_stripes_become_grey_and_no_false_pattern() -> None:
    stripes = torch.zeros(3, 256, 256, dtype=torch.uint8)
    stripes[:, :, ::2] = 255
    small = resize_and_crop(stripes, 40).int()  # no whole number of stripes to a pixel
    assert small[:, :, 2:-2].min() > 115
    assert small[:, :, 2:-2].max() < 140


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (1, 2), (3, 100_000), (100_000, 2)])
def test_the_oddest_shapes_become_squares_without_filling_the_memory(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    real = torch.nn.functional.interpolate

    def watched(batch: torch.Tensor, *, size: tuple[int, int], **choices: object) -> torch.Tensor:
        sizes.append(size[0] * size[1])
        assert sizes[-1] <= 65 * 224 * 224
        return real(batch, size=size, **choices)

    monkeypatch.setattr(images, "interpolate", watched)
    found = resize_and_crop(torch.full((3, *shape), 77, dtype=torch.uint8), 224)
    assert found.shape == (3, 224, 224)
    assert (found == 77).all()
    assert sizes


def test_the_middle_of_a_very_long_picture_is_kept() -> None:
    long = torch.zeros(3, 2, 40_001, dtype=torch.uint8)
    long[:, :, 19_990:20_011] = 200
    assert (resize_and_crop(long, 64) == 200).all()
