"""The faults of a contract file in French: what is wrong, and how to mend it."""

from __future__ import annotations

FIRMS = {"provider": "prestataire", "client": "client"}
NONE = "aucune"
FILE = "contrat"
LINE = "ligne {line}"
SEE = " (voir ligne {line})"
MEANT = "Vouliez-vous dire « {suggestion} » ?"

WORDS: dict[str, tuple[str, str]] = {
    # the file as text
    "file_unreadable": (
        "Le fichier n'a pas pu être lu : {reason}.",
        "Vérifiez son chemin et ses droits.",
    ),
    "file_too_large": (
        "Le fichier dépasse {most} octets.",
        "Un fichier de contrat ne contient que du texte : vérifiez que c'est le bon.",
    ),
    "line_too_long": (
        "Cette ligne dépasse {most} caractères.",
        (
            "Vérifiez que c'est le bon fichier ; un long texte s'écrit sur plusieurs lignes, "
            'entre """.'
        ),
    ),
    "nested_too_deep": (
        "Tables et listes sont imbriquées ici sur plus de {most} niveaux.",
        "Comparez les crochets, et les points de la clé, avec docs/contract.md.",
    ),
    "too_many_values": (
        "À partir d'ici, le fichier a plus de {most} valeurs.",
        (
            "Vérifiez que c'est le bon fichier ; gardez les contrats antérieurs ou autres "
            "dans leurs propres fichiers."
        ),
    ),
    "too_many_files": (
        "Il y a {count} fichiers de contrat ; {most} au plus peuvent être lus.",
        "Vérifiez les dossiers indiqués, ou répartissez les contrats sur plusieurs déploiements.",
    ),
    "file_not_utf8": (
        "Le fichier n'est pas un texte en UTF-8.",
        "Enregistrez-le de nouveau avec l'encodage UTF-8.",
    ),
    "toml_twice": (
        "Ce champ ou cette section est écrit deux fois.",
        "Gardez l'un des deux ; une liste de tables s'écrit [[section]].",
    ),
    "toml_equals": (
        "Un champ n'est pas suivi du signe « = ».",
        'Écrivez : champ = "valeur" ; une section s\'écrit [section].',
    ),
    "toml_key": (
        "Le nom d'un champ est attendu ici (colonne {column}).",
        (
            "Une petite table {{ a = 1, b = 2 }} tient sur une ligne, sans virgule avant « }} » ; "
            "les noms ont des lettres sans accent, des chiffres, « - » et « _ »."
        ),
    ),
    "toml_bracket": (
        "Un crochet ou une accolade n'est pas fermé ici (colonne {column}).",
        "Fermez [ par ], [[ par ]], {{ par }}, et séparez les éléments par des virgules.",
    ),
    "toml_backslash": (
        "Un « \\ » dans un texte n'est pas suivi d'une lettre connue (colonne {column}).",
        "Écrivez « \\\\ », ou mettez le texte entre apostrophes.",
    ),
    "toml_quote": (
        "Un texte commence et n'est pas fermé sur sa ligne (colonne {column}).",
        "Fermez-le par le guillemet qui l'ouvre.",
    ),
    "toml_date": (
        "Cette date n'existe pas (colonne {column}).",
        "Écrivez 2026-07-14, ou 2026-07-14T09:00:00.",
    ),
    "toml_value": (
        "Cette valeur n'est pas lisible (colonne {column}).",
        (
            'Mettez les textes et les durées entre guillemets : "15m" ; '
            "true et false s'écrivent sans guillemets."
        ),
    ),
    "toml_line": (
        "Il reste quelque chose sur la ligne après la valeur (colonne {column}).",
        "Mettez chaque champ sur sa propre ligne.",
    ),
    "toml_syntax": (
        "Ce n'est pas du TOML (colonne {column}) : {detail}.",
        "Comparez cette ligne avec celle de config/examples/agence-rivage.toml.",
    ),
    # the shape of the file
    "unknown_field": (
        "Le champ « {field} » n'existe pas ici.",
        "Champs possibles ici : {allowed}.",
    ),
    "field_missing": (
        "Le champ « {field} » manque.",
        "Ajoutez-le ; docs/contract.md explique à quoi il sert.",
    ),
    "key_not_allowed": (
        "« {value} » n'est pas une clé possible ici.",
        "Valeurs possibles : {allowed}.",
    ),
    "value_not_allowed": ("« {value} » n'est pas possible ici.", "Valeurs possibles : {allowed}."),
    "not_a_text": (
        "Un texte est attendu ici, et non {value}.",
        'Mettez-le entre guillemets : "{value}".',
    ),
    "not_a_number": (
        "Un nombre entier est attendu ici, et non « {value} ».",
        "Écrivez seulement des chiffres, sans guillemets.",
    ),
    "not_a_truth": (
        "« {value} » n'est ni vrai ni faux.",
        "Écrivez true (vrai) ou false (faux), sans guillemets.",
    ),
    "not_a_date": (
        "« {value} » n'est pas une date.",
        "Écrivez année-mois-jour, sans guillemets : 2026-07-14.",
    ),
    "not_a_date_time": (
        "« {value} » n'est pas une date avec une heure.",
        "Écrivez 2026-07-14T09:00:00, sans guillemets.",
    ),
    "not_a_time": (
        "« {value} » n'est pas une heure.",
        'Écrivez "07:30", entre guillemets.',
    ),
    "not_a_list": (
        "Une liste est attendue ici.",
        "Écrivez [ … ], ou [[section]] pour chaque élément qui est une table.",
    ),
    "not_a_table": (
        "Une table est attendue ici, et non {value}.",
        "Écrivez une [section], ou {{ champ = valeur }} sur une ligne.",
    ),
    "not_a_day": (
        "« {value} » n'est pas un jour de la semaine.",
        "Valeurs possibles : {allowed} (de lundi à dimanche), ou 0 à 6.",
    ),
    "not_a_duration": (
        "« {value} » n'est pas une durée.",
        (
            'Écrivez une longueur et son horloge : "15m", "1h30m", "20s" (24 heures sur 24), '
            '"4h coverage" (heures de service), "7 working days" (jours ouvrés).'
        ),
    ),
    "value_refused": (
        "« {value} » n'est pas possible ici : {detail}.",
        "Voyez docs/contract.md.",
    ),
    # names
    "id_not_simple": (
        "L'identifiant « {value} » n'est pas facile à saisir.",
        (
            "Employez des minuscules sans accent, des chiffres, « - » et « _ », "
            "en commençant par une lettre ou un chiffre."
        ),
    ),
    "id_twice": (
        "L'identifiant « {value} » est déjà pris.",
        "Donnez à chacun le sien.",
    ),
    "id_reserved": (
        "L'identifiant « {value} » a un sens particulier.",
        "Choisissez-en un autre.",
    ),
    "contract_twice": (
        "L'identifiant de contrat « {value} » est déjà pris, dans {file}.",
        "Donnez à chaque contrat le sien.",
    ),
    "room_of_two_contracts": (
        "Le salon « {value} » appartient déjà au contrat de {file}.",
        "Prenez un autre salon : personne ne doit rien voir d'un autre contrat.",
    ),
    "named_twice": ("« {value} » figure deux fois dans cette liste.", "Gardez la première."),
    "unknown_person": (
        "Personne n'a l'identifiant « {person} ».",
        "Ajoutez cette personne sous [[people]], ou corrigez l'identifiant.",
    ),
    "wrong_firm": (
        "{name} appartient à une autre partie ({firm}) que celle attendue ici ({asked}).",
        "Nommez quelqu'un d'autre, ou corrigez l'organisation de cette personne.",
    ),
    "unknown_firm": (
        "Aucune partie au contrat ne s'appelle « {value} ».",
        "Valeurs possibles : {known} ; un fournisseur se déclare sous [[suppliers]].",
    ),
    "unknown_group": (
        "Aucun groupe de support ne s'appelle « {value} ».",
        "Valeurs possibles : {known} ; un groupe se déclare sous [[groups]].",
    ),
    "unknown_supplier": (
        "Aucun fournisseur ne s'appelle « {value} ».",
        "Valeurs possibles : {known} ; un fournisseur se déclare sous [[suppliers]].",
    ),
    "unknown_rota": (
        "Aucun tour d'astreinte ne s'appelle « {value} ».",
        "Valeurs possibles : {known} ; un tour se déclare sous [[rotas]].",
    ),
    "unknown_level": (
        "Aucun échelon n'a le niveau {value}.",
        "Valeurs possibles : {known} ; un niveau se déclare sous [[echelons]].",
    ),
    "unknown_ladder": (
        "Aucune échelle d'escalade ne s'appelle « {value} ».",
        "Valeurs possibles : {known} ; une échelle se déclare sous [[ladders]].",
    ),
    "unknown_towards": (
        "Une échelle d'escalade ne peut pas mener vers « {value} ».",
        "Valeurs possibles : {known}.",
    ),
    # people
    "not_an_email": (
        "« {value} » n'est pas une adresse électronique.",
        "Écrivez nom@entreprise.example.",
    ),
    "email_twice": (
        "L'adresse électronique « {value} » est déjà celle de quelqu'un d'autre.",
        "Donnez à chacun la sienne : Escalade reconnaît les personnes par elle.",
    ),
    "not_a_slack_id": (
        "« {value} » n'est pas un identifiant d'utilisateur Slack.",
        (
            "Copiez-le depuis le profil Slack (« Copier l'identifiant de membre ») : "
            "il commence par U ou W."
        ),
    ),
    "slack_twice": (
        "L'identifiant Slack « {value} » est déjà celui de quelqu'un d'autre.",
        "Donnez à chacun le sien.",
    ),
    "absence_backwards": (
        "L'absence finit le {last}, avant de commencer le {first}.",
        "Mettez le premier jour dans `first` et le dernier dans `last`.",
    ),
    "absences_overlap": (
        "Deux absences de {name} se chevauchent.",
        "Réunissez-les, ou corrigez les jours.",
    ),
    "absence_alone": (
        "Personne ne remplace {name} pendant cette absence.",
        "Ajoutez stand_in, avec quelqu'un de la même entreprise.",
    ),
    "stand_in_oneself": (
        "{name} ne peut pas se remplacer soi-même.",
        "Nommez quelqu'un d'autre de la même entreprise.",
    ),
    "stand_in_away": (
        "Le {day}, {name}, qui remplace {away}, est aussi en absence, sans personne à sa place.",
        "Nommez quelqu'un qui est là pendant toute l'absence.",
    ),
    "stand_ins_circular": (
        "Le {day}, {away} et {name} sont en absence et se remplacent l'un l'autre.",
        "Nommez une troisième personne pour l'un des deux.",
    ),
    "manager_missing": (
        "Personne chez le prestataire ne pilote les incidents.",
        "Donnez l'un de ces rôles à quelqu'un du prestataire : {roles}.",
    ),
    # suppliers, groups, components
    "representative_missing": (
        "{supplier} n'a pas de représentant de sa direction.",
        "Mettez dans `representative` l'identifiant de quelqu'un de cette entreprise.",
    ),
    "representative_without_phone": (
        "{name}, qui représente {supplier}, n'a pas de numéro de téléphone.",
        "Ajoutez `phone` à cette personne : une cellule de crise doit pouvoir l'appeler.",
    ),
    "group_empty": (
        "Le groupe de support « {name} » n'a pas de membres.",
        "Ajoutez-en au moins un dans `members`.",
    ),
    "catalogue_empty": (
        "Le catalogue de services n'a aucun composant.",
        "Ajoutez au moins un [[components]].",
    ),
    # time
    "unknown_time_zone": (
        "Le fuseau horaire « {value} » n'existe pas.",
        'Employez un nom de la liste IANA, comme "Europe/Paris".',
    ),
    "unknown_country": (
        "Les jours fériés du pays « {value} » ne sont pas connus.",
        (
            'Employez les deux lettres de la norme ISO 3166, comme "FR" ; '
            "ou écrivez public_holidays = false et donnez les jours dans closed_days."
        ),
    ),
    "unknown_region": (
        "Les jours fériés de la région « {value} » ({country}) ne sont pas connus.",
        'Retirez `region`, ou employez une région connue, comme "Alsace-Moselle".',
    ),
    "unknown_day": (
        "« {value} » n'est ni un jour, ni le nom d'un jour férié ({country}).",
        'Écrivez 2026-12-24, "12-24" pour chaque année, ou l\'un de ceux-ci : {known}.',
    ),
    "not_a_holiday": (
        "« {value} » n'est pas un jour férié ici ({country}) : ce jour est déjà travaillé.",
        "Corrigez-le, ou retirez-le de cette liste.",
    ),
    "not_a_day_off": (
        "« {value} » n'est ni un jour chômé, ni une demi-journée : {name} travaille déjà.",
        "Corrigez-le, ou retirez-le de cette liste.",
    ),
    "day_said_twice": (
        "Deux choses sont dites de « {value} ».",
        "Dites-le une fois : jour fermé, demi-journée, ou jour férié travaillé.",
    ),
    "half_day_without_hours": (
        "Rien ne dit quelle moitié de « {value} » est fermée.",
        'Ajoutez closes = "12:00" pour un après-midi fermé, ou opens = "13:00" pour une matinée.',
    ),
    "half_day_never_open": (
        "Il ne reste rien des heures de service le « {value} ».",
        "Corrigez `opens` ou `closes`, ou inscrivez le jour dans closed_days.",
    ),
    "hours_without_days": (
        "Ces heures n'ouvrent aucun jour de la semaine.",
        'Donnez les jours, comme ["mon", "tue"], ou écrivez always = true.',
    ),
    "hours_never_open": (
        "Ces heures ouvrent et ferment au même moment, {opens}.",
        "Corrigez l'une des deux ; pour 24 heures sur 24, écrivez always = true.",
    ),
    "rota_empty": (
        (
            "Le tour d'astreinte « {rota} » ne nomme personne : "
            "hors des heures de service, personne ne serait d'astreinte."
        ),
        "Nommez au moins une personne dans `people`.",
    ),
    "rota_turn_too_short": (
        "Un tour de {value} jour(s) n'est pas possible.",
        "Écrivez 1 ou plus.",
    ),
    "rota_changes_not_ascending": (
        "Ce changement du tour d'astreinte « {rota} » commence le {starts}, non après le {before}.",
        "Écrivez les changements dans l'ordre des jours, chacun après le premier jour du tour.",
    ),
    "rota_unused": (
        "Aucun poste n'emploie le tour d'astreinte « {rota} » : personne n'en serait appelé.",
        'Ajoutez on_call = "{rota}" au poste d\'un échelon, ou retirez ce tour.',
    ),
    "override_backwards": (
        "Cet échange finit ({end}) avant de commencer ({start}).",
        "Corrigez `start` ou `end`.",
    ),
    "overrides_overlap": (
        "Deux échanges du tour « {rota} » se chevauchent : deux personnes seraient d'astreinte.",
        "Faites finir le premier quand le second commence.",
    ),
    "duration_zero": ("Cette durée est nulle.", 'Écrivez une durée, comme "15m".'),
    "working_days_here": (
        "« {value} » est trop long ici : des jours passeraient entre deux appels.",
        'Employez des minutes ou des heures : "15m", "4h coverage".',
    ),
    # priorities
    "matrix_row_missing": (
        "La matrice ne dit rien de la criticité « {row} ».",
        "Ajoutez la ligne : {row} = {{ 1 = …, 2 = …, 3 = … }}.",
    ),
    "matrix_cell_missing": (
        "La ligne « {row} » ne dit rien pour la colonne {column}.",
        "Ajoutez {column} = suivi d'une priorité de 1 à 4.",
    ),
    "matrix_not_monotone": (
        "La priorité {graver} est plus grave que {than}, pour un cas pourtant moindre.",
        "Mettez {than} ou plus : un cas moindre n'a jamais une priorité plus grave.",
    ),
    "priority_out_of_range": (
        "{value} n'est pas une priorité.",
        "Les priorités vont de 1 à 4.",
    ),
    "rank_out_of_range": (
        "« {component} » a le rang {value}.",
        "Les rangs vont de 1 (P1) à 3 (P3).",
    ),
    "rank_missing": (
        "« {component} » n'a pas de rang, et le schéma employé est « ranked ».",
        "Ajoutez rank = 1, 2 ou 3.",
    ),
    "urgency_table_missing": (
        "Le schéma employé est « ranked », et il n'y a pas de table urgence × impact.",
        "Ajoutez [priorities.urgency_impact].",
    ),
    "targets_missing": (
        "La priorité {priority} n'a pas d'objectifs.",
        'Ajoutez {priority} = {{ acknowledge = "…", restore = "…" }}.',
    ),
    "restore_before_acknowledge": (
        "Le rétablissement ({value}) serait dû avant la prise en compte ({than}).",
        "Corrigez l'une des deux durées.",
    ),
    "warning_out_of_range": (
        "Un avertissement à {value} % ne précède pas le dépassement.",
        "Les avertissements vont de 1 à 99.",
    ),
    "warnings_not_ascending": (
        "L'avertissement à {value} % ne vient pas après le précédent.",
        "Écrivez-les du plus petit au plus grand, comme [50, 75, 90].",
    ),
    "list_empty": ("Cette liste ne nomme personne.", "Nommez au moins une personne ou un rôle."),
    # echelons and ladders
    "echelons_missing": ("Il n'y a aucun échelon.", "Ajoutez au moins un [[echelons]]."),
    "post_empty": (
        "À ce niveau, personne ne répond d'un côté ({firm}).",
        "Nommez le titulaire, puis les suppléants.",
    ),
    "levels_not_ascending": (
        "Ce niveau n'est pas au-dessus du précédent.",
        "Écrivez les niveaux en montant, chacun une seule fois.",
    ),
    "level_out_of_range": (
        "{value} n'est pas un niveau.",
        "Les niveaux se comptent à partir de 1.",
    ),
    "ladder_missing": (
        "Aucune échelle d'escalade ne mène vers « {firm} ».",
        "Ajoutez-en une sous [[ladders]], avec au moins un barreau.",
    ),
    "towards_twice": (
        "Deux échelles d'escalade mènent vers « {value} ».",
        "Gardez-en une, avec tous ses barreaux.",
    ),
    "ladder_without_rungs": (
        "L'échelle d'escalade « {ladder} » n'a pas de barreau.",
        "Ajoutez au moins un [[ladders.rungs]] sous elle.",
    ),
    "rung_without_priority": (
        "Ce barreau n'a pas de durée pour la priorité {priority}.",
        'Ajoutez {priority} = "…".',
    ),
    "settle_before_acknowledge": (
        "Le délai pour régler le point ({value}) est plus court que celui pour répondre ({than}).",
        "Allongez `settle` ou raccourcissez `acknowledge`.",
    ),
    "supplier_not_here": (
        "Cette échelle mène au client : ses barreaux n'ont pas de fournisseur.",
        "Retirez `supplier` ; les personnes du client viennent de l'échelon.",
    ),
    "supplier_people_missing": (
        "Ce barreau ne dit pas qui, chez « {supplier} », est en face du prestataire.",
        'Ajoutez supplier = {{ people = ["…"] }}.',
    ),
    "rung_unreachable": (
        "Au niveau {level}, personne n'est joignable d'un côté ({firm}).",
        "Nommez-y quelqu'un qui a une adresse électronique ou un identifiant Slack.",
    ),
    "case_without_priorities": (
        "Ce cas ne vaut pour aucune priorité : il ne déclenche jamais rien.",
        "Donnez-en au moins une, ou retirez `priorities` pour les quatre.",
    ),
    "priority_1_not_escalated": (
        "Une priorité 1 ne déclencherait pas l'escalade.",
        'Ajoutez [[escalation.automatic]] avec trigger = "priority_1_opened" et priorities = [1].',
    ),
    "number_too_small": ("{value} est trop petit ici.", "Écrivez 1 ou plus."),
    # rooms, crises, reports
    "not_a_room": (
        "« {value} » ne peut pas être le nom d'un canal Slack.",
        (
            "Employez jusqu'à 80 minuscules, chiffres, « - » et « _ », sans « # » ; "
            "ou l'identifiant d'un canal."
        ),
    ),
    "room_twice": (
        "Le salon « {value} » sert déjà à autre chose.",
        "Donnez à chaque usage le sien : le client ne doit pas lire celui du prestataire.",
    ),
    "not_a_room_prefix": (
        "« {value} » ne peut pas commencer le nom d'un canal Slack.",
        "Employez jusqu'à 40 minuscules, chiffres, « - » et « _ ».",
    ),
    "role_unheld": (
        "Personne n'y tient le rôle « {role} » ({firm}).",
        "Donnez ce rôle à quelqu'un sous [[people]], ou retirez-le de cette liste.",
    ),
    "communication_lead_missing": (
        "Personne ne tient sa partie informée pendant une crise ({firm}).",
        "Mettez dans `communication_lead` l'identifiant de quelqu'un de cette partie.",
    ),
    "report_too_late": (
        "{than} avant l'échéance, c'est avant la clôture : le rapport est dû {value} après elle.",
        "Mettez une durée plus courte que `within`.",
    ),
    # settings
    "setting_missing": ("La variable {variable} n'est pas définie.", "Voyez docs/settings.md."),
    "setting_twice": (
        "{variable} et {variable}_FILE sont définies toutes les deux.",
        "Gardez l'une des deux.",
    ),
    "setting_needed_by_mode": (
        "Cette variable n'est pas définie, et le mode « {mode} » la demande.",
        "Définissez-la, ou changez ESCALADE_MODE (socket ou http).",
    ),
    "setting_token": (
        "Ce n'est pas le jeton attendu ici, qui commence par « {beginning} », sans guillemets.",
        "Copiez-le de nouveau depuis les pages de votre application Slack (api.slack.com/apps).",
    ),
    "setting_url": (
        "« {value} » n'est pas une adresse.",
        "Écrivez https://slack.com/api/, ou http://127.0.0.1:8700/api/ pour un espace local.",
    ),
    "setting_database": (
        "Ce n'est pas l'adresse d'une base de données connue d'Escalade.",
        "Écrivez sqlite+aiosqlite:///var/escalade.db, ou postgresql://user@host/name.",
    ),
    "setting_no_contract": (
        "Il n'y a pas de fichier de contrat dans « {value} ».",
        "Nommez des fichiers .toml, ou des dossiers qui en contiennent, séparés par des virgules.",
    ),
    "setting_file_gone": (
        "Le fichier {file} n'a pas pu être lu.",
        "Vérifiez son chemin et ses droits.",
    ),
    "setting_no_text": (
        "Le fichier {file} n'est pas un texte en UTF-8.",
        "Enregistrez-le de nouveau avec l'encodage UTF-8 ; il ne contient que le secret.",
    ),
    "setting_many_lines": (
        "Ce secret a plusieurs lignes, ou des caractères que l'on ne voit pas, en son milieu.",
        "Copiez-le de nouveau ; il tient seul sur une ligne.",
    ),
    "setting_prefix": (
        "« {value} » ne peut pas commencer une commande.",
        "Employez jusqu'à 31 minuscules sans accent, chiffres, « - » et « _ ».",
    ),
    "setting_commands": (
        "« {part} » ne donne son nom à aucune commande.",
        (
            "Écrivez nom=commande, séparés par des virgules ; "
            "les commandes sont incident, escalate, crisis et report."
        ),
    ),
    "setting_mail_from": (
        "Le courrier demande un expéditeur, et « {value} » n'est pas une adresse.",
        "Écrivez escalade@example.org, ou Escalade <escalade@example.org>.",
    ),
    "setting_seconds": (
        "« {value} » n'est pas un nombre de secondes.",
        "Écrivez un nombre entier de 1 à 86400.",
    ),
    "setting_port": ("« {value} » n'est pas un port.", "Écrivez un nombre de 1 à 65535."),
    "setting_proxy": (
        "Ceci ne nomme aucun serveur mandataire qu'Escalade puisse employer.",
        (
            "Écrivez http://hôte:port (pour le courrier, pas de https://), ou nommez dans NO_PROXY "
            "ce qui s'atteint sans lui."
        ),
    ),
    "setting_clock": (
        "« {part} » ne règle pas l'horloge.",
        "Écrivez speed=60,from=2026-07-14T03:00+02:00,at=1784000000 ; rien n'est obligatoire.",
    ),
}
