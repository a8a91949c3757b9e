// Slack's ways of writing text, turned into nodes; nothing is ever read as HTML.

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c != null && c !== false));
  return node;
}

const unescape = (text) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const mention = (text) => h("span", { class: "mention" }, text);

function link(url, label) {
  if (!/^(https?|mailto):/.test(url)) return label || url;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label || url);
}

function date(body, label) {
  const [, stamp, format] = body.split("^");
  const when = new Date(Number(stamp) * 1000);
  if (Number.isNaN(when.getTime())) return label || "";
  const day = (style) => when.toLocaleDateString([], { dateStyle: style });
  return (format || "{date}")
    .replace(/\{date_num\}/g, when.toLocaleDateString("sv"))
    .replace(/\{date_short(_pretty)?\}/g, day("medium"))
    .replace(/\{date_long(_pretty)?\}/g, day("full"))
    .replace(/\{date(_pretty)?\}/g, day("long"))
    .replace(/\{time_secs\}/g, when.toLocaleTimeString())
    .replace(/\{time\}/g, when.toLocaleTimeString([], { timeStyle: "short" }))
    .replace(/\{ago\}/g, when.toLocaleString());
}

function token(inner, world) {
  const [body, ...rest] = inner.split("|");
  const label = rest.length ? unescape(rest.join("|")) : "";
  if (body.startsWith("@")) {
    const user = world.users[body.slice(1)];
    return mention("@" + (user ? user.real_name || user.name : label || body.slice(1)));
  }
  if (body.startsWith("#")) {
    const known = world.conversations.find((c) => c.id === body.slice(1));
    return mention("#" + (known ? known.name : label || body.slice(1)));
  }
  if (body.startsWith("!subteam^")) {
    const group = world.usergroups[body.slice(9)];
    return mention("@" + (group ? group.handle : label || "group"));
  }
  if (body.startsWith("!date^")) return date(unescape(body), label);
  if (body.startsWith("!")) return mention("@" + (label || body.slice(1)));
  return link(unescape(body), label);
}

const MARKS = [
  [/```([\s\S]+?)```/, (m) => h("pre", {}, unescape(m[1].replace(/^\n/, "")))],
  [/`([^`\n]+)`/, (m) => h("code", {}, unescape(m[1]))],
  [/<([^<>\n]+)>/, (m, world) => token(m[1], world)],
  [/(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])/, (m, world) => h("b", {}, ...inline(m[1], world))],
  [/(?<![\w_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])/, (m, world) => h("i", {}, ...inline(m[1], world))],
  [/(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])/, (m, world) => h("s", {}, ...inline(m[1], world))],
];

function inline(text, world) {
  let best = null;
  for (const [pattern, make] of MARKS) {
    const found = pattern.exec(text);
    if (found && (!best || found.index < best.found.index)) best = { found, make };
  }
  if (!best) return text ? [unescape(text)] : [];
  const { found, make } = best;
  const after = text.slice(found.index + found[0].length);
  const before = unescape(text.slice(0, found.index));
  return [before, make(found, world), ...inline(after, world)];
}

export function mrkdwn(text, world) {
  const out = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) out.push(h("blockquote", {}, ...inline(quoted.join("\n"), world)));
    quoted = [];
  };
  const plain = [];
  const flushPlain = () => {
    if (plain.length) out.push(...inline(plain.splice(0).join("\n"), world));
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) {
      flushPlain();
      quoted.push(quote[1]);
    } else {
      flush();
      plain.push(line);
    }
  }
  flush();
  flushPlain();
  return h("div", { class: "text" }, ...out);
}

export function rich(object, world) {
  if (!object) return "";
  if (object.type === "mrkdwn") return mrkdwn(object.text, world);
  return h("span", { class: "plain" }, object.text);
}

const MARKDOWN = [
  [/^#{1,6} +(.*)$/, (m, world) => h("h4", {}, ...markdownLine(m[1], world))],
  [/^[-*] +(.*)$/, (m, world) => h("li", {}, ...markdownLine(m[1], world))],
  [/^\d+[.)] +(.*)$/, (m, world) => h("li", {}, ...markdownLine(m[1], world))],
  [/^> ?(.*)$/, (m, world) => h("blockquote", {}, ...markdownLine(m[1], world))],
  [/^(?:---+|\*\*\*+)$/, () => h("hr")],
];

function markdownLine(text, world) {
  const slack = text
    .replace(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "<$2|$1>")
    .replace(/\*\*([^*]+)\*\*/g, "\u0001$1\u0001")
    .replace(/(?<!\*)\*([^*]+)\*(?!\*)/g, "_$1_")
    .replaceAll("\u0001", "*")
    .replace(/~~([^~]+)~~/g, "~$1~");
  return inline(slack, world);
}

export function markdown(text, world) {
  const box = h("div", { class: "text" });
  for (const line of text.split("\n")) {
    const hit = MARKDOWN.map(([p, make]) => [p.exec(line), make]).find(([m]) => m);
    box.append(hit ? hit[1](hit[0], world) : h("div", {}, ...markdownLine(line, world)));
  }
  return box;
}

export function richText(elements, world) {
  const leaf = (e) => {
    let node = e.text ?? "";
    if (e.type === "user") node = token("@" + e.user_id, world);
    else if (e.type === "channel") node = token("#" + e.channel_id, world);
    else if (e.type === "usergroup") node = token("!subteam^" + e.usergroup_id, world);
    else if (e.type === "broadcast") node = mention("@" + e.range);
    else if (e.type === "emoji") node = `:${e.name}:`;
    else if (e.type === "link") node = link(e.url, e.text);
    else if (e.type === "date") node = date(`!date^${e.timestamp}^${e.format}`, e.fallback);
    for (const [style, tag] of [["bold", "b"], ["italic", "i"], ["strike", "s"], ["code", "code"]])
      if (e.style?.[style]) node = h(tag, {}, node);
    return node;
  };
  const part = (e) => {
    const inner = (e.elements || []).map((c) => (c.elements ? part(c) : leaf(c)));
    if (e.type === "rich_text_list")
      return h(e.style === "ordered" ? "ol" : "ul", {}, ...inner.map((n) => h("li", {}, n)));
    if (e.type === "rich_text_quote") return h("blockquote", {}, ...inner);
    if (e.type === "rich_text_preformatted") return h("pre", {}, ...inner);
    return h("div", {}, ...inner);
  };
  return h("div", { class: "text" }, ...elements.map(part));
}
