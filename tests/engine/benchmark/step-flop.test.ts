import { expect, it } from 'vitest';
import { stepFlop } from '../../../src/main/engine/benchmark/step-flop.ts';

it.each([
  // Of the convolutions and matrix products that PyTorch 2.13 runs in bench/pytorch_dfgan_step.py, batch 2, counted by a
  // TorchDispatchMode over torch.utils.flop_counter.flop_registry. In the generator's loss the discriminator's weights
  // had requires_grad off: their gradients are thrown away. PyTorch also leaves out the gradient by drawn images, which
  // nothing uses.
  [32, 4_054_767_616],
  [64, 17_440_856_064],
] as const)('counts the work that PyTorch counts in a step at %i px', (imageSize, counted) => {
  const flop = stepFlop({ imageSize, batch: 2, channels: 32, noise: 100, condition: 256 });
  expect(Math.abs(flop / counted - 1)).toBeLessThan(0.003);
});
