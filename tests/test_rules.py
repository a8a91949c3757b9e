from __future__ import annotations

import re
import subprocess
import sys

from tests.rules_table import PAGE, ROOT, RULES, proofs

ROW = re.compile(r"^\| ([A-Z]{3}-\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
LINK = re.compile(r"\]\(\.\./([^)]+)\)")


def test_every_rule_has_a_test_that_bears_its_number():
    proved = proofs()
    assert [rule for rule in RULES if not proved[rule]] == []


def test_every_test_of_a_rule_is_run():
    named = set().union(*proofs().values())
    files = sorted({test.partition("::")[0] for test in named})
    collect = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    listed = subprocess.check_output([*collect, *files], cwd=ROOT, text=True)  # noqa: S603  our own words
    assert named - {line.partition("[")[0] for line in listed.splitlines()} == set()
    skipping = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)")
    assert [file for file in files if skipping.search((ROOT / file).read_text("utf-8"))] == []


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
        assert [f for f in files if f not in {t.partition("::")[0] for t in proved[rule]}] == []
