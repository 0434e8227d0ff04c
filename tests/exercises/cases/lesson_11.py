"""Answers to the exercises of lesson 11: right ones, and planted wrong ones, each with a word of its hint."""

import math

import numpy as np
import torch
from torch.nn.functional import cross_entropy


def train(model, optimizer, batches):
    model.train()
    for inputs, labels in batches:
        loss = cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def train_and_tidy_up(model, optimizer, batches):
    """With other lines in another order, and losses given back."""
    model.train(True)
    losses = []
    for inputs, labels in batches:
        scores = model(inputs)
        loss = -scores.log_softmax(dim=1)[torch.arange(len(labels)), labels].mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        losses.append(loss.item())
    return losses


def train_without(*missing, softmax=False, twice=False):
    """The loop without some of its lines."""

    def loop(model, optimizer, batches):
        if "train" not in missing:
            model.train()
        for inputs, labels in batches:
            scores = model(inputs)
            loss = cross_entropy(scores.softmax(dim=1) if softmax else scores, labels)
            if "zero_grad" not in missing:
                optimizer.zero_grad()
            loss.backward(retain_graph=twice)
            if twice:
                loss.backward()
            if "step" not in missing:
                optimizer.step()
            if "all but the first" in missing:
                return

    return loop


def train_twice(model, optimizer, batches):
    train(model, optimizer, batches)
    train(model, optimizer, batches)


def train_away(model, optimizer, batches):
    model.train()
    for inputs, labels in batches:
        loss = cross_entropy(model(inputs), labels) * float("inf")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.no_grad()
