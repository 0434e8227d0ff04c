"""Picture files through `read_image` and `picture_tensor`; Pillow's own verdict on the same bytes is the judge."""

import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from helpers import read_image
from helpers.files.images import FORMATS, ImageError, picture_tensor
from tests.fuzz.crafted_pictures import CRAFTED, crafted
from tests.fuzz.door import Answer, Door
from tests.fuzz.mutate import mutated
from tests.fuzz.valid_pictures import HEIGHT, ORIENTATION, WIDTH, valid_pictures

HUGE = [(2**16 - 1, 2**16 - 1), (2**14, 2**14), (7_000, 8_000), (1, 2**16 - 1), (0, 0), (2**31 - 1, 2**31 - 1)]
JUDGED_UP_TO = 4_000_000  # pixels: of larger ones only time and memory are of interest
CRAFTED_EVERY = 30  # most take a hundred times as long as others
FAR = 2.0  # levels of 255, on average over a JPEG: decoders round differently
SUFFIX = {b"\xff\xd8": ".jpg", b"\x89P": ".png", b"GI": ".gif", b"BM": ".bmp", b"RI": ".webp", b"II": ".tif"}


class Pictures:
    """One case: a crafted file, a whole one, or a damaged one."""

    def __init__(self, folder: Path) -> None:
        self.valid = valid_pictures()

    def __call__(self, number: int, draw: random.Random, folder: Path, door: Door) -> None:
        """Send one file through the doors, and hold what comes out against Pillow's pixels."""
        door.label, content = self.file(number, draw)
        path = folder / f"picture{SUFFIX.get(content[:2], '.jpg')}"
        path.write_bytes(content)
        answer = door.call("read_image", lambda: read_image(path), ImageError)
        self.compare_doors(number, path, answer, door)
        verdict, pixels = pillow_on(content)
        door.log.append(f"Pillow: {verdict}")
        door.counts["read" if answer.error is None else "refused"] += 1
        if answer.error is not None:
            door.counts["refused by us"] += pixels is not None
            if door.label.endswith("whole"):
                door.fault("wrong", f"a whole picture is refused: {answer.error}")
        elif verdict.startswith("refuses"):
            door.fault("wrong", f"read_image reads what Pillow {verdict}")
        elif answer.value.dtype != np.uint8 or answer.value.ndim != 3 or answer.value.shape[2] != 3:
            door.fault("wrong", f"read_image gave {answer.value.dtype} of shape {answer.value.shape}")
        elif pixels is not None:
            self.compare_pixels(content, answer.value, pixels, door)

    def file(self, number: int, draw: random.Random) -> tuple[str, bytes]:
        """Return the name and the bytes of a case's file: of thirty, one is crafted, five are whole."""
        if number % CRAFTED_EVERY == 0:
            name = list(CRAFTED)[number // CRAFTED_EVERY % len(CRAFTED)]
            return name, crafted(name)
        names = list(self.valid)
        if number % 6 == 1:
            name = names[number // 6 % len(names)]
            return f"{name}, whole", self.valid[name]
        name = draw.choice(names)
        content, how = self.valid[name], []
        if draw.random() < 0.2:
            content, how = resized(draw, content), ["width or height"]
        if not how or draw.random() < 0.3:
            words, content = mutated(draw, content, list(self.valid.values()))
            how.append(words)
        if name.startswith("PNG") and draw.random() < 0.7:
            content, how = with_checksums(content), [*how, "checksums"]
        return f"{name}, {' + '.join(how)}", content

    def compare_doors(self, number: int, path: Path, answer: Answer, door: Door) -> None:
        """Let a picture through the other door, as a path or, opened by Pillow, as a picture."""
        name, exactly = "picture_tensor of a path", True
        if number % 2:
            try:
                picture = Image.open(path, formats=FORMATS)
            except Exception:
                return
            name, exactly = "picture_tensor of a PIL picture", picture.format not in ("JPEG", "MPO")
            other = door.call(name, lambda: picture_tensor(picture), ImageError)
            picture.close()
        else:
            other = door.call(name, lambda: picture_tensor(path), ImageError)
        if (other.error is None) != (answer.error is None):
            door.fault("wrong", f"read_image and {name} do not agree whether it can be read")
        elif (
            answer.error is None and exactly and not np.array_equal(other.value.permute(1, 2, 0).numpy(), answer.value)
        ):
            door.fault("wrong", f"{name} gives other pixels than read_image")

    def compare_pixels(self, content: bytes, ours: np.ndarray, theirs: np.ndarray, door: Door) -> None:
        """Note pixels that are not Pillow's: exactly, but for the rounding of JPEG."""
        if ours.shape != theirs.shape:
            door.fault("wrong", f"the shape {ours.shape} is not Pillow's, {theirs.shape}")
            return
        far = float(np.abs(ours.astype(int) - theirs.astype(int)).mean())
        if far >= FAR or (far and content[:2] != b"\xff\xd8"):
            door.fault("wrong", f"pixels {far:.3f} of 255 levels from Pillow's on average")


def pillow_on(content: bytes) -> tuple[str, np.ndarray | None]:
    """Return Pillow's verdict on a file, and its pixels where they are judged: ordinary ones of 8 bits."""
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
        if picture.width * picture.height > JUDGED_UP_TO:
            return "not asked, because it is large", None
        deep = ";16" in repr(getattr(picture, "tile", "")[:1])
        picture.load()
    except Exception as error:
        return f"refuses with {type(error).__name__}: {str(error)[:100]!r}", None
    if picture.mode[0] in "IF" or deep:
        return f"reads it, {picture.mode}, of more than 8 bits", None
    return f"reads it, {picture.format} {picture.mode}", as_documented(picture)


def as_documented(picture: Image.Image) -> np.ndarray:
    """Return a loaded picture as `read_image` documents it: upright, on white, RGB."""
    try:
        orientation = picture.getexif().get(ORIENTATION, 1)
    except Exception:
        orientation = 1
    if orientation in range(2, 9):
        picture = ImageOps.exif_transpose(picture)
    if "A" in picture.mode.replace("LAB", "") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return np.asarray(picture.convert("RGB"))


def resized(draw: random.Random, content: bytes) -> bytes:
    """Write another width and height where the file may have its own: next to each other, in either order."""
    width, height = draw.choice(HUGE)
    for form in draw.sample([">II", "<II", ">HH", "<HH"], 4):
        limit = 256 ** (struct.calcsize(form) // 2)
        for old, new in (((WIDTH, HEIGHT), (width, height)), ((HEIGHT, WIDTH), (height, width))):
            place = content.find(struct.pack(form, *old))
            if place >= 0:
                changed = struct.pack(form, *(value % limit for value in new))
                return content[:place] + changed + content[place + len(changed) :]
    # TIFF keeps them apart, each behind its tag; WebP less one.
    for old in draw.sample([WIDTH, HEIGHT, WIDTH - 1, HEIGHT - 1], 4):
        place = content.find(struct.pack("<H", old))
        if place >= 0:
            return content[:place] + struct.pack("<H", width % 2**16) + content[place + 2 :]
    return content


def with_checksums(content: bytes) -> bytes:
    """Return a PNG with the checksums that its damaged chunks should have, so that the damage goes further."""
    place, whole = 8, [content[:8]]
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        body = content[place + 4 : place + 8 + length]
        whole += [content[place : place + 4], body, struct.pack(">I", zlib.crc32(body))]
        place += 12 + length
    return b"".join([*whole, content[place:]])
