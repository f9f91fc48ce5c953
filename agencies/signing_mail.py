"""The letters around a signature: the link to the head of an agency, and what was signed, to whoever signed it."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from agencies import documents
from agencies.models import Document

log = logging.getLogger(__name__)


def ask(document: Document, link: str) -> bool:
    """Send the link that signs. Whether the mail server took it: if not, the link is sent again, never shown."""
    return _sent("agreement_to_sign", document, {"link": link})


def confirm(document: Document) -> bool:
    """Send the signatory what was signed, as a PDF. Whether the mail server took it."""
    copy = (f"agreement-version-{document.version}.pdf", documents.paper(document), "application/pdf")
    return _sent("agreement_signed", document, {}, copy)


def _sent(name: str, document: Document, more: dict[str, str], *attachments: tuple[str, bytes, str]) -> bool:
    words = {"agency": document.agency.name, "table": document.table.name, "until": document.token_expires_at, **more}
    subject = render_to_string(f"mail/{name}_subject.txt", words).strip()
    body = render_to_string(f"mail/{name}.txt", words)
    letter = EmailMessage(subject, body, to=[document.signatory_email], attachments=list(attachments))
    try:
        return letter.send() == 1
    except (OSError, SMTPException) as error:
        log.warning("a letter about an agreement was not taken (%s)", type(error).__name__)
        return False
