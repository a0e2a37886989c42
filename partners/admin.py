"""The admin of businesses, people and who they trade with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners import (  # noqa: F401 - they register models and pages
    admin_changes,
    admin_keys,
    admin_roles,
)
from partners.access import Capability
from partners.admin_access import user_of
from partners.admin_archive import Archivable, InUseFilter
from partners.admin_base import (
    OF_BUSINESS,
    BusinessRowAdmin,
    BusinessRowInline,
    CappedPaginator,
)
from partners.models import Business, Partner, PartnerAlias, User

if TYPE_CHECKING:
    _UserAdmin = DjangoUserAdmin[User]
    _UserCreationForm = AdminUserCreationForm[User]
    _UserChangeForm = UserChangeForm[User]
else:
    _UserAdmin = DjangoUserAdmin
    _UserCreationForm = AdminUserCreationForm
    _UserChangeForm = UserChangeForm

# Roles in a business say what a person may do; Django's groups would say nothing.
admin.site.unregister(Group)


@admin.register(Business)
class BusinessAdmin(BusinessRowAdmin):
    """Members see their business; those who may change settings change it."""

    tenant = "pk"
    write = Capability.SETTINGS
    list_display = ["name", "slug", "currency", "country", "closed_through"]
    search_fields = ["name", "slug"]
    ordering = ["name", "id"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "currency", "tax_number"]}),
        (
            "Address",
            {
                "fields": [
                    "email",
                    "phone",
                    "line1",
                    "line2",
                    "city",
                    "province",
                    "postal_code",
                    "country",
                ]
            },
        ),
        (
            "Books",
            {
                "fields": [
                    "time_zone",
                    "invoice_template",
                    "credit_note_template",
                    "closed_through",
                    "closing",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Operators set up businesses."""
        return bool(getattr(request.user, "is_superuser", False))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Amounts are kept in the base currency; addresses of clients hold the slug."""
        books = ["closed_through", "closing"]
        if obj is None:
            return books
        fixed = ["currency", *books]
        return fixed if user_of(request).is_superuser else [*fixed, "slug"]

    @admin.display(description=_("closing day"))
    def closing(self, business: Business) -> str | SafeString:
        """Where the closing day is moved: with a lock, and written down."""
        link = '<a href="{}">{}</a>'
        return format_html(
            link, reverse("admin:closing"), _("Close or reopen the books")
        )


class NewUserForm(_UserCreationForm):
    """A new person; without a password they cannot sign in."""

    class Meta:
        model = User
        fields = ["email", "name"]
        field_classes: dict[str, Any] = {}

    def clean_username(self) -> str:
        """People have no user name here; the address is checked by the model."""
        return ""

    def clean_email(self) -> str:
        """The address in lower case, as it is kept."""
        email: str = self.cleaned_data["email"].lower()
        return email


class UserForm(_UserChangeForm):
    """A person as operators change them."""

    class Meta:
        model = User
        fields = ["email", "name", "is_active", "is_staff", "is_superuser"]
        field_classes: dict[str, Any] = {}

    def clean_email(self) -> str:
        """The address in lower case, as it is kept."""
        email: str = self.cleaned_data["email"].lower()
        return email


@admin.register(User)
class UserAdmin(_UserAdmin):
    """Operators manage people; anybody else sees at most themselves."""

    form = UserForm
    add_form = NewUserForm
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_display = ["email", "name", "is_active", "is_staff", "is_superuser"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["date_joined"]
    actions = None
    fieldsets = [
        (None, {"fields": ["email", "name", "date_joined"]}),
        ("Sign-in", {"fields": ["password", "is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = (
        (
            None,
            {"fields": ["email", "name", "usable_password", "password1", "password2"]},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Everybody for operators, else only oneself."""
        people = super().get_queryset(request)
        user = user_of(request)
        return people if user.is_superuser else people.filter(pk=user.pk)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only operators see how somebody signs in."""
        shown = super().get_fieldsets(request, obj)
        return shown if user_of(request).is_superuser else self.fieldsets[:1]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Everybody who signed in finds themselves."""
        return request.user.is_authenticated

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Oneself, or everybody for operators."""
        return self._manages(request) or obj in (None, request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Operators add people."""
        return self._manages(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Operators change people."""
        return self._manages(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody; history names people, so they are deactivated."""
        return False

    def _manages(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_superuser", False))


_PARTS = {
    "line1": _("Address line 1"),
    "line2": _("Address line 2"),
    "city": _("City"),
    "province": _("Province"),
    "postal_code": _("Postal code"),
    "country": _("Country"),
    "site_number": _("Site number"),
    "contact_name": _("Contact"),
}
_TAB = {"classes": ["tab"]}


def _address(kind: str) -> list[Any]:
    parts = ["line1", "line2", "city", "province", "postal_code", "country"]
    return [f"{kind}_{part}" for part in parts]


class About(NamedTuple):
    """What another room knows of a partner: links with their words, and a line."""

    links: Sequence[tuple[str, str]]
    line: str = ""


class AliasInline(BusinessRowInline):
    """Names by which other systems know a partner, besides the code."""

    model = PartnerAlias
    fields = ["value"]
    verbose_name_plural = "known elsewhere as"


@admin.register(Partner)
class PartnerAdmin(Archivable, BusinessRowAdmin):
    """Customers and vendors; archived once documents name them."""

    teaches = _(
        "Customers and vendors, or both. Add one, or bring them all with “Import”."
    )
    # What other rooms tell at the page's top.
    told_by: ClassVar[list[Callable[[HttpRequest, Partner], About]]] = []
    change_form_outer_before_template = "admin/partner_head.html"
    deletable = True
    inlines = [AliasInline]
    list_display = ["name", "code", "email", "is_customer", "is_vendor", "business"]
    list_filter = [
        OF_BUSINESS,
        "is_customer",
        "is_vendor",
        InUseFilter,
    ]
    list_select_related = ["business"]
    search_fields = ["name", "code", "email"]
    autocomplete_fields = ["business"]
    # Backed by partners_partner_by_name.
    ordering = ["business_id", "name", "id"]
    readonly_fields = ["archived_at"]
    actions = ["archive", "restore"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "business",
                    "name",
                    "code",
                    ("is_customer", "is_vendor"),
                    "default_selling_currency",
                    "default_buying_currency",
                    "tax_number",
                    "head_quarter",
                    "archived_at",
                ]
            },
        ),
        (
            _("Contact"),
            {
                "fields": ["contact_name", "email", "phone", "fax", "website", "note"],
                **_TAB,
            },
        ),
        (_("Mail"), {"fields": ["language", "wants_ubl", "no_reminders"], **_TAB}),
        (
            _("Billing address"),
            {"fields": [*_address("billing"), "billing_site_number"], **_TAB},
        ),
        (
            _("Shipping address"),
            {"fields": ["shipping_contact_name", *_address("shipping")], **_TAB},
        ),
        (_("Vendor address"), {"fields": _address("vendor"), **_TAB}),
    ]

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """The field; one of an address is called as its tab's heading leaves open."""
        kind, _sign, part = db_field.name.partition("_")
        if kind in ("billing", "shipping", "vendor") and part in _PARTS:
            kwargs["label"] = _PARTS[part]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With what other rooms know of the partner."""
        partner = context.get("original")
        told = [tell(request, partner) for tell in self.told_by] if partner else []
        return super().render_change_form(
            request, context | {"about": told}, *args, **kwargs
        )
