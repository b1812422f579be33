/**
 * Damages files in many ways and reads them: `node tests/dataset/fuzz/run.ts --inputs 200000 --seed 1`.
 *
 * `--from 200000` goes on where a run ended; `--only "HDF5"` tries one reader; `--show 4711` writes that input into the
 * present folder and says what reading it gives. Ends with exit code 1 when a fault was found.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, type FuzzReport } from './fuzz.ts';
import { judge, targetOf } from './judge.ts';
import { allTargets } from './targets.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '200000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    only: { type: 'string', multiple: true, default: [] },
    show: { type: 'string' },
    report: { type: 'string' },
  },
});
const [inputs, seed, from] = [Number(values.inputs), Number(values.seed), Number(values.from)];

if (values.show !== undefined) {
  const targets = (await allTargets()).filter(({ name }) => values.only.length === 0 || values.only.includes(name));
  const index = Number(values.show);
  const folder = resolve(`fuzz-${seed}-${index}`);
  process.stdout.write(`${folder}\n${JSON.stringify(await judge(targetOf(targets, index), seed, index, folder), null, 2)}\n`);
} else {
  let said = 0;
  const report = await fuzz({
    inputs,
    seed,
    from,
    only: values.only,
    onProgress: (done, faults) => {
      if (done - said < 5000) return;
      said = done;
      process.stderr.write(`${done} of ${inputs} inputs, ${faults} faults\n`);
    },
  });
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(report, null, 2));
  process.stdout.write(`${asText(report)}\nGo on with --seed ${seed} --from ${from + inputs}\n`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}

function asText({ inputs: all, seconds, readers, faults }: FuzzReport): string {
  const rows = Object.entries(readers).map(([name, { inputs: own, outcomes, slowest, mean, largest }]) => {
    const refused = Object.entries(outcomes).filter(([code]) => code !== 'read');
    const codes = refused.sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
    return [name.padEnd(44), String(own).padStart(7), String(outcomes.read ?? 0).padStart(7), `${mean}`.padStart(8), `${slowest} ms`.padStart(9), `${largest} MB`.padStart(7), ` ${codes.join(', ')}`].join('');
  });
  const found = faults.map(({ index, target, fault }) => `FAULT ${index} ${target}: ${fault.split('\n', 1)[0]}`);
  return [`${'reader'.padEnd(44)}  inputs   read mean ms  slowest largest refused`, ...rows, ...found, `${all} inputs in ${Math.round(seconds)} s, ${faults.length} faults`].join('\n');
}
