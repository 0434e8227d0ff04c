"""What a machine says about itself."""

import sys

import pytest
import torch

from helpers.lessons import machine


def test_the_report_names_versions_and_the_device(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.report_machine()
    said = capsys.readouterr().out
    assert f"torch {torch.__version__.split('+')[0]}" in said
    assert "ipywidgets" in said
    assert f"Python {sys.version.split()[0]}" in said
    monkeypatch.setattr(machine, "default_device", lambda: torch.device("cpu"))
    monkeypatch.setitem(sys.modules, "google.colab", object())
    machine.report_machine()
    said = capsys.readouterr().out
    threads = torch.get_num_threads()
    assert f"Device: processor (cpu), {threads} thread{'s' if threads > 1 else ''}, " in said
    assert "Runtime → Change runtime type" in said
