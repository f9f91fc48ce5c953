"""Where mail goes when no mail server is set: nowhere, and its sender is told.

Printing it, as Django does, would put links that let somebody in or sign something into logs that are kept and searched.
"""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class NoMailServer(ConnectionError):
    """HUBTABLE_SMTP_HOST is not set: as a mail server that does not answer."""


class EmailBackend(BaseEmailBackend):
    """Sends nothing. Raises NoMailServer for any mail, so that what can wait waits until a server is set."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if email_messages and not self.fail_silently:
            raise NoMailServer
        return 0
