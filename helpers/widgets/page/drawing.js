// Drawing the items of a figure on a canvas. Python has computed every number; here they only find their pixel.

import { colour, unpack } from "./values.js";

/** Where data lie on the canvas: functions from data to pixels, and whether the page is dark.
 * @typedef {{ x: (v: number) => number, y: (v: number) => number, dark: boolean }} Place */

const DASHES = /** @type {Record<string, number[]>} */ ({ dashed: [6, 4], dotted: [2, 3] });
const FONT = "system-ui, sans-serif";

/** @type {WeakMap<object, HTMLCanvasElement>} */
const PICTURES = new WeakMap();

const SIGNED = [63, 144, 218, 255, 169, 14]; // blue, and orange

/** Return a packed picture as a canvas: (rows, columns, 3), or (rows, columns) of single numbers, of which 128 is seen
 * through, those below are blue and those above orange. @param {import("./values.js").Packed} packed */
function picture(packed) {
  let canvas = PICTURES.get(packed);
  if (!canvas) {
    const [rows, columns, coloured] = packed.shape;
    canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
    const values = unpack(packed);
    const pixels = new ImageData(columns, rows);
    const colours = coloured ? values : SIGNED;
    for (let at = 0; at < rows * columns; at++) {
      const from = coloured || values[at] > 128 ? 3 * (coloured ? at : 1) : 0;
      for (let part = 0; part < 3; part++) pixels.data[4 * at + part] = colours[from + part];
      pixels.data[4 * at + 3] = coloured ? 255 : 2 * Math.abs(values[at] - 128);
    }
    canvas.getContext("2d")?.putImageData(pixels, 0, 0);
    PICTURES.set(packed, canvas);
  }
  return canvas;
}

/** Return left, top, width and height in pixels of a box [x, y, width, height] of data; its y is its lowest value.
 * @param {Place} place @param {number[]} box */
export function pixelsOf(place, [x, y, width, height]) {
  const [left, right] = [place.x(x), place.x(x + width)];
  const [one, other] = [place.y(y), place.y(y + height)];
  return [left, Math.min(one, other), right - left, Math.abs(other - one)];
}

/** @type {Record<string, (ctx: CanvasRenderingContext2D, item: any, place: Place) => void>} */
const ITEMS = {
  // A picture in a box of data; large pixels stay sharp.
  image(ctx, item, place) {
    const [left, top, width, height] = pixelsOf(place, item.box);
    ctx.imageSmoothingEnabled = Boolean(item.smooth);
    ctx.drawImage(picture(item.pixels), left, top, width, height);
    if (item.outline) ctx.strokeRect(left, top, width, height);
  },
  // Many pictures of one size, which stand below one another in `pixels`, each in its box.
  images(ctx, item, place) {
    const [boxes, sheet] = [unpack(item.boxes), picture(item.pixels)];
    const rows = (4 * sheet.height) / boxes.length;
    ctx.imageSmoothingEnabled = Boolean(item.smooth);
    for (let at = 0; 4 * at < boxes.length; at++) {
      const [left, top, width, height] = pixelsOf(place, [...boxes.subarray(4 * at, 4 * at + 4)]);
      ctx.clearRect(left, top, width, height);
      ctx.drawImage(sheet, 0, at * rows, sheet.width, rows, left, top, width, height);
      ctx.strokeRect(left, top, width, height);
    }
  },
  // A line through points; NaN interrupts it, for a canvas passes over what is none. `thick`: its width, in data.
  line(ctx, item, place) {
    const [x, y] = [item.x, item.y].map((one) => (one.bytes ? unpack(one) : one));
    if (item.thick) Object.assign(ctx, { lineWidth: item.thick * Math.abs(place.x(1) - place.x(0)), lineCap: "round" });
    ctx.beginPath();
    for (let i = 0; i < x.length; i++) {
      ctx[i && !Number.isNaN(y[i - 1]) ? "lineTo" : "moveTo"](place.x(x[i]), place.y(y[i]));
    }
    ctx.stroke();
  },
  // Many separate lines, each with its own width: positive ones in the first colour, negative ones in the second.
  joints(ctx, item, place) {
    const [ends, weights] = [unpack(item.ends), unpack(item.weights)];
    for (let i = 0; i < weights.length; i++) {
      ctx.lineWidth = Math.abs(weights[i]);
      ctx.strokeStyle = colour(weights[i] < 0 ? "first" : "second", place.dark);
      const [x0, y0, x1, y1] = ends.subarray(4 * i, 4 * i + 4);
      const [left, right] = [place.x(x0), place.x(x1)];
      ctx.beginPath();
      ctx.moveTo(left, place.y(y0));
      ctx.bezierCurveTo((left + right) / 2, place.y(y0), (left + right) / 2, place.y(y1), right, place.y(y1));
      ctx.stroke();
    }
  },
  points(ctx, item, place) {
    const [x, y] = [unpack(item.x), unpack(item.y)];
    const size = item.size ?? 4;
    ctx.fillStyle = item.open ? (place.dark ? "#111" : "#fff") : ctx.strokeStyle;
    if (item.edge) ctx.strokeStyle = colour("ink", place.dark);
    ctx.beginPath();
    for (let i = 0; i < x.length; i++) {
      const [across, down] = [place.x(x[i]), place.y(y[i])];
      if (item.marker === "triangle") {
        ctx.moveTo(across, down - 1.2 * size);
        ctx.lineTo(across + 1.1 * size, down + 0.8 * size);
        ctx.lineTo(across - 1.1 * size, down + 0.8 * size);
        ctx.closePath();
      } else if (item.marker === "square") ctx.rect(across - size, down - size, 2 * size, 2 * size);
      else {
        ctx.moveTo(across + size, down);
        ctx.arc(across, down, size, 0, 2 * Math.PI);
      }
    }
    ctx.fill();
    if (item.edge || item.open) ctx.stroke();
  },
  // A frame that is seen on any picture: black beside orange.
  frame(ctx, item, place) {
    const [left, top, width, height] = pixelsOf(place, item.box);
    Object.assign(ctx, { lineWidth: 4, strokeStyle: "#000" });
    ctx.strokeRect(left - 1, top - 1, width + 2, height + 2);
    Object.assign(ctx, { lineWidth: 2, strokeStyle: colour(item.colour ?? "#ffa90e", place.dark) });
    ctx.strokeRect(left - 1, top - 1, width + 2, height + 2);
  },
  box(ctx, item, place) {
    const [left, top, width, height] = pixelsOf(place, item.box);
    ctx.fillStyle = colour(item.fill ?? "soft", place.dark);
    ctx.fillRect(left, top, width, height);
  },
  text(ctx, item, place) {
    ctx.font = `${item.bold ? "600 " : ""}${item.size ?? 12}px ${FONT}`;
    Object.assign(ctx, { textAlign: item.align ?? "left", textBaseline: item.baseline ?? "alphabetic" });
    ctx.fillStyle = colour(item.colour ?? "ink", place.dark);
    ctx.fillText(item.text, place.x(item.at[0]), place.y(item.at[1]));
  },
};

