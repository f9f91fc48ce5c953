"""Single sign-on: included at /account/agency/ for who signs in, and at /table/administration/sign-on/ for who sets it up."""

from django.urls import path

from agencies.views import first_sign_on, sign_on_administration, single_sign_on

signing_in = [
    path("", single_sign_on.start, name="single_sign_on"),
    path("onward/", single_sign_on.onward, name="single_sign_on_onward"),
    path("from/<slug:key>/", single_sign_on.come_back, name="single_sign_on_return"),
    path("again/", single_sign_on.again, name="single_sign_on_again"),
    path("first/", first_sign_on.first, name="single_sign_on_first"),
    path("first/<str:secret>/", first_sign_on.first_link, name="single_sign_on_first_link"),
]

administration = [
    path("", sign_on_administration.overview, name="administration_sign_on"),
    path("<int:agency>/", sign_on_administration.provider, name="administration_sign_on_of"),
    path("<int:agency>/trial/", sign_on_administration.trial, name="administration_sign_on_trial"),
    path("<int:agency>/forgetting/", sign_on_administration.forgetting, name="administration_sign_on_forgetting"),
]
