/** `splits`: the folds of a split, their leaks and their picture, before anything is trained. */
import type { Command } from 'commander';
import type { SplitSummary } from '../../services/splits.ts';
import { defineAction } from '../command.ts';
import { table } from '../output.ts';
import { splitOf, withSplitOptions, type SplitOptions } from '../split-options.ts';

export function splitCommands(program: Command): void {
  const command = program
    .command('splits')
    .description('Show the folds of a split: what trains, what tests, and what leaks from one to the other.')
    .argument('<recording>')
    .option('--picture <file.png>', 'draw which samples train and test in every fold');
  defineAction<SplitOptions & { picture?: string }>(
    withSplitOptions(command, 'leave-run-out', false),
    async (context, options, [recording]) => {
      const { showSplit } = await import('../../services/splits.ts');
      const summary = await showSplit(context.workspace(), recording, splitOf(options), { picture: options.picture });
      return { data: summary, text: splitText(summary) };
    },
  );
}

/** How many leaks are told; `--json` has all. */
const LEAKS_TOLD = 8;

function splitText({ kind, recording, folds, picture }: SplitSummary): string {
  const findings = folds.flatMap(({ fold, findings: own }) =>
    own.map(({ guard, message }) => `  fold ${fold}, ${guard}: ${message}`),
  );
  return [
    `${kind} of ${recording}: ${folds.length} ${folds.length === 1 ? 'fold' : 'folds'}`,
    '',
    table(folds, [
      { title: 'fold', align: 'right', text: ({ fold }) => String(fold) },
      { title: 'train', align: 'right', text: ({ train }) => String(train) },
      { title: 'test', align: 'right', text: ({ test }) => String(test) },
      { title: 'left out', align: 'right', text: ({ leftOut }) => String(leftOut) },
      { title: 'leaks', text: ({ findings: own }) => own.map(({ guard }) => guard).join(', ') },
      { title: 'tests on', text: ({ tests }) => tests },
    ]),
    ...(findings.length === 0 ? [] : ['', 'Training is refused until these leaks are signed off:']),
    ...findings.slice(0, LEAKS_TOLD),
    ...(findings.length > LEAKS_TOLD ? [`  and ${findings.length - LEAKS_TOLD} more`] : []),
    ...(picture === null ? [] : ['', `Drawn in ${picture}`]),
  ].join('\n');
}
