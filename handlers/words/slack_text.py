"""Text that people write, as Slack passes it on: mentions, links and escapes, read as words.

Slack writes `<@U012>`, `<#C012|general>`, `<!here>`, `<https://…|label>`, and escapes `&`, `<` and
`>`; of a slash command it does so or not, by the app's settings and its own mood. Both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_TOKEN = re.compile(
    r"<(?:(?P<sigil>[@#!])(?P<id>[^<>|\s][^<>|]*)"
    r"|(?P<url>(?:https?|ftp|mailto|tel|slack):[^<>|\s]+))"
    r"(?:\|(?P<label>[^<>]*))?>"
)
_BARE = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")
_MENTION = re.compile(r"^<@([A-Z0-9]+)(?:\|[^<>]*)?>$")
_OPENS, _SHUTS = "\ue000", "\ue001"  # of private use: what stands between is put back
_KEEPS = re.compile(f"[{_OPENS}{_SHUTS}]")
_KEPT = re.compile(f"{_OPENS}(\\d+){_SHUTS}")
_CODE = re.compile(r"```\s*(?P<block>.+?)\s*```|`(?P<code>[^`\n]+)`", re.DOTALL)
_MARKS = [  # around whole words; within a word, as in snake_case, they mark nothing
    re.compile(rf"(?<![\w{m}]){m}(?=\S)((?:[^{m}\n]|(?<=\w){m}(?=\w))+?)(?<=\S){m}(?![\w{m}])")
    for m in (r"\*", "_", "~")
]
_SCHEME = re.compile(r"^(?:https?://|ftp://|mailto:|tel:)")


def unescape(text: str) -> str:
    """Return what a person wrote, from what Slack escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escaped(text: str) -> bool:
    """Tell whether Slack may have escaped it: but for mentions and links, nothing stands bare."""
    return _BARE.search(_TOKEN.sub("", text)) is None


def mentioned(text: str) -> str:
    """The Slack user of a value that is one mention and nothing else; "" for other values."""
    found = _MENTION.match(text.strip())
    return found[1] if found else ""


def users_in(texts: Iterable[str]) -> set[str]:
    """The Slack users that texts mention."""
    return {
        found["id"] for text in texts for found in _TOKEN.finditer(text) if found["sigil"] == "@"
    }


def readable(text: str, names: Mapping[str, str], *, whole: str = "", marked: bool = False) -> str:
    """The text as its writer saw it: "@Inès Moreau", "#general", "label (https://…)".

    `names` are those of the Slack users known. `whole` is what the text was taken out of, and
    shows whether Slack escaped it: the text itself if not told. `marked` takes off what makes
    Slack show a text bold, as code and so on.
    """
    decoded = unescape if escaped(whole or text) else str
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"{_OPENS}{len(kept) - 1}{_SHUTS}"

    text = _TOKEN.sub(lambda found: keep(_said(found, names)), _KEEPS.sub("", text))
    if marked:
        text = _CODE.sub(lambda found: keep(decoded(found["block"] or found["code"])), text)
        for mark in _MARKS:
            text = mark.sub(lambda found: found[1], text)
    text = decoded(text)
    while kept and _KEPT.search(text):  # a link may stand in code
        text = _KEPT.sub(lambda found: kept[int(found[1])], text)
    return text


def _said(token: re.Match[str], names: Mapping[str, str]) -> str:
    """A mention or a link in words."""
    label = unescape(token["label"] or "").strip()
    match token["sigil"]:
        case "@":
            return f"@{names.get(token['id']) or label.removeprefix('@') or token['id']}"
        case "#":
            return f"#{label.removeprefix('#') or token['id']}"
        case "!":
            return label or f"@{token['id'].partition('^')[0]}"
    url = unescape(token["url"])
    bare = _SCHEME.sub("", url)
    if not label or label == url:
        return bare if url.startswith(("mailto:", "tel:")) else url
    return label if bare.rstrip("/") == label.rstrip("/") else f"{label} ({url})"
