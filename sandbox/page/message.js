// One message: who, when, what, and what one can do with it.
import { renderBlocks } from "./blocks.js";
import { h, mrkdwn } from "./text.js";

const time = (ts, timeZone) =>
  new Date(Number(ts) * 1000).toLocaleTimeString([], { timeStyle: "medium", timeZone });

export function place(message, channel, act) {
  const at = { message_ts: message.ts, channel: channel.id };
  return {
    press: (e, b) => act({ do: "click", ...at, action_id: e.action_id, block_id: b.block_id, value: e.value }),
    choose: (e, b, value) =>
      (b.type !== "input" || b.dispatch_action) &&
      act({ do: "select", ...at, action_id: e.action_id, block_id: b.block_id, value }),
    held: () => null,
  };
}

function tools(message, channel, world, act, openThread) {
  const at = { message_ts: message.ts, channel: channel.id };
  const shortcuts = world.apps.flatMap((a) => a.shortcuts.filter((s) => s.type === "message"));
  return h(
    "span",
    { class: "tools" },
    openThread && h("button", { type: "button", title: "Reply in a thread", onclick: () => openThread(message.thread_ts || message.ts) }, "↩"),
    ...["eyes", "white_check_mark", "+1"].map((name) =>
      h("button", { type: "button", title: `React with ${name}`, onclick: () => act({ do: "react", name, ...at }) }, `:${name}:`),
    ),
    ...shortcuts.map((s) =>
      h("button", { type: "button", "data-shortcut": s.callback_id, onclick: () => act({ do: "shortcut", callback_id: s.callback_id, ...at }) }, s.name),
    ),
  );
}

export function renderMessage(message, channel, world, act, openThread) {
  const user = world.users[message.user];
  const name = message.username || user?.real_name || user?.name || message.user;
  const here = place(message, channel, act);
  const quiet = message.subtype && !message.bot_id;
  return h(
    "article",
    { class: ["message", message.is_ephemeral && "ephemeral", quiet && "quiet"].filter(Boolean).join(" "), "data-ts": message.ts },
    h(
      "div",
      { class: "who" },
      h("b", {}, name),
      user?.is_bot && h("small", { class: "badge" }, "APP"),
      h("small", {}, time(message.ts, world.me.tz)),
      message.edited && h("small", {}, "(edited)"),
      message.pinned_to && h("small", {}, "📌 pinned"),
      message.is_ephemeral && h("small", { class: "only" }, "Only visible to you"),
      !message.is_ephemeral && !quiet && tools(message, channel, world, act, openThread),
    ),
    message.blocks ? renderBlocks(message.blocks, world, here) : mrkdwn(message.text, world),
    ...(message.attachments || []).map((a) =>
      h(
        "div",
        { class: "attachment", style: /^#?[0-9a-f]{3,6}$/i.test(a.color || "") ? `border-color:#${a.color.replace("#", "")}` : null },
        a.title && h("b", {}, a.title),
        a.text && mrkdwn(a.text, world),
        a.blocks && renderBlocks(a.blocks, world, here),
      ),
    ),
    ...(message.files || []).map((f) =>
      h("a", { class: "file", href: `${f.url_private}?as=${world.me.id}`, target: "_blank" }, `📄 ${f.title} (${f.size} bytes)`),
    ),
    message.reactions &&
      h("div", { class: "row" }, ...message.reactions.map((r) => h("span", { class: "badge" }, `:${r.name}: ${r.count}`))),
    openThread && message.reply_count &&
      h("button", { type: "button", class: "replies", onclick: () => openThread(message.ts) }, `${message.reply_count} replies`),
  );
}
