"""Reads the community's material. Its conventions stand in the head of `harborview.yaml`."""

from pathlib import Path
from typing import Any

import yaml

Entry = dict[str, Any]
SOURCE = Path(__file__).parent / "harborview.yaml"


def read() -> Entry:
    """The whole material; raises yaml.YAMLError or OSError when the file is damaged."""
    material: Entry = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return material


def identity_of(entry: Entry) -> dict[str, str]:
    """The envelope of a situation: the first person is the subject, the others follow in one line each."""
    people = entry["identity"]["people"]
    subject = people[0]
    return {
        "name": subject["name"],
        "date_of_birth": subject["dob"] or "",
        "address": entry["identity"]["address"] or "",
        "aliases": ", ".join(subject["aliases"]),
        "guardian": subject["guardian"] or "",
        "others": "\n".join(_other(one) for one in people[1:]),
    }


def names_of(entry: Entry) -> list[str]:
    """Every full name in the envelope, for tests that look for them where none may be."""
    people = entry["identity"]["people"]
    named = [one["name"] for one in people] + [one["guardian"] for one in people if one["guardian"]]
    return [name.split(" (")[0] for name in named]


def _other(one: Entry) -> str:
    parts = [one["name"], one["dob"], *one["aliases"], one["guardian"]]
    return ", ".join(part for part in parts if part)
