"""Meanings of a contract's fields: the hours, days off and rotas."""

from __future__ import annotations

from handlers.words.texts import msg

FIELDS = {
    "Coverage": {
        "": msg("Coverage hours and closed days. Outside coverage, those on call come first."),
        "hours": msg("The coverage hours."),
        "country": msg('Whose public holidays count, two letters: "FR".'),
        "region": msg('A region with holidays of its own: "Alsace-Moselle", "La Réunion".'),
        "closed_days": msg("Further days without coverage, such as bridging days: 2026-05-15."),
        "public_holidays": msg("Whether public holidays are days without coverage."),
        "worked_holidays": msg("Public holidays that are days like any other, by name or date."),
        "half_days": msg("Days of which a part is closed."),
    },
    "HalfDay": {
        "": msg("A day of which only a part is open."),
        "day": msg('The day: 2026-12-24, "12-24" for each year, or a public holiday\'s name.'),
        "opens": msg("Nothing opens before: the morning is closed."),
        "closes": msg("Nothing is open after: the afternoon is closed."),
    },
    "Hours": {
        "": msg(
            "Hours of the week, in the contract's time zone. Those that close before they "
            "open go past midnight."
        ),
        "opens": msg('When they begin: "07:30".'),
        "closes": msg('When they end: "18:00".'),
        "days": msg('The days they begin on: ["mon", "tue", "wed", "thu", "fri"].'),
        "always": msg("Round the clock, every day; the rest then does not matter."),
        "also": msg("Further windows: an afternoon, Friday until 17:00, Saturday morning."),
    },
    "Rota": {
        "": msg(
            "On-call duty: people of one firm take turns in the order of the list, over and over."
        ),
        "id": msg("Short name, given as on_call to the post that it relieves."),
        "name": msg("What it is called, as people read it."),
        "people": msg("The ids of those who take turns, in order."),
        "starts": msg("The day of the first hand-over, when the first of the list begins."),
        "hand_over": msg("The time of day at which turns change."),
        "turn_days": msg("How many days a turn lasts."),
        "changes": msg("Who takes turns from a later day on: never edit a list in use."),
        "overrides": msg("Swaps: this person instead, from–to."),
        "hours": msg(
            "When the rota has the duty, of what lies outside coverage: nights, or week-ends."
        ),
        "days_off": msg("Whether it has the duty of public holidays and closed days too."),
        "kept_by": msg("The ids of who keeps the rota; else whoever holds the post it relieves."),
        "keeper_agrees": msg("Whether one of them has to agree to each cover and swap."),
    },
    "RotaChange": {
        "": msg("The list that holds from a later day on."),
        "starts": msg("The day from whose hand-over on this list holds."),
        "people": msg("All who take turns then, in order; whoever begins that day first."),
        "hand_over": msg("Another time of day at which turns change; else that of before."),
        "turn_days": msg("Another length of a turn; else that of before."),
    },
    "Override": {
        "": msg("A swap: this person instead of the one whose turn it is."),
        "person": msg("The id of whoever is on call."),
        "start": msg("From when: 2026-08-15T09:00:00."),
        "end": msg("Until when, excluded."),
    },
    "Window": {
        "": msg("One stretch of opening hours a day."),
        "opens": msg("When the stretch begins."),
        "closes": msg("When the stretch ends."),
        "days": msg('The days the stretch begins on: ["sat"].'),
    },
}
