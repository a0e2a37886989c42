"""The page's part on what goes between a business and its customers."""

from __future__ import annotations

from invoices.api.guide import Endpoint, Example
from invoices.api.native.guide.making import Body, endpoint, example, ref, rows

HOOK = "http://127.0.0.1:8099/hooks"


def ours(method: str, path: str, text: str, *examples: Example) -> Endpoint:
    """An endpoint that the contract does not have."""
    return endpoint(method, path, text, *examples, beyond=True)


def _papers(name: str, one: str, ubl: Example) -> tuple[Endpoint, ...]:
    """What invoices and credit notes share; `one` names an issued one."""
    item, path = f"{name}/${one}", f"{name}/<id>"
    return (
        ours(
            "GET",
            f"{path}/pdf/",
            "The PDF, the same bytes that are mailed; ETag is its SHA-256.",
            example(f"{item}/pdf/", note="Add --output to keep it."),
        ),
        ours(
            "GET",
            f"{path}/ubl/",
            "The e-invoice as UBL, or the reasons why there is none.",
            ubl,
        ),
        ours(
            "GET",
            f"{path}/deliveries/",
            "Its mails, oldest first.",
            example(f"{item}/deliveries/"),
        ),
        ours(
            "GET",
            f"{path}/timeline/",
            "What happened to it and what was mailed about it.",
            example(f"{item}/timeline/"),
        ),
        ours(
            "GET",
            f"{path}/link/",
            "The secret address of the customer's page; needs the capability issue.",
            example(f"{item}/link/"),
        ),
        ours(
            "DELETE",
            f"{path}/link/",
            "Closes every such address that was given out.",
            example(f"{item}/link/", status=204),
        ),
    )


INVOICES = (
    ours(
        "POST",
        "invoices/<id>/send/",
        "Issues the invoice if it is a draft and mails it (202). The same key again "
        "sends nothing twice and answers the same mails (200); without a key nothing is "
        "sent that was sent, or is on its way, on any occasion.",
        example("invoices/$issued/send/", status=202),
        example("invoices/$issued/send/", note="Nothing is sent twice."),
        example(
            "invoices/$issued/send/",
            {
                "recipients": ["buyer@gruenwald.example"],
                "copies": ["archive@alder-finch.example"],
                "subject": "Invoice {{ number }} once more",
                "body": "As you asked.\n\n{{ link }}",
                "key": "asked again",
            },
            status=202,
            note="Another key is another sending on purpose.",
        ),
        example(
            "invoices/$issued/send/",
            {"recipients": ["other@gruenwald.example"], "key": "asked again"},
            status=409,
            note="The key names a letter to others.",
        ),
        example(
            "invoices/$issued/send/",
            {"recipients": ["nowhere"], "key": "third"},
            status=400,
        ),
    ),
    *_papers("invoices", "issued", example("invoices/$issued/ubl/")),
    ours(
        "POST",
        "invoices/<id>/dispute/",
        "Notes that the customer objects; nobody is reminded until it is settled.",
        example("invoices/$issued/dispute/", {"reason": "Two legs are too short"}),
        example("invoices/$issued/dispute/", {}, status=400),
    ),
    ours(
        "POST",
        "invoices/<id>/settle_dispute/",
        "The objection is dealt with.",
        example("invoices/$issued/settle_dispute/"),
    ),
    ours(
        "POST",
        "invoices/<id>/hold/",
        "Sends no reminders until it is released.",
        example("invoices/$issued/hold/", {"reason": "They pay on Friday"}),
    ),
    ours(
        "POST",
        "invoices/<id>/release/",
        "Reminders may go out again.",
        example("invoices/$issued/release/"),
    ),
    ours(
        "POST",
        "invoices/<id>/remind/",
        "Reminds of what is open, whatever the rules say, at most once a day (202).",
        example("invoices/$issued/remind/", status=202),
        example("invoices/$issued/remind/", note="Once a day is enough."),
    ),
)

CREDIT_NOTES = (
    ours(
        "POST",
        "credit_notes/<id>/send/",
        "Mails a credit note, as invoices are mailed.",
        example("credit_notes/$note/send/", {"key": "by hand"}, status=202),
    ),
    *_papers("credit_notes", "note", example("credit_notes/$note/ubl/")),
)

_TAKEN_BACK = "This one was taken back."
_DELIVERIES = (
    ours(
        "GET",
        "deliveries/",
        "All mails, oldest first; state, invoice, since, per_page, page and after.",
        example("deliveries/"),
        example("deliveries/?state=failed&since=2026-01-01"),
        example("deliveries/?state=lost", status=400),
    ),
    ours(
        "GET",
        "deliveries/<id>/",
        "One mail with its words; the customer's secret address needs issue.",
        example("deliveries/$mail/"),
    ),
    ours(
        "POST",
        "deliveries/<id>/retry/",
        "Tries a failed mail once more.",
        example("deliveries/$mail/retry/", status=409, note=_TAKEN_BACK),
    ),
    ours(
        "POST",
        "deliveries/<id>/settle/",
        "Says whether an uncertain mail arrived: whether the server took it was never "
        "heard. If it did not, it is sent again.",
        example(
            "deliveries/$mail/settle/", {"arrived": True}, status=409, note=_TAKEN_BACK
        ),
    ),
    ours(
        "POST",
        "deliveries/<id>/withdraw/",
        "Takes a mail back that is still queued.",
        example("deliveries/$mail/withdraw/", status=409, note=_TAKEN_BACK),
    ),
)