/** Draw items, each over the one before. One that has `from` is only drawn where a unit of data takes so many pixels.
 * @param {CanvasRenderingContext2D} ctx @param {any[]} items @param {Place} place */
export function drawItems(ctx, items, place) {
  const unit = Math.abs(place.x(1) - place.x(0));
  for (const item of items) {
    if (unit < (item.from ?? 0) || unit >= (item.until ?? Infinity)) continue;
    ctx.save();
    const strokeStyle = colour(item.colour ?? "ink", place.dark);
    Object.assign(ctx, { globalAlpha: item.alpha ?? 1, strokeStyle, lineWidth: item.width ?? 1.5, lineJoin: "round" });
    ctx.setLineDash(DASHES[item.dash] ?? []);
    ITEMS[item.kind](ctx, item, place);
    ctx.restore();
  }
}

/** Draw both axes with the ticks that Python chose. @param {CanvasRenderingContext2D} ctx @param {any} entry
 * @param {Place} place @param {{ left: number, top: number, right: number, bottom: number }} area */
export function drawAxes(ctx, entry, place, area) {
  ctx.font = `11px ${FONT}`;
  Object.assign(ctx, { fillStyle: colour("ink", place.dark), strokeStyle: colour("ink", place.dark), lineWidth: 1 });
  ctx.beginPath();
  ctx.moveTo(area.left, area.top);
  ctx.lineTo(area.left, area.bottom);
  ctx.lineTo(area.right, area.bottom);
  Object.assign(ctx, { textAlign: "center", textBaseline: "top" });
  for (const [value, label] of entry.x.ticks) {
    ctx.moveTo(place.x(value), area.bottom);
    ctx.lineTo(place.x(value), area.bottom + 4);
    ctx.fillText(label, place.x(value), area.bottom + 6);
  }
  ctx.fillText(entry.x.label ?? "", (area.left + area.right) / 2, area.bottom + 19);
  Object.assign(ctx, { textAlign: "right", textBaseline: "middle" });
  for (const [value, label] of entry.y.ticks) {
    ctx.moveTo(area.left, place.y(value));
    ctx.lineTo(area.left - 4, place.y(value));
    ctx.fillText(label, area.left - 6, place.y(value));
  }
  ctx.stroke();
}
