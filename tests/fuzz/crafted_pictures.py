"""Pictures made to do harm: few bytes that ask for much memory or time, and files that lie about themselves."""

import struct
import zlib
from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image

from tests.fuzz.valid_pictures import base, chunk, png, saved, valid_pictures

SIDE = 7700  # squared a little less than the pixels that we read


def zeros(length: int) -> bytes:
    """Return so many zeros, compressed piece by piece."""
    press, piece = zlib.compressobj(1), bytes(2**20)
    whole = [press.compress(piece[: min(2**20, length - start)]) for start in range(0, length, 2**20)]
    return b"".join([*whole, press.flush()])


def large_png(bits: int, colour: int, channels: int) -> bytes:
    """Return a PNG of as many pixels as we read, all of them 0."""
    return png(SIDE, SIDE, bits, colour, zeros(SIDE * (1 + SIDE * channels * bits // 8)))


def lying_png() -> bytes:
    """Return a PNG that says it has ten thousand million pixels."""
    return png(100_000, 100_000, 8, 2, zeros(1000))


def png_with_a_long_text() -> bytes:
    """Return a PNG with a comment that grows to 300 MB."""
    text = chunk(b"zTXt", b"Comment\0\0" + zeros(300 * 2**20))
    return png(1, 1, 8, 0, zlib.compress(b"\0\0"), more=text)


def png_with_a_large_profile() -> bytes:
    """Return a PNG with a colour profile that grows to 300 MB."""
    return png(1, 1, 8, 0, zlib.compress(b"\0\0"), more=chunk(b"iCCP", b"name\0\0" + zeros(300 * 2**20)))


def png_of_many_chunks() -> bytes:
    """Return a PNG of 300,000 pieces."""
    return png(1, 1, 8, 0, zlib.compress(b"\0\0"), more=chunk(b"tEXt", b"a\0b") * 300_000)


def scans_of(content: bytes) -> tuple[bytes, list[bytes]]:
    """Return a progressive JPEG's beginning, and its scans with the tables before them."""
    places = [place for place in range(len(content) - 1) if content[place : place + 2] == b"\xff\xda"]
    ends = [*places[1:], len(content) - 2]
    return content[: places[0]], [content[start:end] for start, end in zip(places, ends, strict=True)]


def jpeg_of_many_scans(side: int, count: int) -> bytes:
    """Return a progressive JPEG whose last scan comes so many times: each costs as much time as a picture."""
    head, scans = scans_of(saved(Image.new("RGB", (side, side), "grey"), "JPEG", progressive=True, quality=30))
    return head + b"".join(scans[:-1]) + scans[-1] * count + b"\xff\xd9"


def lying_jpeg(height: int, width: int) -> bytes:
    """Return a small JPEG that says it is large."""
    content = valid_pictures()["JPEG progressive"]
    place = content.index(b"\xff\xc2") + 5
    return content[:place] + struct.pack(">HH", height, width) + content[place + 4 :]


def gif(width: int, height: int, frame: tuple[int, int]) -> bytes:
    """Return a GIF whose canvas and frame are as large as it says, with hardly any data."""
    canvas = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    return canvas + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x4c\x01\x00;"


def gif_of_many_frames() -> bytes:
    """Return a GIF of 100,000 frames."""
    whole = gif(10, 10, (10, 10))
    return whole[:19] + whole[19:-1] * 100_000 + b";"


def bmp(width: int, height: int, bits: int, compression: int, data: bytes) -> bytes:
    """Return a BMP made by hand."""
    palette = bytes(1024) if bits == 8 else b""
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, 0, 0)
    start = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + header + palette + data


def tiff(width: int, height: int, data: bytes, more: dict[int, tuple[int, int, int]] | None = None) -> bytes:
    """Return a TIFF of one strip made by hand; `more` are tags: number → (type, count, value)."""
    tags = {256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, 8), 259: (3, 1, 1), 262: (3, 1, 1), 273: (4, 1, 8)}
    tags |= {277: (3, 1, 1), 278: (4, 1, height), 279: (4, 1, len(data))} | (more or {})
    entries = b"".join(struct.pack("<HHII", tag, *tags[tag]) for tag in sorted(tags))
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", 8 + len(data))  # the next one is itself
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory


def large_scan(dtype: type) -> bytes:
    """Return a TIFF with as many values as we read, of 16 or 32 bits or with fractions."""
    return saved(Image.fromarray(np.zeros((SIDE, SIDE), dtype)), "TIFF", compression="tiff_adobe_deflate")


def large_webp() -> bytes:
    """Return a WebP of one colour, of as many pixels as we read."""
    return saved(Image.new("RGB", (SIDE, SIDE), "teal"), "WEBP", lossless=True, method=0, quality=0)


def other_kind(kind: str) -> bytes:
    """Return a picture of a kind that Pillow reads and we do not."""
    return saved(base(), kind)


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(x) run\n%%EOF\n"
DRAWN = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
CRAFTED: dict[str, Callable[[], bytes]] = {
    "an empty file": lambda: b"",
    "one byte": lambda: b"\xff",
    "zeros": lambda: bytes(10_000),
    "a text": lambda: b"cats and dogs\n" * 100,
    "PostScript": lambda: POSTSCRIPT,
    "SVG": lambda: DRAWN,
    "PPM": lambda: other_kind("PPM"),
    "ICO": lambda: other_kind("ICO"),
    "PDF": lambda: other_kind("PDF"),
    "JPEG 2000": lambda: other_kind("JPEG2000"),
    "TGA": lambda: other_kind("TGA"),
    "a PNG of 10,000 million pixels": lying_png,
    "a JPEG of 65,500 × 65,500": lambda: lying_jpeg(65_500, 65_500),
    "a JPEG of 7,700 × 7,700 without data": lambda: lying_jpeg(SIDE, SIDE),
    "a JPEG of height 0": lambda: lying_jpeg(0, 100),
    "a GIF of 65,535 × 65,535": lambda: gif(65_535, 65_535, (65_535, 65_535)),
    "a GIF of 7,700 × 7,700 without data": lambda: gif(SIDE, SIDE, (SIDE, SIDE)),
    "a GIF with a frame larger than its canvas": lambda: gif(10, 10, (SIDE, SIDE)),
    "a GIF with a far larger frame": lambda: gif(10, 10, (65_535, 65_535)),
    "a GIF of 100,000 frames": gif_of_many_frames,
    "a BMP of 2,000,000,000 columns": lambda: bmp(2_000_000_000, 1, 24, 0, bytes(100)),
    "a BMP of negative width": lambda: bmp(-10, 10, 24, 0, bytes(1000)),
    "a BMP of the least height": lambda: bmp(10, -(2**31), 24, 0, bytes(1000)),
    "a BMP of 7,700 × 7,700 in runs": lambda: bmp(SIDE, SIDE, 8, 1, b"\xff\x01" * 1000 + b"\0\1"),
    "a BMP of jumps": lambda: bmp(SIDE, SIDE, 8, 1, b"\0\2\xff\xff" * 50_000 + b"\0\1"),
    "a TIFF of itself": lambda: tiff(10, 10, bytes(100)),
    "a TIFF of 4,000 million rows": lambda: tiff(10, 0xFFFFFFF0, bytes(100)),
    "a TIFF of 7,700 × 7,700 without data": lambda: tiff(SIDE, SIDE, bytes(100)),
    "a TIFF with a tag of 4,000 million values": lambda: tiff(10, 10, bytes(100), {270: (2, 0xFFFFFFF0, 8)}),
    "a TIFF with 4,000 million strips": lambda: tiff(10, 10, bytes(100), {273: (4, 0xFFFFFFF0, 8)}),
    "a TIFF in strips of 0 rows": lambda: tiff(10, 10, bytes(100), {278: (4, 1, 0)}),
    "a TIFF in huge tiles": lambda: tiff(10, 10, bytes(100), {322: (4, 1, 2**30), 323: (4, 1, 2**30), 324: (4, 1, 8)}),
    "a TIFF of deflated zeros": lambda: tiff(SIDE, SIDE, zeros(SIDE * SIDE), {259: (3, 1, 8)}),
    "a TIFF whose strip grows to 2 GB": lambda: tiff(100, 100, zeros(2 * 10**9), {259: (3, 1, 8)}),
    "a PNG with a comment of 300 MB": png_with_a_long_text,
    "a PNG with a profile of 300 MB": png_with_a_large_profile,
    "a PNG of 300,000 pieces": png_of_many_chunks,
    "a large grey PNG": lambda: large_png(8, 0, 1),
    "a large grey PNG of 16 bits": lambda: large_png(16, 0, 1),
    "a large PNG of 1 bit": lambda: png(SIDE, SIDE, 1, 0, zeros(SIDE * (1 + -(-SIDE // 8)))),
    "a large RGB PNG": lambda: large_png(8, 2, 3),
    "a large RGBA PNG": lambda: large_png(8, 6, 4),
    "a large RGBA PNG of 16 bits": lambda: large_png(16, 6, 4),
    "a large PNG of grey and opacity": lambda: large_png(8, 4, 2),
    "a large scan of 16 bits": lambda: large_scan(np.uint16),
    "a large scan of 32 bits": lambda: large_scan(np.int32),
    "a large scan of fractions": lambda: large_scan(np.float32),
    "a JPEG of 20,000 small scans": lambda: jpeg_of_many_scans(64, 20_000),
    "a JPEG of 2,000 large scans": lambda: jpeg_of_many_scans(6000, 2000),
    "a JPEG of 3,000 scans of middle size": lambda: jpeg_of_many_scans(2000, 3000),
    "a large JPEG": lambda: saved(Image.new("RGB", (SIDE, SIDE), "teal"), "JPEG"),
    "a large turned JPEG": lambda: saved(Image.new("RGB", (SIDE, SIDE), "teal"), "JPEG", exif=_turned()),
    "a large CMYK JPEG": lambda: saved(Image.new("CMYK", (SIDE, SIDE)), "JPEG"),
    "a large WebP": large_webp,
}


def _turned() -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112] = 6
    return notes


@cache
def crafted(name: str) -> bytes:
    """Return a crafted picture; some take a second to make, so each is made once in a process."""
    return CRAFTED[name]()
