// The parts of exercises: a quiz that answers at once, and a box that takes the keys that are pressed.

import { make, say, set } from "./values.js";

/** @type {Record<string, (page: import("./explorer.js").Page, name: string) => import("./controls.js").Part>} */
export const EXERCISES = {
  // The explanations are here with the question: an answer is judged at once, also while the kernel is busy.
  quiz() {
    const group = `wg-quiz-${Math.random()}`;
    const [legend, rows] = [make("legend"), make("div")];
    const verdict = make("p", { role: "status", class: "wg-verdict" });
    const node = make("fieldset", { class: "wg-quiz" }, [legend, rows, verdict]);
    return {
      node,
      update(entry) {
        legend.replaceChildren(make("b", { text: entry.title }), document.createTextNode(` ${entry.question}`));
        const options = entry.options.map((/** @type {any} */ option, /** @type {number} */ value) => {
          const mark = make("span", { class: "wg-mark", "aria-hidden": "true" });
          const input = make("input", { type: "radio", name: group, value });
          const label = make("label", {}, [input, make("span", { text: option.text }), mark]);
          input.addEventListener("change", () => {
            const tone = option.right ? "right" : "wrong";
            set(label, { class: `wg-${tone}` });
            say(mark, option.right ? "✓" : "✗");
            set(verdict, { class: `wg-verdict wg-${tone}` });
            say(verdict, `${option.right ? "✓" : "✗"} ${option.why}${option.right ? "" : " Try another."}`);
          });
          return label;
        });
        rows.replaceChildren(...options);
      },
    };
  },

  // Keys as they are pressed, named as in menus. Twice Esc leaves the box, for those who have no mouse.
  keys(page, name) {
    const node = make("div", { class: "wg-keys", tabindex: 0, role: "application" });
    let last = "";
    node.addEventListener("blur", () => (last = ""));
    node.addEventListener("keydown", (event) => {
      const off = node.ariaDisabled === "true";
      if (off || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      event.preventDefault();
      if (event.key === "Escape" && last === "Esc") return node.blur(), page.hold();
      const single = event.key.length === 1;
      const command = event.ctrlKey || event.metaKey;
      const held = [event.ctrlKey && "Ctrl", event.metaKey && "Cmd", event.altKey && "Alt",
        event.shiftKey && (command || !single) && "Shift"].filter(Boolean);
      const key = event.key === "Escape" ? "Esc" : single && held.length ? event.key.toUpperCase() : event.key;
      last = [...held, key].join("+");
      page.gesture();
      page.tell({ name, value: last });
    });
    return {
      node,
      update(entry) {
        say(node, entry.text);
        set(node, { "aria-label": entry.label, "aria-disabled": `${Boolean(entry.off)}` });
      },
    };
  },
};
