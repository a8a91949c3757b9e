"""The table of docs/rules.md, made from the code: `python -m tests.rules_table` writes it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "rules.md"
PRODUCT = ("escalation", "config", "store", "handlers", "bot")
TOO_WIDE = {"escalation/messages/effects.py"}
WIDE_FOLDERS = ("escalation/contract/", "escalation/decision/commands/")

RULES = {
    "ORG-1": "A contract binds a provider, a client and suppliers; contracts do not see each other",
    "ORG-2": "Echelons, the same for both firms; at each, the holder first, then the deputies",
    "ORG-3": "People have roles, an account in chat, absences, and somebody who stands in",
    "ORG-4": "Support groups are informed and recorded; the incident manager keeps the lead",
    "ORG-5": "The service catalogue: criticality, opening hours, group and supplier responsible",
    "ORG-10": "A running record keeps its terms; whom it calls, and how, is always of the moment",
    "ORG-6": "Sites, and whom to phone there; an incident says which it touches",
    "ORG-7": "A RACI for each process and for the documents; who answers for what can be asked",
    "CAL-1": "Coverage hours, and on-call rotas outside them, with overrides; iCalendar",
    "CAL-2": "Public holidays of the country or region, and closed days of the contract",
    "CAL-3": "Every duration says its clock; clocks are right across daylight-saving changes",
    "CAL-5": "Several windows a day, by day of the week and on named dates (half-days)",
    "CAL-6": "Several rotas, a second on call; looked up at each call; what an edit moves is told",
    "INC-1": "An incident has an origin and keeps the reference of its ticket",
    "INC-2": "Priority from criticality × severity",
    "INC-3": "Second scheme: ranked components, or urgency × impact",
    "INC-4": "The life of an incident, from opened to closed; each step has an actor and a time",
    "INC-5": "The requester verifies before closing; silence is chased",
    "INC-6": "The requester is told as soon as it appears that restoration will be late",
    "INC-7": "What monitoring or production raised is not told to the client, with two exceptions",
    "INC-8": "A priority 1 is notified to the contract's list, and starts the escalation",
    "INC-9": "Targets, their warnings and breach; the clock stops while waiting",
    "INC-10": "Every action and decision is in the timeline",
    "INC-11": "When resolved, somebody says whether the cause is gone",
    "INC-12": "Once the escalation has started the firms talk between peers, whatever raised it",
    "INC-13": "A service level that is or will be missed is told to the contract's list",
    "INC-14": "Who was told of a delay is kept informed at an interval",
    "INC-15": "What no client asked for is verified by somebody other than who resolved it",
    "INC-16": "What another process raised is told as the contract says for that process",
    "INC-18": "A time to qualify; on call is told at once, outside coverage",
    "INC-19": "Having been priority 1 is not undone; lowering one takes the client's peer",
    "ESC-1": "Only the people of the level concerned are called",
    "ESC-2": "Peers talk to peers; whoever escalated tells their peer",
    "ESC-3": "Ladders towards the client and each supplier; times per priority, each on its clock",
    "ESC-4": "Escalation starts by itself in the cases set in the contract",
    "ESC-5": "A rung: holder, again, deputies, next rung; at the top, over again; never silent",
    "ESC-6": "Acknowledge, hand over, add, snooze once, step down; priorities re-plan the timers",
    "ESC-7": "Timers survive a restart, fire once, in order, never early; a late one says so",
    "ESC-9": "What is overdue elsewhere climbs the same ladders, on its own delays",
    "ESC-10": "Who keeps the list is told of people whom no way is known to reach",
    "CRI-1": "A crisis cell: managers of both firms steer a grave situation together",
    "CRI-2": "Who may ask, who is asked, and what happens when nobody answers or somebody refuses",
    "CRI-3": "Members: initiators, as of right, asked for, suppliers' representatives; delegates",
    "CRI-4": "The room; mandated members are chased; who is present, represented or missing",
    "CRI-5": "Each firm, and the help desk, is informed that a cell has been formed",
    "CRI-6": "Joint lead; a higher level may take over, confirmed by both sides",
    "CRI-7": "Communication leads are reminded, and what was said to whom is recorded",
    "CRI-8": "Decisions and actions are recorded and followed up",
    "CRI-9": "Both leads close; then a written report",
    "CRI-10": "Exercises: marked everywhere, reaching only people who agreed",
    "CRI-11": "The cell's own report, due after its closing, to its own list",
    "CRI-12": "A higher level takes the lead by its own decision; a side led that high keeps it",
    "CRI-13": "The client confirms who represents each supplier's management, at an interval",
    "CRI-14": "The member list is agreed by both, and chased; one running log",
    "REP-1": "A report within the contract's time after a priority 1, to the contract's list",
    "REP-2": "A report where a target was missed",
    "REP-3": "Drafted at closure, approved by a second person, preliminary at the last moment",
    "REP-4": "Reminders before the deadline, to the owner, then up the echelons",
    "REP-5": "The form: Markdown in chat, HTML to send and keep; versions kept",
    "PRB-1": "What a problem starts from; a client goes through service-level management",
    "PRB-2": "Both impacts propose a priority; both firms decide it",
    "PRB-3": "From analysis to known error, fix and closing; its work-around where it helps",
    "PRB-4": "The problem manager assesses both impacts, and reports them",
    "CHG-1": "What a change starts from, on the form for it",
    "CHG-2": "Standard or other; a study; money or service level needs both delivery managers",
    "CHG-3": "Urgent: standard ones alone, asked for and accepted by whom the contract names",
    "CHG-4": "The requester is told at each step, and asked for what is theirs; the window",
    "CHG-5": "The desk; a project or process names who is told and who approves",
    "CHG-6": "Of urgent ones it is agreed how the extra risk is handled, and who is liable",
    "EVT-1": "Events: how like ones are grouped, which become incidents, what clears them",
    "CFG-1": "What depends on what; an incident shows what else it touches",
    "CON-1": "Courteous and sober; in French, “vous”",
    "CON-2": "Need to know: each message reaches only those concerned",
    "CON-3": "Nothing is altered after the fact; tampering shows",
    "CON-4": "The end of a contract: handed back in open formats, or erased, with a certificate",
    "CON-5": "Where something is not done, the reason is given",
}

_NAMED = re.compile(r"([A-Z]{3})-([1-9]\d?)\b(?: to (?:[A-Z]{3}-)?([1-9]\d?)\b)?")
_TEST = re.compile(r"test_([a-z]{3})_(\d+)(?:_|$)")


def proofs() -> dict[str, set[str]]:
    """Rule → the tests named after it, as pytest names them: `tests/…/test_….py::test_…`."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                named = _TEST.match(node.name)
                if named:
                    found[f"{named[1].upper()}-{named[2]}"].add(f"{_path(file)}::{node.name}")
    return found


