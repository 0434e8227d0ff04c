"""The network explorer without a browser: its states, drawings and words, and that the widgets show them."""

import base64
import html
import io
import re
import sys
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from helpers import ConvLearner
from helpers.explorers.network_explorer import NetworkState, network_explorer, network_state, plot_network
from helpers.explorers.network_explorer.drawing import (
    MARGIN,
    TILE,
    best_patches,
    colours_of,
    draw_map,
    draw_patches,
    draw_picture,
    encoded,
    pixel_under,
    place_under_picture,
    scale_of,
)
from helpers.explorers.network_explorer.view import NetworkView, text_form
from helpers.explorers.network_explorer.words import (
    grids,
    headline,
    in_decimals,
    patches_in_html,
    prediction_in_words,
    share,
    steps,
    tables,
)
from helpers.lessons.inside import PatchSearch, feature_maps, search_patches
from helpers.widgets import pointing
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


def test_pointing_finds_the_place_that_is_drawn_there(state: NetworkState) -> None:
    scale = scale_of(12)
    side = 12 * scale + 2 * MARGIN
    for row, column in ((0, 0), (4, 7), (11, 11)):
        x, y = ((MARGIN + (at + 0.5) * scale) / side for at in (column, row))
        assert pixel_under((12, 12), x, y) == (row, column)
        picture_side = SIZE * scale_of(SIZE) + 2 * MARGIN
        x, y = ((MARGIN + (at + 0.5) * 4 * scale_of(SIZE)) / picture_side for at in (column, row))
        assert place_under_picture(state, x, y) == (row, column)
    assert pixel_under((12, 12), -0.1, 1.4) == (11, 0)


def test_the_patches_are_drawn_in_a_row(state: NetworkState, search: PatchSearch) -> None:
    patches = best_patches(search, 3, 7)
    drawn = draw_patches(patches)
    assert drawn.shape[1] == len(patches) * (TILE + MARGIN)
    tile = np.asarray(Image.fromarray(patches.images[1]).resize((TILE, TILE), Image.Resampling.NEAREST))
    np.testing.assert_array_equal(drawn[-TILE:, TILE + MARGIN : 2 * TILE + MARGIN], tile)


def test_the_patches_on_a_page_are_those_of_the_search(search: PatchSearch) -> None:
    patches = best_patches(search, 5, 20)
    page = patches_in_html(patches)
    files = [base64.b64decode(data) for data in re.findall(r"base64,([^\"]+)", page)]
    assert len(files) == len(patches) > 0
    for file, image in zip(files, patches.images, strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(file)).convert("RGB")), image)
    assert re.findall(r"1.3\">(\S+) (\w+)<br>", page) == [
        (f"{value:.1f}", label) for value, label in zip(patches.values, patches.labels, strict=True)
    ]


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


def test_the_tables_hold_the_products(state: NetworkState) -> None:
    cells = [html.unescape(cell) for cell in re.findall(r"<td[^>]*>([^<]*)</td>", tables(state))]
    wanted = [in_decimals(value) for _, *three in grids(state) for one in three for value in one.ravel()]
    assert cells == wanted
    for _, patch, kernel, products in grids(state):
        np.testing.assert_allclose(patch * kernel, products)
    assert "= products, sum" in tables(state)


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


# The widgets


@pytest.fixture(params=["with anywidget", "without"])
def view(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, learner: Any, state: Any) -> NetworkView:
    pytest.importorskip("ipywidgets")
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "anywidget", None)
    else:
        pytest.importorskip("anywidget")
    return NetworkView(learner, state)


def shown(widget: Any) -> bytes:
    return bytes(getattr(widget, "picture", None) or widget.value)


def agrees(view: NetworkView) -> None:
    """Assert that all that the widgets show is what the plain functions say of the state."""
    state = view.state
    assert shown(view.picture) == encoded(draw_picture(state))
    assert shown(view.map) == encoded(draw_map(state))
    assert view.patches.value == patches_in_html(best_patches(state.search, state.layer, state.channel))
    assert (view.layers.value, view.channel.value) == (str(state.layer), state.channel)
    assert (view.row.value, view.column.value) == (state.row, state.column)
    assert html.escape(steps(state)) in view.steps.value
    assert html.escape(headline(state)) in view.head.value
    assert html.escape(share(state)) in view.share.value
    assert view.tables.value == tables(state)
    assert view.errors.outputs == ()


