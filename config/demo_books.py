"""The demo's two small businesses, made with the same verbs that people use."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from config import demo_bank, demo_correspondence, demo_documents, demo_purchases
from invoices.crediting import credit
from invoices.drafting import InvoiceDraft, LineDraft, draft_invoice
from invoices.models import (
    Account,
    ExchangeRate,
    Invoice,
    Product,
    Tax,
    TaxComponent,
    TaxRate,
)
from invoices.models.account import AccountType
from partners.access import Actor, Role
from partners.models import Business, Membership, Partner, User
from payments.recording import PaymentDraft, record_payment

OWNER = "ann@counterfoil.example"
CLERK = "ben@counterfoil.example"
PASSWORD = "counterfoil-demo"  # noqa: S105 - printed on purpose, loopback only
SLUGS = ("alder-finch", "siam-orchid")


@dataclass
class Books:
    """One business while its demo documents are written."""

    business: Business
    today: datetime.date
    actor: Actor
    partners: dict[str, Partner] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    taxes: dict[str, Tax] = field(default_factory=dict)
    bank: Account | None = None
    sales: Account | None = None

    def invoice(
        self,
        partner: str,
        days_ago: int,
        lines: Sequence[tuple[str, str]],
        *,
        currency: str = "",
        terms: int = 30,
        discount: str = "0",
        memo: str = "",
        number: str = "",
    ) -> Invoice:
        """A draft with these (product, quantity) lines, dated some days ago."""
        date = self.today - datetime.timedelta(days=days_ago)
        draft = InvoiceDraft(
            business=self.business,
            partner=self.partners[partner],
            date=date,
            due_date=date + datetime.timedelta(days=terms),
            currency=currency or self.business.currency,
            discount_percent=Decimal(discount),
            memo=memo,
            number=number,
            lines=[self.line(code, quantity) for code, quantity in lines],
        )
        return draft_invoice(draft, by=self.actor)

    def line(self, code: str, quantity: str) -> LineDraft:
        """A product at its own price and tax."""
        product = self.products[code]
        return LineDraft(
            product=product,
            quantity=Decimal(quantity),
            unit_price=product.selling_price.amount,
            tax=product.selling_tax,
        )

    def issued(self, *args: object, **kwargs: object) -> Invoice:
        """The same, issued."""
        invoice = self.invoice(*args, **kwargs)  # type: ignore[arg-type]
        return invoice.issue(by=self.actor, now=timezone.now())

    def pay(self, invoice: Invoice, amount: Decimal, days_ago: int) -> None:
        """Money in for one invoice."""
        assert self.bank is not None  # noqa: S101 - narrows
        draft = PaymentDraft(
            business=self.business,
            account=self.bank,
            date=self.today - datetime.timedelta(days=days_ago),
            currency=invoice.currency,
            amount=amount,
            partner=invoice.partner,
            method="transfer",
            description=f"Payment for Invoice#{invoice.number}",
            settles=[(invoice, amount)],
        )
        record_payment(draft, by=self.actor)


def exist() -> bool:
    """Whether the demo's businesses are there."""
    return Business.objects.filter(slug__in=SLUGS).count() == len(SLUGS)


@transaction.atomic
def create(now: datetime.datetime) -> None:
    """Make both businesses with their people, partners and documents."""
    owner = User.objects.create_user(OWNER, PASSWORD, name="Ann Alder", is_staff=True)
    clerk = User.objects.create_user(CLERK, PASSWORD, name="Ben Finch", is_staff=True)
    _alder_finch(_open(_ALDER, owner, clerk, now))
    _siam_orchid(_open(_SIAM, owner, clerk, now))


