"""The network, the picture and the learner that the tests of this folder look into."""

import numpy as np
import pytest

from helpers import ConvLearner
from helpers.models import Classifier, build
from tests.pictures import data_in, make_pictures, noise

SIZE = 64


@pytest.fixture(scope="module")
def model() -> Classifier:
    return build("resnet10", SIZE, 3).eval()


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return noise(80, 96, seed=3)


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> ConvLearner:
    data = data_in(make_pictures(tmp_path_factory.mktemp("inside") / "pictures"), size=48)
    return ConvLearner.pretrained("resnet10", data, seed=1)
