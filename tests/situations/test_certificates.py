"""Certificates of shredding: what they say, that they hold with us and without us, and what makes them fail."""

import json
import subprocess
import sys
from copy import deepcopy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import DatabaseError
from pytest_django.fixtures import Settings

from hub.core import clock
from hub.core.audit import acting
from situations import certificates, identity, retention, signatures
from situations.models import Certificate, Identity, Situation
from situations.models.ledger import AppendOnly
from situations.privacy_office import offices_of
from tests.cast import IDENTITY, Cast, assemble
from tests.live import ROOT
from tests.situations.ended import concluded, make_officer, over

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> Cast:
    people = assemble()
    make_officer(people["schools_deputy"])
    make_officer(people["police_deputy"])
    return people


@pytest.fixture
def situation(people: Cast) -> Situation:
    return concluded(people)[0]


@pytest.fixture
def certificate(situation: Situation) -> Certificate:
    with clock.at(over(situation)):
        retention.shred_due()
    return Certificate.objects.get()


def said(tmp_path: Path, file: dict[str, Any]) -> str:
    (tmp_path / "certificate.json").write_text(json.dumps(file))
    out = StringIO()
    call_command("verify_certificate", str(tmp_path / "certificate.json"), stdout=out)
    return out.getvalue()


def standalone(tmp_path: Path, file: dict[str, Any], *more: str) -> tuple[int, str]:
    (tmp_path / "certificate.json").write_text(json.dumps(file))
    command = [sys.executable, "-I", str(ROOT / "docs" / "verify_certificate.py"), str(tmp_path / "certificate.json"), *more]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_certificate_says_what_was_destroyed_why_and_where_it_is_entered(situation, certificate):
    document = certificate.document
    entry = situation.ledger.last()
    assert document["destroyed"]["keys"] == 1
    assert document["destroyed"]["history_rows"] >= 2
    assert document["policy"]["retention_days"] == 180
    assert (document["situation"], document["why"]) == (situation.number, "retention")
    assert document["entry"] == {"chain": f"situation:{situation.pk}", "hash": entry.hash, "sequence": entry.sequence}
    assert (entry.kind, entry.detail["certificate"]) == ("shredded", str(certificate.key))


def test_certificate_names_nobody_and_tells_nothing(people, situation, certificate):
    text = json.dumps(certificates.file_of(certificate))
    for word in (*IDENTITY.values(), *(one.name for one in people.members.values()), situation.note, "suicide", "12_17"):
        assert word not in text.replace("Harborview Schools", "")


def test_it_holds_with_us_and_without_us(tmp_path, certificate):
    file = certificates.file_of(certificate)
    assert said(tmp_path, file).startswith(f"It holds: {certificate.situation.number} was shredded at ")
    code, text = standalone(tmp_path, file, "--key", file["key"])
    assert code == 0
    assert str(certificate.key) in text


def change(file: dict[str, Any], where: str) -> None:
    match where:
        case "situation":
            file["certificate"]["situation"] = "2026-9999"
        case "hash":
            file["certificate"]["entry"]["hash"] = "0" * 64
        case "signature":
            file["signature"] = "00" * 64


@pytest.mark.parametrize("where", ["situation", "hash", "signature"])
def test_changed_certificate_does_not_hold(tmp_path, certificate, where):
    file = deepcopy(certificates.file_of(certificate))
    change(file, where)
    with pytest.raises(CommandError, match="It does not hold: its signature does not hold"):
        said(tmp_path, file)
    assert standalone(tmp_path, file) == (1, "DOES NOT HOLD: it is not signed with the key in it\n")


def test_certificate_of_another_installation_does_not_hold(tmp_path, settings: Settings, certificate):
    file = certificates.file_of(certificate)
    settings.LEDGER_SIGNING_KEY = b"another installation's key, 32 b"
    assert "not this installation's" in certificates.fault(file)
    code, text = standalone(tmp_path, file, "--key", "00000000")
    assert (code, "not with the one that you gave" in text) == (1, True)


def test_signed_certificate_of_a_shredding_that_the_ledger_does_not_know_does_not_hold(certificate):
    document = deepcopy(certificate.document)
    document["entry"]["sequence"] += 1
    forged = signatures.sign(json.dumps(document, sort_keys=True, separators=(",", ":")))
    file = {"certificate": document, "key": forged.key, "public_key": forged.public_key, "signature": forged.signature}
    assert certificates.fault(file) == "the ledger does not have the entry that it names"
    document = deepcopy(certificate.document) | {"certificate": "another"}
    forged = signatures.sign(json.dumps(document, sort_keys=True, separators=(",", ":")))
    file = {"certificate": document, "key": forged.key, "public_key": forged.public_key, "signature": forged.signature}
    assert certificates.fault(file) == "the ledger's entry names another certificate"


def test_identity_that_is_there_again_is_found(situation, certificate):
    with acting(None, "test"):
        row = Identity.objects.get(situation=situation)
        row.name = b"from an old backup"
        row.save()
    assert certificates.fault(certificates.file_of(certificate)) == "the identity that it says was destroyed is there again"


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '{"certificate": {"entry": 3}}'])
def test_other_files_are_told_apart(tmp_path, text):
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(CommandError, match="It cannot be read"):
        call_command("verify_certificate", str(tmp_path / "other.json"))


def test_nothing_is_shredded_that_cannot_be_certified(settings: Settings, situation):
    settings.LEDGER_SIGNING_KEY = b""
    with pytest.raises(ImproperlyConfigured):
        retention.shred(by=None, situation=situation)
    assert identity.sealed_fields(situation) != []


def test_certificate_is_never_changed_nor_deleted(certificate):
    certificate.why = "rejected"
    with pytest.raises(AppendOnly):
        certificate.save()
    with pytest.raises(AppendOnly):
        certificate.delete()


@pytest.mark.parametrize("statement", ["UPDATE situations_certificate SET why = 'x'", "DELETE FROM situations_certificate"])
def test_database_refuses_to_change_or_delete_one(certificate, statement):
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute(statement)


def test_officers_of_the_bringing_agency_and_of_the_table_see_it_and_nobody_else(people, certificate):
    seen = {name for name, member in people.members.items() if certificates.visible_to(member, offices_of(member)).exists()}
    assert seen == {"schools_deputy", "privacy_officer"}
