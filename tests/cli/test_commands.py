"""The table of commands says what their modules say, and finds each of them."""

from __future__ import annotations

import pytest

from genrescope.cli import commands

SENTENCE = 1000


@pytest.mark.parametrize("known", commands.COMMANDS, ids=lambda known: known.name)
def test_the_table_says_what_the_module_says(known):
    command = commands.load(known.name)
    assert command.name == known.name
    first = " ".join((command.help or "").split("\n\n")[0].split())
    assert first == known.help
    assert known.help.endswith(".")


def test_every_module_with_a_command_is_in_the_table():
    assert len(commands.COMMANDS) >= 11
    assert len({known.name for known in commands.COMMANDS}) == len(commands.COMMANDS)


def test_lists_of_commands_are_not_cut(genrescope):
    for args, sentences in (
        ((), [known.help for known in commands.COMMANDS]),
        (("data",), [c.help for c in commands.load("data").commands.values()]),
    ):
        text = " ".join(genrescope(*args, "--help").out.split())
        assert len(sentences) >= 5
        for sentence in sentences:
            first = " ".join(sentence.split("\n\n")[0].split()).rstrip(".")
            assert first in text


def test_a_command_of_a_group_is_suggested(genrescope):
    result = genrescope("data", "audt", "folder")
    assert result.code == 2
    assert "Did you mean 'audit'" in result.error_line()
    assert "genrescope data --help" in result.error_line()
