"""Mail as a way to people: what is sent, what each answer means, and nothing injected (ESC-8)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from bot.delivery.contact_methods import Notification, contact_methods_of
from bot.delivery.mail import Mail
from bot.slack.calls import NotSent, Uncertain, Undeliverable
from escalation.contract import PROVIDER, Person
from handlers.words import blocks as b
from handlers.words.mail import words_of
from tests.agreement import paris

TOM = Person(id="tom", name="Tom Leader", organisation=PROVIDER, email="tom@provider.example")
HOSTILE = "VPN\r\nBcc: eve@x.example\r\n\r\n<script>alert(1)</script> *a* <http://x.example|ok> &"


@dataclass
class Server:
    """A mail server on this machine that answers as told."""

    answers: dict[str, str] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name  aiosmtpd's name
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if "rcpt" in self.answers:
            return self.answers["rcpt"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        read = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.taken.append(read)
        self.to += envelope.rcpt_tos
        if self.answers.get("data") == "hang up":
            server.transport.close()
            return ""
        return self.answers.get("data", "250 OK")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    handler = Server()

    def who(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"sesame", handled=False)

    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            handler, authenticator=who, auth_require_tls=False, loop=asyncio.get_running_loop()
        ),
        "127.0.0.1",
        0,
    )
    handler.port = listening.sockets[0].getsockname()[1]
    yield handler
    listening.close()
    await listening.wait_closed()


def mail(server: Server, **options: Any) -> Mail:
    settings: dict[str, Any] = {"security": "none", "timeout": 2.0, "host": "127.0.0.1"}
    return Mail(port=server.port, sender="Escalade <escalade@example.org>", **settings | options)


def notification(title: str = "VPN down", person: Person = TOM) -> Notification:
    rendered = b.short(b.plain(f"INC-0001 {title}"), f"You are called.\n> {b.plain(title)}")
    words = words_of(rendered, "Answer in Slack.", "en")
    return Notification(id="mail-abc", person=person, words=words, at=paris("2026-07-15 10:00"))


async def test_esc_8_a_mail_says_the_same_as_text_and_as_html(server: Server) -> None:
    await mail(server).send(notification())
    [message] = server.taken
    assert server.to == ["tom@provider.example"]
    assert message["To"] == "Tom Leader <tom@provider.example>"
    assert message["Message-ID"] == "<mail-abc@example.org>", "the same however often it is sent"
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        said = part.get_content()
        for words in ("INC-0001 VPN down", "You are called.", "Answer in Slack."):
            assert words in said


async def test_what_people_wrote_stays_words(server: Server) -> None:
    await mail(server).send(notification(HOSTILE, replace(TOM, name="Tom\r\nBcc: eve@x.example")))
    [message] = server.taken
    assert server.to == ["tom@provider.example"]
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "<script" not in html.get_content()
    assert "<a " not in html.get_content()
    assert "<script>alert(1)</script>" in text.get_content()


async def test_what_some_take_for_the_end_of_a_line_breaks_no_mail(server: Server) -> None:
    pasted = "un\u2028deux\u2029trois\u0085quatre\x0bcinq\x0csix\x1csept"
    await mail(server).send(notification(pasted, replace(TOM, name=pasted)))
    [message] = server.taken
    assert message["Subject"] == "INC-0001 un deux trois quatrecinqsixsept: You are called."
    assert message["To"] == "un deux trois quatrecinqsixsept <tom@provider.example>"
    assert message.defects == []
    text = message.get_body(("plain",))
    assert text is not None
    assert "> un deux trois quatrecinqsixsept\r\n" in text.get_content()


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ({"rcpt": "550 no such user"}, Undeliverable),
        ({"rcpt": "451 later"}, NotSent),
        ({"data": "554 refused"}, Undeliverable),
        ({"data": "452 full"}, NotSent),
        ({"data": "hang up"}, Uncertain),
    ],
)
async def test_each_answer_says_whether_to_try_again(
    server: Server, answers: dict[str, str], trouble: type[Exception]
) -> None:
    server.answers = answers
    with pytest.raises(trouble):
        await mail(server).send(notification())


async def test_no_server_is_no_mail_sent(server: Server) -> None:
    nobody = Mail(host="127.0.0.1", port=1, sender="e@example.org", security="none", timeout=1)
    with pytest.raises(NotSent):
        await nobody.send(notification())
    with pytest.raises(NotSent):  # the server offers no TLS: nothing is sent in the clear
        await mail(server, security="starttls").send(notification())
    assert not server.taken


async def test_a_password_that_is_refused_is_tried_again_later(server: Server) -> None:
    with pytest.raises(NotSent):
        await mail(server, user="u", password="wrong").send(notification())
    await mail(server, user="u", password="sesame").send(notification())
    assert len(server.taken) == 1


async def test_an_address_that_is_none_is_refused_for_good(server: Server) -> None:
    with pytest.raises(Undeliverable):
        await mail(server).send(notification(person=replace(TOM, email="tom@x\r\nBcc: y@z")))


def test_a_password_never_shows() -> None:
    secret = Mail(host="h", port=1, sender="e@example.org", user="u", password="sesame")
    assert "sesame" not in repr(secret)


def test_esc_8_the_contract_says_by_which_ways_somebody_is_reached() -> None:
    way = Mail(host="h", port=1, sender="e@example.org")
    assert contact_methods_of((way,), TOM) == [way]
    assert not contact_methods_of((way,), replace(TOM, ways=()))
    assert not contact_methods_of((way,), replace(TOM, email=""))
