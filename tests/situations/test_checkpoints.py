"""Checkpoints: made at each close, signed, append-only; the file that leaves holds no name; a proof stands without us."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from agencies import membership
from conferences import chairing
from conferences.models import Conference
from situations import checkpoints, ledger, merkle, signatures
from situations.choices import EntryKind
from situations.models import Checkpoint, LedgerEntry, Situation
from situations.models.ledger import AppendOnly
from tests.cast import Cast, assemble, to_filter3

VERIFIER = Path(settings.BASE_DIR) / "docs" / "verify_proof.py"
Proof = dict[str, Any]


@pytest.fixture
def people(db: None) -> Cast:
    return assemble()


@pytest.fixture
def held(people: Cast) -> Conference:
    """A closed conference with a situation that went to filter 3 and one that was carried over."""
    ready, _other = people.ready(), people.ready("police")
    conference = people.conference()
    to_filter3(people, conference, ready)
    chairing.close_conference(by=people["facilitator"], conference=conference)
    return Conference.objects.get(pk=conference.pk)


@pytest.fixture
def made(held: Conference) -> Checkpoint:
    return Checkpoint.objects.get(sitting=held.sitting)


def download(people: Cast, who: str, held: Conference) -> Any:
    client = Client()
    client.force_login(people[who])
    return client.get(reverse("checkpoint", args=[held.pk]))


# made


def test_closing_signs_where_every_chain_of_the_table_stands_after_its_last_entry(people: Cast, made: Checkpoint) -> None:
    chains = set(LedgerEntry.objects.values_list("chain", flat=True))
    last = [LedgerEntry.objects.filter(chain=chain).order_by("-sequence")[0] for chain in sorted(chains)]
    assert made.leaves == [[one.chain, one.sequence, one.hash] for one in last]
    assert (made.table, made.chains, made.entries) == (people.table, len(chains), LedgerEntry.objects.count())
    assert list(checkpoints.verify()) == []


def test_leaves_are_in_order_of_the_names(people: Cast) -> None:
    for _ in range(3):
        people.ready()
    ledger.append(EntryKind.REFUSED, by=people["police"], table=people.table)
    made = checkpoints.make(by=None, table=people.table)
    assert [one[0] for one in made.leaves] == sorted(one[0] for one in made.leaves)
    assert len(made.leaves) == 4


def test_conference_that_cannot_be_signed_stays_open(people: Cast) -> None:
    conference = people.conference()
    with override_settings(LEDGER_SIGNING_KEY=b""), pytest.raises(ImproperlyConfigured, match="HUBTABLE_LEDGER_KEY"):
        chairing.close_conference(by=people["facilitator"], conference=conference)
    assert Conference.objects.get(pk=conference.pk).is_open


def test_daily_checkpoint_is_over_every_chain(people: Cast) -> None:
    people.ready()
    out = StringIO()
    call_command("make_checkpoint", stdout=out)
    made = Checkpoint.objects.get()
    assert (made.table, made.sitting, made.chains) == (None, None, 1)
    assert f"key {made.key}" in out.getvalue()
    assert made.root in out.getvalue()


def test_checkpoint_of_one_table_holds_no_chain_of_another(people: Cast) -> None:
    people.ready()
    other = membership.found_table(by=None, slug="another", name="Another table")
    assert checkpoints.make(by=None, table=other).leaves == []


# append-only


@pytest.mark.parametrize("statement", ["UPDATE situations_checkpoint SET chains = 1", "DELETE FROM situations_checkpoint"])
def test_database_refuses_update_and_delete(made: Checkpoint, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_model_refuses_change_and_deletion(made: Checkpoint) -> None:
    with pytest.raises(AppendOnly):
        made.save()
    with pytest.raises(AppendOnly):
        made.delete()


# signed


def test_signature_counts_for_its_text_and_its_key_only() -> None:
    signed = signatures.sign("where it stands")
    assert signatures.fault("where it stands", signed) == ""
    assert "does not hold" in signatures.fault("where it stood", signed)
    with override_settings(LEDGER_SIGNING_KEY=b"x" * 32):
        assert "not this installation's" in signatures.fault("where it stands", signed)
        with override_settings(LEDGER_FORMER_KEYS=[signed.public_key]):
            assert signatures.fault("where it stands", signed) == ""


def test_key_id_must_be_that_of_the_key() -> None:
    signed = signatures.sign("text")
    assert "key id" in signatures.fault("text", signatures.Signature(signed.signature, "00000000", signed.public_key))


# downloaded


@pytest.mark.parametrize("who", ["facilitator", "schools", "privacy_officer", "analyst", "observer"])
def test_everybody_of_the_table_downloads_the_same_file_without_a_name_of_a_chain(
    people: Cast, held: Conference, made: Checkpoint, who: str
) -> None:
    answer = download(people, who, held)
    assert answer.status_code == 200
    assert answer.json() == checkpoints.document(made)
    assert f"{made.root[:8]}.json" in answer["Content-Disposition"]
    assert "situation:" not in answer.content.decode()
    assert not any(one[2] in answer.content.decode() for one in made.leaves)


def test_others_download_nothing(people: Cast, held: Conference, client: Client) -> None:
    assert download(people, "outsider", held).status_code == 404
    assert client.get(reverse("checkpoint", args=[held.pk])).status_code in {302, 401}
    client.force_login(people["schools"])
    assert client.post(reverse("checkpoint", args=[held.pk])).status_code == 405


def test_there_is_none_before_the_close(people: Cast) -> None:
    assert download(people, "facilitator", people.conference()).status_code == 404


def test_minutes_print_it_and_link_it(people: Cast, held: Conference, made: Checkpoint, client: Client) -> None:
    client.force_login(people["schools"])
    html = client.get(reverse("minutes", args=[held.pk])).content.decode()
    for shown in (made.root, f"key {made.key}", f"the {made.entries} entries", reverse("checkpoint", args=[held.pk])):
        assert shown in html
    assert "One SHA-256" not in html


# proved


@pytest.fixture
def proof(held: Conference, made: Checkpoint) -> Proof:
    out = StringIO()
    situation = Situation.objects.exclude(number="").earliest("pk")
    call_command("prove_entry", situation.number, 2, stdout=out)
    found: Proof = json.loads(out.getvalue())
    return found


def run_verifier(folder: Path, proof: Proof, *options: str) -> tuple[int, str]:
    file = folder / "proof.json"
    file.write_text(json.dumps(proof))
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file), *options], cwd=folder, check=False, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_good_proof_holds_without_us(tmp_path: Path, proof: Proof, made: Checkpoint) -> None:
    assert proof["entries"][0]["sequence"] == 2
    assert proof["entries"][-1]["sequence"] == proof["leaf"]["sequence"] > 2
    status, said = run_verifier(tmp_path, proof)
    assert (status, f"root {made.root}" in said, "Compare with the printed minutes" in said) == (0, True, True)
    status, said = run_verifier(tmp_path, proof, "--root", made.root, "--key", made.key)
    assert (status, said.count("holds: "), "Compare" in said) == (0, 6, False)


def forge_entry(proof: Proof) -> None:
    proof["entries"][0]["basis"] = "consent"


def forge_chain(proof: Proof) -> None:
    """The last entry rewritten together with its leaf: the path no longer leads to the root."""
    proof["entries"][-1]["basis"] = "consent"
    text = ledger.canonical(proof["entries"][-1])
    proof["leaf"]["hash"] = hashlib.sha256(text.encode()).hexdigest()


def forge_checkpoint(proof: Proof) -> None:
    proof["checkpoint"]["at"] = "2020-01-01T00:00:00.000000+00:00"


def drop_an_entry(proof: Proof) -> None:
    del proof["entries"][1]


@pytest.mark.parametrize(
    ("tamper", "step"),
    [(forge_entry, "names the hash of the entry before it"), (forge_chain, "lead to the root"),
     (forge_checkpoint, "is signed with the key"), (drop_an_entry, "one after the other"),
     (dict.clear, "not a readable proof")],
)  # fmt: skip
def test_tampered_proof_fails_at_its_step(tmp_path: Path, proof: Proof, tamper: Callable[[Proof], None], step: str) -> None:
    tamper(proof)
    status, said = run_verifier(tmp_path, proof)
    assert (status, step in said.splitlines()[-1], "DOES NOT HOLD" in said) == (1, True, True)


def test_proof_signed_anew_fails_against_the_paper(tmp_path: Path, proof: Proof, made: Checkpoint) -> None:
    with override_settings(LEDGER_SIGNING_KEY=b"x" * 32):
        signed = signatures.sign(ledger.canonical(proof["checkpoint"]))
    proof["signature"], proof["public_key"] = signed.signature, signed.public_key
    status, said = run_verifier(tmp_path, proof, "--root", made.root, "--key", made.key)
    assert (status, "DOES NOT HOLD: the key is the one" in said) == (1, True)


def test_proof_holds_no_content(proof: Proof) -> None:
    text = json.dumps(proof)
    for word in ("Zephyrine", "Canary", "Stopped coming", "home visits", "Harborview"):
        assert word not in text


@pytest.mark.parametrize(("chain", "sequence", "why"), [("table:99", 1, "no entry 1"), ("2031-999", 1, "No situation has")])
def test_nothing_to_prove_is_said(held: Conference, chain: str, sequence: int, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("prove_entry", chain, sequence)


def test_entry_newer_than_every_checkpoint_has_no_proof_yet(people: Cast) -> None:
    situation = people.ready()
    with pytest.raises(CommandError, match="No checkpoint holds entry 1"):
        call_command("prove_entry", f"situation:{situation.pk}", 1)


def test_root_chooses_the_checkpoint(people: Cast, proof: Proof, made: Checkpoint) -> None:
    later = checkpoints.make(by=None, table=None)
    ledger.append(EntryKind.REFUSED, by=people["police"], table=people.table)
    newest = checkpoints.make(by=None, table=None)
    out = StringIO()
    call_command("prove_entry", proof["leaf"]["chain"], 2, "--root", newest.root[:12], stdout=out)
    assert json.loads(out.getvalue())["checkpoint"]["root"] == newest.root != later.root
    assert merkle.root([checkpoints.leaf(one) for one in checkpoints.leaves_of(newest)]).hex() == newest.root
