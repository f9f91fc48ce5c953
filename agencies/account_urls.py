"""Signing in and out and one's own password: allauth's pages, but for the one on which a member would change the e-mail.

Members are invited by an administrator, who knows the address; allauth's page also writes on GET, which nothing here may.
"""

from allauth.account.urls import urlpatterns as theirs

urlpatterns = [one for one in theirs if one.name != "account_email"]
