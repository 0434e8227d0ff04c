"""What lesson 11 asks: a training loop, mended and written, measuring, momentum, and a run that goes on."""

import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from .answers import Hint, as_number, as_numbers, call, kind_of
from .registry import exercise, quiz_question
from .trial import check_order, new_trial, run_on, training_loop, weights_of

quiz_question(
    "11.1",
    "You measure the head after the first epoch, with head.eval(), and forget head.train() in one_epoch. What follows?",
    ("the weights stay as they are from then on", "eval() does not stop gradients: the weights go on changing."),
    ("the second epoch trains without dropout, and batch-norm keeps its old averages",
     "Both layers ask in which mode they are. The loop runs on, without an error and with other losses.", True),
    ("nothing: the losses stay equal to those of fit",
     "They would for a head of linear layers and ReLUs. Ours has layers that behave differently in the two modes."),
)  # fmt: skip

quiz_question(
    "11.2",
    "A loop keeps only the model's weights after each epoch. You go on with a new optimiser. What are the losses like?",
    ("as high as in the very first epoch", "What was learned is in the weights, and these were kept."),
    ("the same as without the interruption, to the last digit",
     "Only the very first one is. From the second on the steps differ: what was built up over many steps is gone."),
    ("low, but not the same: the momentum starts anew",
     "The weights remember what was learned, the optimiser remembers where it was going. Keep both.", True),
)  # fmt: skip


def _refuse(slips: list[tuple[Any, str]]) -> None:
    """Hint with the words of the first slip that is true."""
    for is_so, words in slips:
        if is_so:
            raise Hint(words)


def _alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    return torch.allclose(one, other, atol=1e-5)


def _trained(function: Any, most: int = 3) -> Any:
    """Return the small model after a reader's loop over so many batches."""
    model, optimizer, batches = new_trial()
    model.eval()  # as after a measurement: a loop without model.train() shows
    try:
        run_on(function, model, optimizer, batches[:most])
    except Hint as hint:
        early = "A step is taken before backward(), which still needs the old weights: first backward."
        raise Hint(early if "inplace operation" in str(hint) else str(hint)) from None
    return model


@exercise("11.1", needs="a function that takes a model, an optimiser and batches", lines=6)
def train(answer: object) -> str:
    """A function: (model, optimizer, batches) → trains the model for one epoch, in place."""
    model, right = _trained(answer), training_loop(evaluating=False, softmax=False, adding_up=False)
    given, calls = weights_of(model), len(model.calls)
    if _alike(given, weights_of(_trained(right))):
        return "train(), scores without softmax, zero_grad: where one of them is missing, no error tells you."
    finite, unchanged = given.isfinite().all(), torch.equal(given, weights_of(new_trial()[0]))
    gradients = any(one.grad is not None and one.grad.any() for one in model.parameters())
    _refuse([
        (not calls, "The model is never called. Loop over the batches: for inputs, labels in batches: ..."),
        (unchanged and gradients, "No weight has changed. There are gradients, and optimizer.step() takes the step."),
        (unchanged, "No weight has changed: step() finds no gradients. The order is zero_grad, backward, step."),
        (not finite, "Some weights are no longer numbers. What does the loss get: scores, and labels?"),
        (_alike(given, weights_of(_trained(right, 1))), "It trains on the first batch alone. What ends the loop?"),
        (calls > 3, f"The model is called {calls} times for 3 batches. Each batch is for one step, once."),
    ])  # fmt: skip
    hints = (
        "The model is in evaluation mode, so there is no dropout: model.train() comes before the loop.",
        "cross_entropy takes scores and does the softmax itself. After two, the loss hardly tells right from wrong.",
        "The gradients of all batches add up: optimizer.zero_grad() belongs in the loop, before loss.backward().",
    )
    for faults in sorted(product((False, True), repeat=3), key=sum)[1:]:
        faulty = training_loop(evaluating=faults[0], softmax=faults[1], adding_up=faults[2])
        _refuse([(_alike(given, weights_of(_trained(faulty))), hints[faults.index(True)])])
    raise Hint("It learns, but not as it should. Once for each batch: the loss, zero_grad, backward, step.")


