"""Moves of filter 1: writing, typing on, sending, screening, keeping."""

from typing import Any

from django.urls import reverse

from situations.choices import Criterion
from tests.security.soak.registry import move, new
from tests.security.soak.town import Pick, Town
from tests.security.soak.words import IDENTITY


def draft_form(town: Town, situation: int, who: str) -> dict[str, Any]:
    """A complete draft, each typed field a word of its own."""
    words = {name: new(town, name, situation, who) for name in IDENTITY}
    words |= {key.value: new(town, "criterion", situation, who) for key in Criterion}
    case = town.facts.cases.get(situation)
    return words | {
        "revision": case.revision if case else 0, "subject_type": "person", "age_band": "12_17", "sex": "female",
        "risk_factors": ["suicide.current_risk", "mental_health.grief"], "note": new(town, "note", situation, who),
        "tried": new(town, "tried", situation, who), "beyond_one_agency": new(town, "beyond", situation, who),
        "consent_status": "verbal", "consent_reason": new(town, "consent", situation, who),
        "affected_0_tie": new(town, "tie", situation, who), "affected_0_age_band": "6_11", "affected_0_sex": "male",
    }  # fmt: skip


def start(town: Town, who: str) -> int:
    """A new draft of this person's agency, or 0."""
    before = set(town.facts.cases)
    town.send(who, reverse("situation_new"), {})
    return next(iter(set(town.facts.cases) - before), 0)


@move
def write(town: Town, pick: Pick, who: str = "") -> int:
    """Begin, type everything, send it."""
    who = who or pick(town.everybody)
    key = start(town, who)
    if key:
        town.send(who, reverse("situation_write", args=[key]), draft_form(town, key, who) | {"send": "1", "recognisable": "no"})
    return key


@move
def type_on(town: Town, pick: Pick) -> None:
    """Anybody types into any draft, on its revision or on an old one, by key or by button."""
    who, key = pick(town.everybody), pick(town.situations() or [1])
    form = draft_form(town, key, who) if key in town.facts.cases else {}
    form |= {"revision": pick([form.get("revision", 0), 0])}
    names = pick([list(form), ["revision", "note", "name"], ["revision", "criterion", "tried"]])
    headers = pick([{}, {"X-Autosave": "1"}])
    town.send(who, reverse("situation_write", args=[key]), {name: form[name] for name in names if name in form}, **headers)


@move
def pass_or_keep(town: Town, pick: Pick) -> None:
    """Filter 1: whatever moves a situation before it is tabled."""
    who, key = pick(town.everybody), pick(town.situations("draft", "screening", "ready") or [1])
    page = pick(["situation_screen", "situation_take_home", "situation_keep", "situation_link"])
    data = {"decision": pick(["pass", "back", "keep"]), "because": new(town, "sentback", key, who)}
    town.send(who, reverse(page, args=[key]), data if page == "situation_screen" else {"number": "2026-0001"})
