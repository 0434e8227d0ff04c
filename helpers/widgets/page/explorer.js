// An explorer in the page: it shows the parts that Python describes, and tells Python what the reader does to them.
//
// Python's state is the only one. What is told gets a number; an answer names the last number that it knows of. While
// the reader drags, the next place is told when the last is answered: nothing queues up, and the end is always told.

import { PARTS } from "./controls.js";
import { Figure } from "./figure.js";
import { EXERCISES } from "./exercises.js";
import { isDark, make, say, set } from "./values.js";

const AHEAD = 12; // frames of play that should be here before they are shown

/** @typedef {{ get: (name: string) => any, on: Function, off: Function, send: Function }} Model */

export class Page {
  /** @param {Model} model @param {HTMLElement} el */
  constructor(model, el) {
    this.model = model;
    /** @type {Record<string, import("./values.js").Entry>} */ this.entries = {};
    /** @type {Map<string, any>} */ this.parts = new Map();
    this.told = this.answered = this.gestures = 0;
    /** @type {any} */ this.waiting = null;
    /** @type {any} a run of frames that is shown */ this.run = null;
    // Jupyter takes no key pressed in here for a command: neither in a control, nor after a click beside one. It looks
    // for the attribute at the element that has the focus before it looks at those around it. And no cell gets what is
    // selected in a field, where a drag of it ends there.
    const own = { class: "wg", tabindex: -1, "data-lm-suppress-shortcuts": "true", ondragstart: "return false" };
    this.root = make("div", { ...own, role: "group" });
    this.root.addEventListener("pointerdown", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (!target.closest("button, input, select, label, [tabindex='0'], pre")) (this.hold(), event.preventDefault());
    });
    this.wrong = make("p", { class: "wg-wrong", role: "alert" });
    this.root.addEventListener("focusin", (event) => {
      set(/** @type {Element} */ (event.target), { "data-lm-suppress-shortcuts": "true" });
      // An input method writes where the selection is: it must not be left in a cell.
      if (!this.root.contains(getSelection()?.anchorNode ?? this.root)) getSelection()?.removeAllRanges();
      const beside = this.wrong.parentElement === this.root ? null : this.wrong.parentElement;
      if (this.wrong.isConnected && !beside?.contains(/** @type {Node} */ (event.target))) this.refuse(null);
    });
    this.root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const typing = /** @type {Element} */ (event.target).matches("input[type=text]:not(.wg-scrub)"); // not a number
      if (event.key.toLowerCase() !== "z" || typing || event.defaultPrevented || !this.entries.undo) return;
      event.preventDefault();
      this.gesture();
      this.tell({ name: "undo" });
    });
    /** @type {any} for tests, and for the curious */ (this.root).explorer = this;
    el.append(this.root);
    this.themed = new MutationObserver(() => this.theme());
    this.themed.observe(document.body, { attributes: true });
    this.theme();
  }

  theme() {
    this.root.classList.toggle("wg-dark", isDark(this.root));
    for (const part of this.parts.values()) part.draw?.();
  }

  /** Keep the focus in here, where no key is a command of the notebook. */
  hold() {
    this.root.focus({ preventScroll: true });
  }

  /** What follows is one act of the reader, undone as one. */
  gesture() {
    this.gestures += 1;
  }

  /** Say beside its control why something was refused, until the reader turns to something else.
   * @param {any} refused */
  refuse(refused) {
    this.wrong.remove();
    for (const field of this.root.querySelectorAll("[aria-invalid]")) set(field, { "aria-invalid": null });
    if (!refused) return;
    const { name, row, column, why } = refused;
    const holds = (/** @type {any} */ part) => part.handles?.has(name);
    const node = this.parts.get(name)?.node ?? [...this.parts.values()].find(holds)?.node ?? this.root;
    const place = row === undefined ? 0 : row * node.querySelector("tr").cells.length + column;
    const field = node.querySelectorAll("input")[place];
    set(field ?? node, { "aria-invalid": "true" });
    say(this.wrong, `✗ ${why}`);
    node.matches("table, button") ? node.after(this.wrong) : node.append(this.wrong);
  }

  /** Tell Python what the reader does; passing: a place on the way, of which only the latest is worth telling.
   * @param {Record<string, any>} what @param {boolean} [passing] @param {ArrayBuffer[]} [buffers]
   * @returns {number} the number that the answer will have reached */
  tell(what, passing = false, buffers = []) {
    if (passing && this.answered < this.told) {
      this.waiting = { gesture: this.gestures, ...what }; // of the act that it belongs to, whatever comes meanwhile
      return this.told + 1;
    }
    if (this.waiting && this.waiting.name !== what.name) this.send(this.waiting);
    this.waiting = null;
    return this.send(what, buffers);
  }

  /** @param {Record<string, any>} what @param {ArrayBuffer[]} [buffers] */
  send(what, buffers = []) {
    this.told += 1;
    const { run } = this;
    const shown = run ? [run.round, run.shown] : null;
    // What was sent ahead has not happened: only frames that answer this, or something later, are shown.
    if (run && what.value !== "more") Object.assign(run, { frames: [], since: this.told, asked: true });
    this.model.send({ gesture: this.gestures, ...what, number: this.told, shown }, undefined, buffers);
    return this.told;
  }

  /** Take what Python has said since. */
  changed() {
    const { answer, entries, frames, round, refused, ended, playing } = this.model.get("changes");
    this.answered = Math.max(this.answered, answer ?? 0);
    const { run } = this;
    if (frames && run && answer >= run.since) {
      if (run.round !== round) Object.assign(run, { round, shown: 0, frames: [] });
      run.frames.push(...frames);
      Object.assign(run, { asked: false, ended });
    }
    if (playing === false && run && answer >= run.since) this.stop();
    if (refused !== undefined) this.refuse(refused);
    this.update(entries ?? {});
    if (this.waiting) this.tell(this.waiting, true);
  }

  /** Show entries that are new. @param {Record<string, import("./values.js").Entry>} entries */
  update(entries) {
    Object.assign(this.entries, entries);
    const within = this.root.contains(document.activeElement);
    if (entries.layout) this.arrange(entries.layout);
    const names = new Set(Object.keys(entries));
    for (const [name, part] of this.parts) {
      if (names.has(name)) part.update(this.entries[name]);
      else if (this.entries[name].layers?.some((/** @type {string} */ layer) => names.has(layer))) part.draw();
    }
    if (within && !this.root.contains(document.activeElement)) this.hold(); // what had the focus is gone
  }

  /** Put the parts where the layout has them: columns of rows, and what is only shown on demand.
   * @param {import("./values.js").Entry} layout */
  arrange(layout) {
    /** @type {(place: any) => HTMLElement} */
    const build = (place) => {
      if (Array.isArray(place)) return make("div", { class: "wg-row" }, place.map(build));
      if (typeof place === "object") {
        const inside = make("details", { class: "wg-more" }, [make("summary", { text: place.more })]);
        inside.append(...place.parts.map(build));
        return inside;
      }
      const { kind } = this.entries[place];
      const part = kind === "figure" ? new Figure(this, place) : (PARTS[kind] ?? EXERCISES[kind])(this, place);
      part.node.dataset.part = place;
      this.parts.set(place, part);
      part.update(this.entries[place]);
      return part.node;
    };
    this.parts.clear();
    set(this.root, { "aria-label": layout.label });
    const column = (/** @type {any[]} */ rows) => make("div", { class: "wg-column" }, rows.map(build));
    const columns = layout.columns.map(column);
    const above = make("div", { class: "wg-above" }, layout.above.map(build));
    this.root.replaceChildren(above, make("div", { class: `wg-columns wg-of-${columns.length}` }, columns));
  }

  /** Start or end a run of frames. @param {boolean} on @param {string} name the button that plays */
  playing(on, name) {
    if (!on) return this.tell({ name, value: false }), this.stop();
    const fresh = { round: 0, shown: 0, frames: [], asked: true, ended: false, last: 0 };
    this.run = { name, since: this.told + 1 + (this.waiting ? 1 : 0), ...fresh };
    this.tell({ name, value: true });
    this.parts.get(name)?.update(this.entries[name]);
    requestAnimationFrame((now) => this.frame(now));
  }

  stop() {
    const { name } = this.run;
    this.run = null;
    this.parts.get(name)?.update(this.entries[name]);
  }

  /** Show the next frame when its time has come, and ask for more before there are none. @param {number} now */
  frame(now) {
    const { run } = this;
    if (!run || !this.root.isConnected) return;
    const { interval } = this.entries[run.name];
    if (run.frames.length && now - run.last >= interval) {
      run.last = Math.max(run.last + interval, now - interval); // the mean is kept where the screen has its own rhythm
      run.shown += 1;
      this.update(run.frames.shift());
    }
    if (!run.frames.length && run.ended) return this.playing(false, run.name);
    if (run.frames.length < AHEAD && !run.asked && !run.ended) {
      run.asked = true;
      this.tell({ name: run.name, value: "more" });
    }
    requestAnimationFrame((next) => this.frame(next));
  }
}

/** Show an explorer of a kernel. @param {{ model: any, el: HTMLElement }} view */
function render({ model, el }) {
  const page = new Page(model, el);
  page.update(model.get("scene"));
  const changed = () => page.changed();
  model.on("change:changes", changed);
  return () => (model.off("change:changes", changed), page.themed.disconnect(), (page.run = null));
}

/** Show a stored state without a kernel: everything is there, and nothing answers. Its arrays are written in base64.
 * @param {any} stored @param {HTMLElement} el */
export function still(stored, el) {
  const page = new Page({ get: () => ({}), on() {}, off() {}, send() {} }, el);
  /** @type {(value: any) => any} */
  const read = (value) => {
    if (!value || typeof value !== "object") return value;
    if ("base64" in value) return new DataView(Uint8Array.from(atob(value.base64), (one) => one.charCodeAt(0)).buffer);
    const entries = Object.entries(value).map(([key, inside]) => [key, read(inside)]);
    return Array.isArray(value) ? entries.map(([, inside]) => inside) : Object.fromEntries(entries);
  };
  page.update(read(stored));
  return page;
}

export default { render };
