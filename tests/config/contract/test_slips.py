"""What people get wrong with a contract file is one fault, and says what to write instead."""

from __future__ import annotations

import pytest

from tests.config.broken import EXAMPLE, faults_of, line_of, said, variant

CLOSED = "closed_days = [2026-05-15]"
NAME = 'name = "Agence Rivage"'
EVE = '{ day = "12-24", closes = "12:00" }'
REGION = '# region = "Alsace-Moselle"'
GWEN = 'representative = "gwen-morvan"'
SNOOZE = 'snooze = "15m"'
OPENS = 'opens = "07:30"\n'
PHONE = 'phone = "+33 6 39 98 01 09"'
ROLES = 'roles = ["help_desk"]'

# What is replaced, by what, and what is to be read in English and in French.
Case = tuple[str, str, str, str]

DATES: list[Case] = [
    (CLOSED, f"closed_days = [{written}]", "Write 2026-05-15", "Écrivez 2026-05-15")
    for written in ("15/05/2026", "15-05-2026", "15.05.2026", "2026/05/15", "2026-5-15",
                    "15 mai 2026", "15\u201305\u20132026")
]  # fmt: skip
DATES += [
    (CLOSED, f"closed_days = [{written}]", "Did you mean “2026-05-15”?",
     "Vouliez-vous dire « 2026-05-15 » ?")
    for written in ('"15/05/2026"', '"15 mai 2026"', "20260515")
]  # fmt: skip
DATES += [
    (CLOSED, "closed_days = [15/05/2026, 26/12/2026]", "Write 2026-05-15, 2026-12-26",
     "Écrivez 2026-05-15, 2026-12-26"),
    (CLOSED, "closed_days = [May 15, 2026, 2026-12-24]", "“May 15, 2026” is not how",
     "« May 15, 2026 » n'est pas"),
    ("first = 2026-08-03", "first = Monday, August 3, 2026", "Write 2026-08-03",
     "Écrivez 2026-08-03"),
    ("start = 2026-08-15T09:00:00", "start = August 15, 2026, 9:00", "Write 2026-08-15T09:00:00",
     "Écrivez 2026-08-15T09:00:00"),
    (CLOSED, "closed_days = [\n  15/05/2026,\n]", "Write 2026-05-15", "Écrivez 2026-05-15"),
    ("first = 2026-08-03", "first = 03/08/2026", "Write 2026-08-03", "Écrivez 2026-08-03"),
    ("start = 2026-08-15T09:00:00", "start = 15/08/2026 9h", "Write 2026-08-15T09:00:00",
     "Écrivez 2026-08-15T09:00:00"),
    (EVE, EVE.replace("12-24", "24-12"), "Did you mean “12-24”?", "Vouliez-vous dire « 12-24 » ?"),
    (EVE, EVE.replace('"12-24"', "24/12"), 'Write "12-24"', 'Écrivez "12-24"'),
    (CLOSED, "closed_days = [2026-05-15 2026-05-16]", "a comma or the closing bracket",
     "il manque une virgule ou le crochet fermant"),
]  # fmt: skip

