"""A text that the guard stopped and that its writer thinks fit: a second person looks at it, and lets it through or not.

Its words lie sealed until then, are shown to nobody else, and are gone once it is decided. What was let through is good for
exactly this text of this writer, at this field, of this situation (or table), in this step, and once: a keyed digest knows it
again, and goes with its use. What was refused is refused to everybody of the writer's agency, at each field and step there.
The ledger keeps fields, kinds, codes and who; never a word.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from itertools import count

from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils.translation import gettext as _

from agencies.choices import CASE_ROLES
from agencies.models import AgencyRole, Member, Table, TableRole
from agencies.standing import Standing, in_force, open_sitting, standing_of
from hub.core import clock, second_wall, vault
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from hub.core.second_wall import Reason
from situations import disclosure, filters, ledger, noticing, sealing
from situations.choices import EntryKind, HeldState, LetThrough, NoticeKind, SendBack
from situations.disclosure import Audience
from situations.models import HeldText, LedgerEntry, Situation
from situations.visibility import Field

changed = Signal()
"""A text was held or decided on: what shows how many wait looks again. Arguments: table_id. Sent inside the transaction."""
KEPT = timedelta(days=7)
"""What nobody has decided by then is deleted: the writer has long found other words."""
MOST, LOOKED = 50, 200
"""Texts that the list shows at a time, and rows that are read at a time to find them."""
IDENTITY, UNCHECKED = "identity", "unchecked"
"""The kind of what stands in the envelope, and what stands for a kind where the detector could not look."""
PURPOSE = "held texts"
SENDING = "writing.submit"
"""The step in which a draft leaves its agency; what is held in a draft is held for it."""


@dataclass(frozen=True)
class Place:
    """Where a text is typed: about a situation, or for a table about none; and in which step, the verb that takes it."""

    table: Table
    situation: Situation | None = None
    step: str = ""

    def digest(self, field: str, typed: str, by: Member) -> str:
        """Knows exactly this text of this writer at this field in this step again, and tells nothing without the key."""
        return self._keyed("writer", by.pk, self.step, field, typed)

    def text_digest(self, typed: str, by: Member) -> str:
        """Knows this text of the writer's agency again, wherever it is typed about this situation (or table)."""
        return self._keyed("agency", by.agency_id, typed)

    def _keyed(self, *parts: object) -> str:
        about = f"situation:{self.situation.pk}" if self.situation else f"table:{self.table.pk}"
        message = "\x1f".join(map(str, (about, *parts))).encode()
        return hmac.new(vault.standing_key(PURPOSE), message, sha256).hexdigest()


def decided(place: Place, texts: Mapping[str, str], by: Member) -> dict[str, HeldText]:
    """Field to what is known of exactly this text there: this writer's that waits or was let through, the agency's refused.

    One query.
    """
    own = {field: place.digest(field, typed, by) for field, typed in texts.items()}
    alike = {field: place.text_digest(typed, by) for field, typed in texts.items()}
    refused = Q(text_digest__in=list(alike.values()), state=HeldState.REFUSED)
    rows = list(HeldText.objects.filter(Q(digest__in=list(own.values())) | refused))
    back = {one.text_digest: one for one in rows if one.state == HeldState.REFUSED}
    mine = {one.digest: one for one in rows}
    known = {field: back.get(alike[field]) or mine.get(own[field]) for field in texts}
    return {field: one for field, one in known.items() if one is not None}


def use_up(held: HeldText) -> None:
    """What was let through is used, and good for nothing more. Raises RuleRefused where it was used a moment ago."""
    gone, _by_model = HeldText.objects.filter(pk=held.pk, state=HeldState.PASSED).delete()
    if not gone:
        raise RuleRefused(_("This text was sent a moment ago."), field=held.field, situation=held.situation)


