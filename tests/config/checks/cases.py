"""What can be wrong with a contract, rule by rule."""

from __future__ import annotations

NETWORK_RUNG = 'level = 2\nsupplier = { people = ["gwen-morvan"] }'
MATHIS = 'email = "mathis.berger@boreale.example"'
OLIVIER_AWAY = 'phone = "+33 6 39 98 02 05"\nabsences = [{ first = 2026-07-16, last = 2026-07-20,'
ACK_1 = 'acknowledge = { 1 = "10m", 2 = "30m", 3 = "2h coverage", 4 = "8h coverage" }\n'
SETTLE_3 = 'settle      = { 1 = "2h", 2 = "4h", 3 = "16h coverage", 4 = "5 working days" }'

# What is replaced, by what, the fault to be found, and what its line has in it.
Case = tuple[str, str, str, str]

ORG_1: list[Case] = [
    ('id = "rivage"  ', 'id = "Rivage!"  ', "id_not_simple", 'id = "Rivage!"'),
    ('id = "rivage"  ', f'id = "{"r" * 55}"  ', "id_too_long", f'id = "{"r" * 55}"'),
    ('id = "armor"\nname', 'id = "client"\nname', "id_reserved", ""),
    ('representative = "gwen-morvan"', 'representative = "gwen"', "unknown_person", '"gwen"'),
    ('representative = "gwen-morvan"', 'representative = "anne-riviere"', "wrong_firm",
     'representative = "anne-riviere"  '),
    ('representative = "gwen-morvan"', 'representative = ""', "representative_missing",
     'representative = ""'),
    ('\nphone = "+33 6 39 98 03 02"', "", "representative_without_phone", '"gwen-morvan"    '),
]  # fmt: skip

ORG_2: list[Case] = [
    ('people = ["helene-castel"]', 'people = ["helene-castle"]', "unknown_person", "-castle"),
    ('people = ["helene-castel"]', 'people = ["bernard-chevalier"]', "wrong_firm",
     'provider = { people = ["bernard'),
    ('"francois-delmas", "sophie-arnaud"] }', '"francois-delmas", "francois-delmas"] }',
     "named_twice", '["francois-delmas", "francois-delmas"] }'),
    ('level = 4\nname = "Direction générale"', 'level = 3\nname = "Direction générale"',
     "levels_not_ascending", ""),
    ('level = 1\nname = "Exploitation"', 'level = 0\nname = "Exploitation"',
     "level_out_of_range", "level = 0"),
    ('on_call = "managers"', 'on_call = "mangers"', "unknown_rota", '"mangers"'),
    ('on_call = "managers"', 'on_call = 3', "not_a_text", "on_call = 3"),
]  # fmt: skip

ORG_3: list[Case] = [
    ('id = "lea-guillou"', 'id = "thomas-lacroix"', "id_twice", ""),
    ("mathis.berger@boreale.example", "INES.moreau@boreale.example", "email_twice",
     '"ines.moreau@'),
    ("mathis.berger@boreale.example", "mathis.berger", "not_an_email", '"mathis.berger"'),
    (MATHIS, f'{MATHIS}\nslack = "mathis"', "not_a_slack_id", 'slack = "mathis"'),
    ('organisation = "ponant"\nroles = ["technician"]',
     'organisation = "pontant"\nroles = ["technician"]', "unknown_firm", "pontant"),
    ('roles = ["help_desk"]', 'roles = ["help_desc"]', "value_not_allowed", "help_desc"),
    ("first = 2026-08-03", "first = 2026-08-20", "absence_backwards", "2026-08-20"),
    (', stand_in = "julien-perrin"', "", "absence_alone", "first = 2026-08-03"),
    ('stand_in = "julien-perrin"', 'stand_in = "julien"', "unknown_person", '"julien"'),
    ('stand_in = "julien-perrin"', 'stand_in = "claire-vasseur"', "stand_in_oneself",
     'stand_in = "claire-vasseur"'),
    ('stand_in = "julien-perrin"', 'stand_in = "sarah-dubois"', "wrong_firm",
     'stand_in = "sarah-dubois"'),
    ('stand_in = "julien-perrin" },\n', ('stand_in = "julien-perrin" },\n'
     '    { first = 2026-08-10, last = 2026-08-20, stand_in = "julien-perrin" },\n'),
     "absences_overlap", "first = 2026-08-10"),
]  # fmt: skip

