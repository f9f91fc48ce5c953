"""Which signatures are asked of a member: the yearly pledge of a table that demands it, and agreements, of an agency's head."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies import signing, yearly_pledge
from agencies.models import Member, Table
from hub.core.parts import Action


@dataclass(frozen=True, slots=True)
class Asked:
    """One signature, and the way to it."""

    title: str
    text: str
    actions: tuple[Action, ...]


def of(member: Member, tables: Iterable[Table]) -> list[Asked]:
    """What is to be signed, pledges first. One query, and up to three more for each table that demands a yearly pledge."""
    asked = [(table, why) for table in tables if (why := yearly_pledge.asked(member, table))]
    return [
        *(_pledge(table, why) for table, why in asked),
        *(_agreement(one.pk, one.table) for one in signing.waiting_for(member)),
    ]


def _pledge(table: Table, why: str) -> Asked:
    way = f"{reverse('table_yearly_pledge', args=[table.pk])}?{urlencode({'next': reverse('today')})}"
    text = _("%(table)s asks for it: without it today's pledge counts for nothing.") % {"table": table.name}
    return Asked(why, text, (Action(_("Read and sign"), href=way),))


def _agreement(key: int, table: Table) -> Asked:
    title = _("An agreement with %(table)s waits for your signature.") % {"table": table.name}
    return Asked(title, _("You are named as the head of your agency."), (
        Action(_("Read and sign"), href=reverse("table_sign", args=[key])),
    ))  # fmt: skip
