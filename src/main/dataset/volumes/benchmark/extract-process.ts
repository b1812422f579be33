/**
 * A process that takes the series of a mask's voxels out of a run, for `cortext bench roi`:
 * `node extract-process.ts RUN.nii.gz MASK.nii.gz SERIES.f32`.
 *
 * Writes the series `[volumes, voxels]` and prints how long it took and how much memory the process had taken by then,
 * as bench/nilearn_masker.py does.
 */
import { writeFileSync } from 'node:fs';
import { extractSeries } from '../extract-series.ts';
import { maskIndices } from '../grid-regions.ts';
import { openVolume } from '../open-volume.ts';
import { readStillVolume } from '../region-sources.ts';

const [run, mask, result] = process.argv.slice(2);

const started = performance.now();
const { grid } = openVolume(run);
const series = await extractSeries([run], maskIndices(await readStillVolume(mask), grid));
const seconds = (performance.now() - started) / 1000;
const peakBytes = process.resourceUsage().maxRSS * 1024;

writeFileSync(result, series);
process.stdout.write(`${JSON.stringify({ seconds, peakBytes })}\n`);
