"""`python -m tests.fuzz`: damaged, hostile and interrupted files through every door, and a table of what got through.

`make fuzz` runs it. A line of the table is a kind of file; a number other than 0 in it is a fault, and is listed with
the line that replays it.
"""

import argparse
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.fuzz.door import COLUMNS
from tests.fuzz.workers import DOOR_SECONDS, KINDS, Result, Worker

SHARES = {"pictures": 4, "kills": 4}  # of the time; 2 for each other kind
POINTS = 100  # at which runs are killed
KNOWN = ("read", "refused", "refused by us")  # for information
LEGEND = """n: cases. crashes: a signal ended the process. hangs: a door took over 10 s, twice. over 1 GB: more memory.
foreign: another error than the door documents, a message that is no short printable sentence, or code that ran.
wrong: other pixels than Pillow's, other activations, probabilities or weights that are no finite numbers.
lost: weights half taken over, a kept file spoiled, a killed run that came out otherwise.
read, refused: for information; by us: what Pillow reads, and our limits or rules refuse. Of caches: used, computed
again, and could not be kept. Of kills: fell before the end, and after it."""


def replay_line(kind: str, seed: int, number: int) -> str:
    """Return the command that runs one case again."""
    return f".venv/bin/python -m tests.fuzz --kinds {kind} --seed {seed} --case {number}"


def hunt(
    kind: str,
    seed: int,
    numbers: Iterable[int],
    folder: Path,
    *,
    workers: int = 2,
    seconds: float = float("inf"),
    limit: float = DOOR_SECONDS,
) -> list[Result]:
    """Run cases of one kind by number, in so many processes, until there are no more numbers or no more seconds.

    limit: the seconds that a door may take.
    """
    end, lock, results, failures = time.monotonic() + seconds, threading.Lock(), [], []
    waiting: Iterator[int] = iter(numbers)

    def work(place: int) -> None:
        worker = Worker(kind, seed, folder / f"{kind}{place}", limit)
        try:
            while time.monotonic() < end and not failures:
                with lock:
                    number = next(waiting, None)
                if number is None:
                    return
                results.append(worker.run(number))
        except BaseException as error:
            failures.append(error)
        finally:
            worker.close()

    threads = [threading.Thread(target=work, args=(place,), daemon=True) for place in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sorted(results, key=lambda result: result.number)


def line_of(kind: str, results: list[Result]) -> str:
    """Return a kind's line of the table; a case with two faults of one column counts once."""
    faults = [sum(any(fault.column == column for fault in one.faults) for one in results) for column in COLUMNS]
    known = [sum(one.counts[what] for one in results) for what in KNOWN]
    return f"{kind:<12}" + "".join(f"{number:>11,}" for number in (len(results), *faults, *known))


def listed_faults(kind: str, seed: int, results: list[Result]) -> list[str]:
    """Return each sort of fault once, with how often it came and the line that replays the first."""
    found: dict[tuple[str, str], list[tuple[Result, str]]] = {}
    for result in results:
        for fault in result.faults:
            sort = re.sub(r"'[^']*'|\"[^\"]*\"|[\d.,]+", "…", fault.why)[:60]
            found.setdefault((fault.column, sort), []).append((result, fault.why))
    return [
        f"{kind}, {column}, {len(cases)} ×: {cases[0][1]}\n    [{cases[0][0].label}]  "
        f"{replay_line(kind, seed, cases[0][0].number)}"
        for (column, _), cases in sorted(found.items())
    ]


def parsed() -> argparse.Namespace:
    """Return the arguments."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300, help="for all kinds together (default: 300)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of all that is drawn (default: the time)")
    parser.add_argument("--kinds", default=",".join(KINDS), help=f"some of {','.join(KINDS)}")
    parser.add_argument("--case", type=int, help="replay this case alone, of one kind and seed, and tell all about it")
    parser.add_argument("--workers", type=int, default=2, help="processes at a time (default: 2)")
    arguments = parser.parse_args()
    arguments.kinds = arguments.kinds.split(",")
    if unknown := set(arguments.kinds) - set(KINDS):
        parser.error(f"no such kind: {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    if arguments.case is not None and len(arguments.kinds) != 1:
        parser.error("a case is replayed of one kind; add --kinds pictures, or another")
    return arguments


def replay(kind: str, seed: int, number: int) -> int:
    """Run one case, print all that is known of it, and leave its files for whoever looks into it."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    (result,) = hunt(kind, seed, [number], folder, workers=1)
    print(f"{kind}, case {number} of seed {seed}: {result.label}", *result.log, sep="\n")
    print(f"Its files are in {folder}.")
    return int(bool(result.faults))


def main() -> int:
    """Run all kinds, print the table and the faults; 1 where there are any."""
    arguments = parsed()
    if arguments.case is not None:
        return replay(arguments.kinds[0], arguments.seed, arguments.case)
    print(f"seed {arguments.seed}, {arguments.seconds:.0f} s\n")
    print(f"{'kind':<12}" + "".join(f"{name:>11}" for name in ("n", *COLUMNS, "read", "refused", "by us")), flush=True)
    shares = {kind: SHARES.get(kind, 2) for kind in arguments.kinds}
    faults, folder = [], Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        for kind, share in shares.items():
            numbers = range(POINTS if kind == "kills" else 10**9)
            seconds = arguments.seconds * share / sum(shares.values())
            results = hunt(kind, arguments.seed, numbers, folder, workers=arguments.workers, seconds=seconds)
            print(line_of(kind, results), flush=True)
            faults += listed_faults(kind, arguments.seed, results)
            if kind == "kills" and len(results) < POINTS:
                print(f"             time was short: {len(results)} of {POINTS} points; give --seconds more")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{LEGEND}\n")
    print("\n".join(faults) or "Nothing got through.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
