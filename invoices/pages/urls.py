"""The pages' addresses."""

from __future__ import annotations

from django.urls import path, re_path

from invoices.pages import (
    composing,
    customers,
    deliveries,
    documents,
    drafts,
    pictures,
    runs,
    sent,
    signing_in,
)

_DEED = "|".join(documents.DEEDS)
_PAGE = "i/<slug:business>/<slug:link>/<str:token>/"

urlpatterns = [
    path("sign-in/", signing_in.SignIn.as_view(), name="sign-in"),
    path("sign-out/", signing_in.SignOut.as_view(), name="sign-out"),
    path("send/", drafts.choose, name="send"),
    path("send/<slug:slug>/", drafts.drafts, name="send-drafts"),
    path("send/<slug:slug>/compose/", composing.compose_many, name="send-compose-many"),
    path("send/<slug:slug>/mail/", composing.preview_mail, name="send-mail-preview"),
    path("send/<slug:slug>/sent/", sent.sent, name="send-sent"),
    path("send/<slug:slug>/runs/", runs.runs, name="send-runs"),
    path("send/<slug:slug>/runs/<slug:run_id>/", runs.run, name="send-run"),
    path("send/<slug:slug>/runs/<slug:run_id>/stop/", runs.stop, name="send-run-stop"),
    path(
        "send/<slug:slug>/deliveries/<slug:delivery_id>/retry/",
        deliveries.retry,
        name="send-retry",
    ),
    path(
        "send/<slug:slug>/deliveries/<slug:delivery_id>/settle/",
        deliveries.settle,
        name="send-settle",
    ),
    path(
        "send/<slug:slug>/deliveries/<slug:delivery_id>/withdraw/",
        deliveries.withdraw,
        name="send-withdraw",
    ),
    path(
        "send/<slug:slug>/documents/<slug:public_id>/",
        documents.document,
        name="send-document",
    ),
    path(
        "send/<slug:slug>/documents/<slug:public_id>/compose/",
        composing.compose,
        name="send-compose",
    ),
    path(
        "send/<slug:slug>/documents/<slug:public_id>/preview/",
        pictures.preview,
        name="send-preview",
    ),
    path(
        "send/<slug:slug>/documents/<slug:public_id>/pdf/",
        pictures.pdf,
        name="send-pdf",
    ),
    path(
        "send/<slug:slug>/documents/<slug:public_id>/ubl/",
        pictures.ubl,
        name="send-ubl",
    ),
    re_path(
        rf"^send/(?P<slug>[-\w]+)/documents/(?P<public_id>\w+)/(?P<deed>{_DEED})/$",
        documents.act,
        name="send-act",
    ),
    path(_PAGE, customers.page, name="customer"),
    path(f"{_PAGE}viewed/", customers.viewed, name="customer-viewed"),
    path(f"{_PAGE}pdf/", customers.pdf, name="customer-pdf"),
    path(f"{_PAGE}ubl/", customers.ubl, name="customer-ubl"),
]
