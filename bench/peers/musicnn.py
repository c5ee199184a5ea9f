"""
musicnn (Pons & Serra 2019) in torch: the published architecture with random weights.

787,000 trainable parameters, 792,000 with the running statistics of the batch norms. Its front end
is that of the published code: librosa, 16 kHz, frames of 512 with hop 256, 96 mel bands,
log10(10000 S + 1), patches of 187 frames (3 s) one after the other.

References
----------
J. Pons, X. Serra: musicnn: pre-trained convolutional neural networks for music audio tagging.
ISMIR late-breaking session (2019). Code: github.com/jordipons/musicnn, MSD_musicnn.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

N_MELS, N_FRAMES, SR = 96, 187, 16000


class Block(nn.Module):
    """Convolution, ReLU, batch norm, and the maximum over all that is left of the bands."""

    def __init__(self, n_in: int, n_out: int, kernel: tuple[int, int]) -> None:
        super().__init__()
        frames = kernel[0] - 1  # padded in time alone
        self.padding = (frames // 2, frames - frames // 2)
        self.convolution = nn.Conv2d(n_in, n_out, kernel)
        self.norm = nn.BatchNorm2d(n_out)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """From (batch, n_in, frames, bands) to (batch, n_out, frames)."""
        X = nn.functional.pad(X, (0, 0, *self.padding))
        X = self.norm(torch.relu(self.convolution(X)))
        return X.amax(dim=3)


class Musicnn(nn.Module):
    """The network, from log-mel patches (batch, 187, 96) to 50 tags."""

    def __init__(self, n_tags: int = 50) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(1)
        self.timbral = nn.ModuleList(
            Block(1, 204, (7, bands)) for bands in (int(0.4 * N_MELS), int(0.7 * N_MELS))
        )
        self.temporal = nn.ModuleList(Block(1, 51, (n, 1)) for n in (128, 64, 32))
        n_front = 2 * 204 + 3 * 51
        self.middle = nn.ModuleList(
            nn.Sequential(nn.Conv1d(n, 64, 7, padding=3), nn.ReLU(), nn.BatchNorm1d(64))
            for n in (n_front, 64, 64)
        )
        n_pooled = 2 * (n_front + 3 * 64)
        self.back = nn.Sequential(
            nn.BatchNorm1d(n_pooled),
            nn.Linear(n_pooled, 200),
            nn.ReLU(),
            nn.BatchNorm1d(200),
            nn.Linear(200, n_tags),
            nn.Sigmoid(),
        )

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Give the tags of patches."""
        X = self.norm(X[:, None])
        front = torch.cat([block(X) for block in (*self.timbral, *self.temporal)], dim=1)
        first = self.middle[0](front)
        second = self.middle[1](first) + first
        third = self.middle[2](second) + second
        all_of_it = torch.cat([front, first, second, third], dim=1)
        pooled = torch.stack([all_of_it.amax(dim=2), all_of_it.mean(dim=2)], dim=2)
        return self.back(pooled.flatten(1))


def n_parameters(network: nn.Module) -> tuple[int, int]:
    """Count the trainable parameters, and all numbers with the running statistics."""
    trainable = sum(p.numel() for p in network.parameters())
    statistics = sum(b.numel() for name, b in network.named_buffers() if "running" in name)
    return trainable, trainable + statistics


def patches(y: np.ndarray) -> torch.Tensor:
    """Compute its front end of sound at 16 kHz: (n_patches, 187, 96)."""
    import librosa

    S = librosa.feature.melspectrogram(y=y, sr=SR, hop_length=256, n_fft=512, n_mels=N_MELS).T
    S = np.log10(10000.0 * S.astype(np.float32) + 1.0)
    n = len(S) // N_FRAMES
    return torch.from_numpy(S[: n * N_FRAMES].reshape(n, N_FRAMES, N_MELS))