@exercise("11.2", needs="a function that takes a model and batches", lines=5)
def measure(answer: object) -> str:
    """A function: (model, batches) → mean loss and share of correct answers, over all inputs."""
    model, _, batches = new_trial()
    model.norm.running_mean.fill_(0.3)  # type: ignore[union-attr]  # so that evaluation mode shows in the numbers
    given, calls = run_on(answer, model, batches), list(model.calls)
    if not isinstance(given, (tuple, list, np.ndarray, torch.Tensor)) or len(given) != 2:
        raise Hint(f"It gives back {kind_of(given)}. Two numbers are needed: return loss, share")
    loss, share = as_number(given[0]), as_number(given[1])
    with torch.no_grad():
        pairs = [(model.eval()(inputs), labels) for inputs, labels in batches]
    sizes, means = np.array([len(one) for one, _ in pairs]), np.array([cross_entropy(*one).item() for one in pairs])
    rights = np.array([int((one.argmax(1) == labels).sum()) for one, labels in pairs])
    total, correct, count = means @ sizes, rights.sum(), sizes.sum()

    def near(one: float, other: Any) -> bool:
        return abs(one - other) < 1e-4

    mean, part = total / count, correct / count
    of_batches = near(loss, means.mean()) or near(share, (rights / sizes).mean())
    last = near(loss, means[-1]) or near(share, rights[-1] / sizes[-1])
    _refuse([
        (not calls, "It never asks the model. model(inputs) gives the scores of a batch."),
        (any(one[0] for one in calls), "The model was asked in training mode, with dropout. model.eval() comes first."),
        (any(one[1] for one in calls), "PyTorch kept track of gradients, which nobody needs: with torch.no_grad():"),
        (near(loss, part) and near(share, mean), "The right two numbers, the other way round: the loss comes first."),
        (of_batches, "That is a mean over the batches, and the last is smaller. Add up over all inputs, then divide."),
        (near(loss, total), "The loss is a sum. Divide by the number of inputs."),
        (last, "That is the last batch alone. Add up, and divide after the loop."),
        (near(loss, sum(means)), "You added up means of batches. Multiply each by the size of its batch, then divide."),
        (near(share, 1 - part), "That is the share of the wrong ones. The share of correct ones is asked for."),
        (near(share, correct) or near(share, 100 * part), "The share is from 0 to 1: divide by the number of inputs."),
        (not near(loss, mean), f"The mean loss is {mean:.4f}, yours is {loss:.4f}. It takes scores, without softmax."),
        (not near(share, part), f"{correct} of {count} are correct, yours is {share:.4f}. Use scores.argmax(dim=1)."),
    ])  # fmt: skip
    return "Added up over inputs, not over batches. Without eval(), dropout would give another number every time."


