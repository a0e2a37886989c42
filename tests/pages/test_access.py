"""Who gets in: members by their role, nobody else; a refusal changes nothing."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.books import contents
from tests.factories import UserFactory
from tests.pages.cast import Office, member, office, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def own() -> Office:
    return office()


def test_who_has_not_signed_in_is_led_to_the_sign_in_page_and_back(own) -> None:
    for path in own.pages():
        answer = Client().get(path)

        assert (answer.status_code, answer["Location"]) == (
            302,
            f"/sign-in/?next={path}",
        )


def test_whoever_has_not_signed_in_changes_nothing(own) -> None:
    before = contents()

    for path, body in own.deeds():
        answer = Client().post(path, body)
        assert (answer.status_code, answer["Location"]) == (
            302,
            "/sign-in/?next=/send/",
        ), path

    assert contents() == before


def test_another_business_is_not_there(own) -> None:
    stranger = signed_in(member(office("Zebra").business, "owner"))
    before = contents()

    for path in own.pages():
        assert stranger.get(path).status_code == 404, path
    for path, body in own.deeds():
        assert stranger.post(path, body).status_code == 404, path

    assert contents() == before


def test_rows_of_another_business_are_not_there_under_ones_own(own) -> None:
    other = office("Zebra")
    person = signed_in(member(own.business, "owner"))
    before = contents()

    for path in other.pages()[3:]:
        assert person.get(path.replace("zebra", "own")).status_code == 404, path
    for path, body in other.deeds()[4:]:
        own_path = path.replace("zebra", "own")
        assert person.post(own_path, body).status_code == 404, path

    assert contents() == before


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_a_viewer_looks_and_sends_nothing(own, role) -> None:
    viewer = signed_in(member(own.business, role))

    for path in own.pages():
        assert viewer.get(path).status_code == 200, path
    before = contents()
    for path, body in own.deeds():
        answer = viewer.post(path, body)
        assert answer.status_code == 403, path
        assert "Your role does not include this" in answer.content.decode()

    assert contents() == before


def test_nothing_is_done_by_a_get(own) -> None:
    clerk = signed_in(member(own.business))
    before = contents()

    for path, _ in own.deeds():
        if path not in own.pages() and "/compose/" not in path:
            assert clerk.get(path).status_code == 405, path

    assert contents() == before


def test_a_clerk_sees_every_page(own) -> None:
    clerk = signed_in(member(own.business))

    assert [clerk.get(path).status_code for path in own.pages()] == [200] * 8


def test_a_member_who_is_no_staff_signs_in_and_out(own) -> None:
    person = member(own.business, email="clerk@example.com")
    client = Client()

    signed = client.post(
        "/sign-in/", {"username": person.email, "password": "password"}
    )
    at_send = client.get(signed["Location"])
    by_link = client.get("/sign-out/")
    out = client.post("/sign-out/")

    assert (signed.status_code, signed["Location"]) == (302, "/send/")
    assert (at_send.status_code, at_send["Location"]) == (302, "/send/own/")
    assert by_link.status_code == 405
    assert (out.status_code, out["Location"]) == (302, "/sign-in/")
    assert client.get("/send/own/").status_code == 302


def test_a_wrong_password_is_told_without_saying_which_part_is_wrong(own) -> None:
    person = member(own.business)
    told = []
    for address in (person.email, "nobody@example.com"):
        answer = Client().post("/sign-in/", {"username": address, "password": "no"})
        told.append(answer.content.decode().replace(address, ""))

    assert all("do not fit together" in text for text in told)


def test_whoever_works_nowhere_learns_how_to_begin(db) -> None:
    answer = signed_in(UserFactory()).get("/send/")

    assert "You belong to no business yet" in answer.content.decode()


def test_whoever_works_for_two_chooses(own) -> None:
    other = office("Zebra")
    person = member(own.business)
    other.business.save()
    member(other.business)
    from tests.factories import MembershipFactory

    MembershipFactory(business=other.business, user=person)

    shown = signed_in(person).get("/send/").content.decode()

    assert "/send/own/" in shown
    assert "/send/zebra/" in shown


@pytest.mark.parametrize(
    ("staff", "there"), [(False, "/send/"), (True, "/admin/"), (None, "/admin/")]
)
def test_the_root_leads_to_where_one_may_work(own, staff, there) -> None:
    client = Client()
    if staff is not None:
        client.force_login(member(own.business, is_staff=staff))

    assert client.get("/")["Location"] == there


def test_what_is_not_there_is_told_in_our_own_frame(own) -> None:
    clerk = signed_in(member(own.business))

    answer = clerk.get("/send/nobody/")

    assert answer.status_code == 404
    assert "<h1>There is nothing here</h1>" in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_the_pages_for_faults_need_neither_request_nor_database(
    name, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        html = render_to_string(f"{name}.html")

    assert html.count("<h1>") == 1
    assert 'rel="stylesheet"' in html
