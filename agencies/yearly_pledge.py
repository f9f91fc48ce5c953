"""The yearly confidentiality pledge: read and signed with the own name; where a table demands it, it is a condition.

Apart from the pledge at roll call, which counts for nothing at such a table without this one (`standing`).
"""

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agencies import agreeing, clauses, membership
from agencies.models import AgencyRole, Member, Table, TableRole, YearlyPledge
from agencies.standing import of_the_year, standing_of
from hub.core import clock
from hub.core.audit import verb
from hub.core.errors import NotAllowed, RuleRefused

LASTS = timedelta(days=365)
AHEAD = timedelta(days=30)
"""Before its end, from when on it is asked for again."""
AFFIRMED = "I have read this pledge and sign it by typing my name."


def text_for(member: Member, table: Table) -> str:
    """What the member would sign now, word for word."""
    values = {
        "member_name": member.name, "member_position": member.position or "a member", "agency_name": member.agency.name,
        "table_name": table.name, "until": date_format(clock.today() + LASTS, "j F Y"),
        "coordinator_name": table.coordinator.name if table.coordinator else "the table's coordinator",
    }  # fmt: skip
    return clauses.template(clauses.PLEDGE).assembled(values)


def latest(member: Member, table: Table) -> YearlyPledge | None:
    """The member's pledge that holds longest, whether or not it still does."""
    return YearlyPledge.objects.filter(member=member, table=table).order_by("-valid_until", "-pk").first()


def missing(member: Member, table: Table) -> bool:
    """Whether the table demands a pledge that the member has not signed, whose year is over, or that was signed before duties
    began that it does not cover. No query where it does not.
    """
    return table.demands_yearly_pledge and not of_the_year(clock.today()).filter(member=member, table=table).exists()


def asked(member: Member, table: Table) -> str:
    """Why it is to be signed now, in words; empty when it is not, or the table demands none."""
    if not table.demands_yearly_pledge:
        return ""
    found = latest(member, table)
    if found is None:
        return _("The yearly confidentiality pledge is not signed yet.")
    day = {"day": date_format(found.valid_until, "j M Y")}
    if found.valid_until < clock.today():
        return _("The yearly confidentiality pledge ended on %(day)s.") % day
    if _has_new_duties(member, table, timezone.localtime(found.signed_at).date()):
        return _("Your duties have changed since you signed the yearly confidentiality pledge.")
    if found.valid_until - clock.today() <= AHEAD:
        return _("The yearly confidentiality pledge ends on %(day)s.") % day
    return ""


@verb
def sign(*, by: Member, table: Table, name: str, affirmed: bool, text_hash: str) -> YearlyPledge:
    """Sign for a year from today. Raises NotAllowed for who does not belong to the table, RuleRefused with its field.

    From then on its signer may see more, so whatever is open on the board is entered for them (`membership.let_in`).
    """
    if not standing_of(by, table).belongs:
        raise NotAllowed(_("Your agency has no agreement in force with this table."))
    text = text_for(by, table)
    if text_hash != agreeing.digest(text):
        raise RuleRefused(_("The text has changed since you opened it. Read it again before you sign."))
    if not agreeing.same_name(name, by.name):
        raise RuleRefused(_("Type your own name as it stands here: %(name)s.") % {"name": by.name}, field="name")
    if not affirmed:
        raise RuleRefused(_("Affirm the sentence above your name: without it this is no signature."), field="affirmed")
    made = YearlyPledge.objects.create(
        table=table, member=by, signed_at=clock.now(), valid_until=clock.today() + LASTS, name_typed=name.strip(), text=text,
        text_hash=text_hash,
    )  # fmt: skip
    membership.let_in.send(sender=YearlyPledge, table=table, by=by)
    return made


def _has_new_duties(member: Member, table: Table, since: date) -> bool:
    # a role that began on the day of signing was known to whoever signed
    begun = Q(member=member, ended_on=None, started_on__gt=since)
    return AgencyRole.objects.filter(begun).exists() or TableRole.objects.filter(begun, table=table).exists()
