"""What a run is fed: the same pictures in the same batches, with and without kept activations."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from helpers import ConvLearner
from helpers.activations import KeptActivations
from helpers.batches import ActivationBatches, PictureBatches, epoch_order
from tests.pictures import data_in, float32, learner, make_pictures

CPU = torch.device("cpu")


def both(root: Path, **choices: object) -> tuple[PictureBatches, ActivationBatches, torch.nn.Module]:
    data = data_in(root, **choices)
    learn = learner(data)
    kept = KeptActivations(learn.predictor.extractor, data, float32())
    features = dict(zip(("train", "valid"), kept.of("train", "valid"), strict=True))
    return of_pictures(learn), ActivationBatches(kept, data, CPU, features), learn.model.eval()


def of_pictures(learn: ConvLearner) -> PictureBatches:
    """Return the batches of a body that learns."""
    return PictureBatches(learn.data, float32(), learn.predictor.extractor, learns=True)


def test_an_order_is_a_permutation_that_seed_and_epoch_decide() -> None:
    orders = {(seed, epoch): tuple(epoch_order(50, seed, epoch)) for seed in range(3) for epoch in range(3)}
    assert all(sorted(order) == list(range(50)) for order in orders.values())
    assert len(set(orders.values())) == 9
    assert tuple(epoch_order(50, 2, 1)) == orders[2, 1]


@pytest.mark.parametrize("spoilt", [False, True])
@pytest.mark.parametrize("batch_size", [8, 19, 6])
def test_kept_activations_come_as_the_body_would_give_them(pictures: Path, batch_size: int, spoilt: bool) -> None:
    if spoilt:
        (pictures / "train" / "cats" / "cat.0003.jpg").write_bytes(b"not a picture")
        (pictures / "valid" / "dogs" / "dog.1003.jpg").write_bytes(b"")
    anew, kept, model = both(pictures, batch_size=batch_size)
    training = [*zip(anew.train(1, 2), kept.train(1, 2), strict=True)]
    validation = [*zip(anew.valid(), kept.valid(), strict=True)]
    assert sum(len(labels) for (_, labels), _ in training + validation) == 32 - 2 * spoilt
    for (pixels, labels), (features, same_labels) in training:
        assert torch.equal(labels, same_labels)
        with torch.inference_mode():
            torch.testing.assert_close(features, model.features(pixels), atol=1e-4, rtol=1e-4)
    for (found, labels), (features, same_labels) in validation:
        assert torch.equal(labels, same_labels)
        torch.testing.assert_close(features, found, atol=1e-4, rtol=1e-4)


def test_every_training_picture_comes_once_an_epoch_in_the_order_of_seed_and_epoch(pictures: Path) -> None:
    anew, kept, _ = both(pictures)
    for batches in (anew, kept):
        labels = torch.cat([labels for _, labels in batches.train(3, 4)])
        np.testing.assert_array_equal(labels, batches.data.train.labels[epoch_order(20, 3, 4)])
        assert torch.cat([labels for _, labels in batches.valid()]).tolist() == batches.data.valid.labels.tolist()


def test_a_last_batch_of_one_joins_the_batch_before(tmp_path: Path) -> None:
    anew, kept, _ = both(make_pictures(tmp_path / "odd", train=9, valid=2), batch_size=17)
    for batches in (anew, kept):
        assert [len(labels) for _, labels in batches.train(1, 0)] == [18]


def test_a_batch_that_unreadable_pictures_leave_with_one_is_not_trained_on(tmp_path: Path) -> None:
    root = make_pictures(tmp_path / "small", train=2, valid=2)
    (root / "train" / "cats" / "cat.0000.jpg").write_bytes(b"")
    anew, kept, _ = both(root, batch_size=2)
    for batches in (anew, kept):
        assert [len(labels) for _, labels in batches.train(1, 0)] == [2]


def test_augmentation_changes_training_pictures_and_never_validation_ones(pictures: Path) -> None:
    plain, changed = (of_pictures(learner(data_in(pictures, aug=aug))) for aug in (None, "side_on"))
    for (one, _), (two, _) in zip(plain.train(1, 0), changed.train(1, 0), strict=True):
        assert all(not torch.equal(*pair) for pair in zip(one, two, strict=True))
    for (one, _), (two, _) in zip(plain.valid(), changed.valid(), strict=True):
        assert torch.equal(one, two)


def test_augmentation_is_the_same_for_any_batch_size_and_number_of_threads(pictures: Path) -> None:
    def by_picture(**choices: object) -> dict[int, torch.Tensor]:
        batches = of_pictures(learner(data_in(pictures, aug="top_down", **choices)))
        pixels = torch.cat([pixels for pixels, _ in batches.train(1, 5)])
        return dict(zip(epoch_order(20, 1, 5).tolist(), pixels, strict=True))

    one, other = by_picture(), by_picture(batch_size=5, num_workers=4)
    for place in range(20):
        assert (one[place].int() - other[place].int()).abs().max() <= 1


def test_a_readers_own_augmentation_sees_every_training_picture_once(pictures: Path) -> None:
    calls: Counter[tuple[int, ...]] = Counter()

    def own(picture: torch.Tensor) -> torch.Tensor:
        calls[tuple(picture.shape)] += 1
        return picture

    list(of_pictures(learner(data_in(pictures, aug=own))).train(1, 0))
    assert calls == {(3, 48, 48): 20}


# A frozen body, run anew ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aug", [None, "side_on"])
def test_a_body_run_anew_gives_the_activations_of_the_very_pictures(pictures: Path, aug: str | None) -> None:
    (pictures / "train" / "cats" / "cat.0003.jpg").write_bytes(b"")
    learn = learner(data_in(pictures, aug=aug))
    of_body = PictureBatches(learn.data, float32(), learn.predictor.extractor, learns=False)
    pairs = [*zip(of_pictures(learn).train(1, 2), of_body.train(1, 2), strict=True)]
    assert sum(len(labels) for (_, labels), _ in pairs) == 19
    for (pixels, labels), (features, same_labels) in pairs:
        assert torch.equal(labels, same_labels)
        with torch.inference_mode():
            torch.testing.assert_close(features, learn.model.eval().features(pixels), atol=1e-4, rtol=1e-4)


def test_what_a_body_gives_can_take_part_in_finding_gradients(pictures: Path) -> None:
    learn = learner(data_in(pictures))
    of_body = PictureBatches(learn.data, float32(), learn.predictor.extractor, learns=False)
    for features, _ in of_body.train(1, 0):
        assert not features.is_inference()
        torch.nn.Linear(features.shape[1], 2)(features).sum().backward()
    body = [value.grad for value in learn.model.body.parameters()]
    assert body == [None] * len(body)


@pytest.mark.parametrize("kind", ["pictures", "kept"])
def test_the_baseline_is_a_share_of_the_pictures_that_are_judged(tmp_path: Path, kind: str) -> None:
    root = make_pictures(tmp_path / "uneven", train=5, valid=6)
    for path in sorted((root / "valid" / "dogs").iterdir())[:4]:
        path.write_bytes(b"")
    anew, kept, _ = both(root)
    source = {"pictures": anew, "kept": kept}[kind]
    judged = torch.cat([labels for _, labels in source.valid()])
    assert len(judged) == 8
    share = float((judged == 0).float().mean())
    assert source.data.majority == ("cats", pytest.approx(share))
