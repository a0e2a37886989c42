"""Reading a bank's file into the books: each movement of an account once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models, transaction

from invoices.imports.copying import columns_of, copy, text_of_row
from invoices.models import Account, Event
from partners import master, prepared
from partners.access import Actor, Capability
from partners.banking import clean_iban
from payments.bank.files.camt import read_camt
from payments.bank.files.csv_files import read_csv
from payments.bank.files.kinds import kind_of
from payments.bank.files.movement import FileRead, Movement, fingerprints
from payments.exceptions import BadStatement, StatementKnown
from payments.models import BankLine, BankStatement, CsvLayout, StatementFormat

_KNOWN = """
SELECT fingerprint FROM payments_bankline
WHERE business_id = %s AND account_id = %s AND fingerprint = ANY(%s)"""


@dataclass(frozen=True, slots=True)
class Sight:
    """What reading a file would do, before it is done.

    `fresh` are the movements that the account does not have yet, with what they are
    known by. `learns_iban` says that the account has no IBAN and the file tells it.
    """

    file: FileRead
    fresh: Sequence[tuple[Movement, str]]
    learns_iban: bool

    @property
    def repeated(self) -> int:
        """How many movements were read with an earlier file."""
        return len(self.file.movements) - len(self.fresh)


def look(
    account: Account,
    content: bytes,
    name: str,
    *,
    by: Actor,
    layout: CsvLayout | None = None,
) -> Sight:
    """What `read_statement` would do; raises what it raises, and changes nothing.

    It does not ask whether the account's IBAN may be kept: a door asks the person.
    """
    _check_account(account, by)
    _refuse_known(account, _sha256(content), name)
    file = _understood(account, content, name, layout)
    _check_owner(account, file, name)
    numbered = zip(file.movements, fingerprints(file.movements), strict=True)
    fresh = _unknown(account, list(numbered))
    return Sight(file, fresh, bool(file.iban and not account.iban))


def read_statement(
    account: Account,
    content: bytes,
    name: str,
    *,
    by: Actor,
    layout: CsvLayout | None = None,
    keep_iban: bool = False,
) -> BankStatement:
    """The saved statement of a bank's file with its open lines; all or nothing.

    A CSV file is read by `layout`, or else by the one that is kept for the account.
    `keep_iban` writes down the file's IBAN at an account that has none. Raises
    NotAllowed; StatementKnown for a file that was read before, also a moment ago by
    somebody else; BadStatement for every other file that will not do.
    """
    _check_account(account, by)
    with transaction.atomic():
        # Files of one account take turns, or two could bring the same line.
        rows: models.QuerySet[Account] = Account.objects.select_for_update(no_key=True)
        locked = rows.get(business_id=account.business_id, pk=account.pk)
        sight = look(locked, content, name, by=by, layout=layout)
        if sight.learns_iban:
            _learn_iban(locked, sight.file, keep=keep_iban, by=by)
        statement = _statement(locked, content, name, sight, by)
        statement.save(force_insert=True)
        _insert_lines(statement, sight.fresh)
        Event.record(statement, "statement.read", by=by, **_facts(statement, sight))
    return statement


def layout_of(account: Account) -> CsvLayout | None:
    """The layout that is kept for the account's CSV files, if there is one."""
    kept = CsvLayout.objects.for_business(account.business_id)
    return kept.filter(account=account).select_related("account").first()


def keep_layout(layout: CsvLayout, *, by: Actor) -> CsvLayout:
    """Keep how the account's CSV files are read, in place of what was kept before.

    The layout is not checked here: a file was read by it. Raises NotAllowed.
    """
    by.require(Capability.PAY, layout.business_id)
    names = [
        field.name
        for field in CsvLayout._meta.concrete_fields
        if field.name not in {"id", "business", "account"}
    ]
    kept, _ = CsvLayout.objects.update_or_create(
        business_id=layout.business_id,
        account_id=layout.account_id,
        defaults={name: getattr(layout, name) for name in names},
    )
    return kept


def currency_of(account: Account, layout: CsvLayout | None) -> str:
    """The currency that the account's CSV files are in."""
    return (layout and layout.currency) or account.business.currency


