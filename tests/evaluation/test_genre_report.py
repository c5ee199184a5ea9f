"""The report of genre cells as Markdown."""

from genrescope.datasets._fma_genres import genre_table
from genrescope.datasets._fma_report import genre_report
from genrescope.datasets._fma_rows import Row
from genrescope.evaluation.genre_report import genre_report_text

TABLE = genre_table({12: "Rock", 10: "Pop"}, {})


def text_of(*cells):
    rows = [Row(i, "", "small", "", cell) for i, cell in enumerate(cells, start=2)]
    return genre_report_text(genre_report(rows, TABLE, subset="small"))


def test_each_kind_is_a_row_with_its_rule_its_count_and_examples():
    text = text_of("[12]", "[12]", "[12, 10]", "a|b", "[]")
    assert "# Genre cells of the subset small" in text
    assert (
        "5 tracks; of their cells in track.genres, 2 are a list of one known genre (40.0 %)" in text
    )
    assert "Cleaned, 1 name several genres (20.0 %), and 2 none (40.0 %)." in text
    rows = [line for line in text.splitlines() if line.startswith("| track.genres |")]
    assert {row.split(" | ")[1] for row in rows} == {
        *("several", "text", "unknown name", "empty list"),
    }
    (several,) = (row for row in rows if "| several |" in row)
    assert r"000004: '\[12, 10\]' read as Rock, Pop" in several
    assert several.endswith("| 1 | 20.0 % |")
    # A cell cannot break the table.
    assert r"'a\|b' read as none" in text


def test_where_nothing_was_changed_it_says_so():
    assert "Nothing was to be changed." in text_of("[12]")
    assert "0 tracks" in text_of()
