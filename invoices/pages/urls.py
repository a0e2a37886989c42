"""The pages' addresses."""

from __future__ import annotations

from django.urls import path, re_path

from invoices.pages import (
    accounts,
    composing,
    customers,
    deliveries,
    documents,
    drafts,
    joining,
    passwords,
    pictures,
    runs,
    second_factors,
    sent,
    signing_in,
)

_DEED = "|".join(documents.DEEDS)
_PAGE = "i/<slug:business>/<slug:link>/<str:token>/"

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign-in"),
    path("sign-in/code/", signing_in.enter_code, name="sign-in-code"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("account/", accounts.account, name="account"),
    path("account/password/", accounts.change_password, name="account-password"),
    path("account/second-factor/", second_factors.own_factor, name="second-factor"),
    path("account/second-factor/codes/", second_factors.new_codes, name="new-codes"),
    path("account/second-factor/remove/", second_factors.remove, name="remove-factor"),
    path("account/sign-ins/end/", accounts.end_others, name="end-other-sign-ins"),
    path("account/sign-ins/<int:pk>/end/", accounts.end_sign_in, name="end-sign-in"),
    path("password/forgotten/", passwords.forgotten, name="password-forgotten"),
    path(
        "password/new/<str:uidb64>/<str:token>/",
        passwords.NewPassword.as_view(),
        name="new-password",
    ),
    path("join/<slug:slug>/<str:token>/", joining.join, name="join"),
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