ORG_4: list[Case] = [
    ('members = ["sarah-dubois", "yasmine-haddad"]', "members = []", "group_empty", "members = []"),
    ('members = ["sarah-dubois", "yasmine-haddad"]', 'members = ["sarah-dubois", "yasmine"]',
     "unknown_person", '"yasmine"]'),
    ('members = ["sarah-dubois", "yasmine-haddad"]', 'members = ["mathis-berger"]',
     "wrong_firm", 'members = ["mathis-berger"]'),
    ('organisation = "client"\nmembers', 'organisation = "customer"\nmembers',
     "unknown_firm", '"customer"'),
    ('hours = { opens = "08:00", closes = "17:30" }\ncompetences',
     'hours = { opens = "08:00", closes = "08:00" }\ncompetences',
     "hours_never_open", 'closes = "08:00"'),
]  # fmt: skip

ORG_5: list[Case] = [
    ('rank = 3\nhours = { opens = "09:00", closes = "17:00" }\ngroup = "bureautique"',
     'rank = 3\ngroup = "buraeutique"', "unknown_group", "buraeutique"),
    ('name = "Sauvegarde"', 'name = "Sauvegarde"\nsupplier = "armour"', "unknown_supplier",
     "armour"),
    ('id = "bornes"', 'id = "vpn"', "id_twice", ""),
]  # fmt: skip

ACCOUNTABLE = 'activity = "Analyser la cause"\naccountable = ["problem_manager"]'
ANALYSIS = 'activity = "Analyser la cause"\naccountable = '
ORG_7: list[Case] = [
    (ACCOUNTABLE, f"{ANALYSIS}[] # none", "not_one_accountable", "[] # none"),
    (ACCOUNTABLE, f'{ANALYSIS}["problem_manager", "claire-vasseur"]', "not_one_accountable",
     '["problem_manager", "claire-vasseur"]'),
    (ACCOUNTABLE, f'{ANALYSIS}["executive"] # of both', "accountable_in_two_firms", "# of both"),
    (ACCOUNTABLE, f'{ANALYSIS}["problem_manger"]', "nobody_named_so", "problem_manger"),
    (ACCOUNTABLE, 'activity = "Analyser la cause"', "field_missing", ""),
    ('consulted = ["quality_manager"]', 'consulted = ["quality"]', "nobody_named_so", '"quality"]'),
    ('process = "Incidents"\nactivity = "Convoquer une cellule de crise"',
     'process = "incidents"\nactivity = "Rétablir le service" # 2', "activity_twice", "# 2"),
]  # fmt: skip

CAL_1: list[Case] = [
    ('timezone = "Europe/Paris"', 'timezone = "Europe/Pari"', "unknown_time_zone", "Europe/Pari"),
    (
        'name = "Mathis Berger"', 'name = "Mathis Berger"\ntimezone = "America/Cayene"',
        "unknown_time_zone", "America/Cayene",
    ),
    ('opens = "07:30"\n', "opens = 730\n", "not_a_time", "opens = 730"),
    ('closes = "18:00"\ndays = ["mon", "tue", "wed", "thu", "fri"]', 'closes = "18:00"\ndays = []',
     "hours_without_days", "days = []"),
    ('closes = "18:00"\ndays = ["mon",', 'closes = "18:00"\ndays = ["lundi",', "not_a_day",
     '"lundi"'),
    ('people = ["thomas-lacroix", "lea-guillou", "ines-moreau"]', "people = []", "rota_empty",
     "people = []"),
    ('people = ["thomas-lacroix", "lea-guillou", "ines-moreau"]',
     'people = ["thomas-lacroix", "leo-guillou", "ines-moreau"]', "unknown_person", "leo-guillou"),
    ('hand_over = "09:00"\nturn_days = 7\nchanges', 'turn_days = 0\nchanges',
     "rota_turn_too_short", "turn_days = 0"),
    (', on_call = "managers"', "", "rota_unused", 'id = "managers"'),
    ("start = 2026-08-15T09:00:00", "start = 2026-08-19T09:00:00", "override_backwards",
     "2026-08-19"),
    ("end = 2026-08-17T09:00:00 },\n", ("end = 2026-08-17T09:00:00 },\n    { person = "
     '"ines-moreau", start = 2026-08-16T09:00:00, end = 2026-08-18T09:00:00 },\n'),
     "overrides_overlap", "2026-08-16"),
    ('{ person = "lea-guillou",', '{ person = "sarah-dubois",', "wrong_firm",
     '{ person = "sarah-dubois"'),
]  # fmt: skip

