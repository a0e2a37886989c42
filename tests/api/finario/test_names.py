"""Names in paths and the names that rows are given, so that all can be reached."""

from __future__ import annotations

import pytest

from invoices.api.finario.errors import Refusal
from invoices.api.finario.finding import Finder
from invoices.models import Invoice, Project
from partners.models import Partner
from payments.models import Payment
from payments.paying import record_vendor_payment
from tests.api.finario.door import INVALID, empty, failure, read, unchanged, wrong
from tests.api.finario.rows import a_vendor, an_invoice
from tests.factories import ProjectFactory, actor, payment_of

PATH = "investments/WORKSHOP/vendors/TIMBER/invoices"
BODY = {"amount": 10, "date": "2016-11-30", "number": "42"}
PAID = {"amount": 10, "date": "2016-11-30"}
UNREACHABLE = ["a/b", "x.json", ".", ".."]


@pytest.fixture
def nameless(business, vendor, project, bank) -> None:
    """Rows without the names that paths may use."""
    an_invoice(vendor, project=project)
    draft = payment_of(business, 5, account=bank, partner=vendor, project=project)
    record_vendor_payment(draft, by=actor(business))
    a_vendor(business, code="")


@pytest.mark.usefixtures("nameless", "cost")
@pytest.mark.parametrize("name", [".json", "%20", "%20.json", "a%00b"])
def test_an_empty_name_is_nobodys(api, name) -> None:
    inside = "investments/WORKSHOP"
    asked = [
        ("GET", f"invoices/{name}", None, "Invoice"),
        ("PUT", f"{PATH}/{name}", BODY, "Invoice"),
        ("POST", f"{inside}/invoices/{name}", BODY, "Invoice"),
        ("GET", f"payments/{name}", None, "Payment"),
        ("PUT", f"{inside}/payments/{name}", PAID, "Payment"),
        ("PUT", f"vendors/{name}", {"name": "x"}, "Vendor"),
        ("POST", f"vendors/{name}", {"name": "x"}, "Vendor"),
        ("GET", f"{inside}/costs/{name}", None, "Cost"),
    ]
    with unchanged():
        for method, path, body, noun in asked:
            answer = api.send(method, path, body)
            assert read(answer, 404) == failure(f"{noun} Not Found")
        body = {"name": "x"}
        answer = api.put(f"cost_categories/{name}", body)
        assert read(answer, 404) == {"errors": ["Cost Category Not Found"]}
        for method in ("GET", "PUT"):
            answer = api.send(method, f"investments/{name}", body)
            assert read(answer, 404) == {"errors": ["Not Found"]}


@pytest.mark.usefixtures("nameless")
@pytest.mark.parametrize("name", ["", " ", "a\0b"])
def test_the_finder_knows_no_empty_name(business, project, vendor, name) -> None:
    find = Finder(business)
    assert find.project(name) is None
    assert find.invoice(name) is None
    assert find.invoice(name, vendor) is None
    assert find.payment(name) is None
    assert find.known_vendor(name) is None
    for one in (find.vendor, find.vendor_or_named, find.investment, find.category):
        with pytest.raises(Refusal):
            one(name)
    with pytest.raises(Refusal):
        find.cost(project, name)


@pytest.mark.parametrize("name", UNREACHABLE)
def test_nothing_is_given_a_name_that_no_path_can_say(
    api, vendor, cost, bank, name
) -> None:
    with unchanged():
        answer = api.post(PATH, BODY | {"reference": name})
        assert read(answer, 422) == wrong(reference=INVALID)
        answer = api.put(f"{PATH}/r", BODY | {"reference": name})
        assert read(answer, 422) == wrong(reference=INVALID)
        answer = api.post("payments", PAID | {"reference": name})
        assert read(answer, 422) == wrong(reference=INVALID)
        answer = api.post("vendors", {"name": "x", "vendor_id": name})
        assert read(answer, 422) == wrong(vendor_id=INVALID)
        answer = api.post("vendors", {"name": "x", "external_ids": ["a", name]})
        assert read(answer, 422) == wrong(external_ids=INVALID)
        answer = api.put("investments/WORKSHOP", {"investment_id": name})
        assert read(answer, 422) == {"errors": ["Investment is invalid"]}
        for path, body, field in (
            (PATH, BODY, "reference"),
            ("investments/WORKSHOP/payments", PAID, "reference"),
            ("vendors", {"name": "x"}, "short_name"),
        ):
            if "/" not in name:
                answer = api.put(f"{path}/{name}.json", body)
                assert read(answer, 422) == wrong(**{field: INVALID})


def test_rows_from_elsewhere_may_have_a_name_that_ends_in_json(
    api, business, vendor, cost, bank
) -> None:
    an_invoice(vendor, reference="x.json", number="1")
    an_invoice(vendor, reference="x", number="2")
    for name in ("x", "x.json"):
        a_vendor(business, code=name, name=name)
        ProjectFactory(business=business, code=name)
        draft = payment_of(business, 5, account=bank, partner=vendor, reference=name)
        record_vendor_payment(draft, by=actor(business))
    for name in ("x", "x.json"):
        assert read(api.get(f"invoices/{name}"))["reference"] == name
        assert read(api.get(f"payments/{name}"))["reference"] == name
        assert read(api.get(f"investments/{name}"))["investment_id"] == name
    empty(api.put(f"{PATH}/x.json", BODY))
    assert Invoice.objects.get(reference="x.json").number == "42"
    empty(api.put("vendors/x.json", {"name": "changed"}))
    assert Partner.objects.get(code="x.json").name == "changed"
    assert Partner.objects.get(code="x").name == "x"


def test_a_new_row_has_the_name_in_the_path(api, vendor, cost, bank) -> None:
    message = ["is not the one in the path"]
    with unchanged():
        answer = api.put(f"{PATH}/r", BODY | {"reference": "s"})
        assert read(answer, 422) == wrong(reference=message)
        path = "investments/WORKSHOP/payments/r"
        answer = api.put(path, PAID | {"reference": "s"})
        assert read(answer, 422) == wrong(reference=message)
        for method in ("PUT", "POST"):
            answer = api.send(method, "vendors/A", {"name": "x", "vendor_id": "B"})
            assert read(answer, 422) == wrong(vendor_id=message)
    empty(api.put(f"{PATH}/r", BODY | {"reference": "r"}))
    empty(api.put(path, PAID | {"reference": "r"}))
    empty(api.put("vendors/A", {"name": "x", "vendor_id": "A"}))
    empty(api.put("vendors/A", {"name": "x", "vendor_id": "B"}))
    assert Invoice.objects.get().reference == Payment.objects.get().reference == "r"
    assert Partner.objects.get(name="x").code == "B"


@pytest.mark.parametrize("nothing", ["", " ", None])
def test_an_investment_cannot_lose_its_code(api, project, nothing) -> None:
    with unchanged():
        answer = api.put("investments/WORKSHOP", {"investment_id": nothing})
        assert read(answer, 422) == {"errors": ["Investment can't be blank"]}
    assert Project.objects.get().code == "WORKSHOP"
