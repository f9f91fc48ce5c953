"""The Dockerfile cannot be built here; what can be held against the project is."""

import re

import pytest

from tests.hub.composed import services
from tests.live import ROOT

pytestmark = pytest.mark.pairless

TEXT = (ROOT / "Dockerfile").read_text()
STAGES = {
    match["name"]: match["body"]
    for match in re.finditer(r"^FROM \S+ AS (?P<name>\w+)\n(?P<body>.*?)(?=^FROM |\Z)", TEXT, re.MULTILINE | re.DOTALL)
}
PUBLISHED = ("proxy", "app")


def copied(stage: str) -> set[str]:
    """What a stage copies out of the project."""
    return set(re.findall(r"^COPY (?!--from)(\S+) ", STAGES[stage], re.MULTILINE))


def test_every_base_is_pinned_by_version() -> None:
    bases = re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE)
    assert len(bases) == 3
    assert [base for base in bases if not re.fullmatch(r"\w+:\d+\.\d+\.\d+[\w.-]*", base)] == []
    assert len({base for base in bases if base.startswith("python:")}) == 1


def test_the_first_stage_copies_what_exists_and_what_is_let_in() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied("build") == let_in
    assert [name for name in let_in | copied("proxy") if not (ROOT / name).exists()] == []


def test_what_runs_is_taken_from_stages_that_made_it() -> None:
    assert copied("app") == set()
    assert re.findall(r"^COPY --from=(\w+) (\S+) (\S+)$", STAGES["app"], re.MULTILINE) == [
        ("build", path, path) for path in ("/opt/venv", "/srv/static", "/srv/hubtable")
    ]
    assert "HUBTABLE_STATIC=/srv/static" in STAGES["build"]
    assert "HUBTABLE_STATIC=/srv/static" in STAGES["app"]


@pytest.mark.parametrize("stage", PUBLISHED)
def test_nothing_that_runs_is_root_or_unprobed(stage: str) -> None:
    lines = STAGES[stage].splitlines()
    user = lines.index("USER 10001:10001")
    assert not any(line.startswith(("RUN", "COPY", "ADD")) for line in lines[user:])
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert services()[{"app": "web"}.get(stage, stage)]["user"] == "10001:10001"


def test_nothing_that_builds_is_left_and_no_secret_is_put_in() -> None:
    assert "pip install" not in STAGES["app"]
    assert "pip uninstall --yes pip" in STAGES["app"]
    assert "--require-hashes" in STAGES["build"]
    assert re.findall(r"(?:PASSWORD|SECRET_KEY|VAULT_KEYS|LEDGER_KEY)", TEXT) == []


def test_the_image_runs_what_compose_runs_and_brings_the_servers_own_tools() -> None:
    words = ", ".join(f'"{word}"' for word in services()["web"]["command"])
    assert f"CMD [{words}]" in STAGES["app"]
    major = services()["db"]["image"].partition(":")[2].partition(".")[0]
    assert f"postgresql-client-{major} " in STAGES["app"]
    assert services()["proxy"]["healthcheck"]["test"] == ["CMD", "nc", "-z", "127.0.0.1", "8443"]
    assert {service["build"]["target"] for service in services().values() if "build" in service} == set(PUBLISHED)


def test_what_is_written_to_is_there_for_the_user_who_writes() -> None:
    for name, stage in (("assets", "app"), ("proxy", "proxy")):
        for volume in services()[name]["volumes"]:
            path = volume.split(":")[1]
            assert re.search(rf"install -d -o 10001 -g 10001 .*{path}\b", STAGES[stage]), path