JOINS = '{ starts = 2027-01-04, people = ["lea-guillou", "ines-moreau", "nadia-benali",'
AGAIN = f'{{ starts = 2027-01-04, people = ["ines-moreau"], turn_days = 1 }},\n    {JOINS}'

CAL_6: list[Case] = [
    (JOINS, "{ starts = 2026-12-28, people = [] },\n    " + JOINS, "rota_empty", "people = [] }"),
    (JOINS, JOINS.replace("nadia", "nadja"), "unknown_person", "nadja"),
    (JOINS, JOINS.replace("nadia-benali", "sarah-dubois"), "wrong_firm", '"sarah-dubois", "thom'),
    (JOINS, JOINS.replace("people", "turn_days = 0, people"), "rota_turn_too_short", "days = 0, "),
    (JOINS, AGAIN, "rota_changes_not_ascending", "2027-01-04, people = [\"lea"),
    (JOINS, AGAIN.replace("2027-01-04", "2027-01-11", 1), "rota_changes_not_ascending",
     "2027-01-04"),
    (JOINS, JOINS.replace("2027-01-04", "2026-01-05"), "rota_changes_not_ascending",
     "{ starts = 2026-01-05"),
    (JOINS, JOINS.replace("starts", "from"), "unknown_field", "from = 2027"),
    (JOINS, JOINS.replace("starts = 2027-01-04, ", ""), "field_missing", '{ people = ["lea-'),
]  # fmt: skip

CLOSED = "closed_days = [2026-05-15]"

CAL_2: list[Case] = [
    ('country = "FR"', 'country = "FF"', "unknown_country", 'country = "FF"'),
    ('# region = "Alsace-Moselle"', 'region = "Atlantide"', "unknown_region", "Atlantide"),
    (CLOSED, "closed_days = [2026-05-15, 2026-05-15]", "named_twice", "15, 2026-05-15]"),
    (CLOSED, "closed_days = [20260515]", "not_a_date", "20260515"),
]

PENTECOST = 'worked_holidays = ["Lundi de Pentecôte"]'
EVE = '{ day = "12-24", closes = "12:00" }'
ARMOR_WORKS = 'worked_days = [2026-05-15, "12-24"]'

CAL_5: list[Case] = [
    (PENTECOST, 'worked_holidays = ["Lundi de Pantecôte"]', "unknown_day", "Pantecôte"),
    (PENTECOST, 'worked_holidays = ["02-30"]', "unknown_day", "02-30"),
    (PENTECOST, 'worked_holidays = ["2026-02-29"]', "unknown_day", "2026-02-29"),
    (PENTECOST, 'worked_holidays = [""]', "unknown_day", '[""]'),
    (PENTECOST, "worked_holidays = [2026-05-26]", "not_a_holiday", "2026-05-26"),
    (PENTECOST, 'worked_holidays = ["06-30"]', "not_a_holiday", '"06-30"'),
    (PENTECOST, PENTECOST + "\npublic_holidays = false", "not_a_holiday", "worked_holidays = "),
    (PENTECOST, "worked_holidays = [20260525]", "not_a_text", "20260525"),
    (PENTECOST, 'worked_holidays = ["05-08", "05-08"]', "day_said_twice", '"05-08", "05-08"'),
    (EVE, '{ day = 2026-05-15, closes = "12:00" }', "day_said_twice", "{ day = 2026-05-15"),
    (EVE, '{ day = "lundi de pentecôte", closes = "12:00" }', "day_said_twice", "lundi de p"),
    (EVE, '{ day = "12-24" }', "half_day_without_hours", '{ day = "12-24" }'),
    (EVE, '{ day = "12-24", closes = "07:30" }', "half_day_never_open", '"07:30" }'),
    (EVE, '{ day = "12-24", opens = "18:00" }', "half_day_never_open", 'opens = "18:00" }'),
    (EVE, '{ day = "12-24", opens = "13:00", closes = "12:00" }', "half_day_never_open",
     'opens = "13:00", closes'),
    (EVE, '{ day = "noel", closes = "noon" }', "not_a_time", "noon"),
    (ARMOR_WORKS, "worked_days = [2026-05-18]", "not_a_day_off", "2026-05-18"),
    (ARMOR_WORKS, 'worked_days = ["Lundi de Pentecôte"]', "not_a_day_off", "worked_days"),
    (ARMOR_WORKS, 'worked_days = ["05-16"]', "not_a_day_off", '"05-16"'),
    (ARMOR_WORKS, 'worked_days = ["12-24", "12-24"]', "named_twice", '"12-24", "12-24"'),
    (ARMOR_WORKS, 'worked_days = ["Thanksgiving"]', "unknown_day", "Thanksgiving"),
]  # fmt: skip

