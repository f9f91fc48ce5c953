from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("situations", "0012_referral_wall")]
    operations = [
        migrations.AddField(
            model_name="referral",
            name="passed_on",
            field=models.DateField(
                blank=True, help_text="When it came to the desk that has it now, if from another.", null=True
            ),
        ),
    ]
