"""Answers to the exercises of lesson 11: right ones, and planted wrong ones, each with a word of its hint."""

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


def train_without(*missing, softmax=False):
    """The loop without some of its lines."""

    def loop(model, optimizer, batches):
        if "train" not in missing:
            model.train()
        for inputs, labels in batches:
            scores = model(inputs)
            loss = cross_entropy(scores.softmax(dim=1) if softmax else scores, labels)
            if "zero_grad" not in missing:
                optimizer.zero_grad()
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


def my_fit(model, inputs, labels, rate, epochs, batch_size):
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    losses = []
    for _ in range(epochs):
        model.train()
        for rows in torch.randperm(len(labels)).split(batch_size):
            loss = cross_entropy(model(inputs[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def my_fit_by_loader(model, inputs, labels, rate, epochs, batch_size):
    """With PyTorch's own loader, momentum written out, a measurement after each epoch, and an array of losses."""
    pairs = torch.utils.data.TensorDataset(inputs, labels)
    loader = torch.utils.data.DataLoader(pairs, batch_size=batch_size, shuffle=True)
    velocities = [torch.zeros_like(value) for value in model.parameters()]
    losses = []
    for _ in range(epochs):
        model.train()
        for some, wanted in loader:
            loss = cross_entropy(model(some), wanted)
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for value, velocity, gradient in zip(model.parameters(), velocities, gradients, strict=True):
                    velocity.mul_(0.9).add_(gradient)
                    value.sub_(rate * velocity)
            losses.append(loss.detach())
        measure(model, [(inputs, labels)])
    return torch.stack(losses).numpy()


def my_fit_but(
    order=lambda epoch, count: torch.randperm(count),
    momentum=0.9,
    factor=1,
    missing=(),
    kept=lambda loss: loss.item(),
    cut=torch.split,
    fewer=0,
    steps=True,
):
    """The loop with something else in one place."""

    def fit(model, inputs, labels, rate, epochs, batch_size):
        optimizer = torch.optim.SGD(model.parameters(), lr=factor * rate, momentum=momentum)
        losses = []
        if "train" not in missing:
            model.train()
        for epoch in range(epochs - fewer):
            for rows in cut(order(epoch, len(labels)), batch_size):
                loss = cross_entropy(model(inputs[rows]), labels[rows])
                if "zero_grad" not in missing:
                    optimizer.zero_grad()
                loss.backward()
                if steps:
                    optimizer.step()
                losses.append(kept(loss))
        return losses

    return fit


def the_same_order(epoch, count):
    return torch.randperm(count, generator=torch.Generator().manual_seed(1))


def without_the_last(rows, size):
    return rows.split(size)[:-1]


def new_optimizer_each_step(model, inputs, labels, rate, epochs, batch_size):
    losses = []
    for _ in range(epochs):
        losses += my_fit(model, inputs, labels, rate, 1, batch_size)
    return losses


CASES = {
    "11.1": {
        "also_right": [train_and_tidy_up],
        "wrong": {
            "No weight has changed": train_without("step"),
            "evaluation mode": train_without("train"),
            "does the softmax itself": train_without(softmax=True),
            "add up": train_without("zero_grad"),
            "first batch alone": train_without("all but the first"),
            "It learns, and not what it should": train_twice,
            "no numbers any more": train_away,
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
            "lies between 0 and 1": lambda model, batches: (
                measure(model, batches)[0],
                19 * measure(model, batches)[1],
            ),
            "without softmax": measure_after_softmax,
            "are correct": lambda model, batches: (measure(model, batches)[0], 1 - measure(model, batches)[1]),
            "never asks the model": lambda model, batches: (0.5, 0.5),
            "None back": lambda model, batches: print(end=""),
            "return loss, share": lambda model, batches: measure(model, batches)[0],
        },
    },
    "11.3": {
        "also_right": [momentum_step_by_pytorch],
        "wrong": {
            "the weight first": lambda *given: momentum_step(*given)[::-1],
            "the old velocity": lambda w, g, v, rate, m: (w - rate * v, velocity_of(g, v, m)),
            "uphill": lambda w, g, v, rate, m: (w + rate * velocity_of(g, v, m), velocity_of(g, v, m)),
            "gradient alone": lambda w, g, v, rate, m: (w - rate * g, velocity_of(g, v, m)),
            "multiplied by the rate": lambda w, g, v, rate, m: (w - velocity_of(g, v, m), velocity_of(g, v, m)),
            "running mean": damped_step,
            "inside of the velocity": step_with_the_rate_inside,
            "The velocity is right": lambda w, g, v, rate, m: (w, velocity_of(g, v, m)),
            "momentum times the old velocity": lambda w, g, v, rate, m: (w - rate * (v + g), v + g),
            "Two things are needed": lambda *given: momentum_step(*given)[0],
            "has the shape": lambda *given: (momentum_step(*given)[0], np.zeros(2)),
        },
    },
    "11.4": {
        "also_right": [1 + 2 + 4 - 4],
        "wrong": {
            "the whole run": 7,
            "is done again": 2,
            "So many are finished": 4,
            "left of the cycles": 1,
            "1 + 2 + 4": 5,
        },
    },
    "11.5": {
        "also_right": [resume_by_hand],
        "wrong": {
            "weights that were kept": lambda *given: resume_parts(*given, parts=("optimizer",)),
            "lost its momentum": lambda *given: resume_parts(*given, parts=("model",)),
            "statistics": lambda *given: resume_parts(*given, parts=("parameters", "optimizer")),
            "give back how many": lambda *given: [resume(*given)].clear(),
            "the next epoch": lambda *given: resume_parts(*given, plus=1),
            "was kept in the file": lambda *given: resume_parts(*given, plus=-5),
            "stops with KeyError": lambda path, model, optimizer: torch.load(path)["weights"],
        },
    },
    "11.6": {
        "also_right": [my_fit_by_loader],
        "wrong": {
            "never asks the model": lambda *given: [0.5] * 9,
            "That is one epoch": my_fit_but(fewer=2),
            "last batch of each epoch": my_fit_but(cut=without_the_last),
            "all inputs at once": my_fit_but(cut=lambda rows, size: [rows]),
            "and so on": my_fit_but(cut=lambda rows, size: rows.split(4)),
            "seen twice": my_fit_but(order=lambda epoch, count: torch.randint(count, (count,))),
            "that of the data": my_fit_but(order=lambda epoch, count: torch.arange(count)),
            "same order": my_fit_but(order=the_same_order),
            "evaluation mode": my_fit_but(missing=("train",)),
            "No weight has changed": my_fit_but(steps=False),
            "without momentum": my_fit_but(momentum=0),
            "add up": my_fit_but(missing=("zero_grad",)),
            "another rate": my_fit_but(factor=0.1),
            "Make the optimiser once": new_optimizer_each_step,
            "give back the losses": lambda *given: my_fit(*given).clear(),
            "one for each step.": lambda *given: my_fit(*given)[::3],
            "loss.item()": my_fit_but(kept=lambda loss: loss),
            "not the losses": my_fit_but(kept=lambda loss: 2 * loss.item()),
        },
    },
}
