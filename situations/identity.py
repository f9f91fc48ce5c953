"""The sealed identity: putting it into the envelope, opening it to the seats, reading it. Nothing here is ever pushed.

Every reading is in the ledger before a value leaves this module (PRODUCT: "Opening an identity is itself a ledger entry").
"""

import re
from collections.abc import Mapping
from copy import copy

from django.utils.translation import gettext as _

from agencies.models import Member, Sitting
from agencies.standing import open_sitting, standing_of
from hub.core import vault
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused
from hub.core.text import TextRefused, plain
from situations import disclosure, filters, grounds, hard_stops, ledger, sealing
from situations.choices import EntryKind, Stage
from situations.disclosure import audience_of, openable
from situations.filters import Mover
from situations.models import BlindIndex, Identity, Situation
from situations.models.situation import LINE_LIMIT
from situations.visibility import IDENTITY_FIELDS, Field

NOTHING_GIVEN: Mapping[str, str] = {}
Opened = dict[str, str]
"""Field name (of `visibility.IDENTITY_FIELDS`) to its text; only the fields that the reader may see."""


@verb
def seal(*, by: Member, situation: Situation, values: Mapping[str, str]) -> Identity:
    """Put the identity into the envelope (replacing what was there), before the situation is tabled.

    `values`: identity field names to text; unknown names raise ValueError. Only by the originating agency's writers.
    """
    situation = filters.lock(situation.pk, by=by)
    filters.require(situation, by, Mover.WRITER)
    filters.require_stage(situation, Stage.DRAFT)
    if unknown := set(values) - {field.value for field in IDENTITY_FIELDS}:
        raise ValueError(f"unknown identity fields: {sorted(unknown)}")
    key = sealing.data_key(situation, situation.originating_agency_id)
    identity = Identity.objects.filter(situation=situation).first()
    identity = identity or Identity(situation=situation, agency=situation.originating_agency)
    for name, value in values.items():
        typed = _typed(name, value)
        setattr(identity, name, vault.seal(typed, key=key, context=_context(situation, name)) if typed else b"")
    identity.save()
    _index(situation, _unsealed(situation, identity, (Field.NAME, Field.DATE_OF_BIRTH)))
    return identity


@verb
def offer(
    *, by: Member, situation: Situation, basis: str, given: grounds.Given = NOTHING_GIVEN, revision: int | None = None
) -> Situation:
    """The presenter opens the table's limited identifiers to the seats present, on a legal basis of its agency (filter 3).

    `given`: what was affirmed and written down for the basis (`grounds.record`). Enters one disclosure with every recipient in
    the room. Raises RuleRefused outside filter 3, without a fitting basis, or if the basis does not reach a recipient.
    """
    situation = filters.lock(situation.pk, by=by, revision=revision)
    presenter = filters.require(situation, by, Mover.WRITER)
    filters.require_stage(situation, Stage.FILTER3)
    sitting = _sitting_of(situation)
    if not (presenter.present and presenter.pledged):
        raise RuleRefused(_("Take your seat and give today's pledge first."), situation=situation)
    if situation.table.identity_opens_at_filter != disclosure.OPENS_TO_SEATS:
        raise RuleRefused(_("This table opens identities at filter 4 only."), situation=situation)
    if situation.identity_open:
        raise RuleRefused(_("The identity is open already."), situation=situation)
    kept = grounds.record(by=by, situation=situation, basis=basis, given=given)
    filters.touch(situation, identity_open=True, opening_basis=basis)
    told = would_receive(situation, sitting)
    grounds.require_reach(kept, (agency for agency, _member in told))
    ledger.append(
        EntryKind.IDENTITY_OFFERED,
        by=by,
        situation=situation,
        sitting=sitting,
        basis=basis,
        detail={"fields": list(situation.table.filter3_identifiers), **grounds.entered(kept)},
        recipients=told,
        what="limited",
    )
    return situation


def would_receive(situation: Situation, sitting: Sitting) -> list[ledger.Person]:
    """Everyone in the room to whom an opening discloses the limited identifiers, whether it has been opened yet or not."""
    opened = copy(situation)
    opened.identity_open = True
    return disclosure.recipients(opened, sitting, *IDENTITY_FIELDS)


def offer_late(situation: Situation, sitting: Sitting, by: Member) -> None:
    """Enter the opened identity's disclosure to those who came in after it was opened; caller holds the lock.

    Raises RuleRefused, and so keeps them out, if the opening's grounds do not carry it to them: nothing is closed in silence.
    """
    offered = situation.ledger.filter(kind=EntryKind.IDENTITY_OFFERED)
    received = set(offered.values_list("recipients__agency", "recipients__member"))
    new = [one for one in disclosure.recipients(situation, sitting, *IDENTITY_FIELDS) if one not in received]
    if new:
        kept = grounds.of_opening(situation)
        if kept is not None and not grounds.still_hold(kept, (agency for agency, _member in new)):
            # says nothing of which basis it is: that is the disclosing agency's own
            line = _("An identity is open that may not be shown to everybody who comes in now. Close it first, then come in.")
            raise RuleRefused(line, situation=situation)
        fields = list(situation.table.filter3_identifiers)
        ledger.append(
            EntryKind.IDENTITY_OFFERED, by=by, situation=situation, sitting=sitting, basis=situation.opening_basis,
            detail={"fields": fields, "late": True, **grounds.entered(kept)}, recipients=new, what="limited",
            discloser=situation.originating_agency_id,
        )  # fmt: skip


