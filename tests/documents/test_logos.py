"""What may be uploaded as a logo, and what becomes of it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from invoices.documents.logos import clean_logo
from partners.exceptions import Invalid
from tests.documents.papers import picture


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def header_only(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims a size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", b"")


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, kind, save_all=True, append_images=frames[1:])
    return target.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("1", "L", "I;16", "P", "RGB", "RGBA")),
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
    ],
)
def test_a_picture_becomes_a_clean_png(kind: str, mode: str) -> None:
    logo = opened(clean_logo(picture(kind, mode=mode)))
    assert (logo.format, logo.size) == ("PNG", (300, 100))
    assert logo.mode == ("RGBA" if mode == "RGBA" else "RGB")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((1200, 600), (1200, 600)),
        ((2000, 500), (1200, 300)),
        ((500, 2000), (150, 600)),
        ((1, 3_000_000), None),
        ((1, 1), (1, 1)),
    ],
)
def test_a_large_picture_becomes_smaller(before, after) -> None:
    if after is None:
        with pytest.raises(Invalid):
            clean_logo(header_only(*before))
    else:
        assert opened(clean_logo(picture(size=before))).size == after


def test_metadata_are_left_behind() -> None:
    told = PngInfo()
    told.add_text("Comment", "a secret")
    target = io.BytesIO()
    Image.new("RGB", (9, 9)).save(target, "PNG", pnginfo=told, icc_profile=b"profile")
    logo = clean_logo(target.getvalue())
    assert b"secret" not in logo
    assert b"iCCP" not in logo
    assert clean_logo(logo) == logo


def test_a_photograph_is_turned_upright() -> None:
    lying = Image.new("RGB", (40, 20))
    exif = lying.getexif()
    exif[0x0112] = 6
    target = io.BytesIO()
    lying.save(target, "JPEG", exif=exif)
    assert opened(clean_logo(target.getvalue())).size == (20, 40)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "empty"),
        (b"x" * 1_000_001, "larger than 1 MB"),
        (b"\xef\xbb\xbf <svg xmlns='http://www.w3.org/2000/svg'/>", "save it as PNG"),
        (b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>", "SVG"),
        (b"%PDF-1.7", "no picture we know"),
        (picture("GIF"), "no picture we know"),
        (picture("TIFF"), "no picture we know"),
        (picture("PNG")[:-40], "damaged"),
        (picture("JPEG")[:200], "damaged"),
        (picture("PNG")[:20], "damaged"),
        (header_only(100, 100), "damaged"),
        (header_only(2001, 2000), "4 megapixels"),
        (header_only(60_000, 60_000), "4 megapixels"),
        (header_only(2**31 - 1, 2**31 - 1), "4 megapixels"),
        (header_only(0, 5), "no picture we know"),
        (animated("PNG"), "animated"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_remedy(data: bytes, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_logo(data)
    assert refused.value.field == "logo"
    assert told in refused.value.message


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("at", range(0, 240, 7))
def test_a_file_with_a_wrong_byte_is_cleaned_or_refused(kind: str, at: int) -> None:
    data = bytearray(picture(kind, size=(40, 30)))
    data[at % len(data)] ^= 0xFF
    try:
        cleaned = clean_logo(bytes(data))
    except Invalid as refused:
        assert refused.field == "logo"
    else:
        assert opened(cleaned).format == "PNG"
