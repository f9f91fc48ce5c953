"""A word of one's own draft is suggested for the table's list of words that point to nobody.

It is the one thing of a draft that leaves the agency at filter 1: a single word that its writer chose and pressed. It is in the
ledger of the situation (the field and the suggestion's number, never the word), and goes with the situation's redaction and
shredding unless somebody who keeps the list has put it on.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from agencies import allowing
from agencies.models import AllowedPhrase, Member
from hub.core.audit import verb
from hub.core.errors import RuleRefused
from situations import before_sending, deidentify, filters, guard, identity, ledger
from situations.choices import EntryKind, Stage
from situations.filters import Mover
from situations.models import Situation

KINDS = frozenset({"name", "place"})
"""What of the guard's findings can be a word that points to nobody: no number and no address."""


def words_in(found: Sequence[deidentify.Finding]) -> list[str]:
    """The words among these findings that can be suggested, each once; what is stopped never is."""
    return list(dict.fromkeys(one.found for one in found if one.severity == "ask" and one.kind in KINDS))


@verb
def suggest(*, by: Member, situation: Situation, field: str, word: str) -> AllowedPhrase:
    """Show one word of the own draft to who keeps the table's list, with the writer's name.

    Raises RuleRefused for a word that the guard does not ask about at this field as it is saved now (what is stopped, and every
    word of the envelope), and where the detector cannot look.
    """
    situation = filters.lock(situation.pk, by=by)
    filters.require(situation, by, Mover.WRITER)
    filters.require_stage(situation, Stage.DRAFT)
    texts = {name: typed for name, typed in before_sending.texts_of(situation).items() if name == field}
    try:
        found = guard.find_all(texts, table=situation.table, by=by, deny=identity.words_of(situation))
    except deidentify.DetectorFailed as failed:
        raise RuleRefused(_("The text cannot be checked now. Try again later."), field=field, situation=situation) from failed
    if word not in words_in([one for _name, one in found]):
        raise RuleRefused(_("This word cannot be suggested as it is written now."), field=field, situation=situation)
    row = allowing.suggest(by=by, table=situation.table, phrase=word)
    ledger.append(EntryKind.WORD_SUGGESTED, by=by, situation=situation, detail={"field": field, "suggestion": row.pk})
    return row


def forget(situation: Situation, by: Member | None) -> None:
    """Delete what was suggested out of this situation and is on no list."""
    entered = situation.ledger.filter(kind=EntryKind.WORD_SUGGESTED)
    if keys := [one.detail["suggestion"] for one in entered]:
        allowing.forget(by=by, keys=keys)
