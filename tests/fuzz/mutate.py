"""Damage to files: every mutator takes bytes and returns other bytes, as the drawn numbers decide."""

import random
import struct
from collections.abc import Callable, Sequence

NUMBERS = [0, 1, 2, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
PACKED = [">B", ">H", "<H", ">I", "<I", ">Q", "<Q"]


def _place(draw: random.Random, content: bytes) -> int:
    """Return a place in a file: in half of the draws near its beginning or end, where the headers are."""
    near = draw.choice([64, 512, 4096])
    place = draw.randrange(max(len(content), 1))
    return draw.choice([place, place, place % near, max(len(content) - 1 - place % near, 0)])


def change_bytes(draw: random.Random, content: bytes) -> bytes:
    """Give some bytes another value."""
    changed = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 5, 20, 100])):
        if changed:
            changed[_place(draw, content)] = draw.randrange(256)
    return bytes(changed)


def flip_bits(draw: random.Random, content: bytes) -> bytes:
    """Flip single bits."""
    changed = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 8])):
        if changed:
            changed[_place(draw, content)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def change_field(draw: random.Random, content: bytes) -> bytes:
    """Write a number at the edge of what a field can hold."""
    form = draw.choice(PACKED)
    number = draw.choice(NUMBERS) % 256 ** struct.calcsize(form)
    place = _place(draw, content)
    return content[:place] + struct.pack(form, number) + content[place + struct.calcsize(form) :]


def truncate(draw: random.Random, content: bytes) -> bytes:
    """Leave out the end."""
    return content[: _place(draw, content)]


def insert(draw: random.Random, content: bytes) -> bytes:
    """Put in a block of random bytes, or of one byte again and again."""
    place, length = _place(draw, content), draw.choice([1, 2, 16, 300, 5000])
    block = draw.choice([draw.randbytes(length), bytes([draw.choice([0, 0xFF, 0x5B, 0x28])]) * length])
    return content[:place] + block + content[place:]


def duplicate(draw: random.Random, content: bytes) -> bytes:
    """Repeat a block."""
    start, length = _place(draw, content), draw.choice([1, 16, 300, 5000])
    block = content[start : start + length]
    return content[:start] + block * draw.choice([2, 2, 3, 50]) + content[start + length :]


def remove(draw: random.Random, content: bytes) -> bytes:
    """Take out a block."""
    start = _place(draw, content)
    return content[:start] + content[start + draw.choice([1, 2, 16, 300, 5000]) :]


def exchange(draw: random.Random, content: bytes) -> bytes:
    """Exchange two blocks."""
    length = draw.choice([1, 4, 64, 512])
    one, other = sorted((_place(draw, content), _place(draw, content)))
    if other < one + length:
        return content
    middle = content[one + length : other]
    return (content[:one] + content[other : other + length] + middle + content[one : one + length]) + content[
        other + length :
    ]


MUTATORS: list[Callable[[random.Random, bytes], bytes]] = [
    change_bytes,
    change_bytes,
    flip_bits,
    change_field,
    change_field,
    truncate,
    insert,
    duplicate,
    remove,
    exchange,
]


def mutated(draw: random.Random, content: bytes, others: Sequence[bytes] = ()) -> tuple[str, bytes]:
    """Return the names of one to three mutations, and the content after them; sometimes a splice with another file."""
    names = []
    if others and draw.random() < 0.1:
        other = draw.choice(others)
        content, names = content[: _place(draw, content)] + other[_place(draw, other) :], ["splice"]
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        mutator = draw.choice(MUTATORS)
        content = mutator(draw, content)
        names.append(mutator.__name__)
    return " + ".join(names), content
