"""The PP-OCRv6 small recogniser as a PyTorch module: picture of a line -> characters over time.

Stem and light convolution blocks bring 48 pixels of height down to one row, two small transformer blocks look along the
row, and a linear layer names a character (or the blank of CTC, Graves et al. 2006) for every column. `stride` is the
pixels a column stands for. The base network has 8; with 4 the pool takes overlapping columns and the convolution along
the row is dilated, so every second column is exactly what the base network sees.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

HEIGHT = 48
NECK = 120
STAGES: tuple[tuple[tuple[int, int, bool], ...], ...] = (
    ((96, 96, True), (96, 96, False), (96, 96, False), (96, 192, False)),
    ((192, 192, True), (192, 192, False)) * 3 + ((192, 384, False),),
    ((384, 384, True), (384, 384, False)),
)


class Stem(nn.Module):
    """A quarter of the width and of the height: two strided convolutions, between them a fine and a pooled branch."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 48, 3, stride=2, padding=1)
        self.fine_in = nn.Conv2d(48, 24, 2)
        self.fine_out = nn.Conv2d(24, 48, 2)
        self.join = nn.Conv2d(96, 48, 3, stride=2, padding=1)
        self.widen = nn.Conv2d(48, 96, 1)

    def forward(self, x: Tensor) -> Tensor:
        """N x 3 x H x W -> N x 96 x H/4 x W/4."""
        x = F.relu(self.first(x))
        fine = F.relu(self.fine_in(F.pad(x, (0, 1, 0, 1))))
        fine = F.relu(self.fine_out(F.pad(fine, (0, 1, 0, 1))))
        pooled = F.max_pool2d(F.pad(x, (0, 1, 0, 1)), 2, stride=1)
        return F.relu(self.widen(F.relu(self.join(torch.cat([pooled, fine], 1)))))


class SqueezeExcite(nn.Module):
    """Channels weighed by what the whole line shows (Hu et al. 2018)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(width, width // 4, 1)
        self.excite = nn.Conv2d(width // 4, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        weights = self.excite(F.relu(self.squeeze(x.mean((2, 3), keepdim=True))))
        return x * F.hardsigmoid(weights)


class LightBlock(nn.Module):
    """Depthwise 3 x 3, then expand, GELU, project; a block that changes width halves the height and has no shortcut."""

    def __init__(self, width: int, width_out: int, squeeze: bool) -> None:
        super().__init__()
        self.shortcut = width == width_out
        stride = (1, 1) if self.shortcut else (2, 1)
        self.depthwise = nn.Conv2d(width, width, 3, stride=stride, padding=1, groups=width)
        self.squeeze = SqueezeExcite(width) if squeeze else None
        self.expand = nn.Conv2d(width, width * 2 if self.shortcut else width_out, 1)
        self.project = nn.Conv2d(self.expand.out_channels, width_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """N x C x H x W -> N x C' x H or H/2 x W."""
        x = self.depthwise(x)
        if self.squeeze is not None:
            x = self.squeeze(x)
        mixed: Tensor = self.project(F.gelu(self.expand(x)))
        return x + mixed if self.shortcut else mixed


class NormedConv(nn.Module):
    """Convolution, batch normalisation, swish. The running statistics stay those of the base weights."""

    def __init__(self, width: int, kernel: int = 1, dilation: int = 1, groups: int = 1) -> None:
        super().__init__()
        padding = (0, kernel // 2 * dilation)
        self.conv = nn.Conv2d(
            width, NECK, (1, kernel), padding=padding, dilation=(1, dilation), groups=groups, bias=False
        )
        self.norm = nn.BatchNorm2d(NECK)

    def forward(self, x: Tensor) -> Tensor:
        """N x C x 1 x W -> N x 120 x 1 x W."""
        return F.silu(self.norm(self.conv(x)))

    def train(self, mode: bool = True) -> "NormedConv":
        """Batch normalisation never learns new statistics."""
        super().train(mode)
        self.norm.eval()
        return self


class Attention(nn.Module):
    """Eight heads of self attention along the line, no position code."""

    def __init__(self) -> None:
        super().__init__()
        self.into = nn.Linear(NECK, 3 * NECK)
        self.out = nn.Linear(NECK, NECK)

    def forward(self, x: Tensor) -> Tensor:
        """N x T x 120 -> the same."""
        lines, columns, _ = x.shape
        query, key, value = self.into(x).reshape(lines, columns, 3, 8, NECK // 8).permute(2, 0, 3, 1, 4)
        weights = ((query * (NECK // 8) ** -0.5) @ key.transpose(-1, -2)).softmax(-1)
        mixed = weights.to(value.dtype) @ value
        projected: Tensor = self.out(mixed.transpose(1, 2).reshape(lines, columns, NECK))
        return projected


class TransformerBlock(nn.Module):
    """Normalise, attend, add; normalise, mix, add."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention = nn.LayerNorm(NECK)
        self.attention = Attention()
        self.before_mixing = nn.LayerNorm(NECK)
        self.expand = nn.Linear(NECK, 2 * NECK)
        self.project = nn.Linear(2 * NECK, NECK)

    def forward(self, x: Tensor) -> Tensor:
        """N x T x 120 -> the same."""
        x = x + self.attention(self.before_attention(x))
        mixed: Tensor = self.project(F.silu(self.expand(self.before_mixing(x))))
        return x + mixed


class Neck(nn.Module):
    """One row of 384 channels -> 120 features a column, each knowing the whole line."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.shortcut = NormedConv(384)
        self.reduce = NormedConv(384)
        self.local = NormedConv(NECK, kernel=7, dilation=dilation, groups=NECK)
        self.blocks = nn.Sequential(TransformerBlock(), TransformerBlock())
        self.norm = nn.LayerNorm(NECK)

    def forward(self, x: Tensor) -> Tensor:
        """N x 384 x 1 x T -> N x T x 120."""
        reduced = self.reduce(x)
        row = (reduced + self.local(reduced)).squeeze(2).transpose(1, 2)
        looked: Tensor = self.norm(self.blocks(row))
        shortcut: Tensor = self.shortcut(x).squeeze(2).transpose(1, 2)
        return looked + shortcut


class LineNetwork(nn.Module):
    """float N x 3 x 48 x W in BGR, -1 to 1 -> N x W/stride x `characters` scores (no softmax). W is a multiple of 8."""

    def __init__(self, characters: int, stride: int = 8) -> None:
        super().__init__()
        if stride not in (4, 8):
            raise ValueError(f"stride is 4 or 8, not {stride}")
        self.stride = stride
        self.stem = Stem()
        self.body = nn.Sequential(*[LightBlock(*shape) for stage in STAGES for shape in stage])
        self.neck = Neck(dilation=8 // stride)
        self.classifier = nn.Linear(NECK, characters)

    def features(self, x: Tensor) -> Tensor:
        """What the classifier sees: N x W/stride x 120."""
        features: Tensor = self.neck(self.pool(self.body(self.stem(x))))
        return features

    def pool(self, x: Tensor) -> Tensor:
        """N x 384 x 3 x W/4 -> N x 384 x 1 x W/stride: the mean of each two neighbouring columns."""
        row = x.mean(2, keepdim=True)
        if self.stride == 8:
            return F.avg_pool2d(row, (1, 2))
        return (row + torch.cat([row[..., 1:], row[..., -1:]], 3)) / 2

    def forward(self, x: Tensor) -> Tensor:
        """Scores, N x W/stride x characters."""
        scores: Tensor = self.classifier(self.features(x))
        return scores
