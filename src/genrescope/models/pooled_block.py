"""A first block of convolution, batch norm and pooling that never holds its largest array.

Over pictures of one channel the convolution gives a number for each filter and pixel, of which the
pooling keeps one in nine: writing and reading them all is most of the time of a small CNN. The
values here are those of the three layers one after the other, without that array:

- Over all positions, mean and variance of a filter ``w`` are ``w @ m`` and ``w @ C @ w``, where
  ``m`` and ``C`` are mean and covariance of the pixels under the filter. So what batch norm will do
  is known beforehand; its scale and bias are applied to what the pooling leaves.
- A gradient comes back through the winners of the pooling alone. So a few pictures at a time are
  convolved and pooled, in the cache, both ways.
- The mean of the pixels, which batch norm removes anyway, is subtracted first: neither the
  covariance nor a product in bfloat16 loses its digits to it. In training it is that of the batch,
  else that of each picture, so that no answer depends on the other pictures.

Public: `pooled_block`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from genrescope.errors import ParameterError

# So many that what the convolution gives for them stays in the cache (16 filters over 64 x 100
# pixels: 6 MB); 4 to 32 are equally fast on one core, and more are shared better by several.
N_AT_A_TIME = 16

# So many are summed in their own type before the sums go on in float64.
N_SUMMED = 64


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
        Over one channel, of stride 1 and dilation 1, in one group, unpadded, with a bias.
    norm : nn.BatchNorm2d
        In training it takes the statistics of the batch, and keeps the running ones. It has
        weight and bias, running statistics, and a momentum.
    pool : int
        Size and stride of the pooling.

    Returns
    -------
    torch.Tensor [shape=(n, n_filters, ...)]
        The pooled values, channels last; under autocast in its type. There the statistics of the
        batch are those of the rounded filters, and the running ones those of the filters in
        float32, with which the network is measured and exported.

    Raises
    ------
    ParameterError
        If in training the filters have fewer than two positions, which have no variance.

    Examples
    --------
    >>> X = torch.rand(4, 1, 11, 14)
    >>> convolution, norm = nn.Conv2d(1, 5, 3), nn.BatchNorm2d(5)
    >>> plain = functional.max_pool2d(norm(convolution(X)), 3)
    >>> torch.allclose(pooled_block(X, convolution, norm, pool=3), plain, atol=1e-5)
    True
    """
    assert _is_handled(convolution, norm), f"{convolution} and {norm} are no first block"
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else X.dtype
    with torch.autocast("cpu", enabled=False):
        middle = X.mean((1, 2, 3))
        if norm.training:
            middle = middle.double().mean(0, keepdim=True).to(X.dtype)
        X = X - middle[:, None, None, None]
        filters = convolution.weight.to(dtype).double()
        scale, bias = _normalised(X, middle.double(), filters, convolution, norm)
        weight = scale[:, None, None, None] * filters
        pooled: torch.Tensor = _Winners.apply(X.to(dtype), weight, bias, scale.detach(), pool)
    return pooled


