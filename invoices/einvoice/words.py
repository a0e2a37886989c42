"""The rules of EN 16931 in words a clerk understands, with what to do."""

from __future__ import annotations

import re

from invoices.einvoice.problem import Problem

_SELLER_COUNTRY = (
    "The seller's country is missing: fill it in under the business's address."
)
_BUYER_COUNTRY = (
    "The customer's country is missing: fill it in under the customer's address."
)
_SELLER_NUMBER = (
    "The seller's tax number is missing: fill in the business's VAT or tax number."
)
_BOTH_NUMBERS = (
    "Reverse charge needs the VAT numbers of both sides: fill in the business's, and"
    " the customer's VAT or registration number."
)
_EU_NUMBERS = (
    "A supply inside the EU needs the VAT numbers of both sides, with the country in"
    " front (DE123456789): fill in the business's and the customer's."
)
_SELLER_VAT_NUMBER = (
    "An export needs the seller's VAT number, with the country in front"
    " (DE123456789): fill in the business's."
)
_OUTSIDE_MIXED = (
    "What is not subject to VAT cannot stand beside anything else in one e-invoice:"
    " write two documents, or choose an exempt tax."
)
_RATE_NOT_ZERO = (
    "A tax without VAT has a rate other than 0 %: correct its rate or its category."
)
_STANDARD_RATE = (
    "A tax that charges VAT, IGIC or IPSI has no rate above 0 %: correct its rate or its"
    " category."
)
_WORDS = {
    "BR-02": "The document has no number.",
    "BR-05": "The currency is missing.",
    "BR-06": "The seller's name is missing: fill it in under the business.",
    "BR-07": "The customer's name is missing: fill it in under the customer.",
    "BR-08": _SELLER_COUNTRY,
    "BR-09": _SELLER_COUNTRY,
    "BR-10": _BUYER_COUNTRY,
    "BR-11": _BUYER_COUNTRY,
    "BR-16": "The document has no lines.",
    "BR-25": "A line has no description: say what is charged.",
    "BR-50": "The account to pay into is missing: fill in the business's IBAN.",
    "BR-55": "The number of the credited invoice is missing.",
    "BR-61": "The account to pay into is missing: fill in the business's IBAN.",
    "BR-CL-04": "The currency is none that ISO 4217 knows: choose another.",
    "BR-CL-14": "A country is none that ISO 3166 knows: correct the addresses.",
    "BR-CL-17": "A tax has a VAT category that EN 16931 does not know: correct it.",
    "BR-CL-18": "A tax has a VAT category that EN 16931 does not know: correct it.",
    "BR-CO-09": "A VAT number does not start with its country, as in DE123456789.",
    # The sums have found nothing, so this is the rule's own way with tiny rates.
    "BR-CO-17": (
        "The official rule cannot compute a VAT rate below 0.5 %: send the document"
        " without an e-invoice."
    ),
    "BR-CO-25": "Neither a due date nor payment terms are given: fill in one.",
    "BR-CO-26": (
        "Nothing identifies the seller: fill in the business's VAT number or its"
        " registration number."
    ),
    "BR-IC-12": _BUYER_COUNTRY,
}
_CATEGORIES = {
    "S": _SELLER_NUMBER,
    "Z": _SELLER_NUMBER,
    "E": _SELLER_NUMBER,
    "AF": _SELLER_NUMBER,
    "AG": _SELLER_NUMBER,
    "AE": _BOTH_NUMBERS,
    "IC": _EU_NUMBERS,
    "G": _SELLER_VAT_NUMBER,
}
"""What rules 02 to 04 of each category ask for: for lines, allowances and charges."""
_RATES = ["Z", "E", "AE", "IC", "G", "O"]
_WORDS |= {
    f"BR-{letters}-0{number}": words
    for letters, words in _CATEGORIES.items()
    for number in (2, 3, 4)
}
_WORDS |= {
    f"BR-{letters}-0{number}": _RATE_NOT_ZERO
    for letters in _RATES
    for number in (5, 6, 7, 9)
}
_WORDS |= {
    f"BR-{letters}-0{number}": _STANDARD_RATE
    for letters in ("S", "AF", "AG")
    for number in (5, 6, 7)
}
_WORDS |= {f"BR-O-{number}": _OUTSIDE_MIXED for number in (11, 12, 13, 14)}
_RULE_ID = re.compile(r"^\s*\[[^\]]*\]\s*-?\s*")


def worded(rule: str, text: str) -> Problem:
    """The broken rule in our words, else in its own without the id in front."""
    return Problem(rule, _WORDS.get(rule) or _RULE_ID.sub("", text))
