"""How often explorers draw while one drags, points and plays, in a real JupyterLab, in milliseconds.

    .venv/bin/python -m benchmarks.frames                 on a quiet machine
    .venv/bin/python -m benchmarks.frames --busy 2        beside two busy processes

In a drag: between two frames of the page, and from a move that changes the figure until it is drawn. A handle that
stands on whole pixels does not move with every move of the mouse, and then there is nothing to draw: the time between
two drawings would be the mouse's, not ours. In play: between two frames that were shown.

It needs Chromium, as the browser tests do. The browser's own rhythm is 60 frames a second: 16.7 ms.
"""

import argparse
import multiprocessing
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Locator, sync_playwright

from benchmarks.explorers import EXPLORERS, Shown
from tests.browser import lab, server

MOVES, PLAYED = 60, 2500  # moves of a drag, and milliseconds of play
WATCH = """box => {
    box.times = {frames: [], answers: [], painted: []};
    const tick = now => { box.times.frames.push(now); requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    for (const figure of box.explorer.parts.values()) {
        if (!figure.paint) continue;
        const [move, paint] = [figure.move.bind(figure), figure.paint.bind(figure)];
        let asked = 0;
        figure.move = (...all) => {
            const free = !figure.due;
            move(...all);
            if (free && figure.due) asked = performance.now();
        };
        figure.paint = () => {
            paint();
            box.times.painted.push(performance.now());
            if (asked) box.times.answers.push(performance.now() - asked);
            asked = 0;
        };
    }
}"""
TAKE = """box => {
    const between = times => times.slice(1).map((time, at) => time - times[at]);
    const {frames, answers, painted} = box.times;
    box.times = {frames: [], answers: [], painted: []};
    // One frame may paint several figures: those within 4 ms are one.
    const shown = painted.filter((time, at, all) => !at || time - all[at - 1] > 4);
    return {frames: between(frames), answers, shown: between(shown)};
}"""


def busy() -> None:
    """Keep a core busy until this process is ended."""
    while True:
        pass


def dragged(box: Locator) -> dict[str, list[float]]:
    """Drag the last handle, or point with it, and return the milliseconds of all frames and of all answers."""
    (x, y), mouse = lab.middle(box.locator("[role=slider]:visible").last), box.page.mouse
    mouse.move(x, y)
    mouse.down()
    box.evaluate(TAKE)
    for move in range(MOVES):
        shift = 40 * abs((move % 40) / 20 - 1) - 40
        mouse.move(x + shift, y + shift / 2)
    found = box.evaluate(TAKE)
    mouse.up()
    return {"drag, frames of the page": found["frames"], "drag, move until drawn": found["answers"]}


def played(box: Locator) -> dict[str, list[float]]:
    """Play for a while, and return the milliseconds between two frames, of those that were shown."""
    box.get_by_role("button", name="Play", exact=True).click()
    box.page.wait_for_function("document.querySelector('.wg').explorer.run?.shown > 2")
    box.evaluate(TAKE)
    box.page.wait_for_timeout(PLAYED)
    found = box.evaluate(TAKE)
    if box.get_by_role("button", name="Pause", exact=True).count():
        box.get_by_role("button", name="Pause", exact=True).click()
    return {"play, frames shown": found["shown"]}


def measured(window: lab.Window, shown: Shown) -> dict[str, list[float]]:
    """Return the times of what an explorer can do."""
    page = window.show(server.EMPTY, owner="frames")
    page.set_viewport_size({"width": 1440, "height": 900})
    found: dict[str, list[float]] = {}
    for name, act in (("drag", dragged), ("play", played)):
        lab.run_in_cell(page, shown.cell)
        box = lab.explorer(page)
        box.evaluate(WATCH)
        if name == "play" and not box.get_by_role("button", name="Play", exact=True).count():
            continue
        if name == "drag" and not box.locator("[role=slider]:visible").count():
            continue
        found |= act(box)
    return found


def line(name: str, kind: str, times: list[float]) -> str:
    """Return a row of the table."""
    ninth = sorted(times)[int(0.9 * len(times))]
    return f"| {name} | {kind} | {len(times)} | {median(times):.1f} | {ninth:.1f} |"


def main() -> None:
    """Measure all explorers and print a table."""
    parser = argparse.ArgumentParser(description="Measure how often explorers draw.")
    parser.add_argument("--busy", type=int, default=0, help="busy processes beside")
    parser.add_argument("names", nargs="*", help="the explorers; without: all")
    options = parser.parse_args()
    loads = [multiprocessing.Process(target=busy, daemon=True) for _ in range(options.busy)]
    with (
        tempfile.TemporaryDirectory() as folder,
        server.jupyterlab(Path(folder)) as address,
        sync_playwright() as started,
        started.chromium.launch(executable_path=server.browser_path(), args=["--no-sandbox"]) as chromium,
    ):
        window = lab.Window(chromium, address)
        window.show(server.EMPTY, owner="frames")
        for load in loads:
            load.start()
        print(f"beside {options.busy} busy processes\n| explorer | what | n | median, ms | 9 of 10 within, ms |")
        for name, shown in EXPLORERS.items():
            if shown.view is None or (options.names and name not in options.names):
                continue
            found: dict[str, Any] = measured(window, shown)
            for kind, times in found.items():
                print(line(name, kind, times) if len(times) > 5 else f"| {name} | {kind} | too few |", flush=True)
        window.close()
    for load in loads:
        load.terminate()


if __name__ == "__main__":
    main()
