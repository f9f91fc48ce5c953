"""Who may read what by GET or socket, literally: PRODUCT, "Who sees what", with names in place of viewpoints.

The cast: `schools` brings everything (a deputy who is not in the room and a screener with it); `clinic` leads and `recovery`
assists from filter 4 on; `police` has no role. `police_deputy` left before anything was in hand, `recused` stepped out of
everything, `clinic_deputy` and `recovery_deputy` gave no pledge today, the agreement of `lapsed` (which assists) has ended.
"""

Names = frozenset[str]


def names(line: str) -> Names:
    return frozenset(line.split())


NOBODY: Names = frozenset()
OWN = names("schools schools_deputy screener")
CHAIR = names("facilitator recorder")
ROLES = names("clinic recovery")
IN_THE_ROOM = OWN | CHAIR | names("police clinic recovery")
ALL_OF_THE_TABLE = IN_THE_ROOM | names("police_deputy clinic_deputy recovery_deputy observer privacy_officer")

PROFILE = {
    "draft": OWN,
    "screening": OWN,
    "ready": OWN,
    "tabled": OWN,
    "talked": IN_THE_ROOM | names("observer"),
    "sealed": IN_THE_ROOM,
    "opened": IN_THE_ROOM,
    "acting": OWN | CHAIR | ROLES | names("police police_deputy"),
    "concluded": OWN | CHAIR | ROLES,
    "redacted": NOBODY,
}
CONSENT = PROFILE | {"talked": IN_THE_ROOM, "acting": OWN | CHAIR | ROLES}
SCREENING = dict.fromkeys(PROFILE, OWN) | {"redacted": NOBODY}
PLAN = {"acting": ROLES, "concluded": ROLES}
# the wall shows what is in hand and holds no typed text but the lead's line to the table
TO_THE_TABLE = {"acting": ALL_OF_THE_TABLE | names("projector"), "concluded": ALL_OF_THE_TABLE}

READ: dict[str, dict[str, Names]] = {
    "note": PROFILE,
    "town": PROFILE,
    "tie": PROFILE,
    "criterion": PROFILE,
    "consent": CONSENT,
    "tried": SCREENING,
    "beyond": SCREENING,
    # filter 2: the board shows a disagreement, and why the table goes on, while it is asked
    "dissent": {"talked": IN_THE_ROOM},
    "goon": {"talked": IN_THE_ROOM},
    # what a seat can bring: its own words, and the facilitator who assigns
    "offer": {"sealed": names("clinic facilitator"), "opened": names("clinic facilitator")},
    "serving": {"sealed": names("recovery facilitator"), "opened": names("recovery facilitator")},
    "step": PLAN,
    "whogoes": PLAN,
    "place": PLAN,
    "visitoffer": PLAN,
    "safety": PLAN,
    "outcome": PLAN,
    "service": PLAN,
    "report": TO_THE_TABLE,
    "because": {"concluded": ALL_OF_THE_TABLE},
}
"""Field to situation to everyone who reads it somewhere. What is not named here, nobody reads: no identity field ever."""

REJECTED: dict[str, dict[str, Names]] = {
    **{what: {"tabled": OWN | CHAIR} for what in ("note", "town", "tie", "criterion", "consent")},
    "because": {"tabled": ALL_OF_THE_TABLE},
}
"""The same for the one on the agenda, once it is rejected and in hand, before it is redacted."""

LIMITED = names("name date_of_birth")
WHOLE = LIMITED | names("address aliases guardian others")
OWN_IDENTITY = dict.fromkeys(OWN, WHOLE)
OPENED: dict[str, dict[str, Names]] = {
    **dict.fromkeys(("draft", "screening", "ready", "tabled", "talked", "sealed"), OWN_IDENTITY),
    "opened": OWN_IDENTITY | dict.fromkeys(("police", "clinic", "recovery"), LIMITED),
    "acting": OWN_IDENTITY | dict.fromkeys(ROLES, WHOLE),
    "concluded": OWN_IDENTITY | dict.fromkeys(ROLES, WHOLE),
    "redacted": {},
}
"""Situation to account to the identity fields that an explicit, recorded POST answers."""
