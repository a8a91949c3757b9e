"""Refusals about an incident report."""

from __future__ import annotations

from handlers.words.texts import msg

SENTENCES = {
    "unknown_report": (msg("There is no report %(id)s for you. Please check its number."),),
    "unknown_section": (
        msg("The form has no section “%(section)s”. Please choose one of: %(known)s."),
    ),
    "already_issued": (msg("Version %(version)s of %(id)s is already issued."),),
    "already_approved": (
        msg("%(by)s has already approved %(id)s."),
        msg("%(id)s is already approved."),
    ),
    "own_report": (
        msg(
            "A second person approves the report: somebody who has not written %(id)s."
            " “Ask for approval” asks them."
        ),
    ),
    "report_incomplete": (msg("%(id)s is not complete yet. Please complete first: %(missing)s."),),
    "report_lacks": (
        msg(
            "%(id)s says nothing yet of: %(missing)s. Please complete it, or say why it goes to "
            "approval as it is."
        ),
    ),
    "report_merged": (
        msg("%(id)s is on a duplicate: what it says stands in %(into)s, which goes on."),
    ),
    "already_submitted": (
        msg("The approval of %(id)s is already asked for, of %(people)s."),
        msg("The approval of %(id)s is already asked for."),
    ),
    "nobody_approves": (
        msg(
            "Nobody who may approve %(id)s is left: everybody has written in it. Please have the"
            " contract name somebody else, such as a quality manager."
        ),
    ),
    "report_exists": (msg("There is a report on %(incident)s already: %(id)s."),),
    "report_asked": (msg("%(by)s has already asked for a report on %(incident)s."),),
    "unknown_version": (
        msg("%(id)s has no version %(version)s. Versions that were issued: %(known)s."),
        msg("%(id)s has no version %(version)s: none was issued yet."),
    ),
    "not_approved": (msg("%(id)s is not approved yet. Please have a second person approve it."),),
    "incident_reopened": (
        msg("%(incident)s is open again; the report %(id)s waits until it is closed."),
    ),
}
WHO = {
    "report_owner": msg("the owner of the report"),
    "coordinator": msg("the coordinators of the crisis"),
}
