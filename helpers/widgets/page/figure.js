// A figure: layers drawn on a canvas, and handles on it that are dragged, pointed with, or moved by the arrow keys.

import { drawAxes, drawItems, pixelsOf } from "./drawing.js";
import { between, isDark, make, say, set, unpack } from "./values.js";

const MARGIN = { right: 14, top: 8, bottom: 36 };
const CLICK = 4; // pixels that a click may stray: what moves further is a drag, and a drag adds nothing
const GRIP = 32; // pixels of a handle that is a dot: as much as a finger needs
const ZOOM = 450; // milliseconds
const ARROWS = /** @type {Record<string, [number, number]>} */ (
  { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
);
const OTHERS = ["Enter", "Home", "End", "PageUp", "PageDown"];

export class Figure {
  /** @param {import("./explorer.js").Page} page @param {string} name */
  constructor(page, name) {
    this.page = page;
    this.name = name;
    this.title = make("figcaption", { class: "wg-title" });
    this.legend = make("div", { class: "wg-legend" });
    this.canvas = /** @type {HTMLCanvasElement} */ (make("canvas", { role: "img" }));
    this.stage = make("div", { class: "wg-stage" }, [this.canvas]);
    this.node = make("figure", { class: "wg-figure" }, [this.title, this.legend, this.stage]);
    /** @type {Record<string, any>} */ this.entry = {};
    /** @type {Map<string, HTMLElement>} */ this.handles = new Map();
    /** @type {Record<string, any>} where the reader has put a handle, until Python has answered */ this.local = {};
    /** @type {any} the drag or the press that goes on */ this.held = null;
    /** @type {number[] | null} the part of the plane that is seen: x, x, y, y */ this.seen = null;
    this.due = 0;
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.stage);
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"]) {
      this.stage.addEventListener(kind, (/** @type {any} */ event) => // a browser tells of several moves at once
        [...(this.held?.trail ? event.getCoalescedEvents() : []).slice(0, -1), event].forEach((e) => this.pointed(e)));
    }
    // The nearest handle has the focus by now; a browser would give it to the topmost.
    this.stage.addEventListener("mousedown", (event) => this.held?.on && event.preventDefault());
    this.stage.addEventListener("keydown", (event) => this.keyed(event));
  }

  /** Take what Python says of the figure. @param {import("./values.js").Entry} entry */
  update(entry) {
    this.entry = entry;
    say(this.title, entry.title ?? "");
    this.legend.replaceChildren(
      ...(entry.legend ?? []).map((/** @type {string[]} */ [label, role, mark]) =>
        make("span", {}, [make("i", { class: `wg-${mark} wg-role-${role}` }), document.createTextNode(label)]),
      ),
    );
    const wide = Math.round(entry.height * entry.ratio);
    const style = `aspect-ratio: ${entry.ratio}; max-width: ${wide}px; overflow: ${entry.crop ? "clip" : "visible"}`;
    set(this.stage, { style, tabindex: entry.keys ? 0 : null });
    this.node.style.flexBasis = `${Math.min(wide, 230)}px`;
    if (entry.keys) set(this.stage, { role: "application", "aria-label": `${entry.title}. ${entry.keys}` });
    set(this.canvas, { "aria-label": entry.alt });
    this.stage.classList.toggle("wg-click", Boolean(entry.click));
    const wanted = [...entry.x.limits, ...entry.y.limits];
    const still = !this.seen || !entry.zooms || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) this.seen = this.target = wanted;
    else if (wanted.some((value, place) => value !== this.target?.[place])) this.zoom((this.target = wanted));
    this.draw();
  }

  /** Go to another part of the plane, smoothly. @param {number[]} wanted */
  zoom(wanted) {
    const [from, start] = [/** @type {number[]} */ (this.seen), performance.now()];
    const turn = () => {
      if (this.target !== wanted) return;
      const t = between((performance.now() - start) / ZOOM, 0, 1);
      const eased = t * t * (3 - 2 * t);
      this.seen = wanted.map((value, place) => from[place] + eased * (value - from[place]));
      this.draw();
      if (t < 1) requestAnimationFrame(turn);
    };
    this.target = wanted;
    requestAnimationFrame(turn);
  }

  get area() {
    const { width, height } = this.stage.getBoundingClientRect();
    const longest = Math.max(1, ...this.entry.y.ticks.map((/** @type {any[]} */ [, label]) => label.length));
    const around = this.entry.axes ? { ...MARGIN, left: 14 + 6.6 * longest } : { left: 3, right: 3, top: 3, bottom: 3 };
    return { left: around.left, top: around.top, right: width - around.right, bottom: height - around.bottom };
  }

  /** Return the functions from data to pixels. @returns {import("./drawing.js").Place} */
  get place() {
    const { area, entry } = this;
    const [x0, x1, y0, y1] = /** @type {number[]} */ (this.seen);
    const part = (/** @type {any} */ axis, /** @type {number} */ v, /** @type {number} */ a, /** @type {number} */ b) =>
      axis.log ? Math.log(v / a) / Math.log(b / a) : (v - a) / (b - a);
    return {
      x: (v) => area.left + part(entry.x, v, x0, x1) * (area.right - area.left),
      y: (v) => area.bottom - part(entry.y, v, y0, y1) * (area.bottom - area.top),
      dark: isDark(this.node),
    };
  }

  /** Return the data under a pointer, or so many pixels from it.
   * @param {PointerEvent} event @param {number[]} [shift] @returns {[number, number]} */
  under(event, shift = [0, 0]) {
    const { area } = this;
    const box = this.stage.getBoundingClientRect();
    const [x0, x1, y0, y1] = /** @type {number[]} */ (this.seen);
    const across = (event.clientX + shift[0] - box.left - area.left) / (area.right - area.left);
    const up = (area.bottom - event.clientY - shift[1] + box.top) / (area.bottom - area.top);
    return [x0 + across * (x1 - x0), y0 + up * (y1 - y0)];
  }

  /** @returns {any[]} */
  get layers() {
    return (this.entry.layers ?? []).map((/** @type {string} */ name) => this.page.entries[name]).filter(Boolean);
  }

  /** Draw everything with the next frame of the browser, however often this is asked for. */
  draw() {
    this.due ||= requestAnimationFrame(() => ((this.due = 0), this.paint()));
  }

  paint() {
    const { width, height } = this.stage.getBoundingClientRect();
    if (!width || !height || !this.seen) return;
    const dense = Math.max(devicePixelRatio, 1);
    const [wide, high] = [Math.round(width * dense), Math.round(height * dense)];
    const { canvas } = this;
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    const ctx = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    const { area, place } = this;
    ctx.setTransform(dense, 0, 0, dense, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.save();
    ctx.beginPath();
    const rim = 6; // a mark at the edge is not cut
    ctx.rect(area.left - rim, area.top - rim, area.right - area.left + 2 * rim, area.bottom - area.top + 2 * rim);
    ctx.clip();
    for (const layer of this.layers) drawItems(ctx, layer.items ?? [], place);
    ctx.restore();
    if (this.entry.axes) drawAxes(ctx, this.entry, place, area);
    this.putHandles(place);
    drawItems(ctx, Object.values(this.local).flatMap(({ trail }) => trail ?? []), place);
  }

  /** Put every handle where Python or the reader has it. @param {import("./drawing.js").Place} place */
  putHandles(place) {
    const wanted = this.layers.flatMap((layer) => layer.handles ?? []);
    const names = new Set(wanted.map((one) => one.name));
    for (const [name, element] of this.handles) {
      if (names.has(name)) continue;
      if (element === document.activeElement) this.page.hold();
      (element.remove(), this.handles.delete(name));
    }
    for (const [order, one] of wanted.entries()) {
      let element = this.handles.get(one.name);
      if (!element) {
        element = make("div", { role: "slider", tabindex: 0, "data-name": one.name });
        this.handles.set(one.name, element);
        this.stage.append(element);
      }
      if (this.local[one.name]?.answer <= this.page.answered) delete this.local[one.name];
      const { x, y } = this.local[one.name] ?? one;
      const around = [place.x(x) - GRIP / 2, place.y(y) - GRIP / 2, GRIP, GRIP];
      const [left, top, wide, high] = one.size ? pixelsOf(place, [x, y, ...one.size]) : around;
      set(element, {
        class: `wg-handle wg-${one.shape ?? "dot"} wg-role-${one.colour ?? "third"}`,
        style: `transform: translate(${left}px, ${top}px); width: ${wide}px; height: ${high}px; z-index: ${order}`,
        "aria-label": one.label,
        "aria-valuenow": x,
        "aria-valuetext": one.value,
        "aria-orientation": one.limits?.[0] === one.limits?.[1] ? "vertical" : "horizontal",
      });
      /** @type {any} */ (element).handle = one;
    }
  }

  /** Return where a handle may be that is wanted at a place: within its limits, on its steps, on its line.
   * @param {any} one @param {number} x @param {number} y @returns {{ x: number, y: number }} */
  allowed(one, x, y) {
    const [x0, x1, y0, y1] = one.limits;
    const [across, up] = one.step;
    const stepped = (/** @type {number} */ v, /** @type {number} */ low, /** @type {number} */ step) =>
      step ? low + Math.round((v - low) / step) * step : v;
    const found = {
      x: Number(between(stepped(between(x, x0, x1), x0, across), x0, x1).toPrecision(10)),
      y: Number(between(stepped(between(y, y0, y1), y0, up), y0, y1).toPrecision(10)),
    };
    if (one.along) {
      const [xs, ys] = [unpack(one.along.x), unpack(one.along.y)];
      const after = between(xs.findIndex((value) => value >= found.x), 1, xs.length - 1);
      const share = between((found.x - xs[after - 1]) / (xs[after] - xs[after - 1]), 0, 1);
      found.y = ys[after - 1] + share * (ys[after] - ys[after - 1]);
    }
    return found;
  }

  /** Move a handle and tell Python, also of its trail: all places of a drag so far, of which none may be lost.
   * @param {any} one @param {number} x @param {number} y @param {boolean} [end] */
  move(one, x, y, end = false) {
    const to = this.allowed(/** @type {any} */ (this.handles.get(one.name))?.handle ?? one, x, y); // as it is now
    const now = this.local[one.name] ?? one;
    const trail = this.held?.trail;
    if (to.x === now.x && to.y === now.y && !end && !trail) return;
    if (trail) (trail.x.push(to.x), trail.y.push(to.y));
    const answer = this.page.tell({ name: one.name, ...to, trail }, !end);
    this.local[one.name] = { ...to, answer, trail };
    this.draw();
  }

  /** The handle that follows the pointer, if there is one and it is not held. */
  get follower() {
    return this.layers.flatMap((layer) => layer.handles ?? []).find((one) => one.follows);
  }

  /** The handle under a pointer; of several that lie over each other, the one whose middle is nearest.
   * @param {PointerEvent} event @returns {any} */
  nearest({ clientX, clientY }) {
    const far = (/** @type {Element} */ element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return Math.hypot(clientX - left - width / 2, clientY - top - height / 2);
    };
    const under = document.elementsFromPoint(clientX, clientY).filter((element) => element.matches(".wg-handle"));
    return under.filter((element) => this.stage.contains(element)).sort((a, b) => far(a) - far(b))[0];
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    if (!event.isPrimary) return;
    const [x, y] = this.under(event, this.held?.shift);
    if (event.type === "pointerdown" && event.button === 0) {
      const element = this.nearest(event);
      const on = element?.handle;
      const one = on ?? this.follower;
      const now = one && (this.local[one.name] ?? one);
      const held = on && !one.follows;
      // In pixels: the limits of the axes may change while a handle is dragged.
      const { left, top } = this.stage.getBoundingClientRect();
      const start = [event.clientX, event.clientY];
      const shift = held ? [left + this.place.x(now.x) - start[0], top + this.place.y(now.y) - start[1]] : [0, 0];
      const offset = held ? [0, 0] : one?.grip ?? [0, 0];
      const trail = one?.trail && { kind: "line", ...one.trail, x: [], y: [] };
      this.held = { on, one, offset, shift, start, from: now && [now.x, now.y], moved: Boolean(trail), trail };
      this.page.gesture();
      element?.focus({ preventScroll: true });
      if (one || this.entry.click) this.stage.setPointerCapture(event.pointerId);
      if (trail) this.move(one, x, y);
    } else if (event.type === "pointermove") {
      const { held } = this;
      if (held && Math.hypot(event.clientX - held.start[0], event.clientY - held.start[1]) > CLICK) held.moved = true;
      const one = held ? held.moved && held.one : event.pointerType === "mouse" && this.follower?.free && this.follower;
      const offset = held ? held.offset : one?.grip ?? [0, 0];
      if (one) this.move(one, x + offset[0], y + offset[1]);
    } else if (this.held && event.type !== "pointerleave") {
      const { one, moved, offset } = this.held;
      const [to, done] = [[x + offset[0], y + offset[1]], event.type !== "pointercancel"];
      if (done && moved && one) this.move(one, to[0], to[1], true);
      else if (done && one) this.page.tell({ name: one.name, ...this.allowed(one, to[0], to[1]), press: true });
      else if (done && !moved && this.entry.click) this.page.tell({ name: this.name, x, y });
      this.held = null;
    }
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    const one = /** @type {any} */ (event.target).handle;
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.held?.from) {
      const { one: dragged, from } = this.held;
      this.held = null;
      this.move(dragged, from[0], from[1], true);
    } else if (one && arrow) {
      const now = this.local[one.name] ?? one;
      const far = event.shiftKey ? 10 : 1;
      const [across, up] = one.keys ?? one.step;
      this.page.gesture();
      this.move(one, now.x + far * arrow[0] * across, now.y + far * arrow[1] * up, true);
    } else if (one && (event.key === "Enter" || event.key === " ")) {
      this.page.gesture();
      const { x, y } = this.local[one.name] ?? one;
      this.page.tell({ name: one.name, x, y, press: true });
    } else if (!one && this.entry.keys && (arrow || OTHERS.includes(event.key))) {
      this.page.gesture();
      this.page.tell({ name: this.name, key: event.key });
    } else return;
    event.preventDefault();
  }
}
