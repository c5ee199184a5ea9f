"""The report card: the honest number first, every doubt beside its number, in a real browser."""

import dataclasses
import re
import struct

import card_evidence
import pytest

import markup
from genrescope.audio.encode import encode_mp3
from genrescope.errors import UnknownNameError
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.card.evidence_file import from_json
from genrescope.evaluation.card.markdown import card_markdown
from genrescope.evaluation.card.report_card import card_page, write_card
from genrescope.evaluation.card.trust import Clip
from genrescope.synthesis.render import render_track

SECTIONS = ("protocols", "genres", "confusions", "mistakes", "certainty", "horse", "model", "again")
MAX_BYTES = 3_000_000


@pytest.fixture(scope="module")
def whole():
    return card_evidence.whole()


@pytest.fixture(scope="module")
def clips(whole):
    """Eight seconds of music beside each mistake."""
    mp3 = encode_mp3(render_track("jazz", duration_s=8.0, sr=16000), sr=16000, bit_rate=48_000)
    return {m.track_id: Clip(mp3, "Someone: Something") for m in whole.mistakes}


def _sections(page):
    return [a["id"] for a in markup.parsed(page).all("section")]


def test_the_card_has_a_section_for_all_that_was_measured(whole, clips):
    page = card_page(whole, clips=clips)
    assert _sections(page) == list(SECTIONS)
    tree = markup.parsed(page)
    assert len(tree.all("audio")) == len(whole.mistakes) == 10
    for attributes in tree.all("audio"):
        assert attributes["aria-label"].startswith("eight seconds of")
    pictures = tree.all("svg")
    assert len(pictures) == 7
    assert all(len(a["aria-label"]) > 40 for a in pictures)


def test_what_was_not_measured_has_no_section():
    assert _sections(card_page(card_evidence.bare())) == [
        "protocols", "genres", "confusions", "model", "again"
    ]  # fmt: skip


def test_the_first_screen_says_it_all(whole):
    page = card_page(whole)
    opening = page[: page.index("<section")]
    value = 100 * whole.headline.headline.value
    leaky = 100 * whole.leaky.headline.value
    assert f"<b>{value:.0f}</b>of 100" in opening
    texts = " ".join(markup.parsed(opening + "</main></body></html>").texts)
    for part in (
        "recordings by artists it had never heard",
        f"{value:.1f} %",
        f"{leaky:.1f} % leaky",
        "guessing (",
        "Finds best",
        "Misses most",
        "97 of 100 synthetic sounds",
        "turns 2 away",
        f"says {leaky:.0f}: that is the number to distrust",
    ):
        assert part in texts, part


def test_what_a_leaky_test_would_have_said_stands_beside_the_honest_number(whole):
    (flattery,) = whole.flattery
    assert (flattery.honest_protocol, flattery.leaky_protocol) == ("artist-grouped", "random")
    said = f"random would have said {100 * flattery.leaky:.1f} %"
    assert said in card_page(whole)
    assert said in card_markdown(whole)
    alone = dataclasses.replace(whole, flattery=())
    assert "would have said" not in card_page(alone)


def test_a_model_that_only_leaks_has_no_honest_number(whole):
    leaky = Evidence(whole.model, whole.results[:1])
    page = card_page(leaky)
    assert 'class="big leaky"' in page
    assert "No honest number was measured." in page
    assert "never heard" not in page
    assert "No honest number was measured." in card_markdown(leaky)


def test_the_word_leaky_stands_beside_every_leaky_accuracy(whole):
    value = f"{100 * whole.leaky.headline.value:.1f} %"
    for text in (card_page(whole), card_markdown(whole)):
        found = [m.span() for m in re.finditer(re.escape(value), text)]
        assert found
        for start, end in found:
            near = text[start - 40 : start] + text[end : end + 6]
            assert "leaky" in near.lower(), text[start - 60 : end + 20]


def test_text_from_outside_stays_text():
    evidence = card_evidence.evil()
    clips = {m.track_id: Clip(b"x", card_evidence.EVIL) for m in evidence.mistakes}
    page = card_page(evidence, clips=clips)
    tree = markup.parsed(page)
    assert not tree.all("i")
    assert card_evidence.EVIL in tree.texts
    assert "<i>" not in card_markdown(evidence).replace("\\<i\\>", "").replace("    <i>", "")


