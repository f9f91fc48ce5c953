"""The first hour of an installation: its first agency, its administrator, its first table. Once, from the command line."""

from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from agencies import membership
from agencies.choices import Regime
from agencies.models import Agency, Member, Table
from hub.core.audit import verb
from hub.core.errors import RuleRefused


@verb
def found(
    *, by: None, agency: dict[str, Any], administrator: dict[str, str], table: dict[str, Any]
) -> tuple[Agency, Member, Table]:
    """Found all three; the administrator has no password yet and no role at the table.

    Raises RuleRefused where anybody has an account already: from then on the administrator invites.
    """
    if Member.objects.exists():
        raise RuleRefused(_("This installation has been founded already: its administrator invites everybody else."))
    if set(agency["regimes"]) - set(Regime.values) or not agency["regimes"]:
        raise RuleRefused(_("Unknown law. Known: %(known)s") % {"known": ", ".join(Regime.values)}, field="regimes")
    first = membership.found_agency(by=by, key=_slug(agency["name"]), **agency)
    who = membership.add_member(
        by=by, roles=[], password="", agency=first, is_administrator=True, **administrator
    )  # fmt: skip
    who.set_unusable_password()
    who.save(update_fields=["password"])
    return first, who, membership.found_table(by=by, slug=_slug(table["name"]), **table)


def _slug(name: str) -> str:
    return slugify(name)[:50] or "first"