def hold(place: Place, texts: Mapping[str, str], kinds: Mapping[str, list[str]], *, by: Member) -> list[HeldText]:
    """Keep these texts (field to text) sealed for a second person, and tell those who may decide. The caller is in a verb.

    Held already, nothing is done. Raises RuleRefused where nobody else could decide: then the text has to be changed.
    """
    new = {field: typed for field, typed in texts.items() if field not in decided(place, texts, by)}
    rows = [_kept(place, field, typed, kinds[field], by) for field, typed in new.items()]
    if not rows:
        return []
    told = [one for one in second_persons(rows[0]) if all(may_decide(one, row, pledged=True) for row in rows)]
    if not told:
        message = _("Nobody else who may write here can look at it now. Change the text.")
        raise RuleRefused(message, field=rows[0].field, situation=place.situation)
    for row in rows:
        row.save()
        _enter(EntryKind.GUARD_HELD, row, by, {"kinds": row.kinds})
    noticing.tell(NoticeKind.TEXT_HELD, members=told, table=place.table, situation=place.situation)
    changed.send(sender=HeldText, table_id=place.table.pk)
    return rows


@verb
def decide(*, by: Member, held: HeldText, passes: bool, because: str) -> HeldText:
    """Let a held text through, or send it back, with the code of a reason; its words are gone with that.

    Raises NotVisible for everybody but a second person who may decide, RuleRefused when it was decided meanwhile, for a
    reason that is none of `LetThrough` or `SendBack`, or where who lets it through has not read it (`read`).
    """
    _lock(held, by)
    held = found(held.pk, by=by)
    if because not in (LetThrough if passes else SendBack).values:
        raise RuleRefused(_("Choose why."), field="because", situation=held.situation)
    if passes and not _has_read(by, held):
        raise RuleRefused(_("Read it first, then let it through."), field="because", situation=held.situation)
    held.state = HeldState.PASSED if passes else HeldState.REFUSED
    held.words, held.because, held.decided_by, held.decided_at = b"", because, by, clock.now()
    held.save()
    kind = EntryKind.GUARD_OVERRIDDEN if passes else EntryKind.GUARD_REFUSED
    _enter(kind, held, by, {"kinds": held.kinds, "because": because, "written_by": held.written_by_id})
    told = NoticeKind.TEXT_PASSED if passes else NoticeKind.TEXT_REFUSED
    noticing.tell(told, members=[held.written_by], table=held.table, situation=held.situation)
    changed.send(sender=HeldText, table_id=held.table_id)
    return held


@verb
def read(*, by: Member, held: HeldText) -> str:
    """The words of a text that waits for this member, entered in the ledger first. Raises as `found`.

    Read by somebody of another agency (two chairs), it is a disclosure of the writer's, and stands in its accounting; what is
    out of the envelope, or could not be compared with it, stands in that of the agency which brought the situation too.
    """
    _lock(held, by)
    held = found(held.pk, by=by)
    detail = {"field": held.field, "held": held.pk, "kinds": held.kinds, "written_by": held.written_by_id}
    disclosers = _disclosers(held, by)
    if held.situation is not None and disclosers:
        first, *also = disclosers
        ledger.append(
            EntryKind.GUARD_READ, by=by, situation=held.situation, sitting=open_sitting(held.table_id),
            detail=detail | ({ledger.ALSO: also[0]} if also else {}), basis="second_person", what="text",
            recipients=[(by.agency_id, by.pk)], discloser=first,
        )  # fmt: skip
    else:
        _enter(EntryKind.GUARD_READ, held, by, detail)
    return vault.unseal(bytes(held.words), key=_key(held, sealing.opening_key), context=_context(held))


def _disclosers(held: HeldText, by: Member) -> list[int]:
    """The agencies whose information this member of another one reads: the writer's, and whose envelope it may be out of."""
    if held.situation is None:
        return []
    owners = [held.agency_id]
    if {IDENTITY, UNCHECKED}.intersection(held.kinds):
        owners.append(held.situation.originating_agency_id)
    return [one for one in dict.fromkeys(owners) if one != by.agency_id]


