// The page: asks what one person sees, shows it, and asks again when something changed.
import { renderBlocks } from "./blocks.js";
import { renderMessage } from "./message.js";
import { showModal } from "./modal.js";
import { h } from "./text.js";

const $ = (id) => document.getElementById(id);
const state = { as: new URLSearchParams(location.search).get("as") || "", at: "", thread: null, world: null };
let asked = 0;

function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("on");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => $("toast").classList.remove("on"), 6000);
}

const WORDS = {
  dispatch_failed: "The app did not respond: it is not running, or it failed.",
  operation_timeout: "The app did not respond in time.",
};

async function act(body) {
  const response = await fetch("/control/act", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: state.as, ...body }),
  });
  const answer = await response.json();
  if (!answer.ok && answer.error && answer.error !== "invalid_input") toast(WORDS[answer.error] || answer.error);
  await refresh();
  return answer;
}

async function refresh() {
  const mine = ++asked;
  const response = await fetch(`/control/view?as=${encodeURIComponent(state.as)}`);
  if (!response.ok || mine !== asked) return;
  state.world = await response.json();
  state.as = state.world.me.id;
  render();
}

function title(channel, world) {
  if (channel.kind === "im") {
    const user = world.users[channel.user];
    return user?.real_name || user?.name || channel.id;
  }
  return (channel.kind === "channel" ? "# " : channel.kind === "group" ? "🔒 " : "") + channel.name;
}

function go(at) {
  state.at = at;
  state.thread = null;
  if (at.startsWith("home:")) act({ do: "home" });
  else if (state.world.conversations.find((c) => c.id === at)?.kind === "im") act({ do: "messages" });
  else render();
}

function renderSide(world) {
  const item = (at, text, extra = "") =>
    h("button", { type: "button", class: `${at === state.at ? "here" : ""} ${extra}`, "data-at": at, onclick: () => go(at) }, text);
  const rooms = world.conversations.filter((c) => c.kind !== "im" && c.kind !== "mpim");
  const direct = world.conversations.filter((c) => c.kind === "im" || c.kind === "mpim");
  const shortcuts = world.apps.flatMap((a) => a.shortcuts.filter((s) => s.type === "global"));
  $("side").replaceChildren(
    h("h4", {}, "Apps"),
    ...world.apps.filter((a) => a.home_tab).map((a) => item(`home:${a.app_id}`, `${a.name} · Home`)),
    h("h4", {}, "Channels"),
    ...rooms.map((c) => item(c.id, title(c, world), [c.is_archived && "archived", !c.is_member && "outside"].filter(Boolean).join(" "))),
    h("h4", {}, "Direct messages"),
    ...direct.map((c) => item(c.id, title(c, world))),
    shortcuts.length ? h("h4", {}, "Shortcuts") : "",
    ...shortcuts.map((s) => h("button", { type: "button", "data-shortcut": s.callback_id, onclick: () => act({ do: "shortcut", callback_id: s.callback_id }) }, `⚡ ${s.name}`)),
  );
}

function renderHome(world) {
  const view = world.homes[state.at.slice(5)];
  const place = {
    press: (e, b) => act({ do: "click", in_view: true, action_id: e.action_id, block_id: b.block_id }),
    choose: (e, b, value) => act({ do: "select", action_id: e.action_id, block_id: b.block_id, value }),
    held: (b, e) => view.state.values[b.block_id]?.[e.action_id],
  };
  $("head").replaceChildren(h("h2", {}, "Home"));
  $("messages").replaceChildren(view ? renderBlocks(view.blocks, world, place) : h("p", {}, "Nothing here yet."));
  $("write").hidden = true;
}

function renderHead(channel, world) {
  const member = h("button", { type: "button", onclick: () => act({ do: channel.is_member ? "leave" : "join", channel: channel.id }) }, channel.is_member ? "Leave" : "Join");
  $("head").replaceChildren(
    h("h2", {}, title(channel, world), channel.is_archived ? h("small", {}, " (archived)") : ""),
    h("div", { class: "row" }, h("span", { class: "grow" }, channel.topic?.value || ""), h("small", { title: channel.members.map((m) => world.users[m]?.real_name).join(", ") }, `${channel.members.length} people`), channel.kind === "channel" && !channel.is_archived && member),
    h("div", { class: "row" }, ...channel.bookmarks.map((b) => h("a", { href: b.link, target: "_blank", rel: "noopener noreferrer" }, `🔖 ${b.title}`))),
    channel.canvas ? h("details", {}, h("summary", {}, channel.canvas.title || "Canvas"), h("pre", {}, channel.canvas.markdown)) : "",
  );
}

