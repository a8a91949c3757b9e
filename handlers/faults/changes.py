"""Faults of the change management of a contract."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "nobody_named_so": (
        msg("“%(value)s” is neither somebody of the contract nor a role that somebody holds."),
        msg("Name a person under [[people]] by their id, or a role."),
    ),
    "not_for_a_form": (
        msg("“%(value)s” cannot be shown in a form: it is empty, or too long."),
        msg("Write from 1 to %(limit)s characters."),
    ),
    "catalogue_unkept": (
        msg("Nobody of %(firm)s is named to keep the catalogue of changes."),
        msg("Name somebody of either firm under keepers, or nobody."),
    ),
    "urgent_unagreed": (
        msg("Nothing is agreed about urgent changes, but this one may be urgent."),
        msg("Write [changes.urgent]: who may ask, who may accept, the extra risk, who is liable."),
    ),
}
