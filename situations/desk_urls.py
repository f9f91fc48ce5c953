"""The intake desk; included at /desk/."""

from django.urls import path

from situations.views import desk, desk_setup

urlpatterns = [
    path("", desk.index, name="desk"),
    path("conditions/", desk.conditions, name="desk_conditions"),
    path("junk/", desk.junk, name="desk_junk"),
    path("junk/close/", desk.junk_close, name="desk_junk_close"),
    path("settings/", desk_setup.settings, name="desk_settings"),
    path("settings/<int:table>/<int:agency>/", desk_setup.set_up, name="desk_set_up"),
    path("settings/staff/", desk_setup.staff, name="desk_staff"),
    path("settings/staff/<int:key>/end/", desk_setup.staff_end, name="desk_staff_end"),
    path("<int:key>/", desk.referral, name="desk_referral"),
    path("<int:key>/read/", desk.read, name="desk_read"),
    path("<int:key>/claim/", desk.claim, name="desk_claim"),
    path("<int:key>/release/", desk.release, name="desk_release"),
    path("<int:key>/sort/", desk.sort, name="desk_sort"),
    path("<int:key>/emergency/", desk.emergency, name="desk_emergency"),
    path("<int:key>/reply/", desk.reply, name="desk_reply"),
    path("<int:key>/consent/", desk.consent, name="desk_consent"),
    path("<int:key>/draft/", desk.draft, name="desk_draft"),
    path("<int:key>/draft/back/", desk.draft_back, name="desk_draft_back"),
    path("<int:key>/pass/", desk.pass_on, name="desk_pass"),
    path("<int:key>/close/", desk.close, name="desk_close"),
    path("<int:key>/reopen/", desk.reopen, name="desk_reopen"),
    path("<int:key>/reissue/", desk.reissue, name="desk_reissue"),
]
