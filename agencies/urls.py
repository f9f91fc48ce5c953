"""The table and its administration; included at /table/."""

from django.urls import path

from agencies.views import accounts, administration, allowed, invitations, table

urlpatterns = [
    path("", table.table_detail, name="table_detail"),
    path("<int:key>/words/", allowed.words, name="table_words"),
    path("<int:key>/words/<int:row>/end/", allowed.end, name="table_word_end"),
    path("administration/", administration.administration, name="administration"),
    path("administration/agreements/", administration.agreements, name="administration_agreements"),
    path("administration/agreements/<int:agreement>/end/", administration.agreement_end, name="administration_agreement_end"),
    path("administration/invitations/", invitations.invitation_list, name="invitations"),
    path("administration/invitations/new/", invitations.invite, name="invitation_new"),
    path("administration/invitations/<int:key>/again/", invitations.send_again, name="invitation_again"),
    path("administration/invitations/<int:key>/withdraw/", invitations.withdraw, name="invitation_withdraw"),
    path("administration/second-factors/lost/", invitations.lost_factor, name="second_factor_lost"),
    path("administration/accounts/", accounts.accounts, name="administration_accounts"),
    path("administration/accounts/review/", accounts.account_review, name="administration_account_review"),
    path("administration/accounts/<int:key>/release/", accounts.account_release, name="administration_account_release"),
    path("administration/accounts/closings/", administration.account_closings, name="administration_account_closings"),
]
