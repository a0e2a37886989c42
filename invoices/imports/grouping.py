"""Gathering the rows of a file into documents and these into chunks; bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from invoices.drafting import MOST_LINES
from partners.imports.binding import Binding, Picked
from partners.imports.job import Job
from partners.imports.report import Refusal

CHUNK_ROWS = 6_000
_ROWS_PER_HEAD = 4
_RAGGED = "not as many cells as the header"
_OPEN_DOCUMENTS = 64
_OPEN_ROWS = 20_000


@dataclass(slots=True)
class Rows:
    """The rows of one document, with the numbers they have in the file.

    `problems` are those that show before any cell is read, by row.
    """

    key: str
    numbers: list[int] = field(default_factory=list)
    picked: list[Picked] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """A digest of what the rows say: the same rows again are the same document."""
        text = "\x1e".join(["\x1f".join(cells) for cells in self.picked])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def span(self) -> str:
        """The row numbers in short: `2-8, 11`."""
        spans: list[list[int]] = []
        for number in self.numbers:
            if spans and spans[-1][1] == number - 1:
                spans[-1][1] = number
            else:
                spans.append([number, number])
        return ", ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in spans)


class Grouping:
    """Documents in the order in which they begin in the file.

    A document may be interrupted by rows of others, but only by so many: a limited
    number of documents is open at a time, and the oldest is closed for the next.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.binding: Binding = job.binding
        self._open: dict[str, Rows] = {}
        self._open_rows = 0

    def chunks(self) -> Iterator[list[Rows]]:
        """All documents, some thousand rows at a time.

        A document's own row, its partner and its history weigh as much as some lines.
        """
        chunk: list[Rows] = []
        rows = 0
        for document in self._documents():
            chunk.append(document)
            rows += len(document.numbers) + _ROWS_PER_HEAD
            if rows >= CHUNK_ROWS:
                yield chunk
                chunk, rows = [], 0
                self.job.proceed()
        if chunk:
            yield chunk

    def _documents(self) -> Iterator[Rows]:
        pick, key_place = self.binding.pick, self.binding.order["document"]
        summary, width = self.job.summary, self.binding.width
        document, last_text = Rows(""), ""
        for number, cells in self.job.table.rows:
            summary.rows += 1
            ragged = len(cells) != width
            picked = pick([*cells, *[""] * width] if ragged else cells)
            text = picked[key_place]
            if text != last_text:
                key = self.binding.text(picked, "document")
                if not key:
                    self._refuse(
                        number, "", _RAGGED if ragged else "no document number"
                    )
                    continue
                if key not in self._open:
                    yield from self._make_room()
                    self._open[key] = Rows(key)
                document, last_text = self._open[key], text
            if ragged:
                document.problems[number] = _RAGGED
            if len(document.numbers) >= MOST_LINES:
                self._take_beyond(document, number)
                continue
            document.numbers.append(number)
            document.picked.append(picked)
            self._open_rows += 1
        yield from self._open.values()

    def _take_beyond(self, document: Rows, number: int) -> None:
        """Report a row beyond the limit at once instead of remembering it."""
        problem = f"the document has more than {MOST_LINES} rows"
        document.problems[document.numbers[-1]] = problem
        self._refuse(number, document.key, problem)

    def _make_room(self) -> Iterator[Rows]:
        """Close the oldest documents for a new one."""
        while self._open and (
            len(self._open) >= _OPEN_DOCUMENTS or self._open_rows >= _OPEN_ROWS
        ):
            closed = self._open.pop(next(iter(self._open)))
            self._open_rows -= len(closed.numbers)
            yield closed

    def _refuse(self, number: int, document: str, reason: str) -> None:
        self.job.refuse(Refusal(number, document, reason, reason))