def modules() -> dict[str, set[str]]:
    """Rule → the modules that name it: the rules' own where there are any.

    Those that name a range of rules count where no other does.
    """
    alone: dict[str, set[str]] = defaultdict(set)
    ranged: dict[str, set[str]] = defaultdict(set)
    files = [file for folder in PRODUCT for file in sorted((ROOT / folder).rglob("*.py"))]
    for file in files:
        for group, first, last in _NAMED.findall(file.read_text("utf-8")):
            numbers = range(int(first), int(last or first) + 1)
            for number in numbers:
                (ranged if last else alone)[f"{group}-{number}"].add(_path(file))
    return {rule: _nearest(alone[rule]) or _nearest(ranged[rule]) for rule in RULES}


def _nearest(paths: set[str]) -> set[str]:
    narrow = {path for path in paths - TOO_WIDE if not path.startswith(WIDE_FOLDERS)}
    own = {path for path in narrow if path.startswith("escalation/")}
    return own or narrow or paths


def table() -> Iterator[str]:
    """The table, line by line."""
    lives, proved = modules(), proofs()
    yield "| Rule | What it asks | Where it lives | Tests |"
    yield "| --- | --- | --- | --- |"
    for rule, words in RULES.items():
        files = {test.partition("::")[0] for test in proved[rule]}
        yield f"| {rule} | {words} | {_links(lives[rule])} | {_links(files)} |"


def _links(paths: set[str]) -> str:
    return "<br>".join(f"[{path}](../{path})" for path in sorted(paths))


def _path(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


HEAD = """\
# The rules, where they live, and what proves them

Each rule of the service agreement has a number. A test that proves a rule bears its number:
`pytest -k inc_4_` answers “does rule INC-4 hold?”.

`.venv/bin/python -m tests.rules_table` writes this page again from the code;
[tests/test_rules.py](../tests/test_rules.py) fails where a rule has no test, where one of its
tests is not run, or where this page names a file that has nothing to do with the rule.

"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(HEAD + "\n".join(table()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
