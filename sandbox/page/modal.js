// The modal on top. What is typed stays typed while the view underneath changes.
import { heldValue, renderBlocks } from "./blocks.js";
import { h } from "./text.js";

const drafts = new Map();
let shown = "";

export function showModal(world, act) {
  const dialog = document.getElementById("modal");
  const view = world.modals.at(-1);
  if (!view) {
    shown = "";
    drafts.clear();
    if (dialog.open) dialog.close();
    return;
  }
  const version = view.id + view.hash + JSON.stringify(view.errors) + JSON.stringify(view.state);
  if (dialog.open && version === shown) return;
  shown = version;
  const key = (block) => `${view.id}/${block.block_id}`;
  const place = {
    press: (e, b) => act({ do: "click", in_view: true, action_id: e.action_id, block_id: b.block_id }),
    choose: (e, b, value) => {
      if (b.type === "input") drafts.set(key(b), value);
      if (b.type !== "input" || b.dispatch_action)
        act({ do: "select", action_id: e.action_id, block_id: b.block_id, value });
    },
    held: (b, e) =>
      drafts.has(key(b)) ? { value: drafts.get(key(b)) } : view.state.values[b.block_id]?.[e.action_id],
    error: (b) => view.errors[b.block_id],
  };
  const submit = async (event) => {
    event.preventDefault();
    const values = {};
    for (const b of view.blocks)
      if (b.type === "input")
        values[b.block_id] = { [b.element.action_id]: heldValue(place.held(b, b.element)) };
    shown = "";
    await act({ do: "submit", values });
  };
  const close = () => act({ do: "close" });
  dialog.oncancel = (event) => {
    event.preventDefault();
    close();
  };
  dialog.replaceChildren(
    h(
      "form",
      { onsubmit: submit, novalidate: true },
      h("h2", {}, view.title.text),
      renderBlocks(view.blocks, world, place),
      h(
        "p",
        { class: "row end" },
        h("button", { type: "button", onclick: close }, view.close?.text || "Cancel"),
        view.submit && h("button", { class: "primary" }, view.submit.text),
      ),
    ),
  );
  if (!dialog.open) dialog.showModal();
}
