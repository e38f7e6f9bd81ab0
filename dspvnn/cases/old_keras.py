"""Initial weights as old Keras drew them, for the nets of the questions that were asked in it.

PyTorch draws other ones, and for a net that is trained for few steps the first weights decide. The gates of
an LSTM are another difference: old Keras took clip(0.2 x + 0.5, 0, 1) for the sigmoid, PyTorch's LSTM
cannot.
"""

import math

import torch
from torch import nn


def draw_weights(network: nn.Module) -> None:
    """Draw every LSTM's and every Dense layer's weights anew, from torch's global generator.

    Kernels are Glorot uniform, recurrent kernels orthogonal; biases are 0, those of the forget gates 1.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.LSTM):
            _draw_lstm(layer)


def _draw_lstm(layer: nn.LSTM) -> None:
    kernel, recurrent, *biases = layer.all_weights[0]
    nn.init.xavier_uniform_(kernel)
    nn.init.orthogonal_(recurrent)
    with torch.no_grad():
        for bias in biases:
            bias.zero_()
        biases[0][layer.hidden_size : 2 * layer.hidden_size] = 1  # the forget gate is the second of four


def draw_glorot_normal(layer: nn.Linear) -> None:
    """Draw a Dense layer's kernel from a normal distribution of Glorot's width."""
    n_out, n_in = layer.weight.shape
    draw_normal(layer, math.sqrt(2 / (n_in + n_out)))


def draw_normal(layer: nn.Linear, std: float) -> None:
    """Draw a Dense layer's kernel from a normal distribution that is cut at two standard deviations."""
    nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)
    nn.init.zeros_(layer.bias)
