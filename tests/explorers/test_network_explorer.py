"""The network explorer without a browser: its states, drawings and words, and what the view shows and does."""

import re
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Annotation
from PIL import Image

from helpers import ConvLearner
from helpers.explorers.network_explorer import (
    NetworkState,
    network_explorer,
    network_map,
    network_state,
    plot_map,
    plot_network,
)
from helpers.explorers.network_explorer.channels import box_of, columns_of, under
from helpers.explorers.network_explorer.columns import FEW, comes_from, weights_between
from helpers.explorers.network_explorer.drawing import (
    MARGIN,
    TILE,
    best_patches,
    colours_of,
    colours_of_each,
    draw_map,
    draw_patches,
    draw_picture,
    scale_of,
    smaller,
)
from helpers.explorers.network_explorer.map import NetworkMap
from helpers.explorers.network_explorer.map_view import MapView
from helpers.explorers.network_explorer.unit import Unit
from helpers.explorers.network_explorer.view import NetworkView
from helpers.explorers.network_explorer.words import (
    grids,
    headline,
    in_decimals,
    named_steps,
    prediction_in_words,
    share,
    steps,
    text_form,
)
from helpers.lessons.inside import PatchSearch, feature_maps, search_patches
from helpers.models import build
from helpers.plots import FIRST, SECOND
from tests.explorers.telling import tell
from tests.pictures import data_in, make_pictures, noise

SIZE = 48


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> ConvLearner:
    data = data_in(make_pictures(tmp_path_factory.mktemp("explorer") / "pictures"), size=SIZE)
    return ConvLearner.pretrained("resnet10", data, seed=1)


@pytest.fixture(scope="module")
def search(learner: ConvLearner) -> PatchSearch:
    return search_patches(learner)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return noise(60, 70, seed=5)


@pytest.fixture(scope="module")
def state(learner: ConvLearner, picture: np.ndarray, search: PatchSearch) -> NetworkState:
    return network_state(learner, picture, 3, 7, 4, 5, search=search)


# States


def test_the_state_begins_where_the_layer_is_strongest(learner: ConvLearner, picture: np.ndarray) -> None:
    state, found = network_state(learner, picture, 5), feature_maps(learner, picture)
    assert found.maps(5).max() == state.map[state.row, state.column] == state.maps.max()
    at = network_state(learner, picture, 5, 11)
    assert at.channel == 11
    assert at.map[at.row, at.column] == found.maps(5)[11].max()
    assert at.number.network == at.map[at.row, at.column]


def test_another_layer_is_entered_at_the_same_place_of_the_picture(state: NetworkState) -> None:
    for layer in range(1, 10):
        new = state.in_layer(layer)
        assert new.layer == layer
        rows, columns = new.map.shape
        assert abs((new.row + 0.5) / rows - (state.row + 0.5) / 12) <= 0.5 / rows + 1e-9
        assert abs((new.column + 0.5) / columns - (state.column + 0.5) / 12) <= 0.5 / columns + 1e-9
        assert new.number.network == new.maps[:, new.row, new.column].max()


def test_strongest_place_and_channel(state: NetworkState) -> None:
    there = state.at_strongest_place()
    assert (there.layer, there.channel) == (3, 7)
    assert there.number.network == state.map.max()
    best = state.at_strongest_channel()
    assert (best.row, best.column) == (4, 5)
    assert best.number.network == state.maps[:, 4, 5].max()


def test_following_the_largest_product_back_leads_to_the_first_layer(state: NetworkState) -> None:
    state = state.in_layer(9)
    for layer in range(8, 0, -1):
        largest = np.abs(state.number.products).max()
        place = np.unravel_index(np.abs(state.number.products).argmax(), state.number.products.shape)
        before = state.number.patch[place]
        state = state.followed()
        assert state.layer == layer
        assert state.number.network == pytest.approx(before)
        assert largest > 0
    with pytest.raises(ValueError, match="it is the picture itself"):
        state.followed()


