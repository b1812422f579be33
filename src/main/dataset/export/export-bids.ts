/**
 * A recording as BIDS derivatives: its samples as volumes, what each of them is, and its regions as masks. The format
 * `statmaps` of the import brings it back.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { CortextError } from '../../../shared/errors.ts';
import type { RecordingMetadata, RecordingSpace, Region } from '../../../shared/recording.ts';
import { writeFolder } from '../../files/staged-folder.ts';
import { bidsLabel } from '../bids/bids-name.ts';
import type { SamplesSidecar } from '../bids/samples-sidecar.ts';
import type { Recording } from '../recording-store.ts';
import { createNiftiWriter, writeNiftiVolume, type NiftiGrid } from '../volumes/nifti-writer.ts';
import { stimulusNames } from './label-codes.ts';

/**
 * Writes a new folder: `sub-*_desc-samples_statmap.nii.gz` (float32, one volume per sample, 0 where there is no voxel),
 * a table with a row per volume, a sidecar with what neither can say, a mask of all voxels, and a mask per region.
 *
 * @throws CortextError `FORMAT_UNSUPPORTED` for a recording that does not come from volumes; `ALREADY_EXISTS`,
 *   `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`, `CANCELLED`
 */
export async function exportBids(path: string, { metadata, voxels }: Recording, signal: AbortSignal): Promise<void> {
  const { space } = metadata;
  if (space === null) {
    throw new CortextError('FORMAT_UNSUPPORTED', `Nobody knows where the voxels of ${metadata.id} lie in a volume.`, {
      hint: 'Only recordings that were imported from volumes can be written as volumes: use --format numpy or bdata.',
    });
  }
  const [a, b, c] = space.affine;
  const grid: NiftiGrid = { size: space.shape, affine: [a, b, c] };
  const subject = `sub-${bidsLabel(metadata.subject)}`;
  await writeFolder(path, async (staged) => {
    const folder = join(staged, subject, 'func');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(staged, 'dataset_description.json'), description(metadata));
    const name = join(folder, `${subject}_desc-samples_statmap`);
    const regions = labelledRegions(metadata);
    writeFileSync(`${name}.tsv`, samplesTable(metadata));
    writeFileSync(`${name}.json`, sidecar(metadata, space, regions));
    const volume = new Float32Array(grid.size[0] * grid.size[1] * grid.size[2]);
    const writer = createNiftiWriter(`${name}.nii.gz`, { ...grid, volumes: metadata.samples, datatype: 'float32' });
    try {
      for (let sample = 0; sample < metadata.samples; sample++) {
        const row = sample * metadata.voxels;
        space.indices.forEach((index, column) => (volume[index] = voxels[row + column]));
        await writer.write(volume);
        await yieldToOthers();
        if (signal.aborted) throw new CortextError('CANCELLED', 'The export was cancelled.');
      }
      await writer.close();
    } catch (error) {
      await writer.discard();
      throw error;
    }
    const writeMask = async (entity: string, indices: readonly number[]): Promise<void> => {
      const mask = new Uint8Array(volume.length);
      for (const index of indices) mask[index] = 1;
      await writeNiftiVolume(join(folder, `${subject}_${entity}_mask.nii.gz`), grid, mask);
    };
    await writeMask('desc-samples', space.indices);
    for (const { label, voxels: columns } of regions) {
      await writeMask(
        `label-${label}`,
        columns.map((column) => space.indices[column]),
      );
    }
  });
}

interface LabelledRegion extends Region {
  /** Its name in BIDS; no two regions have the same, whatever the case of its letters. */
  readonly label: string;
}

function labelledRegions({ regions }: RecordingMetadata): LabelledRegion[] {
  const taken = new Set<string>();
  return regions.map((region) => {
    const plain = bidsLabel(region.name);
    let label = plain;
    for (let count = 2; taken.has(label.toLowerCase()); count++) label = `${plain}x${count}`;
    taken.add(label.toLowerCase());
    return { ...region, label };
  });
}

function description({ name, id, contentHash, provenance }: RecordingMetadata): string {
  const value = {
    Name: name,
    BIDSVersion: '1.8.0',
    DatasetType: 'derivative',
    GeneratedBy: [{ Name: 'Cortext', Version: provenance.cortextVersion }],
    SourceDatasets: [{ URL: `urn:cortext:${id}`, Version: contentHash }],
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function sidecar(
  { subject, preprocessing }: RecordingMetadata,
  { affine }: RecordingSpace,
  regions: readonly LabelledRegion[],
): string {
  const value: SamplesSidecar = {
    Description: 'Responses of the voxels of a mask, one volume per sample; the table says what each sample is.',
    Subject: subject,
    Affine: affine,
    Regions: regions.map(({ label, name }) => ({ Label: label, Name: name })),
    Preprocessing: preprocessing,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function samplesTable(metadata: RecordingMetadata): string {
  const { columns, samples } = metadata;
  const table: Record<string, readonly (string | number | null)[] | null> = {
    stimulus: stimulusNames(metadata),
    category: columns.category,
    session: columns.session,
    run: columns.run,
    set: columns.set,
    repetition: columns.repetition,
    averaged_over: columns.averagedOver,
  };
  const present = Object.entries(table).filter((entry): entry is [string, (string | number | null)[]] => entry[1] !== null);
  const rows = Array.from({ length: samples }, (_, sample) => [
    String(sample),
    ...present.map(([, values]) => String(values[sample] ?? 'n/a').replaceAll(/[\t\r\n]/g, ' ')),
  ]);
  return [['volume', ...present.map(([name]) => name)], ...rows].map((row) => `${row.join('\t')}\n`).join('');
}
