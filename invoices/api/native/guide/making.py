"""How the parts of the page write down endpoints: paths below one business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from invoices.api.guide import Endpoint, Example

Body = dict[str, Any]


def ref(name: str) -> dict[str, str]:
    """A reference to the row whose id goes by this name."""
    return {"id": f"${name}"}


def example(
    path: str, body: object = None, *, status: int = 200, note: str = ""
) -> Example:
    """A request below the demo's business."""
    return Example(
        path=f"/businesses/$business/{path}", body=body, status=status, note=note
    )


def endpoint(
    method: str, path: str, text: str, *examples: Example, beyond: bool = False
) -> Endpoint:
    """A method on a path below a business."""
    return Endpoint(
        method=method,
        path=f"/businesses/<business_id>/{path}",
        text=text,
        examples=examples,
        beyond=beyond,
    )


def rows(
    name: str,
    one: str,
    *,
    new: Body,
    whole: Body,
    change: Body,
    lists: Mapping[str, str],
    beyond: bool = False,
    free: bool = False,
) -> tuple[Endpoint, ...]:
    """The seven endpoints of rows that clients keep; `one` names a row in use.

    `new` makes a row, `whole` replaces and `change` changes that one; `lists` are
    queries with a note each. Nothing else names a row that is `free`.
    """
    item = f"{name}/${one}/"
    listed = [example(f"{name}/{query}", note=note) for query, note in lists.items()]
    kept = "409, because other rows name it; one that nothing names is gone (204)."
    deleted = example(item, status=409, note=kept)
    return (
        endpoint("GET", f"{name}/", "A list.", *listed, beyond=beyond),
        endpoint("GET", f"{name}/<id>/", "One row.", example(item), beyond=beyond),
        endpoint(
            "POST",
            f"{name}/",
            "A new row; with an id in the body, the same as PUT.",
            example(f"{name}/", new, status=201),
            beyond=beyond,
        ),
        endpoint(
            "PUT",
            f"{name}/",
            "Replaces all attributes of the row whose id is in the body.",
            example(f"{name}/", {"id": f"${one}"} | whole),
            beyond=beyond,
        ),
        endpoint(
            "PUT",
            f"{name}/<id>/",
            "The same, with the id in the path.",
            example(item, whole),
            beyond=True,
        ),
        endpoint(
            "PATCH",
            f"{name}/<id>/",
            "Changes some attributes.",
            example(item, change),
            beyond=True,
        ),
        endpoint(
            "DELETE",
            f"{name}/<id>/",
            "Deletes a row that nothing names.",
            example(item, status=204) if free else deleted,
            beyond=beyond,
        ),
    )


def payments(
    name: str, nest: str, *, payee: str, one: str, other: str, text: str, again: str
) -> tuple[Endpoint, ...]:
    """The endpoints of payments under one of their names.

    `nest` is the collection of their documents, `payee` names one, `one` and `other`
    name payments; `text` says what they are, `again` which name came first or later.
    """
    nested = f"{nest}/${payee}/{name}/"
    under = f"{nest}/<{nest[:-1]}_id>/{name}/"
    body = {
        "date": "2017-01-26",
        "currency_rate": 1,
        "amount": 100,
        "payment_account": ref("bank"),
    }
    return (
        endpoint(
            "GET",
            f"{name}/",
            f"{text}, by date; from_date, to_date, per_page and page. {again}",
            example(f"{name}/"),
            example(f"{name}?from_date=2017-01-01&per_page=1&page=1"),
        ),
        endpoint("GET", under, "Those of one document.", example(nested)),
        endpoint(
            "POST",
            under,
            "A payment of one document, never more than what is open.",
            example(nested, body | {"desription": "As the page spells it"}, status=201),
            example(nested, body | {"amount": 9999999}, status=409),
        ),
        endpoint("GET", f"{name}/<id>/", "One payment.", example(f"{name}/${one}/")),
        endpoint(
            "PUT",
            f"{name}/",
            "Replaces a payment; its id is in the body.",
            example(f"{name}/", body | {"id": f"${one}"}),
        ),
        endpoint(
            "POST",
            f"{name}/",
            "The same, because the page's curl says POST.",
            example(f"{name}/", body | {"id": f"${one}", "amount": 90}),
        ),
        endpoint(
            "PUT",
            f"{name}/<id>/",
            "The same, with the id in the path.",
            example(f"{name}/${one}/", body | {"description": "By cheque"}),
            beyond=True,
        ),
        endpoint(
            "DELETE",
            f"{name}/<id>/",
            "Cancels a payment; its documents are open again, its history stays.",
            example(f"{name}/${other}/", status=204),
        ),
    )
