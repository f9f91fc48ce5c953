"""The URL table. Each view declares who may call it (hub.core.access); a test walks this table."""

from django.urls import URLPattern, URLResolver, include, path

from agencies import sign_on_urls
from hub.gallery import gallery
from hub.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("account/agency/", include(sign_on_urls.signing_in)),
    path("account/", include("agencies.session_urls")),
    path("account/", include("agencies.account_urls")),
    path("gallery/", gallery, name="gallery"),
    path("", include("conferences.today_urls")),
    path("situations/", include("situations.intervention_urls")),
    path("situations/", include("situations.urls")),
    path("held/", include("situations.held_urls")),
    path("privacy/", include("situations.privacy_urls")),
    path("privacy/", include("situations.retention_urls")),
    path("conferences/", include("conferences.board_urls")),
    path("conferences/", include("conferences.urls")),
    path("accounting/", include("situations.accounting_urls")),
    path("directory/", include("agencies.directory_urls")),
    path("desk/", include("situations.desk_urls")),
    path("partner/", include("situations.partner_urls")),
    path("table/administration/sign-on/", include(sign_on_urls.administration)),
    path("table/", include("agencies.urls")),
    path("table/", include("agencies.joining_urls")),
    path("table/", include("agencies.document_urls")),
    path("tables/", include("agencies.public_urls")),
    path("help/", include("situations.door_urls")),
    path("", include("situations.leaving_urls")),
]

handler500 = "hub.requests.broken"