@verb
def close(*, by: Member, situation: Situation, revision: int | None = None) -> Situation:
    """Close the identity again: by the presenter or by the facilitator who presides."""
    situation = filters.lock(situation.pk, by=by, revision=revision)
    own = by.agency_id == situation.originating_agency_id and standing_of(by, situation.table).speaks
    filters.require(situation, by, Mover.WRITER if own else Mover.CHAIR)
    filters.require_stage(situation, Stage.FILTER3)
    if not situation.identity_open:
        raise RuleRefused(_("The identity is closed already."), situation=situation)
    filters.touch(situation, identity_open=False)
    ledger.append(EntryKind.IDENTITY_CLOSED, by=by, situation=situation, sitting=_sitting_of(situation))
    return situation


@verb
def read(*, by: Member, situation: Situation) -> Opened:
    """Open on one's own device what one may see now, entered in the ledger first. Raises NotAllowed where nothing is open.

    Raises RuleRefused when the identity is empty or shredded.
    """
    situation = filters.lock(situation.pk, by=by)
    audience = audience_of(by, situation)
    standing = standing_of(by, situation.table)
    fields = openable(audience)
    if not fields:
        filters.refuse(situation, by, standing, _("The identity is sealed for you at this stage."))
    identity = Identity.objects.filter(situation=situation).first()
    if identity is None or identity.shredded_at is not None:
        raise RuleRefused(_("There is nothing in the envelope: it is empty or was shredded."), situation=situation)
    notice = grounds.notice_for(situation, by.agency_id)
    beyond = openable(disclosure.beside_glass(audience)) != fields
    glass = disclosure.glass_broken(situation, by) if beyond else None
    ledger.append(
        EntryKind.IDENTITY_READ,
        by=by,
        situation=situation,
        sitting=open_sitting(situation.table_id) if standing.present else None,
        basis=glass.basis if glass else _basis_of_reading(situation, standing.agency_id),
        detail={
            "fields": [field.value for field in fields],
            **({"notice": notice.code} if notice else {}),
            **({"break_glass": glass.pk} if glass else {}),
        },
        recipients=[(by.agency_id, by.pk)],
        what="identity",
    )
    return _unsealed(situation, identity, fields)


def sealed_fields(situation: Situation) -> list[str]:
    """Which identity fields hold anything, for "empty" and "sealed" marks; never their text."""
    identity = Identity.objects.filter(situation=situation, shredded_at=None).first()
    return [field.value for field in IDENTITY_FIELDS if identity is not None and getattr(identity, field.value)]


def words_of(situation: Situation, fields: tuple[Field, ...] = IDENTITY_FIELDS) -> list[str]:
    """The sealed texts of these fields, for the de-identification guard alone, compared in memory.

    `fields`: those that the writer may open, since what the guard asks about would confirm a guess at any other. The address
    without the town: the profile names the town anyway, so it points to nobody.
    """
    identity = Identity.objects.filter(situation=situation, shredded_at=None).first() if fields else None
    if identity is None:
        return []
    opened = _unsealed(situation, identity, fields)
    if situation.town and Field.ADDRESS in opened:
        opened[Field.ADDRESS] = re.sub(re.escape(situation.town), "", opened[Field.ADDRESS], flags=re.IGNORECASE)
    return [value for value in opened.values() if value.strip()]


def _basis_of_reading(situation: Situation, agency_id: int) -> str:
    if agency_id == situation.originating_agency_id:
        return "own_record"
    # a table that opens identities at filter 4 only has no opening by the presenter: its agreement is the basis
    return situation.opening_basis or "table_agreement"


def _unsealed(situation: Situation, identity: Identity, fields: tuple[Field, ...]) -> Opened:
    key = sealing.opening_key(situation, situation.originating_agency_id)
    opened = {}
    for field in fields:
        sealed = bytes(getattr(identity, field.value))
        opened[field.value] = vault.unseal(sealed, key=key, context=_context(situation, field.value)) if sealed else ""
    return opened


def _typed(name: str, value: str) -> str:
    try:
        return hard_stops.refuse(plain(value, limit=LINE_LIMIT), field=name, place=hard_stops.Place.SEALED)
    except TextRefused as refused:
        raise RuleRefused(str(refused), field=name) from refused


def _context(situation: Situation, name: str) -> str:
    return f"identity:{situation.pk}:{name}"


def _index(situation: Situation, values: Mapping[str, str]) -> None:
    parts = [values.get(Field.NAME, ""), values.get(Field.DATE_OF_BIRTH, "")]
    BlindIndex.objects.filter(situation=situation).delete()
    if vault.can_index(parts):
        digest = vault.blind_index(parts, context=f"table:{situation.table_id}")
        BlindIndex.objects.create(table=situation.table, situation=situation, digest=digest)


def _sitting_of(situation: Situation) -> Sitting:
    sitting = open_sitting(situation.table_id)
    if sitting is None:
        raise NotAllowed(_("The conference is not open."), situation=situation)
    return sitting