@exercise("11.3", needs="a function that takes a weight, a gradient, a velocity, a rate and a momentum", lines=3)
def momentum_step(answer: object) -> str:
    """A function: (weight, gradient, velocity, rate, momentum) → the new weight and the new velocity."""
    numbers = np.array([[1.0, -2.0, 0.5], [0.4, -0.2, 1.0], [0.1, 0.3, -0.6]])
    (weight, gradient, velocity), rate, momentum = numbers, 0.1, 0.9
    given = call(answer, weight, gradient, velocity, rate, momentum)
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise Hint("Two things are needed, the new weight and the new velocity: return weight, velocity")
    new_weight, new_velocity = (as_numbers(one, weight.shape) for one in given)

    def is_pair(one: np.ndarray, other: np.ndarray) -> bool:
        return np.allclose(new_weight, one, rtol=1e-5) and np.allclose(new_velocity, other, rtol=1e-5)

    right, plain = momentum * velocity + gradient, weight - rate * gradient
    if is_pair(weight - rate * right, right):
        return "That is all of SGD with momentum. The velocities are what it remembers, and what a checkpoint keeps."
    damped, inside = momentum * velocity + (1 - momentum) * gradient, momentum * velocity - rate * gradient
    with_rate = is_pair(weight + inside, inside) or is_pair(plain - momentum * velocity, -inside)
    mean, good = is_pair(weight - rate * damped, damped), np.allclose(new_velocity, right)
    _refuse([
        (is_pair(right, weight - rate * right), "The right two, the other way round: the weight first."),
        (is_pair(weight - rate * velocity, right), "The weight moved by the old velocity. Use the new one."),
        (is_pair(weight + rate * right, right), "It goes uphill: the old weight, minus rate times the new velocity."),
        (np.allclose(new_weight, plain), "The weight moved by the gradient alone. It moves by the velocity."),
        (is_pair(weight - right, right), "The step is not multiplied by the rate."),
        (mean, "That is a running mean, as in lesson 03. SGD adds all of the gradient."),
        (with_rate, "The rate is inside the velocity. It belongs at the end, in the step of the weight."),
        (good, "The velocity is right. The weight is the old one minus rate times this velocity."),
    ])  # fmt: skip
    raise Hint("The velocity is momentum times the old velocity, plus the gradient.")


@exercise("11.4", needs="a whole number")
def epochs_left(answer: object) -> str:
    """A run of 1 + 2 + 4 epochs, killed in its fifth: how many epochs does the same line train?"""
    epochs = as_number(answer)
    _refuse([
        (epochs == 7, "That is the whole run. What was finished is in the checkpoint."),
        (epochs == 2, "The fifth epoch was not finished, so it is not in the checkpoint. It is done again."),
        (epochs == 4, "That many are finished. How many are left of all of them?"),
        (epochs == 5, "That is the epoch in which it was killed. How many are left, counting this one?"),
        (epochs == 1, "That is what is left of the cycles. How many epochs has the last one, and which are finished?"),
        (epochs != 3, "How many epochs are in all cycles together, 1 + 2 + 4? How many of them were finished?"),
    ])  # fmt: skip
    return "Four of seven are in the file. The fifth is done again, with the same pictures in the same order."


@exercise("11.5", needs="a function that takes a path, a model and an optimiser", lines=4)
def resume(answer: object) -> str:
    """A function: (path, model, optimizer) → takes back what was kept, in place, and gives how many epochs are done."""
    loop = training_loop(evaluating=False, softmax=False, adding_up=False)
    model, optimizer, batches = new_trial()
    run_on(loop, model, optimizer, batches)
    fresh, fresh_optimizer, _ = new_trial()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept.checkpoint"
        optimizer.param_groups[0]["lr"] = 0.05  # as in a run whose rate has fallen
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epochs": 5}, path)
        epochs = run_on(answer, path, fresh, fresh_optimizer)
    another = not torch.equal(weights_of(fresh), weights_of(model))
    statistics = torch.equal(fresh.norm.running_mean, model.norm.running_mean)  # type: ignore[arg-type]
    rate, state = fresh_optimizer.param_groups[0]["lr"], any(fresh_optimizer.state.values())
    _refuse([
        (another, 'The model does not have the weights that were kept: model.load_state_dict(kept["model"])'),
        (not statistics, "The parameters are back, and batch-norm's statistics are not. Use load_state_dict."),
        (rate != 0.05 and not state, 'The optimiser is still a new one: optimizer.load_state_dict(kept["optimizer"])'),
        (rate != 0.05, "The momentum is back, and the rate is not that of the file. load_state_dict takes back both."),
    ])  # fmt: skip
    run_on(loop, model, optimizer, batches)
    run_on(loop, fresh, fresh_optimizer, batches)
    if not torch.allclose(weights_of(fresh), weights_of(model), atol=1e-6):
        raise Hint("The next epoch differs from that of an uninterrupted run: the optimiser has lost its momentum.")
    if epochs is None:
        raise Hint('All is taken back. Now give back how many epochs are done: return kept["epochs"]')
    done = as_number(epochs)
    if done == 6:
        raise Hint("That is the number of the next epoch. How many are done?")
    if done != 5:
        raise Hint(f"It gives {done:g}. The number of epochs that are done was kept in the file.")
    return "Weights, momentum, and the epochs done: with the seed, all that a run needs to continue."