QUOTES: list[Case] = [
    (NAME, f"name = {written}", 'straight ones only.\n  → Write "Agence Rivage".',
     'Écrivez "Agence Rivage".')
    for written in ("“Agence Rivage”", "«\u00a0Agence Rivage\u00a0»", "‘Agence Rivage’",
                    "„Agence Rivage“", "“Agence Rivage\"", '"Agence Rivage”')
]  # fmt: skip
QUOTES += [
    (NAME, "name = Agence Rivage", 'Write "Agence Rivage".', 'Écrivez "Agence Rivage".'),
    ('"thomas-lacroix", "lea-guillou", "ines-moreau"]', "“thomas-lacroix”, “lea-guillou”]",
     'Write "thomas-lacroix", "lea-guillou".', 'Écrivez "thomas-lacroix", "lea-guillou".'),
    (NAME, 'name\u00a0= "Agence Rivage"', "with the space bar", "avec la barre d'espace"),
    (PHONE, "phone = +33 6 39 98 01 09", 'Write "+33 6 39', 'Écrivez "+33 6 39'),
    ("drills = false", "drills = non", "“non” is neither true nor false",
     "« non » n'est ni vrai ni faux"),
    (OPENS, "opens = 7h30\n", 'Write "07:30".', 'Écrivez "07:30".'),
    (OPENS, 'opens = "7h30"\n', "Did you mean “07:30”?", "Vouliez-vous dire « 07:30 » ?"),
    ("[50, 75, 90]", "[50%, 75%, 90%]", "Write 50, 75, 90", "Écrivez 50, 75, 90"),
]  # fmt: skip

DURATIONS: list[Case] = [
    (SNOOZE, "snooze = 15m", 'Write "15m".', 'Écrivez "15m".'),
    (SNOOZE, 'snooze = "10 min"', "Did you mean “10m”?", "Vouliez-vous dire « 10m » ?"),
    ('"10 working days"', '"J+10"', "Did you mean “10 working days”?",
     "Vouliez-vous dire « 10 working days » ?"),
]  # fmt: skip

SHAPES: list[Case] = [
    (GWEN, 'representative = ["gwen-morvan"]', "Did you mean “gwen-morvan”? Write the value alone",
     "Vouliez-vous dire « gwen-morvan » ? Écrivez la valeur seule"),
    (ROLES, 'roles = "help_desk"', 'Did you mean “["help_desk"]”?',
     'Vouliez-vous dire « ["help_desk"] » ?'),
    ('[coverage.hours]\nopens', ('[[coverage.hours]]\nopens = "08:00"\ncloses = "12:00"\n'
     'days = ["sat"]\n[[coverage.hours]]\nopens'),
     "Write [coverage.hours] once, and each further stretch in its `also`",
     "Écrivez [coverage.hours] une seule fois, et chaque autre plage dans son `also`"),
    ('[coverage.hours]\nopens', ('[coverage.hours]\nopens = "08:00"\ncloses = "12:00"\n'
     'days = ["sat"]\n[coverage.hours]\nopens'),
     "Write [coverage.hours] once, and each further stretch in its `also`",
     "Écrivez [coverage.hours] une seule fois, et chaque autre plage dans son `also`"),
    ("[rooms]", "[[rooms]]", "Write [rooms], with single brackets",
     "Écrivez [rooms], entre crochets simples"),
    ("[[rotas]]\nid = \"operations\"", "[[rotas]]\nid = [\"operations\"]",
     "Did you mean “operations”?", "Vouliez-vous dire « operations » ?"),
]  # fmt: skip

