/** Responses: matrices in either layout, and what is odd about them. */
import { CortextError } from '../../../shared/errors.ts';
import type { PreprocessingStep } from '../../../shared/recording.ts';
import type { VoxelLayout, VoxelsRecipe } from './arrays-recipe.ts';
import type { MissingRule } from './recipe-entries.ts';
import type { ArrayBlock } from '../readers/named-arrays.ts';
import { elementCount } from '../readers/reading-errors.ts';
import { wrongShape, type FoundArray, type SourceFiles } from './source-files.ts';

/** `values` is `[samples, voxels]`, row-major. */
export interface VoxelMatrix {
  readonly values: Float32Array;
  readonly samples: number;
  readonly voxels: number;
}

/** Above this, raw responses are worth a look: signals in percent, z-scores and ratios stay below. */
export const LARGE_VALUE = 10;

/** What the dry run says about responses. Counts are of the files' own values. */
export interface VoxelFindings {
  readonly minimum: number;
  readonly maximum: number;
  /** Values that are NaN or infinite, the voxels they are in, and the first of them. */
  readonly notFinite: { readonly values: number; readonly voxels: number; readonly first: readonly Position[] };
  /** Voxels with a value above `LARGE_VALUE`, or below its negative, and how many such values. */
  readonly large: { readonly values: number; readonly voxels: number; readonly above: number; readonly below: number };
  /** Voxels with the same value in every sample. */
  readonly constant: { readonly voxels: number; readonly first: readonly number[] };
}

/** Both count from 0. */
export interface Position {
  readonly sample: number;
  readonly voxel: number;
}

const FIRST = 5;

/** How many samples and voxels a matrix of responses has. */
export type VoxelSizes = Pick<VoxelMatrix, 'samples' | 'voxels'>;

/**
 * The matrix that a recipe names.
 *
 * @throws CortextError `ARRAY_MISSING`, `INVALID_RECIPE`
 */
export function findResponses(
  sources: SourceFiles,
  voxels: VoxelsRecipe,
): { readonly array: FoundArray; readonly layout: VoxelLayout } {
  if ('columns' in voxels) return { array: sources.findColumns(voxels), layout: 'samples-by-voxels' };
  return { array: sources.find(voxels.array), layout: voxels.layout };
}

/**
 * The sizes of a matrix of responses, before it is read.
 *
 * @param expected - sizes that are known from elsewhere, so that a transposed matrix is noticed
 * @throws CortextError `ARRAY_SHAPE`
 */
export function voxelSizes(
  array: FoundArray,
  layout: VoxelLayout,
  expected: { readonly samples?: readonly number[]; readonly voxels?: readonly number[] } = {},
): VoxelSizes {
  const shape = array.shape.length === 1 ? [1, array.shape[0]] : array.shape;
  if (shape.length !== 2 || shape.includes(0)) {
    throw wrongShape(
      array,
      `two axes, ${layout.replaceAll('-', ' ')}`,
      'Save responses as a matrix, one row or column per sample.',
    );
  }
  const transposed = layout === 'voxels-by-samples';
  const sizes = transposed ? { samples: shape[1], voxels: shape[0] } : { samples: shape[0], voxels: shape[1] };
  refuseMismatch(array, layout, sizes, expected);
  return sizes;
}

/** A matrix of responses that becomes a part of a recording. */
export interface VoxelPart extends VoxelSizes {
  readonly array: FoundArray;
  readonly layout: VoxelLayout;
}

/**
 * Room for all parts of a recording below each other: allocated once, so that no part is ever in memory twice.
 *
 * @throws CortextError `ARRAY_SHAPE` when they differ in voxels, `FILE_TOO_LARGE`
 */
export function allocateVoxels(parts: readonly VoxelPart[]): VoxelMatrix {
  const [{ array, voxels }] = parts;
  const odd = parts.find((part) => part.voxels !== voxels);
  if (odd !== undefined) {
    throw wrongShape(
      odd.array,
      `${voxels} voxels as in ${array.name}, not ${odd.voxels}`,
      odd.samples === voxels ? 'Its transpose would fit: check its layout.' : 'All parts must hold the same voxels.',
    );
  }
  const samples = parts.reduce((sum, part) => sum + part.samples, 0);
  const count = elementCount(array.file, 'responses', [samples, voxels], Float32Array.BYTES_PER_ELEMENT);
  return { values: new Float32Array(count), samples, voxels };
}

/**
 * Reads a part of a recording.
 *
 * @param values - where its samples go, `[samples, voxels]`, row-major
 * @throws CortextError `ARRAY_SHAPE`, `ARRAY_TYPE`, and what reading throws
 */
export async function readVoxels({ array, layout, voxels }: VoxelPart, values: Float32Array): Promise<void> {
  let read = 0;
  for await (const { along, first, count, data } of array.blocks()) {
    read += data.length;
    if (read > values.length) break;
    // Rows of a matrix and columns of its transpose lie alike in memory.
    if ((along === 'rows') === (layout === 'samples-by-voxels')) values.set(data, first * voxels);
    else scatterVoxels(values, voxels, { first, count, data });
  }
  if (read !== values.length) throw wrongShape(array, `${values.length} numbers instead of ${read}`);
}

/** Puts all samples of some voxels, `[count, samples]`, into their columns. */
function scatterVoxels(
  values: Float32Array,
  voxels: number,
  { first, count, data }: Pick<ArrayBlock, 'first' | 'count' | 'data'>,
): void {
  const samples = data.length / count;
  for (let voxel = 0; voxel < count; voxel++) {
    const column = data.subarray(voxel * samples, (voxel + 1) * samples);
    for (let sample = 0, to = first + voxel; sample < samples; sample++, to += voxels) values[to] = column[sample];
  }
}

