// The controls of an explorer, and the words, tables and lines of code in it. Each: a node, and update(entry).

import { between, make, say, set, written } from "./values.js";

/** @typedef {{ node: HTMLElement, update: (entry: import("./values.js").Entry) => void }} Part */
/** @typedef {import("./explorer.js").Page} Page */

const LARGEST = 9e6; // bytes of a file: Jupyter ends a connection on which more than 10 MiB come at once
const SCRUB = 6; // pixels of a drag up or down for one step of a number

/** Let a field be typed into, stepped with the arrow keys, and dragged up and down; `commit` takes what it then holds.
 * @param {Page} page @param {HTMLInputElement} field @param {(text: string, passing: boolean) => void} commit */
function numeric(page, field, commit) {
  const state = { step: 0, low: -Infinity, high: Infinity, value: "" };
  /** @type {any} */ let drag = null;
  const stepped = (/** @type {number} */ from, /** @type {number} */ steps) =>
    `${Number(between(from + steps * state.step, state.low, state.high).toPrecision(10))}`;
  const send = (/** @type {string} */ text, passing = false) => {
    state.value = field.value = text;
    commit(text, passing);
  };
  field.addEventListener("change", () => field.value !== state.value && (page.gesture(), send(field.value)));
  field.addEventListener("keydown", (event) => {
    const up = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    const from = written(field.value);
    if (event.key === "Enter") field.value !== state.value && (page.gesture(), send(field.value));
    else if (event.key === "Escape") field.value = state.value;
    else if (up && state.step && !Number.isNaN(from)) {
      page.gesture();
      send(stepped(from, up * (event.shiftKey ? 10 : 1)));
      event.preventDefault();
    }
  });
  field.addEventListener("pointerdown", (event) => {
    const from = written(field.value);
    if (!state.step || Number.isNaN(from) || document.activeElement === field) return;
    drag = { from, y: event.clientY, steps: 0 };
    field.setPointerCapture(event.pointerId);
    page.gesture();
  });
  field.addEventListener("pointermove", (event) => {
    const steps = drag ? Math.round((drag.y - event.clientY) / SCRUB) : 0;
    if (!drag || steps === drag.steps) return;
    drag.steps = steps;
    send(stepped(drag.from, steps), true);
  });
  const end = () => {
    if (drag?.steps) (commit(field.value, false), field.blur(), page.hold());
    else if (drag) field.select();
    drag = null;
  };
  field.addEventListener("pointerup", end);
  field.addEventListener("pointercancel", () => (drag = null));
  return {
    /** Show Python's value, unless the reader is typing another. @param {string} value @param {any} limits */
    show(value, { step = 0, min = -Infinity, max = Infinity }) {
      const typing = document.activeElement === field && field.value !== state.value;
      Object.assign(state, { step, low: min, high: max, value });
      if (!typing && !drag && field.value !== value) {
        const { selectionStart: from, selectionEnd: to } = field;
        const all = document.activeElement === field && Number(to) - Number(from) === field.value.length;
        field.value = value;
        if (all) field.select(); // what the reader types next takes its place, also while it plays
      }
      field.classList.toggle("wg-scrub", Boolean(step));
    },
  };
}

