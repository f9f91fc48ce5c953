"""Row-level security in PostgreSQL: identity and plan rows are there only for a transaction that says for whom (second_wall).

Each table has one policy a command. A row is there for the system passing with a reason that the table knows, or for an agency
among those that the transaction was told, by the rules below: they are written from the protocol (PRODUCT, "Who sees what") and
know nothing of `situations.visibility`. FORCE holds the owner of the tables to them too. Nothing to do on SQLite.
"""

from typing import Any

from django.db import migrations

FUNCTIONS = """
CREATE OR REPLACE FUNCTION hubtable_agencies() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT string_to_array(current_setting('hubtable.agencies', true), ',')::bigint[] $$;
CREATE OR REPLACE FUNCTION hubtable_passing() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT current_setting('hubtable.passing', true) $$
"""
OURS = "= ANY ((SELECT hubtable_agencies())::bigint[])"
# current_date is UTC's; a table's own day may still be the one before
LASTS = "({0}.ended_on IS NULL OR {0}.ended_on >= current_date)"


def _passes(*reasons: str) -> str:
    return f"(SELECT hubtable_passing()) IN ({', '.join(repr(one) for one in reasons)})"


def _about(condition: str, joins: str = "") -> str:
    """Whether the row's situation is so. `{row}` is the table that the policy stands on.

    OFFSET 0 changes nothing but the plan: each row is looked up, where PostgreSQL would else hash every situation there is.
    """
    return f"EXISTS (SELECT 1 FROM situations_situation s {joins} WHERE s.id = {{row}}.situation_id AND {condition} OFFSET 0)"  # noqa: S608


# The agency that brought it, which alone fills the envelope, and only while it is a draft.
ORIGINATES = _about(f"s.originating_agency_id {OURS} AND s.stage <> 'rejected'")
WRITES = _about(f"s.originating_agency_id {OURS} AND s.stage = 'draft'")

# Lead and assisting agencies that have accepted, from filter 4 on.
_ROLES = "JOIN situations_involvement i ON i.situation_id = s.id AND i.accepted_at IS NOT NULL AND i.ended_at IS NULL"
HOLDS_ROLE = _about(f"s.stage IN ('filter4', 'concluded') AND i.agency_id {OURS}", _ROLES)
ACTS = _about(f"s.stage = 'filter4' AND i.agency_id {OURS}", _ROLES)

# Agencies in the room while the identity is open to the seats; a break-glass opening that was not ended.
_SITTING = "JOIN agencies_sitting m ON m.table_id = s.table_id AND m.closed_at IS NULL"
OPENED = _about(
    f"s.stage = 'filter3' AND s.identity_open AND t.identity_opens_at_filter = 3 AND a.agency_id {OURS}",
    f"JOIN agencies_table t ON t.id = s.table_id {_SITTING}"
    " JOIN agencies_attendance a ON a.sitting_id = m.id AND a.left_at IS NULL",
)
GLASS = _about(
    f"s.stage NOT IN ('draft', 'screening', 'ready', 'kept', 'rejected') AND g.ended_at IS NULL AND g.agency_id {OURS}",
    "JOIN situations_breakglass g ON g.situation_id = s.id",
)

# The agency of who chairs the table reads clock and status; whoever has a place at the table reads the report-backs.
PRESIDES = _about(f"p.agency_id {OURS}", f"{_SITTING} JOIN agencies_member p ON p.id = m.presides_id")
_TABLE_ROLES = (
    f"JOIN agencies_tablerole r ON r.table_id = s.table_id AND {LASTS.format('r')} JOIN agencies_member p ON p.id = r.member_id"
)
CHAIRS = f"{PRESIDES} OR " + _about(f"p.agency_id {OURS} AND r.role IN ('facilitator', 'recorder')", _TABLE_ROLES)
AT_TABLE = " OR ".join((
    _about(f"e.agency_id {OURS}", f"JOIN agencies_seat e ON e.table_id = s.table_id AND {LASTS.format('e')}"),
    _about(f"p.agency_id {OURS}", _TABLE_ROLES),
    PRESIDES,
))  # fmt: skip
AT_INDEX = f"EXISTS (SELECT 1 FROM agencies_seat e WHERE e.table_id = {{row}}.table_id AND e.agency_id {OURS} OFFSET 0)"  # noqa: S608

READS = ("shredding", "backup", "moving")
WRITES_ALL = _passes("shredding", "moving")


def _rules(read: str, write: str, *reasons: str, once: bool = False) -> dict[str, str]:
    """Command to its rule. `once`: what was written there is not changed or taken away but by the system."""
    change = WRITES_ALL if once else f"{WRITES_ALL} OR {write}"
    return {
        "SELECT": f"{_passes(*READS, *reasons)} OR {read}",
        "INSERT": f"{WRITES_ALL} OR {write}",
        "UPDATE": change,
        "DELETE": change,
    }


PLAN = f"{HOLDS_ROLE} OR {CHAIRS}"
TABLES: dict[str, dict[str, str]] = {
    "identity": _rules(f"{ORIGINATES} OR {HOLDS_ROLE} OR {OPENED} OR {GLASS}", WRITES, "stored"),
    "historicalidentity": _rules(WRITES, WRITES, "stored", once=True),
    "blindindex": _rules(f"{ORIGINATES} OR {AT_INDEX}", WRITES),
    **{name: _rules(PLAN, ACTS) for name in ("planstep", "visit", "servicerecord")},
    "contact": _rules(PLAN, ACTS, "agenda"),
    **{f"historical{name}": _rules(ACTS, ACTS, once=True) for name in ("planstep", "visit", "servicerecord", "contact")},
    "reportback": _rules(AT_TABLE, f"{ACTS} OR {PRESIDES}", once=True),
    "historicalreportback": _rules(f"{ACTS} OR {PRESIDES}", f"{ACTS} OR {PRESIDES}", once=True),
}


def _policy(table: str, command: str, rule: str) -> str:
    rule = rule.replace("{row}", table)
    clauses = {
        "SELECT": f"USING ({rule})",
        "INSERT": f"WITH CHECK ({rule})",
        "UPDATE": f"USING ({rule}) WITH CHECK ({rule})",
        "DELETE": f"USING ({rule})",
    }
    return f"CREATE POLICY second_wall_{command.lower()} ON {table} FOR {command} {clauses[command]}"


def build(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS, params=None)
    for name, rules in TABLES.items():
        table = f"situations_{name}"
        for command, rule in rules.items():
            schema_editor.execute(_policy(table, command, rule), params=None)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def tear_down(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, rules in TABLES.items():
        table = f"situations_{name}"
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        for command in rules:
            schema_editor.execute(f"DROP POLICY second_wall_{command.lower()} ON {table}")
    schema_editor.execute("DROP FUNCTION hubtable_agencies()")
    schema_editor.execute("DROP FUNCTION hubtable_passing()")


class Migration(migrations.Migration):
    dependencies = [("situations", "0008_no_replacing")]
    operations = [migrations.RunPython(build, tear_down)]
