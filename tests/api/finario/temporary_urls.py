from django.urls import include, path

from config.urls import urlpatterns as known

urlpatterns = [
    path("api/schema/", include("invoices.api.finario.schema_urls")),
    path("", include("invoices.api.finario.urls")),
    *known,
]
