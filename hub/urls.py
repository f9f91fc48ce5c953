"""The URL table. Each view declares who may call it (hub.core.access); a test walks this table."""

from django.urls import URLPattern, URLResolver, include, path

from hub.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("account/", include("allauth.account.urls")),
]
