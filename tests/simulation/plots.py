"""What several people do about one thing, in an order that chance alone would seldom find.

Whoever of them is away, is refused or comes too late has the history go another way.
"""

from __future__ import annotations

Plot = tuple[tuple[str, str], ...]

PLOTS: tuple[Plot, ...] = (
    (  # a priority 1 is lowered, with the client's peer
        ("ines-moreau", "/incident priority {inc} level=3 reason={words}"),
        ("antoine-mercier", "/incident agree {inc}"),
        ("mathis-berger", "/incident priority {inc} level=1 reason={words}"),
    ),
    (
        ("claire-vasseur", "/incident priority {inc} level=2 reason={words}"),
        ("isabelle-fontaine", "/incident decline {inc} {words}"),
        ("claire-vasseur", "/incident priority {inc} level=4 reason={words}"),
        ("olivier-kerbrat", "/incident agree {inc}"),
    ),
    (  # a wrong merge
        ("sarah-dubois", "/incident open {title} component={component} severity={severity}"),
        ("ines-moreau", "/incident merge {inc} into={other}"),
        ("sarah-dubois", "/incident verify {other}"),
        ("claire-vasseur", "/incident undo {inc} {words}"),
        ("ines-moreau", "/incident merge {inc} into={other}"),
    ),
    (  # a wrong cancellation
        ("claire-vasseur", "/incident cancel {inc} {words}"),
        ("julien-perrin", "/incident undo {inc} {words}"),
        ("antoine-mercier", "/incident cancel {inc} {words}"),
    ),
    (  # to the end, with its report
        ("ines-moreau", "/incident take {inc}"),
        ("ines-moreau", "/incident resolve {inc} {words} cause_gone=no cause={words}"),
        ("claire-vasseur", "/incident cause {inc} gone=yes cause={words}"),
        ("antoine-mercier", "/incident verify {inc}"),
        ("claire-vasseur", "/incident close {inc}"),
        ("claire-vasseur", "/report edit {rep} cause={words} cure={words} facts={words}"),
        ("claire-vasseur", "/report submit {rep}"),
        ("isabelle-fontaine", "/report return {rep} {words}"),
        ("claire-vasseur", "/report submit {rep}"),
        ("julien-perrin", "/report approve {rep}"),
        ("claire-vasseur", "/report issue {rep}"),
        ("sarah-dubois", "/incident reopen {inc} {words}"),
    ),
    (  # a report that somebody asks for
        ("isabelle-fontaine", "/report ask {inc} {words}"),
        ("ines-moreau", "/incident resolve {inc} {words} cause_gone=yes"),
        ("sarah-dubois", "/incident verify {inc}"),
    ),
    (  # both sides take it, hand it over, and settle it
        ("mathis-berger", "/escalate ack {inc}"),
        ("antoine-mercier", "/escalate ack {inc}"),
        ("mathis-berger", "/escalate handover {inc} ines-moreau"),
        ("ines-moreau", "/escalate ack {inc}"),
        ("ines-moreau", "/escalate add {inc} claire-vasseur"),
        ("ines-moreau", "/escalate settle {inc} {words}"),
        ("antoine-mercier", "/escalate settle {inc}"),
    ),
    (
        ("antoine-mercier", "/escalate ack {inc}"),
        ("antoine-mercier", "/escalate up {inc} {words}"),
        ("claire-vasseur", "/escalate up {inc} {words}"),
        ("isabelle-fontaine", "/escalate down {inc} {words}"),
        ("antoine-mercier", "/escalate settle {inc} {words}"),
        ("mathis-berger", "/escalate settle {inc}"),
    ),
    (  # a supplier's ladder beside
        ("mathis-berger", "/escalate up {inc} ladder={supplier} {words}"),
        ("erwan-le-gall", "/escalate ack {inc}"),
        ("ines-moreau", "/incident wait {inc} for={supplier} {words}"),
        ("ines-moreau", "/incident resume {inc}"),
    ),
    (  # duty is covered, and swapped
        ("thomas-lacroix", "/oncall cover ines-moreau reason={words}"),
        ("ines-moreau", "/oncall accept {cov}"),
        ("claire-vasseur", "/oncall accept {cov}"),
        ("lea-guillou", "/oncall swap thomas-lacroix"),
        ("thomas-lacroix", "/oncall accept {cov}"),
        ("ines-moreau", "/oncall withdraw {cov} {words}"),
    ),
    (  # a cell, led ever higher, and its report
        ("claire-vasseur", "/crisis ask {inc} {words}"),
        ("isabelle-fontaine", "/crisis accept {cri}"),
        ("claire-vasseur", "/crisis members {cri}"),
        ("isabelle-fontaine", "/crisis members {cri}"),
        ("francois-delmas", "/crisis take {cri}"),
        ("philippe-garnier", "/crisis take {cri}"),
        ("claire-vasseur", "/crisis confirm {cri}"),
        ("isabelle-fontaine", "/crisis confirm {cri}"),
        ("francois-delmas", "/crisis note {cri} {words}"),
        ("francois-delmas", "/crisis action {cri} {words} owner=ines-moreau due=23:30"),
        ("francois-delmas", "/crisis close {cri}"),
        ("philippe-garnier", "/crisis close {cri}"),
        ("ines-moreau", "/crisis done {cri} 1"),
        ("francois-delmas", "/report submit {rep}"),
    ),
)
