from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0005_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="apikey",
            name="seen_on",
            field=models.DateField(
                editable=False,
                help_text="The day, by UTC, on which it was last used, or was made.",
                null=True,
                verbose_name="last used on",
            ),
        ),
    ]
