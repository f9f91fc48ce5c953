"""Every page of the families' door that a person can come to, in one language."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.models import Agency
from hub.core import clock
from hub.core.audit import acting
from situations.choices import Closing, ReferralStage
from situations.models import IntakeDesk, Referral
from situations.referrals import limits, steps
from situations.referrals.answers import LONG
from situations.views import referral_receipt
from tests.situations.door import STORY, Visitor, staffed

CODE = "/help/code/"


class Walk:
    """The pages as they come, by names of our own. `language`: what the browser asks for."""

    def __init__(self, language: str, desk: IntakeDesk) -> None:
        self.language, self.desk = language, desk
        self.pages: dict[str, str] = {}
        self.visitor: Any = Visitor(language=language)

    def see(self, name: str) -> None:
        """Keep the page that is shown."""
        self.pages[name] = self.visitor.page.content.decode()

    def everywhere(self) -> dict[str, str]:
        """All of them; nobody waits meanwhile."""
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(limits, "PAUSE_SECONDS", 0)
            for part in (
                self._steps,
                self._refused,
                self._code,
                self._status,
                self._closed,
                self._withdrawn,
                self._several,
                self._none,
            ):
                part()
            self._too_many(patched)
            self._too_old(patched)
        self._too_fast()
        return self.pages

    def _steps(self) -> None:
        self.see("before")
        answers: list[tuple[str, dict[str, str]]] = [
            ("who", {}), ("what", {"relation": "parent"}), ("call", {"happening": STORY, "danger": "yes"}), ("tried", {}),
            ("knows", {"tried": "The doctor."}), ("reach", {"knows": "no", "why_not": "Fear."}), ("names", {"reach": "here"}),
            ("look", {}),
        ]  # fmt: skip
        for name, typed in answers:
            self.visitor.press(**typed)
            self.see(name)

    def _refused(self) -> None:
        other = Visitor(language=self.language)
        for name, typed in (("who", {}), ("what", {"relation": "self"}), ("tried", {"happening": "Fear.", "danger": "unsure"})):
            other.press()  # without an answer; the first page needs none
            self.pages[f"refused {name}"] = other.page.content.decode()
            other.press(**typed)
        other.press(tried="x" * (LONG + 1))
        self.pages["too long"] = other.page.content.decode()
        other.press(tried="").press(reach="call")
        self.pages["reach refused"] = other.page.content.decode()
        other.press(reach="not")
        self.pages["own names"] = other.page.content.decode()

    def _code(self) -> None:
        self.visitor.send()
        self.see("sent")
        code = self.visitor.code
        self.visitor.press("on")
        self.see("type")
        self.visitor.press("on", code="1" * 20)
        self.see("type refused")
        self.visitor.press("on", code=code)
        self.see("status")
        self.ask(code="12")
        self.see("code refused")
        self.ask(code="1" * 20)
        self.see("code wrong")
        self.ask(code=code)

    def ask(self, **typed: str) -> None:
        """From the page that asks for the code."""
        self.visitor.page = self.visitor.client.get(CODE)
        self.see("code")
        self.visitor.press("open", CODE, **typed)

    def _status(self) -> None:
        self.visitor.press("write", CODE, text="")
        self.see("message refused")
        self.visitor.press("write", CODE, text="He slept.")
        self.see("message")
        for made_anew in (None, clock.today()):
            Referral.objects.update(reissued_on=made_anew, stage=ReferralStage.READ)
            self.visitor.press("no_contact", CODE)
            self.see(f"no contact {made_anew}")
        for stage in (ReferralStage.READ, ReferralStage.TAKEN_UP):
            Referral.objects.update(stage=stage)
            self.visitor.press("look", CODE)
            self.see(f"status {stage}")

    def _closed(self) -> None:
        for reason in Closing:
            day = clock.today() + timedelta(days=9)
            Referral.objects.update(stage="closed", closing=reason, closed_on=clock.today(), deleted_from=day)
            self.visitor.press("look", CODE)
            self.see(f"closed {reason}")

    def _withdrawn(self) -> None:
        for stage in (ReferralStage.READ, ReferralStage.RECEIVED):
            Referral.objects.update(stage=stage, closing="", closed_on=None, deleted_from=None)
            self.visitor.press("withdraw", CODE)
            self.see(f"withdraw {stage}")
            self.visitor.press("look", CODE)
        Referral.objects.update(reissued_on=clock.today())
        self.visitor.press("withdraw", CODE)
        self.see("withdraw with a code made anew")
        self.visitor.press("look", CODE)
        Referral.objects.update(reissued_on=None)
        self.visitor.press("withdraw", CODE).press("withdraw_now", CODE)
        self.see("withdrawn")

    def _several(self) -> None:
        other = Agency.objects.exclude(pk=self.desk.agency_id).order_by("pk")[0]
        with acting(None, "test"):
            second = staffed(self.desk.table, other)
            self.visitor = Visitor(language=self.language)
            self.see("start")
            self.visitor.press(town="-")
            self.see("no such town")
            self.visitor = Visitor(language=self.language).press(town="harborview")
            self.see("desks")
            second.delete()

    def _none(self) -> None:
        IntakeDesk.objects.update(is_open=False)
        self.visitor = Visitor(language=self.language)
        self.see("none")
        IntakeDesk.objects.update(is_open=True)

    def _too_old(self, patched: pytest.MonkeyPatch) -> None:
        other = Visitor(language=self.language).press().press(relation="parent")
        patched.setattr(steps, "AGE_SECONDS", -1)
        self.pages["too old"] = other.press(happening=STORY).page.content.decode()
        self.visitor.page = self.visitor.client.get(CODE)
        patched.setattr(referral_receipt, "OPEN_SECONDS", -1)
        self.visitor.page = self.visitor.client.post(CODE, {"ticket": "x", "text": "One more."})
        self.see("ticket too old")

    def _too_fast(self) -> None:
        self.visitor = Visitor(language=self.language).up_to_look().send()
        self.see("wait")

    def _too_many(self, patched: pytest.MonkeyPatch) -> None:
        patched.setattr(limits, "CEILING", -1)
        self.visitor = Visitor(language=self.language).up_to_look().send()
        self.see("many")
        patched.setattr(limits, "TRIES", -1)
        self.visitor = Visitor(language=self.language)
        self.ask(code="1" * 20)
        self.see("too many codes")
