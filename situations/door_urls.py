"""The public door; included at /help/, whose requests leave no time behind (`hub.core.quiet`). No address says a language."""

from django.urls import path

from situations.views import referral_door, referral_receipt

urlpatterns = [
    path("", referral_door.start, name="referral_start"),
    path("code/", referral_receipt.code, name="referral_code"),
    path("<int:number>/", referral_door.desk, name="referral_desk"),
]
