"""The one list of doors."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from config import demo_mail_views, documentation
from config.favicon import icon
from config.health import livez, readyz
from config.shared_path import chosen, no_such_path
from invoices.api.cannlytics import urls as cannlytics
from invoices.api.cannlytics.errors import no_such_path as not_in_cannlytics
from invoices.api.finario import urls as finario
from invoices.api.finario.errors import no_such_path as not_in_finario
from invoices.api.nutcache import urls as nutcache
from invoices.api.nutcache.errors import no_such_path as not_in_nutcache
from invoices.mailing.views import bounce
from invoices.pages import signing_in

_SPEAKING = {"cannlytics": cannlytics, "finario": finario, "nutcache": nutcache}
_collection = {name: dialect.collection for name, dialect in _SPEAKING.items()}
_item = {name: dialect.item for name, dialect in _SPEAKING.items()}
_nothing = {
    "cannlytics": not_in_cannlytics,
    "finario": not_in_finario,
    "nutcache": not_in_nutcache,
}
# Cannlytics knows no path that ends in a slash.
_no_slash = {"cannlytics": lambda request, **_: not_in_cannlytics(request)}

_shared = [
    path("api/invoices", chosen(_collection)),
    path("api/invoices/", chosen(_collection | _no_slash)),
    path("api/invoices.json", chosen(_nothing | {"finario": finario.collection})),
    path("api/invoices/<str:invoice_id>", chosen(_item)),
    path("api/invoices/<str:invoice_id>/", chosen(_item | _no_slash)),
    path("api/invoices/<path:rest>", chosen(_nothing)),
]

urlpatterns = [
    path("", signing_in.home, name="home"),
    path("favicon.ico", icon, name="favicon"),
    path("language/", set_language, name="set_language"),
    # One door for all: the admin's own would know neither codes nor limits.
    path("admin/login/", signing_in.admin_door),
    path("admin/logout/", signing_in.sign_out),
    path(
        "admin/password_change/", RedirectView.as_view(pattern_name="account-password")
    ),
    path("admin/", admin.site.urls),
    path("docs/", documentation.index, name="documentation"),
    path("docs/<slug:dialect>/", documentation.page, name="documentation-page"),
    path("", include("invoices.pages.urls")),
    path("demo/mail/", demo_mail_views.mailbox, name="demo-mailbox"),
    path("demo/mail/<str:name>/", demo_mail_views.mail, name="demo-mail"),
    path("demo/mail/<str:name>/html/", demo_mail_views.html, name="demo-mail-html"),
    path(
        "demo/mail/<str:name>/<int:number>/",
        demo_mail_views.attachment,
        name="demo-mail-attachment",
    ),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("hooks/bounces/<str:business>/", bounce, name="bounces"),
    path("api/schema/", include("invoices.api.native.schema_urls")),
    path("api/schema/", include("invoices.api.cannlytics.schema_urls")),
    path("api/schema/", include("invoices.api.finario.schema_urls")),
    path("api/schema/", include("invoices.api.nutcache.schema_urls")),
    *_shared,
    path("", include(finario)),
    path("", include(nutcache)),
    path("api/<path:rest>", no_such_path),
    path("", include("invoices.api.native.urls")),
]
