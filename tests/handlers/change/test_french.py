"""The French of changes: who asks for whom, a day with its article, no gender (CON-1, CON-6)."""

from __future__ import annotations

from handlers.words.texts import Texts
from tests.agreement import PARIS


def test_con_1_cover_asked_for_somebody_else_says_who_is_replaced() -> None:
    said = Texts.of("fr", PARIS)(
        "%(by)s asks for cover for %(asker)s %(when)s.", by="Tom", asker="Tess", when="demain"
    )
    assert said == "Tom demande un remplacement pour Tess demain."


def test_con_6_who_manages_changes_has_no_gender() -> None:
    said = Texts.of("fr", PARIS)(
        "%(name)s has asked for this change; the change manager classifies it.", name="Rita"
    )
    assert "le responsable" not in said
    assert "les responsables des changements le classent" in said