RATE = 0.2


@exercise("11.6", needs="a function that takes a model, two pairs, a rate, epochs and a batch size", lines=15)
def my_fit(answer: object) -> str:
    """A function: (model, train, valid, rate, epochs, batch_size) → losses of the steps, accuracies of the epochs."""
    model, train, valid = new_trial(dropout=0.0)[0].eval(), _set_of(19, seed=1), _set_of(40, seed=2)
    given = run_on(answer, model, train, valid, RATE, 3, 8)
    steps, measured = _calls_by_set(model.calls, train[0], valid[0])
    rows = [(batch[:, None] == train[0]).all(dim=2).int().argmax(dim=1) for _, _, batch in steps]
    check_order([one.tolist() for one in rows], len(train[0]))
    training, tracked = (any(one[at] for one in measured) for at in (0, 1))
    _refuse([
        (not measured, "The validation set is never looked at. After each epoch: its accuracy, in evaluation mode."),
        (not all(one[0] for one in steps), "Some batches run in evaluation mode. model.train() begins every epoch."),
        (training, "The validation set is measured in training mode. model.eval() comes before it."),
        (tracked, "PyTorch keeps track of gradients while you measure: with torch.no_grad(): ..."),
    ])  # fmt: skip
    weights, losses, accuracies = _replayed(rows, train, valid)
    if not _alike(weights_of(model), weights):
        raise Hint(_slip_of_weights(weights_of(model), rows, train, valid))
    if not isinstance(given, (list, tuple)) or len(given) != 2:
        raise Hint("It trains as it should. Now give back two lists: return losses, accuracies")
    _check_lists(given[0], given[1], losses, accuracies, len(valid[0]))
    return "Order, batches, modes, gradients, momentum, a falling rate, and an honest measurement: a whole run."


