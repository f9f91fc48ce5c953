"""Leaving a table and taking over what was left; included at the root."""

from django.urls import path

from situations.views import leaving

urlpatterns = [
    path("table/<int:key>/leaving/", leaving.leave, name="table_leaving"),
    path("table/<int:key>/leaving/now/", leaving.leave_now, name="table_leaving_now"),
    path("situations/offers/", leaving.offers, name="situation_offers"),
    path("situations/<int:key>/take-over/", leaving.take_over, name="situation_take_over"),
    path("situations/<int:key>/turn-down/", leaving.turn_down, name="situation_turn_down"),
]