CAL_3: list[Case] = [
    ('snooze = "15m"', 'snooze = "15"', "not_a_duration", 'snooze = "15"'),
    ('snooze = "15m"', "snooze = 15", "not_a_duration", "snooze = 15"),
    ('snooze = "15m"', 'snooze = "0m"', "duration_zero", 'snooze = "0m"'),
    ('snooze = "15m"', 'snooze = "1 working day"', "working_days_here", "1 working day"),
    ('inform_every = "1h"', 'inform_every = "1 working day"', "working_days_here", "1 working day"),
]

INC_2: list[Case] = [
    ("strategic        = { 1 = 1, 2 = 2, 3 = 3 }", "strategic        = { 1 = 1, 2 = 3, 3 = 2 }",
     "matrix_not_monotone", "2 = 3, 3 = 2"),
    ("hardly_sensitive = { 1 = 4, 2", "hardly_sensitive = { 1 = 2, 2", "matrix_not_monotone",
     "hardly_sensitive = {"),
    ("\nsensitive        = { 1 = 3, 2 = 3, 3 = 3 }", "", "matrix_row_missing",
     "[priorities.matrix]"),
    ("sensitive        = { 1 = 3, 2 = 3, 3 = 3 }", "sensitive        = { 1 = 3, 2 = 3 }",
     "matrix_cell_missing", "2 = 3 }"),
    ("hardly_sensitive = { 1 = 4, 2 = 4, 3 = 4 }", "hardly_sensitive = { 1 = 4, 2 = 4, 3 = 5 }",
     "priority_out_of_range", "3 = 5"),
    ("hardly_sensitive = { 1 = 4, 2 = 4, 3 = 4 }",
     "hardly_sensitive = { 1 = 4, 2 = 4, 3 = 4, 5 = 4 }", "key_not_allowed", "5 = 4"),
    ("hardly_sensitive = {", "hardly_sensible = {", "key_not_allowed", "hardly_sensible"),
]  # fmt: skip

INC_3: list[Case] = [
    ("1 = { 1 = 1, 2 = 2, 3 = 3 }", "1 = { 1 = 4, 2 = 2, 3 = 3 }", "matrix_not_monotone", ""),
    ('id = "wan"\nname = "Réseau étendu des sites"\ncriticality = "strategic"\nrank = 1',
     'id = "wan"\nname = "Réseau étendu des sites"\ncriticality = "strategic"\nrank = 7',
     "rank_out_of_range", "rank = 7"),
    ("3 = { 1 = 3, 2 = 3, 3 = 4 }", "3 = { 1 = 3, 2 = 3 }", "matrix_cell_missing", "3 = { 1 = 3,"),
]  # fmt: skip

INC_8_9: list[Case] = [
    ('2 = { acknowledge = "30m", restore = "8h" }\n', "", "targets_missing", "[incidents.targets]"),
    ('restore = "4h" }', 'restore = "4m" }', "restore_before_acknowledge", 'restore = "4m"'),
    ('restore = "4h" }', 'restore = "0h" }', "duration_zero", 'restore = "0h"'),
    ("warnings = [50, 75, 90]", "warnings = [50, 75, 100]", "warning_out_of_range", "75, 100"),
    ("warnings = [50, 75, 90]", "warnings = [75, 50, 90]", "warnings_not_ascending", "75, 50"),
    (('[                    # notified of every priority 1\n    "claire-vasseur", '
     '"francois-delmas", "isabelle-fontaine", "philippe-garnier",\n]'), "[]", "list_empty",
     "priority_1_list = []"),
]  # fmt: skip

