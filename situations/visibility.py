"""The visibility table, literally (PRODUCT: "Who sees what"). One row a field; what no row names, nobody sees.

A cell is the set of stages at which the viewpoint sees the field. To add a field: add it to `Field`, give it a row here,
fill it in `disclosure.disclose`, and extend the expected table in `tests/situations/test_visibility.py`.
"""

from enum import StrEnum

from situations.choices import Stage
from situations.viewpoints import Viewpoint as V  # noqa: N817 - a column's name must not hide the row


class Field(StrEnum):
    """Everything of a situation that anybody can ever see."""

    # as its value hashes: that of Enum is by name and in Python, and these are looked up thousands of times in a rendering
    __hash__ = str.__hash__

    # outline: what also a rejected situation keeps
    NUMBER = "number"
    STAGE = "stage"
    TIMES = "times"
    ORIGIN = "origin"
    OUTLINE = "outline"
    # profile
    PROFILE = "profile"
    CRITERIA = "criteria"
    CONSENT = "consent"
    STANCES = "stances"
    # filter 1
    SCREENING = "screening"
    REPEAT = "repeat"
    # identity: only ever through `identity.read`, which enters the ledger first
    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    ADDRESS = "address"
    ALIASES = "aliases"
    GUARDIAN = "guardian"
    OTHERS = "others"
    # filter 3 and 4
    ANSWERS = "answers"
    BASES = "bases"
    ASSIGNED = "assigned"
    PLAN = "plan"
    PLAN_STATUS = "plan_status"
    REPORT_BACKS = "report_backs"
    CONCLUSION = "conclusion"
    OWN_DISCLOSURES = "own_disclosures"
    LEDGER = "ledger"


IDENTITY_FIELDS = (Field.NAME, Field.DATE_OF_BIRTH, Field.ADDRESS, Field.ALIASES, Field.GUARDIAN, Field.OTHERS)

Stages = frozenset[Stage]
EVER: Stages = frozenset(Stage)
TABLED_ON: Stages = EVER - {Stage.DRAFT, Stage.SCREENING, Stage.READY, Stage.KEPT}
TAKEN_ON: Stages = TABLED_ON - {Stage.TABLED}
READY_ON: Stages = TABLED_ON | {Stage.READY}
IN_TALK: Stages = frozenset({Stage.FILTER2, Stage.FILTER3})
FILTER3: Stages = frozenset({Stage.FILTER3})
FILTER4_ON: Stages = frozenset({Stage.FILTER4, Stage.CONCLUDED})
UNTIL_CONCLUDED: Stages = frozenset({Stage.FILTER4})
NOT_REJECTED: Stages = EVER - {Stage.REJECTED}
AT_TABLE: Stages = TABLED_ON - {Stage.REJECTED}
FROM_FILTER2: Stages = frozenset({Stage.FILTER2, Stage.FILTER3, Stage.FILTER4, Stage.CONCLUDED})
ENDED: Stages = frozenset({Stage.CONCLUDED, Stage.REJECTED})

_SEATS = {V.SEAT: TABLED_ON, V.SEAT_IDENTITY_OPEN: TABLED_ON, V.SEAT_NO_ROLE: TABLED_ON, V.SEAT_ABSENT: TABLED_ON}
_ALL_AT_THE_TABLE = {
    **_SEATS,
    V.ORIGINATOR: EVER,
    V.ROLE_HOLDER: TABLED_ON,
    V.OBSERVER: TABLED_ON,
    V.PRIVACY_OFFICER: TABLED_ON,
}
_EMERGENCY = {V.BREAK_GLASS: TABLED_ON}
# PRODUCT: "Break-glass: a named role can open an identity outside its viewpoint"; of the rest only what says which one it is
_IDENTITY = {V.ORIGINATOR: NOT_REJECTED, V.ROLE_HOLDER: FILTER4_ON, V.BREAK_GLASS: AT_TABLE}

