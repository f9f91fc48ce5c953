"""Agencies' own pages and how they join; included at /table/."""

from django.urls import path

from agencies.views import agency, joining, profile, training

urlpatterns = [
    path("agency/", agency.agency, name="table_agency"),
    path("agency/<int:key>/", agency.agency, name="table_agency_of"),
    path("agency/<int:key>/particulars/", agency.particulars, name="table_agency_particulars"),
    path("agency/<int:key>/contacts/", agency.contacts, name="table_agency_contacts"),
    path("agency/<int:key>/contacts/<int:contact>/end/", agency.contact_end, name="table_agency_contact_end"),
    path("agency/<int:key>/speakers/", agency.speakers, name="table_agency_speakers"),
    path("agency/<int:key>/speakers/<int:role>/end/", agency.speaker_end, name="table_agency_speaker_end"),
    path("joining/", joining.asking, name="table_joining"),
    path("joining/ask/", joining.ask, name="table_joining_ask"),
    path("joining/<int:key>/withdraw/", joining.withdraw, name="table_joining_withdraw"),
    path("joining/queue/", joining.queue, name="table_joining_queue"),
    path("joining/<int:key>/approve/", joining.approve, name="table_joining_approve"),
    path("joining/<int:key>/decline/", joining.decline, name="table_joining_decline"),
    path("joining/<int:key>/seat/", joining.open_seat, name="table_joining_seat"),
    path("training/", training.trained, name="table_training"),
    path("training/sheet.csv", training.sheet, name="table_training_sheet"),
    path("training/agencies/<int:key>/", training.record, name="table_training_record"),
    path("training/entries/<int:key>/strike/", training.strike, name="table_training_strike"),
    path("<int:key>/profile/", profile.profile, name="table_profile"),
    path("<int:key>/profile/save/", profile.save, name="table_profile_save"),
    path("<int:key>/profile/draft/", profile.draft, name="table_profile_draft"),
    path("<int:key>/profile/public/", profile.public, name="table_profile_public"),
    path("<int:key>/profile/settings/", profile.settings, name="table_profile_settings"),
    path("<int:key>/profile/coordinator/", profile.coordinator, name="table_profile_coordinator"),
    path("<int:key>/profile/roles/", profile.roles, name="table_profile_roles"),
    path("<int:key>/profile/roles/<int:role>/end/", profile.role_end, name="table_profile_role_end"),
]
