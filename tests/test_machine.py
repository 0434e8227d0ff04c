"""The machine a run uses: precision, threads, files written whole, and its report."""

import os
import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from lightning_fabric import Fabric

from helpers import machine
from helpers.machine import home_for, make_fabric, one_thread, working_memory, write_atomically

ROOT = Path(__file__).resolve().parent.parent


def test_a_fabric_of_the_readers_own_is_used_as_it_is() -> None:
    own = Fabric(accelerator="cpu", devices=1, precision="32-true")
    assert make_fabric(own) is own


@pytest.mark.parametrize(("fast", "precision"), [(True, "bf16-mixed"), (False, "32-true")])
def test_the_default_computes_in_bfloat16_where_the_hardware_has_it(
    monkeypatch: pytest.MonkeyPatch, fast: bool, precision: str
) -> None:
    monkeypatch.setattr(machine, "has_fast_bfloat16", lambda device: fast)
    monkeypatch.setattr(machine, "default_device", lambda: torch.device("cpu"))
    fabric = make_fabric()
    assert fabric.device.type == "cpu"
    assert machine.computes_in_bfloat16(fabric) is fast
    assert fabric._precision.precision == precision


def test_two_precisions_live_in_one_process() -> None:
    coarse = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    exact = Fabric(accelerator="cpu", devices=1, precision="32-true")
    assert machine.computes_in_bfloat16(coarse)
    assert not machine.computes_in_bfloat16(exact)


def test_the_engine_starts_without_a_word() -> None:
    code = (
        "import helpers.machine as m; m.has_fast_bfloat16 = lambda d: True; f = m.make_fabric()\n"
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
from helpers.machine import working_memory

def pages_fetched():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.empty(100 * 2**20, dtype=torch.uint8).fill_(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

print(pages_fetched(), pages_fetched())
with working_memory(64, torch.device("cpu")):
    print(*(pages_fetched() for _ in range(5)))
print(pages_fetched())
try:
    with working_memory(64, torch.device("cpu")):
        raise KeyError
except KeyError:
    print(pages_fetched())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs Linux with the GNU C library")
def test_memory_is_kept_from_step_to_step_and_given_back_at_the_end() -> None:
    """In a process of its own: only its first thread, in which a notebook's cells run, can keep pieces so large."""
    ran = subprocess.run([sys.executable, "-c", KEPT], cwd=ROOT, capture_output=True, text=True, check=True)
    before, within, after, after_an_error = (list(map(int, line.split())) for line in ran.stdout.splitlines())
    anew = before[1]  # 25,600, where a page has 4 KiB
    assert 10 * max(within[3:]) < anew
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
    monkeypatch.setattr(machine, "has_fast_bfloat16", lambda device: True)
    for _ in range(2):  # a script may make several learners
        assert make_fabric()._precision.precision == (given or "bf16-mixed")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    assert write_atomically(path, lambda temporary: temporary.write_text("one")) == path
    assert path.read_text() == "one"
    assert path.stat().st_mode & 0o777 == 0o644

    def fails(temporary: Path) -> None:
        temporary.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, fails)
    assert path.read_text() == "one"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_reader_never_sees_a_half_written_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = [letter * 200_000 for letter in "ab"]
    write_atomically(path, lambda temporary: temporary.write_text("a" * 200_000))
    done = threading.Event()

    def writes(content: str) -> None:
        while not done.is_set():
            write_atomically(path, lambda temporary: temporary.write_text(content))

    writers = [threading.Thread(target=writes, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    try:
        assert {path.read_text() for _ in range(200)} <= set(contents)
    finally:
        done.set()
        for writer in writers:
            writer.join()
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_work_is_kept_beside_the_pictures_or_in_the_users_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "pets"
    folder.mkdir()
    assert home_for(folder, ".cache") == folder / ".cache"
    installed = tmp_path / "site-packages" / "helpers" / "sample"
    installed.mkdir(parents=True)
    base = Path(os.environ["XDG_CACHE_HOME"]) / "whole-game"
    assert home_for(installed, "models").is_relative_to(base)
    assert home_for(installed, "models").name == "models"
    monkeypatch.setattr(machine.os, "access", lambda path, mode: False)
    assert home_for(folder, "models").is_relative_to(base)
    assert "pets" in str(home_for(folder, "models"))
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home_for(folder, "models").is_relative_to(tmp_path / ".cache" / "whole-game")


def test_two_folders_of_the_same_name_do_not_share_their_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes = set()
    for above in ("one", "two"):
        folder = tmp_path / above / "course" / "data" / "pets"
        folder.mkdir(parents=True)
        monkeypatch.setattr(machine.os, "access", lambda path, mode: False)
        homes.add(home_for(folder, "models"))
    assert len(homes) == 2


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


def test_seconds_are_the_median_of_the_calls_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    now, cost = [0.0], iter([100.0, 1.0, 5.0, 2.0])
    monkeypatch.setattr(machine.time, "perf_counter", lambda: now[0])

    def work() -> None:
        now[0] += next(cost)

    assert machine.seconds_for(work, times=3) == 2.0


def test_a_gpu_is_waited_for_before_the_time_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(machine.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(machine.torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(machine.torch.accelerator, "synchronize", lambda: now.__setitem__(0, now[0] + 3.0))
    assert machine.seconds_for(lambda: None) == 3.0
