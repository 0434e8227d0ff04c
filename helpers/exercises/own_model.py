"""Exercise 09.8: a model of the reader's own, trained, kept, loaded and compared, with every setting verified."""

from typing import Any

import numpy as np

from ..history import Epoch, History
from ..learner import ConvLearner
from ..predictor import Predictor
from ..statistics import Comparison, Predictions, compare
from .answers import Hint, kind_of


def judge_own_model(answer: object) -> str:
    """Judge [head_history, first, whole_history, second_learner, comparison]: return the last word, or raise a Hint."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 5:
        raise Hint("A list of five is needed: [head_history, first, whole_history, second_learner, comparison].")
    head, first, whole, second, found = answer
    _check_run(head, "The first run", HEAD)
    _check_run(whole, "The second run", WHOLE)
    if not isinstance(first, Predictions):
        raise Hint(f"The second of the five is {kind_of(first)}. Give what predict_all() said after the first run.")
    if not _fits(first, head[-1]):
        if _fits(first, whole[-1]):
            raise Hint("The first predictions were made after the second run. Make them before it.")
        raise Hint(f"The first predictions have an accuracy of {100 * first.accuracy:.1f} %, and the first run ended "
                   f"with {100 * head[-1].accuracy:.1f} %: they are not those of predict_all() after it.")  # fmt: skip
    if isinstance(second, Predictor):
        raise Hint("load_model gives a model that only predicts. Make a second learner, and let it load the file.")
    if not isinstance(second, ConvLearner):
        raise Hint(f"The fourth of the five is {kind_of(second)}. The second learner itself is needed.")
    if second.epochs_done:
        raise Hint(
            f"The fourth of the five has trained for {second.epochs_done} epochs. The second learner only loads."
        )
    if second.data.tfms.size != 64:
        raise Hint(f"The second learner has pictures of {second.data.tfms.size} pixels. Both look at them at sz = 64.")
    plain = second.predict_all()
    if not _fits(plain, whole[-1]):
        early = _fits(plain, head[-1])
        raise Hint("You saved the first learner before its second run. Save it afterwards, and load that file." if early
                   else "The second learner is not the model that you trained: let it load the file.")  # fmt: skip
    return _verdict(found, first, plain, second.tta())


def _verdict(found: Any, first: Predictions, plain: Predictions, looked: Predictions) -> str:
    """Return the last word; Hint where the comparison is not that of `first` with `looked`."""
    if isinstance(found, str):
        raise Hint("Give the whole comparison, and not only its verdict: compare(...)")
    if not isinstance(found, Comparison):
        raise Hint(f"The last of the five is {kind_of(found)}. What compare(...) gave back is needed.")
    right = compare(first, looked)
    if found == right:
        return (
            f"{right.verdict}, {right.only_second} to {right.only_first}, p = {right.p:.2g}: trained, kept, compared."
        )
    if found == compare(looked, first):
        raise Hint("You compared in the other order. The first predictions come first.")
    if found == compare(first, plain):
        raise Hint("The second learner looked once. learn.tta() lets it look several times.")
    if found == compare(plain, looked):
        raise Hint("You compared two answers of the second learner. The first predictions come first.")
    raise Hint("These are not the counts of the first predictions and of what the second learner says with tta().")


def _check_run(run: Any, what: str, wanted: dict[str, tuple[Any, str]]) -> None:
    """Hint where this is no history, or where a setting of the run is not the one that was asked for."""
    if not isinstance(run, History) or run.settings is None:
        raise Hint(f"{what}: {kind_of(run)} is given. What fit gave back is needed.")
    if run.interrupted:
        raise Hint(f"{what} was interrupted. Run the cell again, and let it end.")
    rates = run.settings.lr
    if wanted is WHOLE and np.allclose(rates[::-1], WHOLE["lr"][0]):
        raise Hint(
            "The early body has the largest rate. The list begins with the early layers, which get the smallest."
        )
    for name, (right, words) in wanted.items():
        found = getattr(run.settings, name)
        if name == "lr" and np.allclose(found, right, rtol=1e-6, atol=0):
            continue
        if found != right:
            raise Hint(f"{what} {words.format(found)}")


def _fits(said: Predictions, row: Epoch) -> bool:
    """Whether predictions have the accuracy and the loss of a row, but for three pictures and rounding on the way."""
    if len(said) != 300 or abs(said.accuracy - row.accuracy) > 0.0101:
        return False
    loss = -np.log(said.probabilities[np.arange(300), said.known_labels]).mean()
    return bool(abs(loss - row.valid_loss) < 0.03 * row.valid_loss)


BOTH: dict[str, tuple[Any, str]] = {
    "architecture": ("resnet10", "has the body {}; resnet10 is asked for."),
    "size": (64, "has pictures of {} pixels; sz = 64 is asked for."),
    "pictures": (1000, "learns from {} pictures; the sample has 1,000."),
    "augmentation": ("side_on", 'has the augmentation {!r}; "side_on" is asked for.'),
    "pretrained": (True, "began with a random body. Leave out weights=None."),
    "seed": (7, "has the seed {}; seed=7 is asked for."),
    "schedule": ("constant", "has the schedule {}; leave it out."),
}
HEAD = BOTH | {
    "precompute": (True, "did not keep the activations. Give precompute=True."),
    "epochs_before": (0, "began after {} epochs. Begin with a new learner."),
    "cycle_len": (None, "ran in cycles; cycles are only asked for in the second."),
    "lr": ((0.01,) * 3, "has the rates {}; 0.01 is asked for."),
    "n": (2, "has {} epochs; two are asked for."),
}
WHOLE = BOTH | {
    "precompute": (False, "used the kept activations, which do not change. Set precompute to False, and unfreeze."),
    "frozen": (False, "trained the head alone. unfreeze() lets every layer learn."),
    "epochs_before": (2, "began after {} epochs; it goes on after the two of the first."),
    "lr": ((2e-5, 2e-4, 2e-3), "has the rates {}; 2e-5, 2e-4 and 2e-3 are asked for."),
    "cycle_len": (1, "has cycle_len={}; its first cycle should have one epoch."),
    "cycle_mult": (2, "has cycle_mult={}; its second cycle should have two epochs."),
    "n": (2, "has {} cycles; two are asked for."),
}
