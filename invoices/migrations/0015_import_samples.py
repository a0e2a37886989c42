from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0014_attachments"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="sample",
            field=models.JSONField(default=dict, verbose_name="first rows"),
        ),
    ]
