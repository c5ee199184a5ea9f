"""Which protocols ``genrescope train`` and ``evaluate`` go by, and with which settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from genrescope.cli import changes
from genrescope.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from genrescope.training.recipe import Choice, Recipe

HONEST = "artist-grouped"
LEAKY = "random"
CROSS = "cross-dataset"
AS_IS = "as-is"


def named(names: Sequence[str], settings: Sequence[str], recipes: Sequence[Recipe]) -> list[Choice]:
    """
    Give the protocols that the user named.

    Parameters
    ----------
    names : sequence of str
        Names of protocols.
    settings : sequence of str
        Each ``key=value`` or ``PROTOCOL.key=value``.
    recipes : sequence of Recipe
        The models; the settings of a recipe's own protocol are taken up.

    Returns
    -------
    list of Choice
        In the order named.

    Raises
    ------
    UnknownNameError
        If there is no such protocol.
    ConfigError
        If a setting breaks a rule, is the seed, or the recipes disagree.
    """
    found = []
    for name, given in changes.protocol_settings(settings, names).items():
        owns = [r.protocol.settings for r in recipes if r.protocol.name == name]
        if any(own != owns[0] for own in owns):
            raise ConfigError(
                f"the recipes set the protocol {name!r} in different ways, so that their figures "
                "could not be compared: evaluate them one at a time"
            )
        found.append(_checked(name, {**(owns[0] if owns else {}), **given}))
    return found


def asked(
    names: Sequence[str],
    settings: Sequence[str],
    recipes: Sequence[Recipe],
    *,
    across: bool = False,
) -> list[Choice]:
    """
    Give the protocols to evaluate under: those that were named, or what goes without saying.

    Parameters
    ----------
    names : sequence of str
        Names of protocols; without any, the honest one and the leaky one beside it.
    settings : sequence of str
        Each ``key=value`` or ``PROTOCOL.key=value``.
    recipes : sequence of Recipe
        The models.
    across : bool
        Whether one data set is learned and another one tested, which is a protocol of its own.

    Returns
    -------
    list of Choice
        In order.

    Raises
    ------
    UnknownNameError
        If there is no such protocol.
    ConfigError
        If a setting breaks a rule, or another protocol is named for two data sets.
    """
    from genrescope.splits.split import registry

    if across:
        if any(name.replace("_", "-") != CROSS for name in names):
            raise ConfigError(
                f"--test-dataset is the protocol {CROSS}: leave --protocol {names[0]} out, or "
                "--test-dataset"
            )
        return named([CROSS], settings, recipes)
    known = [AS_IS, *registry().names()]
    strange = next((n for n in names if n.replace("_", "-") not in known), None)
    if strange is not None:
        raise unknown_name(registry().kind, strange, sorted(known))
    return named(names, settings, recipes) if names else honest_and_leaky(settings, recipes)


def honest_and_leaky(settings: Sequence[str], recipes: Sequence[Recipe]) -> list[Choice]:
    """
    Give the honest protocol, and beside it the leaky one, drawn with the same folds and fractions.

    Parameters
    ----------
    settings : sequence of str
        Each ``key=value`` or ``PROTOCOL.key=value``.
    recipes : sequence of Recipe
        The models.

    Returns
    -------
    list of Choice
        Two protocols.

    Raises
    ------
    ConfigError
        If a setting breaks a rule.
    """
    given = changes.protocol_settings(settings, [HONEST, LEAKY])
    (honest,) = named(
        [HONEST], [s for s in settings if not s.strip().startswith(f"{LEAKY}.")], recipes
    )
    return [honest, _checked(LEAKY, {**honest.settings, **given[LEAKY]})]


def _checked(name: str, values: dict[str, Any]) -> Choice:
    from genrescope.training.recipe import Choice

    if "seed" in values:
        raise ConfigError(
            f"protocol {name!r} is seeded by the seed of each training: use --seed N of "
            "`train` or --seeds N of `evaluate` in place of a protocol's own seed"
        )
    changes.check_protocol(name, values)
    return Choice(name, values)
