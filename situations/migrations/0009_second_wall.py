"""Row-level security in PostgreSQL: identity, plan and referral rows are there only for a transaction that says for whom."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("situations", "0008_no_replacing")]
    operations = []