_ALDER = {
    "slug": SLUGS[0],
    "name": "Alder & Finch Ltd",
    "currency": "GBP",
    "tax_number": "GB123456789",
    "email": "accounts@alder-finch.example",
    "phone": "+44 20 7946 0018",
    "line1": "12 Mill Lane",
    "city": "London",
    "postal_code": "SE1 2AB",
    "country": "GB",
    "time_zone": "Europe/London",
}
_SIAM = {
    "slug": SLUGS[1],
    "name": "Siam Orchid Trading Co., Ltd. / บริษัท สยามออร์คิด เทรดดิ้ง จำกัด",
    "currency": "THB",
    "tax_number": "0105556000001",
    "email": "books@siam-orchid.example",
    "line1": "99 Charoen Krung Road",
    "city": "Bangkok",
    "postal_code": "10500",
    "country": "TH",
    "time_zone": "Asia/Bangkok",
}


def _open(
    details: dict[str, str], owner: User, clerk: User, now: datetime.datetime
) -> Books:
    business = Business.objects.create(**details)
    Membership.objects.create(business=business, user=clerk, role=Role.CLERK)
    ann = Membership.objects.create(business=business, user=owner, role=Role.OWNER)
    return Books(business=business, today=business.today(now), actor=Actor.member(ann))


def _tax(
    books: Books, code: str, name: str, rates: dict[str, str], category: str = "S"
) -> None:
    tax = Tax.objects.create(
        business=books.business, code=code, name=name, category=category
    )
    part = TaxComponent.objects.create(
        business=books.business, tax=tax, code=code, name="VAT"
    )
    for day, rate in rates.items():
        TaxRate.objects.create(
            business=books.business,
            component=part,
            valid_from=datetime.date.fromisoformat(day),
            rate=Decimal(rate),
        )
    books.taxes[code] = tax


def _rates(books: Books, rates: dict[str, str]) -> None:
    for currency, rate in rates.items():
        ExchangeRate.objects.create(
            business=books.business,
            currency=currency,
            date=books.today - datetime.timedelta(days=400),
            rate=Decimal(rate),
            source="demo",
        )


def _accounts(books: Books) -> None:
    books.bank = Account.objects.create(
        business=books.business,
        code="1000",
        name="Bank",
        type=AccountType.ASSETS_CURRENT,
        payment_account=True,
    )
    books.sales = Account.objects.create(
        business=books.business,
        code="4000",
        name="Sales",
        type=AccountType.REVENUES_OPERATING,
    )


def _product(books: Books, code: str, name: str, price: str, tax: str) -> None:
    books.products[code] = Product.objects.create(
        business=books.business,
        code=code,
        name=name,
        sell=True,
        revenue_account=books.sales,
        selling_price=Decimal(price),
        price_currency=books.business.currency,
        selling_tax=books.taxes.get(tax),
    )


def _partner(books: Books, code: str, name: str, **details: str | bool) -> None:
    books.partners[code] = Partner.objects.create(
        business=books.business, code=code, name=name, is_customer=True, **details
    )


def _alder_finch(books: Books) -> None:
    _tax(
        books,
        "VAT-20",
        "Value added tax, standard rate",
        {"2008-12-01": "15", "2010-01-01": "17.5", "2011-01-04": "20"},
    )
    _tax(books, "VAT-5", "Value added tax, reduced rate", {"1997-09-01": "5"})
    _tax(books, "VAT-0", "Value added tax, zero rate", {"1973-04-01": "0"}, "Z")
    _accounts(books)
    _product(books, "OAK-STOOL", "Oak stool", "85.00", "VAT-20")
    _product(books, "LINEN-3", "Linen, per metre", "14.355", "VAT-20")
    _product(books, "BOOK", "Joinery handbook", "29.50", "VAT-0")
    _product(books, "FITTING", "Fitting, per hour", "48.00", "VAT-5")
    _rates(books, {"EUR": "0.86", "USD": "0.78"})
    _alder_partners(books)
    demo_documents.set_up(books)
    _alder_documents(books)
    demo_documents.recur(books)
    demo_purchases.create(books)
    demo_correspondence.create(books)
    demo_bank.create(books)


