from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("situations", "0014_held_texts")]
    operations = [
        migrations.AddField(
            model_name="referral",
            name="reissued_on",
            field=models.DateField(blank=True, help_text="When its receipt was last made anew, by the desk.", null=True),
        ),
    ]