def measure(model, batches):
    model.eval()
    loss = correct = count = 0
    for inputs, labels in batches:
        scores = model(inputs)
        loss += cross_entropy(scores, labels, reduction="sum").item()
        correct += (scores.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return loss / count, correct / count


def measure_at_once(model, batches):
    """Put together first, in NumPy's numbers."""
    model.eval()
    inputs, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    with torch.inference_mode():
        scores = model(inputs)
        return np.array([cross_entropy(scores, labels), (scores.argmax(1) == labels).float().mean()])


def measure_by_weights(model, batches):
    """Means, weighted by the sizes of the batches; tensors of no dimension."""
    with torch.no_grad():
        model.train(False)
        rows = [(len(y), cross_entropy(model(x), y), (model(x).argmax(1) == y).float().mean()) for x, y in batches]
    count = sum(row[0] for row in rows)
    return [sum(row[0] * row[1] for row in rows) / count, sum(row[0] * row[2] for row in rows) / count]


def measure_in_training(model, batches):
    model.train()
    with torch.no_grad():
        return measure.__wrapped__(train_stays(model), batches)


def train_stays(model):
    """A view of the model that does not listen to eval()."""
    model.eval = lambda: model
    return model


def measure_with_gradients(model, batches):
    return measure.__wrapped__(model, batches)


@torch.no_grad()
def means(model, batches):
    """The mean loss and the share of each batch."""
    model.eval()
    return [
        (cross_entropy(model(x), y).item(), (model(x).argmax(dim=1) == y).float().mean().item()) for x, y in batches
    ]


@torch.no_grad()
def measure_after_softmax(model, batches):
    model.eval()
    inputs, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    scores = model(inputs).softmax(dim=1)
    return cross_entropy(scores, labels), (scores.argmax(1) == labels).float().mean()


def momentum_step(weight, gradient, velocity, rate, momentum):
    velocity = momentum * velocity + gradient
    return weight - rate * velocity, velocity


def momentum_step_by_pytorch(weight, gradient, velocity, rate, momentum):
    """What `torch.optim.SGD` itself makes of these numbers."""
    value = torch.nn.Parameter(torch.from_numpy(weight))
    optimizer = torch.optim.SGD([value], lr=rate, momentum=momentum)
    optimizer.state[value]["momentum_buffer"] = torch.from_numpy(velocity)
    value.grad = torch.from_numpy(gradient)
    optimizer.step()
    return value, optimizer.state[value]["momentum_buffer"]


def momentum_step_number_by_number(weight, gradient, velocity, rate, momentum):
    """Lists, from a loop."""
    pairs = [
        (w - rate * (momentum * v + g), momentum * v + g) for w, g, v in zip(weight, gradient, velocity, strict=True)
    ]
    return [list(numbers) for numbers in zip(*pairs, strict=True)]


def momentum_step_in_float32(weight, gradient, velocity, rate, momentum):
    """Changed in place, in smaller floats."""
    weight, gradient, velocity = (one.astype(np.float32) for one in (weight, gradient, velocity))
    velocity *= momentum
    velocity += gradient
    weight -= rate * velocity
    return weight, velocity


def velocity_of(gradient, velocity, momentum):
    return momentum * velocity + gradient


def damped_step(weight, gradient, velocity, rate, momentum):
    velocity = momentum * velocity + (1 - momentum) * gradient
    return weight - rate * velocity, velocity


def step_with_the_rate_inside(weight, gradient, velocity, rate, momentum):
    velocity = momentum * velocity - rate * gradient
    return weight + velocity, velocity


def resume(path, model, optimizer):
    kept = torch.load(path)
    model.load_state_dict(kept["model"])
    optimizer.load_state_dict(kept["optimizer"])
    return kept["epochs"]


def resume_by_hand(path, model, optimizer):
    """The weights copied one by one, and the number as a tensor."""
    kept = torch.load(str(path), weights_only=True, map_location="cpu")
    with torch.no_grad():
        for name, value in model.state_dict().items():
            value.copy_(kept["model"][name])
    optimizer.load_state_dict(kept["optimizer"])
    return torch.tensor(kept["epochs"])


def resume_parts(path, model, optimizer, *, parts=("model", "optimizer"), plus=0):
    kept = torch.load(path)
    if "parameters" in parts:
        with torch.no_grad():
            for name, value in model.named_parameters():
                value.copy_(kept["model"][name])
    if "model" in parts:
        model.load_state_dict(kept["model"])
    if "optimizer" in parts:
        optimizer.load_state_dict(kept["optimizer"])
    return kept["epochs"] + plus


def train_with_other_names(model, optimizer, batches):
    """With PyTorch's class for the loss, the model's own zero_grad, and places in place of pairs."""
    model.train()
    loss_of = torch.nn.CrossEntropyLoss()
    for batch in range(len(batches)):
        model.zero_grad()
        loss_of(model(batches[batch][0]), batches[batch][1]).backward()
        optimizer.step()


def train_and_forget(model, optimizer, batches):
    model.train()
    for inputs, labels in batches:
        loss = cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()


def train_after_the_step(model, optimizer, batches):
    model.train()
    for inputs, labels in batches:
        loss = cross_entropy(model(inputs), labels)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()


def resume_in_one_line(path, model, optimizer):
    """A loop over the two, and the number as NumPy's."""
    kept = torch.load(path, weights_only=False)
    for name, one in {"model": model, "optimizer": optimizer}.items():
        one.load_state_dict(kept[name])
    return np.int64(kept["epochs"])


def resume_with_a_new_rate(path, model, optimizer):
    kept = torch.load(path)
    model.load_state_dict(kept["model"])
    optimizer.load_state_dict(kept["optimizer"] | {"param_groups": optimizer.state_dict()["param_groups"]})
    return kept["epochs"]


def resume_without_momentum(path, model, optimizer):
    kept = torch.load(path)
    model.load_state_dict(kept["model"])
    optimizer.load_state_dict(kept["optimizer"] | {"state": {}})
    return kept["epochs"]


def accuracy_of(model, valid):
    model.eval()
    with torch.no_grad():
        return (model(valid[0]).argmax(dim=1) == valid[1]).float().mean().item()


def cosine(t, steps):
    return (1 + math.cos(math.pi * t / steps)) / 2


def my_fit_but(
    order=lambda epoch, count: torch.randperm(count),
    momentum=0.9,
    factor=cosine,
    missing=(),
    kept=lambda loss: loss.item(),
    cut=torch.split,
    fewer=0,
    accuracy=accuracy_of,
    before=False,
    data=lambda train, valid: train,
    result=lambda losses, accuracies: (losses, accuracies),
):
    """The whole run with something else in one place."""

    def fit(model, train, valid, rate, epochs, batch_size):
        inputs, labels = data(train, valid)
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum)
        losses, accuracies, t, steps = [], [], 0, epochs * math.ceil(len(labels) / batch_size)
        if "train" not in missing:
            model.train()
        for epoch in range(epochs - fewer):
            if before:
                accuracies.append(accuracy(model, valid))
            if "train again" not in missing and "train" not in missing:
                model.train()
            for rows in cut(order(epoch, len(labels)), batch_size):
                optimizer.param_groups[0]["lr"] = rate * factor(t, steps)
                loss = cross_entropy(model(inputs[rows]), labels[rows])
                if "zero_grad" not in missing:
                    optimizer.zero_grad()
                loss.backward()
                if "step" not in missing:
                    optimizer.step()
                losses.append(kept(loss))
                t += 1
            if not before:
                accuracies.append(accuracy(model, valid))
        return result(losses, accuracies)

    return fit


