"""Pages that stand alone: nothing from outside becomes HTML, and nothing is asked of anyone."""

from __future__ import annotations

import base64

import pytest

import markup
from genrescope.pages import html

EVIL = """</title><script>alert("x")</script>&amp;'"\x00\ud800"""


def _page(text):
    body = html.join(
        html.section(text, html.paragraph(text), text, name="first"),
        html.section(
            "Sounds",
            html.table([text, "n"], [[text, 1], [html.player(b"ID3", label=text), "<2"]]),
            html.table(["a"], [["b"]], caption=text),
        ),
    )
    return html.page(text, body, subtitle=text)


def test_text_from_outside_stays_text():
    document = _page(EVIL)
    document.encode()
    tree = markup.parsed(document)
    assert "script" not in {tag for tag, _ in tree.tags}
    shown = EVIL.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert tree.texts.count(shown) == 8
    labels = [attrs["aria-label"] for _, attrs in tree.tags if "aria-label" in attrs]
    assert labels == [f"table: {shown}, n", shown, shown]


def test_a_page_can_ask_for_nothing():
    document = _page("x")
    tree = markup.parsed(document)
    policy = next(a["content"] for t, a in tree.tags if a.get("http-equiv") is not None)
    assert policy.startswith("default-src 'none';")
    assert "script" not in policy
    assert "http" not in policy
    links = [a[key] for _, a in tree.tags for key in ("src", "href") if key in a]
    assert len(links) == 2
    assert all(link.startswith("data:") for link in links)
    assert "url(" not in document
    assert "@import" not in document


def test_a_page_names_its_language_and_charset_first():
    document = _page("Käse")
    assert document.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    tree = markup.parsed(document)
    assert [tag for tag, _ in tree.tags].count("h1") == 1
    assert {a["id"] for _, a in tree.tags if "id" in a} == {"first", "sounds"}


def test_a_player_holds_its_sound():
    ((tag, attributes),) = markup.parsed(html.player(bytes(range(256)), label="all bytes")).tags
    assert tag == "audio"
    head, _, data = attributes["src"].partition(",")
    assert head == "data:audio/mpeg;base64"
    assert base64.b64decode(data) == bytes(range(256))
    assert attributes["preload"] == "none"
    assert "controls" in attributes


def test_numbers_stand_to_the_right_of_text():
    tree = markup.parsed(html.table(["a", "b", "c"], [["x", "y", 3]], n_text=2))
    cells = [a.get("class") for tag, a in tree.tags if tag in ("th", "td")]
    assert cells == [None, None, "n", None, None, "n"]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="zip"):
        html.table(["a", "b"], [["x"]])


def test_what_is_safe_is_not_escaped_twice():
    once = html.escape("a & b")
    assert html.escape(once) == once == "a &amp; b"
    assert html.escape(str(once)) == "a &amp;amp; b"
    assert html.paragraph(html.join(once, " < ", html.Safe("<br>"))) == (
        "<p>a &amp; b &lt; <br></p>"
    )


@pytest.mark.parametrize(("title", "name"), [("Ärger & Co", "rger-co"), ("???", "x")])
def test_anchors(title, name):
    assert html.anchor(title) == name
