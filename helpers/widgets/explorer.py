"""The base of all explorers: takes what the reader does, one message at a time, and says what is to be seen since.

The page can play because it is sent frames ahead; whatever the reader then does is done to the frame that was seen.
"""

import copy
import time
import traceback
from collections.abc import Callable
from typing import Any

from .answering import ONE_AT_A_TIME, complaint
from .canvas import make_canvas, stored
from .entries import Entry, button, words

Told = dict[str, Any]
PLAY, UNDO, ERROR = "play", "undo", "error"
MOST_UNDONE = 50
CHUNK, PATIENCE = 12, 0.06  # frames that are sent at a time, and the seconds that they may take


class Explorer:
    """A state, what is shown of it, and what each act of the reader does to it.

    state: anything; a frozen dataclass is kept as it is, another is copied before it changes, for undo and play.
    options: what is shown of it and how, such as which channel; undone together with it. A subclass says with `scene`
    what is to be seen and with `acts` what can be done: each act, by the name of its control or handle, takes what was
    told and returns a new state, or None where it has changed `self.state` or `self.options`. A ValueError or
    IndexError is its refusal, and is shown beside the control. What plays has `advance`; its act "play", if there is
    one, is done before the first frame and after the last. An act may end the play: `self.playing = False`.
    """

    def __init__(self, state: Any, **options: Any) -> None:
        self.state, self.options = state, options
        self.past: list[tuple[Any, dict[str, Any]]] = []
        self.gesture, self.playing, self.round = 0, False, 0
        self.frames: list[tuple[Any, ...]] = []  # number, state, options and scene of each that was sent ahead
        self.doing = self.acts()
        self.sent: dict[str, Entry] = {}
        self.canvas: Any = None
        self._changes()
        self.canvas = make_canvas(dict(self.sent))
        self.canvas.on_msg(self._told)

    # What a subclass has -----------------------------------------------------------------------------------------

    def scene(self) -> dict[str, Entry]:
        """Return every part by its name, and how they are laid out as "layout"."""
        raise NotImplementedError

    def acts(self) -> dict[str, Callable[[Told], Any]]:
        """Return what each control and handle does, by its name."""
        raise NotImplementedError

    def advance(self) -> bool:
        """Go on by one frame of play; False where that is the last."""
        raise NotImplementedError

    # What all have ------------------------------------------------------------------------------------------------

    def export(self) -> str:
        """Return what is seen as JSON, which the page can draw without a kernel."""
        return stored(self.sent)

    def _copied(self) -> tuple[Any, dict[str, Any]]:
        frozen = getattr(getattr(self.state, "__dataclass_params__", None), "frozen", False)
        return self.state if frozen else copy.deepcopy(self.state), dict(self.options)

    def _told(self, _: Any, told: Told, buffers: Any) -> None:
        """Answer one message of the page, whatever goes wrong."""
        with ONE_AT_A_TIME:
            try:
                self._answer(told, buffers)
            except Exception:  # the reader should see it, and go on
                self.playing = False
                error = words(traceback.format_exc(limit=-2), tone="wrong")
                self.sent = self.sent | {ERROR: error}
                self.canvas.scene[ERROR] = error
                self.canvas.changes = {"answer": told["number"], "entries": {ERROR: error}, "playing": False}

    def _answer(self, told: Told, buffers: Any) -> None:
        if told["name"] == PLAY and told["value"] == "more":
            self._send_frames(told)
            return
        self._back_to(told.get("shown"))
        refused, before = None, self._copied()
        try:
            try:
                self._do(told, buffers)
            except (ValueError, IndexError) as reason:
                named = {key: told[key] for key in ("name", "row", "column") if key in told}
                refused, (self.state, self.options) = named | {"why": complaint(reason)}, before
            self._say(told, refused, before)
        except Exception:  # also in showing it: a state that cannot be shown would answer nothing any more
            self.state, self.options = before
            raise
        if self.playing:
            self.round += 1
            self.frames = [(0, *self._copied(), self.sent)]
            self._send_frames(told)

    def _do(self, told: Told, buffers: Any) -> None:
        name = told["name"]
        if name == UNDO:
            self.playing, self.gesture = False, told.get("gesture")  # what a free handle passes then is no act
            if self.past:
                self.state, self.options = self.past.pop()
            return
        if name == PLAY:
            self.playing = bool(told["value"])
            if self.playing:
                self._remember(told, self._copied())
        if name != PLAY or PLAY in self.doing:
            new = self.doing[name](told | {"buffers": buffers})
            self.state = self.state if new is None else new

    def _remember(self, told: Told, before: tuple[Any, dict[str, Any]]) -> None:
        """Keep the state before an act for undo: once for a drag, however many places it passes."""
        if told.get("gesture") != self.gesture:
            self.gesture = told.get("gesture")
            self.past = [*self.past[1 - MOST_UNDONE :], before]

    def _changes(self, told: Told | None = None, before: Any = None) -> dict[str, Entry]:
        """Return the entries that are not as they were sent; an act that was told and changed any can be undone."""
        scene = self.scene()
        if told and any(self.sent.get(name) != entry for name, entry in scene.items()):
            self._remember(told, before)
        scene |= {UNDO: button("Undo", tip="undo (key: z)", off=not self.past), ERROR: words(tone="wrong")}
        changed = {name: entry for name, entry in scene.items() if self.sent.get(name) != entry}
        self.sent = scene
        if self.canvas:
            self.canvas.scene.update(changed)  # for a page that opens later; no message is sent
        return changed

    def _say(self, told: Told, refused: Any, before: Any) -> None:
        undone = told["name"] not in (UNDO, PLAY)
        entries = self._changes(told if undone else None, before)
        said: dict[str, Any] = {"answer": told["number"], "entries": entries, "refused": refused,
                                "playing": self.playing}  # fmt: skip
        name = told["name"]  # the control shows Python's value again, also where it is the same as before
        if name in self.sent:
            said["entries"] = {name: self.sent[name]} | entries
        self.canvas.changes = said

    def _back_to(self, shown: Any) -> None:
        """Return to the frame that the reader saw: what was sent ahead has not happened."""
        if not self.playing or not shown:
            return
        number = shown[1] if shown[0] == self.round else 0
        for frame in self.frames:
            if frame[0] == number:
                _, self.state, self.options, self.sent = frame
                self.state, self.options = self._copied()
                self.canvas.scene.update(self.sent)
                return

    def _send_frames(self, told: Told) -> None:
        """Send the next frames ahead, as many as can be made in a moment; keep what each was, to return to it."""
        if not self.playing:
            self.canvas.changes = {"answer": told["number"], "playing": False}
            return
        shown = told.get("shown") or (self.round, 0)
        if shown[0] == self.round:
            self.frames = [frame for frame in self.frames if frame[0] >= shown[1]]
        made: list[dict[str, Entry]] = []
        started, ended = time.monotonic(), False
        while not ended and len(made) < CHUNK and (not made or time.monotonic() - started < PATIENCE):
            ended = not self.advance()
            made.append(self._changes())
            self.frames.append((self.frames[-1][0] + 1, *self._copied(), self.sent))
        self.canvas.changes = {"answer": told["number"], "frames": made, "round": self.round, "ended": ended}
