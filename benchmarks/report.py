"""From raw numbers to `RESULTS.md`: every number in a table, and how it was measured."""

from collections.abc import Sequence
from statistics import mean, median

from benchmarks.targets import Facts, Ratio, column, targets, verdict
from benchmarks.unfreezing import CYCLES, RATES
from helpers.statistics import wilson_interval


def table(header: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Return a Markdown table: the first columns are `words`, the others numbers, aligned right.

    >>> print(table(["what", "s"], [["one", "1.0"]]))
    | what | s |
    |---|---:|
    | one | 1.0 |
    """
    if any(len(row) != len(header) for row in rows):
        raise ValueError(f"got rows of {sorted({len(row) for row in rows})} cells; the header has {len(header)}")
    rule = "|" + "|".join("---" if place < words else "---:" for place in range(len(header))) + "|"
    first, *others = (f"| {' | '.join(line)} |" for line in (header, *rows))
    return "\n".join([first, rule, *others])


def with_interval(accuracy: float, total: int) -> str:
    """Return a share of `total` pictures in percent, with its 95 % interval.

    >>> with_interval(0.5, 100)
    '50.0 % (40.4 to 59.6)'
    """
    low, high = wilson_interval(round(accuracy * total), total)
    return f"{100 * accuracy:.1f} % ({100 * low:.1f} to {100 * high:.1f})"


def training_section(facts: Facts) -> str:
    """Return the table of the training runs, with every raw number."""
    rows = facts["pairs"]
    fastai, cold, warm = (column(rows, name) for name in ("fastai", "cold", "warm"))
    body = [
        [str(number), row["order"], *(f"{row[name]:.2f}" for name in ("fastai", "cold", "warm"))]
        + [f"{row['fastai'] / row['cold']:.1f}", f"{row['fastai'] / row['warm']:.0f}"]
        for number, row in enumerate(rows, start=1)
    ]
    body.append(
        ["median", "", *(f"{median(values):.2f}" for values in (fastai, cold, warm))]
        + [f"{Ratio.of(fastai, cold).medians:.1f}", f"{Ratio.of(fastai, warm).medians:.0f}"]
    )
    header = ["pair", "first", "fastai, s", "ours cold, s", "ours warm, s", "fastai / cold", "fastai / warm"]
    still, batch = facts["fastai_train_bn_false"], facts["batch_size"]
    trained = facts["train"] // facts["batch_size"] * facts["batch_size"]
    return f"""## Two epochs, body frozen

`{facts["arch"]}` at {facts["size"]} pixels; {facts["train"]:,} training and {facts["valid"]:,} validation
{facts["what"]}.

{table(header, body, words=2)}

- The clock runs from `from_paths` (fastai: `ImageDataLoaders.from_folder`) to the end of the second epoch, validation
  included, in a fresh process. Packages are imported and files are in the page cache. Lightning Fabric, which `helpers`
  imports at its first use, is inside our seconds.
- Cold: nothing of ours is kept. Warm: the same lines in a new process, where the cold run kept the activations. fastai
  keeps none, so both are compared with the same run of it.
- Both load the same state dict of random numbers, which takes the same time as a trained one. That both start from the
  same pictures and weights is checked in every pair.
- fastai runs with its defaults: `Resize({facts["size"]})`, batches of {batch}, {facts["workers"]} worker processes,
  `fit_one_cycle({facts["epochs"]})`. Its default leaves the last incomplete batch out, so it trains on {trained:,}
  pictures an epoch where we train on all {facts["train"]:,}.
- fastai's default also trains the batch-norm layers of a frozen body, so its gradients run through all of the body.
  With `train_bn=False`, which is no default, one run took {still:.2f} s: {still / median(cold):.1f} times our cold run,
  {still / median(warm):.0f} times our warm run.
- Ours computes the activations in bfloat16 where the processor has it; fastai's default is float32.
"""


def augmented_section(facts: Facts) -> str:
    """Return the table of the epochs on augmented pictures, with every raw number."""
    rows = facts["pairs"]
    names = [f"{body} {side}" for body in ("frozen", "unfrozen") for side in ("fastai", "helpers")]

    def ratios(numbers: Facts) -> list[str]:
        return [f"{numbers[f'{body} fastai'] / numbers[f'{body} helpers']:.1f}" for body in ("frozen", "unfrozen")]

    body = [
        [str(number), "ours" if row["order"] == "helpers" else "fastai", *(f"{row[name]:.2f}" for name in names)]
        + ratios(row)
        for number, row in enumerate(rows, start=1)
    ]
    middle = {name: median(column(rows, name)) for name in names}
    body.append(["median", "", *(f"{middle[name]:.2f}" for name in names), *ratios(middle)])
    header = [
        "pair",
        "first",
        "fastai, s",
        "ours, s",
        "fastai unfrozen, s",
        "ours unfrozen, s",
        "ratio",
        "ratio unfrozen",
    ]
    return f"""## One epoch on augmented pictures

`{facts["arch"]}` at {facts["size"]} pixels; {facts["train"]:,} training and {facts["valid"]:,} validation
{facts["what"]}, changed anew at each use. First with the body frozen, then with every layer learning.

{table(header, body, words=2)}

- The clock runs as above: from the folder to the end of the epoch, in a fresh process. Nothing is kept between runs.
- fastai: `aug_transforms()`, batches of {facts["batch_size"]}, `fit_one_cycle(1)`; it leaves the last incomplete batch
  out. Ours: `aug="side_on"`, `fit(0.01, 1)`, every picture. The two sets of changes are alike, not the same: both turn,
  zoom, mirror and relight; fastai's also warps.
- Ours computes in bfloat16 where the processor has it; fastai's default is float32.
"""


def accuracy_section(facts: Facts) -> str:
    """Return the table of accuracies, or why there is none."""
    if "pairs" not in facts:
        return f"## Accuracy\n\n{facts['missing']}\n"
    total = facts["valid"]
    sides = ("fastai", "helpers", "larger")
    body = [[str(row["seed"]), *(with_interval(row[side], total) for side in sides)] for row in facts["pairs"]]
    body.append(["median", *(f"{100 * median(column(facts['pairs'], side)):.1f} %" for side in sides)])
    header = ["seed", "fastai", "ours", f"ours, trained on {facts['larger']:,}"]
    return f"""## Accuracy

`mobilenet_v2` with its ImageNet weights at {facts["size"]} pixels, {facts["epochs"]} epochs, body frozen;
{facts["train"]:,} training and {total:,} validation {facts["what"]}, the same for both. In the last column we train on
more, as the target asks. 95 % intervals in brackets.

{table(header, body)}

- Ours: `fit(0.01, {facts["epochs"]})` with `precompute=True`. fastai: `fit_one_cycle({facts["epochs"]})` with its
  default rate.
- fastai has no entry for this network. It is given one: cut after the convolutions, normalise with ImageNet's mean and
  standard deviation, as for the networks that it knows.
"""


def unfreezing_section(facts: Facts) -> str:
    """Return the table of accuracies before and after unfreezing, or why there is none."""
    if "pairs" not in facts:
        return f"## Unfreezing\n\n{facts['missing']}\n"
    total, rows = facts["valid"], facts["pairs"]
    body = [
        [str(row["seed"]), row["verdict"], *(with_interval(row[side], total) for side in ("frozen", "unfrozen"))]
        + [str(row["only_frozen"]), str(row["only_unfrozen"]), f"{row['p']:.2g}", f"{row['seconds']:.0f}"]
        for row in rows
    ]
    middle = [f"{100 * mean(column(rows, side)):.1f} %" for side in ("frozen", "unfrozen")]
    body.append(["mean", "", *middle, "", "", "", f"{mean(column(rows, 'seconds')):.0f}"])
    header = ["seed", "unfrozen is", "frozen", "unfrozen", "only frozen right", "only unfrozen right", "p", "s"]
    rates = ", ".join(f"{rate:.0e}".replace("e-0", "e-") for rate in RATES)
    return f"""## Unfreezing

`{facts["arch"]}` with its ImageNet weights at {facts["size"]} pixels; {facts["train"]:,} training and {total:,}
validation {facts["what"]}. First `fit(0.01, {facts["epochs"]})` with the body frozen. Then unfrozen, augmented
`"side_on"`, `fit([{rates}], {CYCLES}, cycle_len=1)`. 95 % intervals in brackets.

{table(header, body, words=2)}

- p is McNemar's, two-sided and exact, from the pictures that only one of the two got right.
- s: the seconds of the unfrozen epochs.
"""


def forward_section(facts: Facts) -> str:
    """Return the table of pictures per second."""
    names = ("pass", "bare", "unfolded")
    rows = facts["pairs"]
    body = [
        [str(number), row["order"], *(f"{row[name]:.1f}" for name in names), f"{100 * row['pass'] / row['bare']:.1f} %"]
        for number, row in enumerate(rows, start=1)
    ]
    middle = [f"{median(column(rows, name)):.1f}" for name in names]
    share = 100 * Ratio.of(column(rows, "pass"), column(rows, "bare")).medians
    body.append(["median", "", *middle, f"{share:.1f} %"])
    header = ["pair", "first", "activation pass", "bare forward pass", "the same, not folded", "pass / bare"]
    return f"""## Activation pass

Pictures per second, `{facts["arch"]}` at {facts["size"]} pixels in {facts["precision"]}; {facts["train"]:,}
{facts["what"]}.

{table(header, body, words=2)}

- Activation pass: files in the page cache, read, decoded, resized, normalised, run through the body, pooled.
- Bare forward pass: the same body, batch-norm folded into the convolutions, over the same batches, already normalised
  and in memory. This is the limit.
- Not folded: the body as the architecture defines it, in the same precision.
"""


def imports_section(seconds: dict[str, list[float]]) -> str:
    """Return the table of import times, with every raw number."""
    names = {
        "torch": "`import torch, torchvision`",
        "helpers": "`import helpers`",
        "fastai": "`from fastai.vision.all import *`",
    }
    base = median(seconds["torch"])
    body = [
        [label, f"{median(seconds[name]):.2f}", f"{median(seconds[name]) - base:+.2f}"]
        + [" ".join(f"{value:.2f}" for value in seconds[name])]
        for name, label in names.items()
    ]
    header = ["statement", "median, s", "over the first, s", f"all {len(seconds['torch'])}, s"]
    return f"""## Import

{table(header, body)}

Each in a fresh interpreter, in turns, after one round that reads the files and is not counted. `import helpers` imports
torch and torchvision too.
"""


def redraws_section(milliseconds: dict[str, list[float]]) -> str:
    """Return the table of answers: for each explorer and act the median and the worst."""
    body = [
        [name, f"{len(values)}", f"{median(values):.1f}", f"{max(values):.1f}"] for name, values in milliseconds.items()
    ]
    header = ["explorer: what is done", "answers", "median, ms", "worst, ms"]
    return f"""## Explorers

{table(header, body)}

From the act to the arrays, numbers and words that the page draws, in the kernel, the first answer included. Sending
them to the browser and drawing them come on top; what is dragged or pointed with moves in the page, before any answer.
Python's garbage collector has run once before, as it has in a kernel that is in use.
"""


def render(results: Facts) -> str:
    """Return the whole report as Markdown."""
    about, found = results["about"], targets(results)
    parts = [
        f"# What was measured\n\nWritten by `{about['command']}` on {about['date']}; nothing here is typed by hand."
    ]
    if about["missing"]:
        parts.append(f"**{about['missing']}**")
    if found:
        parts.append(
            f"{verdict(found)}\n\nn = {about['pairs']} pairs; which side goes first alternates. "
            "Ratios are of the medians; the range over the pairs is in brackets."
        )
        parts.append(table(["what", "target", "measured", "verdict"], [target.row() for target in found], words=4))
    for name, section in SECTIONS.items():
        if name in results:
            parts.append(section(results[name]).rstrip())
    machine = [[name, value] for name, value in (about["hardware"] | about["versions"]).items()]
    parts.append("## Machine and versions\n\n" + table(["what", "which"], machine, words=2))
    return "\n\n".join(parts) + "\n"


SECTIONS = {
    "training": training_section,
    "augmented": augmented_section,
    "accuracy": accuracy_section,
    "unfreezing": unfreezing_section,
    "forward": forward_section,
    "imports": imports_section,
    "redraws": redraws_section,
}
