"""What lesson 11 asks: a training loop, mended and written, measuring, momentum, and a run that goes on."""

import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from .answers import Hint, as_array, as_number, call, kind_of
from .registry import exercise, quiz_question
from .trial import check_order, new_trial, run_on, training_loop, weights_of

quiz_question(
    "11.1",
    "You measure the head after the first epoch, with head.eval(), and forget head.train() in one_epoch. What follows?",
    (
        "the weights stay as they are from then on",
        "eval() does not stop gradients: the weights go on changing.",
    ),
    (
        "the second epoch trains without dropout, and batch-norm keeps its old statistics",
        "Both layers ask in which mode they are. The loop runs on, without an error and with other losses.",
        True,
    ),
    (
        "nothing: the losses stay equal to those of fit",
        "They would for a head of linear layers and ReLUs. Ours has layers that behave differently in the two modes.",
    ),
)

quiz_question(
    "11.2",
    "A loop keeps only the model's weights after each epoch. You go on with them and a new optimiser. The losses?",
    (
        "as high as in the very first epoch",
        "What was learned is in the weights, and these were kept.",
    ),
    (
        "the same as without the interruption, to the last digit",
        "Only the very first one is. From the second on the steps differ: what was built up over many steps is gone.",
    ),
    (
        "low, and not the same: the momentum starts anew",
        "The weights remember what was learned, the optimiser remembers where it was going. Keep both.",
        True,
    ),
)


@exercise("11.1", needs="a function that takes a model, an optimiser and batches", lines=6)
def train(answer: object) -> str:
    """A function: (model, optimizer, batches) → trains the model for one epoch, in place."""

    def trained(function: Any, most: int = 3) -> torch.Tensor:
        model, optimizer, batches = new_trial()
        model.eval()  # as after a measurement: a loop without model.train() shows
        run_on(function, model, optimizer, batches[:most])
        return weights_of(model)

    start, given = weights_of(new_trial()[0]), trained(answer)
    right = training_loop(evaluating=False, softmax=False, adding_up=False)
    if torch.allclose(given, trained(right), atol=1e-5):
        return "train(), scores without softmax, zero_grad: where one of them is missing, no error tells you."
    if torch.equal(given, start):
        raise Hint("No weight has changed. backward() computes the gradients, optimizer.step() takes the step.")
    if not torch.isfinite(given).all():
        raise Hint("Some weights are no numbers any more. What does the loss get: scores, and labels?")
    if torch.allclose(given, trained(right, most=1), atol=1e-5):
        raise Hint(
            "It trains on the first batch alone. Is something inside the loop that belongs after it, or outside?"
        )
    hints = (
        "The model is in evaluation mode, so there is no dropout: model.train() comes before the loop.",
        "cross_entropy takes scores and does the softmax itself. After two softmaxes the loss hardly tells right from "
        "wrong.",
        "The gradients of all batches add up: optimizer.zero_grad() belongs in the loop, before loss.backward().",
    )
    for faults in sorted(product((False, True), repeat=3), key=sum):
        faulty = training_loop(evaluating=faults[0], softmax=faults[1], adding_up=faults[2])
        if any(faults) and torch.allclose(given, trained(faulty), atol=1e-5):
            raise Hint(hints[faults.index(True)])
    raise Hint(
        "It learns, and not what it should. Once for each batch, in this order: the loss, zero_grad, backward, step."
    )