def _understood(
    account: Account, content: bytes, name: str, layout: CsvLayout | None
) -> FileRead:
    if kind_of(content, name) is StatementFormat.CAMT053:
        return read_camt(content, name)
    layout = layout or layout_of(account)
    if layout is None:
        raise BadStatement(
            f"How the CSV files of {account} are written is not known yet: read the "
            "first one on the page “Read a bank's file”, which keeps it.",
            field="layout",
        )
    return read_csv(content, name, layout, currency_of(account, layout))


def _check_account(account: Account, by: Actor) -> None:
    by.require(Capability.PAY, account.business_id)
    if not account.payment_account:
        raise BadStatement(
            f"{account} is no payment account; mark it as one or choose another.",
            field="account",
        )


def _refuse_known(account: Account, sha256: str, name: str) -> None:
    found = BankStatement.objects.for_business(account.business_id)
    earlier = found.filter(account_id=account.pk, sha256=sha256).first()
    if earlier is not None:
        raise StatementKnown(
            f"{name} was read already, on {earlier.created_at:%Y-%m-%d} by "
            f"{earlier.actor}, as “{earlier}”: its {earlier.lines_read} lines are there.",
            field="file",
            statement=earlier,
        )


def _check_owner(account: Account, file: FileRead, name: str) -> None:
    """Refuse a file that says it is of another account."""
    ours = account.iban
    other = file.iban and ours and file.iban != ours
    # Without an IBAN, the bank's own number is the end of it.
    number = file.account_number.replace(" ", "").lstrip("0")
    other = other or (ours and not file.iban and number and not ours.endswith(number))
    if other:
        told = file.iban or file.account_number
        raise BadStatement(
            f"{name} is a statement of {told}, and {account} is {ours}: choose the "
            "account that it belongs to, or correct the account's IBAN.",
            field="account",
        )


def _learn_iban(account: Account, file: FileRead, *, keep: bool, by: Actor) -> None:
    if not keep:
        raise BadStatement(
            f"{account} has no IBAN, and the file is of {file.iban}: enter it at the "
            "account first, so that no other account's file is taken for its own.",
            field="keep_iban",
        )
    master.save(account, {"iban": clean_iban(file.iban)}, by=by)


def _unknown(
    account: Account, numbered: Sequence[tuple[Movement, str]]
) -> list[tuple[Movement, str]]:
    params = [account.business_id, account.pk, [mark for _, mark in numbered]]
    known = {mark for (mark,) in prepared.fetch(_KNOWN, params)}
    return [pair for pair in numbered if pair[1] not in known]


def _statement(
    account: Account, content: bytes, name: str, sight: Sight, by: Actor
) -> BankStatement:
    file = sight.file
    days = [one.date for one in file.movements]
    return BankStatement(
        business_id=account.business_id,
        account=account,
        format=file.format,
        name=name[-255:],
        sha256=_sha256(content),
        identification=file.identification,
        currency=file.currency,
        opening_balance=file.opening,
        closing_balance=file.closing,
        lines_read=len(sight.fresh),
        repeated=sight.repeated,
        left_out=file.left_out,
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        actor=by.name,
    )


def _insert_lines(
    statement: BankStatement, fresh: Sequence[tuple[Movement, str]]
) -> None:
    """By COPY: ten thousand lines are a fraction of a second."""
    columns = columns_of(BankLine, pk=False)
    texts = [
        text_of_row(_line(statement, one, mark, position), columns)
        for position, (one, mark) in enumerate(fresh, start=1)
    ]
    copy(BankLine, columns, "".join(texts))


def _line(
    statement: BankStatement, one: Movement, mark: str, position: int
) -> BankLine:
    return BankLine(
        business_id=statement.business_id,
        statement_id=statement.pk,
        account_id=statement.account_id,
        position=position,
        fingerprint=mark,
        date=one.date,
        value_date=one.value_date,
        amount=one.amount,
        currency=one.currency,
        counterparty=one.counterparty,
        iban=one.iban,
        text=one.text,
        end_to_end=one.end_to_end,
        bank_reference=one.bank_reference,
    )


def _facts(statement: BankStatement, sight: Sight) -> dict[str, object]:
    facts: dict[str, object] = {
        "file": statement.name,
        "sha256": statement.sha256,
        "lines": statement.lines_read,
        "repeated": statement.repeated,
        "came_in": sight.file.came_in(),
        "went_out": sight.file.went_out(),
        "currency": statement.currency,
    }
    return facts | ({"learned_iban": sight.file.iban} if sight.learns_iban else {})


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
