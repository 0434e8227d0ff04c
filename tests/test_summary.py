"""A model written out as a table: beside PyTorch's own counts and shapes."""

from pathlib import Path

import pytest
import torch

from helpers.models import build
from helpers.summary import summarise
from tests.pictures import data_in, learner, same_weights, weights_of


@pytest.mark.parametrize("name", ["resnet10", "resnet50", "vgg16_bn", "mobilenet_v2", "googlenet", "convnext_tiny"])
def test_the_counts_and_shapes_are_pytorchs(name: str) -> None:
    model = build(name, 64, 5, weights=None)
    made = summarise(model)
    assert made.parameters == sum(value.numel() for value in model.parameters())
    heard: list[tuple[int, ...]] = []
    layers = [model.normalise, *model.body, model.pool, *model.head]
    hooks = [layer.register_forward_hook(lambda _, __, output: heard.append(tuple(output.shape))) for layer in layers]
    with torch.inference_mode():
        model.eval()(torch.zeros(2, 3, 64, 64, dtype=torch.uint8))
    for hook in hooks:
        hook.remove()
    assert [layer.shape for layer in made.layers] == [shape[1:] for shape in heard]
    assert [layer.name for layer in made.layers] == [type(layer).__name__ for layer in layers]
    for group, label in zip(model.groups(), ("early body", "late body", "head"), strict=True):
        counted = sum(layer.parameters for layer in made.layers if layer.group == label)
        assert counted == sum(value.numel() for value in group.parameters())


def test_it_tells_what_learns_now_and_changes_nothing(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    before = weights_of(learn.model)
    training = [module.training for module in learn.model.modules()]
    head = sum(value.numel() for value in learn.model.head.parameters())
    everything = sum(value.numel() for value in learn.model.parameters())
    assert repr(learn.summary()).splitlines()[-1] == f"resnet10: {everything:,} parameters, {head:,} of them learn"
    assert {layer.group for layer in learn.summary().layers if layer.learns} == {"head"}
    learn.unfreeze()
    assert repr(learn.summary()).endswith(f"{everything:,} parameters, {everything:,} of them learn")
    assert same_weights(weights_of(learn.model), before)
    assert [module.training for module in learn.model.modules()] == training


def test_the_table_has_a_row_a_layer_in_straight_columns() -> None:
    made = summarise(build("resnet10", 64, 2, weights=None))
    lines = repr(made).splitlines()
    assert len(lines) == len(made.layers) + 2
    assert lines[0].split() == ["group", "layer", "gives", "parameters", "learns"]
    place = lines[0].index("gives")
    shapes = [line[place:].split("  ")[0].strip() for line in lines[1:-1]]
    assert shapes == [" × ".join(map(str, layer.shape)) for layer in made.layers]
