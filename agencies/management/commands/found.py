"""Founds an installation: `manage.py found --help`. Prints the link with which the administrator chooses a password."""

from argparse import ArgumentParser
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from agencies.choices import Regime
from agencies.founding import found
from agencies.models import Member
from hub.core.errors import RuleRefused

SECONDS_A_DAY = 24 * 60 * 60


class Command(BaseCommand):
    help = "Founds the first agency, the administrator and the first table of a new installation, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--agency", help="name of the first agency")
        parser.add_argument("--short-name", help="as it stands on the board; the name, unless given")
        parser.add_argument("--sector", default="other")
        parser.add_argument("--regimes", default=Regime.OTHER.value, help=f"comma separated: {', '.join(Regime.values)}")
        parser.add_argument("--name", help="the administrator's name")
        parser.add_argument("--email", help="the administrator's e-mail address")
        parser.add_argument("--table", help="name of the first table")
        parser.add_argument("--region", default="")
        parser.add_argument("--address", help="where the installation is reached, for example https://hub.example")
        parser.add_argument("--again", action="store_true", help="only print a new link for --email, before the first sign-in")

    def handle(self, *args: Any, **options: Any) -> None:
        needed = ["email"] if options["again"] else ["agency", "name", "email", "table"]
        missing = [f"--{name}" for name in needed if not options[name]]
        if missing:
            raise CommandError(f"Missing: {' '.join(missing)}")
        who = self._waiting(options["email"]) if options["again"] else self._found(options)
        days = settings.PASSWORD_RESET_TIMEOUT // SECONDS_A_DAY
        self.stdout.write(f"{who.name} opens this link, once, within {days} days, and chooses a password:")
        self.stdout.write(_address(options["address"]) + _link(who))

    def _found(self, options: dict[str, Any]) -> Member:
        try:
            validate_email(options["email"])
            agency, who, table = found(
                by=None,
                agency={
                    "name": options["agency"], "short_name": (options["short_name"] or options["agency"])[:40],
                    "sector": options["sector"], "regimes": [one.strip() for one in options["regimes"].split(",")],
                },
                administrator={"name": options["name"], "email": options["email"].lower()},
                table={"name": options["table"], "region": options["region"]},
            )  # fmt: skip
        except (RuleRefused, ValidationError) as refused:
            raise CommandError(" ".join(getattr(refused, "messages", [str(refused)]))) from refused
        self.stdout.write(f"Founded: {agency.name}; {table.name}; administrator {who.name} ({who.email}).")
        return who

    def _waiting(self, email: str) -> Member:
        who = Member.objects.filter(email=email.lower(), is_administrator=True, is_active=True, last_login=None).first()
        if who is None:
            raise CommandError("No administrator with this address waits for a first sign-in.")
        return who


def _address(given: str | None) -> str:
    host = next((one for one in settings.ALLOWED_HOSTS if one not in {"*", ""}), "localhost")
    return (given or f"https://{host}").rstrip("/")


def _link(who: Member) -> str:
    # allauth's own page for a password: the key is good once, because it is made from the password that it replaces
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(who), default_token_generator.make_token(who)])
