"""What partner agencies bring; included at /partner/."""

from django.urls import path

from situations.views import partner

urlpatterns = [
    path("", partner.index, name="partner"),
    path("new/", partner.new, name="partner_new"),
    path("<int:key>/", partner.detail, name="partner_detail"),
]