def _alder_partners(books: Books) -> None:
    _partner(
        books,
        "HARBOUR",
        "Harbour House Hotel",
        email="accounts@harbour-house.example",
        billing_line1="1 Quay Street",
        billing_city="Bristol",
        billing_postal_code="BS1 4DJ",
        billing_country="GB",
    )
    _partner(
        books,
        "MOEBEL",
        "Möbelhaus Grünwald GmbH & Co. KG",
        email="rechnung@gruenwald.example",
        tax_number="DE123456788",
        billing_line1="Königstraße 7",
        billing_city="München",
        billing_postal_code="80331",
        billing_country="DE",
        default_selling_currency="EUR",
        language="de",
        wants_ubl=True,
    )
    _partner(
        books,
        "RIVERSIDE",
        "The Riverside Society for the Preservation of Historic Workshops, "
        "Looms and Other Instruments of Domestic Manufacture",
        email="treasurer@riverside.example",
        billing_line1="Old Mill, River Walk",
        billing_city="Bath",
        billing_postal_code="BA1 1LZ",
        billing_country="GB",
    )
    _partner(
        books,
        "CEDAR",
        "Cedar & Sons Inc.",
        email="ap@cedar.example",
        billing_line1="500 Main Street",
        billing_city="Portland",
        billing_province="OR",
        billing_postal_code="97201",
        billing_country="US",
        default_selling_currency="USD",
    )


def _alder_documents(books: Books) -> None:
    paid = books.issued("HARBOUR", 95, [("OAK-STOOL", "24"), ("FITTING", "6.5")])
    books.pay(paid, paid.total, 70)
    partly = books.issued("RIVERSIDE", 20, [("LINEN-3", "120.5"), ("BOOK", "10")])
    books.pay(partly, Decimal("500.00"), 5)
    books.issued("HARBOUR", 75, [("OAK-STOOL", "8")], terms=14, memo="Second reminder")
    books.issued("MOEBEL", 12, [("OAK-STOOL", "40")], currency="EUR", discount="7.5")
    books.issued("CEDAR", 3, [("BOOK", "250")], currency="USD", terms=60)
    void = books.issued("CEDAR", 30, [("OAK-STOOL", "2")])
    void.void(by=books.actor, reason="Ordered twice", now=timezone.now())
    returned = books.issued("RIVERSIDE", 40, [("OAK-STOOL", "6"), ("BOOK", "3")])
    credit(
        returned,
        {1: Decimal(2)},
        by=books.actor,
        now=timezone.now(),
        date=books.today - datetime.timedelta(days=8),
        reason="Two stools came back",
    )
    books.invoice("HARBOUR", 1, [("FITTING", "12"), ("LINEN-3", "33.3")])
    books.invoice("MOEBEL", 0, [("OAK-STOOL", "15")], currency="EUR")
    books.invoice("RIVERSIDE", 0, [("BOOK", "1")], memo="For the library")


def _siam_orchid(books: Books) -> None:
    _tax(books, "VAT-7", "ภาษีมูลค่าเพิ่ม 7%", {"1999-04-01": "7"})
    _rates(books, {"EUR": "37.8", "USD": "34.2"})
    _accounts(books)
    _product(books, "PANCAKE", "Pancake", "30", "VAT-7")
    _product(books, "ORCHID", "Orchid in a pot / กล้วยไม้", "400", "VAT-7")
    _partner(
        books,
        "SUSAN",
        "Susan",
        email="susan@orchid-cafe.example",
        billing_line1="1 Silom Road",
        billing_city="Bangkok",
        billing_country="TH",
        language="th",
    )
    _partner(
        books,
        "KYOTO",
        "京都園芸株式会社",
        email="keiri@kyoto-engei.example",
        billing_line1="下京区1-1",
        billing_city="京都市",
        billing_country="JP",
        language="en",
    )
    demo_documents.set_up(books)
    first = books.issued("SUSAN", 50, [("PANCAKE", "200")], terms=15)
    books.pay(first, Decimal("2000.00"), 30)
    settled = books.issued("KYOTO", 28, [("ORCHID", "35")])
    books.pay(settled, settled.total, 10)
    books.issued("SUSAN", 2, [("ORCHID", "4"), ("PANCAKE", "20")])
    books.invoice("KYOTO", 0, [("ORCHID", "12")])
    demo_documents.recur(books)
