"""Pictures read from files: pixel for pixel what Pillow reads, upright, and one sentence for what cannot be read."""

import contextlib
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps

from helpers import read_image
from helpers.reading import images
from helpers.reading.images import ImageError, picture_tensor, read_tensor
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


def png_header(width: int, height: int) -> bytes:
    """Return a small PNG file that promises `width` × `height` black pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_000, 10_000, 60_000])
def test_too_many_pixels_are_refused_before_any_is_unpacked(tmp_path: Path, side: int) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_header(side, side))
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
    def png(pixels: np.ndarray) -> bytes:
        def chunk(kind: bytes, content: bytes) -> bytes:
            return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

        height, width, _ = pixels.shape
        rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
        header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

    colours = noise(24, 36).astype(np.uint16)
    (tmp_path / "a.png").write_bytes(png(colours * 257))
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), noise(24, 36))
    (tmp_path / "a.png").write_bytes(png(colours * 16))
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


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_no_damage_to_a_file_raises_anything_but_an_image_error(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    for suffix in (".jpg", ".png", ".gif", ".bmp", ".webp", ".tif"):
        whole = np.frombuffer(save(tmp_path / f"whole{suffix}", noise(24, 36)).read_bytes(), np.uint8)
        for _ in range(60):
            damaged = whole.copy()
            places = generator.integers(0, min(len(whole), 200), 4)
            damaged[places] = generator.integers(0, 256, 4)
            (tmp_path / f"a{suffix}").write_bytes(damaged.tobytes())
            with contextlib.suppress(ImageError):
                assert read_image(tmp_path / f"a{suffix}").dtype == np.uint8
