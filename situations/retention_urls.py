"""Retention, legal holds and certificates; included at /privacy/."""

from django.urls import path

from situations.views import retention

urlpatterns = [
    path("retention/", retention.due, name="retention_due"),
    path("retention/holds/", retention.hold, name="retention_hold"),
    path("retention/holds/<int:key>/lift/", retention.lift, name="retention_lift"),
    path("certificates/<uuid:key>/", retention.certificate, name="certificate_detail"),
    path("certificates/<uuid:key>/file/", retention.certificate_file, name="certificate_file"),
    path("certificates/<uuid:key>/pdf/", retention.certificate_pdf, name="certificate_pdf"),
]