ESC_3: list[Case] = [
    (NETWORK_RUNG, 'level = 2\nsupplier = { people = [] }', "rung_unreachable", ""),
    (NETWORK_RUNG, "level = 2", "supplier_people_missing", ""),
    (NETWORK_RUNG, 'level = 7\nsupplier = { people = ["gwen-morvan"] }', "unknown_level",
     "level = 7"),
    (NETWORK_RUNG, 'level = 1\nsupplier = { people = ["gwen-morvan"] }', "levels_not_ascending",
     ""),
    (NETWORK_RUNG, 'level = 2\nsupplier = { people = ["paul-texier"] }', "wrong_firm", ""),
    ('towards = "ponant"', 'towards = "ponent"', "unknown_towards",
     '"ponent"'),
    ('id = "armor"\ntowards = "armor"', 'id = "armor"\ntowards = "ponant"', "towards_twice", ""),
    (ACK_1 + SETTLE_3.replace("2h", "2h"), ACK_1.replace(', 4 = "8h coverage"', "") + SETTLE_3,
     "rung_without_priority", '3 = "2h coverage" }'),
    (ACK_1 + SETTLE_3, ACK_1 + SETTLE_3.replace('"2h"', '"5m"'), "settle_before_acknowledge",
     '1 = "5m", 2 = "4h"'),
    (ACK_1 + SETTLE_3, ACK_1.replace('"10m"', '"1 working day"') + SETTLE_3, "working_days_here",
     "1 working day"),
]  # fmt: skip

ESC_4: list[Case] = [
    ("priorities = [1]\n", "priorities = []\n", "case_without_priorities", "priorities = []"),
    (
        "priorities = [1]\n",
        "priorities = [2]\n",
        "priority_1_not_escalated",
        "",
    ),
    ("priorities = [1]\n", 'priorities = [1]\nladder = "clients"\n', "unknown_ladder", "clients"),
    ('trigger = "reopened"', 'trigger = "re-opened"', "value_not_allowed", "re-opened"),
    ("reopened_times = 2", "reopened_times = 0", "number_too_small", "reopened_times = 0"),
    ("pings_per_person = 2", "pings_per_person = 0", "number_too_small", "pings_per_person = 0"),
    ("pings_per_person = 2", "overdue_top = 0", "number_too_small", "overdue_top = 0"),
    (
        "pings_per_person = 2",
        "reached_within_days = 0",
        "number_too_small",
        "reached_within_days = 0",
    ),
    ('unreachable = "francois-delmas"', 'unreachable = "francois"', "unknown_person", '"francois"'),
]

CRI: list[Case] = [
    ("may_ask_from_level = 2", "may_ask_from_level = 9", "unknown_level", "may_ask_from_level = 9"),
    ('help_desk = ["nadia-benali"]', "help_desk = []", "list_empty", "help_desk = []"),
    ('help_desk = ["nadia-benali"]', 'help_desk = ["sarah-dubois"]', "wrong_firm", "help_desk = ["),
    ('as_of_right = ["service_owner", "cio"]', 'as_of_right = ["service_owner", "change_manager"]',
     "role_unheld", 'as_of_right = ["service_owner", "change'),
    ('as_of_right = ["service_owner", "cio"]', "as_of_right = []", "list_empty",
     "as_of_right = []"),
    ('communication_lead = "sarah-dubois"', "", "communication_lead_missing", "[crisis.client]"),
    ('communication_lead = "sarah-dubois"', 'communication_lead = "mathis-berger"', "wrong_firm",
     'communication_lead = "mathis-berger"'),
    ('inform = ["bernard-chevalier", "marianne-lopez"]', "inform = []", "list_empty",
     "inform = []"),
]  # fmt: skip