NAMES: list[Case] = [
    (REGION, 'region = "Réunion"', "Did you mean “La Réunion”?",
     "Vouliez-vous dire « La Réunion » ?"),
    (REGION, 'region = "Alsace Moselle"', "Did you mean “Alsace-Moselle”?",
     "Vouliez-vous dire « Alsace-Moselle » ?"),
    (REGION, 'region = "Atlantide"', "Known regions: Alsace, Alsace-Moselle, Guadeloupe",
     "Régions connues : Alsace, Alsace-Moselle, Guadeloupe"),
    ('country = "FR"', 'country = "France"', "Did you mean “FR”?", "Vouliez-vous dire « FR » ?"),
    ('timezone = "Europe/Paris"', 'timezone = "Paris"', "Did you mean “Europe/Paris”?",
     "Vouliez-vous dire « Europe/Paris » ?"),
    ('stand_in = "julien-perrin"', 'stand_in = "Perrin"', "Did you mean “julien-perrin”?",
     "Vouliez-vous dire « julien-perrin » ?"),
    ('name = "Nadia Benali"', 'nom = "Nadia Benali"', "Did you mean “name”?",
     "Vouliez-vous dire « name » ?"),
    ('language = "fr" ', 'language = "français" ', "Did you mean “fr”?",
     "Vouliez-vous dire « fr » ?"),
    ('days = ["mon", "tue", "wed", "thu", "fri"]\n\n', 'days = ["lundi", "mardi"]\n\n',
     "“lundi, mardi” is not a day of the week.\n  → Did you mean “mon, tue”?",
     "Vouliez-vous dire « mon, tue » ?"),
    (PHONE, 'phone = "call me"', "“call me” is not a phone number",
     "« call me » n'est pas un numéro de téléphone"),
    ('level = 4\nname = "Direction générale"', 'level = 3\nname = "Direction générale"',
     "Write the levels from the lowest up", "Écrivez les niveaux en montant"),
    ('id = "lea-guillou"', 'id = "lea-guilou"', "Did you mean “lea-guilou”?",
     "Vouliez-vous dire « lea-guilou » ?"),
    ('id = "armor"\nname', 'id = "armour"\nname', "Did you mean “armour”?",
     "Vouliez-vous dire « armour » ?"),
    ('1 = "2h", 2 = "4h", 3 = "16h coverage", 4 = "5 working days" }',
     'P1 = "2h", P2 = "4h", P3 = "16h coverage", P4 = "5 working days" }',
     "Did you mean “1, 2, 3, 4”?", "Vouliez-vous dire « 1, 2, 3, 4 » ?"),
]  # fmt: skip


@pytest.mark.parametrize(
    "case", [*DATES, *QUOTES, *DURATIONS, *SHAPES, *NAMES], ids=lambda case: case[1][:40]
)
def test_a_slip_is_one_fault_that_says_what_was_meant(case: Case) -> None:
    old, new, english, french = case
    (fault,) = found = faults_of(variant((old, new)))
    assert english in said(found)
    assert french in said(found, "fr").replace("\u00a0", " ").replace("\u2019", "'")
    assert fault.line is not None


def test_after_slips_the_rest_of_the_file_is_looked_at_too() -> None:
    text = variant(
        (CLOSED, "closed_days = [15/05/2026]"),
        (NAME, "name = “Agence Rivage”"),
        ("[50, 75, 90]", "[75, 50]"),
    )
    assert [(f.line, f.code) for f in faults_of(text)] == [
        (line_of(text, "“Agence Rivage”"), "typographic_quotes"),
        (line_of(text, "15/05/2026"), "date_as_on_paper"),
        (line_of(text, "[75, 50]"), "warnings_not_ascending"),
    ]


def test_a_name_that_many_lines_miss_is_told_with_all_of_them() -> None:
    text = EXAMPLE.replace('id = "claire-vasseur"', 'id = "claire"')
    (fault,) = faults_of(text)
    lines = [n for n, line in enumerate(text.split("\n"), 1) if '"claire-vasseur"' in line]
    assert [fault.line, *fault.also] == lines
    assert f"Likewise on line {', '.join(map(str, lines[1:]))}." in said([fault])


@pytest.mark.parametrize(
    "written",
    ["0639980109", "+33 (0)1 99 00 01 02", "01.99.00.01.02", "3900", "+33 1 99 00 01 02 ext. 12",
     "00 33 1 99 00 01 02 poste 4711", "+44-20-7946-0000"],
)  # fmt: skip
def test_org_3_phone_numbers_as_people_group_them(written: str) -> None:
    from config.contract.file import read_contract

    read_contract(variant((PHONE, f'phone = "{written}"')))


@pytest.mark.parametrize("written", ["n/a", "mobile", "voir Claire", "12", "a@b.example"])
def test_org_3_what_cannot_be_dialled_is_no_phone_number(written: str) -> None:
    (fault,) = faults_of(variant((PHONE, f'phone = "{written}"')))
    assert fault.code == "not_a_phone"
