"""What Today tells those who work at an intake desk, and who may bring a case to another agency's."""

from typing import Any

from django import template

from agencies.choices import AgencyRoleKind
from agencies.models import Member
from situations.referrals import desk
from situations.referrals.partners import BRINGS

register = template.Library()


@register.simple_tag
def intake_today(member: Member, roles: frozenset[str]) -> dict[str, Any]:
    """Numbers only, for who works at a desk (one more question then); whether the member may bring something."""
    brings = bool(roles & BRINGS) and not member.is_administrator
    works = AgencyRoleKind.INTAKE in roles and not member.is_administrator
    return {"brings": brings, "counts": desk.counts(member) if works else {}}