def _is_handled(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> bool:
    """Tell whether the layers are what the arithmetic here supposes."""
    form = (convolution.stride, convolution.padding, convolution.dilation)
    return (
        form == ((1, 1), (0, 0), (1, 1))
        and convolution.in_channels == convolution.groups == 1
        and convolution.bias is not None
        and norm.affine
        and norm.track_running_stats
        and norm.momentum is not None
    )


def _normalised(
    X: torch.Tensor,
    middle: torch.Tensor,
    filters: torch.Tensor,
    convolution: nn.Conv2d,
    norm: nn.BatchNorm2d,
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Give scale [shape=(n_filters,)] and bias [shape=(n or 1, n_filters)] that batch norm comes to.

    They apply to what the rounded ``filters`` give of pixels from which ``middle`` was subtracted.
    """
    exact, offset = convolution.weight.double().flatten(1), convolution.bias.double()
    if norm.training:
        m, C, n = _moments(X[:, 0], convolution.kernel_size)
        with torch.no_grad():
            _keep(norm, exact @ (m + middle) + offset, _variances(exact, C) * (n / (n - 1)))
        var = _variances(filters.flatten(1), C)
        # The convolution's bias cancels, and has a gradient, of zero.
        rest = (0 * offset - filters.flatten(1) @ m)[None]
    else:
        var = norm.running_var.double()
        rest = offset - norm.running_mean + middle[:, None] * exact.sum(1)
    scale = norm.weight / torch.sqrt(var + norm.eps)
    return scale, norm.bias + scale * rest


def _variances(filters: torch.Tensor, C: torch.Tensor) -> torch.Tensor:
    """Variance of what each filter gives, of pixels with this covariance."""
    return ((filters @ C) * filters).sum(1).clamp(min=0.0)


def _keep(norm: nn.BatchNorm2d, mean: torch.Tensor, var: torch.Tensor) -> None:
    """Move the running statistics, which are used after the training."""
    norm.running_mean.lerp_(mean.to(norm.running_mean.dtype), norm.momentum)
    norm.running_var.lerp_(var.to(norm.running_var.dtype), norm.momentum)
    norm.num_batches_tracked.add_(1)


def _moments(
    X: torch.Tensor, kernel_size: tuple[int, ...]
) -> tuple[torch.Tensor, torch.Tensor, int]:
    """
    Mean [shape=(k,)] and covariance [shape=(k, k)] of the k pixels under a filter, in float64,
    and over how many positions.

    Two pixels of a filter lie some rows and columns apart; the products of all pixels that lie so
    are summed over the pictures once, and each pair of pixels takes its window of that sum.
    """
    (n, height, width), (rows, columns) = X.shape, kernel_size
    window = (height - rows + 1, width - columns + 1)
    n_positions = n * window[0] * window[1]
    if n_positions < 2:
        raise ParameterError(
            f"{n} pictures of {height} x {width} leave a filter of {rows} x {columns} "
            f"{n_positions} positions, which have no variance: train on larger batches or pictures"
        )
    second = torch.empty(rows, columns, rows, columns, dtype=torch.float64)
    total, products = _sums_over_pictures(X, rows, columns)
    for (down, right), product in products.items():
        left = max(0, -right)
        sums = _window_sums(product, window)
        for i in range(rows - down):
            for j in range(columns - abs(right)):
                a, b = (i, j + left), (i + down, j + left + right)
                second[(*a, *b)] = second[(*b, *a)] = sums[i, j]
    m = _window_sums(total, window).flatten() / n_positions
    k = rows * columns
    return m, second.reshape(k, k) / n_positions - torch.outer(m, m), n_positions


def _sums_over_pictures(
    X: torch.Tensor, rows: int, columns: int
) -> tuple[torch.Tensor, dict[tuple[int, int], torch.Tensor]]:
    """
    Sum the pictures, and their products with themselves (down, right) apart.

    Some pictures are summed in their own type, and those sums in float64.
    """
    apart = [
        (down, right)
        for down in range(rows)
        for right in range(1 - columns if down else 0, columns)
    ]
    height, width = X.shape[1:]
    parts: list[list[torch.Tensor]] = []
    for few in X.split(N_SUMMED):
        sums = [few.sum(0).double()]
        for down, right in apart:
            left = max(0, -right)
            one = few[:, : height - down, left : width - max(0, right)]
            sums.append((one * few[:, down:, left + right : width - left]).sum(0).double())
        parts.append(sums)
    total, *products = (sum(of_parts[1:], of_parts[0]) for of_parts in zip(*parts, strict=True))
    return total, dict(zip(apart, products, strict=True))


def _window_sums(picture: torch.Tensor, window: tuple[int, int]) -> torch.Tensor:
    """Sum a picture over each place of a window."""
    return functional.avg_pool2d(picture[None, None], window, stride=1, divisor_override=1)[0, 0]


class _Winners(torch.autograd.Function):
    """
    Convolve and pool a few pictures at a time; remember which positions won.

    The weight comes times the scale of batch norm, since so its gradient is that of both. What
    convolves is the filter itself, which its type holds exactly, with the sign of the scale.
    """

    @staticmethod
    def forward(
        ctx: Any,
        X: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        scale: torch.Tensor,
        pool: int,
    ) -> torch.Tensor:
        size = torch.where(scale == 0, 1.0, scale.abs())[:, None, None]
        filters = (weight / size[..., None]).to(X.dtype, memory_format=torch.channels_last)
        exact = torch.promote_types(X.dtype, torch.float32)
        size, above = size.to(exact), bias.to(exact).expand(len(X), -1)[..., None, None]
        ctx.pool, ctx.bias_shape = pool, bias.shape
        parts, winners = [], []
        for few, each in zip(X.split(N_AT_A_TIME), above.split(N_AT_A_TIME), strict=True):
            pooled, won = functional.max_pool2d_with_indices(functional.conv2d(few, filters), pool)
            parts.append(pooled.to(exact).mul_(size).add_(each).to(X.dtype))
            winners.append(won)
        ctx.save_for_backward(X, filters, *winners)
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        X, weight, *winners = ctx.saved_tensors
        total = torch.zeros_like(weight, dtype=torch.float64)
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
        bias = grad.sum((2, 3), dtype=torch.promote_types(grad.dtype, torch.float32))
        return None, total, bias.double().sum_to_size(ctx.bias_shape), None, None
