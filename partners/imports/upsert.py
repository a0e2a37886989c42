"""Making and changing master data row by row: by code, or by name where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from partners import history
from partners.imports.binding import Picked
from partners.imports.exceptions import BadCell
from partners.imports.job import Job
from partners.imports.report import Refusal
from partners.models import Change
from partners.models.change import Deed

_CHUNK = 500

Convert = Callable[[str], Any]
_Numbered = tuple[int, Picked]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is upserted: a model whose rows have a code and a name.

    `converters` turn texts into values, text is the rule. `check` may raise BadField
    for what no single cell shows.
    """

    model: type[Any]
    noun: str
    converters: Mapping[str, Convert]
    check: Callable[[Any], None] = lambda row: None
    new: Callable[[], Any]


class BadField(Exception):
    """One field of a row will not do."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def upsert(job: Job, kind: Kind) -> None:
    """Put all rows of the job into the books; a row that is there already is left alone.

    An empty cell leaves what is in the books. Some hundred rows are one transaction.
    """
    names = f"{kind.noun}s made", f"{kind.noun}s changed"
    job.summary.made.update(dict.fromkeys(names, 0))
    seen: set[int] = set()
    for chunk in _chunks(job):
        with transaction.atomic():
            _Chunk(job, kind, seen, chunk).write()
        job.proceed()


def _chunks(job: Job) -> Iterator[list[_Numbered]]:
    rows = _whole_rows(job)
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _whole_rows(job: Job) -> Iterator[_Numbered]:
    binding = job.binding
    for number, cells in job.table.rows:
        job.summary.rows += 1
        if len(cells) == binding.width:
            yield number, binding.pick(cells)
            continue
        reason = f"the row has {len(cells)} cells, the header {binding.width}"
        group = "has not as many cells as the header"
        job.refuse(Refusal(number, "", reason, group))


class _Chunk:
    """Some rows, and the rows of the books that they may be about."""

    def __init__(
        self, job: Job, kind: Kind, seen: set[int], rows: Sequence[_Numbered]
    ) -> None:
        self.job, self.kind, self.seen, self.rows = job, kind, seen, rows
        binding = job.binding
        picked = [row for _, row in rows]
        known = kind.model.objects.for_business(job.business)
        codes = known.filter(code__in=set(binding.column(picked, "code")) - {""})
        names = known.filter(name__in=set(binding.column(picked, "name")) - {""})
        self.by_code = {row.code: row for row in codes}
        self.by_name: dict[str, list[Any]] = {}
        for row in names.order_by("pk"):
            self.by_name.setdefault(row.name, []).append(row)
        self.new: list[Any] = []
        self.changes: list[Change] = []

    def write(self) -> None:
        """Book every row that can be, report every other."""
        for number, row in self.rows:
            try:
                self._take(row)
            except BadField as problem:
                self._refuse(number, row, problem)
        self.kind.model.objects.bulk_create(self.new)
        self.changes += [self._change(row, None) for row in self.new]
        Change.objects.bulk_create(self.changes)

    def _change(self, row: Any, before: history.Values | None) -> Change:
        deed = Deed.MADE if before is None else Deed.CHANGED
        after, job = history.snapshot(row), self.job
        return history.of(row, deed, before or {}, after, by=job.by, at=job.now)

    def _take(self, row: Picked) -> None:
        summary, noun = self.job.summary, self.kind.noun
        found = self._found(row)
        instance = found or self.kind.new()
        before = history.snapshot(instance)
        changed = self._fill(instance, row, new=found is None)
        if not instance.name:
            raise BadField("name", "is empty, and the code is a new one")
        if not changed:
            summary.rows_known += 1
            return
        _validate(instance, changed)
        self.kind.check(instance)
        if found is None:
            self.new.append(instance)
        else:
            instance.save()
            self.changes.append(self._change(instance, before))
        summary.rows_imported += 1
        summary.made[f"{noun}s {'made' if found is None else 'changed'}"] += 1

    def _found(self, row: Picked) -> Any:
        """The row of the books that this is about, or None for a new one."""
        binding = self.job.binding
        code, name = binding.text(row, "code"), binding.text(row, "name")
        if not code and not name:
            raise BadField("name", "is empty, and so is the code")
        key = hash(("code", code) if code else ("name", name))
        if key in self.seen:
            raise BadField("code" if code else "name", "stands in an earlier row too")
        self.seen.add(key)
        if code:
            return self.by_code.get(code)
        namesakes = self.by_name.get(name, [])
        if len(namesakes) > 1:
            raise BadField(
                "name", f"is the name of several {self.kind.noun}s; give a code"
            )
        return namesakes[0] if namesakes else None

    def _fill(self, instance: Any, row: Picked, *, new: bool) -> list[str]:
        """Set what the row says; returns the fields that are different now."""
        changed = []
        binding = self.job.binding
        read = binding.text if new else binding.cell
        for name in binding.mapping.layout.fields:
            text = read(row, name)
            if not text:
                continue
            value = self._converted(name, text)
            before = getattr(instance, name)
            # Money is compared by its amount; the currency is a field by itself.
            if getattr(before, "amount", before) != value:
                setattr(instance, name, value)
                changed.append(name)
        return changed

    def _converted(self, name: str, text: str) -> Any:
        try:
            return self.kind.converters.get(name, str)(text)
        except BadCell as problem:
            raise BadField(name, str(problem)) from None

    def _refuse(self, number: int, row: Picked, problem: BadField) -> None:
        binding = self.job.binding
        column = binding.column_of(problem.field)
        self.job.refuse(
            Refusal(
                number,
                binding.text(row, "code") or binding.text(row, "name"),
                problem.reason,
                f"{column}: {problem.reason}",
                column,
                binding.text(row, problem.field),
            )
        )


def _validate(instance: models.Model, changed: Iterable[str]) -> None:
    names = {field.name for field in instance._meta.fields}
    try:
        instance.clean_fields(exclude=names - set(changed))
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise BadField(field, " ".join(messages)) from None
