"""Sources of events and dependencies that make no sense are told (Rules EVT-1, CFG-1)."""

from __future__ import annotations

import pytest

from tests.config.broken import faults_of, variant

ALERTMANAGER = 'kind = "alertmanager"\nkey = "ESCALADE_EVENTS_ALERTMANAGER"'


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"ESCALADE_EVENTS_CENTREON"', '"s3cret-word"', "not_a_key_variable"),
        ('"ESCALADE_EVENTS_CENTREON"', '"SLACK_BOT_TOKEN"', "not_a_key_variable"),
        ('id = "centreon"', 'id = "alertmanager"', "id_twice"),
        ('id = "centreon"', 'id = "Cen treon"', "id_not_simple"),
        ('"srv-ad-01" = "annuaire"', '"srv-ad-01" = "anuaire"', "unknown_component"),
        ("severities = { page = 1 }", "severities = { page = 5 }", "not_a_severity"),
        ('component = "=sauvegarde"\n', "", "no_component_path"),
        ('cleared = ["success"]\n', "", "nothing_clears"),
        (ALERTMANAGER, ALERTMANAGER + '\nsigned = "X Sign"', "not_a_header"),
        (ALERTMANAGER, ALERTMANAGER + '\nsites = { a = "nowhere" }', "unknown_site"),
        ('depends_on = ["fichiers"]', 'depends_on = ["fishier"]', "unknown_component"),
        ('depends_on = ["fichiers"]', 'depends_on = ["wan", "wan"]', "named_twice"),
        ('quiet = "10m"', 'quiet = "10m"\nroom = "#Ops Room"', "not_a_room"),
        ('quiet = "10m"', 'quiet = "10m"\nroom = "shared"', "room_twice"),
        ('quiet = "10m"', 'quiet = "10m"\nroom = "rivage-incidents"', "room_twice"),
    ],
)
def test_evt_1_what_makes_no_sense_is_told(old: str, new: str, code: str) -> None:
    found = faults_of(variant((old, new)))
    assert [fault.code for fault in found] == [code]
    assert "s3cret" not in str(found), "what may be the secret is never shown"


def test_cfg_1_nothing_depends_on_itself_in_the_end() -> None:
    wan = 'name = "Réseau étendu des sites"'
    found = faults_of(variant((wan, wan + '\ndepends_on = ["vpn"]')))
    assert {fault.code for fault in found} == {"depends_in_a_circle"}
    assert {fault.facts["value"] for fault in found} == {"vpn", "wan"}
