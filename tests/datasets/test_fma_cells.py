"""Genre cells: every dirty kind by its rule, alone and as the papers and tables have them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genrescope.datasets._fma_cells import RULES, clean_cell
from genrescope.datasets._fma_genres import genre_table
from genrescope.datasets._fma_report import cleaned, genre_report
from genrescope.datasets._fma_rows import Row

TABLE = genre_table(
    {
        **{10: "Pop", 12: "Rock", 21: "Hip-Hop", 25: "Punk", 8: "Old-Time / Historic"},
        **{30: "Jazz, Live", 31: "Twin", 32: "twin"},
    },
    {25: 12},
)

CELLS = (
    # As the file has them.
    ("[21]", (21,), ()),
    # What tanaka2019 names: arrays of many, empty arrays, empty cells, strings.
    ("[21, 10]", (21, 10), ("several",)),
    ("[]", (), ("empty list",)),
    ("", (), ("empty cell",)),
    ("Rock", (12,), ("text", "name")),
    ("Rock, Pop", (12, 10), ("text", "name", "several")),
    ("Rock;Pop", (12, 10), ("text", "name", "several")),
    ("Rock|Pop", (12, 10), ("text", "name", "several")),
    # A title may hold what separates titles, and a slash.
    ("Jazz, Live", (30,), ("text", "name")),
    ("old time/historic", (8,), ("text", "name")),
    # JSON and objects as in raw_tracks.csv.
    ('["Rock"]', (12,), ("json", "name")),
    ('["21"]', (21,), ("json", "number as text")),
    ('[{"genre_id": 21}]', (21,), ("json", "record")),
    ('{"genre_title": "Rock"}', (12,), ("json", "record", "name")),
    (
        "[{'genre_id': '21', 'genre_title': 'Hip-Hop', 'genre_url': 'http://x/'}]",
        (21,),
        ("python", "record", "number as text"),
    ),
    ('[{"mood": 3}]', (), ("json", "record", "no genre")),
    ("[[21], [10]]", (21, 10), ("json", "nested", "several")),
    # What Python and numpy print.
    ("['21']", (21,), ("python", "number as text")),
    ("['Hip-Hop']", (21,), ("python", "name")),
    ("(21,)", (21,), ("python",)),
    ("{21, 10}", (10, 21), ("python", "several")),
    ("{'Rock', 'Pop'}", (10, 12), ("python", "name", "several")),
    ("[21 10]", (21, 10), ("array", "several")),
    ("array([21, 10])", (21, 10), ("array", "several")),
    # Numbers that are not in a list, or no whole ones.
    ("21", (21,), ("number",)),
    ("021", (21,), ("number",)),
    ("21.0", (21,), ("number", "float")),
    ("[21.0]", (21,), ("float",)),
    ("['21.0']", (21,), ("python", "number as text", "float")),
    ("[21.5]", (), ("no genre",)),
    ("[true]", (), ("no genre",)),
    # Ids and names that are not known, alone and beside one that is.
    ("[999]", (), ("unknown id",)),
    ("[999, 21]", (21,), ("unknown id",)),
    ("[-21]", (), ("unknown id",)),
    ("9" * 30, (), ("number", "unknown id")),
    ("['Rok']", (), ("python", "unknown name")),
    ("Hip-Hop, Klezmer", (21,), ("text", "name", "unknown name")),
    ("['TWIN']", (), ("python", "ambiguous name")),
    # Twice, also under two names.
    ("[21, 21]", (21,), ("duplicate",)),
    ("[21, 'hip hop']", (21,), ("python", "name", "duplicate")),
    # Words for nothing.
    ("nan", (), ("missing",)),
    ("NaN", (), ("missing",)),
    ("None", (), ("missing",)),
    ("[NaN]", (), ("missing",)),
    ("[null, 21]", (21,), ("missing",)),
    ("['']", (), ("python", "missing")),
    # White space, and marks that nobody sees.
    ("   ", (), ("empty cell",)),
    (" [21]\n", (21,), ("whitespace",)),
    ("\ufeff[21]\u00a0", (21,), ("whitespace",)),
    ("[' Rock ']", (12,), ("python", "whitespace", "name")),
    ("[ 21 ,10 ]", (21, 10), ("several",)),
    # Quotes and brackets too many or too few.
    ('"[21, 10]"', (21, 10), ("quoted", "several")),
    ("'Rock'", (12,), ("quoted", "text", "name")),
    ("[21, 10", (21, 10), ("broken", "several")),
    ("[Rock, Pop]", (12, 10), ("broken", "name", "several")),
    ("['Rock]", (12,), ("broken", "name")),
    ("[" * 900 + "21" + "]" * 900, (21,), ("broken",)),
    ("[" + "21, " * 2000 + "21]", (), ("too long",)),
)


@pytest.mark.parametrize(("text", "genre_ids", "kinds"), CELLS, ids=lambda x: repr(x)[:30])
def test_a_cell_is_cleaned_by_its_rule(text, genre_ids, kinds):
    cell = clean_cell(text, TABLE)
    assert (cell.genre_ids, cell.kinds) == (genre_ids, kinds)
    assert bool(cell.reason) is not bool(genre_ids)


def test_every_rule_has_a_cell():
    assert {kind for _, _, kinds in CELLS for kind in kinds} == set(RULES)


def test_every_rule_is_told_in_the_documentation():
    text = (Path(__file__).parents[2] / "docs" / "fma.md").read_text(encoding="utf-8")
    for kind, rule in RULES.items():
        assert f"| {kind} | {rule.replace('|', chr(92) + '|')} |" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "is an empty list"),
        (" ", "is empty"),
        ("nan", "says that the genre is missing"),
        ("[999, 'Rok']", r"no genre of genres\.csv: '999', 'Rok'"),
        ("x" * 5000, "more than 4000 characters"),
    ],
)
def test_a_cell_without_a_genre_says_why(text, message):
    assert re.search(message, clean_cell(text, TABLE).reason)


@given(
    st.text(max_size=60)
    | st.text("[](){}'\",;|: 0129.\\-nRock", max_size=40)
    | st.lists(st.integers() | st.floats() | st.text(max_size=5) | st.none()).map(str)
)
def test_no_cell_is_too_odd(text):
    cell = clean_cell(text, TABLE)
    assert set(cell.genre_ids) <= set(TABLE.titles)
    assert len(set(cell.genre_ids)) == len(cell.genre_ids)
    assert set(cell.kinds) <= set(RULES)
    assert bool(cell.reason) is not bool(cell.genre_ids)
    assert clean_cell(text, TABLE) == cell


@given(st.lists(st.sampled_from(sorted(TABLE.titles)), min_size=1, unique=True))
def test_a_list_of_known_ids_is_kept(ids):
    assert clean_cell(str(ids), TABLE).genre_ids == tuple(ids)


@pytest.mark.parametrize("text", ['""', "''", '" "', " '' "])
def test_quotes_around_nothing_are_an_empty_cell(text):
    cell = clean_cell(text, TABLE)
    assert cell.genre_ids == ()
    assert {"quoted", "empty cell"} <= set(cell.kinds)
    assert cell.reason == "its genre cell is empty"


def test_a_title_is_what_belongs_into_genre_top():
    def kinds(top, genres="[12]"):
        return cleaned(Row(2, "", "small", top, genres), TABLE)[0].kinds

    assert kinds("Rock") == kinds("") == ()
    assert kinds(" Rock") == ("whitespace",)
    assert kinds("Klezmer") == ("unknown name",)
    assert kinds("12") == ("number",)
    top, _ = cleaned(Row(2, "", "small", "Punk", "[25]"), TABLE)
    assert (top.genre_ids, top.kinds) == ((12,), ("not top level",))
    assert kinds("Pop", "[25]") == ("disagrees",)
    assert kinds("Pop", "[25, 10]") == ()


def test_the_report_counts_each_kind_with_examples():
    cells = ["[12]", "[12]", "[]", "Rock", "Rock", "Rock", "Rock", "[12, 10]", "y" * 100]
    rows = [Row(i, "", "small", "Rock", cell) for i, cell in enumerate(cells, start=2)]
    report = genre_report(rows, TABLE, subset="small")
    assert (report.subset, report.n_tracks) == ("small", 9)
    assert (report.n_as_given, report.n_several, report.n_without) == (2, 1, 2)
    counts = {(kind.column, kind.kind): kind.n_cells for kind in report.kinds}
    assert counts == {
        ("track.genres", "text"): 5,
        ("track.genres", "name"): 4,
        ("track.genres", "empty list"): 1,
        ("track.genres", "several"): 1,
        ("track.genres", "unknown name"): 1,
    }
    text = report.kinds[0]
    assert (text.kind, text.rule) == ("text", RULES["text"])
    assert [(e.track_id, e.cell, e.genres) for e in text.examples] == [
        (f"{i:06d}", "Rock", ("Rock",)) for i in (5, 6, 7)
    ]
    (unknown,) = (kind for kind in report.kinds if kind.kind == "unknown name")
    assert unknown.examples[0].cell == "y" * 80 + "..."
