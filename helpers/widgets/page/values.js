// What every part of the page uses: arrays as Python sends them, colours by their role, and elements.

/** An array of Python: bytes of uint8 ("u1") or float32 ("f4"), row by row.
 * @typedef {{ bytes: DataView, shape: number[], kind: "u1" | "f4" }} Packed */

/** @typedef {Record<string, any>} Entry what Python says of one part: its kind, and what that kind needs */

/** @type {WeakMap<object, Float32Array | Uint8ClampedArray>} */
const UNPACKED = new WeakMap();

/** Return the numbers of a packed array; they are copied once, for they may lie anywhere in a message.
 * @param {Packed} packed */
export function unpack(packed) {
  let values = UNPACKED.get(packed);
  if (!values) {
    const { buffer, byteOffset, byteLength } = packed.bytes;
    const copy = buffer.slice(byteOffset, byteOffset + byteLength);
    values = packed.kind === "f4" ? new Float32Array(copy) : new Uint8ClampedArray(copy);
    UNPACKED.set(packed, values);
  }
  return values;
}

// The roles of colours in light and in dark: those of the figures, a little darker or lighter.
const COLOURS = /** @type {Record<string, [string, string]>} */ ({
  first: ["#2f7fc9", "#5aa9ee"], second: ["#e88d00", "#ffb22e"], third: ["#bd1f01", "#ff7a5c"],
  grey: ["#8a9694", "#94a4a2"], ink: ["#1b1f23", "#e9ecec"], soft: ["#d3d9d8", "#4a5251"],
});

/** Say whether the page around an element is dark. @param {Element} element */
export function isDark(element) {
  const light = document.body.dataset.jpThemeLight;
  if (light) return light === "false";
  for (let node = /** @type {Element | null} */ (element); node; node = node.parentElement) {
    const parts = getComputedStyle(node).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
    if (parts.length >= 3 && (parts[3] ?? 1) > 0.5) return parts[0] + parts[1] + parts[2] < 382;
  }
  return false;
}

/** Return a colour by its role, or as it is written. @param {string} role @param {boolean} dark */
export function colour(role, dark) {
  return COLOURS[role]?.[dark ? 1 : 0] ?? role;
}

/** Make an element with attributes (`text` is its text) and children.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {Node[]} [children] @returns {HTMLElement} */
export function make(tag, attributes = {}, children = []) {
  const element = document.createElement(tag);
  const { text, ...others } = attributes;
  if (text !== undefined) element.textContent = text;
  set(element, others);
  element.append(...children);
  return element;
}

/** Set attributes; null, undefined and false take one away. Nothing is touched that is so already: a screen reader
 * would read it again.
 * @param {Element} element @param {Record<string, any>} attributes */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    const wanted = value === true ? "" : value === null || value === undefined || value === false ? null : `${value}`;
    if (wanted === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== wanted) element.setAttribute(name, wanted);
  }
}

/** Set the text of an element, if it is another. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Return what a number in a field is, as Python wrote it there; NaN if a reader typed something else.
 * @param {string} text */
export function written(text) {
  return Number(text.replace("−", "-").replaceAll(",", "") || "x");
}

/** @param {number} value @param {number} low @param {number} high */
export function between(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
