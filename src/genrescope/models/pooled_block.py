"""A first block of convolution, batch norm and pooling that never holds its largest array.

Over pictures of one channel the convolution gives a number for each filter and pixel, of which the
pooling keeps one in nine: writing and reading them all is most of the time of a small CNN. The
values here are those of the three layers one after the other, without that array:

- Over all positions, mean and variance of a filter ``w`` are ``w @ m`` and ``w @ C @ w``, where
  ``m`` and ``C`` are mean and covariance of the pixels under the filter. So what batch norm will do
  is known beforehand, and goes into the filters.
- A gradient comes back through the winners of the pooling alone. So a few pictures at a time are
  convolved and pooled, in the cache, both ways.

Pictures have the shape (n, 1, height, width). Public: `pooled_block`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

# So many that what the convolution gives for them stays in the cache (16 filters over 64 x 100
# pixels: 6 MB); 4 to 32 are equally fast on one core, and more are shared better by several.
N_AT_A_TIME = 16


def pooled_block(
    X: torch.Tensor, convolution: nn.Conv2d, norm: nn.BatchNorm2d, *, pool: int
) -> torch.Tensor:
    """
    Give what convolution, batch norm and max pooling give, one after the other.

    Parameters
    ----------
    X : torch.Tensor [shape=(n, 1, height, width)]
        Pictures; no gradient comes back to them.
    convolution : nn.Conv2d
        Unpadded, of stride 1, over one channel.
    norm : nn.BatchNorm2d
        In training it takes the statistics of the batch, and keeps the running ones.
    pool : int
        Size and stride of the pooling.

    Returns
    -------
    torch.Tensor [shape=(n, n_filters, ...)]
        The pooled values, channels last.

    Examples
    --------
    >>> X = torch.rand(4, 1, 11, 14)
    >>> convolution, norm = nn.Conv2d(1, 5, 3), nn.BatchNorm2d(5)
    >>> plain = functional.max_pool2d(norm(convolution(X)), 3)
    >>> torch.allclose(pooled_block(X, convolution, norm, pool=3), plain, atol=1e-5)
    True
    """
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else X.dtype
    with torch.autocast("cpu", enabled=False):
        weight, bias = _folded(X, convolution, norm)
        pooled: torch.Tensor = _Winners.apply(X.to(dtype), weight.to(dtype), bias.to(dtype), pool)
    return pooled


def _folded(
    X: torch.Tensor, convolution: nn.Conv2d, norm: nn.BatchNorm2d
) -> tuple[torch.Tensor, torch.Tensor]:
    """Put what batch norm does into weight and bias of the convolution."""
    if norm.training:
        filters = convolution.weight.flatten(1)
        m, C, n = _moments(X[:, 0], convolution.kernel_size)
        mean = filters @ m + convolution.bias
        var = ((filters @ C) * filters).sum(1)
        _keep(norm, mean.detach(), var.detach() * (n / (n - 1)))
    else:
        mean, var = norm.running_mean, norm.running_var
    scale = norm.weight / torch.sqrt(var + norm.eps)
    weight = scale[:, None, None, None] * convolution.weight
    return weight, norm.bias + scale * (convolution.bias - mean)


def _keep(norm: nn.BatchNorm2d, mean: torch.Tensor, var: torch.Tensor) -> None:
    """Move the running statistics, which are used after the training."""
    norm.running_mean.lerp_(mean, norm.momentum)
    norm.running_var.lerp_(var, norm.momentum)
    norm.num_batches_tracked.add_(1)


def _moments(
    X: torch.Tensor, kernel_size: tuple[int, ...]
) -> tuple[torch.Tensor, torch.Tensor, int]:
    """
    Mean [shape=(k,)] and covariance [shape=(k, k)] of the k pixels under a filter, and over how
    many positions.

    Two pixels of a filter lie some rows and columns apart; the products of all pixels that lie so
    are summed over the pictures once, and each pair of pixels takes its window of that sum.
    """
    (n, height, width), (rows, columns) = X.shape, kernel_size
    window = (height - rows + 1, width - columns + 1)
    second = torch.empty(rows, columns, rows, columns, dtype=torch.float64)
    for down in range(rows):
        for right in range(1 - columns if down else 0, columns):
            left = max(0, -right)
            one = X[:, : height - down, left : width - max(0, right)]
            other = X[:, down:, left + right : width - left]
            sums = _window_sums((one * other).sum(0), window)
            for i in range(rows - down):
                for j in range(columns - abs(right)):
                    a, b = (i, j + left), (i + down, j + left + right)
                    second[(*a, *b)] = second[(*b, *a)] = sums[i, j]
    n_positions = n * window[0] * window[1]
    m = _window_sums(X.sum(0), window).flatten() / n_positions
    k = rows * columns
    C = second.reshape(k, k) / n_positions - torch.outer(m, m)
    return m.to(X.dtype), C.to(X.dtype), n_positions


def _window_sums(picture: torch.Tensor, window: tuple[int, int]) -> torch.Tensor:
    """Sum a picture over each place of a window, in float64."""
    whole = picture.double()[None, None]
    return functional.avg_pool2d(whole, window, stride=1, divisor_override=1)[0, 0]


class _Winners(torch.autograd.Function):
    """Convolve and pool a few pictures at a time; remember which positions won."""

    @staticmethod
    def forward(
        ctx: Any, X: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, pool: int
    ) -> torch.Tensor:
        weight = weight.to(memory_format=torch.channels_last)
        parts = [
            functional.max_pool2d_with_indices(functional.conv2d(few, weight, bias), pool)
            for few in X.split(N_AT_A_TIME)
        ]
        ctx.pool = pool
        ctx.save_for_backward(X, weight, *(winners for _, winners in parts))
        return torch.cat([pooled for pooled, _ in parts])

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        X, weight, *winners = ctx.saved_tensors
        total = torch.zeros_like(weight)
        (height, width), (rows, columns) = X.shape[2:], weight.shape[2:]
        # Of the convolved pictures, the way back asks for the shape alone.
        like = X.new_empty(N_AT_A_TIME, len(weight), height - rows + 1, width - columns + 1)
        like = like.to(memory_format=torch.channels_last)
        parts = grad.contiguous(memory_format=torch.channels_last).split(N_AT_A_TIME)
        for few, won, part in zip(X.split(N_AT_A_TIME), winners, parts, strict=True):
            spread = torch.ops.aten.max_pool2d_with_indices_backward(
                part, like[: len(few)], [ctx.pool] * 2, [ctx.pool] * 2, [0, 0], [1, 1], False, won
            )
            total += torch.ops.aten.convolution_backward(
                spread, few, weight, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1,
                [False, True, False],
            )[1]  # fmt: skip
        return None, total, grad.sum((0, 2, 3)), None
