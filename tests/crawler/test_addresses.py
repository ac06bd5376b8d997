"""Every spelling of a private address is one."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import is_public, literal, refusal
from crawler.resolver import Guard

PRIVATE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://%31%32%37.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://news.localhost:8000/",
    "http://user:secret@127.0.0.1:8080/path",
    "http://0.0.0.0/",
    "http://0/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/",
    "http://[fd12:3456::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[ff02::1]/",
]
PUBLIC = [
    "https://www.example.org/",
    "https://93.184.215.14/",
    "https://[2606:4700::1111]/",
    "https://1.1.1.1.example/",
    "https://localhost.example/",
    "https://de.example/127.0.0.1",
    "https://xn--mnchen-3ya.example/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_private_spellings_are_refused(url: str) -> None:
    assert refusal(url)


@pytest.mark.parametrize("url", PUBLIC)
def test_public_addresses_and_names_pass(url: str) -> None:
    assert refusal(url) is None


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_ipv4_address_is_read_alike(ip: ipaddress.IPv4Address) -> None:
    number = int(ip)
    a, b, c, d = ip.packed
    spellings = [
        str(ip),
        str(number),
        hex(number),
        f"0{number:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{c * 256 + d}",
        f"0x{a:x}.0{b:o}.{c}.{d}",
    ]
    assert {literal(spelling) for spelling in spellings} == {str(ip)}
    assert is_public(f"::ffff:{ip}") == is_public(str(ip))


@given(st.text(max_size=40))
def test_no_text_is_too_strange_to_judge(text: str) -> None:
    refusal(f"http://{text}/")
    literal(text)
    is_public(text)


def test_the_guard_lets_through_what_is_public_and_what_is_exempt() -> None:
    guard = Guard({"proxy.example"})
    assert guard.permits("news.example", "93.184.215.14")
    assert guard.permits("proxy.example", "10.0.0.2")
    assert not guard.permits("rebound.example", "10.0.0.2")
    assert not guard.permits("Rebound.example.", "::1")
    assert guard.refused == {"rebound.example": "::1"}


def test_a_host_exempt_for_others_is_closed_to_those_who_are_not() -> None:
    guard = Guard({"intranet.example", "www.example"})
    guard.permits("www.example", "93.184.215.14")
    assert guard.exempts_another("intranet.example")
    assert not guard.exempts_another("www.example")
    assert not guard.exempts_another("news.example")