VISIBLE: dict[Field, dict[V, Stages]] = {
    # PRODUCT row "number, stage, clock"
    Field.NUMBER: {**_ALL_AT_THE_TABLE, **_EMERGENCY, V.CHAIR: TABLED_ON, V.PROJECTOR: TABLED_ON},
    Field.STAGE: {**_ALL_AT_THE_TABLE, **_EMERGENCY, V.CHAIR: READY_ON, V.PROJECTOR: TABLED_ON},
    Field.TIMES: {**_ALL_AT_THE_TABLE, **_EMERGENCY, V.CHAIR: READY_ON, V.PROJECTOR: TABLED_ON},
    # the agenda and the minutes name who brought it and what kind of subject it is (VISUAL, mock minutes)
    Field.ORIGIN: {**_ALL_AT_THE_TABLE, **_EMERGENCY, V.CHAIR: READY_ON, V.PROJECTOR: TABLED_ON},
    Field.OUTLINE: {
        V.ORIGINATOR: EVER, V.SEAT: TABLED_ON, V.SEAT_IDENTITY_OPEN: TABLED_ON, V.ROLE_HOLDER: TABLED_ON,
        V.SEAT_NO_ROLE: TABLED_ON, V.CHAIR: TABLED_ON, V.OBSERVER: TABLED_ON, V.PROJECTOR: TABLED_ON,
    },
    # PRODUCT row "profile"
    Field.PROFILE: {
        V.ORIGINATOR: EVER, V.SEAT: IN_TALK, V.SEAT_IDENTITY_OPEN: IN_TALK, V.ROLE_HOLDER: FILTER4_ON,
        V.SEAT_NO_ROLE: UNTIL_CONCLUDED, V.CHAIR: TAKEN_ON, V.OBSERVER: frozenset({Stage.FILTER2}), V.PROJECTOR: IN_TALK,
    },
    # the four criteria are what filter 2 asks about: as the profile
    Field.CRITERIA: {
        V.ORIGINATOR: EVER, V.SEAT: IN_TALK, V.SEAT_IDENTITY_OPEN: IN_TALK, V.ROLE_HOLDER: FILTER4_ON,
        V.SEAT_NO_ROLE: UNTIL_CONCLUDED, V.CHAIR: TAKEN_ON, V.OBSERVER: frozenset({Stage.FILTER2}), V.PROJECTOR: IN_TALK,
    },
    # "Consent is asked and recorded at filter 2"; the projector shows it to nobody
    Field.CONSENT: {
        V.ORIGINATOR: EVER, V.SEAT: IN_TALK, V.SEAT_IDENTITY_OPEN: IN_TALK, V.ROLE_HOLDER: FILTER4_ON, V.CHAIR: TAKEN_ON,
    },
    # agreement is by agencies, spoken in the room: who agrees is known to those in it (VISUAL: the projector shows how many)
    Field.STANCES: {V.ORIGINATOR: IN_TALK, V.SEAT: IN_TALK, V.SEAT_IDENTITY_OPEN: IN_TALK, V.CHAIR: FROM_FILTER2},
    # PRODUCT row "screening notes (filter 1)": the originating agency, for good
    Field.SCREENING: {V.ORIGINATOR: NOT_REJECTED},
    # "Repeat presentation ... is flagged to the originating agency alone, before tabling"
    Field.REPEAT: {V.ORIGINATOR: frozenset({Stage.DRAFT, Stage.SCREENING, Stage.READY})},
    # PRODUCT rows "limited identifiers" and "full identity"; at filter 3 only what the table's setting opens
    # (`Audience.limited`)
    Field.NAME: {**_IDENTITY, V.SEAT_IDENTITY_OPEN: FILTER3},
    Field.DATE_OF_BIRTH: {**_IDENTITY, V.SEAT_IDENTITY_OPEN: FILTER3},
    Field.ADDRESS: {**_IDENTITY, V.SEAT_IDENTITY_OPEN: FILTER3},
    Field.ALIASES: {**_IDENTITY, V.SEAT_IDENTITY_OPEN: FILTER3},
    Field.GUARDIAN: {**_IDENTITY, V.SEAT_IDENTITY_OPEN: FILTER3},
    Field.OTHERS: {**_IDENTITY, V.SEAT_IDENTITY_OPEN: FILTER3},
    # PRODUCT row "filter 3 answers of others"; seats see positive answers only where the table so decides
    # (`Audience.answers_shown`)
    Field.ANSWERS: {V.ROLE_HOLDER: FILTER4_ON, V.CHAIR: FILTER3, V.SEAT_IDENTITY_OPEN: FILTER3, V.SEAT: FILTER3},
    # "The facilitator's board shows that a basis is recorded, never which"
    Field.BASES: {V.ROLE_HOLDER: FILTER4_ON},
    # "who is assigned": those in the room, and the originator, who must know who acts for the person it brought
    Field.ASSIGNED: {
        V.ORIGINATOR: TABLED_ON, V.SEAT: FILTER3, V.SEAT_IDENTITY_OPEN: FILTER3, V.ROLE_HOLDER: FILTER4_ON,
        V.SEAT_NO_ROLE: FILTER4_ON, V.CHAIR: TABLED_ON,
    },
    # PRODUCT row "plan, tasks, contacts, notes"
    Field.PLAN: {V.ROLE_HOLDER: FILTER4_ON},
    Field.PLAN_STATUS: {V.ROLE_HOLDER: FILTER4_ON, V.CHAIR: FILTER4_ON},
    # PRODUCT row "report-back lines, conclusion"
    Field.REPORT_BACKS: {**_ALL_AT_THE_TABLE, V.CHAIR: TABLED_ON, V.PROJECTOR: FILTER4_ON},
    Field.CONCLUSION: {**_ALL_AT_THE_TABLE, V.CHAIR: TABLED_ON, V.PROJECTOR: ENDED},
    # PRODUCT row "ledger"
    Field.OWN_DISCLOSURES: {V.ORIGINATOR: EVER, V.ROLE_HOLDER: FILTER4_ON},
    Field.LEDGER: {V.PRIVACY_OFFICER: TABLED_ON},
}  # fmt: skip