def test_places_that_do_not_exist_get_a_sentence(state: NetworkState, learner: ConvLearner, picture: Any) -> None:
    for wrong, sentence in (
        ({"channel": 64}, "got channel=64; this layer has 64 channels: type 0 to 63"),
        ({"row": 12}, "got row=12; this layer has 12 rows: type 0 to 11"),
        ({"column": -1}, "got column=-1; this layer has 12 columns"),
    ):
        with pytest.raises(IndexError, match=sentence):
            state.at(**wrong)
    with pytest.raises(ValueError, match="got layer=12; this network has the layers 1 to 9"):
        network_state(learner, picture, 12)


def test_a_channel_is_switched_off_and_on_and_what_follows_is_computed_anew(
    learner: ConvLearner, state: NetworkState
) -> None:
    off = state.switched(learner)
    assert off.is_off
    assert (off.map == 0).all()
    wanted = feature_maps(learner, state.found.picture, off=[(3, 7)])
    np.testing.assert_array_equal(off.in_layer(9).maps, wanted.maps(9))
    np.testing.assert_array_equal(off.found.probabilities, wanted.probabilities)
    np.testing.assert_array_equal(off.whole, state.found.probabilities)
    two = off.at(channel=20).switched(learner)
    assert two.found.off == ((3, 7), (3, 20))
    assert two.at(channel=7).switched(learner).found.off == ((3, 20),)
    np.testing.assert_array_equal(two.with_off(learner, ()).maps, state.maps)
    other = two.with_picture(learner, noise(70, 70, seed=9))
    assert other.found.off == two.found.off
    np.testing.assert_array_equal(other.whole, feature_maps(learner, noise(70, 70, seed=9)).probabilities)
    again = network_state(learner, state.found.picture, 3, 20, 4, 5, off=[(3, 7), (3, 20)])
    np.testing.assert_array_equal(again.found.probabilities, two.found.probabilities)


def test_the_verdict_is_the_model_s_with_and_without(learner: ConvLearner, state: NetworkState) -> None:
    sure = learner.predict(state.found.picture).probabilities
    classes = learner.data.classes
    for place, name in enumerate(classes):
        assert f"{name} {100 * sure[place]:.1f} %" in prediction_in_words(state)
    assert prediction_in_words(state).startswith("The model says: ")
    off = state.with_off(learner, [(9, channel) for channel in range(400)])
    left = off.found.probabilities
    before, after = prediction_in_words(off).split(" With all: ")
    for place, name in enumerate(classes):
        assert f"{name} {100 * left[place]:.1f} %" in before
        assert f"{name} {100 * sure[place]:.1f} %" in after
    assert prediction_in_words(state.switched(learner)).startswith("Without layer 3 channel 7 the model says: ")
    assert len(before) < 120, "hundreds of channels are counted, not listed"


# Drawings


def test_the_frame_lies_around_what_the_number_sees(state: NetworkState) -> None:
    plain = state.found.picture
    scale = scale_of(SIZE)
    drawn = draw_picture(state)
    assert drawn.shape == (SIZE * scale + 2 * MARGIN, SIZE * scale + 2 * MARGIN, 3)
    top, left, bottom, right = state.seen
    inner = drawn[MARGIN:-MARGIN, MARGIN:-MARGIN]
    inside = inner[top * scale : bottom * scale, left * scale : right * scale]
    np.testing.assert_array_equal(inside, plain[top:bottom, left:right].repeat(scale, 0).repeat(scale, 1))
    line = drawn[MARGIN + top * scale - 1, MARGIN + left * scale : MARGIN + right * scale]
    assert (line == Image.new("RGB", (1, 1), "#ffa90e").getpixel((0, 0))).all()


