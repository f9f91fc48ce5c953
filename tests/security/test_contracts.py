"""The import contracts of ARCHITECTURE's layers, run as a test too; and what no module may do."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.pairless
ROOT = Path(__file__).resolve().parents[2]
APPS = ("hub", "agencies", "situations", "conferences")


@cache
def trees() -> list[tuple[str, ast.Module]]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in files]


def calls(name: str) -> set[str]:
    return {
        where for where, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == name
    }


def test_import_contracts_are_kept():
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_skips_the_history():
    assert (
        calls("bulk_create") - {"agencies/hsds_import.py"}  # of towns and needs, which are no records of their own
        == calls("bulk_update")
        == calls("skip_history_when_saving") - {"agencies/models/people.py"}
        == set()
    )


def test_templates_never_mark_text_as_safe():
    assert calls("mark_safe") == set()
    named = {
        where for where, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "mark_safe"
    }
    # HTML that a template made a moment ago and that is used again
    assert named == {"hub/core/templatetags/kept.py"}
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        assert "|safe" not in text, template
        assert "autoescape off" not in text, template


def test_vault_is_opened_by_the_identity_alone():
    found = {
        where
        for where, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(one.name == "vault" for one in node.names)
    }
    # sealing hands out keys, rekeying changes what they are wrapped under, repeat compares digests, grounds opens what an
    # agency wrote down for its own privacy officer: none opens an identity
    sealed = {f"situations/{name}.py" for name in ("grounds", "held_texts", "identity", "rekeying", "repeat", "sealing")}
    sealed |= {f"situations/referrals/{name}.py" for name in ("limits", "receipts", "sealing", "steps")}
    # whose count it is that lies in the cache
    sealed |= {"hub/core/counting.py"}
    # seeds of second factors, and agencies' secrets with their own providers, under keys of no situation
    assert found == sealed | {"agencies/accounts.py", "agencies/single_sign_on.py"}
