"""A column with a default in the database: the version before goes on writing rows without it."""

from django.db import migrations

ADD = "ALTER TABLE situations_stance ADD COLUMN manner varchar(8) NOT NULL DEFAULT 'said'"
DROP = "ALTER TABLE situations_stance DROP COLUMN manner"


class Migration(migrations.Migration):
    dependencies = [("situations", "0001_initial")]
    operations = [migrations.RunSQL(ADD, DROP)]