/** Any of the sizes that others expect will do here: a disagreement among the others is theirs to report. */
function refuseMismatch(
  array: FoundArray,
  layout: VoxelLayout,
  own: VoxelSizes,
  expected: { readonly samples?: readonly number[]; readonly voxels?: readonly number[] },
): void {
  const fits = (samples: number, voxels: number) =>
    (!expected.samples?.length || expected.samples.includes(samples)) &&
    (!expected.voxels?.length || expected.voxels.includes(voxels));
  if (fits(own.samples, own.voxels)) return;
  const other = layout === 'voxels-by-samples' ? 'samples-by-voxels' : 'voxels-by-samples';
  const wanted = [
    ...(expected.samples?.length ? [`${expected.samples.join(' or ')} samples`] : []),
    ...(expected.voxels?.length ? [`${expected.voxels.join(' or ')} voxels`] : []),
  ].join(' x ');
  throw wrongShape(
    array,
    `${wanted}, but read as ${layout} it has ${own.samples} samples x ${own.voxels} voxels`,
    fits(own.voxels, own.samples)
      ? `The transposed layout fits: use "layout: ${other}".`
      : 'Check that responses, images, regions and columns belong to the same recording.',
  );
}

export function inspectVoxels({ values, samples, voxels }: VoxelMatrix): VoxelFindings {
  let [minimum, maximum, bad, large] = [Infinity, -Infinity, 0, 0];
  const firstBad: Position[] = [];
  const [badVoxels, above, below] = [new Uint8Array(voxels), new Uint8Array(voxels), new Uint8Array(voxels)];
  const constant = new Uint8Array(voxels).fill(1);
  for (let sample = 0, at = 0; sample < samples; sample++) {
    for (let voxel = 0; voxel < voxels; voxel++, at++) {
      const value = values[at];
      if (value !== values[voxel]) constant[voxel] = 0;
      if (!Number.isFinite(value)) {
        bad++;
        badVoxels[voxel] = 1;
        if (firstBad.length < FIRST) firstBad.push({ sample, voxel });
        continue;
      }
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
      if (value > LARGE_VALUE) above[voxel] = 1;
      else if (value < -LARGE_VALUE) below[voxel] = 1;
      else continue;
      large++;
    }
  }
  const count = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0);
  const constants = [...constant.keys()].filter((voxel) => constant[voxel] === 1 && samples > 1);
  return {
    minimum,
    maximum,
    notFinite: { values: bad, voxels: count(badVoxels), first: firstBad },
    large: {
      values: large,
      voxels: count(above.map((flag, voxel) => flag | below[voxel])),
      above: count(above),
      below: count(below),
    },
    constant: { voxels: constants.length, first: constants.slice(0, FIRST) },
  };
}

/** Responses after the rule for missing values. */
export interface CompletedVoxels extends VoxelMatrix {
  /** Index of every kept voxel among those of the file; null when all were kept. */
  readonly kept: readonly number[] | null;
  readonly steps: readonly PreprocessingStep[];
}

/**
 * Applies the rule for values that are NaN or infinite, in place: the matrix may be most of what memory holds.
 *
 * @param name - file and array, for the message
 * @throws CortextError `VALUES_NOT_FINITE` under the rule `error`, or when no voxel is left
 */
export function completeVoxels(matrix: VoxelMatrix, rule: MissingRule, name: string): CompletedVoxels {
  const { notFinite } = inspectVoxels(matrix);
  if (notFinite.values === 0) return { ...matrix, kept: null, steps: [] };
  const parameters = { rule, values: notFinite.values, voxels: notFinite.voxels };
  switch (rule) {
    case 'error': {
      const [{ sample, voxel }] = notFinite.first;
      throw new CortextError(
        'VALUES_NOT_FINITE',
        `${name}: ${notFinite.values} of ${matrix.values.length} responses are NaN or infinite, in ${notFinite.voxels} of ` +
          `${matrix.voxels} voxels; the first is voxel ${voxel} of sample ${sample} (counted from 0).`,
        {
          hint: 'Use "missing: drop-voxels" to leave those voxels out, or "missing: zero" to set the values to 0.',
          details: { ...notFinite },
        },
      );
    }
    case 'zero': {
      const { values } = matrix;
      for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) values[at] = 0;
      return { ...matrix, kept: null, steps: [{ name: 'missing values', parameters }] };
    }
    case 'drop-voxels': {
      const { values, samples, voxels } = matrix;
      const bad = new Uint8Array(voxels);
      for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) bad[at % voxels] = 1;
      const kept = [...bad.keys()].filter((voxel) => bad[voxel] === 0);
      if (kept.length === 0) {
        throw new CortextError('VALUES_NOT_FINITE', `${name}: every voxel has a response that is NaN or infinite.`, {
          hint: 'Leave out the samples that hold them, or use "missing: zero".',
          details: { ...notFinite },
        });
      }
      let to = 0;
      // What is kept moves towards the front, never beyond what is still to be read.
      for (let row = 0; row < values.length; row += voxels) {
        for (const voxel of kept) values[to++] = values[row + voxel];
      }
      const steps = [{ name: 'missing values', parameters }];
      return { values: values.subarray(0, to), samples, voxels: kept.length, kept, steps };
    }
  }
}