function renderRoom(world) {
  const channel = world.conversations.find((c) => c.id === state.at) || world.conversations.find((c) => c.is_member);
  if (!channel) return $("messages").replaceChildren();
  state.at = channel.id;
  renderHead(channel, world);
  const box = $("messages");
  const bottom = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const openThread = (ts) => {
    state.thread = ts;
    render();
  };
  const top = channel.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts);
  box.replaceChildren(...top.map((m) => renderMessage(m, channel, world, act, openThread)));
  if (bottom) box.scrollTop = box.scrollHeight;
  $("write").hidden = !channel.is_member || channel.is_archived;
  renderThread(channel, world);
}

function renderThread(channel, world) {
  const aside = $("thread");
  const found = state.thread ? channel.messages.filter((m) => m.ts === state.thread || m.thread_ts === state.thread) : [];
  aside.hidden = !found.length;
  if (aside.hidden) return aside.replaceChildren();
  const typed = aside.querySelector("input")?.value || "";
  const input = h("input", { "aria-label": "Reply", placeholder: "Reply…", value: typed });
  const send = (event) => {
    event.preventDefault();
    const text = input.value;
    input.value = "";
    if (text.trim()) act({ do: "message", channel: channel.id, thread_ts: state.thread, text });
  };
  const close = () => {
    state.thread = null;
    render();
  };
  aside.replaceChildren(
    h("div", { class: "row" }, h("h3", { class: "grow" }, "Thread"), h("button", { type: "button", onclick: close }, "✕")),
    ...found.map((m) => renderMessage(m, channel, world, act, null)),
    h("form", { onsubmit: send }, input, h("button", {}, "Send")),
  );
}

function renderTop(world) {
  $("team").textContent = world.team.name;
  const people = Object.values(world.users).filter((u) => !u.is_bot);
  const name = (u) => `${u.profile.real_name || u.name}${u.deleted ? " (deactivated)" : ""}${u.is_restricted ? " (guest)" : ""}${u.is_stranger ? " (external)" : ""}`;
  $("who").replaceChildren(...people.map((u) => h("option", { value: u.id, selected: u.id === state.as }, name(u))));
  $("account").textContent = world.me.deleted ? "Reactivate" : "Deactivate";
  $("about").textContent = world.me.deleted ? "" : `${world.me.locale} · ${world.me.tz}`;
}

function render() {
  const world = state.world;
  if (!world) return;
  if (document.activeElement !== $("who")) renderTop(world);
  renderSide(world);
  if (state.at.startsWith("home:")) {
    $("thread").hidden = true;
    renderHome(world);
  } else renderRoom(world);
  showModal(world, act);
  tick();
}

function tick() {
  if (state.clock) $("clock").textContent = new Date(state.clock.now * 1000).toLocaleString([], { dateStyle: "medium", timeStyle: "medium", timeZone: state.world?.me.tz });
}

function commands() {
  return state.world.apps.flatMap((a) => a.commands);
}

function hint() {
  const typed = $("text").value;
  const word = typed.split(" ")[0];
  const found = typed.startsWith("/") ? commands().filter((c) => c.command.startsWith(word)) : [];
  const take = (c) => {
    $("text").value = `${c.command} `;
    $("text").focus();
    hint();
  };
  $("hints").replaceChildren(
    ...found.map((c) => h("button", { type: "button", role: "option", onclick: () => take(c) }, h("b", {}, c.command), ` ${c.usage_hint || ""} `, h("small", {}, c.description))),
  );
}

$("text").addEventListener("input", hint);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Tab" && $("hints").firstChild) {
    event.preventDefault();
    if (!$("text").value.includes(" ")) $("hints").firstChild.click();
  }
});
$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  $("text").value = "";
  hint();
  if (!text) return;
  const command = commands().find((c) => c.command === text.split(/\s/)[0]);
  if (command) act({ do: "command", channel: state.at, command: command.command, text: text.slice(command.command.length).trim() });
  else act({ do: "message", channel: state.at, text });
});
$("account").addEventListener("click", () => act({ do: state.world.me.deleted ? "reactivate" : "deactivate" }));
$("who").addEventListener("change", () => {
  state.as = $("who").value;
  state.thread = null;
  history.replaceState(null, "", `?as=${state.as}`);
  $("who").blur();
  refresh();
});

async function watchClock() {
  const response = await fetch("/control/clock");
  if (response.ok) state.clock = await response.json();
  tick();
}

new EventSource("/control/events").addEventListener("message", refresh);
setInterval(watchClock, 1000);
watchClock();
