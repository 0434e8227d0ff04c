"""The device a run computes on: precision, threads, memory, and what a machine says about itself."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric

from helpers import device
from helpers.device import make_fabric, one_thread, working_memory

ROOT = Path(__file__).resolve().parent.parent


def test_a_fabric_of_the_readers_own_is_used_as_it_is() -> None:
    own = Fabric(accelerator="cpu", devices=1, precision="32-true")
    assert make_fabric(own) is own


@pytest.mark.parametrize("fast", [True, False])
def test_the_default_computes_in_bfloat16_where_the_hardware_has_it(
    monkeypatch: pytest.MonkeyPatch, fast: bool
) -> None:
    monkeypatch.setattr(device, "has_fast_bfloat16", lambda device: fast)
    monkeypatch.setattr(device, "default_device", lambda: torch.device("cpu"))
    fabric = make_fabric()
    assert fabric.device.type == "cpu"
    assert device.computes_in_bfloat16(fabric) is fast


def test_two_precisions_live_in_one_process() -> None:
    coarse = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    exact = Fabric(accelerator="cpu", devices=1, precision="32-true")
    assert device.computes_in_bfloat16(coarse)
    assert not device.computes_in_bfloat16(exact)


def test_the_engine_starts_without_a_word() -> None:
    code = (
        "import helpers.device as m; m.has_fast_bfloat16 = lambda d: True; f = m.make_fabric()\n"
        "import torch; model, optimizer = f.setup(net := torch.nn.Linear(2, 2), torch.optim.SGD(net.parameters(), 0.1))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_one_thread_is_one_and_the_count_comes_back_even_after_an_error() -> None:
    counts = []

    def breaks() -> None:
        with one_thread():
            counts.append(torch.get_num_threads())
            raise KeyError

    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        with pytest.raises(KeyError):
            breaks()
        assert counts == [1]
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("batch_size", [2, 3, 4, 64])
def test_a_full_memory_is_explained_with_what_to_type(batch_size: int) -> None:
    with pytest.raises(MemoryError) as caught, working_memory(batch_size, torch.device("cpu")):
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")
    half = f"batch_size={batch_size // 2}, tfms=tfms" if batch_size > 3 else "tfms=tfms_from_model(arch, smaller)"
    assert str(caught.value) == (
        f"batches of {batch_size} pictures do not fit into the memory of the cpu; type "
        f"ImageClassifierData.from_paths(PATH, {half}) and make the learner again"
    )
    assert caught.value.__suppress_context__


KEPT = """
import resource
import torch
from helpers.device import working_memory

def pages_fetched():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.empty(100 * 2**20, dtype=torch.uint8).fill_(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

print(pages_fetched(), pages_fetched())
with working_memory(64, torch.device("cpu")):
    print(*(pages_fetched() for _ in range(20)))
print(pages_fetched())
try:
    with working_memory(64, torch.device("cpu")):
        raise KeyError
except KeyError:
    print(pages_fetched())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs Linux with the GNU C library")
def test_memory_is_kept_from_step_to_step_and_given_back_at_the_end() -> None:
    """In a process of its own: only its first thread, in which a notebook's cells run, can keep pieces so large.

    A small piece that comes to lie behind the large one can keep the next from fitting into its place: a few steps
    pass until all have found theirs.
    """
    ran = subprocess.run([sys.executable, "-c", KEPT], cwd=ROOT, capture_output=True, text=True, check=True)
    before, within, after, after_an_error = (list(map(int, line.split())) for line in ran.stdout.splitlines())
    anew = before[1]  # 25,600, where a page has 4 KiB
    assert 10 * max(within[10:]) < anew
    assert min(after + after_an_error) > anew / 2


@pytest.mark.parametrize("error", [RuntimeError("sizes differ"), ValueError("out of memory"), KeyboardInterrupt()])
def test_what_has_nothing_to_do_with_memory_is_passed_on(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught, working_memory(8, torch.device("cpu")):
        raise error
    assert caught.value is error


@pytest.mark.parametrize("given", [None, "64-true"])
def test_under_fabric_run_the_command_line_decides(monkeypatch: pytest.MonkeyPatch, given: str | None) -> None:
    for name, value in {"CLI_USED": "1", "ACCELERATOR": "cpu", "DEVICES": "1", "PRECISION": given}.items():
        if value is not None:
            monkeypatch.setenv(f"LT_{name}", value)
    monkeypatch.setattr(device, "has_fast_bfloat16", lambda device: True)
    for _ in range(2):  # a script may make several learners
        assert make_fabric()._precision.precision == (given or "bf16-mixed")