_RUNS = (
    ours(
        "POST",
        "send_runs/",
        "Issues and sends many drafts as a job, each wholly or not at all (202). The "
        "same key, a UUID, answers the same run.",
        example("send_runs/", {"invoices": [ref("ready")]}, status=202),
        example("send_runs/", {"invoices": []}, status=400),
    ),
    ours("GET", "send_runs/", "Runs, newest first.", example("send_runs/")),
    ours(
        "GET",
        "send_runs/<id>/",
        "How far a run and its mails have come, and what became of each document.",
        example("send_runs/$run/"),
    ),
    ours(
        "POST",
        "send_runs/<id>/stop/",
        "Leaves what still waits untouched.",
        example("send_runs/$run/stop/", status=409, note="It is over."),
    ),
)

_STATEMENTS = (
    ours(
        "GET",
        "partners/<partner_id>/statement/",
        "A customer's statement of account as a PDF: since, until, currency.",
        example("partners/$cedar/statement/?since=2026-01-01&currency=USD"),
        example("partners/$cedar/statement/?until=tomorrow", status=400),
    ),
    ours(
        "POST",
        "partners/<partner_id>/statement/",
        "Mails it (202); the same days and currency once more send nothing (200).",
        example(
            "partners/$moebel/statement/",
            {"since": "2026-01-01", "until": "2026-06-30"},
            status=202,
        ),
    ),
)

_PICTURE = "Send it with --data-binary @logo.png and Content-Type: image/png."
_SETTINGS = (
    ours(
        "GET",
        "document_settings/",
        "How the business's papers look and what it demands of them.",
        example("document_settings/"),
    ),
    ours(
        "PATCH",
        "document_settings/",
        "Changes some of it.",
        example("document_settings/", {"page": "letter", "link_days": 90}),
        example("document_settings/", {"iban": "GB00 WEST"}, status=400),
    ),
    ours(
        "PUT",
        "document_settings/",
        "Replaces all but the logo.",
        example("document_settings/", {"language": "en", "page": "a4"}),
    ),
    ours(
        "PUT",
        "document_settings/logo/",
        "A PNG or JPEG of at most 1 MB and 4 megapixels for the letterhead.",
        example("document_settings/logo/", {}, status=415, note=_PICTURE),
    ),
    ours(
        "GET",
        "document_settings/logo/",
        "The picture as PNG.",
        example("document_settings/logo/", status=404, note="There is none yet."),
    ),
    ours(
        "DELETE",
        "document_settings/logo/",
        "Takes it off; documents issued so far keep it.",
        example("document_settings/logo/", status=204),
    ),
)

_WORDS: Body = {
    "purpose": "document",
    "language": "en",
    "subject": "Invoice {{ number }}",
    "body": "Please find our invoice at {{ link }}",
}
_KEPT = (
    *rows(
        "mail_templates",
        "template",
        new=_WORDS,
        whole=_WORDS | {"purpose": "reminder", "language": "de"},
        change={"subject": "Noch offen: {{ number }}"},
        lists={"": "Where there is none, our own words are mailed."},
        beyond=True,
        free=True,
    ),
    *rows(
        "reminder_rules",
        "rule",
        new={"days": 60},
        whole={"days": -3},
        change={"active": False},
        lists={"": "By the days after the due date; negative before it."},
        beyond=True,
        free=True,
    ),
)

_TEMPLATE: Body = {
    "name": "Linen for the ballroom",
    "customer": ref("cedar"),
    "currency": {"code": "USD"},
    "every": "month",
    "starts_on": "2199-01-31",
    "until": "2199-12-31",
    "makes": "draft",
    "details": [{"product": ref("p7lk"), "quantity": 2, "unit_price": 20}],
}
_RECURRING = (
    ours(
        "POST",
        "recurring/<id>/pause/",
        "Makes nothing until it is resumed.",
        example("recurring/$recurring/pause/"),
    ),
    ours(
        "POST",
        "recurring/<id>/resume/",
        "Goes on with the first date from today.",
        example("recurring/$recurring/resume/"),
    ),
    ours(
        "POST",
        "recurring/<id>/skip/",
        "Leaves out the next document, one that cannot be made for instance.",
        example("recurring/$recurring/skip/"),
    ),
    *rows(
        "recurring",
        "recurring",
        new=_TEMPLATE,
        whole=_TEMPLATE,
        change={"terms": "14 days net"},
        lists={"": "By name, with what is due next."},
        beyond=True,
        free=True,
    ),
)

_WEBHOOKS = (
    ours(
        "POST",
        "webhooks/<id>/rotate/",
        "A new secret, shown this once; it holds from the next message on.",
        example("webhooks/$hook/rotate/"),
    ),
    ours(
        "POST",
        "webhooks/<id>/test/",
        "Has a message of the type endpoint.test posted.",
        example("webhooks/$hook/test/", status=202),
    ),
    ours(
        "GET",
        "webhooks/<endpoint_id>/messages/",
        "What was told, newest first, with each try; state and since.",
        example("webhooks/$hook/messages/?state=waiting"),
    ),
    ours(
        "GET",
        "webhooks/<endpoint_id>/messages/<id>/",
        "One message.",
        example("webhooks/$hook/messages/$message/"),
    ),
    ours(
        "POST",
        "webhooks/<endpoint_id>/messages/<id>/resend/",
        "Posts it (again) at once.",
        example("webhooks/$hook/messages/$message/resend/", status=202),
    ),
    *rows(
        "webhooks",
        "hook",
        new={"url": HOOK, "events": ["invoice.issued", "invoice.paid"]},
        whole={"url": HOOK},
        change={"description": "The warehouse"},
        lists={
            "": "Signed by the Standard Webhooks specification; all of it needs "
            "the capability settings."
        },
        beyond=True,
        free=True,
    ),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    *_DELIVERIES,
    *_RUNS,
    *_STATEMENTS,
    *_SETTINGS,
    *_KEPT,
    *_RECURRING,
    *_WEBHOOKS,
)
