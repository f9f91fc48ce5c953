"""The service directory; included at /directory/."""

from django.urls import path

from agencies.views import directory, directory_exchange, directory_keeping

urlpatterns = [
    path("", directory.services, name="directory"),
    path("new/", directory_keeping.new, name="directory_new"),
    path("imports/", directory_exchange.imports, name="directory_imports"),
    path("imports/<int:key>/", directory_exchange.report, name="directory_report"),
    path("export/<str:form>/", directory_exchange.export, name="directory_export"),
    path("<int:key>/", directory.service, name="directory_service"),
    path("<int:key>/change/", directory_keeping.change, name="directory_change"),
    path("<int:key>/end/", directory_keeping.end, name="directory_end"),
]
