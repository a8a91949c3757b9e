"""Which proxy: the environment's, none for what NO_PROXY names, never for this machine."""

from __future__ import annotations

import pytest

from config.proxies import BadProxy, proxy_for

BOTH = {"HTTPS_PROXY": "http://p:3128", "HTTP_PROXY": "http://q:3128"}


@pytest.mark.parametrize(
    ("address", "environ", "proxy"),
    [
        ("https://slack.com/api/", {}, None),
        ("https://slack.com/api/", BOTH, "http://p:3128"),
        ("wss://wss-primary.slack.com/link", BOTH, "http://p:3128"),
        ("http://collector.example:4318", BOTH, "http://q:3128"),
        ("ws://elsewhere.example/", BOTH, "http://q:3128"),
        ("https://slack.com/", {"https_proxy": "p:3128"}, "http://p:3128"),
        ("https://slack.com/", {"HTTP_PROXY": "http://q:3128"}, None),
        ("https://slack.com/", {"ALL_PROXY": "http://a:1"}, "http://a:1"),
        ("https://slack.com/", BOTH | {"https_proxy": "http://small:1"}, "http://small:1"),
        ("https://slack.com/", BOTH | {"https_proxy": ""}, None),
        ("https://slack.com/", {"HTTPS_PROXY": " ", "ALL_PROXY": "http://a:1"}, "http://a:1"),
        ("smtp://mail.example:587", BOTH, None),
        ("smtp://mail.example:587", BOTH | {"ALL_PROXY": "http://a:1"}, "http://a:1"),
        ("smtp://mail.example:587", {"SMTP_PROXY": "http://m:1"}, "http://m:1"),
        ("https://slack.com/", {"HTTPS_PROXY": "https://u:p@p:1"}, "https://u:p@p:1"),
    ],
)
def test_the_variable_of_the_scheme_counts(
    address: str, environ: dict[str, str], proxy: str | None
) -> None:
    assert proxy_for(address, environ) == proxy


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.8.9.1", "[::1]", "[::ffff:127.0.0.1]", "[::]", "LOCALHOST", "localhost.",
     "slack.localhost"],
)  # fmt: skip
def test_this_machine_is_never_reached_through_a_proxy(host: str) -> None:
    for scheme in ("https", "http", "wss", "ws", "smtp"):
        assert proxy_for(f"{scheme}://{host}:8080/", BOTH | {"ALL_PROXY": "http://a:1"}) is None


@pytest.mark.parametrize(
    ("excluded", "host", "direct"),
    [
        ("*", "slack.com", True),
        ("slack.com", "slack.com", True),
        ("slack.com", "files.slack.com", True),
        (".slack.com", "files.slack.com", True),
        ("*.slack.com", "files.slack.com", True),
        ("SLACK.com.", "slack.COM.", True),
        ("slack.com", "notslack.com", False),
        ("slack.com:443", "slack.com", True),
        ("slack.com:8443", "slack.com", False),
        ("a.example, slack.com", "slack.com", True),
        ("a.example slack.com", "slack.com", True),
        ("10.0.0.0/8,192.168.1.7", "10.3.2.1", True),
        ("10.0.0.0/8,192.168.1.7", "192.168.1.7", True),
        ("10.0.0.0/8,192.168.1.7", "192.168.1.70", False),
        ("10.3.2.1:443", "10.3.2.1", True),
        ("fd00::/8", "[fd12::1]", True),
        ("[fd12::1]", "[fd12::1]", True),
        ("fd00::/8", "10.3.2.1", False),
        (",., ,", "slack.com", False),
    ],
)
def test_what_no_proxy_names_is_reached_directly(excluded: str, host: str, direct: bool) -> None:
    for variable in ("NO_PROXY", "no_proxy"):
        found = proxy_for(f"https://{host}/", BOTH | {variable: excluded})
        assert (found is None) == direct


@pytest.mark.parametrize(
    "proxy", ["socks5://p:1080", "http://", "http://p:none", "http://p:99999", "ftp://p:21", "::"]
)
def test_what_is_no_proxy_is_refused_by_its_variable(proxy: str) -> None:
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        with pytest.raises(BadProxy) as caught:
            proxy_for("https://slack.com/", {variable: proxy})
        assert caught.value.variable == variable


@pytest.mark.parametrize("address", ["", "http://[bad", "http://h:port/", "ftp://h/", "words"])
def test_to_what_is_no_address_nothing_leads(address: str) -> None:
    assert proxy_for(address, BOTH | {"ALL_PROXY": "socks://a:1"}) is None


def test_no_mail_goes_through_a_proxy_that_wants_tls() -> None:
    with pytest.raises(BadProxy):
        proxy_for("smtp://mail.example:587", {"SMTP_PROXY": "https://p:1"})
