"""The OpenAPI 3.1 document of the dialect, made from the entities that it serves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from invoices.api.nutcache import paging
from invoices.api.nutcache.documents import Attribute, Entity, Kind
from invoices.api.nutcache.entities import ENTITIES, LISTED, NESTED
from invoices.api.nutcache.filtering import DIRECTIONS, MOST_RULES, OPERATORS

TITLE = "Counterfoil, Nutcache dialect"

_MEANING = {
    400: "The request is not in the correct format; `property` says where.",
    401: "The credential is missing, malformed or not valid.",
    403: "The organization is not the key's, or the key does not include this.",
    404: "There is nothing here with this id, or it is another organization's.",
    405: "Nothing but reading is documented.",
    406: "`Accept` does not allow application/json.",
    411: "The body comes in chunks, without its length.",
    413: "The body is too long.",
    415: "The body is not application/json.",
    429: "More calls than the rates allow.",
}
_ALWAYS = (400, 401, 403, 406, 429)
_POSTED = (411, 413, 415)

_TYPES: dict[Kind, dict[str, Any]] = {
    Kind.NUMBER: {"type": ["integer", "null"]},
    Kind.DECIMAL: {"type": ["number", "null"]},
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.DATE: {"type": ["string", "null"], "examples": ["2018-04-18T00:00:00"]},
    Kind.TRUTH: {"type": ["boolean", "null"]},
}


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": "3",
            "description": "Nutcache's contract, which only reads. Every attribute is "
            "present, blank as null; one document too is an array.",
        },
        "security": [{"nut-basic": []}],
        "paths": dict(_paths()),
        "components": {
            "securitySchemes": {"nut-basic": _SECURITY},
            "parameters": _PARAMETERS,
            "responses": {f"Refused{status}": _refusal(status) for status in _MEANING},
            "schemas": _SHAPES
            | {entity.name: _shape(entity) for entity in ENTITIES.values()}
            | {f"{each.name}_search": _search(each) for each in ENTITIES.values()},
        },
    }


# --- paths ----------------------------------------------------------------------------


def _paths() -> Iterator[tuple[str, Any]]:
    for entity in LISTED:
        root = f"/webapi/{entity.name}"
        key = "invoice_id" if entity.name == "invoices" else "id"
        yield f"{root}/", {"get": _operation(entity, "list")}
        yield f"{root}/filtered/", {"post": _operation(entity, "filtered")}
        yield f"{root}/{{{key}}}/", {"get": _operation(entity, "view", key=key)}
    for above, _, entity in NESTED:
        root = f"/webapi/{above.name}/{{id}}/{entity.name}"
        shown = _operation(entity, "list", key="id", above=above)
        found = _operation(entity, "filtered", key="id", above=above)
        yield f"{root}/", {"get": shown}
        yield f"{root}/filtered/", {"post": found}
    # As the page's headings have them; other dialects answer there too.
    invoices = ENTITIES["invoices"]
    for ending, verb, key in (
        ("", "list", ""),
        ("{invoice_id}/", "view", "invoice_id"),
    ):
        shared = _operation(invoices, verb, key=key)
        named = {"operationId": f"{verb}_invoices_shared"}
        yield f"/api/invoices/{ending}", {"get": shared | named}


_TEXTS = {
    "list": "A page of {0}.",
    "filtered": "A page of those {0} that all rules find, in the order asked for.",
    "view": "One of the {0}, in an array.",
}


def _operation(
    entity: Entity, verb: str, *, key: str = "", above: Entity | None = None
) -> dict[str, Any]:
    parameters = [_in_path(key)] if key else []
    names = ["version"]
    names += [] if entity.worldwide else ["organization", "company"]
    names += [] if verb == "view" else ["limit", "page"]
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in names]
    statuses = [
        *_ALWAYS,
        *([404] if key else []),
        *(_POSTED if verb == "filtered" else ()),
    ]
    operation = {
        "operationId": "_".join([verb, *([above.name] if above else []), entity.name]),
        "description": _TEXTS[verb].format(entity.name),
        "tags": [above.name if above else entity.name],
        "parameters": [*parameters, *_include_parameters(entity)],
        "responses": {"200": _envelope(entity)}
        | {
            str(status): {"$ref": f"#/components/responses/Refused{status}"}
            for status in sorted(statuses)
        },
    }
    if verb == "filtered":
        reference = {"$ref": f"#/components/schemas/{entity.name}_search"}
        operation["requestBody"] = {
            "content": {"application/json": {"schema": reference}}
        }
    return operation


def _in_path(key: str) -> dict[str, Any]:
    return {
        "name": key,
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    }


def _include_parameters(entity: Entity) -> list[dict[str, Any]]:
    """`include` and `includes`, where there is something to include."""
    names = [each.entity for each in entity.includes]
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "style": "form",
            "explode": False,
            "description": "Entities to add beside the collection.",
            "schema": {"type": "array", "items": {"type": "string", "enum": names}},
        }
        for name in ("include", "includes")
        if names
    ]


def _envelope(entity: Entity) -> dict[str, Any]:
    arrays = [entity.name, *(each.entity for each in entity.includes)]
    properties = {
        name: {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}
        for name in arrays
    }
    schema = {
        "type": "object",
        "properties": {"links": {"$ref": "#/components/schemas/links"}} | properties,
        "required": [entity.name],
        "additionalProperties": False,
    }
    return {
        "description": f"The {entity.name}.",
        "content": {"application/json": {"schema": schema}},
    }


# --- parts ----------------------------------------------------------------------------


def _shape(entity: Entity) -> dict[str, Any]:
    """A document: all attributes are always there."""
    properties: dict[str, Any] = {"type": {"const": entity.name}}
    for each in entity.attributes:
        properties[each.name] = _described(each)
    if entity.name == "taxes":
        properties["components"] = {
            "type": "array",
            "items": {"$ref": "#/components/schemas/component"},
        }
    if entity.links_after:
        properties["links"] = {"$ref": "#/components/schemas/links"}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _described(attribute: Attribute) -> dict[str, Any]:
    return {"type": "integer"} if attribute.name == "id" else _TYPES[attribute.kind]


def _search(entity: Entity) -> dict[str, Any]:
    names = list(entity.kinds())
    value = {"type": ["string", "number", "boolean", "null"]}
    rule = {
        "property": {"type": "string", "enum": names},
        "operator": {"type": "string", "enum": list(OPERATORS)},
        "value": value,
    }
    sort = {
        "property": {"type": "string", "enum": names},
        "direction": {"type": "string", "enum": list(DIRECTIONS)},
    }
    return {
        "type": "object",
        "properties": {"filter_rules": _rules(rule), "sorting_rules": _rules(sort)},
        "additionalProperties": False,
    }


def _rules(properties: dict[str, Any]) -> dict[str, Any]:
    rule = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "array", "maxItems": MOST_RULES, "items": rule}


def _refusal(status: int) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/errors"}}}
    refusal: dict[str, Any] = {"description": _MEANING[status], "content": content}
    header: dict[str, Any] = {"schema": {"type": "string"}}
    if status == 401:
        refusal["headers"] = {"WWW-Authenticate": header}
    if status == 429:
        text = "Seconds until a call is allowed again."
        number = {"type": "integer", "minimum": 1}
        refusal["headers"] = {"Retry-After": {"description": text, "schema": number}}
    return refusal


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_TEXT = {"type": "string"}
_SHAPES: dict[str, Any] = {
    "links": {
        "type": "array",
        "items": _object(
            href=_TEXT, rel=_TEXT, type={"type": "string", "enum": ["GET", "POST"]}
        ),
    },
    "component": _object(
        code=_TEXT,
        compound={"type": "boolean"},
        rate={"type": "number"},
        sequence_number={"type": "integer"},
    ),
    "errors": _object(
        errors={
            "type": "array",
            "items": _object(
                status={"type": "integer"},
                code={"type": "string", "description": "A stable word for programs."},
                message={"type": "string", "description": "A sentence for people."},
                property={
                    "type": ["string", "null"],
                    "description": "The attribute, parameter or header.",
                },
            ),
        }
    ),
}

_SECURITY = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "`nut-basic ` and the Base64 of `key:user:password`.",
}


def _parameter(name: str, place: str, text: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": False,
        "description": text,
        "schema": schema,
    }


_PARAMETERS = {
    "version": _parameter(
        "api-version", "header", "3, or not sent.", type="string", enum=["3"]
    ),
    "organization": _parameter(
        "OrganizationGuid",
        "header",
        "The organization's guid. Required, unless CompanyGuid has it.",
        type="string",
        format="uuid",
    ),
    "company": _parameter(
        "CompanyGuid",
        "header",
        "The old name of OrganizationGuid.",
        type="string",
        format="uuid",
    ),
    "limit": _parameter(
        "limit",
        "query",
        f"Documents in a page; {paging.USUAL} unless told.",
        type="integer",
        minimum=1,
        maximum=paging.MOST,
    ),
    "page": _parameter(
        "page",
        "query",
        "Number of the page, from 1.",
        type="integer",
        minimum=1,
        maximum=paging.DEEPEST,
    ),
}