def _set_of(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs (count, 4), and labels that can be learned from them: which of the first three is largest."""
    inputs = torch.randn(count, 4, generator=torch.Generator().manual_seed(seed))
    return inputs, inputs[:, :3].argmax(dim=1)


def _calls_by_set(calls: list[Any], train: torch.Tensor, valid: torch.Tensor) -> tuple[list[Any], list[Any]]:
    """Return the calls that train, and those on the validation set; hint where the two are mixed."""

    def is_in(batch: torch.Tensor, whole: torch.Tensor) -> bool:
        return batch.shape[-1:] == whole.shape[-1:] and bool((batch[:, None] == whole).all(dim=2).any(dim=1).all())

    if any(tracked and not is_in(batch, train) and not is_in(batch, valid) for _, tracked, batch in calls):
        raise Hint("It trains on more than the training set. The validation set is for measuring alone.")
    steps = [one for one in calls if one[1] and is_in(one[2], train)]  # what is only measured counts for nothing
    return steps, [one for one in calls if is_in(one[2], valid)]


def cosine(t: int, steps: int = 9) -> float:
    """Return the rate in step t: half a cosine, from RATE towards 0."""
    return RATE * (1 + np.cos(np.pi * t / steps)) / 2


def _replayed(rows: list[torch.Tensor], train: Any, valid: Any, **other: Any) -> tuple[torch.Tensor, Any, Any]:
    """Train on these very batches; return the weights, the losses, and the accuracies before and after each epoch."""
    model, losses, accuracies = new_trial(dropout=0.0)[0], [], []
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=other.get("momentum", 0.9))
    for t, one in enumerate([*rows, None]):
        if t % 3 == 0:
            with torch.no_grad():
                accuracies.append((model.eval()(valid[0]).argmax(dim=1) == valid[1]).float().mean().item())
        if one is not None:
            optimizer.param_groups[0]["lr"] = other.get("rate", cosine)(t)
            loss = cross_entropy(model.train()(train[0][one]), train[1][one])
            if not other.get("adding_up"):
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return weights_of(model), np.array(losses), np.array(accuracies)


def _slip_of_weights(given: torch.Tensor, rows: list[torch.Tensor], train: Any, valid: Any) -> str:
    """Return what is wrong with the steps that led to these weights."""
    slips: list[tuple[dict[str, Any], str]] = [
        ({"rate": lambda t: 0.0}, "No weight has changed. After backward(), optimizer.step() changes them."),
        ({"rate": lambda t: RATE}, 'The rate stays as it is. Set optimizer.param_groups[0]["lr"] before each step.'),
        ({"rate": lambda t: cosine(t // 3, 3)}, "The rate falls from epoch to epoch. It is a new one in every step."),
        ({"rate": lambda t: cosine(t % 3, 3)}, "The rate starts anew in each epoch. T counts the steps of all epochs."),
        ({"rate": lambda t: cosine(t + 1)}, "The rate is one step ahead: the first step has the whole rate, t = 0."),
        ({"rate": lambda t: cosine(t, 8)}, "The rate is 0 in the last step: T is the number of steps, not one less."),
        ({"rate": lambda t: RATE * (1 - t / 9)}, "The rate falls along a line. It is half a cosine."),
        ({"rate": lambda t: 2 * cosine(t)}, "The rate is twice as high: half of 1 + cos is meant."),
        ({"momentum": 0.0}, "It trains without momentum: SGD(model.parameters(), lr=rate, momentum=0.9)"),
        ({"adding_up": True}, "The gradients of all batches add up: zero_grad() comes before loss.backward()."),
    ]
    for slip, words in slips:
        if _alike(given, _replayed(rows, train, valid, **slip)[0]):
            return words
    return "It learns, but not as SGD does with these rates and momentum. Make the optimiser once, before the loops."


def _check_lists(losses: Any, accuracies: Any, right: np.ndarray, shares: np.ndarray, count: int) -> None:
    """Hint where the losses or the accuracies differ; `shares` begins with that before the first epoch."""
    first, second = (len(one) if hasattr(one, "__len__") else 0 for one in (losses, accuracies))
    _refuse([
        (first != 9, f"The first list has a loss for each step of the whole run, 9 here, and yours has {first}."),
        (second != 3, f"The second list has an accuracy for each epoch, 3 here, and yours has {second}."),
    ])  # fmt: skip
    found, noted = np.array([as_number(one) for one in losses]), np.array([as_number(one) for one in accuracies])
    good, before, shares = np.isclose(found, right, atol=1e-4), shares[:-1], shares[1:]
    near = np.isclose(noted, shares, atol=1e-4)
    step, epoch, wrong = good.argmin(), near.argmin(), not near.all()
    _refuse([
        (any(getattr(one, "requires_grad", 0) for one in losses), "Each loss still holds how it was made: loss.item()"),
        (not good.all(), f"The loss of step {step} is {right[step]:.5f}, and {found[step]:.5f} is noted."),
        (wrong and np.allclose(noted, before), "Those are the accuracies before each epoch. Measure after it."),
        (wrong and np.allclose(noted, 100 * shares), "The accuracies are in percent. They should be from 0 to 1."),
        (wrong and np.allclose(noted, count * shares), "Those are numbers of correct answers, not shares."),
        (wrong and np.allclose(noted, 1 - shares), "Those are shares of wrong answers, not of correct ones."),
        (wrong, f"After epoch {epoch + 1} the accuracy is {shares[epoch]:.5f}, and {noted[epoch]:.5f} is noted."),
    ])  # fmt: skip
