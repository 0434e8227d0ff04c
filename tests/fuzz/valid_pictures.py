"""Whole pictures of every kind that we read: what is damaged later, and what must come through untouched."""

import io
import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from tests.pictures import noise

HEIGHT, WIDTH = 37, 53
ORIENTATION = 0x0112


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return a picture as a file's bytes."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def base() -> Image.Image:
    """Return the picture that all others are made of."""
    return Image.fromarray(noise(HEIGHT, WIDTH, 3))


def with_transparency() -> Image.Image:
    """Return it with an opacity that runs from 0 to 255."""
    picture = base().convert("RGBA")
    picture.putalpha(Image.fromarray(np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))))
    return picture


def turned(orientation: int) -> Image.Exif:
    """Return camera notes with an orientation."""
    notes = Image.Exif()
    notes[ORIENTATION] = orientation
    return notes


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG, with its checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(
    width: int, height: int, bits: int, colour: int, data: bytes, *, interlaced: int = 0, more: bytes = b""
) -> bytes:
    """Return a PNG made by hand: its header, further chunks, and its compressed rows."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    body = chunk(b"IHDR", header) + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def interlaced_png() -> bytes:
    """Return a PNG in the seven passes of Adam7, which Pillow reads and does not write."""
    pixels, rows = np.asarray(base()), b""
    for top, left, down, right in ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2)):
        rows += b"".join(b"\0" + row.tobytes() for row in pixels[top::down, left::right])
    rows += b"".join(b"\0" + row.tobytes() for row in pixels[1::2])
    return png(WIDTH, HEIGHT, 8, 2, zlib.compress(rows), interlaced=1)


def deep_png() -> bytes:
    """Return a PNG with 16 bits a colour."""
    pixels = np.asarray(base()).astype(">u2") * 257
    return png(WIDTH, HEIGHT, 16, 2, zlib.compress(b"".join(b"\0" + row.tobytes() for row in pixels)))


def pngs() -> Iterator[tuple[str, bytes]]:
    """Yield PNGs in all modes."""
    rgb, clear = base(), with_transparency()
    for mode in ("1", "L", "P", "RGB", "I;16"):
        picture = Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) * 200) if "I" in mode else None
        yield f"PNG {mode}", saved(picture or rgb.convert(mode), "PNG")
    yield "PNG LA", saved(clear.convert("LA"), "PNG")
    yield "PNG RGBA", saved(clear, "PNG")
    yield "PNG P, opacities", saved(rgb.convert("P"), "PNG", transparency=bytes(range(256)))
    yield "PNG P, 4 bits", saved(rgb.quantize(12), "PNG", bits=4)
    yield "PNG RGB, one colour clear", saved(rgb, "PNG", transparency=rgb.getpixel((4, 5)))
    yield "PNG L, one grey clear", saved(rgb.convert("L"), "PNG", transparency=100)
    yield "PNG turned", saved(rgb, "PNG", exif=turned(6))
    yield "PNG animated", saved(rgb, "PNG", save_all=True, append_images=[rgb.rotate(180)])
    yield "PNG interlaced", interlaced_png()
    yield "PNG 16 bits a colour", deep_png()


def jpegs() -> Iterator[tuple[str, bytes]]:
    """Yield JPEGs: baseline, progressive, of four colours, grey, turned."""
    rgb = base()
    yield "JPEG baseline", saved(rgb, "JPEG", quality=90)
    yield "JPEG 4:4:4", saved(rgb, "JPEG", quality=95, subsampling=0)
    yield "JPEG progressive", saved(rgb, "JPEG", quality=85, progressive=True)
    yield "JPEG progressive grey", saved(rgb.convert("L"), "JPEG", progressive=True)
    yield "JPEG grey", saved(rgb.convert("L"), "JPEG")
    yield "JPEG CMYK", saved(rgb.convert("CMYK"), "JPEG", quality=90)
    yield "JPEG with restarts", saved(rgb, "JPEG", restart_marker_blocks=2)
    yield "JPEG with two pictures", saved(rgb, "MPO", save_all=True, append_images=[rgb])
    yield "JPEG with a profile", saved(rgb, "JPEG", icc_profile=b"\0" * 500, comment=b"hello")
    for orientation in (1, 2, 3, 5, 6, 8):
        yield f"JPEG turned {orientation}", saved(rgb, "JPEG", quality=90, exif=turned(orientation))


def tiffs() -> Iterator[tuple[str, bytes]]:
    """Yield TIFFs: compressions, depths, numbers with fractions."""
    rgb = base()
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        yield f"TIFF RGB {compression}", saved(rgb, "TIFF", compression=compression)
    for compression in ("group3", "group4", "raw"):
        yield f"TIFF 1 {compression}", saved(rgb.convert("1"), "TIFF", compression=compression)
    for mode in ("L", "P", "CMYK", "LAB", "YCbCr"):
        yield f"TIFF {mode}", saved(rgb.convert(mode), "TIFF", compression=None if mode == "LAB" else "raw")
    yield "TIFF RGBA", saved(with_transparency(), "TIFF", compression="tiff_lzw")
    grey = np.asarray(rgb.convert("L"))
    yield "TIFF 16 bits", saved(Image.fromarray(grey.astype(np.uint16) * 200), "TIFF")
    yield "TIFF 32 bits", saved(Image.fromarray(grey.astype(np.int32) * 90_000), "TIFF", compression="tiff_lzw")
    yield "TIFF fractions", saved(Image.fromarray(grey.astype(np.float32) / 255 - 0.2), "TIFF")
    yield "TIFF of two pages", saved(rgb, "TIFF", save_all=True, append_images=[rgb])


def others() -> Iterator[tuple[str, bytes]]:
    """Yield GIFs, BMPs and WebPs."""
    rgb, clear = base(), with_transparency()
    yield "GIF", saved(rgb.convert("P"), "GIF")
    yield "GIF grey, not interlaced", saved(rgb.convert("L"), "GIF", interlace=0)
    yield "GIF clear", saved(rgb.convert("P"), "GIF", transparency=7)
    yield "GIF animated", saved(rgb, "GIF", save_all=True, append_images=[rgb.rotate(180)], disposal=2)
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        yield f"BMP {mode}", saved(clear if mode == "RGBA" else rgb.convert(mode), "BMP")
    yield "WebP lossy", saved(rgb, "WEBP", quality=80)
    yield "WebP lossless", saved(rgb, "WEBP", lossless=True)
    yield "WebP RGBA", saved(clear, "WEBP", lossless=True, exact=True)
    yield "WebP RGBA lossy", saved(clear, "WEBP")
    yield "WebP animated", saved(rgb, "WEBP", save_all=True, append_images=[rgb.rotate(180)])
    yield "WebP turned", saved(rgb, "WEBP", lossless=True, exif=turned(8))


def valid_pictures() -> dict[str, bytes]:
    """Return them all, by name."""
    return dict([*jpegs(), *pngs(), *others(), *tiffs()])