@exercise("11.2", needs="a function that takes a model and batches", lines=5)
def measure(answer: object) -> str:
    """A function: (model, batches) → mean loss and share of correct answers, over all inputs."""
    model, _, batches = new_trial()
    model.norm.running_mean.fill_(0.3)  # type: ignore[union-attr]  # so that evaluation mode shows in the numbers
    given = run_on(answer, model, batches)
    calls = list(model.calls)
    if given is None:
        raise Hint("It gives None back. End with return: the mean loss, and the share of correct answers.")
    if not isinstance(given, (tuple, list, np.ndarray, torch.Tensor)) or len(given) != 2:
        raise Hint(f"It gives back {kind_of(given)}. Two numbers are needed: return loss, share")
    loss, share = as_number(given[0]), as_number(given[1])
    inputs, labels = torch.cat([one for one, _ in batches]), torch.cat([one for _, one in batches])
    with torch.no_grad():
        scores = [model.eval()(one) for one, _ in batches]
    means = [cross_entropy(one, wanted).item() for one, (_, wanted) in zip(scores, batches, strict=True)]
    shares = [(one.argmax(1) == wanted).float().mean().item() for one, (_, wanted) in zip(scores, batches, strict=True)]
    total = cross_entropy(torch.cat(scores), labels, reduction="sum").item()
    correct = int((torch.cat(scores).argmax(1) == labels).sum())

    def near(one: float, other: float) -> bool:
        return abs(one - other) < 1e-4

    if not calls:
        raise Hint("It never asks the model. model(inputs) gives the scores of a batch.")
    if any(training for training, _, _ in calls):
        raise Hint("The model was asked in training mode: dropout throws activations away. model.eval() comes first.")
    if any(gradients for _, gradients, _ in calls):
        raise Hint("PyTorch kept track of everything for gradients, which nobody needs here: with torch.no_grad(): ...")
    if near(loss, correct / len(inputs)) and near(share, total / len(inputs)):
        raise Hint("The right two numbers, the other way round: the loss comes first.")
    if near(loss, float(np.mean(means))) or near(share, float(np.mean(shares))):
        raise Hint("That is a mean over the batches, and the last one is smaller. Add up over all inputs, then divide.")
    if near(loss, total):
        raise Hint("The loss is a sum. Divide by the number of inputs.")
    if near(loss, means[-1]) or near(share, shares[-1]):
        raise Hint("That is the last batch alone. Add up, and divide after the loop.")
    if near(loss, sum(means)):
        raise Hint("You added up the means of the batches. Multiply each by the size of its batch, and divide by all.")
    if near(share, correct) or near(share, 100 * correct / len(inputs)):
        raise Hint("The share lies between 0 and 1: the number of correct answers, divided by the number of inputs.")
    if not near(loss, total / len(inputs)):
        raise Hint(
            f"The mean loss is {total / len(inputs):.4f}, yours is {loss:.4f}. It takes scores, without softmax."
        )
    if not near(share, correct / len(inputs)):
        raise Hint(f"{correct} of {len(inputs)} are correct, yours is {share:.4f}. scores.argmax(dim=1) == labels")
    return "Added up over inputs, not over batches. Without eval(), dropout would give another number every time."


@exercise("11.3", needs="a function that takes a weight, a gradient, a velocity, a rate and a momentum", lines=3)
def momentum_step(answer: object) -> str:
    """A function: (weight, gradient, velocity, rate, momentum) → the new weight and the new velocity."""
    weight, gradient, velocity = np.array([1.0, -2.0, 0.5]), np.array([0.4, -0.2, 1.0]), np.array([0.1, 0.3, -0.6])
    rate, momentum = 0.1, 0.9
    given = call(answer, weight, gradient, velocity, rate, momentum)
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise Hint("Two things are needed, the new weight and the new velocity: return weight, velocity")
    new_weight, new_velocity = as_array(given[0]), as_array(given[1])
    for found in (new_weight, new_velocity):
        if found.shape != weight.shape or not np.issubdtype(found.dtype, np.number):
            raise Hint(f"One of the two has the shape {found.shape}; both are numbers of shape {weight.shape}.")
    right = momentum * velocity + gradient

    def is_pair(one: np.ndarray, other: np.ndarray) -> bool:
        return np.allclose(new_weight, one, rtol=1e-5) and np.allclose(new_velocity, other, rtol=1e-5)

    if is_pair(weight - rate * right, right):
        return (
            "That is all of SGD with momentum. A velocity for each weight is what it remembers, and a checkpoint keeps."
        )
    if is_pair(right, weight - rate * right):
        raise Hint("The right two, the other way round: the weight first.")
    if is_pair(weight - rate * velocity, right):
        raise Hint("The weight moved by the old velocity. Compute the new one first, and use it.")
    if is_pair(weight + rate * right, right):
        raise Hint("It goes uphill: the weight is the old one minus rate times the new velocity.")
    if is_pair(weight - rate * gradient, right) or is_pair(weight - rate * gradient, velocity):
        raise Hint("The weight moved by the gradient alone. It moves by the velocity.")
    if is_pair(weight - right, right):
        raise Hint("The step is not multiplied by the rate.")
    damped = momentum * velocity + (1 - momentum) * gradient
    if is_pair(weight - rate * damped, damped):
        raise Hint("That is a running mean, as in lesson 03. SGD adds the whole gradient to the velocity.")
    inside = momentum * velocity - rate * gradient
    if is_pair(weight + inside, inside) or is_pair(weight - momentum * velocity - rate * gradient, -inside):
        raise Hint(
            "The rate is inside of the velocity. PyTorch multiplies by it at the end, in the step of the weight."
        )
    if np.allclose(new_velocity, right):
        raise Hint("The velocity is right. The weight is the old one minus rate times this velocity.")
    raise Hint("The velocity is momentum times the old velocity, plus the gradient.")