def my_fit_by_scheduler(model, train, valid, rate, epochs, batch_size):
    """With PyTorch's own loader and scheduler, validation in batches, and arrays."""
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*train), batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs * len(loader))
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        for some, wanted in loader:
            optimizer.zero_grad()
            loss = cross_entropy(model(some), wanted)
            loss.backward()
            optimizer.step()
            scheduler.step()
            losses.append(loss.detach())
        batches = list(zip(valid[0].split(batch_size), valid[1].split(batch_size), strict=True))
        accuracies.append(measure(model, batches)[1])
    return torch.stack(losses).numpy(), np.array(accuracies)


def my_fit_with_momentum_by_hand(model, train, valid, rate, epochs, batch_size):
    """Momentum written out, accuracies as tensors, and the training set measured as well."""
    velocities = [torch.zeros_like(value) for value in model.parameters()]
    losses, accuracies, steps = [], [], epochs * len(range(0, len(train[1]), batch_size))
    for _ in range(epochs):
        for rows in torch.from_numpy(np.random.default_rng().permutation(len(train[1]))).split(batch_size):
            now = rate / 2 + rate / 2 * math.cos(len(losses) / steps * math.pi)
            loss = cross_entropy(model.train()(train[0][rows]), train[1][rows])
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for value, velocity, gradient in zip(model.parameters(), velocities, gradients, strict=True):
                    velocity.mul_(0.9).add_(gradient)
                    value.sub_(now * velocity)
            losses.append(loss.item())
        with torch.inference_mode():
            model.eval()(train[0])
            accuracies.append((model(valid[0]).argmax(1) == valid[1]).double().mean())
    return [losses, accuracies]


def the_same_order(epoch, count):
    return torch.randperm(count, generator=torch.Generator().manual_seed(1))


def without_the_last(rows, size):
    return rows.split(size)[:-1]


def accuracy_in_training(model, valid):
    model.train()
    with torch.no_grad():
        return (model(valid[0]).argmax(dim=1) == valid[1]).float().mean().item()


def accuracy_with_gradients(model, valid):
    return (model.eval()(valid[0]).argmax(dim=1) == valid[1]).float().mean().item()


def loss_of_validation(model, valid):
    with torch.no_grad():
        return cross_entropy(model.eval()(valid[0]), valid[1]).item()


def times(factor):
    """The accuracy, so many times."""
    return lambda model, valid: factor * accuracy_of(model, valid)


