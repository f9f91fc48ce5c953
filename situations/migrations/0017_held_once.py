"""What a second person let through is good for one step of one writer; the writer is told of the decision."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("situations", "0016_referral_grounds")]

    operations = [
        migrations.AddField(
            model_name="heldtext",
            name="text_digest",
            field=models.CharField(blank=True, db_default="", db_index=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("break_glass", "An identity was opened by break-glass"),
                    ("shred_due", "An identity will be shredded within a week"),
                    ("referral_waits", "A referral waits at the intake desk"),
                    ("text_held", "A text waits for a second person"),
                    ("text_passed", "A second person let a text of yours through"),
                    ("text_refused", "A text of yours has to be changed"),
                ],
                max_length=20,
            ),
        ),
    ]
