"""Inside a network: layers, maps, arithmetic, receptive fields, patches and class maps, beside PyTorch and by hand."""

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import fx, nn
from torchvision import models as zoo

from helpers import ConvLearner, load_model
from helpers.lessons.inside import (
    class_activation_map,
    explain_number,
    feature_maps,
    influence,
    layers_of,
    origin,
    plot_maps,
    plot_windows,
    search_patches,
)
from helpers.lessons.inside.receptive_field import ReceptiveField, receptive_fields
from helpers.models import Classifier, build
from tests.pictures import data_in, noise

SIZE = 64


def randomised(module: nn.Module, seed: int = 0) -> nn.Module:
    """Give every batch-norm statistics and weights of its own, as training does."""
    generator = torch.Generator().manual_seed(seed)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            for tensor, low, high in ((part.running_mean, -0.3, 0.3), (part.running_var, 0.3, 2), (part.weight, 0.5, 2),
                                      (part.bias, -0.5, 0.5)):  # fmt: skip
                tensor.data.uniform_(low, high, generator=generator)
    return module


@pytest.fixture(scope="module")
def model() -> Classifier:
    return build("resnet10", SIZE, 3).eval()


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return noise(80, 96, seed=3)


# Receptive fields


def seen_by_gradient(network: nn.Module, size: int, row: int, column: int) -> np.ndarray:
    """Which pixels have a gradient, where all weights are positive and nothing is cut off: bool (size, size)."""
    for part in network.modules():
        for tensor in part.parameters(recurse=False):
            tensor.data.abs_().add_(0.01)
    pixels = torch.rand(1, 3, size, size, dtype=torch.float64, requires_grad=True)
    maps = network.double().eval()(pixels)
    (gradient,) = torch.autograd.grad(maps[0, :, row, column].sum(), pixels)
    return (gradient[0] != 0).any(0).numpy()


