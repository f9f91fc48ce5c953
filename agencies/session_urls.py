"""One's own sessions and the use banner; included at /account/."""

from django.urls import path

from agencies.views import banner, sessions

urlpatterns = [
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/end/", sessions.sessions_end, name="sessions_end"),
    path("sessions/<int:key>/end/", sessions.session_end, name="session_end"),
    path("here/", sessions.session_here, name="session_here"),
    path("lock/", sessions.session_lock, name="session_lock"),
    path("unlock/", sessions.session_unlock, name="session_unlock"),
    path("unlock/passkey/", sessions.session_passkey, name="session_passkey"),
    path("conditions/", banner.banner, name="use_banner"),
]
