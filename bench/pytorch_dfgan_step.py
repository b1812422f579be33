"""One training step of DF-GAN in PyTorch, as published, for `cortext bench step`.

The networks, losses and the order of updates are those of the official code (https://github.com/tobran/DF-GAN, Tao et al.,
CVPR 2022), written anew: hinge over real, mismatched and drawn pairs, the matching-aware gradient penalty with its
second-order gradients, Adam on the discriminator, then on the generator against the updated discriminator.

As a benchmark it is a process that waits for its turn. It answers lines of JSON on standard input:
    {"run": 2}   two steps          -> {"milliseconds": [..], "losses": {..}}
    {"end": 1}   the end            -> {"peakBytes": ..}
after a first line {"ready": {..}} that tells versions and threads.

    python pytorch_dfgan_step.py --size 64 --batch 16 [--channels-last] [--bf16]
    python pytorch_dfgan_step.py --weights FILE.npz --config FILE.json     prints the losses of given weights and inputs
    python pytorch_dfgan_step.py --peak                                    prints the machine's rate of matrix products
"""
import argparse
import json
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


def widths(size, base):
    """Channels at every scale from the image down to 4 x 4."""
    return [base * min(2**scale, 8) for scale in range(int(math.log2(size)) - 1)]


def perceptron(condition, channels, initial):
    first, second = nn.Linear(condition, channels), nn.Linear(channels, channels)
    nn.init.zeros_(second.weight)
    nn.init.constant_(second.bias, initial)
    network = nn.Sequential()
    network.add_module('linear1', first)
    network.add_module('relu1', nn.ReLU(inplace=True))
    network.add_module('linear2', second)
    return network


class Affine(nn.Module):
    def __init__(self, condition, channels):
        super().__init__()
        self.fc_gamma = perceptron(condition, channels, 1)
        self.fc_beta = perceptron(condition, channels, 0)

    def forward(self, x, y):
        weight = self.fc_gamma(y).unsqueeze(-1).unsqueeze(-1).expand(x.size())
        bias = self.fc_beta(y).unsqueeze(-1).unsqueeze(-1).expand(x.size())
        return weight * x + bias


class DeepFusion(nn.Module):
    def __init__(self, condition, channels):
        super().__init__()
        self.affine0 = Affine(condition, channels)
        self.affine1 = Affine(condition, channels)

    def forward(self, x, y):
        h = F.leaky_relu(self.affine0(x, y), 0.2, inplace=True)
        return F.leaky_relu(self.affine1(h, y), 0.2, inplace=True)


class GeneratorBlock(nn.Module):
    def __init__(self, condition, inputs, outputs):
        super().__init__()
        self.c1 = nn.Conv2d(inputs, outputs, 3, 1, 1)
        self.c2 = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.fuse1 = DeepFusion(condition, inputs)
        self.fuse2 = DeepFusion(condition, outputs)
        self.c_sc = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None

    def forward(self, x, y):
        x = F.interpolate(x, scale_factor=2)
        shortcut = x if self.c_sc is None else self.c_sc(x)
        return shortcut + self.c2(self.fuse2(self.c1(self.fuse1(x, y)), y))


class Generator(nn.Module):
    def __init__(self, size, base, noise, condition):
        super().__init__()
        self.deepest = 8 * base
        self.fc = nn.Linear(noise, self.deepest * 16)
        channels = widths(size, base)[::-1]
        self.GBlocks = nn.ModuleList(
            GeneratorBlock(noise + condition, i, o) for i, o in zip(channels, channels[1:])
        )
        self.to_rgb = nn.Sequential(nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(channels[-1], 3, 3, 1, 1), nn.Tanh())

    def forward(self, noise, sentence):
        out = self.fc(noise).view(noise.size(0), self.deepest, 4, 4)
        condition = torch.cat((noise, sentence), dim=1)
        for block in self.GBlocks:
            out = block(out, condition)
        return self.to_rgb(out)


class DiscriminatorBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv_r = nn.Sequential(
            nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
        )
        self.conv_s = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else None
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        shortcut = x if self.conv_s is None else self.conv_s(x)
        return F.avg_pool2d(shortcut, 2) + self.gamma * self.conv_r(x)


class Discriminator(nn.Module):
    """Features of images."""

    def __init__(self, size, base):
        super().__init__()
        channels = widths(size, base)
        self.conv_img = nn.Conv2d(3, base, 3, 1, 1)
        self.DBlocks = nn.ModuleList(DiscriminatorBlock(i, o) for i, o in zip(channels, channels[1:]))

    def forward(self, x):
        out = self.conv_img(x)
        for block in self.DBlocks:
            out = block(out)
        return out


class Head(nn.Module):
    """The logit of features and sentence."""

    def __init__(self, base, condition):
        super().__init__()
        self.condition = condition
        self.joint_conv = nn.Sequential(
            nn.Conv2d(8 * base + condition, 2 * base, 3, 1, 1, bias=False),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(2 * base, 1, 4, 1, 0, bias=False),
        )

    def forward(self, features, sentence):
        everywhere = sentence.view(-1, self.condition, 1, 1).repeat(1, 1, 4, 4)
        return self.joint_conv(torch.cat((features, everywhere), 1))


def hinge(logits, negative):
    return torch.mean(F.relu(1.0 + logits if negative else 1.0 - logits))


def gradient_penalty(images, sentence, logits):
    """2 |gradient of the logit by image and sentence| ^ 6, mean over the batch."""
    gradients = torch.autograd.grad(
        outputs=logits,
        inputs=(images, sentence),
        grad_outputs=torch.ones_like(logits),
        retain_graph=True,
        create_graph=True,
        only_inputs=True,
    )
    flat = torch.cat([gradient.reshape(gradient.size(0), -1).float() for gradient in gradients], dim=1)
    return 2.0 * torch.mean(torch.sqrt(torch.sum(flat**2, dim=1)) ** 6)


