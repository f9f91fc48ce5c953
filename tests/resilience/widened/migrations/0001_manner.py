"""A column with a default in the database: the version before goes on writing rows without it."""

from django.db import migrations

ADD = "ALTER TABLE {} ADD COLUMN manner varchar(8) NOT NULL DEFAULT 'said'"
DROP = "ALTER TABLE {} DROP COLUMN manner"
TABLES = ("situations_stance", "situations_historicalstance")


class Migration(migrations.Migration):
    dependencies = [("situations", "0001_initial")]
    operations = [migrations.RunSQL(ADD.format(one), DROP.format(one)) for one in TABLES]
