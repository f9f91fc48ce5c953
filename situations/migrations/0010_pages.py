"""Indexes for lists that are read page by page, however long they are."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_address'),
        ('situations', '0009_second_wall'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='situation',
            name='situations__table_i_29fe7f_idx',
        ),
        migrations.AddIndex(
            model_name='grounds',
            index=models.Index(condition=models.Q(('words', b''), _negated=True), fields=['situation'], name='grounds_sealed'),
        ),
        migrations.AddIndex(
            model_name='identity',
            index=models.Index(condition=models.Q(('shredded_at', None)), fields=['situation'], name='identities_sealed'),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=models.Index(condition=models.Q(('kind__in', ('identity_read', 'identity_offered', 'break_glass', 'refused', 'shredded'))), fields=['table', 'kind', 'at', 'id'], name='ledger_watched'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('seen_at', None)), fields=['member', 'at', 'id'], name='notices_unseen'),
        ),
        migrations.AddIndex(
            model_name='situation',
            index=models.Index(fields=['table', 'written_at', 'id'], name='situations_by_time'),
        ),
        migrations.AddIndex(
            model_name='situation',
            index=models.Index(fields=['table', 'stage', 'written_at', 'id'], name='situations_by_stage'),
        ),
        migrations.AddIndex(
            model_name='situation',
            index=models.Index(fields=['number', 'table'], name='situations_by_number', opclasses=['varchar_pattern_ops', 'int8_ops']),
        ),
        migrations.AddIndex(
            model_name='situation',
            index=models.Index(fields=['table', 'tabled_at'], name='situations_tabled'),
        ),
        migrations.AddIndex(
            model_name='situation',
            index=models.Index(condition=models.Q(('stage', 'concluded')), fields=['table', 'ended_at'], name='situations_concluded'),
        ),
    ]
