"""
The input that excites a unit of a network most: activation maximisation by gradient ascent.

The input is written as ``mean + std * z``, cell by cell, with mean and deviation of real inputs.
The regulariser is the one of Erhan et al.: the norm of z is bounded, here so that its root mean
square over the cells that the unit sees is 1, as that of a real input is; a step along the gradient
that leaves the ball is brought back to it. Cells that the unit does not see keep the mean. The
gradient may be blurred, so that the input grows smooth. Of a filter, what is raised is its answer
in the middle of its map.

Public functions: `excited`.

References
----------
D. Erhan, Y. Bengio, A. Courville and P. Vincent, "Visualizing higher-layer features of a deep
network", Universite de Montreal, technical report 1341, 2009.
K. Simonyan, A. Vedaldi and A. Zisserman, "Deep inside convolutional networks", ICLR workshop, 2014.
"""

from __future__ import annotations

import numpy as np
import torch

from genrescope.errors import ParameterError
from genrescope.models.inside import Inside, Unit, answer


def excited(
    inside: Inside,
    unit: Unit,
    *,
    mean: np.ndarray,
    std: np.ndarray,
    rng: np.random.Generator,
    n_steps: int = 100,
    rate: float = 0.1,
    blur: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """
    Find an input that excites a unit most.

    Parameters
    ----------
    inside : Inside
        The network.
    unit : Unit
        Which unit.
    mean, std : np.ndarray [shape=input_shape]
        Of each cell over real inputs.
    rng : np.random.Generator
        Draws the first z, a hundredth of a deviation.
    n_steps : int
        Steps along the gradient.
    rate : float
        Length of a step, as a share of the radius.
    blur : float
        Standard deviation of the Gaussian that blurs the gradient along the last two axes, in
        cells; 0 leaves it as it is.

    Returns
    -------
    x : np.ndarray [shape=input_shape]
        The input with the highest answer on the way, float32.
    answers : np.ndarray [shape=(n_steps + 1,)]
        What the unit answered before each step, and at last.

    Raises
    ------
    ParameterError
        If a setting is out of range, or no cell has an influence on the unit.

    Examples
    --------
    >>> from torch import nn
    >>> network = nn.Sequential(nn.Flatten(), nn.Linear(4, 2, bias=False))
    >>> inside, like = Inside.of(network, (2, 2)), np.ones((2, 2))
    >>> x, _ = excited(
    ...     inside, Unit("genre", 0), mean=0 * like, std=like, rng=np.random.default_rng(0)
    ... )
    >>> w = network[1].weight[0].numpy().reshape(2, 2)
    >>> bool(np.allclose(x / np.linalg.norm(x), w / np.linalg.norm(w), atol=1e-3))
    True
    """
    if n_steps < 1 or not rate > 0 or not blur >= 0:
        raise ParameterError(
            f"n_steps ({n_steps}) and rate ({rate}) must be positive, blur ({blur} cells) 0 or more"
        )
    middle, spread = (torch.from_numpy(np.array(a, dtype=np.float32)) for a in (mean, std))
    z = torch.from_numpy((0.01 * rng.standard_normal(inside.input_shape)).astype(np.float32))
    blurs = [_gaussian(n, blur) for n in inside.input_shape[-2:]]
    seen = torch.zeros_like(z, dtype=torch.bool)
    best, answers = (-np.inf, z), []
    for step in range(n_steps + 1):
        value, gradient = _slope(inside, unit, middle, spread, z)
        answers.append(value)
        if value > best[0]:
            best = (value, z)
        if step == n_steps:
            break
        gradient = _blurred(gradient, blurs) if blur else gradient
        seen |= gradient != 0
        if not seen.any():
            raise ParameterError(
                f"no cell of the input has an influence on unit {unit.index} of {unit.layer}: it "
                "is dead, or all ways to it are shut here; try another seed or unit"
            )
        radius = float(seen.sum()) ** 0.5
        z = z + rate * radius * gradient / gradient.norm().clamp_min(torch.finfo().tiny)
        z = torch.where(seen, z, 0.0)
        z = z * min(1.0, radius / float(z.norm()))
    x = middle + spread * torch.where(seen, best[1], 0.0)
    return x.numpy(), np.array(answers)


def _slope(
    inside: Inside, unit: Unit, middle: torch.Tensor, spread: torch.Tensor, z: torch.Tensor
) -> tuple[float, torch.Tensor]:
    """Give what the unit answers, in the middle of its map, and the gradient by z."""
    z = z.detach().requires_grad_()
    out = answer(inside, (middle + spread * z)[None], unit)[0]
    value = out[tuple(n // 2 for n in out.shape)]
    (gradient,) = torch.autograd.grad(value, z)
    return float(value.detach()), gradient


def _gaussian(n: int, sigma: float) -> torch.Tensor:
    """Give the matrix [shape=(n, n)] that blurs an axis; its rows sum to one."""
    if not sigma:
        return torch.eye(n)
    apart = torch.arange(n)[:, None] - torch.arange(n)
    weights = torch.exp(-0.5 * (apart / sigma) ** 2)
    return weights / weights.sum(1, keepdim=True)


def _blurred(gradient: torch.Tensor, blurs: list[torch.Tensor]) -> torch.Tensor:
    blurred = gradient @ blurs[-1].T
    return blurs[0] @ blurred if len(blurs) == 2 else blurred
