"""Addresses of situations: the list, writing, screening, one situation with its record and its envelope."""

from django.urls import path

from situations.views import checking, duties, factors, identity, record, register, screening, writing

urlpatterns = [
    path("", register.index, name="situation_list"),
    path("new/", writing.new, name="situation_new"),
    path("factors/", factors.search, name="situation_factors"),
    path("found/", checking.check_apart, name="typed_found"),
    path("<int:key>/", record.detail, name="situation_detail"),
    path("<int:key>/write/", writing.write, name="situation_write"),
    path("<int:key>/check/", writing.check, name="situation_check"),
    path("<int:key>/found/", checking.check, name="situation_found"),
    path("<int:key>/link/", writing.link, name="situation_link"),
    path("<int:key>/home/", writing.take_home, name="situation_take_home"),
    path("<int:key>/keep/", writing.keep, name="situation_keep"),
    path("<int:key>/reportable/", duties.reportable, name="situation_reportable"),
    path("<int:key>/source/", duties.source, name="situation_source"),
    path("<int:key>/screen/", screening.screen, name="situation_screen"),
    path("<int:key>/identity/", identity.opened, name="situation_identity"),
    path("<int:key>/identity/shut/", identity.shut, name="situation_identity_shut"),
]
