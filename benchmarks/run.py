"""Measure this package beside fastai, and beside the limit of the machine; write `benchmarks/RESULTS.md`.

    python benchmarks/run.py                                     all of it: about 45 minutes on two cores
    python benchmarks/run.py --pairs 1 --photographs 240         a quick try: prints the report, writes no file
    python benchmarks/run.py --only imports                      one part, likewise
    python benchmarks/run.py --only redraws                      how long explorers take to redraw; without fastai
    python benchmarks/run.py --only steps                        the steps of lesson 09, for the numbers that it shows
                                                                 beside its own: 13 minutes, left out of "all"

WHOLE_GAME_PHOTOS names a folder of photographs with train and valid; without it the drawn sample is used.
WHOLE_GAME_WEIGHTS names the folder with mobilenet_v2-imagenet.pth; without it the accuracy is not compared.
Leave the machine alone meanwhile: a run beside anything else measures that as well.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the rooms beside this file and the package are those of this checkout

from benchmarks import networks, photographs, pictures, report  # noqa: E402
from benchmarks.fresh import MeasurementFailed, ask, seconds_to_run  # noqa: E402
from benchmarks.hardware import describe_hardware, describe_versions  # noqa: E402

PAIRS, PHOTOGRAPHS, EPOCHS, SIZE = 3, 1200, 2, 224
WEIGHTS, MOBILENET = "WHOLE_GAME_WEIGHTS", "mobilenet_v2-imagenet.pth"
NO_WEIGHTS = f"Not measured: {WEIGHTS} must name a folder that holds {MOBILENET}."
IMPORTS = {
    "torch": "import torch, torchvision",
    "helpers": "import helpers",
    "fastai": "from fastai.vision.all import *",
}
Facts = dict[str, Any]


class Bench:
    """The settings that all measurements share."""

    def __init__(self, source: pictures.Source, scratch: Path, pairs: int, photographs: int) -> None:
        self.source, self.scratch, self.pairs, self.photographs = source, scratch, pairs, photographs

    def folder(self, name: str, train: int, valid: int) -> tuple[str, Facts]:
        """Copy pictures into a folder of their own; return it, and what is in it."""
        chosen = pictures.choose(self.source.folder, train, valid)
        target = pictures.copy_to(self.scratch / name, self.source.folder, chosen)
        counts = {split: pictures.count(chosen, split) for split in ("train", "valid")}
        return str(target), counts | {"what": self.source.what}

    def training(self) -> Facts:
        """Seconds for two epochs with a frozen body: fastai, ours cold, ours warm."""
        folder, facts = self.folder("training", self.photographs * 5 // 6, self.photographs // 6)
        facts |= {"arch": "resnet34", "size": SIZE, "epochs": EPOCHS}
        weights = networks.put_random_weights(facts["arch"], self.scratch / "torch")
        question = facts | {"pictures": folder, "weights": str(weights), "seed": 1}
        rows = []
        for pair in range(self.pairs):
            theirs_first = pair % 2 == 0
            theirs = ask("with_fastai", question, self.scratch) if theirs_first else {}
            shutil.rmtree(Path(folder) / ".cache", ignore_errors=True)
            cold, warm = (ask("with_helpers", question, self.scratch) for _ in ("cold", "warm"))
            theirs = theirs or ask("with_fastai", question, self.scratch)
            same_start(theirs, cold)
            seconds = {"fastai": theirs["seconds"], "cold": cold["seconds"], "warm": warm["seconds"]}
            rows.append({"order": "fastai" if theirs_first else "ours", **seconds})
            tell("training", pair, seconds, "s")
            facts |= {"workers": theirs["workers"], "batch_size": theirs["batch_size"]}
        without = ask("with_fastai", question | {"options": {"train_bn": False}}, self.scratch)
        return facts | {"pairs": rows, "fastai_train_bn_false": without["seconds"]}

    def augmented(self) -> Facts:
        """Seconds for one epoch on augmented pictures, body frozen and unfrozen: fastai and ours."""
        folder, facts = self.folder("augmented", self.photographs // 3, self.photographs // 30)
        facts |= {"arch": "resnet34", "size": SIZE, "epochs": 1}
        weights = networks.put_random_weights(facts["arch"], self.scratch / "torch")
        question = facts | {"pictures": folder, "weights": str(weights), "seed": 1, "augmented": True}
        rows = []
        for pair in range(self.pairs):
            sides = ("fastai", "helpers") if pair % 2 == 0 else ("helpers", "fastai")
            seconds = {}
            for body in ("frozen", "unfrozen"):
                answers = {
                    side: ask(f"with_{side}", question | {"unfrozen": body == "unfrozen"}, self.scratch)
                    for side in sides
                }
                same_start(answers["fastai"], answers["helpers"])
                seconds |= {f"{body} {side}": answers[side]["seconds"] for side in ("fastai", "helpers")}
            rows.append({"order": sides[0], **seconds})
            tell("augmented", pair, seconds, "s")
        return facts | {"pairs": rows, "batch_size": answers["fastai"]["batch_size"]}

    def mobilenet(self) -> Path | None:
        """Put mobilenet_v2's trained weights where both sides look for them; None where there are none."""
        named = os.environ.get(WEIGHTS)
        if not named or not (Path(named) / MOBILENET).is_file():
            return None
        return networks.put_weights("mobilenet_v2", self.scratch / "torch", Path(named) / MOBILENET)

    def accuracy(self) -> Facts:
        """The accuracy of both after two epochs with mobilenet_v2 and its trained weights."""
        weights = self.mobilenet()
        if weights is None:
            return {"missing": NO_WEIGHTS}
        judged = self.photographs * 5 // 6
        folder, facts = self.folder("accuracy", judged, judged)
        # fastai takes minutes for what takes us seconds, so only we see twice as many pictures as well.
        larger, more = self.folder("larger", 2 * judged, judged)
        facts |= {"arch": "mobilenet_v2", "size": SIZE, "epochs": EPOCHS, "larger": more["train"]}
        rows = []
        for pair in range(self.pairs):
            question = facts | {"pictures": folder, "weights": str(weights), "seed": pair + 1}
            theirs, ours = (ask(side, question, self.scratch) for side in ("with_fastai", "with_helpers"))
            same_start(theirs, ours)
            most = ask("with_helpers", question | {"pictures": larger}, self.scratch)
            accuracies = {"fastai": theirs["accuracy"], "helpers": ours["accuracy"], "larger": most["accuracy"]}
            rows.append({"seed": pair + 1, **accuracies})
            tell("accuracy", pair, accuracies, "")
        return facts | {"pairs": rows}

    def unfreezing(self) -> Facts:
        """What unfreezing makes of the accuracy: mobilenet_v2 with its trained weights, ours alone."""
        weights = self.mobilenet()
        if weights is None:
            return {"missing": NO_WEIGHTS}
        judged = self.photographs * 5 // 6
        folder, facts = self.folder("unfreezing", 2 * judged, judged)
        facts |= {"arch": "mobilenet_v2", "size": SIZE, "epochs": EPOCHS}
        rows = []
        for pair in range(self.pairs):
            question = facts | {"pictures": folder, "weights": str(weights), "seed": pair + 1}
            rows.append({"seed": pair + 1} | ask("unfreezing", question, self.scratch))
            tell("unfreezing", pair, {name: rows[-1][name] for name in ("frozen", "unfrozen", "p")}, "")
        return facts | {"pairs": rows}

    def forward(self) -> Facts:
        """Pictures per second of our activation pass, and of the bare forward pass of the same network."""
        folder, facts = self.folder("forward", self.photographs * 5 // 6, 16)
        facts |= {"arch": "resnet34", "size": SIZE}
        weights = networks.put_random_weights(facts["arch"], self.scratch / "torch")
        rows = []
        for pair in range(self.pairs):
            question = facts | {"pictures": folder, "weights": str(weights), "pass_first": pair % 2 == 0}
            answer = ask("forward", question, self.scratch)
            rows.append({"order": answer["order"][0], **answer["speeds"]})
            tell("forward", pair, answer["speeds"], "pictures/s")
        return facts | {"pairs": rows, "precision": answer["precision"]}

    def imports(self) -> dict[str, list[float]]:
        """Seconds that each package takes to import, in turns."""
        seconds: dict[str, list[float]] = {name: [] for name in IMPORTS}
        for number in range(max(7, 2 * self.pairs + 1) + 1):
            for name, statement in IMPORTS.items():
                taken = seconds_to_run(statement, self.scratch)
                if number:  # the first round brings the files into memory
                    seconds[name].append(taken)
        tell("imports", 0, {name: median(values) for name, values in seconds.items()}, "s")
        return seconds

    def redraws(self) -> dict[str, list[float]]:
        """Milliseconds of every redraw of every explorer."""
        milliseconds = ask("redraws", {}, self.scratch)
        for name, values in milliseconds.items():
            tell(f"redraws, {name},", len(values) - 1, {"median": median(values), "worst": max(values)}, "ms")
        return milliseconds


def same_start(theirs: Facts, ours: Facts) -> None:
    """Raise MeasurementFailed where the two sides did not start with the same pictures and the same weights."""
    unlike = [what for what in ("pictures", "weights") if theirs["start"][what] != ours["start"][what]]
    if unlike:
        raise MeasurementFailed(f"the two sides did not start with the same {' and '.join(unlike)}: not comparable")


def tell(part: str, pair: int, numbers: dict[str, float], unit: str) -> None:
    """Print what was just measured, so that a long run is not a silent one."""
    print(
        f"{part} {pair + 1}: {', '.join(f'{name} {value:.3f}' for name, value in numbers.items())} {unit}", flush=True
    )


def measure(bench: Bench, parts: list[str]) -> Facts:
    """Run the named parts one after the other; return their raw numbers."""
    every: dict[str, Callable[[], Any]] = {name: getattr(bench, name) for name in report.SECTIONS}
    return {name: every[name]() for name in parts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=PAIRS, help="how often each comparison is made (%(default)s)")
    parser.add_argument("--only", choices=[*report.SECTIONS, "steps"], help="measure this part alone")
    parser.add_argument(
        "--photographs",
        type=int,
        default=PHOTOGRAPHS,
        help="how many are trained with and judged by, in all (%(default)s)",
    )
    options = parser.parse_args()
    if options.only == "steps":
        photographs.main()
        return
    if options.pairs < 1 or options.photographs < 24:
        parser.error("at least 1 pair and 24 photographs are needed, such as --pairs 1 --photographs 240")
    lacking = [name for name in ("fastai", "psutil") if find_spec(name) is None]
    if lacking and options.only != "redraws":
        parser.error(f"{' and '.join(lacking)} cannot be imported; type make bench, or pip install -e '.[bench]'")
    source = pictures.find_source(os.environ)
    if source.missing:
        print(source.missing)
    parts = [options.only] if options.only else list(report.SECTIONS)
    about = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": "make bench",
        "pairs": options.pairs,
        "missing": source.missing,
        "hardware": describe_hardware(),
        "versions": describe_versions(),
    }
    with tempfile.TemporaryDirectory(prefix="whole-game-bench-") as scratch:
        results = measure(Bench(source, Path(scratch), options.pairs, options.photographs), parts)
    text = report.render({"about": about, **results})
    if options.only or options.pairs < PAIRS or options.photographs != PHOTOGRAPHS:
        print(f"\n{text}\nThis was a part or a quick try, so RESULTS.md stays as it is.")
    else:
        (ROOT / "benchmarks" / "RESULTS.md").write_text(text, encoding="utf-8")
        print("Wrote benchmarks/RESULTS.md.")


if __name__ == "__main__":
    try:
        main()
    except (MeasurementFailed, FileNotFoundError) as failure:
        sys.exit(str(failure))
