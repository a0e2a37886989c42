"""Let the sums of what is open, and the counts of what waits, read indexes alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0011_archiving_and_imports'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='invoice',
            name='invoices_open',
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('balance__gt', 0), ('state__in', ('issued', 'approved'))), fields=['business', 'due_date', 'id'], include=('direction', 'kind', 'currency', 'balance', 'currency_rate', 'partner', 'date'), name='invoices_open'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('state__in', ('draft', 'received'))), fields=['business', 'state'], name='invoices_waiting'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('disputed_at__isnull', False)), fields=['business', 'id'], name='invoices_disputed'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(condition=models.Q(('state', 'written_off')), fields=['business', 'direction', 'date'], name='invoices_given_up'),
        ),
    ]