def test_the_map_is_drawn_in_the_colours_of_matplotlib(state: NetworkState) -> None:
    drawn, scale = draw_map(state), scale_of(12)
    values = np.clip(state.map, 0, None) / state.map.max()
    wanted = mpl.colormaps["viridis"](values)[..., :3] * 255
    seen = drawn[MARGIN + scale // 2 : -MARGIN : scale, MARGIN + scale // 2 : -MARGIN : scale]
    assert np.abs(seen - wanted).max() <= 0.5
    assert (colours_of(np.zeros((2, 2))) == colours_of(np.array([[-1.0, 0.0], [0.0, 5.0]]))[0, 0]).all()


def test_the_patches_are_drawn_in_a_row(state: NetworkState, search: PatchSearch) -> None:
    patches = best_patches(search, 3, 7)
    drawn = draw_patches(patches)
    assert drawn.shape[1] == len(patches) * (TILE + MARGIN)
    tile = np.asarray(Image.fromarray(patches.images[1]).resize((TILE, TILE), Image.Resampling.NEAREST))
    np.testing.assert_array_equal(drawn[-TILE:, TILE + MARGIN : 2 * TILE + MARGIN], tile)


# Words


def test_the_words_say_the_arithmetic(state: NetworkState) -> None:
    said = steps(state)
    for name, value in state.number.steps:
        assert f"{name.lower()}: {value:.4f}".replace("-", "−").replace("batch−norm", "batch-norm") in said.lower()
    assert said.startswith("Sum of 576 products: ")
    assert said.endswith(f"The network computed {state.number.network:.4f}.")
    assert "channel 7, row 4, column 5 sees rows 3 to 29 and columns 7 to 33" in headline(state)


def test_how_much_is_shown_is_said(state: NetworkState) -> None:
    sums = state.number.products.sum(axis=(1, 2))
    largest = sorted(sums, key=abs, reverse=True)
    numbers = [float(one.replace("−", "-")) for one in re.findall(r"−?\d+\.\d+", share(state))]
    assert numbers == pytest.approx([*largest[:3], sum(largest[3:]), sums.sum()], abs=0.006)
    assert "Only a part is shown: the 3 input channels, of 64" in share(state)
    first = state.in_layer(1)
    assert share(first).startswith("All products: ")
    assert [name for name, *_ in grids(first)] != []
    assert {name for name, *_ in grids(first)} == {"red", "green", "blue"}


def test_a_state_can_be_drawn_without_widgets(state: NetworkState, learner: ConvLearner, picture: np.ndarray) -> None:
    axes = plot_network(state)
    assert len(axes) == 6
    assert len(plot_network(learner, picture, 3, 7, 4, 5)) == 5
    np.testing.assert_array_equal(axes[0].images[0].get_array(), draw_picture(state))
    np.testing.assert_array_equal(axes[1].images[0].get_array(), draw_map(state))
    name, _, _, products = grids(state)[0]
    assert axes[2].get_title() == name
    assert [text.get_text() for text in axes[4].texts] == [in_decimals(value) for value in products.ravel()]
    assert (
        axes[0].figure.get_suptitle().replace("\n", " ")
        == f"{headline(state)} {steps(state)} {prediction_in_words(state)}"
    )


# The map of the network


def test_the_columns_are_the_strongest_channels_and_a_point_finds_each(state: NetworkState) -> None:
    network = NetworkMap(state)
    for layer in range(1, 10):
        strongest = np.argsort(-state.found.maps(layer).max(axis=(1, 2)), kind="stable")[:FEW]
        assert list(network.columns.shown[layer - 1]) == strongest.tolist()
        for place, channel in enumerate(strongest.tolist()):
            x, y, *_ = network.columns.box(layer, place)
            assert network.under(x + 0.5, y + 0.5) == (layer, channel)
    x, y, *_ = network.here
    assert network.under(x + 0.01, y + 0.99) == (3, 7)
    assert network.under(x - 0.5, y) is None
    assert network.under(0.5, 3.0) is None
    assert network.under(x + 0.5, y + 1.5) is None, "below the last there is nothing"


def test_a_channel_that_is_not_strong_has_a_place_of_its_own(state: NetworkState) -> None:
    weakest = int(state.ranked[2][-1])
    network = NetworkMap(state.at(channel=weakest))
    assert network.channels == (*network.columns.shown[2], weakest)
    assert network.here == network.columns.box(3, FEW)
    strong = NetworkMap(state.at(channel=int(state.ranked[2][1])))
    assert strong.here == strong.columns.box(3, 1)


def test_arrows_go_from_channel_to_channel_of_the_map(state: NetworkState) -> None:
    network = NetworkMap(state.at(channel=int(state.ranked[2][1])))
    assert (network.beside(1, 0).layer, network.beside(1, 0).channel) == (4, int(state.ranked[3][1]))
    assert network.beside(0, 1).channel == int(state.ranked[2][2])
    assert network.beside(0, -5).channel == int(state.ranked[2][0])
    assert network.beside(-9, 0).layer == 1
    assert network.beside(0, 9).channel == int(state.ranked[2][FEW - 1])


def test_the_map_keeps_its_channels_when_one_is_switched_off(learner: ConvLearner, state: NetworkState) -> None:
    strongest = state.at(channel=int(state.ranked[2][0])).switched(learner)
    assert NetworkMap(strongest).columns.shown == NetworkMap(state).columns.shown
    crosses = [item for item in NetworkMap(strongest).layers()["map_here"]["items"] if item.get("colour") == "third"]
    assert len(crosses) == 2


def test_lines_join_layers_that_feed_one_another(state: NetworkState) -> None:
    found = state.found
    assert [comes_from(found, layer.source) for layer in found.layers] == list(range(9))
    assert [comes_from(found, layer.skip) for layer in found.layers if layer.skip] == [1, 3, 5, 7]
    kernels = found.layer(4).convolution.weight.detach().numpy()
    weights = weights_between(found, 4)
    assert weights is not None
    np.testing.assert_allclose(np.abs(weights), np.abs(kernels).sum((2, 3)), rtol=1e-5)
    np.testing.assert_array_equal(weights < 0, kernels.sum((2, 3)) < 0)


def test_the_largest_weight_has_the_widest_line(state: NetworkState) -> None:
    network = NetworkMap(state)
    lines = [item for item in network.layers()["map_network"]["items"] if item["kind"] == "joints"]
    assert len(lines) == 9
    widths = np.frombuffer(lines[4]["weights"]["bytes"], np.float32).reshape(FEW, FEW)  # layer 5
    weights = weights_between(state.found, 5)
    assert weights is not None
    shown = weights[np.ix_(network.columns.shown[4], network.columns.shown[3])]
    assert np.abs(widths).argmax() == np.abs(shown).argmax()
    np.testing.assert_array_equal(np.sign(widths), np.sign(shown))


def test_a_network_of_many_layers_or_groups_has_a_map(picture: np.ndarray) -> None:
    for name in ("resnet34", "mobilenet_v2"):
        state = network_state(build(name, 64, 2, weights=None), picture, 20)
        network = NetworkMap(state)
        (left, right), _ = network.limits
        assert left < network.here[0] < network.here[0] + 1 < right
        assert network.layers().keys() == {"map_network", "map_prediction", "map_here"}
        assert len(Unit(network).layers()) == 2


def test_thumbnails_are_small_and_each_goes_to_its_own_maximum(state: NetworkState) -> None:
    maps = state.found.maps(1)
    np.testing.assert_allclose(smaller(maps, 12), maps.reshape(64, 12, 2, 12, 2).mean(axis=(2, 4)), rtol=1e-5)
    assert smaller(maps[:, :23, :23], 12).shape == (64, 12, 12)
    for one, coloured in zip(maps, colours_of_each(maps), strict=True):
        np.testing.assert_array_equal(coloured, colours_of(one))


# One number from near


def test_from_near_the_numbers_of_the_arithmetic_are_seen(state: NetworkState) -> None:
    _, numbers = Unit(NetworkMap(state)).layers()
    said = [item["text"] for item in numbers["items"] if item["kind"] == "text"]
    for name, patch, kernel, products in grids(state):
        assert name.removeprefix("input ") in said
        assert f"Σ {in_decimals(products.sum())}" in said
        for value in np.concatenate([patch, kernel, products]).ravel():
            assert in_decimals(value, 2) in said
    for name, value in named_steps(state):
        assert name in said
        assert value in said
    rest = state.number.products.sum() - sum(products.sum() for *_, products in grids(state))
    assert named_steps(state)[1] == ("the other 61", in_decimals(rest))


def test_from_near_the_thumbnail_of_the_map_becomes_the_channel(state: NetworkState) -> None:
    network = NetworkMap(state)
    unit = Unit(network)
    maps, _ = unit.layers()
    assert maps["items"][-1]["box"] == network.here
    (left, right), (low, high) = unit.limits
    x, y, *_ = network.here
    assert left < x < x + 1 < right
    assert high < y < y + 1 < low
    assert unit.under(x + 0.5, y + 0.5) == -1
    for box, given in zip(maps["items"], state.number.largest(3), strict=False):
        assert unit.under(box["box"][0] + 0.01, box["box"][1] + 0.01) == given
    assert unit.under(x - 0.5, y + 0.5) is None


def test_an_input_is_followed_back_to_its_own_layer(state: NetworkState) -> None:
    for given in state.number.largest(3).tolist():
        before = state.followed(given)
        assert (before.layer, before.channel) == (2, given)
        products = np.abs(state.number.products[given])
        largest = state.number.patch[given][np.unravel_index(products.argmax(), products.shape)]
        assert before.number.network == pytest.approx(largest)


# The view


@pytest.fixture
def view(learner: ConvLearner, state: NetworkState) -> NetworkView:
    pytest.importorskip("anywidget")
    return NetworkView(learner, state)


def sent(view: NetworkView) -> set[str]:
    """Return the parts that the last answer has sent."""
    return set(view.canvas.changes["entries"])


def handle(view: NetworkView, layer: str) -> dict[str, Any]:
    (found,) = view.sent[layer]["handles"]
    return found


def agrees(view: NetworkView) -> None:
    """Assert that all that the page shows is what the plain functions say of the state."""
    state, scene = view.state, view.sent
    assert scene["said"]["lines"] == [headline(state), ["By hand.", steps(state)]]
    assert scene["verdict"]["lines"] == [prediction_in_words(state)]
    assert scene["share"]["lines"] == [share(state)]
    assert [scene[name]["value"] for name in ("layer", "channel", "row", "column")] == [
        str(value) for value in (state.layer, state.channel, state.row, state.column)
    ]
    pixels = scene["channel_pixels"]["items"][0]["pixels"]
    assert pixels["bytes"] == colours_of(state.map).tobytes()
    assert (handle(view, "chosen")["x"], handle(view, "chosen")["y"]) == (state.column, state.row)
    top, left, bottom, right = state.number.layer.field.window(state.row, state.column)
    window = handle(view, "seen")
    assert (window["x"], window["y"], *window["size"]) == (left, top, right - left, bottom - top)
    cells = [cell for place in range(3) for kind in ("patch", "kernel", "products")
             for row in scene[f"{kind}{place}"]["cells"] for cell in row]  # fmt: skip
    digits = 3 if len(grids(state)[0][1]) < 5 else 2
    assert cells == [in_decimals(value, digits) for _, *three in grids(state) for one in three for value in one.ravel()]
    assert scene["error"]["lines"] == []


def test_every_control_changes_the_state_and_all_that_is_shown(view: NetworkView) -> None:
    agrees(view)
    for layer in range(1, 10):
        tell(view, "layer", value=str(layer))
        assert view.state.layer == layer
        agrees(view)
        tell(view, "strongest_place")
        assert view.state.number.network == view.state.map.max()
        assert view.sent["strongest_place"]["off"]
        agrees(view)
        tell(view, "strongest_channel")
        agrees(view)
    for layer in range(8, 0, -1):
        tell(view, "follow")
        assert view.state.layer == layer
        agrees(view)
    tell(view, "channel", value="3")
    tell(view, "row", value=" 2,0 ")
    tell(view, "column", value="0")
    assert (view.state.channel, view.state.row, view.state.column) == (3, 2, 0)
    agrees(view)


def test_a_move_on_the_map_of_the_channel_or_on_the_picture_moves_the_place(view: NetworkView) -> None:
    tell(view, "place", x=11, y=0)
    assert (view.state.row, view.state.column) == (0, 11)
    agrees(view)
    limits = handle(view, "seen")["limits"]
    tell(view, "field", x=limits[0] + 4 * 5, y=limits[3])
    assert (view.state.row, view.state.column) == (11, 5)
    agrees(view)
    assert not sent(view) & {"map_network", "map_here", "channel_pixels", "patches", "sheet", "photo", "strip", "map"}
    size = sum(len(str(entry)) for entry in view.canvas.changes["entries"].values())
    assert size < 20_000, "a move sends little"


def test_a_press_holds_the_place_and_lets_it_go(view: NetworkView) -> None:
    assert handle(view, "chosen")["free"]
    tell(view, "place", x=2, y=3, press=True)
    assert (view.state.row, view.state.column) == (3, 2)
    assert not handle(view, "chosen")["free"]
    assert not handle(view, "seen")["free"]
    assert "held" in view.sent["picture"]["title"]
    tell(view, "field", x=handle(view, "seen")["x"], y=handle(view, "seen")["y"], press=True)
    assert handle(view, "chosen")["free"]
    tell(view, "undo")
    assert not handle(view, "chosen")["free"]


def test_a_click_on_the_map_chooses_and_another_flies_there(view: NetworkView) -> None:
    whole = view.sent["map"]["x"]["limits"]
    network = NetworkMap(view.state)
    x, y, *_ = network.columns.box(6, 2)
    tell(view, "map", x=x + 0.5, y=y + 0.5)
    assert (view.state.layer, view.state.channel) == (6, network.columns.shown[5][2])
    assert view.sent["map"]["x"]["limits"] == whole
    assert view.sent["map_unit"]["items"] == []
    tell(view, "map", x=x + 0.5, y=y + 0.5)
    near = view.sent["map"]["x"]["limits"]
    assert near[0] < x < x + 1 < near[1] < whole[1]
    assert view.sent["near"]["label"] == "Whole network"
    given = view.sent["map_inputs"]["items"][1]["box"]
    before = int(view.state.number.largest(3)[1])
    tell(view, "map", x=given[0] + 0.1, y=given[1] + 0.1)
    assert (view.state.layer, view.state.channel) == (5, before)
    assert view.options["near"]
    tell(view, "undo")
    assert view.state.layer == 6
    tell(view, "map", x=x + 0.5, y=y + 0.5)
    assert view.sent["map"]["x"]["limits"] == whole
    agrees(view)


def test_the_keys_of_the_map_and_its_button(view: NetworkView) -> None:
    tell(view, "map", key="ArrowRight")
    assert view.state.layer == 4
    channel = view.state.channel
    tell(view, "map", key="ArrowUp")
    assert view.state.channel != channel
    tell(view, "map", key="Enter")
    assert view.options["near"]
    tell(view, "map", key="ArrowLeft")
    assert view.state.layer == 3
    assert view.options["near"], "from near, the page goes to the neighbour"
    for _ in range(2):
        tell(view, "map", key="Home")
        assert not view.options["near"]
    tell(view, "near")
    assert view.options["near"]
    tell(view, "undo")
    assert not view.options["near"]
    tell(view, "layer", value="1")
    tell(view, "near")
    x, y, *_ = view.sent["map_inputs"]["items"][0]["box"]
    tell(view, "map", x=x + 0.05, y=y + 0.05)
    assert "it is the picture itself" in view.canvas.changes["refused"]["why"]


def test_the_strip_shows_all_channels_and_takes_clicks_and_keys(view: NetworkView) -> None:
    assert len(view.sent["sheet"]["items"][0]["boxes"]["bytes"]) == 64 * 4 * 4
    for channel in (0, 20, 63):
        x, y, *_ = box_of(64, channel)
        tell(view, "strip", x=x + 0.4, y=y + 0.4)
        assert view.state.channel == channel
        assert view.sent["marks"]["items"][0]["box"] == box_of(64, channel)
        agrees(view)
    assert under(64, *box_of(64, 63)[:2]) == 63
    assert under(64, columns_of(64) - 0.5, box_of(64, 63)[1] + 0.5) is None
    for key, channel in (("ArrowRight", 63), ("Home", 0), ("ArrowDown", 20), ("ArrowRight", 21), ("ArrowUp", 1),
                         ("ArrowLeft", 0), ("ArrowUp", 0), ("End", 63)):  # fmt: skip
        tell(view, "strip", key=key)
        assert view.state.channel == channel
    assert columns_of(1) >= 1


def test_a_button_switches_the_channel_off_and_on(view: NetworkView) -> None:
    assert view.sent["all_on"]["off"]
    tell(view, "switch")
    assert view.state.found.off == ((3, 7),)
    assert view.sent["switch"]["pressed"] == "true"
    assert "Without layer 3 channel 7" in view.sent["verdict"]["lines"][0]
    agrees(view)
    tell(view, "layer", value="6")
    assert view.sent["switch"]["pressed"] == "false"
    tell(view, "switch")
    assert len(view.state.found.off) == 2
    agrees(view)
    tell(view, "all_on")
    assert view.state.found.off == ()
    tell(view, "undo")
    assert len(view.state.found.off) == 2
    agrees(view)


def test_a_wrong_value_gets_its_sentence_and_changes_nothing(view: NetworkView) -> None:
    before = view.state
    for name, value, why in (
        ("channel", "64", "Got channel=64; this layer has 64 channels: type 0 to 63."),
        ("row", "2,5", "Got row=2.5; this layer has 12 rows: type 0 to 11."),
        ("column", "three", "Got 'three'; type a number such as 0.5, 1/9 or 1e-3."),
        ("layer", "12", "Got layer=12; this network has the layers 1 to 9."),
        ("path", "none.jpg", "none.jpg was not found"),
    ):
        tell(view, name, value=value)
        assert view.canvas.changes["refused"]["name"] == name
        assert view.canvas.changes["refused"]["why"].startswith(why)
        assert view.state is before
        agrees(view)


def test_a_picture_of_the_reader_s_own_is_in_the_code(view: NetworkView, tmp_path: Any) -> None:
    own = noise(90, 50, seed=8)
    Image.fromarray(own).save(tmp_path / "own.png")
    tell(view, "path", value=f" {tmp_path / 'own.png'} ")
    np.testing.assert_allclose(view.state.maps, feature_maps(view.learn, own).maps(3))
    strongest = np.argsort(-view.state.found.maps(4).max(axis=(1, 2)), kind="stable")[:FEW]
    assert NetworkMap(view.state).columns.shown[3] == tuple(strongest.tolist())
    assert repr(str(tmp_path / "own.png")) in view.sent["code"]["text"]
    agrees(view)
    tell(view, "path", value="")
    assert view.state.found.picture.shape == (48, 48, 3)
    code_draws(view, None)


def code_draws(view: NetworkView, picture: Any) -> None:
    names = {"learn": view.learn, "picture": picture, "search": view.state.search}
    exec(view.sent["code"]["text"], names)
    np.testing.assert_array_equal(names["axes"][0].images[0].get_array(), draw_picture(view.state))
    np.testing.assert_array_equal(names["axes"][1].images[0].get_array(), draw_map(view.state))
    said = names["axes"][0].figure.get_suptitle().replace("\n", " ")
    assert said.endswith(prediction_in_words(view.state))


def test_the_code_draws_the_state(view: NetworkView, picture: np.ndarray) -> None:
    tell(view, "layer", value="4")
    tell(view, "switch")
    tell(view, "place", x=1, y=2)
    code_draws(view, picture)


def test_the_best_patches_are_those_of_the_search(view: NetworkView, search: PatchSearch) -> None:
    tell(view, "layer", value="5")
    patches = best_patches(search, 5, view.state.channel)
    words = [item["text"] for item in view.sent["patches"]["items"][1:]]
    assert words == [f"{value:.1f} {label}" for value, label in zip(patches.values, patches.labels, strict=True)]
    pixels = view.sent["patches"]["items"][0]["pixels"]
    rows, columns, _ = pixels["shape"]
    first = np.frombuffer(pixels["bytes"], np.uint8).reshape(rows, columns, 3)[:columns]
    wanted = Image.fromarray(patches.images[0]).resize((columns, columns), Image.Resampling.NEAREST)
    np.testing.assert_array_equal(first, np.asarray(wanted))


def test_without_a_search_there_are_no_patches(learner: ConvLearner, picture: np.ndarray) -> None:
    view = NetworkView(learner, network_state(learner, picture, 2))
    assert "best" not in view.sent
    assert "best" not in str(view.sent["layout"])
    assert "search" not in view.sent["code"]["text"]
    tell(view, "layer", value="4")
    assert view.sent["error"]["lines"] == []


def test_outside_a_notebook_it_is_text(
    learner: ConvLearner, picture: np.ndarray, capsys: pytest.CaptureFixture[str]
) -> None:
    network_explorer(learner, picture, 5)
    printed = capsys.readouterr().out
    state = network_state(learner, picture, 5)
    assert printed.strip() == text_form(state)
    (line,) = [line.strip() for line in printed.splitlines() if "plot_network(" in line]
    call = line.partition("  #")[0].removeprefix("axes = ")
    axes = eval(call, {"plot_network": plot_network, "learn": learner, "picture": picture})
    np.testing.assert_array_equal(axes[0].images[0].get_array(), draw_picture(state))


# The map alone, and as an ordinary picture


def test_the_map_as_a_picture_has_every_thumbnail_where_the_page_has_it(state: NetworkState) -> None:
    axes, network = plot_map(state), NetworkMap(state)
    drawn = {tuple(np.round(image.get_extent(), 3)) for image in axes.get_images()}
    for layer in range(1, len(network.columns) + 1):
        for x, y, wide, high in network.columns.boxes(layer):
            assert tuple(np.round([x, x + wide, y + high, y], 3)) in drawn
    said = {text.get_text() for text in axes.texts}
    assert {"you are here", "picture", "prediction", "layer 1"} <= said
    plt.close("all")


def test_the_arrow_points_at_the_chosen_channel_and_covers_none(state: NetworkState) -> None:
    for layer, channel in ((1, 0), (5, state.ranked[4][0]), (9, state.ranked[8][4])):
        chosen = state.to(layer, int(channel))
        axes, (x, y, wide, high) = plot_map(chosen), NetworkMap(chosen).here
        (arrow,) = [text for text in axes.texts if text.get_text() == "you are here"]
        assert isinstance(arrow, Annotation)
        (tip_x, tip_y), (end_x, _) = arrow.xy, arrow.get_position()
        assert x + wide < tip_x < x + wide + 0.3
        assert y < tip_y < y + high
        assert x + wide < end_x < x + NetworkMap(chosen).columns.pitch, "it stays between two columns"
        plt.close("all")
    axes = plot_map(state, here="")
    assert "you are here" not in {text.get_text() for text in axes.texts}
    plt.close("all")


def test_lines_of_the_picture_have_the_colour_of_the_weight_s_sign(state: NetworkState) -> None:
    axes, network = plot_map(state), NetworkMap(state)
    wanted = [item for layer in network.layers().values() for item in layer["items"] if item["kind"] == "joints"]
    for drawn, item in zip(axes.collections, wanted, strict=True):
        weights = np.frombuffer(item["weights"]["bytes"], np.float32)
        colours = [to_hex(colour) for colour in drawn.get_edgecolor()]
        assert colours == [FIRST if weight < 0 else SECOND for weight in weights]
    plt.close("all")


def test_from_near_the_picture_says_the_steps_of_the_arithmetic(state: NetworkState) -> None:
    axes = plot_map(state, near=True)
    said = {text.get_text() for text in axes.texts}
    assert {value for _, value in named_steps(state)} <= said
    plt.close("all")


def test_the_map_alone_takes_the_acts_of_the_explorer(learner: ConvLearner, state: NetworkState) -> None:
    pytest.importorskip("anywidget")
    view = MapView(learner, state)
    x, y, *_ = NetworkMap(state).columns.box(3, 2)
    tell(view, "map", x=x + 0.5, y=y + 0.5)
    assert (view.state.layer, view.state.channel) == (3, state.ranked[2][2])
    tell(view, "map", x=x + 0.5, y=y + 0.5)
    assert view.options["near"]
    assert view.sent["near"]["label"] == "Whole network"
    tell(view, "follow")
    assert view.state.layer == 2
    tell(view, "near")
    assert not view.options["near"]
    assert str(view.state.channel) in lines_of(view, "said")


def lines_of(view: NetworkView, part: str) -> str:
    return " ".join(one if isinstance(one, str) else " ".join(one) for one in view.sent[part]["lines"])


def test_outside_a_notebook_the_map_is_text_with_the_line_that_draws_it(
    learner: ConvLearner, picture: np.ndarray, capsys: pytest.CaptureFixture[str]
) -> None:
    network_map(learner, picture, 5, 3)
    told = capsys.readouterr().out
    assert "plot_map(network_state(learn, picture, 5, 3))" in told
    names = {"learn": learner, "picture": picture, "plot_map": plot_map, "network_state": network_state}
    axes = eval(told.splitlines()[1].partition("#")[0].strip(), names)
    assert "you are here" in {text.get_text() for text in axes.texts}
    plt.close("all")
