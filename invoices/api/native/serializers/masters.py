"""Partners, products, accounts and taxes in the contract's words."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoices.api.native.serializers.fields import Choice, Number, Reference, Text
from invoices.models import Account, Product, Tax
from invoices.models.account import AccountType
from partners.models import Partner
from partners.models.languages import LANGUAGES

_ADDRESS = ("line1", "line2", "city", "province", "postal_code", "country")


class MasterSerializer(serializers.Serializer[Any]):
    """Contract names over our columns (`source`); the domain validates the values.

    What is left out of a whole document is reset to nothing.
    """

    id = serializers.CharField(source="public_id", read_only=True)


class PartnerSerializer(MasterSerializer):
    """A customer, a vendor or both.

    What the contract does not have stays if it is left out, as on documents.
    """

    name = Text(200, required=True)
    code = Text(60)
    customer = serializers.BooleanField(source="is_customer", default=False)
    vendor = serializers.BooleanField(source="is_vendor", default=False)
    default_selling_currency = Text(3)
    default_buying_currency = Text(3)
    contact_name = Text(200)
    business_id = Text(60, source="tax_number", help_text="The partner's tax number.")
    phone = Text(60)
    fax = Text(60)
    website = Text(300)
    email = Text(254)
    note = Text(5000)
    head_quarter = serializers.BooleanField(default=False)
    billing_site_number = Text(60)
    billing_addr_line1 = Text(200, source="billing_line1")
    billing_addr_line2 = Text(200, source="billing_line2")
    billing_addr_city = Text(100, source="billing_city")
    billing_addr_province = Text(100, source="billing_province")
    billing_addr_postal_code = Text(20, source="billing_postal_code")
    billing_addr_country_id = Text(2, source="billing_country")
    ship_to_contact_name = Text(200, source="shipping_contact_name")
    shipping_addr_line1 = Text(200, source="shipping_line1")
    shipping_addr_line2 = Text(200, source="shipping_line2")
    shipping_addr_city = Text(100, source="shipping_city")
    shipping_addr_province = Text(100, source="shipping_province")
    shipping_addr_postal_code = Text(20, source="shipping_postal_code")
    shipping_addr_country_id = Text(2, source="shipping_country")
    vendor_addr_line1 = Text(200, source="vendor_line1")
    vendor_addr_line2 = Text(200, source="vendor_line2")
    vendor_addr_city = Text(100, source="vendor_city")
    vendor_addr_province = Text(100, source="vendor_province")
    vendor_addr_postal_code = Text(20, source="vendor_postal_code")
    vendor_addr_country_id = Text(2, source="vendor_country")
    language = Choice(
        choices=LANGUAGES,
        allow_blank=True,
        allow_null=True,
        required=False,
        help_text="Beyond the contract: of documents and mails; empty: the business's.",
    )
    wants_ubl = serializers.BooleanField(
        required=False, help_text="Beyond the contract: gets the e-invoice as UBL too."
    )
    no_reminders = serializers.BooleanField(
        required=False, help_text="Beyond the contract: is never reminded."
    )

    class Meta:
        model = Partner


class PriceField(Number):
    """An amount of a product's price; its currency is the business's."""

    def to_representation(self, value: Any) -> Any:
        """The amount alone, without trailing zeros."""
        amount = value.amount if hasattr(value, "amount") else value
        text = format(amount, "f")
        return type(amount)(text.rstrip("0").rstrip(".") if "." in text else text)


class ProductSerializer(MasterSerializer):
    """Something sold or bought."""

    name = Text(200, required=True)
    code = Text(60)
    description = Text(2000)
    sell = serializers.BooleanField(default=False)
    default_revenue_account = Reference(
        "account", source="revenue_account_id", required=False
    )
    default_selling_price = PriceField(
        source="selling_price", default=None, allow_null=True
    )
    default_selling_tax = Reference("tax", source="selling_tax_id", required=False)
    buy = serializers.BooleanField(default=False)
    default_expense_account = Reference(
        "account", source="expense_account_id", required=False
    )
    default_buying_price = PriceField(
        source="buying_price", default=None, allow_null=True
    )
    default_buying_tax = Reference("tax", source="buying_tax_id", required=False)

    class Meta:
        model = Product

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`sell` needs account and price, `buy` likewise (contract, Products).

        The domain sees to the price. What a PATCH does not touch is not looked at.
        """
        for flag, account in (("sell", "revenue"), ("buy", "expense")):
            column = f"{account}_account_id"
            touched = {flag, column} & attrs.keys()
            if touched and self._after(attrs, flag) and not self._after(attrs, column):
                name = f"default_{account}_account"
                raise serializers.ValidationError(
                    {name: [f"Required where {flag} is true."]}
                )
        return attrs

    def _after(self, attrs: dict[str, Any], column: str) -> Any:
        return attrs.get(column, getattr(self.instance, column, None))


class AccountTypeField(serializers.ChoiceField):
    """An account type, whatever its case and inner spaces (the docs vary)."""

    def to_internal_value(self, data: Any) -> str:
        """Our spelling of it."""
        if isinstance(data, str):
            known = {_squeezed(value): value for value in AccountType.values}
            data = known.get(_squeezed(data), data)
        return str(super().to_internal_value(data))


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


class AccountSerializer(MasterSerializer):
    """A bank, cash, revenue, expense or other account.

    What the contract does not have stays if it is left out, as on partners.
    """

    name = Text(200, required=True)
    code = Text(60)
    type = AccountTypeField(choices=AccountType.choices)
    description = Text(2000)
    payment_account = serializers.BooleanField(default=False)
    contra_account = serializers.BooleanField(default=False)
    iban = serializers.CharField(
        max_length=42,
        required=False,
        allow_blank=True,
        help_text="Beyond the contract: a statement of another IBAN is refused.",
    )

    class Meta:
        model = Account


class TaxSerializer(MasterSerializer):
    """A tax, read only."""

    code = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    tax_id = serializers.CharField(
        source="tax_number", read_only=True, help_text="The payer's number."
    )
    recoverable = serializers.BooleanField(read_only=True)
    compound = serializers.BooleanField(read_only=True)
    withholding = serializers.BooleanField(read_only=True)
    latest_rate = Number(
        read_only=True,
        allow_null=True,
        help_text="Beyond the contract: today's rate as a fraction; 0.07 is 7 percent.",
    )
    category = serializers.CharField(
        read_only=True, help_text="Beyond the contract: EN 16931's VAT category code."
    )
    exemption = serializers.CharField(
        read_only=True, help_text="Beyond the contract: why no tax is charged."
    )

    class Meta:
        model = Tax


class BusinessOut(serializers.Serializer[Any]):
    """A business of the caller. Beyond the contract."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    slug = serializers.CharField()


class CurrencyOut(serializers.Serializer[Any]):
    """A currency."""

    code = serializers.CharField()
    symbol = serializers.CharField()
    country = serializers.CharField(allow_blank=True)


class CountryOut(serializers.Serializer[Any]):
    """A country."""

    code = serializers.CharField()
    name = serializers.CharField()
