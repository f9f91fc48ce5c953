import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("situations", "0017_held_once")]
    operations = [
        migrations.AddField(
            model_name="notice",
            name="desk",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="situations.intakedesk"
            ),
        ),
    ]
