"""What the books refuse about documents; every dialect has a wording for each code."""

from __future__ import annotations

from partners.exceptions import Conflict, Invalid, NotAllowed, Stale


class NotADraft(Conflict):
    """Only a draft may be edited, deleted or issued."""

    code = "not_a_draft"


class NotIssued(Conflict):
    """The deed needs an issued document that is not void."""

    code = "not_issued"


class NotReceived(Conflict):
    """Only a bill that waits for approval can be approved."""

    code = "not_received"


class NotApproved(Conflict):
    """A bill is paid only after it was approved."""

    code = "not_approved"


class DocumentFrozen(Conflict):
    """An issued document's money, lines, parties, number and dates never change."""

    code = "document_frozen"


class StaleDocument(Stale):
    """Someone else changed the document first; read it again."""

    code = "stale_document"


class NumberTaken(Conflict):
    """Another document of the business has this number."""

    code = "number_taken"


class DuplicateBill(Conflict):
    """The vendor's number is booked already, and no reason says why once more."""

    code = "duplicate_bill"


class ReferenceTaken(Conflict):
    """Another document of the business has this reference."""

    code = "reference_taken"


class PeriodClosed(Conflict):
    """The document's date lies in a closed period."""

    code = "period_closed"


class HasSettlements(Conflict):
    """Payments or credits stand against the document; undo them first."""

    code = "has_settlements"


class ExceedsOpen(Conflict):
    """More than what is open on the document or left of the payment."""

    code = "exceeds_open"


class CurrencyMismatch(Conflict):
    """A payment settles only documents of its own currency."""

    code = "currency_mismatch"


class CreditExceeds(Conflict):
    """More than what was invoiced would be credited."""

    code = "credit_exceeds"


class BadLines(Invalid):
    """The lines do not make a document."""

    code = "bad_lines"


class BadDates(Invalid):
    """The dates do not fit each other."""

    code = "bad_dates"


class AmountOutOfRange(Invalid):
    """An amount is too large, or a document would total below zero."""

    code = "amount_out_of_range"


class TotalDiffers(Invalid):
    """The bill does not total what its paper says."""

    code = "total_differs"


class BadShares(Invalid):
    """The shares of the costs do not make up the whole purchase."""

    code = "bad_shares"


class NoSuchCost(Invalid):
    """No cost has this unique cost id."""

    code = "no_such_cost"


class NoTaxRate(Invalid):
    """A tax has no rate in force on the document's date, or cannot be charged."""

    code = "no_tax_rate"


class NoExchangeRate(Invalid):
    """No rate to the base currency is known for the document's date."""

    code = "no_exchange_rate"


class NotACustomer(Invalid):
    """The partner is archived or not one to whom documents may be issued."""

    code = "not_a_customer"


class NotDisputed(Conflict):
    """There is no dispute to settle."""

    code = "not_disputed"


class TooManyObjections(Conflict):
    """The document was objected to often enough for one day."""

    code = "too_many_objections"


class NotHeld(Conflict):
    """The document is not held back from reminders."""

    code = "not_held"


class NoEInvoice(Conflict):
    """The document cannot be an e-invoice by EN 16931; the reasons are told."""

    code = "no_einvoice"


class NoRecipient(Conflict):
    """Nobody is known to whom the document could be sent."""

    code = "no_recipient"


class KeyUsed(Conflict):
    """The key names another letter; what it sent then is not what is asked for now."""

    code = "key_used"


class BadRun(Invalid):
    """What was chosen cannot be sent at once."""

    code = "bad_run"


class RunFinished(Conflict):
    """The run is over."""

    code = "run_finished"


class DamagedFile(Conflict):
    """A stored paper is no longer what it was; nobody is sent it."""

    code = "damaged_file"


class StorageFailed(Conflict):
    """A file could not be stored; nothing was changed."""

    code = "storage_failed"


class MailTooLarge(Conflict):
    """The mail would be larger than this installation sends."""

    code = "mail_too_large"


class WrongDeliveryState(Conflict):
    """The mail is not in the state that this decision is about."""

    code = "wrong_delivery_state"


class NotSignedRight(NotAllowed):
    """A message from outside whose signature, time or sender does not hold."""

    code = "not_signed_right"


class NoSuchDelivery(Invalid):
    """No mail of the business has this Message-ID."""

    code = "no_such_delivery"
