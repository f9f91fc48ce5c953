"""What anybody may read; included at /tables/."""

from django.urls import path

from agencies.views import public

urlpatterns = [
    path("", public.tables, name="public_tables"),
    path("<str:town>/", public.town, name="public_tables_town"),
]
