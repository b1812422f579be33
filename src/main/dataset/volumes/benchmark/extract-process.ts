/**
 * A process that takes the series of a mask's voxels out of a run, for `cortext bench roi`:
 * `node extract-process.ts RUN.nii.gz MASK.nii.gz SERIES.f32`.
 *
 * Writes the series `[volumes, voxels]` and prints how long it took and how much memory the process had taken by then,
 * as bench/nilearn_masker.py does.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { extractSeries } from '../extract-series.ts';
import { maskIndices } from '../grid-regions.ts';
import { openVolume } from '../open-volume.ts';
import { readStillVolume } from '../region-sources.ts';

const [run, mask, result] = process.argv.slice(2);

const started = performance.now();
const { grid } = openVolume(run);
const series = await extractSeries([run], maskIndices(await readStillVolume(mask), grid));
const seconds = (performance.now() - started) / 1000;
const peakBytes = peakMemory();

writeFileSync(result, series);
process.stdout.write(`${JSON.stringify({ seconds, peakBytes })}\n`);

/** On Linux, what `resourceUsage` says starts with the memory of the process that started this one (exec keeps it). */
function peakMemory(): number {
  const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '';
  const kibibytes = /^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kibibytes) * 1024;
}
