from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("situation", models.BigIntegerField()),
                ("agency", models.BigIntegerField()),
                ("master_version", models.PositiveSmallIntegerField()),
                ("wrapped", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("situation", "agency"), name="one_key_a_contributor")],
            },
        ),
        migrations.CreateModel(
            name="ShreddedKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("situation", models.BigIntegerField()),
                ("agency", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("situation", "agency"), name="shredded_once")],
            },
        ),
    ]
