"""The accounting of disclosures, for the privacy officer of an agency; included at /accounting/."""

from django.urls import path

from situations.views import accounting

urlpatterns = [
    path("", accounting.search, name="accounting"),
    path("letter/", accounting.letter, name="accounting_letter"),
    path("list/", accounting.sheet, name="accounting_sheet"),
    path("suspensions/", accounting.suspension_list, name="accounting_suspensions"),
    path("suspensions/<int:key>/end/", accounting.suspension_end, name="accounting_suspension_end"),
]
