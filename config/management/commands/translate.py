"""Brings the catalogues up to date with the sources, and compiles them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import catalogues


class Command(BaseCommand):
    """Gather what people read, keep its translations, compile; tell what is missing."""

    help = (
        "Brings <room>/locale/*/LC_MESSAGES/django.po up to date with the sources and "
        "compiles it. Needs no gettext tools. Translations are written into django.po."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """`--missing` lists what has no translation."""
        parser.add_argument(
            "--missing", action="store_true", help="list what is not translated yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for every room and language."""
        for room in catalogues.ROOMS:
            for language in catalogues.LANGUAGES:
                self._write(room, language, listed=options["missing"])

    def _write(self, room: str, language: str, *, listed: bool) -> None:
        catalog = catalogues.merged(room, language)
        path = catalogues.po_path(room, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(catalogues.as_po(catalog))
        path.with_suffix(".mo").write_bytes(catalogues.as_mo(catalog))
        gaps = catalogues.missing(catalog)
        done = len(catalog) - len(gaps)
        self.stdout.write(f"{room} {language}: {done} of {len(catalog)} translated")
        for message in gaps if listed else ():
            self.stdout.write(f"  {message.id}")
