/** The options by which `regions define` says which voxels are meant. */
import { Option, type Command } from 'commander';
import { regionStatisticSchema, type KeepRule, type RegionStatistic } from '../../shared/defined-region.ts';
import { regionDefinitionSchema, type RegionDefinition, type RegionDefinitionInput } from '../../shared/regions.ts';
import { list, usageError, wholeNumber } from './command.ts';
import { signOffsOf, withSignOffOption, type SignOffOptions } from './sign-offs.ts';
import { splitOf, withSplitOptions, type SplitOptions } from './split-options.ts';

export const categoryHelp = 'for --statistic category: correlation with this one against all others';

export function statisticOption(): Option {
  return new Option('--statistic <name>', 'what voxels are judged by').choices(regionStatisticSchema.options);
}

export interface DefinitionOptions extends SplitOptions, SignOffOptions {
  readonly statistic?: RegionStatistic;
  readonly category?: string;
  readonly within?: string;
  readonly top?: number;
  readonly above?: string;
  readonly sphere?: string;
  readonly radius?: string;
  readonly mask?: string;
  readonly atlas?: string;
  readonly labels?: string;
  readonly surfaceLabel?: string;
  readonly annotation?: string;
  readonly surfaces?: string[];
  readonly anatomy?: string;
  readonly prefix?: string;
}

export function withDefinitionOptions(command: Command): Command {
  command
    .option('--sphere <x,y,z>', 'voxels around this place in millimetres: --sphere=-12,30,5 --radius 8')
    .option('--radius <mm>', 'of the sphere')
    .option('--mask <file>', 'voxels of a volume (NIfTI, .mgz) that are not 0, resampled through both affines')
    .option('--atlas <file>', 'a volume of labels; <name> chooses its regions, "*" all of them')
    .option('--labels <file>', 'the table of the atlas with the names of its labels (.tsv, .txt, .json)')
    .option('--surface-label <file>', 'a FreeSurfer .label, with --anatomy')
    .option(
      '--annotation <file>',
      'a FreeSurfer .annot, with --surfaces and --anatomy; <name> chooses its regions, "*" all',
    )
    .option('--surfaces <files>', 'for --annotation: lh.white,lh.pial of the same hemisphere', list)
    .option('--anatomy <file>', 'the volume that the surfaces were made from: orig.mgz')
    .option('--prefix <text>', 'put before the names of regions of an atlas or annotation: lh.')
    .addOption(statisticOption())
    .option('--category <name>', categoryHelp)
    .option('--within <expression>', 'judge only voxels of these regions (default: all)')
    .option('--top <n>', 'keep this many voxels', wholeNumber('--top', 1))
    .option('--above <threshold>', 'keep voxels above this value');
  return withSignOffOption(withSplitOptions(command, 'shipped', true));
}

const sources = ['sphere', 'mask', 'atlas', 'surfaceLabel', 'annotation', 'statistic'] as const;

/**
 * @param name - as the command was given it: for atlases and annotations the name or pattern that chooses
 * @throws CortextError `INVALID_ARGUMENT` when not exactly one way is named, or one of its parts is missing
 */
export function definitionOf(
  name: string,
  expression: string | undefined,
  options: DefinitionOptions,
): RegionDefinition {
  const named = sources.filter((source) => options[source] !== undefined);
  if (named.length + (expression === undefined ? 0 : 1) !== 1) {
    throw usageError(
      'A region is defined in one way: by an expression, --sphere, --mask, --atlas, --surface-label, --annotation, or by --statistic.',
      'See: cortext regions define --help',
    );
  }
  const parsed = regionDefinitionSchema.safeParse(inputOf(name, expression, options));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw usageError(`The definition of ${name} cannot be understood: ${issue.path.join('.')}: ${issue.message}.`);
}

function inputOf(name: string, expression: string | undefined, options: DefinitionOptions): RegionDefinitionInput {
  if (expression !== undefined) return { kind: 'expression', expression };
  if (options.sphere !== undefined)
    return { kind: 'sphere', centre: pointOf(options.sphere), radius: numberOf('--radius', options.radius) };
  if (options.mask !== undefined) return { kind: 'mask', path: options.mask };
  if (options.atlas !== undefined) {
    return { kind: 'atlas', path: options.atlas, table: options.labels ?? null, names: [name], prefix: options.prefix };
  }
  if (options.surfaceLabel !== undefined) {
    return { kind: 'surface-label', path: options.surfaceLabel, anatomy: required('--anatomy', options.anatomy) };
  }
  if (options.annotation !== undefined) {
    return {
      kind: 'annotation',
      path: options.annotation,
      surfaces: required('--surfaces', options.surfaces),
      anatomy: required('--anatomy', options.anatomy),
      names: [name],
      prefix: options.prefix,
    };
  }
  return {
    kind: 'statistic',
    // One of the sources was named, and it is none of the others.
    statistic: required('--statistic', options.statistic),
    category: options.category,
    within: options.within,
    keep: keepOf(options),
    split: splitOf(options),
    signOffs: signOffsOf(options),
  };
}

function keepOf({ top, above }: DefinitionOptions): KeepRule {
  if ((top === undefined) === (above === undefined)) {
    throw usageError('Which voxels are kept? State either --top or --above with a number.', 'For example: --top 500');
  }
  return top === undefined ? { above: numberOf('--above', above) } : { top };
}

function pointOf(text: string): [number, number, number] {
  const parts = text.split(',');
  if (parts.length !== 3)
    throw usageError(`--sphere needs three numbers, not ${text}.`, 'For example: --sphere=-12,30,5 --radius 8');
  const [x, y, z] = parts.map((part) => numberOf('--sphere', part));
  return [x, y, z];
}

function numberOf(option: string, text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw usageError(text === undefined ? `${option} is missing.` : `${option} must be a number, not '${text}'.`);
}

function required<T>(option: string, value: T | undefined): T {
  if (value !== undefined) return value;
  throw usageError(`${option} is missing.`, 'See: cortext regions define --help');
}
