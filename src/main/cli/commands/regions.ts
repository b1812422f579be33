/** `regions`: list, statistics, define, remove. */
import { Option, type Command } from 'commander';
import { describeOrigin, regionStatisticSchema, type RegionStatistic } from '../../../shared/defined-region.ts';
import {
  defineRegionByExpression,
  defineRegionByStatistic,
  listRegions,
  removeRegion,
  type RegionList,
} from '../../services/regions.ts';
import { voxelStatistics } from '../../services/voxel-statistics.ts';
import { signOffsOf, withSignOffOption, type SignOffOptions } from '../sign-offs.ts';
import { defineAction, usageError, wholeNumber } from '../command.ts';
import { table } from '../output.ts';
import { splitOf, withSplitOptions, type SplitOptions } from '../split-options.ts';

interface DefineOptions extends SplitOptions, SignOffOptions {
  readonly statistic?: RegionStatistic;
  readonly category?: string;
  readonly within?: string;
  readonly top?: number;
  readonly above?: string;
  readonly replace?: boolean;
}

const categoryHelp = 'for --statistic category: correlation with this one against all others';

function statisticOption(): Option {
  return new Option('--statistic <name>', 'what voxels are judged by').choices(regionStatisticSchema.options);
}

export function regionCommands(program: Command): void {
  const regions = program.command('regions').description('Regions of a recording: of the import, and defined after it.');
  defineAction(
    regions
      .command('list', { isDefault: true })
      .description('List regions with their voxels and overlaps.')
      .argument('<recording>'),
    (context, _, [recording]) => {
      const list = listRegions(context.workspace(), recording);
      return { data: list, text: regionText(list) };
    },
  );

  const statistics = regions
    .command('statistics')
    .description('Judge the voxels of every region: reliability, noise ceiling, F, correlation with a category.')
    .argument('<recording>')
    .addOption(statisticOption().default('reliability'))
    .option('--category <name>', categoryHelp);
  defineAction<{ statistic: RegionStatistic; category?: string }>(statistics, (context, options, [recording]) => {
    const summary = voxelStatistics(context.workspace(), { recording, ...options });
    return {
      data: { ...summary, values: [...summary.values] },
      text: [
        `${summary.statistic} over ${summary.samples} samples`,
        '',
        table(summary.regions, [
          { title: 'region', text: ({ name }) => name },
          { title: 'median', align: 'right', text: ({ median }) => median.toPrecision(3) },
          { title: 'best voxel', align: 'right', text: ({ best }) => best.toPrecision(3) },
        ]),
      ].join('\n'),
    };
  });

  const define = regions
    .command('define')
    .description('Define a region by an expression over regions, or by a statistic of the training samples of a split.')
    .argument('<recording>')
    .argument('<name>')
    .argument('[expression]', 'union + or |, intersection &, difference -, parentheses; * in names: "(V1 + V2) - foveal"')
    .addOption(statisticOption())
    .option('--category <name>', categoryHelp)
    .option('--within <expression>', 'judge only voxels of these regions (default: all)')
    .option('--top <n>', 'keep this many voxels', wholeNumber('--top', 1))
    .option('--above <threshold>', 'keep voxels above this value')
    .option('--replace', 'define the region anew; experiments keep what it was')
    .addHelpText(
      'after',
      `
  cortext regions define s1 early "V1 + V2 + V3"
  cortext regions define s1 steady --statistic reliability --within early --top 500

A statistic sees the training samples of the split alone. An experiment that tests on one of them is refused.`,
    );
  defineAction<DefineOptions>(
    withSignOffOption(withSplitOptions(define, 'shipped', true)),
    (context, options, [recording, name, expression]) => {
      const named = { recording, name, replace: options.replace };
      if ((expression === undefined) === (options.statistic === undefined)) {
        throw usageError('A region is defined either by an expression or by --statistic.', 'See: cortext regions define --help');
      }
      const region =
        options.statistic === undefined
          ? defineRegionByExpression(context.workspace(), { ...named, expression })
          : defineRegionByStatistic(context.workspace(), {
              ...named,
              statistic: options.statistic,
              category: options.category,
              within: options.within,
              keep: keepOf(options),
              split: splitOf(options),
              signOffs: signOffsOf(options),
            });
      const seen = region.seenSamples.length;
      return {
        data: { ...region, voxels: region.voxels.length, seenSamples: seen },
        text:
          `${name}: ${region.voxels.length} voxels (${describeOrigin(region.origin)})\n` +
          (seen === 0 ? '' : `Chosen on ${seen} samples, none of which may test.\n`) +
          `Train on it with: cortext train --recording ${recording} --regions ${name}`,
      };
    },
  );

  defineAction(
    regions
      .command('remove')
      .description('Forget a region that was defined; experiments keep what they used.')
      .argument('<recording>')
      .argument('<name>'),
    (context, _, [recording, name]) => {
      removeRegion(context.workspace(), recording, name);
      return { data: { recording, removed: name }, text: `${name} is forgotten.` };
    },
  );
}

function keepOf({ top, above }: DefineOptions): { top: number } | { above: number } {
  const threshold = above === undefined ? NaN : Number(above);
  if ((top === undefined) === (above === undefined) || (above !== undefined && !Number.isFinite(threshold))) {
    throw usageError('Which voxels are kept? State either --top or --above with a number.', 'For example: --top 500');
  }
  return top === undefined ? { above: threshold } : { top };
}

function regionText({ regions, overlaps, outside, voxels }: RegionList): string {
  return [
    table(regions, [
      { title: 'region', text: ({ name }) => name },
      { title: 'voxels', align: 'right', text: (region) => String(region.voxels) },
      { title: 'from', text: ({ origin }) => (origin === null ? 'import' : describeOrigin(origin)) },
    ]),
    ...(outside === 0 ? [] : ['', `${outside} of ${voxels} voxels are in no region.`]),
    ...(overlaps.length === 0
      ? []
      : [
          '',
          table(overlaps, [
            { title: 'overlap', text: ({ first, second }) => `${first} and ${second}` },
            { title: 'voxels', align: 'right', text: (overlap) => String(overlap.voxels) },
            { title: 'of the smaller', align: 'right', text: ({ share }) => `${Math.round(share * 100)} %` },
          ]),
        ]),
  ].join('\n');
}