def _has_read(by: Member, held: HeldText) -> bool:
    # by the ledger, which says before the words are shown that they were
    entries = LedgerEntry.objects.filter(table=held.table_id, situation=held.situation_id, actor=by)
    return entries.filter(kind=EntryKind.GUARD_READ, detail__held=held.pk).exists()


def waiting_for(member: Member, tables: Iterable[Table]) -> list[HeldText]:
    """The oldest `MOST` texts that this member may decide on, without their words; deciding on one makes room for the next."""
    standings = {one.pk: replace(standing_of(member, one), pledged=True) for one in tables}
    here = HeldText.objects.filter(table__in=standings, state=HeldState.WAITING).exclude(written_by=member)
    rows = here.filter(Q(agency=member.agency_id) | Q(for_chairs=True)).defer("words")
    rows = rows.select_related("table", "situation__table", "written_by")
    mine: list[HeldText] = []
    for start in count(0, LOOKED):
        looked = list(rows[start : start + LOOKED])
        mine += _decidable(looked, member, standings)
        if len(mine) >= MOST or len(looked) < LOOKED:
            break
    return mine[:MOST]


def _decidable(rows: list[HeldText], member: Member, standings: Mapping[int, Standing]) -> list[HeldText]:
    """Those that the member may decide on; the audiences are read once a table, however many rows there are."""
    situations = {one.situation.pk: one.situation for one in rows if one.situation is not None}
    audiences: dict[tuple[int, int], Audience] = {}
    for table, standing in standings.items():
        audiences |= disclosure.audiences([one for one in situations.values() if one.table_id == table], [standing])
    return [
        one
        for one in rows
        if _may_write(standings[one.table_id], one)
        and (one.situation is None or _hears(audiences[one.situation.pk, member.pk], one))
    ]


def may_decide(member: Member, held: HeldText, *, pledged: bool = False) -> bool:
    """Whether this member is a second person for it: may write there too, hears the situation, and did not write it.

    `pledged`: as if today's pledge had been given, which can be done at any time. A name out of the envelope, and a text that
    could not be compared with it, is shown only to those who may open the envelope, or whose agency brought the situation.
    """
    standing = standing_of(member, held.table)
    standing = replace(standing, pledged=standing.pledged or pledged)
    if member.pk == held.written_by_id or not member.is_active or not _may_write(standing, held):
        return False
    return held.situation is None or _hears(disclosure.audience_of(member, held.situation, standing), held)


def _may_write(standing: Standing, held: HeldText) -> bool:
    own = standing.agency_id == held.agency_id and standing.works_cases and standing.seated
    chairs = held.for_chairs and (standing.facilitates or standing.records or standing.presides)
    return standing.agreement and (own or chairs)


def _hears(audience: Audience, held: HeldText) -> bool:
    assert held.situation is not None  # noqa: S101 - there is an audience
    if not disclosure.may_see(audience, Field.PROFILE):
        return False
    if not {IDENTITY, UNCHECKED}.intersection(held.kinds) or disclosure.openable(audience):
        return True
    return audience.agency_id == held.agency_id == held.situation.originating_agency_id


def second_persons(held: HeldText) -> list[Member]:
    """Everybody who may decide on it, with today's pledge."""
    return [one for one in _by_role(held) if may_decide(one, held, pledged=True)]


def forget(situation: Situation) -> None:
    """Nothing of what was held here stays: with the redaction of a situation, and with the shredding of its identity."""
    gone, _by_model = HeldText.objects.filter(situation=situation).delete()
    if gone:
        changed.send(sender=HeldText, table_id=situation.table_id)


@second_wall.passing(Reason.SHREDDING)
def old() -> list[int]:
    """What nobody decided on in `KEPT`, or sent since it was let through."""
    return list(_old().values_list("pk", flat=True))


