"""Grounds, oversight and positions of recipients. The ledger's tables are never made anew: that would drop their triggers."""

from typing import Any

import uuid

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = ("situations_certificate", "situations_reportable")
ADD_COLUMNS = [
    "ALTER TABLE situations_ledgerentry ADD COLUMN form smallint DEFAULT 1 NOT NULL CHECK (form >= 0)",
    "ALTER TABLE situations_recipient ADD COLUMN position varchar(120) DEFAULT '' NOT NULL",
]
DROP_COLUMNS = [
    "ALTER TABLE situations_ledgerentry DROP COLUMN form",
    "ALTER TABLE situations_recipient DROP COLUMN position",
]


def add_triggers(apps: Any, schema_editor: Any) -> None:
    body = (
        "FOR EACH ROW EXECUTE FUNCTION hubtable_append_only()"
        if schema_editor.connection.vendor == "postgresql"
        else "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
    )
    for table in APPEND_ONLY:
        for action in ("UPDATE", "DELETE"):
            schema_editor.execute(f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} {body}")


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    for table in APPEND_ONLY:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for action in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_no_{action}{on}")


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_address'),
        ('situations', '0003_checkpoints'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ADD_COLUMNS, DROP_COLUMNS)],
            state_operations=[
                migrations.AddField(
                    model_name='ledgerentry', name='form', field=models.PositiveSmallIntegerField(db_default=1, default=2)
                ),
                migrations.AddField(
                    model_name='recipient',
                    name='position',
                    field=models.CharField(blank=True, db_default='', max_length=120),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='kind',
            field=models.CharField(choices=[('written', 'Written'), ('submitted', 'Sent to the screener'), ('sent_back', 'Sent back by the screener'), ('screened', 'Passed filter 1'), ('kept', 'Kept by the agency'), ('tabled', 'Put on the agenda'), ('profile', 'Profile shown'), ('recused', 'Stepped out: conflict of interest'), ('consent', 'Consent recorded'), ('criterion', 'Criterion changed'), ('dissent', 'Disagreement recorded'), ('dissent_withdrawn', 'Disagreement withdrawn'), ('went_on', 'Went on despite a disagreement'), ('aer', 'Agreed: acutely elevated risk'), ('rejected', 'Rejected'), ('identity_offered', 'Identity opened to the seats'), ('identity_closed', 'Identity closed'), ('identity_read', 'Identity read'), ('answer', 'Filter 3 answer'), ('answer_withdrawn', 'Filter 3 answer withdrawn'), ('asked', 'Asked to act'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('released', 'Released from its role'), ('planned', 'Filter 4: full identity to lead and assisting'), ('clock', 'Response clock started'), ('plan_changed', 'Plan changed'), ('contact', 'Contact logged'), ('service', 'Service recorded'), ('report_back', 'Report-back'), ('continued', 'Continues'), ('concluded', 'Concluded'), ('taken_back', 'Taken back'), ('carried_over', 'Carried over'), ('redacted', 'Redacted in storage'), ('shredded', 'Identity shredded'), ('returned', 'Linked to an earlier situation'), ('refused', 'Refused attempt'), ('reportable', 'Told that it may be reportable'), ('guard_asked', 'Text questioned by the guard'), ('break_glass', 'Break-glass opening'), ('break_glass_ended', 'Break-glass ended'), ('hold', 'Legal hold set'), ('hold_lifted', 'Legal hold lifted'), ('accounted', 'Accounting of disclosures made'), ('suspended', 'Accounting suspended for law enforcement')], max_length=20),
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('why', models.CharField(choices=[('rejected', 'the situation was rejected'), ('retention', "the table's retention time has passed")], max_length=20)),
                ('at', models.DateTimeField()),
                ('document', models.JSONField()),
                ('signature', models.CharField(max_length=128)),
                ('public_key', models.CharField(max_length=64)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='situations.ledgerentry')),
                ('situation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='situations.situation')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Grounds',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('basis', models.CharField(max_length=40)),
                ('pack', models.CharField(max_length=40)),
                ('affirmed', models.JSONField(default=list)),
                ('minimum_necessary', models.BooleanField(null=True)),
                ('binding', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('words', models.BinaryField(default=b'')),
                ('consent_expires_on', models.DateField(blank=True, null=True)),
                ('emergency_ends_on', models.DateField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grounds', to='situations.situation')),
            ],
            options={
                'verbose_name_plural': 'grounds',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalBreakGlass',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('basis', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=280)),
                ('opened_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agencies.agency')),
                ('grounds', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='situations.grounds')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='situations.situation')),
            ],
            options={
                'verbose_name': 'historical break glass',
                'verbose_name_plural': 'historical break-glass openings',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGrounds',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('basis', models.CharField(max_length=40)),
                ('pack', models.CharField(max_length=40)),
                ('affirmed', models.JSONField(default=list)),
                ('minimum_necessary', models.BooleanField(null=True)),
                ('binding', models.UUIDField(db_index=True, default=uuid.uuid4, editable=False)),
                ('words', models.BinaryField(default=b'')),
                ('consent_expires_on', models.DateField(blank=True, null=True)),
                ('emergency_ends_on', models.DateField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agencies.agency')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='situations.situation')),
            ],
            options={
                'verbose_name': 'historical grounds',
                'verbose_name_plural': 'historical grounds',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalLegalHold',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('set_at', models.DateTimeField()),
                ('reference', models.CharField(max_length=120)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agencies.agency')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='situations.situation')),
            ],
            options={
                'verbose_name': 'historical legal hold',
                'verbose_name_plural': 'historical legal holds',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalSuspension',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('written', models.BooleanField()),
                ('reference', models.CharField(max_length=120)),
                ('starts_on', models.DateField()),
                ('until', models.DateField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agencies.agency')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('official_agency', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='agencies.agency')),
                ('recorded_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='situations.situation')),
            ],
            options={
                'verbose_name': 'historical suspension',
                'verbose_name_plural': 'historical suspensions',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('break_glass', 'An identity was opened by break-glass'), ('shred_due', 'An identity will be shredded within a week')], max_length=20)),
                ('at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='situations.situation')),
                ('table', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.table')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Reportable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('signs', models.JSONField(default=list)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reportable', to='situations.situation')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BreakGlass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('basis', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=280)),
                ('opened_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='broken_glass', to='situations.situation')),
                ('grounds', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='situations.grounds')),
            ],
            options={
                'verbose_name_plural': 'break-glass openings',
                'ordering': ['-opened_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='broken_glass_has_reason'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('opened_at'))), name='broken_glass_expires')],
            },
        ),
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('set_at', models.DateTimeField()),
                ('reference', models.CharField(max_length=120)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='situations.situation')),
            ],
            options={
                'ordering': ['-set_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('situation', 'agency'), name='one_hold_an_agency')],
            },
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('written', models.BooleanField()),
                ('reference', models.CharField(max_length=120)),
                ('starts_on', models.DateField()),
                ('until', models.DateField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('official_agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.agency')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('situation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='situations.situation')),
            ],
            options={
                'ordering': ['-starts_on', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('starts_on'))), name='suspension_ends_after_start')],
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