/** @type {Record<string, (page: Page, name: string) => Part>} */
export const PARTS = {
  button(page, name) {
    const node = make("button", { type: "button", class: "wg-button" });
    node.addEventListener("click", () => node.ariaDisabled !== "true" && (page.gesture(), page.tell({ name })));
    return {
      node,
      update(entry) {
        say(node, entry.label);
        // Not `disabled`: the focus would fall to the page, and the next letter would be a command of the notebook.
        set(node, { title: entry.tip, "aria-disabled": `${Boolean(entry.off)}`, "aria-pressed": entry.pressed });
        node.classList.toggle("wg-large", Boolean(entry.large));
      },
    };
  },

  play(page, name) {
    const node = make("button", { type: "button", class: "wg-button wg-large wg-play" });
    node.addEventListener("click", () => {
      if (node.ariaDisabled !== "true") (page.gesture(), page.playing(!page.run, name));
    });
    return {
      node,
      update(entry) {
        const off = entry.off && !page.run;
        set(node, { "aria-disabled": `${Boolean(off)}`, "aria-label": page.run ? "Pause" : "Play", title: entry.tip });
        say(node, page.run ? "❚❚ Pause" : "▶ Play");
      },
    };
  },

  field(page, name) {
    const field = /** @type {HTMLInputElement} */ (make("input", { type: "text", autocomplete: "off" }));
    const label = make("span");
    const slider = /** @type {HTMLInputElement} */ (make("input", { type: "range" }));
    const node = make("div", { class: "wg-field" }, [make("label", {}, [label, field]), slider]);
    const number = numeric(page, field, (value, passing) => page.tell({ name, value }, passing));
    slider.addEventListener("pointerdown", () => page.gesture());
    slider.addEventListener("keydown", () => page.gesture());
    slider.addEventListener("input", () => page.tell({ name, value: slider.value }, true));
    slider.addEventListener("change", () => page.tell({ name, value: slider.value }));
    return {
      node,
      update(entry) {
        say(label, entry.label);
        set(field, { readonly: entry.off, title: entry.tip, placeholder: entry.hint });
        field.classList.toggle("wg-long", Boolean(entry.long));
        number.show(entry.value, entry);
        slider.hidden = !entry.slides;
        const { min, max, step, off } = entry;
        const first = step * Math.ceil(min / step - 1e-9); // round numbers, whatever the lowest is
        set(slider, { min: first, max, step, "aria-label": entry.label, disabled: off });
        if (entry.slides && !slider.matches(":active")) slider.value = `${written(entry.value)}`;
      },
    };
  },

  // One of a few: buttons in a row, or a list that opens.
  choice(page, name) {
    const group = `wg-${Math.random()}`; // no other explorer of the page may have it: each counts for itself
    const [legend, row] = [make("legend"), make("div", { class: "wg-options" })];
    row.addEventListener("change", (event) => {
      page.gesture();
      page.tell({ name, value: Number(/** @type {HTMLInputElement} */ (event.target).value) });
    });
    let options = "";
    return {
      node: make("fieldset", { class: "wg-choice" }, [legend, row]),
      update(entry) {
        say(legend, entry.label);
        if (options !== JSON.stringify(entry.options)) {
          options = JSON.stringify(entry.options);
          const all = entry.options.map((/** @type {string} */ text, /** @type {number} */ value) => {
            if (entry.list) return make("option", { text, value });
            return make("label", {}, [make("input", { type: "radio", name: group, value }), make("span", { text })]);
          });
          row.replaceChildren(...(entry.list ? [make("select", { "aria-label": entry.label }, all)] : all));
        }
        for (const one of /** @type {NodeListOf<any>} */ (row.querySelectorAll("input, select"))) {
          if (entry.list) one.value = `${entry.value}`;
          else one.checked = Number(one.value) === entry.value;
          set(one, { disabled: entry.off });
        }
      },
    };
  },

  tick(page, name) {
    const box = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox" }));
    const label = make("span");
    box.addEventListener("change", () => (page.gesture(), page.tell({ name, value: box.checked })));
    return {
      node: make("label", { class: "wg-tick" }, [box, label]),
      update: (entry) => (say(label, entry.label), (box.checked = entry.value)),
    };
  },

  // A file of the reader's: its bytes go to Python.
  file(page, name) {
    const input = /** @type {HTMLInputElement} */ (make("input", { type: "file", accept: "image/*" }));
    const label = make("span");
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      if (!file) return;
      if (file.size > LARGEST) return page.refuse({ name, why: `${file.name} has more than 9 MB: make it smaller.` });
      page.gesture();
      page.tell({ name, value: file.name }, false, [await file.arrayBuffer()]);
      input.value = "";
    });
    return {
      node: make("div", { class: "wg-file" }, [make("label", {}, [label, input])]),
      update: (entry) => say(label, entry.label),
    };
  },

  words() {
    const node = make("div", { class: "wg-words" });
    return {
      node,
      update(entry) {
        set(node, { role: entry.live ? "status" : null, class: `wg-words wg-tone-${entry.tone}` });
        node.replaceChildren(...entry.lines.map((/** @type {string | string[]} */ line) =>
          typeof line === "string"
            ? make("p", { text: line })
            : make("p", {}, [make("b", { text: `${line[0]} ` }), document.createTextNode(line[1])])));
      },
    };
  },

  // Lines of code, to be copied. The text may be marked and copied by hand, too.
  code() {
    const code = make("pre", { tabindex: 0 });
    const copy = make("button", { type: "button", class: "wg-button", text: "Copy" });
    copy.addEventListener("click", () => {
      getSelection()?.selectAllChildren(code);
      document.execCommand("copy"); // the clipboard's own interface is for secure pages only
      say(copy, "Copied");
    });
    return {
      node: make("div", { class: "wg-code" }, [code, copy]),
      update(entry) {
        set(code, { "aria-label": entry.label });
        if (code.textContent !== entry.text) say(copy, "Copy");
        say(code, entry.text);
      },
    };
  },

  // A table of numbers as Python wrote them; with `edit`, each can be typed over or dragged up and down.
  numbers(page, name) {
    const [caption, body] = [make("caption"), make("tbody")];
    const node = make("table", { class: "wg-numbers" }, [caption, body]);
    /** @type {any[][]} */ let cells = [];
    let shape = "";
    /** @param {number} row @param {number} column @param {boolean} edit */
    const cell = (row, column, edit) => {
      if (!edit) return { td: make("td") };
      const label = `row ${row}, column ${column}`;
      const field = /** @type {HTMLInputElement} */ (make("input", { type: "text", "aria-label": label }));
      const number = numeric(page, field, (value, passing) => page.tell({ name, row, column, value }, passing));
      return { td: make("td", {}, [field]), field, number };
    };
    return {
      node,
      update(entry) {
        const wanted = `${entry.edit ? "edit" : "read"} ${entry.cells.map((/** @type {any[]} */ row) => row.length)}`;
        if (shape !== wanted) {
          shape = wanted;
          cells = entry.cells.map((/** @type {any[]} */ row, /** @type {number} */ at) =>
            row.map((_, column) => cell(at, column, entry.edit)));
          body.replaceChildren(...cells.map((row) => make("tr", {}, row.map(({ td }) => td))));
        }
        say(caption, entry.title);
        node.classList.toggle("wg-small", Boolean(entry.small));
        cells.forEach((row, at) => row.forEach(({ td, field, number }, column) => {
          const [text, shade] = [entry.cells[at][column], entry.shades?.[at]?.[column]];
          set(td, { style: shade ? `background: ${shade[0]}; color: ${shade[1]}` : null });
          if (field) number.show(text, entry);
          else say(td, text);
        }));
      },
    };
  },
};