@verb
@second_wall.passing(Reason.SHREDDING)
def expire(*, by: None, key: int) -> bool:
    """Delete one of these; where nobody decided, it is entered and its writer is told. False where it is gone already."""
    held = _with_place().filter(pk=key).first()
    if held is None:
        return False
    _lock(held, by)
    waiting = _old().filter(pk=key, state=HeldState.WAITING).exists()
    if not _old().filter(pk=key).delete()[0]:
        return False
    if waiting:
        _enter(EntryKind.GUARD_EXPIRED, held, by, {"kinds": held.kinds, "written_by": held.written_by_id})
        noticing.tell(NoticeKind.TEXT_EXPIRED, members=[held.written_by], table=held.table, situation=held.situation)
    changed.send(sender=HeldText, table_id=held.table_id)
    return True


def _old() -> QuerySet[HeldText]:
    before = clock.now() - KEPT
    waited, unused = Q(state=HeldState.WAITING, held_at__lt=before), Q(state=HeldState.PASSED, decided_at__lt=before)
    return HeldText.objects.filter(waited | unused)


def _with_place() -> QuerySet[HeldText]:
    return HeldText.objects.select_related("table", "situation__table", "situation__originating_agency", "written_by")


def _lock(held: HeldText, by: Member | None) -> None:
    if held.situation_id is not None:
        filters.lock(held.situation_id, by=by)
    else:
        Table.objects.select_for_update().get(pk=held.table_id)


def found(key: int, *, by: Member) -> HeldText:
    """A text that waits for this member. Raises NotVisible for everybody else, the writer too, NotAllowed without a pledge."""
    held = _with_place().filter(pk=key).first()
    if held is not None and not may_decide(by, held) and may_decide(by, held, pledged=True):
        raise NotAllowed(_("Give today's pledge first, then look at the text."), situation=held.situation)
    if held is None or not may_decide(by, held):
        raise NotVisible(_("There is no such text, or it is not yours to decide on."), situation=held and held.situation)
    if held.state != HeldState.WAITING:
        raise RuleRefused(_("Somebody has decided on this text already."), situation=held.situation)
    return held


def _kept(place: Place, field: str, typed: str, kinds: list[str], by: Member) -> HeldText:
    standing = standing_of(by, place.table)
    row = HeldText(
        table=place.table, situation=place.situation, agency_id=by.agency_id, written_by=by, field=field, kinds=kinds,
        held_at=clock.now(), digest=place.digest(field, typed, by), text_digest=place.text_digest(typed, by),
        for_chairs=standing.presides or place.situation is None,
    )  # fmt: skip
    row.words = vault.seal(typed, key=_key(row, sealing.data_key), context=_context(row))
    return row


def _by_role(held: HeldText) -> list[Member]:
    own = AgencyRole.objects.filter(in_force(), member__agency=held.agency_id, role__in=CASE_ROLES).values("member")
    either = Q(pk__in=own)
    if held.for_chairs:
        chairs = TableRole.objects.filter(in_force(), table=held.table, role__in=noticing.CHAIRS)
        either |= Q(pk__in=chairs.values("member"))
    return list(Member.objects.filter(either, is_active=True).exclude(pk=held.written_by_id).order_by("pk"))


def _enter(kind: EntryKind, held: HeldText, by: Member | None, detail: dict[str, object]) -> None:
    sitting = open_sitting(held.table_id)
    whole = {"field": held.field, "held": held.pk, **detail}
    if held.situation is not None:
        ledger.append(kind, by=by, situation=held.situation, sitting=sitting, detail=whole)
    else:
        ledger.append(kind, by=by, table=held.table, sitting=sitting, detail=whole)


def _key(held: HeldText, of: Callable[[Situation, int], bytes]) -> bytes:
    # what is about no situation has no key of its own: it is deleted instead of shredded
    return of(held.situation, held.agency_id) if held.situation is not None else vault.standing_key(PURPOSE)


def _context(held: HeldText) -> str:
    return f"held text:{held.binding}"
