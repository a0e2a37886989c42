"""Let the sums by month read an index alone, and find what is left on account."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0004_layouts_have_a_currency'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='payment',
            name='payments_payment_by_date',
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['business', 'direction', 'date', 'id'], include=('currency', 'amount', 'cancelled_at'), name='payments_payment_by_date'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('cancelled_at__isnull', True), ('unallocated__gt', 0)), fields=['business', 'partner'], name='payments_payment_on_account'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('refund_of__isnull', False)), fields=['business', 'refund_of'], name='payments_payment_refunds'),
        ),
    ]