class Branches(nn.Module):
    """Two ways that are added; either may see more."""

    def __init__(self, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.first(pixels) + self.second(pixels)


def random_network(seed: int) -> nn.Module:
    rng = np.random.default_rng(seed)

    def geometry() -> dict[str, Any]:
        kernel = tuple(int(side) for side in rng.choice([1, 2, 3, 5], 2))
        fields = {"kernel_size": kernel, "stride": tuple(int(side) for side in rng.choice([1, 1, 2, 3], 2))}
        fields["padding"] = tuple(int(rng.integers(0, side // 2 + 1)) for side in kernel)
        return fields

    parts: list[nn.Module] = []
    for _ in range(3):
        kind = rng.integers(3)
        if kind == 0:
            parts.append(nn.AvgPool2d(**geometry()))
        elif kind == 1:
            parts.append(nn.Conv2d(3, 3, **geometry()))
        else:
            stride, wide = int(rng.choice([1, 2])), int(rng.choice([3, 5]))
            ways = [nn.Conv2d(3, 3, wide, stride=stride, padding=wide // 2), nn.Conv2d(3, 3, 1, stride=stride)]
            parts.append(Branches(*(ways if rng.random() < 0.5 else ways[::-1])))
    return nn.Sequential(*parts)


@pytest.mark.parametrize("seed", range(25))
def test_the_computed_field_is_where_the_gradient_is(seed: int) -> None:
    size, network = 60, random_network(seed)
    graph = fx.symbolic_trace(network)
    field = list(receptive_fields(graph).values())[-1]
    with torch.no_grad():
        rows, columns = network(torch.zeros(1, 3, size, size)).shape[2:]
    for row, column in {(0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1)}:
        seen = np.argwhere(seen_by_gradient(network, size, row, column))
        whole, inside = field.window(row, column), field.seen(row, column, size)
        if len(seen):
            found = (*seen.min(0), *(seen.max(0) + 1))
            assert inside[0] <= found[0]
            assert inside[1] <= found[1]
            assert found[2] <= inside[2]
            assert found[3] <= inside[3]
            if whole == inside:  # at an edge of the picture a stride may step over pixels
                assert found == inside


def test_a_dilated_kernel_sees_as_far_as_its_gradient_reaches() -> None:
    network = nn.Sequential(nn.Conv2d(3, 3, 3, dilation=(2, 3), padding=2), nn.Conv2d(3, 3, 3, stride=2))
    field = list(receptive_fields(fx.symbolic_trace(network)).values())[-1]
    seen = np.argwhere(seen_by_gradient(network, 60, 10, 10))
    assert (*seen.min(0), *(seen.max(0) + 1)) == field.window(10, 10)


@pytest.mark.parametrize("name", ["resnet10", "resnet18", "vgg11", "mobilenet_v2", "densenet121", "googlenet"])
def test_the_fields_of_known_networks_are_where_the_gradient_is(name: str) -> None:
    body = build(name, 96, 2, weights=None).body
    layers = layers_of(build(name, 96, 2, weights=None))
    graph = fx.symbolic_trace(body)
    for part in list(graph.modules()):  # a maximum has a gradient at one place of its square only
        for key, child in list(part.named_children()):
            if isinstance(child, nn.MaxPool2d):
                setattr(part, key, nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode))
            if isinstance(child, nn.ReLU6):  # it cuts off what is large
                setattr(part, key, nn.ReLU())
    for layer in (layers[1], layers[len(layers) // 3], layers[-1]):
        kept: dict[str, torch.Tensor] = {}

        class Recorder(fx.Interpreter):
            def run_node(self, n: fx.Node) -> Any:
                kept[n.name] = super().run_node(n)  # noqa: B023
                return kept[n.name]  # noqa: B023

        for tensor in graph.parameters():
            tensor.data.abs_().add_(0.01)
        pixels = torch.rand(1, 3, 96, 96, dtype=torch.float64, requires_grad=True)
        Recorder(graph.double().eval()).run(pixels)
        maps = kept[layer.output]
        row, column = maps.shape[2] // 2, maps.shape[3] // 2
        (gradient,) = torch.autograd.grad((maps[0, :, row, column] / maps.max().detach()).sum(), pixels)
        seen = np.argwhere((gradient[0] != 0).any(0).numpy())
        assert (*seen.min(0), *(seen.max(0) + 1)) == layer.field.seen(row, column, 96)


def test_the_fields_of_resnet10_are_those_computed_by_hand(model: Classifier) -> None:
    """With kernel 7 and stride 2, a pooling of 3 with stride 2, then threes, of which every other halves the size."""
    sizes, step, size = [7], 2, 7
    size, step = size + 2 * step, 4  # the pooling
    for number in range(8):
        size += 2 * step
        step *= 2 if number in (2, 4, 6) else 1
        sizes.append(size)
    assert [layer.field.size for layer in layers_of(model)] == [(one, one) for one in sizes]
    assert sizes == [7, 19, 27, 35, 51, 67, 99, 131, 195]


def test_a_mean_over_everything_sees_everything() -> None:
    network = nn.Sequential(nn.Conv2d(3, 3, 3), nn.AdaptiveAvgPool2d(1))
    field = list(receptive_fields(fx.symbolic_trace(network)).values())[-1]
    assert field.seen(0, 0, 500) == (0, 0, 500, 500)
    assert ReceptiveField((3, 3), (1, 1), (-1, -1)).seen(0, 4, 5) == (0, 3, 2, 5)


def test_the_influence_of_the_pixels_lies_in_the_field_and_fills_it(model: Classifier, picture: np.ndarray) -> None:
    for layer, (row, column) in ((1, (0, 31)), (3, (7, 8)), (5, (4, 2)), (9, (1, 1))):
        moved = influence(model, picture, layer, row, column)
        seen = np.argwhere(moved > 0)
        assert moved.shape == (SIZE, SIZE)
        assert (*seen.min(0), *(seen.max(0) + 1)) == layers_of(model)[layer - 1].field.seen(row, column, SIZE)
        one = influence(model, picture, layer, row, column, channel=3)
        assert one[moved == 0].max(initial=0) == 0


def test_influence_is_the_slope_of_a_number(model: Classifier, picture: np.ndarray) -> None:
    """Move one pixel a little, and see how much the number changes."""
    small = np.array(Image.fromarray(picture).resize((SIZE, SIZE)))
    moved = influence(model, small, 2, 6, 6, channel=4)
    before_relu = nn.Sequential(*model.body[:4], model.body[4][0].conv1, model.body[4][0].bn1)
    ready = model.normalise(torch.from_numpy(small).permute(2, 0, 1)[None])
    row, column = np.unravel_index(moved.argmax(), moved.shape)
    total = 0.0
    with torch.inference_mode():
        for colour in range(3):
            numbers = []
            for change in (-1e-2, 1e-2):
                other = ready.clone()
                other[0, colour, row, column] += change
                numbers.append(float(before_relu(other)[0, 4, 6, 6]))
            total += abs(numbers[1] - numbers[0]) / 2e-2
    assert moved[row, column] == pytest.approx(total, rel=0.02)


# Layers and maps


def test_the_layers_of_resnet10(model: Classifier) -> None:
    layers = layers_of(model)
    assert [layer.number for layer in layers] == list(range(1, 10))
    assert [layer.products for layer in layers] == [147, 576, 576, 576, 1152, 1152, 2304, 2304, 4608]
    assert [bool(layer.short_cut) for layer in layers] == [False, *[False, True] * 4]
    assert all(layer.norm is not None and layer.what.endswith("ReLU") for layer in layers)
    convolutions = [part for part in model.body.modules() if isinstance(part, nn.Conv2d)]
    assert [layer.convolution for layer in layers] == [one for one in convolutions if one.kernel_size != (1, 1)]


@pytest.mark.parametrize(("name", "count"), [("resnet18", 17), ("resnet50", 49), ("vgg11", 8), ("vgg11_bn", 8)])
def test_the_layers_of_known_networks_are_as_many_as_their_names_say(name: str, count: int) -> None:
    assert len(layers_of(build(name, 64, 2, weights=None))) == count


def test_the_maps_are_what_the_parts_of_the_body_give(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    assert found.picture.shape == (SIZE, SIZE, 3)
    ready = model.normalise(torch.from_numpy(found.picture).permute(2, 0, 1)[None])
    with torch.inference_mode():
        for layer, end in ((1, 3), (3, 5), (5, 6), (7, 7), (9, 8)):
            np.testing.assert_allclose(found.maps(layer), model.body[:end](ready)[0], atol=1e-4)
        # The ReLU after it works in place, and must not have changed what was kept.
        np.testing.assert_allclose(found.values["_1"], model.body[:2](ready)[0], atol=1e-4)
        block = model.body[4][0]  # its ReLU is used twice
        inner = block.relu(block.bn1(block.conv1(model.body[:4](ready))))[0]
        np.testing.assert_allclose(found.maps(2), inner, atol=1e-4)
    channel, row, column = found.strongest(5)
    assert found.maps(5)[channel, row, column] == found.maps(5).max()
    assert found.maps(5)[7][found.strongest(5, 7)[1:]] == found.maps(5)[7].max()
    assert repr(found).splitlines()[9].split()[:6] == ["9", "512", "of", "2", "×", "2"]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("look", [
    feature_maps, class_activation_map, lambda model, picture: influence(model, picture, 1, 0, 0)
])  # fmt: skip
def test_the_model_is_left_as_it_was_also_after_an_error(look: Any, fails: bool, picture: np.ndarray) -> None:
    model = build("resnet10", SIZE, 2, weights=None)
    model.train()
    model.body[5].eval()
    if fails:
        model.body[0].register_forward_hook(_raise)
    before = {name: part.training for name, part in model.named_modules()}
    weights = {key: value.clone() for key, value in model.state_dict().items()}
    if fails:
        with pytest.raises(ArithmeticError):
            look(model, picture)
    else:
        look(model, picture)
    assert {name: part.training for name, part in model.named_modules()} == before
    assert all(torch.equal(value, weights[key]) for key, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    hooks = [len(part._forward_hooks) + len(part._forward_pre_hooks) for part in model.modules()]
    assert sum(hooks) == int(fails)


def _raise(*_: Any) -> None:
    raise ArithmeticError("planted")


# Channels that are switched off


@pytest.mark.parametrize("layer", [2, 4, 6, 8])
def test_a_channel_that_is_off_is_one_whose_batch_norm_gives_0(
    model: Classifier, picture: np.ndarray, layer: int
) -> None:
    """In the first layer of a block nothing is added after the batch-norm, so its weights can switch a channel off."""
    edited = copy.deepcopy(model)
    norm = layers_of(edited)[layer - 1].norm
    assert norm is not None
    channels = [0, 17, 40]
    with torch.no_grad():
        norm.weight[channels] = 0
        norm.bias[channels] = 0
    wanted = feature_maps(edited, picture)
    found = feature_maps(model, picture, off=[(layer, channel) for channel in channels])
    for number in range(1, 10):
        np.testing.assert_allclose(found.maps(number), wanted.maps(number), atol=1e-5)
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, atol=1e-6)
    whole = feature_maps(model, picture)
    assert np.abs(found.maps(9) - whole.maps(9)).max() > 1e-3
    assert (found.maps(layer)[channels] == 0).all()
    assert (found.maps(layer - 1) == whole.maps(layer - 1)).all()
    number = explain_number(found, layer, 17, 1, 1)
    assert number.steps[-1] == ("switched off", 0.0)
    assert number.network == 0


def test_channels_of_the_last_layer_are_taken_from_what_the_head_sees(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture, off=[(9, 5), (9, 300), (9, 5)])
    assert found.off == ((9, 5), (9, 300))
    with torch.inference_mode():
        pixels = torch.from_numpy(found.picture).permute(2, 0, 1)[None]
        maps = model.body(model.normalise(pixels))
        scores = model.head(model.pool(maps))
        np.testing.assert_allclose(feature_maps(model, picture).probabilities, scores.softmax(1)[0], atol=1e-5)
        maps[:, [5, 300]] = 0
        scores = model.head(model.pool(maps))
    np.testing.assert_allclose(found.probabilities, scores.softmax(1)[0], atol=1e-5)


@pytest.mark.parametrize(
    ("off", "error", "sentence"),
    [([(12, 0)], ValueError, "got layer=12; this network has the layers 1 to 9"),
     ([(1, 64)], IndexError, "got channel=64; this layer has 64 channels: type 0 to 63")],
)  # fmt: skip
def test_a_channel_that_does_not_exist_cannot_be_switched_off(
    model: Classifier, picture: np.ndarray, off: list[tuple[int, int]], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        feature_maps(model, picture, off=off)


# Arithmetic


@pytest.mark.parametrize("name", ["resnet10", "resnet50", "vgg11", "vgg11_bn", "mobilenet_v2", "densenet121"])
def test_every_number_by_hand_is_the_network_s(name: str, picture: np.ndarray) -> None:
    model = build(name, SIZE, 2, weights=None).eval()
    randomised(model.body)
    found, rng = feature_maps(model, picture), np.random.default_rng(0)
    assert len(found) > 5
    for layer in found.layers:
        maps = found.maps(layer.number)
        for place in [tuple(rng.integers(0, maps.shape)) for _ in range(3)] + [(0, 0, 0)]:
            number = explain_number(found, layer.number, *place)
            assert number.network == maps[place]
            assert number.output == pytest.approx(
                number.network, rel=1e-3, abs=1e-3 * max(1.0, float(np.abs(maps).max()))
            )
            assert number.products.sum() == pytest.approx(number.steps[0][1])


def test_a_patch_is_what_pytorch_s_unfold_gives(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    for number, layer in ((1, found.layer(1)), (4, found.layer(4)), (9, found.layer(9))):
        given = torch.from_numpy(found.values[layer.source])[None]
        one = layer.convolution
        columns = nn.functional.unfold(given, one.kernel_size, one.dilation, one.padding, one.stride)[0]
        height, width = found.maps(number).shape[1:]
        for row, column in ((0, 0), (height // 2, 1), (height - 1, width - 1)):
            patch = explain_number(found, number, 5, row, column).patch
            np.testing.assert_allclose(patch.ravel(), columns[:, row * width + column], atol=1e-6)


def test_the_steps_by_a_planted_layer() -> None:
    """Kernel, batch-norm and short cut of round numbers: 9 pixels of 1, times 2, is 18; (18 − 8) / 2 · 3 + 1 = 16."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm, self.relu = nn.Conv2d(1, 1, 3, padding=1), nn.BatchNorm2d(1, eps=0), nn.ReLU(True)

        def forward(self, maps: torch.Tensor) -> torch.Tensor:
            return self.relu(self.norm(self.conv(maps)) + maps)

    start, block = nn.Conv2d(3, 1, 1), Block()
    for parameter, value in ((start.weight, 0), (start.bias, 1), (block.conv.weight, 2), (block.conv.bias, 0.5),
                             (block.norm.weight, 3), (block.norm.bias, 1)):  # fmt: skip
        nn.init.constant_(parameter, value)
    block.norm.running_mean.fill_(8.5)
    block.norm.running_var.fill_(4)
    model = Classifier("resnet10", SIZE, 2, nn.Sequential(nn.Sequential(start, block))).eval()
    found = feature_maps(model, np.zeros((SIZE, SIZE, 3), dtype=np.uint8))
    number = explain_number(found, 2, 0, 5, 5)
    assert [value for _, value in number.steps] == pytest.approx([18, 18.5, 16, 17, 17])
    assert [name for name, _ in number.steps] == [
        "sum of 9 products", "with the bias", "after batch-norm", "with the short cut", "after ReLU",
    ]  # fmt: skip
    assert explain_number(found, 2, 0, 0, 0).steps[0][1] == pytest.approx(8)  # in the corner four pixels are left
    assert "the network says" in repr(number)
    assert "17.0000" in repr(number)


def test_every_tap_of_a_kernel_leads_to_the_number_it_was_laid_on(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    assert origin(found, 1, 0, 5, 5) is None
    for layer in (2, 3, 4, 6, 8, 9):
        one = explain_number(found, layer, 3, 1, 1)
        stride = one.layer.convolution.stride[0]
        for channel in (0, 17):
            for row, column in np.ndindex(3, 3):
                place = origin(found, layer, channel, stride + row - 1, stride + column - 1)
                if place is None:  # padding
                    assert one.patch[channel, row, column] == 0
                    continue
                before, *where = place
                assert before == layer - 1
                assert found.maps(before)[tuple(where)] == pytest.approx(one.patch[channel, row, column])


# Patches


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> ConvLearner:
    from tests.pictures import make_pictures

    data = data_in(make_pictures(tmp_path_factory.mktemp("inside") / "pictures"), size=48)
    return ConvLearner.pretrained("resnet10", data, seed=1)


def test_the_search_finds_what_a_search_picture_by_picture_finds(learner: ConvLearner) -> None:
    search = search_patches(learner, keep=4)
    found = [feature_maps(learner, path) for path in learner.data.train.paths]
    for layer, channel in ((1, 5), (4, 77), (9, 300)):
        tops = [one.strongest(layer, channel) for one in found]
        values = np.array([one.maps(layer)[top] for one, top in zip(found, tops, strict=True)])
        order = [place for place in np.argsort(-values, kind="stable")[:4] if values[place] > 0]
        best = search.best(layer, channel)
        np.testing.assert_allclose(best.values, values[order], rtol=1e-3)
        assert [path.name for path in best.paths] == [learner.data.train.paths[place].name for place in order]
        field = found[0].layer(layer).field
        assert [tuple(window) for window in best.windows.tolist()] == [
            field.window(*tops[place][1:]) for place in order
        ]
        assert list(best.labels) == [path.parent.name for path in best.paths]


def test_a_patch_is_cut_out_where_the_filter_looks(learner: ConvLearner) -> None:
    best = search_patches(learner, keep=3).best(2, 20)
    for path, window, image in zip(best.paths, best.windows, best.images, strict=True):
        whole = feature_maps(learner, path).picture
        assert image.shape == (19, 19, 3)
        top, left = window[:2]
        for row, column in ((0, 0), (9, 9), (18, 18)):
            inside = 0 <= top + row < 48 and 0 <= left + column < 48
            wanted = whole[top + row, left + column] if inside else [128, 128, 128]
            assert image[row, column].tolist() == list(wanted)
    assert len(best.show()) == len(best)


def test_a_filter_for_red_finds_the_red_square(tmp_path: Path) -> None:
    """Planted: of 30 grey pictures one has a red square; a filter that sums red minus green must find it, and where."""
    generator = np.random.default_rng(0)
    for split, count in (("train", 15), ("valid", 1)):
        for label in ("cats", "dogs"):
            (tmp_path / split / label).mkdir(parents=True)
            for number in range(count):
                grey = generator.integers(90, 110, (48, 48, 1), dtype=np.uint8).repeat(3, axis=2)
                if (split, label, number) == ("train", "dogs", 7):
                    grey[20:28, 32:40] = (250, 10, 10)
                Image.fromarray(grey).save(tmp_path / split / label / f"{number:02d}.png")
    learn = ConvLearner.pretrained("resnet10", data_in(tmp_path, size=48), seed=1)
    kernel = torch.zeros(3, 7, 7)
    kernel[0], kernel[1] = 1, -1
    learn.model.body[0].weight.data[11] = kernel
    best = search_patches(learn).best(1, 11)
    assert (best.paths[0].parent.name, best.paths[0].name) == ("dogs", "07.png")
    top, left, bottom, right = best.windows[0]
    assert 20 <= top < bottom <= 28
    assert 32 <= left < right <= 40
    assert (best.images[0] == (250, 10, 10)).all()


def test_no_more_pictures_are_searched_than_asked_for(learner: ConvLearner) -> None:
    search = search_patches(learner, most=5, keep=9)
    assert search.pictures == 5
    assert len(search.best(1, 0)) <= 5
    assert "5 train pictures" in repr(search)
    assert search_patches(learner, split="valid").pictures == len(learner.data.valid)


# Class maps


def cam_model(maps: int = 4) -> Classifier:
    """A body of a few maps under average pooling and one linear layer: the network that Zhou et al. speak of."""
    torch.manual_seed(0)
    model = Classifier("resnet10", SIZE, 3, nn.Sequential(nn.Sequential(nn.Conv2d(3, maps, 8, stride=8), nn.ReLU())))
    model.pool = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())  # type: ignore[assignment]
    model.head = nn.Sequential(nn.Linear(maps, 3))  # type: ignore[assignment]
    return model.eval()


@pytest.mark.parametrize("label", ["0", "1", "2"])
def test_for_a_linear_head_it_is_the_class_activation_map(label: str, picture: np.ndarray) -> None:
    model = cam_model()
    found = class_activation_map(model, picture, label)
    ready = model.normalise(torch.from_numpy(found.picture).permute(2, 0, 1)[None])
    with torch.inference_mode():
        maps = model.body(ready)[0]
        cam = torch.einsum("c,chw->hw", model.head[0].weight[int(label)], maps).numpy()
        probability = model(torch.from_numpy(found.picture).permute(2, 0, 1)[None]).softmax(1)[0, int(label)]
    np.testing.assert_allclose(found.signed * maps.shape[1] * maps.shape[2], cam, atol=1e-5)
    np.testing.assert_allclose(found.values, np.maximum(found.signed, 0))
    assert found.probability == pytest.approx(float(probability), abs=1e-5)


def test_with_our_head_it_is_the_gradient_s_mean_times_the_maps(model: Classifier, picture: np.ndarray) -> None:
    """Grad-CAM by finite differences: each map is raised everywhere by a little, one after the other."""
    found = class_activation_map(model, picture, "2")
    ready = model.normalise(torch.from_numpy(found.picture).permute(2, 0, 1)[None])
    with torch.inference_mode():
        maps = model.body(ready).double()
        raised = maps + 1e-5 * torch.eye(512, dtype=torch.float64)[:, :, None, None]
        head = build("resnet10", SIZE, 3).head
        head.load_state_dict(model.head.state_dict())
        head = nn.Sequential(*head).double().eval()

        def score(values: torch.Tensor) -> torch.Tensor:
            return head(torch.cat([values.mean((2, 3)), values.amax((2, 3))], dim=1))[:, 2]

        weights = (score(raised) - score(maps)) / 1e-5 / maps[0, 0].numel()
        wanted = torch.einsum("c,chw->hw", weights, maps[0]).numpy()
    np.testing.assert_allclose(found.signed, wanted, atol=1e-3 * np.abs(wanted).max())


@pytest.mark.parametrize(("row", "column"), [(0, 0), (3, 6), (7, 7)])
def test_the_map_points_at_what_was_planted(row: int, column: int) -> None:
    """The class "1" is: something is red. The square of red lies at a known place."""
    model = cam_model(2)
    nn.init.zeros_(model.body[0].weight)
    nn.init.zeros_(model.body[0].bias)
    model.body[0].weight.data[0, 0], model.body[0].weight.data[1, 1] = 1, 1  # red, and green
    nn.init.zeros_(model.head[0].weight)
    model.head[0].weight.data[1, 0], model.head[0].weight.data[0, 1] = 1, 1
    picture = np.full((SIZE, SIZE, 3), 20, dtype=np.uint8)
    picture[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = (255, 20, 20)
    found = class_activation_map(model, picture, "1")
    assert np.argwhere(found.values > 0).tolist() == [[row, column]]
    assert found.enlarged.shape == (SIZE, SIZE)
    peak = np.unravel_index(found.enlarged.argmax(), (SIZE, SIZE))
    assert (peak[0] // 8, peak[1] // 8) == (row, column)
    assert found.enlarged.max() == pytest.approx(1)
    assert class_activation_map(model, picture, "0").values.max() == 0
    assert found.show().get_title().startswith("1 ")


def test_without_a_label_it_is_for_what_the_model_says(learner: ConvLearner) -> None:
    path = learner.data.valid.paths[0]
    said, found = learner.predict(path), class_activation_map(learner, path)
    assert found.label == said.label
    assert found.probability == pytest.approx(said.probability, abs=0.05)
    other = next(name for name in learner.data.classes if name != said.label)
    assert class_activation_map(learner, path, other).probability == pytest.approx(1 - found.probability, abs=1e-4)


# A model from a file, and what does not exist


def test_a_model_from_a_file_can_be_looked_into(learner: ConvLearner, picture: np.ndarray) -> None:
    kept = load_model(learner.save("looked"))
    one, other = feature_maps(learner, picture), feature_maps(kept, picture)
    np.testing.assert_allclose(one.maps(9), other.maps(9), atol=1e-4)
    assert class_activation_map(kept, picture).label in ("cats", "dogs")


def test_what_does_not_exist_gets_a_sentence(model: Classifier, learner: ConvLearner, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    for wrong in (0, 10, "first", True, 1.5):
        with pytest.raises(ValueError, match=r"got layer=.*; this network has the layers 1 to 9"):
            explain_number(found, wrong, 0, 0, 0)
    with pytest.raises(IndexError, match="got channel=64; this layer has 64 channels: type 0 to 63"):
        explain_number(found, 1, 64, 0, 0)
    with pytest.raises(IndexError, match="got row=-1; this layer has 32 rows: type 0 to 31"):
        explain_number(found, 1, 0, -1, 0)
    with pytest.raises(IndexError, match="got column=2; this layer has 2 columns"):
        influence(model, picture, 9, 0, 2)
    with pytest.raises(ValueError, match="got label='bird'; this model knows cats, dogs"):
        class_activation_map(learner, picture, "bird")
    with pytest.raises(TypeError, match="got str; give a learner"):
        feature_maps("resnet10", picture)
    with pytest.raises(ValueError, match="we need a picture file, or uint8"):
        feature_maps(model, picture.astype(float))


def test_a_network_that_cannot_be_followed_is_told() -> None:
    class Chooses(nn.Module):
        def forward(self, maps: torch.Tensor) -> torch.Tensor:
            return maps if maps.sum() > 0 else -maps

    model = Classifier("resnet10", SIZE, 2, nn.Sequential(nn.Sequential(nn.Conv2d(3, 4, 3), Chooses())))
    with pytest.raises(ValueError, match="resnet10 cannot be followed step by step"):
        layers_of(model)


def test_torchvision_s_resnet18_by_its_own_name() -> None:
    model = build(zoo.resnet18, 64, 2, weights=None)
    assert layers_of(model)[-1].field.size == (435, 435)


# Drawings


def test_the_maps_that_are_drawn_are_the_strongest(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    axes = plot_maps(found, 5, n=4)
    peaks = [float(place.images[0].get_array().max()) for place in axes]
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[0] == found.maps(5).max()
    (one,) = plot_maps(found, 5, [17])
    np.testing.assert_array_equal(one.images[0].get_array(), found.maps(5)[17])
    assert one.get_title() == "channel 17"
    with pytest.raises(IndexError, match="got channel=128; this layer has 128 channels"):
        plot_maps(found, 5, [128])


def test_the_windows_are_drawn_where_the_numbers_look(model: Classifier, picture: np.ndarray) -> None:
    found = feature_maps(model, picture)
    axes = plot_windows(found, [(1, 3, 4), (7, 2, 1)])
    for frame, (layer, row, column) in zip(axes.patches, [(1, 3, 4), (7, 2, 1)], strict=True):
        top, left, bottom, right = found.layer(layer).field.window(row, column)
        assert frame.get_xy() == (left - 0.5, top - 0.5)
        assert (frame.get_width(), frame.get_height()) == (right - left, bottom - top)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["layer 1: 7 pixels", "layer 7: 99 pixels"]
    assert axes.get_xlim()[0] < axes.patches[1].get_xy()[0]
