"""Row-level security for what comes in from outside: a referral is there for its desk, its partner, and who holds its receipt.

Written from the protocol (PRODUCT, "Families and partners") as 0009 is, and in the same way: one policy a command, FORCE holds
the owner of the tables too, nothing to do on SQLite. A family acts for no agency; it is told apart by the stored form of its
receipt (`second_wall.holding`), so that one code never opens another's row. A partner finds that its own referrals are
there, and no message: what the desk and a family write to each other is not for who sent them.
"""

from typing import Any

from django.db import migrations

REFERRAL, MESSAGE = "situations_referral", "situations_referralmessage"
OURS = "= ANY ((SELECT hubtable_agencies())::bigint[])"
HELD = "(SELECT hubtable_passing()) = 'receipt:' || {0}.receipt"
PARTNER = "door = 'partner' AND from_agency_id " + OURS


def _passes(*reasons: str) -> str:
    return f"(SELECT hubtable_passing()) IN ({', '.join(repr(one) for one in reasons)})"


ALL = _passes("shredding", "moving")
READS = _passes("shredding", "moving", "backup", "stored")
DESK_OR_HELD = f"agency_id {OURS} OR {HELD.format(REFERRAL)}"
# the outer row's receipt is looked up, so a message is there for nobody for whom its referral is not
WRITTEN = (
    f"EXISTS (SELECT 1 FROM {REFERRAL} r WHERE r.id = {MESSAGE}.referral_id "  # noqa: S608 - our own names
    f"AND (r.agency_id {OURS} OR {HELD.format('r')}) OFFSET 0)"
)
RULES = {
    REFERRAL: {
        "SELECT": f"{READS} OR {DESK_OR_HELD} OR {PARTNER}",
        "INSERT": f"{ALL} OR ({HELD.format(REFERRAL)} AND door = 'family') OR ({PARTNER})",
        # passed on, it is written for both desks: who does that names both agencies
        "UPDATE": f"{ALL} OR {DESK_OR_HELD}",
        "DELETE": f"{ALL} OR agency_id {OURS}",
    },
    MESSAGE: {
        "SELECT": f"{READS} OR {WRITTEN}",
        "INSERT": f"{ALL} OR {WRITTEN}",
        "UPDATE": f"{ALL} OR {WRITTEN}",
        "DELETE": f"{ALL} OR {WRITTEN}",
    },
}


def _policy(table: str, command: str, rule: str) -> str:
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
    for table, rules in RULES.items():
        for command, rule in rules.items():
            schema_editor.execute(_policy(table, command, rule), params=None)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def tear_down(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, rules in RULES.items():
        schema_editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        for command in rules:
            schema_editor.execute(f"DROP POLICY second_wall_{command.lower()} ON {table}")


class Migration(migrations.Migration):
    dependencies = [("situations", "0011_referrals")]
    operations = [migrations.RunPython(build, tear_down)]