class Step:
    def __init__(self, size, base, noise, condition, channels_last, bf16):
        torch.manual_seed(1)
        self.generator = Generator(size, base, noise, condition)
        self.discriminator = Discriminator(size, base)
        self.head = Head(base, condition)
        self.format = torch.channels_last if channels_last else torch.contiguous_format
        for network in (self.generator, self.discriminator, self.head):
            network.to(memory_format=self.format)
        self.bf16 = bf16
        judge = list(self.discriminator.parameters()) + list(self.head.parameters())
        self.optimizer_d = torch.optim.Adam(judge, lr=4e-4, betas=(0.0, 0.9))
        self.optimizer_g = torch.optim.Adam(self.generator.parameters(), lr=1e-4, betas=(0.0, 0.9))

    def autocast(self):
        return torch.autocast('cpu', dtype=torch.bfloat16, enabled=self.bf16)

    def discriminator_losses(self, images, sentence, noise):
        images = images.to(memory_format=self.format).requires_grad_()
        sentence = sentence.clone().requires_grad_()
        with self.autocast():
            features = self.discriminator(images)
            logits = self.head(features, sentence)
            real = hinge(logits, negative=False)
            mismatched = torch.cat((features[1:], features[0:1]), dim=0)
            wrong = hinge(self.head(mismatched, sentence), negative=True)
            drawn = self.generator(noise, sentence)
            fake = hinge(self.head(self.discriminator(drawn.detach()), sentence), negative=True)
            penalty = gradient_penalty(images, sentence, logits)
        return drawn, real, wrong, fake, penalty

    def generator_loss(self, drawn, sentence):
        with self.autocast():
            return -self.head(self.discriminator(drawn), sentence).mean()

    def run(self, images, sentence, noise):
        drawn, real, wrong, fake, penalty = self.discriminator_losses(images, sentence, noise)
        self.optimizer_d.zero_grad()
        (real + (fake + wrong) / 2.0 + penalty).backward()
        self.optimizer_d.step()
        generator = self.generator_loss(drawn, sentence)
        self.optimizer_g.zero_grad()
        # As published: the discriminator's own gradients are computed on the way, and cleared before its next update.
        generator.backward()
        self.optimizer_g.step()
        terms = {'real': real, 'wrong': wrong, 'fake': fake, 'penalty': penalty, 'generator': generator}
        return {name: value.item() for name, value in terms.items()}


def peak_bytes():
    """The largest resident memory of this process; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == 'darwin' else peak * 1024


def say(value):
    sys.stdout.write(json.dumps(value) + '\n')
    sys.stdout.flush()


def serve(options):
    step = Step(options.size, 32, 100, 256, options.channels_last, options.bf16)
    inputs = (
        torch.rand(options.batch, 3, options.size, options.size) * 2 - 1,
        torch.randn(options.batch, 256),
        torch.randn(options.batch, 100),
    )
    say({'ready': {'version': torch.__version__, 'threads': torch.get_num_threads()}})
    for line in sys.stdin:
        command = json.loads(line)
        if 'end' in command:
            say({'peakBytes': peak_bytes()})
            return
        milliseconds = []
        for _ in range(command['run']):
            started = time.perf_counter()
            losses = step.run(*inputs)
            milliseconds.append((time.perf_counter() - started) * 1000)
        say({'milliseconds': milliseconds, 'losses': losses})


def losses_of_weights(options):
    """For comparing with the official code: the losses of given weights and inputs."""
    import numpy

    arrays = numpy.load(options.weights)
    with open(options.config, encoding='utf8') as file:
        config = json.load(file)['config']
    step = Step(config['image'], config['nf'], config['noise'], config['condition'], options.channels_last, options.bf16)
    networks = {'G': step.generator, 'D': step.discriminator, 'C': step.head}
    for prefix, network in networks.items():
        own = {
            name[len(f'weight/{prefix}.') :]: torch.from_numpy(arrays[name])
            for name in arrays.files
            if name.startswith(f'weight/{prefix}.')
        }
        network.load_state_dict(own, strict=True)
    images, sentence, noise = (torch.from_numpy(arrays[name]) for name in ('images', 'condition', 'noise'))
    drawn, real, wrong, fake, penalty = step.discriminator_losses(images, sentence, noise)
    total = real + (fake + wrong) / 2.0 + penalty
    generator = step.generator_loss(drawn, sentence)
    say(
        {
            'losses': {
                'real': real.item(),
                'wrong': wrong.item(),
                'fake': fake.item(),
                'ma_gp': penalty.item(),
                'discriminator': total.item(),
                'generator': generator.item(),
            }
        }
    )


def rate(dtype, side=2048, repetitions=8):
    """Multiplications and additions per second of a large matrix product, the best of several."""
    matrix = torch.full((side, side), 0.5, dtype=dtype)
    best = math.inf
    for _ in range(repetitions):
        started = time.perf_counter()
        matrix @ matrix
        best = min(best, time.perf_counter() - started)
    return 2 * side**3 / best


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--size', type=int, default=64)
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--channels-last', action='store_true')
    parser.add_argument('--bf16', action='store_true')
    parser.add_argument('--weights')
    parser.add_argument('--config')
    parser.add_argument('--peak', action='store_true')
    options = parser.parse_args()
    if options.weights:
        losses_of_weights(options)
    elif options.peak:
        say({'float32': rate(torch.float32), 'bfloat16': rate(torch.bfloat16)})
    else:
        serve(options)
