"""The Factur-X mark: what a PDF's metadata say of the e-invoice attached to it.

Factur-X 1.0, section 6.2: four properties of one schema, which PDF/A-3 wants described.
All else in the file stays as typst wrote it.
"""

from __future__ import annotations

import io

import pikepdf

FILE_NAME = "factur-x.xml"
NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"

_PROPERTIES = {
    "DocumentType": ("INVOICE", "Whether the document is an invoice or an order"),
    "DocumentFileName": (FILE_NAME, "The name of the attached XML file"),
    "Version": ("1.0", "The version of the schema of the attached XML file"),
    "ConformanceLevel": ("EN 16931", "The profile of the attached XML file"),
}
_END_OF_SCHEMAS = b"</rdf:Bag></pdfaExtension:schemas>"
_END_OF_METADATA = b"</rdf:RDF>"


def _schema() -> bytes:
    described = "".join(
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description>"
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "</rdf:li>"
        for name, (_, meaning) in _PROPERTIES.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li>"
    ).encode()


def _description() -> bytes:
    told = "".join(
        f"<fx:{name}>{is_}</fx:{name}>" for name, (is_, _) in _PROPERTIES.items()
    )
    opening = f'<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}">'
    return f"{opening}{told}</rdf:Description>".encode()


_SCHEMA, _DESCRIPTION = _schema(), _description()


def marked(pdf: bytes) -> bytes:
    """Return a PDF/A-3 of typst with the mark; equal bytes for equal bytes."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        stream = document.Root.Metadata
        before = stream.read_bytes()
        described = _before(before, _END_OF_SCHEMAS, _SCHEMA)
        stream.write(_before(described, _END_OF_METADATA, _DESCRIPTION))
        target = io.BytesIO()
        document.save(
            target,
            deterministic_id=True,
            fix_metadata_version=False,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        )
    return target.getvalue()


def _before(text: bytes, place: bytes, addition: bytes) -> bytes:
    head, found, tail = text.rpartition(place)
    if not found:
        raise ValueError(f"The PDF's metadata lack {place.decode()}.")
    return head + addition + found + tail
