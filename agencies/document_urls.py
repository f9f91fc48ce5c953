"""Agreements of a table: at a glance, prepared, read, signed; and the yearly pledge. Included at /table/."""

from django.urls import path

from agencies.views import documents, glance, signing, yearly_pledge

urlpatterns = [
    path("<int:table>/agreements/", glance.agreements, name="table_agreements"),
    path("<int:table>/agreements/new/", documents.new, name="table_document_new"),
    path("<int:table>/yearly-pledge/", yearly_pledge.pledge, name="table_yearly_pledge"),
    path("agreements/sign/<str:secret>/", signing.by_link, name="table_sign_by_link"),
    path("signed/", signing.signed, name="table_signed"),
    path("agreements/<int:key>/", documents.document, name="table_document"),
    path("agreements/<int:key>/agreement.pdf", documents.document_pdf, name="table_document_pdf"),
    path("agreements/<int:key>/fill/", documents.fill, name="table_document_fill"),
    path("agreements/<int:key>/send/", documents.send, name="table_document_send"),
    path("agreements/<int:key>/send-again/", documents.send_again, name="table_document_send_again"),
    path("agreements/<int:key>/withdraw/", documents.withdraw, name="table_document_withdraw"),
    path("agreements/<int:key>/end/", documents.end, name="table_document_end"),
    path("agreements/<int:key>/paper/", documents.paper, name="table_document_paper"),
    path("agreements/<int:key>/sign/", signing.by_account, name="table_sign"),
]
