// Blocks as one sees and touches them. `place` says what touching does:
// place.press(element, block), place.choose(element, block, value), place.draft(block, element).
import { h, markdown, mrkdwn, rich, richText } from "./text.js";

export function confirmFirst(element, world, go) {
  if (!element.confirm) return go();
  const c = element.confirm;
  const box = document.getElementById("confirm");
  const done = (yes) => {
    box.close();
    if (yes) go();
  };
  box.replaceChildren(
    h("h3", {}, c.title.text),
    rich(c.text, world),
    h(
      "p",
      { class: "row" },
      h("button", { type: "button", onclick: () => done(false) }, c.deny.text),
      h("button", { type: "button", class: c.style || "primary", onclick: () => done(true) }, c.confirm.text),
    ),
  );
  box.showModal();
}

function people(world) {
  return Object.values(world.users)
    .filter((u) => !u.deleted && !u.is_bot)
    .map((u) => [u.id, u.real_name || u.name]);
}

function rooms(world) {
  return world.conversations
    .filter((c) => c.is_member && !c.is_archived && c.kind !== "im")
    .map((c) => [c.id, "#" + c.name]);
}

function optionsOf(element, world) {
  if (/users_select$/.test(element.type)) return people(world);
  if (/(conversations|channels)_select$/.test(element.type)) return rooms(world);
  const all = element.options || (element.option_groups || []).flatMap((g) => g.options);
  return all.map((o) => [o.value, o.text.text]);
}

export function heldValue(held) {
  if (!held) return null;
  const key = Object.keys(held).find((k) => k !== "type");
  const value = held[key];
  if (Array.isArray(value)) return value.map((v) => v?.value ?? v);
  return value?.value ?? value;
}

function menu(element, world, value, choose, several) {
  const label = element.placeholder?.text || "Choose";
  const options = optionsOf(element, world).map(([v, t]) =>
    h("option", { value: v, selected: several ? (value || []).includes(v) : v === value }, t),
  );
  if (!several) options.unshift(h("option", { value: "", selected: value == null }, label));
  const read = (select) =>
    several ? [...select.selectedOptions].map((o) => o.value) : select.value || null;
  return h(
    "select",
    {
      multiple: several,
      size: several ? Math.min(6, options.length) : null,
      "aria-label": label,
      onchange: (e) => choose(read(e.target)),
    },
    ...options,
  );
}

function choices(element, world, value, choose, kind) {
  const name = `${element.action_id}-${kind}`;
  const box = h("div", { class: "choices" });
  for (const option of element.options) {
    const input = h("input", {
      type: kind,
      name,
      value: option.value,
      checked: kind === "radio" ? option.value === value : (value || []).includes(option.value),
      onchange: () => {
        const on = [...box.querySelectorAll("input:checked")].map((i) => i.value);
        choose(kind === "radio" ? on[0] : on);
      },
    });
    box.append(h("label", {}, input, rich(option.text, world), option.description && rich(option.description, world)));
  }
  return box;
}

const INPUTS = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

const pad = (n) => String(n).padStart(2, "0");

function localTime(seconds) {
  if (!seconds) return "";
  const d = new Date(seconds * 1000);
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}T${pad(d.getHours())}:${pad(d.getMinutes())}`;
}

function field(element, value, choose) {
  const moment = element.type === "datetimepicker";
  const read = (text) => (moment ? text && Math.floor(new Date(text).getTime() / 1000) : text);
  const common = {
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    "aria-label": element.placeholder?.text || element.action_id,
    [/text|number|email|url/.test(element.type) ? "oninput" : "onchange"]: (e) => choose(read(e.target.value) || null),
  };
  if (element.multiline) return h("textarea", { ...common, rows: 4 }, value || "");
  return h("input", {
    ...common,
    type: INPUTS[element.type],
    value: moment ? localTime(value) : value,
    step: element.type === "number_input" ? (element.is_decimal_allowed ? "any" : "1") : null,
    min: element.min_value,
    max: element.max_value,
  });
}

export function renderElement(element, block, world, place) {
  const kind = element.type;
  if (kind === "image") return h("img", { src: element.image_url, alt: element.alt_text });
  if (kind === "button") {
    const press = () => confirmFirst(element, world, () => place.press(element, block));
    const button = h("button", { type: "button", class: element.style, onclick: press, "data-action": element.action_id }, element.text.text);
    if (!element.url) return button;
    return h("a", { href: element.url, target: "_blank", rel: "noopener noreferrer", class: "button", onclick: press }, element.text.text);
  }
  const value = heldValue(place.held(block, element));
  const choose = (v) => confirmFirst(element, world, () => place.choose(element, block, v));
  if (kind === "overflow") return menu({ ...element, placeholder: { text: "⋯" } }, world, null, choose, false);
  if (kind === "radio_buttons") return choices(element, world, value, choose, "radio");
  if (kind === "checkboxes") return choices(element, world, value, choose, "checkbox");
  if (/_select$/.test(kind)) return menu(element, world, value, choose, kind.startsWith("multi_"));
  if (INPUTS[kind]) return field(element, value, choose);
  return h("em", {}, `[${kind}]`);
}

const RENDER = {
  header: (b) => h("h3", {}, b.text.text),
  divider: () => h("hr"),
  image: (b) => h("img", { src: b.image_url, alt: b.alt_text }),
  markdown: (b, world) => markdown(b.text, world),
  rich_text: (b, world) => richText(b.elements, world),
  actions: (b, world, place) =>
    h("div", { class: "row" }, ...b.elements.map((e) => renderElement(e, b, world, place))),
  context: (b, world) =>
    h(
      "div",
      { class: "context row" },
      ...b.elements.map((e) => (e.type === "image" ? renderElement(e, b, world) : rich(e, world))),
    ),
  section: (b, world, place) =>
    h(
      "div",
      { class: "section" },
      h(
        "div",
        { class: "grow" },
        b.text && rich(b.text, world),
        b.fields && h("div", { class: "fields" }, ...b.fields.map((f) => rich(f, world))),
      ),
      b.accessory && renderElement(b.accessory, b, world, place),
    ),
  input: (b, world, place) =>
    h(
      "label",
      { class: "input" },
      h("b", {}, b.label.text),
      b.optional && h("small", {}, " (optional)"),
      renderElement(b.element, b, world, place),
      b.hint && h("small", {}, b.hint.text),
      place.error?.(b) && h("span", { class: "error", role: "alert" }, place.error(b)),
    ),
};

export function renderBlocks(blocks, world, place) {
  return h(
    "div",
    { class: "blocks" },
    ...blocks.map((b) =>
      h("div", { class: `block ${b.type}`, "data-block": b.block_id }, RENDER[b.type] ? RENDER[b.type](b, world, place) : h("em", {}, `[${b.type}]`)),
    ),
  );
}

export { mrkdwn };
