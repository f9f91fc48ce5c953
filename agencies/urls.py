"""The table and its administration; included at /table/."""

from django.urls import path

from agencies.views import administration, table

urlpatterns = [
    path("", table.table_detail, name="table_detail"),
    path("administration/", administration.administration, name="administration"),
    path("administration/agreements/", administration.agreements, name="administration_agreements"),
    path("administration/agreements/<int:agreement>/end/", administration.agreement_end, name="administration_agreement_end"),
    path("administration/accounts/closings/", administration.account_closings, name="administration_account_closings"),
]
