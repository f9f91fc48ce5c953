from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("situations", "0005_keys_apart")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="mailed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