SITES = """[[sites]]
id = "brest"
name = "Agence de Brest"
timezone = "Europe/Paris"
contacts = [{ name = "Maud", phone = "+33 2 61 91 05 01", email = "maud@rivage.example" }]

[coverage]"""

ORG_6: list[Case] = [
    ("[coverage]", SITES.replace("Europe/Paris", "Bretagne"), "unknown_time_zone", "Bretagne"),
    ("[coverage]", SITES.replace("+33 2 61 91 05 01", "chez elle"), "not_a_phone", "chez elle"),
    ("[coverage]", SITES.replace("maud@rivage.example", "maud"), "not_an_email", '"maud"'),
    ("[coverage]", SITES.replace('phone = "+33 2 61 91 05 01", ', ""), "site_without_phone", ""),
    ("[coverage]", SITES.replace('id = "brest"', 'id = "Brest !"'), "id_not_simple", "Brest !"),
]  # fmt: skip

REP: list[Case] = [
    ('client_list = ["isabelle-fontaine", "philippe-garnier", "antoine-mercier"]',
     "client_list = []", "list_empty", "client_list = []"),
    ('client_list = ["isabelle-fontaine",', 'client_list = ["claire-vasseur",', "wrong_firm",
     'client_list = ["claire'),
    ('provider_roles = ["service_delivery_manager", "team_leader"]', 'provider_roles = ["cio"]',
     "role_unheld", 'provider_roles = ["cio"]'),
    ('provider_roles = ["service_delivery_manager", "team_leader"]', "provider_roles = []",
     "list_empty", "provider_roles = []"),
    ('preliminary_margin = "1h"', 'preliminary_margin = "25h"', "report_too_late", '"25h"'),
    ('reminders = ["8h",', 'reminders = ["30h",', "report_too_late", '"30h"'),
]  # fmt: skip

CHG: list[Case] = [
    ('desk = "provider"', 'desk = "Our desk"', "not_a_room", '"Our desk"'),
    ('study_within = "8 working days"', 'study_within = "0s"', "duration_zero", '"0s"'),
    ('carried_out_by = ["team_leader", "technician"]', 'carried_out_by = ["technican"]',
     "nobody_named_so", "technican"),
    ('id = "mail-restart"', 'id = "vpn-account"', "id_twice", ""),
    ('id = "profile"', 'id = "user"', "id_twice", ""),
    ('label = "Profil"', 'label = " "', "not_for_a_form", 'label = " "'),
    ('"exploitation"]', '""]', "not_for_a_form", 'bureautique", ""'),
    ('id = "brest"\nname = "Dém', 'id = "à Brest"\nname = "Dém', "id_not_simple", 'id = "à Brest"'),
    ('components = ["messagerie"]\nrisk', 'components = ["mesagerie"]\nrisk', "unknown_component",
     "mesagerie"),
    ('may_ask = ["operations_lead", "service_owner"]', "may_ask = []", "list_empty",
     "may_ask = []"),
    ('approves = ["isabelle-fontaine"]', 'approves = ["isabelle"]', "nobody_named_so", ""),
]  # fmt: skip

PRB: list[Case] = [
    ("decided_at_level = 2", "decided_at_level = 7", "unknown_level", "decided_at_level = 7"),
    ('analysis_within = "8 working days"', 'analysis_within = "0s"', "duration_zero",
     'analysis_within = "0s"'),
    ('low = { high = "medium", medium = "low", low = "low" }', 'low = { high = "medium" }',
     "problem_table_gap", "[problems.priorities]"),
    ("incidents = 3  ", "incidents = 1  ", "recurs_once", "incidents = 1"),
    ("like = 80", "like = 120", "not_per_cent", "like = 120"),
    ('high = { high = "high",', 'high = { high = "grave",', "value_not_allowed", '"grave"'),
]  # fmt: skip

ROOMS: list[Case] = [
    ('shared = "rivage-incidents"', 'shared = "#Rivage"', "not_a_room", "#Rivage"),
    ('provider = "boreale-rivage" ', 'provider = "rivage-incidents" ', "room_twice",
     'provider = "rivage-incidents"'),
    ('crisis_prefix = "rivage-crise"', 'crisis_prefix = "Crise "', "not_a_room_prefix", "Crise "),
]  # fmt: skip