def test_the_files_hold_the_same_number(whole, tmp_path):
    paths = write_card(tmp_path / "sub" / "card.v1", whole)
    assert [path.name for path in paths] == ["card.v1.html", "card.v1.md", "card.v1.json"]
    html, markdown, document = (path.read_text(encoding="utf-8") for path in paths)
    assert from_json(document) == whole
    number = f"{100 * whole.headline.headline.value:.1f} %"
    assert number in html
    assert f"**{number}** right" in markdown
    assert whole.commands[0] in html
    assert whole.commands[0] in markdown
    assert [p.suffix for p in write_card(tmp_path / "x", whole, formats=["json"])] == [".json"]
    with pytest.raises(UnknownNameError, match="unknown format 'pdf'"):
        write_card(tmp_path / "x", whole, formats=["pdf"])


def test_similar_genres_stand_side_by_side():
    said = card_evidence.outcomes(200, skill=9.0)
    mixed = [
        dataclasses.replace(o, y_pred="rock" if o.y_true == "blues" else o.y_pred) for o in said
    ]
    evidence = Evidence(card_evidence.FACTS, (card_evidence.result(mixed),))
    page = card_page(evidence)
    rows = re.findall(r'text-anchor="end"[^>]*>(blues|classical|jazz|metal|rock)</text>', page)
    rows = rows[-5:]
    assert abs(rows.index("blues") - rows.index("rock")) == 1
    assert "blues taken for rock (40 of 40)" in page


def test_when_the_model_declines_is_told_with_what_it_costs(whole):
    text = card_markdown(whole)
    assert "Below 40 % for its first genre it answers: not sure." in text
    assert re.search(
        r"it answers about \d+ of 100 recordings, and \d+ of 100 answers are wrong", text
    )
    assert "hold the true one for 90 of 100" in text
    never = dataclasses.replace(whole, abstention={})
    assert "It names one of its genres whatever it hears" in card_markdown(never)
    assert "When it declines" not in card_page(never)
    assert "It is not known: the model itself" in card_markdown(card_evidence.bare())


def _size(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_a_browser_shows_it_without_a_complaint_or_a_question(whole, clips, tmp_path, browser):
    path, *_ = write_card(tmp_path / "card", whole, clips=clips)
    assert path.stat().st_size < MAX_BYTES
    kinds = (
        {"width": 1200, "height": 900},
        {"width": 400, "height": 800, "dark": True},
        {"width": 400, "height": 800, "script": False},
        {"width": 800, "height": 1100, "media": "print"},
    )
    pictures = []
    for kind in kinds:
        seen = browser.look(path, **kind)
        assert seen.errors == []
        # The icons of the players are the browser's own.
        asked = [url for url in seen.requests if not url.startswith("data:")]
        assert asked == [path.as_uri()]
        assert _size(seen.screenshot) == (kind["width"], kind["height"])
        pictures.append(seen.screenshot)
        wide = browser.ask("document.documentElement.scrollWidth")
        assert wide <= kind["width"], "the page scrolls sideways"
    assert len(set(pictures)) == len(kinds)
    assert min(map(len, pictures)) > 10_000, "hardly anything was drawn"


def test_a_browser_plays_the_clips(whole, clips, tmp_path, browser):
    path, *_ = write_card(tmp_path / "card", whole, clips=clips)
    assert browser.look(path).errors == []
    duration_s = browser.ask(
        "new Promise((told, failed) => { const a = document.querySelector('audio');"
        "a.onloadedmetadata = () => told(a.duration); a.onerror = () => told(a.error.message);"
        "a.preload = 'auto'; a.load(); })"
    )
    assert duration_s == pytest.approx(8.0, abs=0.2)


def test_a_browser_that_is_asked_for_more_says_so(tmp_path, browser):
    """The test above would see a request, an error and a script that the policy refuses."""
    page = '<!DOCTYPE html><title>x</title><img src="http://example.invalid/x.png">'
    (tmp_path / "bad.html").write_text(page + "<script>oops()</script>", encoding="utf-8")
    seen = browser.look(tmp_path / "bad.html")
    assert "http://example.invalid/x.png" in seen.requests
    assert any("oops" in error or "Uncaught" in error for error in seen.errors)
    policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
    (tmp_path / "held.html").write_text(policy + page, encoding="utf-8")
    assert any("Content Security Policy" in e for e in browser.look(tmp_path / "held.html").errors)
