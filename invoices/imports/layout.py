"""What a file of documents may say: its fields, and the rules a mapping may set."""

from __future__ import annotations

from pathlib import Path

from partners.imports.mapping import Layout, Rule

MAPPINGS = Path(__file__).parent / "mappings"

LAYOUT = Layout(
    fields={
        "document": "what the rows of one document share; also its number",
        "number": "the document's number, where that is something else",
        "kind": "invoice or credit_note",
        "date": "the date; of several in one document the first row's counts",
        "due_date": "when it is to be paid",
        "currency": "ISO 4217; without it the business's own",
        "currency_rate": "base currency for one unit; else by the exchange rates",
        "discount_percent": "off the whole document",
        "purchase_order": "the customer's order number",
        "memo": "message for the customer",
        "reference": "the client's own key, once per business",
        "credited_number": "on a credit note: the number of the invoice it credits",
        "partner_code": "finds the customer",
        "partner_name": "finds the customer where there is no code; names a new one",
        "partner_email": "of a new customer, as all that follow",
        "partner_phone": "",
        "partner_contact_name": "",
        "partner_tax_number": "",
        "partner_line1": "first address line",
        "partner_line2": "second address line",
        "partner_city": "",
        "partner_province": "",
        "partner_postal_code": "",
        "partner_country": "ISO 3166 code such as DE",
        "product_code": "finds the product; a new one is made with the first price",
        "product_name": "names a new product; else the description, else the code",
        "description": "the line's words",
        "quantity": "how many",
        "unit_price": "price of one, before tax, in the document's currency",
        "tax_code": "a tax of the business; without it the line is not taxed",
    },
    required=("document", "date", "quantity", "unit_price"),
    mappings=MAPPINGS,
    rules={
        "arrive_as": Rule(
            "issued",
            "historic documents arrive issued, at their own date, or as drafts",
            ("issued", "draft"),
        ),
        "numbers": Rule(
            "keep",
            "keep the file's numbers, or (drafts only) leave them to the series",
            ("keep", "series"),
        ),
        "without_partner": Rule(
            "Cash sales",
            "who bought where the file names nobody: one customer of this name, or one "
            'per country as in "Cash sales {partner_country}"; "" refuses the document',
        ),
        "credit_note_prefix": Rule(
            "", 'a number that begins so, as in "C", is a credit note\'s; "" is none\'s'
        ),
        "credit_note_quantities": Rule(
            "positive",
            "the sign of a credit note's quantities in the file; the books have them "
            "positive",
            ("positive", "negative"),
        ),
        "below_zero": Rule(
            "credit_note",
            "an invoice that sums up below nought is made a credit note with its "
            "quantities turned round, or refused",
            ("credit_note", "refuse"),
        ),
        "stock_movements": Rule(
            "refuse",
            "a document of quantities below nought and no price: refused, or booked "
            "with a total of nought",
            ("refuse", "import"),
        ),
        "price_nought": Rule(
            "import",
            "a line without a price is booked as free of charge, or its document is "
            "refused",
            ("import", "refuse"),
        ),
        "without_description": Rule(
            "product",
            "a line without words takes the product's name, else its code; or its "
            "document is refused",
            ("product", "refuse"),
        ),
        "payment_terms_days": Rule(
            0, "days from the date to the due date where the file has none"
        ),
    },
)
