"""What banks call the columns of their CSV files, in English, German and others."""

from __future__ import annotations

_WORDS = """
date: booking date, posting date, posted date, posted, transaction date, date,
    completed date, date posted, buchungstag, buchungsdatum, buchung, datum, date
    comptable, date operation, fecha, data
value_date: value date, valuta, valutadatum, wertstellung, wertstellungstag,
    wertstellungsdatum, valuta datum, date valeur, date de valeur
amount: amount, transaction amount, booking amount, betrag, umsatz, betrag eur, betrag
    in eur, umsatz in eur, betrag chf, amount eur, amount usd, montant, importe,
    importo, bedrag
credit: credit, credit amount, paid in, money in, deposit, deposits, haben,
    gutschrift, gutschrift in chf, eingang, einzahlung
debit: debit, debit amount, paid out, money out, withdrawal, withdrawals, soll,
    belastung, lastschrift in chf, belastung in chf, ausgang, auszahlung
currency: currency, wahrung, waehrung, währung, ccy, devise, moneda
counterparty: counterparty, counterparty name, name, payee, payer, partner name, payer
    payee, beneficiary, beneficiary originator, other party, auftraggeber
    beguenstigter, beguenstigter zahlungspflichtiger, begünstigter auftraggeber,
    auftraggeber begünstigter, name zahlungsbeteiligter, zahlungsbeteiligter,
    auftraggeber empfänger, auftraggeber empfaenger, zahlungspflichtige r,
    zahlungsempfänger in, auftraggeber, empfänger, empfaenger, gegenpartei
iban: counterparty iban, iban, partner iban, iban zahlungsbeteiligter, kontonummer
    iban, kontonummer, account number, counterparty account
text: purpose, remittance information, payment reference, description, details,
    narrative, memo, verwendungszweck, zahlungsgrund, buchungsdetails, reference, vwz,
    buchungstext, libelle, concepto, omschrijving, transaction description
end_to_end: end to end id, endtoend id, end to end reference, end to end referenz,
    kundenreferenz end to end, ende zu ende referenz, kundenreferenz
bank_reference: bank reference, transaction id, transaction reference, reference
    number, fitid, bankreferenz, transaktions id, transaktionsnummer, buchungsreferenz
"""


def _parsed() -> dict[str, tuple[str, ...]]:
    joined = _WORDS.replace("\n    ", " ").strip().splitlines()
    pairs = (line.split(": ", 1) for line in joined)
    return {name: tuple(words.split(", ")) for name, words in pairs}


HEADINGS = _parsed()
"""Of each field its headings, best first; to be compared without case and signs."""
