from __future__ import annotations

import re

from tests.rules_table import PAGE, ROOT, RULES, proofs

ROW = re.compile(r"^\| ([A-Z]{3}-\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
LINK = re.compile(r"\]\(\.\./([^)]+)\)")


def test_every_rule_has_a_test_that_bears_its_number():
    proved = proofs()
    assert [rule for rule in RULES if not proved[rule]] == []


def test_every_rule_has_its_row_in_the_page():
    assert [row[1] for row in ROW.finditer(PAGE.read_text("utf-8"))] == list(RULES)


def test_the_page_claims_nothing_that_is_not_so():
    proved = proofs()
    for row in ROW.finditer(PAGE.read_text("utf-8")):
        rule, lives, tested = row.groups()
        modules, files = LINK.findall(lives), LINK.findall(tested)
        assert modules, f"{rule} lives nowhere"
        assert files, f"{rule} is proved nowhere"
        assert [f for f in modules if not (ROOT / f).is_file()] == []
        assert [f for f in files if f not in proved[rule]] == []
