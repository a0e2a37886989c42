"""The HTML part of a mail: its text in paragraphs, with a button for the link."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# Mail programs know little CSS and no stylesheets: each element has its own, and
# nothing is loaded from anywhere.
_PAGE = (
    '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{}</title></head>"
    '<body style="margin:0;padding:24px 16px;background:#f4f5f7">'
    '<div style="max-width:36em;margin:0 auto;padding:24px;background:#ffffff;'
    "color:#1d2430;font:16px/1.55 -apple-system,'Segoe UI',Roboto,'Noto Sans',"
    'sans-serif">{}</div></body></html>'
)
_PARAGRAPH = '<p style="margin:0 0 1em;overflow-wrap:anywhere">{}</p>'
_BUTTON = (
    '<p style="margin:0 0 1em"><a href="{}" style="display:inline-block;'
    "padding:12px 20px;border-radius:6px;background:#0b5c8a;color:#ffffff;"
    'font-weight:600;text-decoration:none">{}</a></p>'
)
_LINK = '<a href="{0}" style="color:#0b5c8a">{0}</a>'


def page(title: str, body: str, *, language: str, link: str, button: str) -> str:
    """The whole part; `link` standing alone in a paragraph becomes the button."""
    paragraphs = [part.strip("\n") for part in body.split("\n\n") if part.strip()]
    shown = [_paragraph(part, link, button) for part in paragraphs]
    return format_html(_PAGE, language, title, format_html_join("", "{}", _each(shown)))


def _paragraph(text: str, link: str, button: str) -> SafeString:
    if link and text.strip() == link:
        return format_html(_BUTTON, link, button)
    lines = [_line(line, link) for line in text.split("\n")]
    return format_html(
        _PARAGRAPH, format_html_join(mark_safe("<br>"), "{}", _each(lines))
    )


def _line(text: str, link: str) -> SafeString:
    if not link:
        return format_html("{}", text)
    anchor = format_html(_LINK, link)
    return format_html_join(anchor, "{}", [(piece,) for piece in text.split(link)])


def _each(parts: list[SafeString]) -> list[tuple[SafeString]]:
    return [(part,) for part in parts]
