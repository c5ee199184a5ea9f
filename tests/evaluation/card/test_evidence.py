"""What a card is made of: chosen rightly, the same after a way to JSON and back."""

import dataclasses
import json

import card_evidence
import numpy as np
import pytest

from genrescope.bundle.locate import find_bundle
from genrescope.errors import ConfigError, ParameterError
from genrescope.evaluation.card.evidence import Evidence
from genrescope.evaluation.card.evidence_file import (
    NAME,
    from_json,
    read_evidence,
    to_json,
    write_evidence,
)
from genrescope.evaluation.card.gather import certainty_of, facts_of_bundle, gather, mistakes_of
from genrescope.evaluation.outcomes import TrackOutcome


@pytest.mark.parametrize("make", [card_evidence.whole, card_evidence.bare, card_evidence.evil])
def test_evidence_goes_to_json_and_back(make):
    evidence = make()
    text = to_json(evidence)
    assert from_json(text) == evidence
    assert len(text) < 100_000
    first = json.loads(text)["headline"]
    assert first["value"] == evidence.headline.headline.value
    assert first["caveat"] == ""


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "genrescope-evidence-0"}', '{"format": "genrescope-evidence-1"}'],
)
def test_what_is_no_evidence_is_refused(text):
    with pytest.raises(ConfigError, match="not the evidence of a report card"):
        from_json(text)


def test_an_unknown_key_and_a_missing_result_are_refused():
    document = json.loads(to_json(card_evidence.bare()))
    for change in ({"more": 1}, {"results": {"format": "genrescope-results-1", "results": []}}):
        with pytest.raises(ConfigError, match="not the evidence"):
            from_json(json.dumps(document | change))


def test_the_first_number_is_honest_wherever_it_stands():
    evidence = card_evidence.whole()
    assert [r.protocol for r in evidence.results] == ["random", "artist-grouped", "album"]
    assert evidence.headline.protocol == "artist-grouped"
    assert evidence.leaky is not None
    assert evidence.leaky.protocol == "random"
    leaky = Evidence(evidence.model, evidence.results[:1])
    assert leaky.headline.protocol == "random"
    assert leaky.leaky is None


def test_certainty_and_mistakes_are_those_of_the_headline():
    evidence = card_evidence.whole()
    said = card_evidence.outcomes(skill=1.5)
    assert evidence.certainty is not None
    assert evidence.certainty.protocol == "artist-grouped"
    assert sum(n for _, _, n in evidence.certainty.bins) == 100
    wrong = [o for o in said if o.y_true != o.y_pred]
    assert len(evidence.mistakes) == min(10, len(wrong)) > 5
    surest = max(wrong, key=lambda o: max(o.probabilities))
    assert evidence.mistakes[0].track_id == surest.track_id
    assert evidence.mistakes[0].confidence == pytest.approx(max(surest.probabilities), abs=1e-4)
    sure = [m.confidence for m in evidence.mistakes]
    assert sure == sorted(sure, reverse=True)


def test_risk_ends_at_the_error_and_confidence_falls():
    said = card_evidence.outcomes(500, skill=1.5)
    found = certainty_of(said, card_evidence.LABELS, protocol="x")
    assert found is not None
    coverage, risk, confidence = np.array(found.risk_coverage).T
    assert len(coverage) <= 60
    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(np.mean([o.y_true != o.y_pred for o in said]), abs=1e-4)
    assert (np.diff(coverage) > 0).all()
    assert (np.diff(confidence) <= 0).all()


def test_a_track_that_several_seeds_get_wrong_stands_once():
    said = [TrackOutcome("a", 1, seed, None, "blues", "jazz", (0.1, 0.2, p, 0.0, 0.7 - p))
            for seed, p in ((0, 0.4), (1, 0.6), (2, 0.5))]  # fmt: skip
    (mistake,) = mistakes_of(said, card_evidence.LABELS)
    assert (mistake.confidence, mistake.p_true) == (0.6, 0.1)


def test_answers_without_probabilities_leave_certainty_and_mistakes_out():
    bare = [dataclasses.replace(o, probabilities=()) for o in card_evidence.outcomes()]
    assert certainty_of(bare, card_evidence.LABELS, protocol="x") is None
    assert mistakes_of(bare, card_evidence.LABELS) == ()
    assert certainty_of([], card_evidence.LABELS, protocol="x") is None


def test_a_card_is_of_one_model():
    said = card_evidence.outcomes()
    results = [card_evidence.result(said, model=name) for name in ("a", "b")]
    with pytest.raises(ParameterError, match=r"2 models \(a, b\), but a report card is of one"):
        gather(results, {}, model=card_evidence.FACTS)
    with pytest.raises(ParameterError, match="0 models"):
        gather([], {}, model=card_evidence.FACTS)


def test_evidence_in_a_bundle_must_be_about_its_graph(tmp_path):
    source = find_bundle("default")
    (tmp_path / "bundle.json").write_bytes((source / "bundle.json").read_bytes())
    assert read_evidence(tmp_path) is None
    evidence = card_evidence.whole()
    path = write_evidence(tmp_path, evidence)
    assert path.name == NAME
    with pytest.raises(ConfigError, match=r"about the graph cd\.\.\., but the bundle holds"):
        read_evidence(tmp_path)
    mine = dataclasses.replace(evidence, model=facts_of_bundle(tmp_path))
    write_evidence(tmp_path, mine)
    assert read_evidence(tmp_path) == mine
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"evidence\.json: not the evidence"):
        read_evidence(tmp_path)
    path.write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"evidence\.json"):
        read_evidence(tmp_path)
