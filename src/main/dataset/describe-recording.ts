/** The description of a recording, and the hash and id that its content gives it. */
import { RECORDING_SCHEMA_VERSION, type RecordingMetadata, type Stimulus } from '../../shared/recording.ts';
import { sha256, sha256OfPieces } from '../files/hash.ts';
import type { RecordingDraft } from './recording-draft.ts';
import { judgeQuality } from './recording-quality.ts';

/**
 * What `recording.json` says of a draft.
 *
 * @param indexOf - for each stimulus of the draft its place among `stimuli`
 */
export function describeRecording(
  draft: RecordingDraft,
  stimuli: Stimulus[],
  indexOf: readonly number[],
  cortextVersion: string,
): RecordingMetadata {
  const { columns } = draft;
  const stimulus = columns.stimulus.map((index) => (index === null ? null : indexOf[index]));
  const metadata: Omit<RecordingMetadata, 'id' | 'contentHash'> = {
    schemaVersion: RECORDING_SCHEMA_VERSION,
    name: draft.name,
    subject: draft.subject,
    createdAt: new Date().toISOString(),
    samples: draft.sampleCount,
    voxels: draft.voxelCount,
    positions: draft.positions === null ? null : draft.positions.map(([x, y, z]) => [x, y, z]),
    space: draft.space ?? null,
    reference: draft.reference == null ? null : { kind: draft.reference.kind, sha256: sha256(draft.reference.nifti) },
    regions: draft.regions.map((region) => ({ name: region.name, voxels: [...region.voxels] })),
    stimuli,
    columns: {
      stimulus,
      ...(columns.stimulusName && { stimulusName: [...columns.stimulusName] }),
      repetition: countRepetitions(stimulus, columns.stimulusName),
      averagedOver: [...(columns.averagedOver ?? stimulus.map(() => 1))],
      run: columns.run === null ? null : [...columns.run],
      session: columns.session === null ? null : [...columns.session],
      category: columns.category === null ? null : [...columns.category],
      set: columns.set === null ? null : [...columns.set],
    },
    preprocessing: [...draft.preprocessing],
    quality: judgeQuality(draft.voxels, draft.sampleCount, draft.voxelCount),
    provenance: {
      sources: [...draft.provenance.sources],
      recipe: { ...draft.provenance.recipe },
      cortextVersion,
      ...(draft.provenance.derivedFrom && { derivedFrom: draft.provenance.derivedFrom }),
    },
  };
  const { buffer, byteOffset, byteLength } = draft.voxels;
  const hash = contentHash(metadata, [new Uint8Array(buffer, byteOffset, byteLength)]);
  return { ...metadata, id: `${slug(draft.subject)}-${hash.slice(0, 8)}`, contentHash: hash };
}

/**
 * SHA-256 over the matrix, the subject and all that decides an experiment, but not over names, paths or times, nor over
 * the reference volume, which is only looked at. Recordings without a space have the hash that they had before spaces.
 *
 * @param matrix - the bytes of the matrix in order, in one piece or more
 */
export function contentHash(
  metadata: Omit<RecordingMetadata, 'id' | 'contentHash'>,
  matrix: Iterable<Uint8Array>,
): string {
  const { subject, samples, voxels: width, positions, space, regions, stimuli, columns, preprocessing } = metadata;
  const identity = {
    subject,
    samples,
    width,
    positions,
    ...(space === null ? {} : { space }),
    regions,
    stimuli: stimuli.map(({ id, category }) => ({ id, category })),
    columns,
    preprocessing,
  };
  function* pieces(): Generator<string | Uint8Array> {
    yield canonicalJson(identity);
    yield* matrix;
  }
  return sha256OfPieces(pieces());
}

/** JSON with sorted keys: the same value always gives the same text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** How often the stimulus of each sample was shown before, in order of appearance. */
export function countRepetitions(
  stimulus: readonly (number | null)[],
  names: readonly (string | null)[] | undefined,
): number[] {
  const shown = new Map<number | string, number>();
  return stimulus.map((index, sample) => {
    const shownHere = index ?? names?.[sample] ?? null;
    if (shownHere === null) return 0;
    const before = shown.get(shownHere) ?? 0;
    shown.set(shownHere, before + 1);
    return before;
  });
}

function slug(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return words === '' ? 'recording' : words.slice(0, 40);
}
