"""Architectures: torchvision's by name or constructor, a reader's own, and where each is cut."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models as zoo

from helpers import ConvLearner, ImageClassifierData, load_model, tfms_from_model
from helpers.architectures import ARCHITECTURES, KNOWN, WeightsError, find_architecture
from helpers.predictor import ModelFileError
from tests.pictures import data_in, float32, learner


def layers() -> list[nn.Module]:
    return [nn.Conv2d(3, 8, 3, stride=2), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.Conv2d(8, 16, 3), nn.ReLU()]


class Tutorial(nn.Module):
    """A network as tutorials write it: layers in the order of their calls, flattened before the last."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.act1, self.pool1 = nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(4)
        self.conv2, self.act2, self.pool2 = nn.Conv2d(8, 16, 3), nn.ReLU(inplace=True), nn.MaxPool2d(2)
        self.fc1, self.fc2 = nn.Linear(16 * 26 * 26, 10), nn.Linear(10, 2)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        maps = self.pool1(self.act1(self.conv1(pictures)))
        maps = self.pool2(self.act2(self.conv2(maps)))
        return self.fc2(self.fc1(torch.flatten(maps, 1)))


class Functional(Tutorial):
    """The same with the activation functions as functions: the layers alone do not make it."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        maps = self.pool1(nn.functional.relu(self.conv1(pictures)))
        maps = self.pool2(nn.functional.relu(self.conv2(maps)) * 2)
        return self.fc2(self.fc1(torch.flatten(maps, 1)))


class Averages(nn.Module):
    """A network that takes the mean over height and width by a function, and wraps its layers in one drawer."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone, self.last = nn.Sequential(*layers()), nn.Linear(16, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.last(self.backbone(pictures).mean((2, 3)))


