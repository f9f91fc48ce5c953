"""The privacy office and break-glass; included at /privacy/."""

from django.urls import path

from situations.views import break_glass, privacy

urlpatterns = [
    path("", privacy.privacy, name="privacy"),
    path("files/<slug:section>/", privacy.export, name="privacy_export"),
    path("notices/seen/", privacy.seen, name="privacy_seen"),
    path("break-glass/", break_glass.opening, name="break_glass"),
    path("break-glass/conditions/", break_glass.conditions, name="break_glass_conditions"),
    path("break-glass/<int:key>/end/", break_glass.end, name="break_glass_end"),
]