def test_every_control_changes_the_state_and_all_that_is_shown(view: NetworkView) -> None:
    agrees(view)
    for layer in range(1, 10):
        view.layers.value = str(layer)
        assert view.state.layer == layer
        agrees(view)
        view.strongest_place.click()
        agrees(view)
        view.strongest_channel.click()
        agrees(view)
    for layer in range(8, 0, -1):
        view.follow.click()
        assert view.state.layer == layer
        agrees(view)
    view.channel.value, view.row.value, view.column.value = 3, 20, 0
    assert (view.state.channel, view.state.row, view.state.column) == (3, 20, 0)
    agrees(view)


def test_a_button_switches_the_channel_off_and_on(view: NetworkView) -> None:
    assert view.all_on.disabled
    view.switch.click()
    assert view.state.found.off == ((3, 7),)
    assert view.switch.description == "Switch this channel on again"
    assert "Without layer 3 channel 7" in view.verdict.value
    agrees(view)
    view.layers.value = "6"
    assert view.switch.description == "Switch this channel off"
    view.switch.click()
    assert len(view.state.found.off) == 2
    agrees(view)
    view.all_on.click()
    assert view.state.found.off == ()
    assert view.all_on.disabled
    agrees(view)


def test_a_wrong_value_gets_its_sentence_and_changes_nothing(view: NetworkView, tmp_path: Any) -> None:
    view.channel.value = 64
    assert "Got channel=64; this layer has 64 channels: type 0 to 63." in view.message.value
    assert view.channel.value == 7
    agrees(view)
    view.row.value = 5
    assert view.message.value == ""
    view.path.value = str(tmp_path / "none.jpg")
    assert "none.jpg" in view.message.value
    agrees(view)
    view.layers.value = "1"
    view.follow.click()
    assert "it is the picture itself" in view.message.value
    agrees(view)


def test_a_picture_of_the_reader_s_own(view: NetworkView, tmp_path: Any) -> None:
    own = noise(90, 50, seed=8)
    Image.fromarray(own).save(tmp_path / "own.png")
    view.path.value = str(tmp_path / "own.png")
    np.testing.assert_allclose(view.state.maps, feature_maps(view.learn, own).maps(3))
    agrees(view)


def test_pointing_at_a_picture_moves_the_place_and_a_click_holds_it(view: NetworkView) -> None:
    if not pointing.can_point():
        assert "Type a row and a column" in view.tip.value
        return
    view.map.place = [0.999, 0.0]
    assert (view.state.row, view.state.column) == (0, 11)
    agrees(view)
    view.picture.place = [0.5, 0.999]
    assert (view.state.row, view.state.column) == (11, 6)
    agrees(view)
    view.map.held = True
    assert view.picture.held
    assert "The place is held" in view.tip.value


def test_every_control_has_a_label_and_no_list_takes_keys(view: NetworkView) -> None:
    assert list(view.layers.tooltips) == [f"layer {number}" for number in view.layers.options]
    for control in (view.layers, view.channel, view.row, view.column, view.path, view.follow):
        assert control.description
    kinds = {type(part).__name__ for part in vars(view).values()}
    assert not kinds & {"Dropdown", "Select"}
    assert "whole-game-network-explorer" in view.box._dom_classes


def test_without_a_search_there_are_no_patches(learner: ConvLearner, picture: np.ndarray) -> None:
    view = NetworkView(learner, network_state(learner, picture, 2))
    assert view.patches not in view.box.children
    view.layers.value = "4"
    assert view.errors.outputs == ()


def test_outside_a_notebook_it_is_text(
    learner: ConvLearner, picture: np.ndarray, capsys: pytest.CaptureFixture[str]
) -> None:
    network_explorer(learner, picture, 5)
    printed = capsys.readouterr().out
    state = network_state(learner, picture, 5)
    assert printed.strip() == text_form(state)
    (line,) = [line.strip() for line in printed.splitlines() if line.strip().startswith("plot_network(")]
    axes = eval(line.partition("  #")[0], {"plot_network": plot_network, "learn": learner, "picture": picture})
    np.testing.assert_array_equal(axes[0].images[0].get_array(), draw_picture(state))


def test_a_drawing_is_a_png_of_its_pixels(state: NetworkState) -> None:
    drawn = draw_map(state)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(encoded(drawn))).convert("RGB")), drawn)