class PoolsByFunction(Averages):
    """The same with PyTorch's function for it, whose sums are rounded in another order."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.last(nn.functional.adaptive_avg_pool2d(self.backbone(pictures), 1).flatten(1))


def plain_sequence() -> nn.Module:
    return nn.Sequential(*layers(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(16, 5))


def two_stages() -> nn.Module:
    return nn.Sequential(
        nn.Sequential(*layers()), nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5))
    )


def with_features() -> nn.Module:
    network = zoo.squeezenet1_1()
    network.extra = nn.Identity()
    return network


OWN: dict[Callable[..., nn.Module], tuple[int, int]] = {  # a constructor → layers of its body, channels of its maps
    Tutorial: (6, 16),
    Averages: (5, 16),
    PoolsByFunction: (5, 16),
    plain_sequence: (5, 16),
    two_stages: (5, 16),
    with_features: (13, 512),
}


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.__name__)
def test_a_readers_own_network_is_cut_before_its_pooling(own: Callable[..., nn.Module]) -> None:
    known = find_architecture(own)
    network = known.build().eval()
    body = known.body_of(network)
    picture = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        by_hand = picture
        for layer in [module for module in network.modules() if not list(module.children())][: len(body)]:
            by_hand = layer(by_hand) if own is not with_features else by_hand
        maps = body(picture)
    assert (len(body), maps.shape[1]) == OWN[own]
    assert own is with_features or torch.equal(maps, by_hand)
    assert known.name == own.__name__


@pytest.mark.parametrize("own", OWN, ids=lambda own: own.__name__)
def test_the_three_lines_and_a_saved_file_work_with_a_readers_own_network(
    pictures: Path, own: Callable[..., nn.Module]
) -> None:
    data = ImageClassifierData.from_paths(pictures, 8, tfms=tfms_from_model(own, 64))
    learn = ConvLearner.pretrained(own, data, precompute=True, weights=None, seed=1, fabric=float32())
    history = learn.fit(0.01, 2)
    assert history.settings is not None
    assert history.settings.architecture == own.__name__
    learn.precompute = False
    learn.unfreeze()
    learn.fit([1e-4, 1e-3, 1e-2], 1)
    groups = learn.model.groups()
    assert len(groups) == 3
    assert sum(value.numel() for group in groups for value in group.parameters()) == learn.summary().parameters
    expected = learn.predict(data.valid.paths[0]).probabilities
    path = learn.save("own")
    assert load_model(path, arch=own).predict(data.valid.paths[0]).probabilities == pytest.approx(expected, abs=2e-2)
    with pytest.raises(ModelFileError, match=rf"holds a {own.__name__}, .*load_model\(path, arch={own.__name__}\)"):
        load_model(path)
    again = ConvLearner.pretrained(own, data, weights=None, seed=2, fabric=float32())
    again.load("own")
    assert again.predict(data.valid.paths[0]).probabilities == pytest.approx(expected, abs=1e-4)


def only_linear() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(3, 2))


def fails() -> nn.Module:
    return nn.Sequential(nn.Conv2d(4, 8, 3), nn.AdaptiveAvgPool2d(1))


REFUSED: dict[Callable[..., nn.Module], str] = {
    Functional: r"Functional computes more than its layers do.*nn\.ReLU\(\) in place of F\.relu",
    only_linear: r"only_linear has no convolutional layers before its pooling",
    fails: r"fails cannot take a picture of 224 × 224 pixels: RuntimeError: ",
}


@pytest.mark.parametrize("own", REFUSED, ids=lambda own: own.__name__)
def test_a_network_that_cannot_be_cut_is_refused_in_a_sentence(own: Callable[..., nn.Module]) -> None:
    known = find_architecture(own)
    with pytest.raises(ValueError, match=REFUSED[own]) as caught:
        known.body_of(known.build())
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_asking_for_published_weights_of_a_readers_own_network_says_what_to_type(pictures: Path) -> None:
    data = data_in(pictures, arch=plain_sequence)
    with pytest.raises(WeightsError, match=r"plain_sequence has no published weights; type weights=None .*\.pth"):
        ConvLearner.pretrained(plain_sequence, data)
    with pytest.raises(WeightsError, match=r"did you mean 'alexnet'"):
        ConvLearner.pretrained(zoo.AlexNet, data)


def test_a_known_name_without_weights_is_not_offered_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KNOWN, "tiny_net", plain_sequence)
    with pytest.raises(WeightsError, match=r"tiny_net has no published weights; .*tiny_net\.pth\"$"):
        find_architecture("tiny_net").published()


def test_a_state_dict_gives_a_readers_own_network_its_weights(pictures: Path, tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = plain_sequence()
    torch.save(network.state_dict(), tmp_path / "own.pth")
    learn = learner(data_in(pictures, arch=plain_sequence), arch=plain_sequence, weights=tmp_path / "own.pth")
    assert torch.equal(learn.model.body[0].weight, network[0].weight)
    assert torch.equal(learn.model.body[3].bias, network[3].bias)


def test_the_head_of_a_readers_own_network_does_not_depend_on_what_its_body_draws(
    pictures: Path, tmp_path: Path
) -> None:
    torch.save(plain_sequence().state_dict(), tmp_path / "own.pth")
    state = torch.load(tmp_path / "own.pth")
    heads = []
    for _ in range(2):
        learn = learner(
            data_in(pictures, arch=plain_sequence), arch=plain_sequence, weights=tmp_path / "own.pth", seed=4
        )
        heads.append(learn.model.head[2].weight.detach().clone())
    assert torch.equal(*heads)
    assert torch.equal(learn.model.body[0].weight, state["0.weight"])


def test_a_network_in_place_of_its_constructor_is_told_in_a_short_sentence() -> None:
    for network in (zoo.resnet18(), plain_sequence()):
        with pytest.raises(ValueError, match=r"in place of its constructor; type arch=.*without brackets") as caught:
            tfms_from_model(network, 64)  # type: ignore[arg-type]
        assert len(str(caught.value)) < 400


def test_an_own_constructor_needs_a_name_of_its_own() -> None:
    def resnet18() -> nn.Module:
        return plain_sequence()

    with pytest.raises(ValueError, match="is called resnet18, as torchvision's is; rename yours"):
        find_architecture(resnet18)
    with pytest.raises(ValueError, match=r"def my_network\(\)"):
        find_architecture(lambda: plain_sequence())


def test_every_network_of_torchvisions_has_one_family_and_only_transformers_are_refused() -> None:
    refused = {name for name in KNOWN if next(f for s, f in ARCHITECTURES.items() if name.startswith(s)).refused}
    assert refused == {name for name in KNOWN if name.startswith(("vit_", "swin_", "maxvit_"))}
    for name in KNOWN.keys() - refused:
        assert find_architecture(name).name == name
