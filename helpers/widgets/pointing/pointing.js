// A picture that says where the mouse points. Everything else is decided in Python.
// It also lets the lists of the kernel lab keep the keys that are typed into them.
//
// Traits: picture (bytes of a PNG or JPEG), label (its name, for those who cannot see it), place ([x, y], each from 0
// to 1, set here), held (true: moving the mouse changes nothing until the next click).

const PAUSE = 40; // milliseconds between two reports, so that a quick mouse cannot flood the kernel

function render({ model, el }) {
  const image = document.createElement("img");
  image.draggable = false;
  image.style.cssText = "max-width: 100%; display: block; cursor: crosshair; background: white;";
  el.appendChild(image);

  let address = null;
  function show() {
    const old = address;
    address = URL.createObjectURL(new Blob([model.get("picture")]));
    image.onload = () => old && URL.revokeObjectURL(old);
    image.src = address;
  }
  function name() {
    image.alt = model.get("label");
  }

  let timer = null;
  let latest = null;
  function report() {
    timer = null;
    const box = image.getBoundingClientRect();
    if (!box.width || !box.height) return;
    model.set("place", [(latest.clientX - box.left) / box.width, (latest.clientY - box.top) / box.height]);
    model.save_changes();
  }
  function moved(event) {
    if (model.get("held")) return;
    latest = event;
    timer ??= setTimeout(report, PAUSE);
  }
  // What was seen on the way out must not arrive after a click on the other picture.
  function left() {
    clearTimeout(timer);
    timer = null;
  }
  function clicked(event) {
    latest = event;
    clearTimeout(timer);
    model.set("held", !model.get("held"));
    report();
  }

  // JupyterLab takes letters and arrows pressed in a drop-down list for commands: "b" would insert a cell.
  function keepKeys(event) {
    event.target.closest?.(".whole-game-kernel-lab select")?.setAttribute("data-lm-suppress-shortcuts", "true");
  }

  image.addEventListener("pointermove", moved);
  image.addEventListener("pointerleave", left);
  image.addEventListener("click", clicked);
  model.on("change:picture", show);
  model.on("change:label", name);
  show();
  name();
  document.addEventListener("focusin", keepKeys);

  return () => {
    clearTimeout(timer);
    document.removeEventListener("focusin", keepKeys);
    model.off("change:picture", show);
    model.off("change:label", name);
    if (address) URL.revokeObjectURL(address);
  };
}

export default { render };
