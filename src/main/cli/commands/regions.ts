/** `regions`: list, statistics, define, rename, remove. */
import type { Command } from 'commander';
import { describeOrigin, type RegionStatistic } from '../../../shared/defined-region.ts';
import type { RegionList } from '../../../shared/regions.ts';
import type { NewRegion } from '../../services/regions.ts';
import { defineAction } from '../command.ts';
import { table } from '../output.ts';
import { categoryHelp, definitionOf, statisticOption, withDefinitionOptions, type DefinitionOptions } from '../region-definition.ts';

export function regionCommands(program: Command): void {
  const regions = program.command('regions').description('Regions of a recording: of the import, and defined after it.');
  defineAction(
    regions
      .command('list', { isDefault: true })
      .description('List regions with their voxels and overlaps.')
      .argument('<recording>'),
    async (context, _, [recording]) => {
      const { listRegions } = await import('../../services/regions.ts');
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
  defineAction<{ statistic: RegionStatistic; category?: string }>(statistics, async (context, options, [recording]) => {
    const { voxelStatistics } = await import('../../services/voxel-statistics.ts');
    const { statistic, category } = options;
    const summary = await voxelStatistics(context.workspace(), { recording, statistic, category }, context.signal);
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
    .description('Define regions: by an expression, around a place, from a mask, an atlas or FreeSurfer, or by a statistic.')
    .argument('<recording>')
    .argument('<name>', 'of the region; of an atlas or annotation, which of its regions to take ("*" all, "V*" some)')
    .argument('[expression]', 'union + or |, intersection &, difference -, parentheses; * in names: "(V1 + V2) - foveal"')
    .option('--replace', 'define the region anew; experiments keep what it was')
    .addHelpText(
      'after',
      `
  cortext regions define s1 early "V1 + V2 + V3"
  cortext regions define s1 ffa --sphere=38,-60,-22 --radius 8
  cortext regions define s1 hMT --mask hMT.nii.gz
  cortext regions define s1 "*" --atlas parcellation.nii.gz --labels parcellation.tsv
  cortext regions define s1 V2d --surface-label lh.V2d.label --anatomy orig.mgz
  cortext regions define s1 steady --statistic reliability --within early --top 500

Coordinates are millimetres of the scanner; files may lie on any grid. A statistic sees the training samples of the split
alone: an experiment that tests on one of them is refused.`,
    );
  defineAction<DefinitionOptions & { readonly replace?: boolean }>(
    withDefinitionOptions(define),
    async (context, options, [recording, name, expression]) => {
      const definition = definitionOf(name, expression, options);
      const ownNames = definition.kind === 'atlas' || definition.kind === 'annotation';
      const request = { recording, name: ownNames ? undefined : name, replace: options.replace, definition };
      const { defineRegions } = await import('../../services/regions.ts');
      const defined = await defineRegions(context.workspace(), request, context.signal);
      const summaries = defined.map(({ region, lost }) => ({
        ...region,
        voxels: region.voxels.length,
        lost,
        seenSamples: region.seenSamples.length,
      }));
      return { data: ownNames ? summaries : summaries[0], text: definedText(recording, defined) };
    },
  );

  defineAction(
    regions
      .command('rename')
      .description('Give a region that was defined another name; experiments keep what they used.')
      .argument('<recording>')
      .argument('<name>')
      .argument('<new name>'),
    async (context, _, [recording, name, to]) => {
      const { renameRegion } = await import('../../services/regions.ts');
      renameRegion(context.workspace(), recording, name, to);
      return { data: { recording, name: to }, text: `${name} is called ${to} now.` };
    },
  );

  defineAction(
    regions
      .command('remove')
      .description('Forget a region that was defined; experiments keep what they used.')
      .argument('<recording>')
      .argument('<name>'),
    async (context, _, [recording, name]) => {
      const { removeRegion } = await import('../../services/regions.ts');
      removeRegion(context.workspace(), recording, name);
      return { data: { recording, removed: name }, text: `${name} is forgotten.` };
    },
  );
}

function definedText(recording: string, defined: readonly NewRegion[]): string {
  const lines = defined.map(({ region, lost }) => {
    const left = lost === 0 ? '' : `; ${lost} more are no voxels of the recording`;
    return `${region.name}: ${region.voxels.length} voxels (${describeOrigin(region.origin)})${left}`;
  });
  const [{ region }] = defined;
  const seen = region.seenSamples.length;
  return [
    ...lines,
    ...(seen === 0 ? [] : [`Chosen on ${seen} samples, none of which may test.`]),
    `Train on it with: cortext train --recording ${recording} --regions ${region.name}`,
  ].join('\n');
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
