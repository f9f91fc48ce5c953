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

from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext as _

from agencies.choices import CASE_ROLES, TableRoleKind
from agencies.models import AgencyRole, Member, Table, TableRole
from agencies.standing import in_force, open_sitting, standing_of
from hub.core import clock, second_wall, vault
from hub.core.audit import verb
from hub.core.errors import NotAllowed, NotVisible, RuleRefused
from hub.core.second_wall import Reason
from situations import disclosure, filters, ledger, noticing, sealing
from situations.choices import EntryKind, HeldState, LetThrough, NoticeKind, SendBack
from situations.models import HeldText, Situation
from situations.visibility import Field

changed = Signal()
"""A text was held or decided on: what shows how many wait looks again. Arguments: table_id. Sent inside the transaction."""
KEPT = timedelta(days=7)
"""What nobody has decided by then is deleted: the writer has long found other words."""
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

    Raises NotVisible for everybody but a second person who may decide, RuleRefused when it was decided meanwhile, or for a
    reason that is none of `LetThrough` or `SendBack`.
    """
    if held.situation_id is not None:
        filters.lock(held.situation_id, by=by)
    else:
        Table.objects.select_for_update().get(pk=held.table_id)
    held = _found(held.pk, by)
    if because not in (LetThrough if passes else SendBack).values:
        raise RuleRefused(_("Choose why."), field="because", situation=held.situation)
    held.state = HeldState.PASSED if passes else HeldState.REFUSED
    held.words, held.because, held.decided_by, held.decided_at = b"", because, by, clock.now()
    held.save()
    kind = EntryKind.GUARD_OVERRIDDEN if passes else EntryKind.GUARD_REFUSED
    _enter(kind, held, by, {"kinds": held.kinds, "because": because, "written_by": held.written_by_id})
    told = NoticeKind.TEXT_PASSED if passes else NoticeKind.TEXT_REFUSED
    noticing.tell(told, members=[held.written_by], table=held.table, situation=held.situation)
    changed.send(sender=HeldText, table_id=held.table_id)
    return held


def found(key: int, *, by: Member) -> tuple[HeldText, str]:
    """A text that waits for this member, with its words. Raises NotVisible for everybody else, the writer too."""
    held = _found(key, by)
    return held, vault.unseal(bytes(held.words), key=_key(held, sealing.opening_key), context=_context(held))


def waiting_for(member: Member, tables: Iterable[Table]) -> list[HeldText]:
    """Texts that this member may decide on, oldest first."""
    rows = HeldText.objects.filter(table__in=list(tables), state=HeldState.WAITING).exclude(written_by=member)
    rows = rows.select_related("table", "situation__table", "written_by")
    return [one for one in rows if may_decide(member, one, pledged=True)]


def may_decide(member: Member, held: HeldText, *, pledged: bool = False) -> bool:
    """Whether this member is a second person for it: may write there too, hears the situation, and did not write it.

    `pledged`: as if today's pledge had been given, which can be done at any time. A name out of the envelope, and a text that
    could not be compared with it, is shown only to those who may open the envelope, or work at the agency that wrote it.
    """
    if member.pk == held.written_by_id or not member.is_active:
        return False
    standing, own = standing_of(member, held.table), member.agency_id == held.agency_id
    standing = replace(standing, pledged=standing.pledged or pledged)
    chairs = held.for_chairs and (standing.facilitates or standing.records or standing.presides)
    if not (standing.agreement and ((own and standing.works_cases and standing.seated) or chairs)):
        return False
    if held.situation is None:
        return True
    audience = disclosure.audience_of(member, held.situation, standing)
    sees = disclosure.may_see(audience, Field.PROFILE)
    return sees and (own or not {IDENTITY, UNCHECKED}.intersection(held.kinds) or bool(disclosure.openable(audience)))


def second_persons(held: HeldText) -> list[Member]:
    """Everybody who may decide on it, with today's pledge."""
    return [one for one in _by_role(held) if may_decide(one, held, pledged=True)]


def forget(situation: Situation) -> None:
    """Nothing of what was held here stays: with the redaction of a situation, and with the shredding of its identity."""
    HeldText.objects.filter(situation=situation).delete()


@second_wall.passing(Reason.SHREDDING)
def forget_old() -> int:
    """Delete what nobody decided in `KEPT`, or sent since it was let through; return how many. For the clerk, at any time."""
    before = clock.now() - KEPT
    waited, unused = Q(state=HeldState.WAITING, held_at__lt=before), Q(state=HeldState.PASSED, decided_at__lt=before)
    gone, _by_model = HeldText.objects.filter(waited | unused).delete()
    return gone


def _found(key: int, by: Member) -> HeldText:
    rows = HeldText.objects.select_related("table", "situation__table", "situation__originating_agency", "written_by")
    held = rows.filter(pk=key).first()
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
        roles = (TableRoleKind.FACILITATOR, TableRoleKind.RECORDER)
        either |= Q(pk__in=TableRole.objects.filter(in_force(), table=held.table, role__in=roles).values("member"))
    return list(Member.objects.filter(either, is_active=True).exclude(pk=held.written_by_id).order_by("pk"))


def _enter(kind: EntryKind, held: HeldText, by: Member, detail: dict[str, object]) -> None:
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
