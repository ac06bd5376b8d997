from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.document import parse
from pipelines.segment import segment

HAN = "中国新闻社报道今天的新闻内容非常重要大家都在关注这个问题的发展" * 3
CYRILLIC = "Москва сообщает о погоде на завтра и на послезавтра"
LONG_HEAD = b"<html><head>" + b"<!-- nothing but ASCII -->" * 400 + b"</head>"


def words(body: bytes, charset: str | None = None) -> str:
    return " ".join(block.text for block in segment(parse(body, url="https://a.example/", charset=charset)))


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        pytest.param("<p>München".encode(), "iso-8859-1", "München", id="UTF-8, the header says Latin-1"),
        pytest.param(
            "<meta charset=windows-1252><p>München".encode(), None, "München", id="UTF-8, but not declared"
        ),
        pytest.param(b"<meta charset=utf-8><p>M\xfcnchen", None, "München", id="Latin-1 behind a lie"),
        pytest.param(b"<meta charset=utf-8><p>M\xfcnchen", "utf-8", "München", id="Latin-1, both say UTF-8"),
        pytest.param(
            b"<head>" + b" " * 5000 + b"<meta charset='iso-8859-2'></head><p>\xb3\xf3d\xbc",
            None,
            "łódź",
            id="declared after 1,024 bytes",
        ),
        pytest.param(
            b"<meta charset=utf-8><p>\xb3\xf3d\xbc",
            "iso-8859-2",
            "łódź",
            id="the header goes first",
        ),
        pytest.param(b"\xef\xbb\xbf<p>caf\xc3\xa9", "iso-8859-1", "café", id="a UTF-8 mark"),
        pytest.param("<p>café".encode("utf-16"), None, "café", id="a UTF-16 mark"),
        pytest.param(LONG_HEAD + b"<p>" + HAN.encode("gbk"), None, HAN, id="GBK behind long ASCII"),
        pytest.param(
            b"<meta charset=utf-8>" + LONG_HEAD + HAN.encode("gbk"), "utf-8", HAN, id="GBK declared UTF-8"
        ),
        pytest.param(
            "<html lang=ja><p>東京は今日も晴れです、明日は雨でしょう".encode("shift_jis"),
            None,
            "東京は今日も晴れです、明日は雨でしょう",
            id="Japanese, undeclared",
        ),
        pytest.param(f"<p>{CYRILLIC}".encode("cp1251"), None, CYRILLIC, id="Cyrillic"),
        pytest.param(f"<p>{CYRILLIC}".encode("koi8-r"), None, CYRILLIC, id="KOI8"),
        pytest.param("<p>東京".encode("iso-2022-jp"), "iso-2022-jp", "東京", id="seven bits"),
        pytest.param("<p>Grüße".encode(), "no-such-charset", "Grüße", id="an unknown charset"),
        pytest.param(b"<p>one\x00 two\x0b three", None, "one two three", id="NUL and control characters"),
        pytest.param(b"<p>one\x08 two\x0e \x1fthree", None, "one two three", id="first and last of them"),
        pytest.param("<p>东京".encode("hz"), "hz-gb-2312", "东京", id="shifted by a tilde"),
        pytest.param(b"<p>~{ and ~", "hz-gb-2312x", "~{ and ~", id="a tilde that shifts nothing"),
        pytest.param(b"\x00" * 9, None, "", id="nothing but NUL"),
        pytest.param(b'<?xml version="1.0" encoding="utf-8"?><html><p>x</html>', None, "x", id="XHTML"),
    ],
)
def test_decodes(body: bytes, charset: str | None, expected: str) -> None:
    assert words(body, charset) == expected


def test_a_lone_surrogate_does_not_empty_the_page() -> None:
    assert words("<p>before \ud800 after".encode("utf-8", "surrogatepass")).startswith("before")


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    text = "Über Öl und Äpfel, größer als süß. " * 20
    assert words(b"<p>" + text.encode() + b"\xff" + text.encode()).count("größer") == 40


def test_base() -> None:
    assert parse(b'<base href="/deep/">', url="https://a.example/x").base == "https://a.example/deep/"
    assert parse(b'<base href="//[">', url="https://a.example/x").base == "https://a.example/x"
    assert parse(b"<base>", url="https://a.example/x").base == "https://a.example/x"


def test_what_follows_the_end_of_the_body_is_read() -> None:
    body = b"<body><p>menu</p></body></html><div><p>the story</p></div></body></html>"
    assert words(body) == "menu the story"


def test_text_below_a_hundred_thousand_tags_is_found() -> None:
    body = b"<div>" * 100_000 + b"deep" + b"</div>" * 100_000 + b"<p>after"
    assert words(body) == "deep after"


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "gbk", "utf-16", "x-user-defined", "é"]))
def test_never_raises(body: bytes, charset: str | None) -> None:
    parse(body, url="https://a.example/", charset=charset)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_utf8_is_read_as_it_is(text: str) -> None:
    for mark in "<&\ufeff\ufffe\uffff":
        text = text.replace(mark, "")
    root = parse(f"<p>{text}</p>".encode(), url="").root
    assert "".join(str(piece) for piece in root.itertext()).split() == text.split()


@pytest.mark.parametrize("value", ["", "=x", '="x y"', "='<'", '=">"'])
def test_a_flood_of_attributes_is_cut(value: str) -> None:
    flood = " ".join(f"a{number}{value}" for number in range(5_000))
    root = parse(f"<p>before</p><div id=here {flood}>inside</div><p>after</p>".encode(), url="").root
    here = root.find(".//div")
    assert here is not None
    assert here.get("id") == "here"
    assert len(here.attrib) == 400
    assert "".join(str(text) for text in root.itertext()) == "beforeinsideafter"
