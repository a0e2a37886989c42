"""The names of models and fields are translated, and migrations know nothing of it."""

from __future__ import annotations

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from django.utils import translation

from config import catalogues
from invoices.models import Invoice


def test_a_field_is_called_in_the_readers_language_and_migrates_as_it_was() -> None:
    field = Invoice._meta.get_field("due_date")

    with translation.override("de"):
        told = (str(Invoice._meta.verbose_name_plural), str(field.verbose_name))

    assert told == ("Rechnungen", "Fälligkeitsdatum")
    assert str(Invoice._meta.verbose_name_plural) == "invoices"
    assert "verbose_name" not in field.deconstruct()[3]
    assert "verbose_name" not in Invoice._meta.original_attrs


def test_what_has_no_translation_is_left_to_the_english_words(tmp_path) -> None:
    """Else Thai, which knows one form, would say “4 document”."""
    catalog = Catalog(locale="th", fuzzy=False)
    catalog.add(("{count} document", "{count} documents"))
    catalog.add("Home", "หน้าแรก")
    compiled = tmp_path / "django.mo"
    compiled.write_bytes(catalogues.as_mo(catalog))

    with compiled.open("rb") as file:
        assert [one.id for one in read_mo(file) if one.id] == ["Home"]
