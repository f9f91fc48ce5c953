"""Repeat presentation: the same identity came to this table within the set months. Told to the originating agency alone.

Found by blind index, so nothing is decrypted, and nobody else's situation is shown: of other agencies' situations not even
the number (PRODUCT: "without showing anyone else's situation").
"""

from collections.abc import Iterable

from dateutil.relativedelta import relativedelta
from django.db.models import Q
from django.utils.translation import gettext as _

from hub.core import clock, vault
from situations.models import BlindIndex, Situation


def earlier(situation: Situation) -> list[str]:
    """Numbers of the own agency's earlier situations with the same identity, newest first; a plain sentence for another's."""
    index = BlindIndex.objects.filter(situation=situation).first()
    if index is None:
        return []
    since = clock.now() - relativedelta(months=situation.table.repeat_flag_months)
    same = (
        Situation.objects.filter(blind_index__digest=index.digest, table_id=situation.table_id, tabled_at__gte=since)
        .exclude(pk=situation.pk)
        .order_by("-tabled_at")
    )
    own = [one.number for one in same if one.originating_agency_id == situation.originating_agency_id]
    elsewhere = any(one.originating_agency_id != situation.originating_agency_id for one in same)
    return own + ([_("an earlier situation, brought by another agency")] if elsewhere else [])


def of_person(name: str, date_of_birth: str, tables: Iterable[int]) -> Q:
    """Which situations of these tables have this identity; none once it is shredded, and none for a blank name or date.

    Names no situation and reads none: the caller narrows it to those that its member may know of.
    """
    parts, found = [name, date_of_birth], Q(pk__in=[])
    if vault.can_index(parts):
        for table in tables:
            found |= Q(blind_index__table=table, blind_index__digest=vault.blind_index(parts, context=f"table:{table}"))
    return found
