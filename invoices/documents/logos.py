"""Logos: what is uploaded becomes a small clean PNG, or is refused with a remedy."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from partners.exceptions import Invalid

MOST_BYTES = 1_000_000
MOST_PIXELS = 4_000_000
LARGEST = (1200, 600)
"""Width and height within which a logo is stored, in pixels."""

_FORMATS = ("PNG", "JPEG")


def clean_logo(data: bytes) -> bytes:
    """Return an uploaded PNG or JPEG as PNG: upright, RGB, small, without metadata.

    At most 1 MB and 4 megapixels. Raises Invalid for all else; nothing is decoded
    before its size is known.
    """
    if not data:
        raise _refused("The file is empty: choose a PNG or JPEG picture.")
    if len(data) > MOST_BYTES:
        raise _refused("The file is larger than 1 MB: save a smaller picture.")
    if _is_drawing(data):
        raise _refused(
            "An SVG can hold programs, so it is not accepted: save it as PNG."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _cleaned(data)
    except UnidentifiedImageError:
        raise _refused("This is no picture we know: save it as PNG or JPEG.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        # Pillow's decoders raise each of these for a file that is damaged.
        raise _refused("The picture is damaged: save it again as PNG.") from None


def _cleaned(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise _too_many_pixels()
        if getattr(picture, "n_frames", 1) > 1:
            raise _refused("The picture is animated: save one frame of it as PNG.")
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        plain.thumbnail(LARGEST)
        # A new picture has none of the old one's comments, places and profiles.
        bare = Image.new(plain.mode, plain.size)
        bare.paste(plain)
        target = io.BytesIO()
        bare.save(target, "PNG", optimize=True)
    return target.getvalue()


def _is_drawing(data: bytes) -> bool:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--"))


def _too_many_pixels() -> Invalid:
    return _refused(
        "The picture has more than 4 megapixels: 1200 by 600 pixels are enough."
    )


def _refused(message: str) -> Invalid:
    return Invalid(message, field="logo")
