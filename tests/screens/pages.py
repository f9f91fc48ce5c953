"""Every page that is not the board, each opened by somebody who uses it."""

from tests.screens.camera import Studio
from tests.screens.setting import Setting

READERS = ("facilitator", "schools", "police.screener", "privacy", "analyst", "observer", "admin", "family.deputy")
TELLING = "Mr. Alvarez of 14 Harbor Street called from 617-555-0143; his son was born 3/14/2011."


def take(studio: Studio, place: Setting) -> None:
    """All of them, before the conference opens."""
    studio.person("").shoot("sign-in", "/account/login/")
    for name in READERS:
        studio.person(name).shoot(f"today-{name.replace('.', '-')}", "/")
    studio.person("schools").shoot("pledge", "/pledge/")
    for name in place.members:
        studio.person(name).context.request.post("/pledge/", headers=studio.headers)  # refused to who sits at no table
    _situations(studio, place)
    _conferences(studio, place)
    _privacy(studio)
    _others(studio, place)
    _refusals(studio, place)


def _situations(studio: Studio, place: Setting) -> None:
    schools = studio.person("schools")
    schools.shoot("situations", "/situations/")
    studio.person("facilitator").shoot("situations-facilitator", "/situations/")
    draft = schools.post("/situations/new/")
    schools.shoot("write-empty", draft)
    schools.page.locator("[name=note]").fill(TELLING)
    schools.page.locator("[name=note]").blur()
    schools.page.wait_for_selector(".ask")
    studio.shoot(schools.page, "write-question")
    screening = place.by_stage["screening"].key
    studio.person("police.screener").shoot("screening", f"/situations/{screening}/screen/")
    for stage, shown in place.by_stage.items():
        studio.person(shown.by).shoot(f"situation-{stage}", f"/situations/{shown.key}/")
    key = place.lead.key
    studio.person("facilitator").shoot("situation-filter4-facilitator", f"/situations/{key}/")
    studio.person("privacy").shoot("situation-filter4-privacy", f"/situations/{key}/")
    studio.person(place.lead.by).shoot("intervention", f"/situations/{key}/intervention/")


def _conferences(studio: Studio, place: Setting) -> None:
    schools = studio.person("schools")
    schools.shoot("conferences", "/conferences/")
    schools.shoot("conference-coming", f"/conferences/{place.conference}/")
    studio.person("facilitator").shoot("conference-coming-facilitator", f"/conferences/{place.conference}/")
    studio.person("facilitator").shoot("paper", f"/conferences/{place.conference}/paper/")
    schools.shoot("conference-past", f"/conferences/{place.past}/")
    schools.shoot("minutes", f"/conferences/{place.past}/minutes/")
    schools.print("minutes", f"/conferences/{place.past}/minutes/")


def _privacy(studio: Studio) -> None:
    officer = studio.person("privacy")
    officer.shoot("privacy", "/privacy/")
    officer.shoot("retention", "/privacy/retention/")
    certificates = officer.page.locator("a[href*='/certificates/']")
    if certificates.count():
        officer.shoot("certificate", certificates.first.get_attribute("href") or "")
    officer.shoot("accounting", "/accounting/")
    officer.page.locator("[name=name]").fill("Nobody Known")
    officer.page.locator("[name=date_of_birth]").fill("3/14/2011")
    officer.page.locator("main form button[type=submit]").click()
    officer.page.wait_for_load_state()
    studio.shoot(officer.page, "accounting-found")
    officer.shoot("suspensions", "/accounting/suspensions/")
    studio.person("cbhc.deputy").shoot("break-glass", "/privacy/break-glass/")


def _others(studio: Studio, place: Setting) -> None:
    studio.person("schools").shoot("table", "/table/")
    studio.person("schools").shoot("agency", "/table/agency/")
    studio.person("schools").shoot("training", "/table/training/")
    studio.person("facilitator").shoot("joining-queue", "/table/joining/queue/")
    studio.person("").shoot("public-tables", "/tables/harborview/")
    studio.person("admin").shoot("administration", "/table/administration/")
    studio.person("analyst").shoot("counts", "/situations/counts/")
    studio.person("facilitator").shoot("gallery", "/gallery/")


def _refusals(studio: Studio, place: Setting) -> None:
    schools = studio.person("schools")
    schools.shoot("error-404", "/situations/999999/")
    schools.shoot("error-403", "/table/administration/")
    schools.page.goto("/")
    schools.submit(f"/conferences/{place.conference}/open/")
    studio.shoot(schools.page, "error-after-opening-without-the-chair")
    facilitator = studio.person("facilitator")
    facilitator.page.goto("/")
    facilitator.submit(f"/conferences/{place.conference}/steer/no-such-thing/")
    studio.shoot(facilitator.page, "error-422")