def new_optimizer_each_epoch(model, train, valid, rate, epochs, batch_size):
    losses, accuracies = [], []
    for epoch in range(epochs):
        fit = my_fit_but(factor=lambda t, steps, epoch=epoch: cosine(t + epoch * steps, epochs * steps))
        for all_of_them, some in zip((losses, accuracies), fit(model, train, valid, rate, 1, batch_size), strict=True):
            all_of_them += some
    return losses, accuracies


CASES = {
    "11.1": {
        "also_right": [train_and_tidy_up, train_with_other_names],
        "wrong": {
            "There are gradients": train_without("step"),
            "finds no gradients": train_and_forget,
            "never called": lambda model, optimizer, batches: model.train(),
            "evaluation mode": train_without("train"),
            "does the softmax itself": train_without(softmax=True),
            "add up": train_without("zero_grad"),
            "first batch alone": train_without("all but the first"),
            "6 times": train_twice,
            "first backward": train_after_the_step,
            "It learns, but not as it should": train_without(twice=True),
            "no longer numbers": train_away,
            "stops with TypeError": lambda model: model,
            "without brackets": 0.3,
        },
    },
    "11.2": {
        "also_right": [measure_at_once, measure_by_weights],
        "wrong": {
            "training mode": measure_in_training,
            "with torch.no_grad()": measure_with_gradients,
            "the loss comes first": lambda model, batches: measure(model, batches)[::-1],
            "mean over the batches": lambda model, batches: np.mean(means(model, batches), axis=0),
            "is a sum": lambda model, batches: (19 * measure(model, batches)[0], measure(model, batches)[1]),
            "last batch alone": lambda model, batches: means(model, batches)[-1],
            "size of its batch": lambda model, batches: (
                sum(loss for loss, _ in means(model, batches)),
                measure(model, batches)[1],
            ),
            "from 0 to 1": lambda model, batches: (
                measure(model, batches)[0],
                19 * measure(model, batches)[1],
            ),
            "without softmax": measure_after_softmax,
            "share of the wrong ones": lambda model, batches: (
                measure(model, batches)[0],
                1 - measure(model, batches)[1],
            ),
            "are correct": lambda model, batches: (measure(model, batches)[0], measure(model, batches)[1] / 2),
            "never asks the model": lambda model, batches: (0.5, 0.5),
            "return loss, share": lambda model, batches: measure(model, batches)[0],
        },
    },
    "11.3": {
        "also_right": [momentum_step_by_pytorch, momentum_step_number_by_number, momentum_step_in_float32],
        "wrong": {
            "the weight first": lambda *given: momentum_step(*given)[::-1],
            "the old velocity": lambda w, g, v, rate, m: (w - rate * v, velocity_of(g, v, m)),
            "uphill": lambda w, g, v, rate, m: (w + rate * velocity_of(g, v, m), velocity_of(g, v, m)),
            "gradient alone": lambda w, g, v, rate, m: (w - rate * g, velocity_of(g, v, m)),
            "multiplied by the rate": lambda w, g, v, rate, m: (w - velocity_of(g, v, m), velocity_of(g, v, m)),
            "running mean": damped_step,
            "inside the velocity": step_with_the_rate_inside,
            "The velocity is right": lambda w, g, v, rate, m: (w, velocity_of(g, v, m)),
            "momentum times the old velocity": lambda w, g, v, rate, m: (w - rate * (v + g), v + g),
            "Two things are needed": lambda *given: momentum_step(*given)[0],
            "of shape (2,)": lambda *given: (momentum_step(*given)[0], np.zeros(2)),
        },
    },
    "11.4": {
        "also_right": [3.0, np.int64(3), torch.tensor([3])],
        "wrong": {
            "the whole run": 7,
            "is done again": 2,
            "That many are finished": 4,
            "left of the cycles": 1,
            "in which it was killed": 5,
            "1 + 2 + 4": 6,
        },
    },
    "11.5": {
        "also_right": [resume_by_hand, resume_in_one_line],
        "wrong": {
            "weights that were kept": lambda *given: resume_parts(*given, parts=("optimizer",)),
            "still a new one": lambda *given: resume_parts(*given, parts=("model",)),
            "lost its momentum": resume_without_momentum,
            "not that of the file": resume_with_a_new_rate,
            "statistics": lambda *given: resume_parts(*given, parts=("parameters", "optimizer")),
            "give back how many": lambda *given: [resume(*given)].clear(),
            "the next epoch": lambda *given: resume_parts(*given, plus=1),
            "was kept in the file": lambda *given: resume_parts(*given, plus=-5),
            "stops with KeyError": lambda path, model, optimizer: torch.load(path)["weights"],
        },
    },
    "11.6": {
        "also_right": [my_fit_but(), my_fit_by_scheduler, my_fit_with_momentum_by_hand],
        "wrong": {
            "never asks the model": lambda *given: ([0.5] * 9, [0.5] * 3),
            "That is one epoch": my_fit_but(fewer=2),
            "last batch of each epoch": my_fit_but(cut=without_the_last),
            "all inputs at once": my_fit_but(cut=lambda rows, size: [rows]),
            "and so on": my_fit_but(cut=lambda rows, size: rows.split(4)),
            "seen twice": my_fit_but(order=lambda epoch, count: torch.randint(count, (count,))),
            "that of the data": my_fit_but(order=lambda epoch, count: torch.arange(count)),
            "same order": my_fit_but(order=the_same_order),
            "run in evaluation mode": my_fit_but(missing=("train again",)),
            "more than the training set": my_fit_but(
                data=lambda train, valid: [torch.cat(parts) for parts in zip(train, valid, strict=True)]
            ),
            "never looked at": my_fit_but(accuracy=lambda model, valid: 0.5),
            "measured in training mode": my_fit_but(accuracy=accuracy_in_training),
            "with torch.no_grad()": my_fit_but(accuracy=accuracy_with_gradients),
            "No weight has changed": my_fit_but(missing=("step",)),
            "stays as it is": my_fit_but(factor=lambda t, steps: 1),
            "from epoch to epoch": my_fit_but(factor=lambda t, steps: cosine(t // 3, 3)),
            "starts anew": my_fit_but(factor=lambda t, steps: cosine(t % 3, 3)),
            "one step ahead": my_fit_but(factor=lambda t, steps: cosine(t + 1, steps)),
            "0 in the last step": my_fit_but(factor=lambda t, steps: cosine(t, steps - 1)),
            "along a line": my_fit_but(factor=lambda t, steps: 1 - t / steps),
            "twice as high": my_fit_but(factor=lambda t, steps: 2 * cosine(t, steps)),
            "without momentum": my_fit_but(momentum=0),
            "add up": my_fit_but(missing=("zero_grad",)),
            "Make the optimiser once": new_optimizer_each_epoch,
            "Now give back two lists": my_fit_but(result=lambda *lists: None),
            "and yours has 3": my_fit_but(result=lambda losses, accuracies: (losses[::3], accuracies)),
            "loss.item()": my_fit_but(kept=lambda loss: loss),
            "The loss of step 0": my_fit_but(kept=lambda loss: 2 * loss.item()),
            "an accuracy for each epoch": my_fit_but(result=lambda losses, accuracies: (losses, accuracies[-1:])),
            "before each epoch": my_fit_but(before=True),
            "in percent": my_fit_but(accuracy=times(100)),
            "numbers of correct answers": my_fit_but(accuracy=times(40)),
            "shares of wrong answers": my_fit_but(accuracy=lambda *given: 1 - accuracy_of(*given)),
            "the accuracy is": my_fit_but(accuracy=loss_of_validation),
        },
    },
}
