/** PyTorch's names and layouts of DF-GAN's weights, turned into ours. */
import { type ReferenceArray, transposeAxes } from './npz.ts';

const segments: Readonly<Record<string, string>> = {
  c1: 'firstConvolution',
  c2: 'secondConvolution',
  c_sc: 'shortcut',
  conv_s: 'shortcut',
  'conv_r.0': 'downConvolution',
  'conv_r.2': 'secondConvolution',
  fuse1: 'firstFusion',
  fuse2: 'secondFusion',
  affine0: 'firstAffine',
  affine1: 'secondAffine',
  fc_gamma: 'gamma',
  fc_beta: 'beta',
  linear1: 'hidden',
  linear2: 'output',
  gamma: 'residualShare',
  fc: 'noiseLayer',
  'to_rgb.1': 'imageLayer',
  conv_img: 'imageLayer',
  'joint_conv.0': 'head.joint',
  'joint_conv.2': 'head.logit',
};

export interface NamedArray extends ReferenceArray {
  readonly network: 'generator' | 'discriminator';
  readonly name: string;
}

/** @param stateName - for example `G.GBlocks.0.c1.weight`; D and C (the conditional head) make the discriminator */
export function fromPyTorch(stateName: string, array: ReferenceArray): NamedArray {
  const name = stateName
    .replace(/^[GDC]\./, '')
    .replace(/[GD]Blocks\.(\d+)/, 'block$1')
    .replace(/(conv_r|to_rgb|joint_conv)\.(\d)/, '$1#$2')
    .split('.')
    .map((segment) => segments[segment.replace('#', '.')] ?? segment)
    .join('.');
  const network = stateName.startsWith('G.') ? 'generator' : 'discriminator';
  return { network, name, ...layout(name, array) };
}

function layout(name: string, array: ReferenceArray): ReferenceArray {
  const [first] = array.shape;
  // The first layer's outputs are read as [channels, 4, 4] there and as [4, 4, channels] here.
  if (name === 'noiseLayer.weight') {
    const inputs = array.shape[1];
    const byPlace = transposeAxes({ shape: [first / 16, 4, 4, inputs], values: array.values }, [3, 1, 2, 0]);
    return { shape: [inputs, first], values: byPlace.values };
  }
  if (name === 'noiseLayer.bias') {
    return {
      shape: [first],
      values: transposeAxes({ shape: [first / 16, 4, 4], values: array.values }, [1, 2, 0]).values,
    };
  }
  if (array.shape.length === 4) return transposeAxes(array, [2, 3, 1, 0]);
  if (array.shape.length === 2) return transposeAxes(array, [1, 0]);
  return array;
}

/** NCHW to NHWC. */
export function channelsLast(array: ReferenceArray): ReferenceArray {
  return transposeAxes(array, [0, 2, 3, 1]);
}
