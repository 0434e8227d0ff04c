"""The catalogue of data sets."""

from pathlib import Path

import pytest

from helpers import get_data
from helpers.datasets import catalogue


@pytest.mark.parametrize(("wrong", "meant"), [("sampel", "did you mean 'sample'? "), ("xyz", ""), ("", ""), (3, "")])
def test_an_unknown_set_is_answered_with_those_there_are(wrong: object, meant: str) -> None:
    with pytest.raises(ValueError, match="the data sets there are") as caught:
        get_data(wrong)
    assert str(caught.value).startswith(f"got {wrong!r}; {meant}the data sets there are 'sample'")
    assert "train/ and valid/" in str(caught.value)


@pytest.mark.parametrize("place", ["helpers/sample", "data/sample"])
def test_the_sample_is_found_in_an_installed_wheel_and_in_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "helpers" / "datasets").mkdir(parents=True)
    monkeypatch.setattr(catalogue, "__file__", str(tmp_path / "helpers" / "datasets" / "catalogue.py"))
    with pytest.raises(FileNotFoundError, match="the drawn sample is missing from helpers; install whole-game again"):
        get_data("sample")
    (tmp_path / place / "train").mkdir(parents=True)
    assert get_data("sample") == tmp_path / place
