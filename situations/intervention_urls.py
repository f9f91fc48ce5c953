"""Filter 4 and the counts; included at /situations/."""

from django.urls import path

from situations.views import counts, intervention

urlpatterns = [
    path("counts/", counts.counts, name="counts"),
    path("<int:key>/intervention/", intervention.intervention, name="intervention"),
    path("<int:key>/intervention/visit/", intervention.visit, name="intervention_visit"),
    path("<int:key>/intervention/steps/", intervention.steps, name="intervention_steps"),
    path("<int:key>/intervention/steps/<int:step>/done/", intervention.step_done, name="intervention_step_done"),
    path("<int:key>/intervention/services/", intervention.services, name="intervention_services"),
    path("<int:key>/intervention/contacts/", intervention.contacts, name="intervention_contacts"),
    path("<int:key>/intervention/report-backs/", intervention.report_backs, name="intervention_report_backs"),
]