@exercise("11.4", needs="a whole number")
def epochs_left(answer: object) -> str:
    """A run of 1 + 2 + 4 epochs, killed in its fifth: how many epochs does the same line train?"""
    epochs = as_number(answer)
    if epochs == 7:
        raise Hint("That is the whole run. What was finished is in the checkpoint.")
    if epochs == 2:
        raise Hint("The fifth epoch was not finished, so it is not in the checkpoint. It is done again.")
    if epochs == 4:
        raise Hint("So many are finished. How many are left of all of them?")
    if epochs == 1:
        raise Hint("That is what is left of the cycles. How many epochs are in the last one, and which are finished?")
    if epochs != 3:
        raise Hint("How many epochs are in all cycles together, 1 + 2 + 4? How many of them were finished?")
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
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epochs": 5}, path)
        epochs = run_on(answer, path, fresh, fresh_optimizer)
    if not torch.equal(weights_of(fresh), weights_of(model)):
        raise Hint('The model does not have the weights that were kept: model.load_state_dict(kept["model"])')
    if not torch.equal(fresh.norm.running_mean, model.norm.running_mean):  # type: ignore[arg-type]
        raise Hint("The parameters are back, and batch-norm's statistics are not. load_state_dict takes back both.")
    for one in (model, fresh):
        one.train()
    run_on(loop, model, optimizer, batches)
    run_on(loop, fresh, fresh_optimizer, batches)
    if not torch.allclose(weights_of(fresh), weights_of(model), atol=1e-6):
        raise Hint(
            "The next epoch goes another way than without the interruption: the optimiser has lost its momentum."
        )
    if epochs is None:
        raise Hint('All is taken back. Now give back how many epochs are done: return kept["epochs"]')
    done = as_number(epochs)
    if done == 6:
        raise Hint("That is the number of the next epoch. How many are done?")
    if done != 5:
        raise Hint(f"It gives {done:g}. The number of epochs that are done was kept in the file.")
    return "Weights, momentum, and how far it is. With the seed, all of the run: fit keeps no more than that."


@exercise("11.6", needs="a function that takes a model, inputs, labels, a rate, epochs and a batch size", lines=10)
def my_fit(answer: object) -> str:
    """A function: (model, inputs, labels, rate, epochs, batch_size) → trains the model, gives the loss of each step."""
    model, _, batches = new_trial(dropout=0.0)
    inputs, labels = torch.cat([one for one, _ in batches]), torch.cat([one for _, one in batches])
    model.eval()
    given = run_on(answer, model, inputs, labels, 0.1, 3, 8)
    calls = [call for call in model.calls if call[1]]  # what is only measured counts for nothing
    rows = [(batch[:, None] == inputs).all(dim=2).int().argmax(dim=1) for _, _, batch in calls]
    check_order([one.tolist() for one in rows], len(inputs))
    if not all(training for training, _, _ in calls):
        raise Hint("The model is in evaluation mode. model.train() comes before the batches.")

    def repeated(momentum: float = 0.9, rate: float = 0.1, *, adding_up: bool = False) -> tuple[torch.Tensor, list]:
        again, losses = new_trial(dropout=0.0)[0], []
        optimizer = torch.optim.SGD(again.parameters(), lr=rate, momentum=momentum)
        for one in rows:
            losses.append(cross_entropy(again(inputs[one]), labels[one]))
            if not adding_up:
                optimizer.zero_grad()
            losses[-1].backward()
            optimizer.step()
        return weights_of(again), [loss.item() for loss in losses]

    weights, losses = repeated()
    if not torch.allclose(weights_of(model), weights, atol=1e-5):
        if torch.allclose(weights_of(model), weights_of(new_trial()[0])):
            raise Hint("No weight has changed. backward() computes the gradients, optimizer.step() takes the step.")
        if torch.allclose(weights_of(model), repeated(0.0)[0], atol=1e-5):
            raise Hint("It trains without momentum: SGD(model.parameters(), lr=rate, momentum=0.9)")
        if torch.allclose(weights_of(model), repeated(adding_up=True)[0], atol=1e-5):
            raise Hint("The gradients of all batches add up: optimizer.zero_grad() comes before loss.backward().")
        if any(torch.allclose(weights_of(model), repeated(rate=rate)[0], atol=1e-5) for rate in (0.01, 0.001)):
            raise Hint("It trains with another rate than the one it is given: lr=rate")
        raise Hint(
            "It learns, but not as SGD does with this rate and momentum. Make the optimiser once, before the loops."
        )
    if given is None:
        raise Hint("It trains as it should. Now give back the losses: a list of numbers, one for each step.")
    if not isinstance(given, (list, tuple, np.ndarray, torch.Tensor)) or len(given) != len(losses):
        raise Hint(f"It gives back {kind_of(given)}. A list of {len(losses)} losses is needed, one for each step.")
    if any(isinstance(one, torch.Tensor) and one.requires_grad for one in given):
        raise Hint("Each loss still holds all that made it, and the memory fills. Keep its number: loss.item()")
    if not np.allclose([as_number(one) for one in given], losses, atol=1e-4):
        raise Hint("It trains as it should, but the numbers are not the losses of its steps.")
    return "Order, batches, mode, gradients, momentum, rate: all as in fit. There is no more to it."
