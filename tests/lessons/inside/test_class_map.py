"""Class activation maps: by their definition, by finite differences, and where something is planted."""

import numpy as np
import pytest
import torch
from torch import nn

from helpers import ConvLearner
from helpers.lessons.inside import (
    class_activation_map,
)
from helpers.models import Classifier, build
from tests.lessons.inside.conftest import SIZE


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
