"""Mail, over SMTP: a way to people when Slack leads nowhere (Rule ESC-8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Literal

import aiosmtplib
import structlog

from bot.delivery.contact_methods import Notification
from bot.slack.calls import NotSent, Uncertain, Undeliverable
from bot.web.outbound import open_tunnel
from config.proxies import proxy_for
from escalation.base.sober_text import sober_line
from escalation.contract import Person

log = structlog.get_logger()

Security = Literal["starttls", "tls", "none"]
TIMEOUT_SECONDS = 15.0
REFUSED_US_SECONDS = 60.0
PERMANENT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Sends mail through one server, each message on a connection of its own."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT_SECONDS

    @property
    def name(self) -> str:
        """Return what contracts and the journal call it."""
        return "mail"

    def leads_to(self, person: Person) -> bool:
        """Return whether the contract gives an address."""
        return bool(person.email)

    async def send(self, notification: Notification) -> None:
        """Send; the message's id stays the same, so that a second copy is known for one."""
        try:
            message = self.message(notification)
        except (ValueError, IndexError) as error:
            raise Undeliverable("mail_address") from error
        client = aiosmtplib.SMTP(
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            timeout=self.timeout,
        )
        try:
            await self._open(client)
            await _hand_over(client, message)
        finally:
            client.close()

    async def _open(self, client: aiosmtplib.SMTP) -> None:
        """Connect; whatever fails here, nothing was sent."""
        try:
            if proxy := proxy_for(f"smtp://{self.host}:{self.port}"):
                way = await open_tunnel(proxy, self.host, self.port, within=self.timeout)
                await client.connect(hostname=self.host, sock=way)
            else:
                await client.connect(hostname=self.host, port=self.port)
            if self.user:
                await client.login(self.user, self.password)
        except aiosmtplib.SMTPAuthenticationError as error:
            log.error("the mail server refuses the bot itself", action="mail_access_refused")
            raise NotSent("the mail server refuses the bot", REFUSED_US_SECONDS) from error
        except (aiosmtplib.SMTPException, TimeoutError, OSError) as error:
            raise NotSent(f"no way into the mail server: {type(error).__name__}") from error

    def message(self, notification: Notification) -> EmailMessage:
        """The mail; raises ValueError where an address is none. No header can break its line."""
        message = EmailMessage()
        name, address = parseaddr(self.sender)
        sender = Address(sober_line(name) or "Escalade", addr_spec=address)
        message["From"] = sender
        message["To"] = Address(
            sober_line(notification.person.name), addr_spec=notification.person.email
        )
        message["Subject"] = sober_line(notification.words.subject)
        message["Date"] = format_datetime(notification.at)
        message["Message-ID"] = f"<{notification.id}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["Importance"] = "high"
        message.set_content(notification.words.text)
        message.add_alternative(notification.words.html, subtype="html")
        return message


async def _hand_over(client: aiosmtplib.SMTP, message: EmailMessage) -> None:
    try:
        await client.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _refusal(error.recipients[0].code) from error
    except aiosmtplib.SMTPResponseException as error:
        raise _refusal(error.code) from error
    except (aiosmtplib.SMTPException, TimeoutError, OSError) as error:
        raise Uncertain(f"no answer from the mail server: {type(error).__name__}") from error


def _refusal(code: int) -> Exception:
    if code >= PERMANENT:
        return Undeliverable(f"mail_refused_{code}")
    return NotSent(f"the mail server answered {code}")
