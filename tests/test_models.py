"""Architectures cut into body and head, and weights loaded safely."""

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.functional import cross_entropy
from torchvision import models as zoo
from torchvision import transforms

from helpers import models, resnet10
from helpers.architectures import cut_before_pooling, find_architecture
from helpers.files.weights import WeightsError
from helpers.models import body_digest, build
from tests.files.test_weights import Planted
from tests.pictures import same_weights, weights_of

# One for each way of cutting: children up to the pooling (residual networks, two others, one with auxiliary outputs), a
# sequence called features, DenseNet's, which lacks the last ReLU, and a single sequence among the children.
CUT = ["resnet10", "regnet_y_400mf", "shufflenet_v2_x0_5", "googlenet", "mobilenet_v2", "densenet121", "mnasnet0_5"]
OTHERS = ["resnet50", "alexnet", "efficientnet_b0", "convnext_tiny", "inception_v3"]
LARGE = ["resnet34", "resnet152", "resnext50_32x4d", "wide_resnet50_2", "vgg16", "vgg16_bn", "mobilenet_v3_large"]
# The size is small to be cheap; inception needs more before nothing is left of a picture.
SIZES = {**dict.fromkeys([*CUT, *OTHERS], 64), "inception_v3": 96}


def pixels(size: int, count: int = 2) -> torch.Tensor:
    return torch.randint(0, 256, (count, 3, size, size), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def normalisation(name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    family = find_architecture(name).family
    return family.mean, family.std


def whole_network(name: str) -> nn.Module:
    if name == "resnet10":
        return resnet10()
    extra = dict(aux_logits=False, init_weights=False) if name in ("googlenet", "inception_v3") else {}
    return zoo.get_model(name, weights=None, **extra)


def maps_before_pooling(network: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    """Return what reaches the network's own pooling, in evaluation mode: heard at its average pooling."""
    heard: list[torch.Tensor] = []
    real = nn.functional.adaptive_avg_pool2d
    pools = [child for child in network.modules() if isinstance(child, nn.AdaptiveAvgPool2d)]
    last = getattr(network, "layers", None) or getattr(network, "conv5", None)
    if pools:  # the last one: squeeze-and-excitation blocks have pools of their own
        pools[-1].register_forward_pre_hook(lambda _, inputs: heard.append(inputs[0]))
    elif last:  # mnasnet and shufflenet take the mean of what their last block gives
        last.register_forward_hook(lambda _, __, output: heard.append(output))
    else:  # densenet pools by a function
        nn.functional.adaptive_avg_pool2d = lambda maps, size: heard.append(maps) or real(maps, size)
    try:
        with torch.inference_mode():
            network.eval()(pictures)
    finally:
        nn.functional.adaptive_avg_pool2d = real
    assert len(heard) == 1
    return heard[0]


@pytest.mark.parametrize("name", SIZES)
def test_the_body_gives_the_maps_that_the_networks_own_pooling_gets(name: str) -> None:
    torch.manual_seed(0)
    network = whole_network(name)
    pictures = torch.randn(1, 3, SIZES[name], SIZES[name])
    expected = maps_before_pooling(network, pictures)
    with torch.inference_mode():
        maps = find_architecture(name).body_of(network).eval()(pictures)
    assert maps.shape == expected.shape
    assert torch.equal(maps, expected)


def has_three_groups(model: models.Classifier) -> None:
    """Assert that the groups hold every parameter once, and that the head takes what the body gives."""
    groups = model.groups()
    found = [id(value) for group in groups for value in group.parameters()]
    assert len(groups) == 3
    assert len(found) == len(set(found))
    assert set(found) == {id(value) for value in model.parameters()}
    assert all(sum(value.numel() for value in group.parameters()) for group in groups)
    with torch.inference_mode():
        features = model.eval().features(torch.zeros(1, 3, model.size, model.size, dtype=torch.uint8))
    assert features.shape == (1, model.head[0].num_features)


@pytest.mark.parametrize("name", [*OTHERS, *LARGE])
def test_an_architecture_is_cut_into_three_groups(name: str) -> None:
    """On the meta device, which computes shapes and no numbers: these would take seconds and gigabytes."""
    with torch.device("meta"):
        has_three_groups(models.Classifier(name, 224, 3))


@pytest.mark.parametrize("name", CUT)
def test_an_architecture_makes_a_classifier_that_takes_a_step(name: str) -> None:
    torch.manual_seed(0)
    model = build(name, SIZES[name], 3, weights=None)
    has_three_groups(model)
    groups = early, late, head = model.groups()
    with torch.inference_mode():
        features = model.eval().features(pixels(SIZES[name], 1))
        one_by_one = model.pool(late(early(model.normalise(pixels(SIZES[name], 1)))))
        assert torch.equal(features, one_by_one)  # the groups in their order are the body
        assert torch.equal(model(pixels(SIZES[name], 1)), head(features))

    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    before = [weights_of(group) for group in groups]
    scores = model(pixels(SIZES[name]))
    assert scores.shape == (2, 3)
    cross_entropy(scores, torch.tensor([0, 2])).backward()
    assert all(value.grad is not None for value in model.parameters())
    optimizer.step()
    for old, group in zip(before, groups, strict=True):
        assert any(not torch.equal(old[key], value) for key, value in group.named_parameters())


@pytest.mark.parametrize("name", ["resnet34", "vgg16_bn", "googlenet", "mobilenet_v3_large", "regnet_y_400mf"])
def test_a_name_and_torchvisions_constructor_mean_the_same(name: str) -> None:
    constructor = getattr(zoo, name)
    assert find_architecture(constructor).name == find_architecture(name).name == name


def test_our_own_constructor_means_our_own_backbone() -> None:
    assert find_architecture(resnet10).name == "resnet10"
    parameters = sum(value.numel() for value in cut_before_pooling(resnet10()).parameters())
    assert parameters == sum(value.numel() for value in resnet10().parameters()) - (512 * 1000 + 1000)
    assert 4.85e6 < parameters < 4.95e6


@pytest.mark.parametrize("wrong", ["vit_b_16", "swin_t", "swin_v2_t", "maxvit_t"])
def test_a_network_that_makes_no_maps_is_refused_with_a_sentence(wrong: str) -> None:
    with pytest.raises(ValueError, match=rf"{wrong}.*resnet34"):
        build(wrong, 224, 2, weights=None)


@pytest.mark.parametrize("wrong", ["resnet43", "mobilenet_v", partial(zoo.resnet18), 5, None])
def test_an_unknown_architecture_is_answered_with_one_that_is_known(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"got arch=.*(resnet|mobilenet_v)"):
        find_architecture(wrong)


def test_a_picture_too_small_for_a_network_is_told_so() -> None:
    with pytest.raises(ValueError, match="inception_v3 cannot take pictures of sz=48; try a larger sz") as caught:
        build("inception_v3", 48, 2, weights=None)
    assert "\n" not in str(caught.value)


def test_pixels_are_normalised_as_torchvisions_transforms_do_it() -> None:
    image = pixels(32)
    for name, mean, std in [
        ("resnet34", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ("inception_v3", (0.5,) * 3, (0.5,) * 3),
        ("googlenet", (0.5,) * 3, (0.5,) * 3),
    ]:
        expected = transforms.Normalize(mean, std)(image.float() / 255)
        found = models.Normalise(*normalisation(name))(image)
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    published = zoo.ResNet34_Weights.DEFAULT.transforms()
    assert normalisation("resnet34") == (tuple(published.mean), tuple(published.std))


@pytest.mark.parametrize("name", ["googlenet", "inception_v3"])
def test_a_network_from_tensorflow_sees_what_its_own_transform_of_the_input_gives(name: str) -> None:
    network = whole_network(name)
    network.transform_input = True  # as torchvision does for its pretrained weights
    image = pixels(32)
    by_torchvision = network._transform_input(transforms.Normalize(*normalisation("resnet34"))(image / 255))
    torch.testing.assert_close(models.Normalise(*normalisation(name))(image), by_torchvision, atol=1e-5, rtol=0)


def test_the_pool_gives_all_means_and_then_all_maxima() -> None:
    maps = torch.randn(2, 5, 3, 4)
    found = models.AverageAndMaxPool()(maps)
    torch.testing.assert_close(found[:, :5], maps.mean((2, 3)))
    assert torch.equal(found[:, 5:], maps.flatten(2).max(2).values)


def test_the_head_has_the_layers_that_are_documented() -> None:
    head = models.make_head(1024, 7)
    kinds = [nn.BatchNorm1d, nn.Dropout, nn.Linear, nn.ReLU, nn.BatchNorm1d, nn.Dropout, nn.Linear]
    assert [type(layer) for layer in head] == kinds
    assert (head[1].p, head[5].p, head[2].out_features, head[6].out_features) == (0.25, 0.5, 512, 7)


def test_the_head_computes_in_float32_even_where_the_rest_does_not() -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert models.make_head(8, 2).eval()(torch.zeros(2, 8, dtype=torch.bfloat16)).dtype == torch.float32


# Weights --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def trained_network() -> nn.Module:
    torch.manual_seed(5)
    network = resnet10()
    for value in network.state_dict().values():
        if value.is_floating_point():
            value.uniform_(0.1, 1)
    return network


def body_is_from(model: models.Classifier, network: nn.Module) -> bool:
    learned = {key: value for key, value in weights_of(cut_before_pooling(network)).items() if "num_batches" not in key}
    return same_weights({key: weights_of(model.body)[key] for key in learned}, learned)


def test_a_state_dict_of_the_whole_network_gives_its_body(tmp_path: Path, trained_network: nn.Module) -> None:
    torch.save(trained_network.state_dict(), tmp_path / "whole.pth")
    assert body_is_from(build("resnet10", 64, 2, tmp_path / "whole.pth"), trained_network)
    assert body_is_from(build("resnet10", 64, 2, str(tmp_path / "whole.pth")), trained_network)


def test_safetensors_of_the_body_alone_are_enough(tmp_path: Path, trained_network: nn.Module) -> None:
    state = {key: value for key, value in trained_network.state_dict().items() if not key.startswith("fc.")}
    save_file(state, tmp_path / "body.safetensors")
    assert body_is_from(build("resnet10", 64, 2, tmp_path / "body.safetensors"), trained_network)


def test_what_a_state_dict_holds_of_auxiliary_outputs_is_left_out(tmp_path: Path) -> None:
    network = zoo.googlenet(aux_logits=True, init_weights=False)
    assert any(key.startswith("aux1.") for key in network.state_dict())
    torch.save(network.state_dict(), tmp_path / "googlenet.pth")
    model = build("googlenet", 64, 2, tmp_path / "googlenet.pth")
    assert torch.equal(model.body[0].conv.weight, network.conv1.conv.weight)
    assert torch.equal(model.body[-1].branch4[1].conv.weight, network.inception5b.branch4[1].conv.weight)


@pytest.mark.parametrize("name", ["regnet_y_400mf", "densenet121", "mobilenet_v2"])
def test_a_state_dict_gives_the_body_of_every_way_of_cutting(tmp_path: Path, name: str) -> None:
    network = zoo.get_model(name, weights=None)
    torch.save(network.state_dict(), tmp_path / f"{name}.pth")
    model = build(name, 64, 2, tmp_path / f"{name}.pth")
    saved = {id(value): value for value in network.state_dict().values() if value.is_floating_point()}
    body = find_architecture(name).body_of(network).state_dict()
    assert saved
    assert all(torch.equal(value, body[key]) for key, value in model.body.state_dict().items())


def test_half_precision_weights_become_float32(tmp_path: Path, trained_network: nn.Module) -> None:
    save_file({key: value.half() for key, value in trained_network.state_dict().items()}, tmp_path / "a.safetensors")
    model = build("resnet10", 64, 2, tmp_path / "a.safetensors")
    assert {value.dtype for value in model.body.parameters()} == {torch.float32}
    stem = trained_network.conv1.weight.half().float()
    assert torch.equal(model.body[0].weight, stem)


def test_our_own_backbone_comes_with_the_package_and_is_trained() -> None:
    one, two = build("resnet10", 64, 2), build("resnet10", 64, 2)
    assert body_digest(one) == body_digest(two)
    assert body_digest(one) != body_digest(build("resnet10", 64, 2, weights=None))


def test_the_backbone_without_pets_comes_with_the_package_and_is_another_one() -> None:
    no_pets, pets = build("resnet10_no_pets", 64, 2), build("resnet10", 64, 2)
    assert (no_pets.name, no_pets.pretrained, no_pets.feature_count) == ("resnet10_no_pets", True, 1024)
    assert [value.shape for value in no_pets.parameters()] == [value.shape for value in pets.parameters()]
    random = [build(name, 64, 2, weights=None) for name in ("resnet10", "resnet10_no_pets")]
    assert len({body_digest(one) for one in (no_pets, pets, *random)}) == 4


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    torch.save(zoo.resnet18().state_dict(), tmp_path / "resnet18.pth")
    with pytest.raises(WeightsError, match=r"not those of resnet34 \(layer1.2.*is missing\); give the file"):
        build("resnet34", 64, 2, tmp_path / "resnet18.pth")
    wider = {key: torch.cat([value, value]) if value.ndim else value for key, value in resnet10().state_dict().items()}
    torch.save(wider, tmp_path / "wider.pth")
    with pytest.raises(WeightsError, match="has another shape"):
        build("resnet10", 64, 2, tmp_path / "wider.pth")


# Fetching -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """Serve a folder on this machine, as the address of published weights; PyTorch keeps downloads in a new folder."""
    (tmp_path / "served").mkdir()
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield tmp_path / "served", f"http://127.0.0.1:{http.server_address[1]}"
        http.shutdown()
        thread.join()


class Published:
    """Published weights as torchvision describes them, at an address of ours."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get_state_dict(self, *args: object, **choices: object) -> dict[str, torch.Tensor]:
        # The method of torchvision itself; only the address is another.
        return zoo.ResNet18_Weights.get_state_dict(self, *args, **choices)


def publish(folder: Path, content: bytes, digits: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / f"resnet18-{digits}.pth").write_bytes(content)
    weights = {"DEFAULT": Published(f"{address}/resnet18-{digits}.pth")}
    monkeypatch.setattr(zoo, "get_model_weights", lambda name: weights)


def test_fetched_weights_are_taken_when_their_checksum_is_right(
    tmp_path: Path, server: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    network = zoo.resnet18()
    torch.save(network.state_dict(), tmp_path / "made.pth")
    content = (tmp_path / "made.pth").read_bytes()
    publish(server[0], content, hashlib.sha256(content).hexdigest()[:8], server[1], monkeypatch)
    assert body_is_from(build("resnet18", 64, 2), network)


def test_fetched_weights_with_a_wrong_checksum_are_refused(
    tmp_path: Path, server: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(zoo.resnet18().state_dict(), tmp_path / "made.pth")
    publish(server[0], (tmp_path / "made.pth").read_bytes(), "0badc0de", server[1], monkeypatch)
    with pytest.raises(WeightsError, match=r'invalid hash.*weights="path/to/resnet18\.pth".*arch = "resnet10"'):
        build("resnet18", 64, 2)


def test_code_in_fetched_weights_never_runs(
    tmp_path: Path, server: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save({"conv1.weight": Planted(tmp_path / "it_ran")}, tmp_path / "made.pth")
    content = (tmp_path / "made.pth").read_bytes()
    publish(server[0], content, hashlib.sha256(content).hexdigest()[:8], server[1], monkeypatch)
    with pytest.raises(WeightsError) as caught:
        build("resnet18", 64, 2)
    assert not (tmp_path / "it_ran").exists()
    assert "\n" not in str(caught.value)
    assert "weights_only" not in str(caught.value)


def test_without_a_network_one_sentence_says_what_to_type_and_nothing_is_random(
    tmp_path: Path, server: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    unreachable = {"DEFAULT": Published(f"{server[1]}/not_there-00000000.pth")}
    monkeypatch.setattr(zoo, "get_model_weights", lambda name: unreachable)
    sentence = r'resnet34 could not be fetched .*weights="path/to/resnet34\.pth".*arch = "resnet10"'
    with pytest.raises(WeightsError, match=sentence) as caught:
        build("resnet34", 64, 2)
    assert "\n" not in str(caught.value)


def test_torchvision_is_asked_to_check_and_to_run_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict] = []

    class Watched(Published):
        def get_state_dict(self, **choices: object) -> dict:
            asked.append(choices)
            return zoo.resnet18().state_dict()

    monkeypatch.setattr(zoo, "get_model_weights", lambda name: {"DEFAULT": Watched("")})
    build("resnet18", 64, 2)
    assert asked[0]["check_hash"] is True
    assert asked[0]["weights_only"] is True


# Digests --------------------------------------------------------------------------------------------------------------


def test_a_digest_changes_with_any_weight_and_any_layer() -> None:
    model = models.Classifier("resnet10", 64, 2)
    first = body_digest(model)
    assert first == body_digest(model)
    model.body.to(memory_format=torch.channels_last)
    assert first == body_digest(model)
    with torch.no_grad():
        model.body[1].running_mean[3] += 1e-6
    assert (second := body_digest(model)) != first
    model.body[2] = nn.LeakyReLU()
    assert body_digest(model) not in (first, second)


class Halves(nn.Module):
    """A reader's layer."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return maps * 0.5


def test_a_digest_changes_with_the_code_of_a_readers_own_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    def my_network() -> nn.Module:
        torch.manual_seed(0)
        return nn.Sequential(nn.Conv2d(3, 4, 3), Halves(), nn.AdaptiveAvgPool2d(1), nn.Flatten())

    first = body_digest(build(my_network, 32, 2, None))
    assert body_digest(build(my_network, 32, 2, None)) == first
    monkeypatch.setattr(Halves, "forward", lambda self, maps: maps * 0.25)
    assert body_digest(build(my_network, 32, 2, None)) != first
