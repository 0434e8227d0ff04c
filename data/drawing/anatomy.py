"""How cats and dogs are built: proportions in head sizes, and breeds as ranges of them."""

from dataclasses import dataclass


@dataclass
class Anatomy:
    """One animal's proportions; the unit is the width of its skull."""

    species: str
    breed: str
    body: float = 1.7  # hip to chest
    leg: float = 1.15  # ground to the middle of the trunk
    chest: float = 0.47
    waist: float = 0.40
    rump: float = 0.42
    neck: float = 0.35
    neck_width: float = 0.33
    bone: float = 0.13  # half the width of a foreleg
    paw: float = 0.15
    tail: str = "long"  # long, plume, curl, sabre, stub
    tail_length: float = 1.7
    tail_width: float = 0.10
    ears: str = "pricked"  # pricked, tufted, folded, hanging, long, tipped, rose
    ear: float = 0.45
    muzzle: float = 0.2
    muzzle_width: float = 0.2
    eye: float = 0.125
    hair: float = 0.06
    curly: float = 0.0
    cheeks: float = 0.0
    jowls: float = 0.0


CATS = {
    "house cat": {},
    "stocky cat": dict(body=1.6, chest=0.52, waist=0.47, rump=0.48, cheeks=0.5, hair=0.07, leg=1.05),
    "slender cat": dict(
        chest=0.40, waist=0.34, rump=0.37, ear=0.62, muzzle=0.26, leg=1.3, tail_width=0.075, hair=0.045
    ),
    "long-haired cat": dict(chest=0.52, waist=0.46, hair=0.16, tail="plume", tail_width=0.2, cheeks=0.9, ears="tufted"),
    "flat-faced cat": dict(
        body=1.5,
        chest=0.52,
        waist=0.48,
        leg=0.95,
        muzzle=0.10,
        ear=0.33,
        cheeks=1.0,
        hair=0.15,
        tail="plume",
        tail_length=1.2,
        tail_width=0.2,
        eye=0.14,
    ),
    "big-eared cat": dict(ear=0.72, chest=0.38, waist=0.34, cheeks=0.0, muzzle=0.22, hair=0.04, leg=1.25),
    "kitten": dict(
        body=1.25, leg=0.85, chest=0.38, waist=0.36, rump=0.36, tail_length=1.0, eye=0.145, ear=0.42, hair=0.08
    ),
    "curly cat": dict(curly=0.7, ear=0.55, hair=0.06),
    "fold-eared cat": dict(ears="folded", ear=0.3, cheeks=0.7, chest=0.5, hair=0.08, eye=0.14),
}

DOG = dict(
    body=1.8,
    leg=1.4,
    chest=0.52,
    waist=0.38,
    rump=0.42,
    neck=0.4,
    neck_width=0.35,
    bone=0.14,
    paw=0.16,
    tail="sabre",
    tail_length=1.2,
    tail_width=0.085,
    ears="hanging",
    ear=0.6,
    muzzle=0.45,
    muzzle_width=0.22,
    eye=0.085,
    hair=0.05,
)
DOGS = {
    "retriever": dict(ears="hanging", hair=0.10, tail="plume", tail_width=0.14, muzzle=0.48, muzzle_width=0.24),
    "beagle": dict(ears="long", ear=0.72, muzzle=0.46, leg=1.2, jowls=0.3, tail_length=1.0),
    "hound": dict(ears="long", ear=0.95, muzzle=0.6, jowls=0.6, leg=1.5, waist=0.35),
    "spitz": dict(
        ears="pricked", ear=0.38, muzzle=0.47, muzzle_width=0.19, tail="curl", tail_width=0.2, hair=0.14, cheeks=0.6
    ),
    "husky": dict(ears="pricked", ear=0.42, muzzle=0.5, tail="curl", tail_width=0.17, hair=0.10, cheeks=0.3),
    "shepherd": dict(ears="pricked", ear=0.55, muzzle=0.58, tail="plume", tail_width=0.13, hair=0.08, leg=1.5),
    "poodle": dict(
        ears="hanging", ear=0.62, muzzle=0.5, muzzle_width=0.17, curly=1.0, hair=0.11, tail="stub", leg=1.45
    ),
    "spotted hound": dict(ears="hanging", ear=0.5, muzzle=0.52, leg=1.6, waist=0.36, hair=0.035),
    "dachshund": dict(
        body=2.3, leg=0.78, chest=0.44, waist=0.37, ears="long", ear=0.66, muzzle=0.62, muzzle_width=0.17, paw=0.17
    ),
    "bulldog": dict(
        body=1.45,
        leg=1.05,
        chest=0.6,
        waist=0.45,
        neck=0.25,
        neck_width=0.45,
        ears="rose",
        ear=0.34,
        muzzle=0.26,
        muzzle_width=0.31,
        jowls=1.0,
        tail="stub",
        bone=0.19,
        paw=0.2,
        hair=0.035,
        eye=0.09,
    ),
    "terrier": dict(
        body=1.45,
        leg=1.15,
        chest=0.45,
        ears="tipped",
        ear=0.42,
        muzzle=0.44,
        muzzle_width=0.21,
        tail="sabre",
        tail_length=0.7,
        hair=0.11,
    ),
    "small fluffy dog": dict(
        body=1.3,
        leg=0.9,
        chest=0.46,
        waist=0.42,
        ears="hanging",
        ear=0.5,
        muzzle=0.28,
        muzzle_width=0.2,
        hair=0.17,
        tail="curl",
        tail_width=0.18,
        cheeks=0.5,
        eye=0.1,
    ),
    "puppy": dict(
        body=1.3,
        leg=0.9,
        chest=0.44,
        waist=0.42,
        ears="hanging",
        ear=0.52,
        muzzle=0.32,
        muzzle_width=0.23,
        eye=0.1,
        tail_length=0.8,
        hair=0.07,
        paw=0.19,
        bone=0.16,
    ),
}


def shares(breeds, rare):
    """Return how often each breed is drawn: a `rare` one a quarter as often as another."""
    weights = {breed: 1 / 4 if breed in rare else 1.0 for breed in breeds}
    return {breed: weight / sum(weights.values()) for breed, weight in weights.items()}


# The ears that mislead are the rarer ones: folded on a cat, pricked on a dog.
BREEDS = {"cat": shares(CATS, ("fold-eared cat",)), "dog": shares(DOGS, ("spitz", "husky", "shepherd"))}


def build(species, breed, rng):
    """Return one animal of the breed, every proportion varied by some per cent."""
    numbers = dict(species=species, breed=breed)
    numbers |= (CATS if species == "cat" else DOG | DOGS)[breed] if species == "cat" else DOG | DOGS[breed]
    animal = Anatomy(**numbers)
    for name in (
        "body",
        "leg",
        "chest",
        "waist",
        "rump",
        "tail_length",
        "ear",
        "muzzle",
        "eye",
        "hair",
        "muzzle_width",
    ):
        setattr(animal, name, getattr(animal, name) * float(np_clip(rng.normal(1, 0.06))))
    return animal


def np_clip(value):
    """Keep a variation within fifteen per cent."""
    return min(max(value, 0.85), 1.15)
