/**
 * Recordings on disk: written once, whole or not at all, and never changed.
 *
 * A recording's identity is its content hash: the same data imported twice is the same recording.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { recordingMetadataSchema, type RecordingMetadata } from '../../shared/recording.ts';
import { workspaceLayout, type WorkspaceLayout } from '../../shared/workspace-layout.ts';
import { flushFolder, readJson, writeFileAtomic, writeJsonAtomic } from '../files/atomic.ts';
import { sha256OfFile } from '../files/hash.ts';
import { stagedName } from '../files/staging.ts';
import { contentHash, describeRecording } from './describe-recording.ts';
import { filePieces, openFileBytes } from './readers/file-bytes.ts';
import type { RecordingDraft } from './recording-draft.ts';
import { stageStimuli, type StagingOptions } from './stage-stimuli.ts';

export interface Recording {
  readonly metadata: RecordingMetadata;
  /** `[samples, voxels]`, row-major. */
  readonly voxels: Float32Array;
}

export interface WriteOptions extends StagingOptions {
  readonly cortextVersion: string;
}

/** Ids of all recordings in a workspace. */
export function listRecordingIds(root: string): string[] {
  const { recordings } = workspaceLayout(root);
  if (!existsSync(recordings)) return [];
  return readdirSync(recordings, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED` */
export function readRecordingMetadata(root: string, id: string): RecordingMetadata {
  const path = workspaceLayout(root).recordingMetadata(id);
  // An id is the name of a folder: one with a separator would lead out of the workspace.
  if (/[\\/]|^\.*$/.test(id) || !existsSync(path)) {
    const ids = listRecordingIds(root);
    throw new CortextError('RECORDING_NOT_FOUND', `There is no recording ${id} in ${root}.`, {
      hint: ids.length === 0 ? 'Import one with: cortext import' : `Recordings are ${ids.join(', ')}.`,
    });
  }
  return readJson(path, recordingMetadataSchema, 'RECORDING_DAMAGED');
}

/**
 * A recording with its voxel matrix.
 *
 * @throws CortextError `RECORDING_NOT_FOUND`, `RECORDING_DAMAGED` when the matrix has not the stated size
 */
export function openRecording(root: string, id: string): Recording {
  const metadata = readRecordingMetadata(root, id);
  const voxels = new Float32Array(metadata.samples * metadata.voxels);
  const bytes = new Uint8Array(voxels.buffer);
  let at = 0;
  for (const piece of storedMatrix(root, metadata)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { metadata, voxels };
}

/**
 * The bytes of a stored matrix in order, piece by piece, in memory that is used again.
 *
 * @throws CortextError `RECORDING_DAMAGED` when it has not the stated size, `FILE_NOT_FOUND`
 */
function* storedMatrix(root: string, { id, samples, voxels }: RecordingMetadata): Generator<Uint8Array> {
  const path = workspaceLayout(root).voxels(id);
  const length = samples * voxels * Float32Array.BYTES_PER_ELEMENT;
  const file = openFileBytes(path);
  try {
    if (file.size !== length) {
      throw new CortextError(
        'RECORDING_DAMAGED',
        `${path} has ${file.size} bytes instead of ${length} (${samples} samples x ${voxels} voxels).`,
        { hint: 'Copy it again from a backup, or import the original data again.' },
      );
    }
    yield* filePieces(file, { from: 0, to: length, what: 'the matrix' });
  } finally {
    file.close();
  }
}

/**
 * Writes a recording into a workspace, or finds the one with the same content.
 *
 * Everything is staged and renamed into place at the end; stimuli, which other recordings may share, are added one by
 * one (each atomically) just before. Cancelling or a kill leaves no recording.
 *
 * Importing the same content again also puts back what was damaged or lost since.
 *
 * @throws CortextError `VALUES_NOT_FINITE`, `CANCELLED`, `NO_SPACE_LEFT`, `WORKSPACE_READ_ONLY`
 */
export async function writeRecording(
  root: string,
  draft: RecordingDraft,
  { cortextVersion, signal, onProgress }: WriteOptions,
): Promise<RecordingMetadata> {
  requireFinite(draft);
  const layout = workspaceLayout(root);
  const staged = join(layout.staging, stagedName('recording'));
  try {
    mkdirSync(join(staged, 'stimuli'), { recursive: true });
    const { stimuli, indexOf } = await stageStimuli(draft, join(staged, 'stimuli'), { signal, onProgress });
    const metadata = describeRecording(draft, stimuli, indexOf, cortextVersion);
    requireReadable(metadata);
    const existing = await findByContent(root, metadata.contentHash);
    const folder = join(staged, 'recording');
    if (existing === null) {
      mkdirSync(folder);
      writeVoxels(join(folder, 'voxels.f32'), draft.voxels);
      if (draft.reference != null) writeFileAtomic(join(folder, 'reference.nii.gz'), draft.reference.nifti);
      writeJsonAtomic(join(folder, 'recording.json'), metadata);
    }
    signal?.throwIfAborted();
    await publish(layout, metadata, staged, existing === null ? folder : null);
    return existing ?? metadata;
  } catch (error) {
    throw toCortextError(error, root);
  } finally {
    rmSync(staged, { recursive: true, force: true });
    removeIfEmpty(layout.staging);
  }
}

/**
 * Moves stimuli, then the recording, into place; on failure takes back what it moved.
 *
 * @param folder - the staged recording; null when it is there already and only its stimuli are made whole
 */
async function publish(
  layout: WorkspaceLayout,
  { id, stimuli }: RecordingMetadata,
  staged: string,
  folder: string | null,
): Promise<void> {
  const undo: (() => void)[] = [];
  try {
    const put = (from: string, target: string): void => {
      const present = existsSync(target);
      renameSync(from, target);
      // A damaged file that was replaced is not brought back.
      if (!present) undo.push(() => rmSync(target, { force: true }));
    };
    mkdirSync(layout.stimuli, { recursive: true });
    if (stimuli.length > 0) mkdirSync(layout.thumbnails, { recursive: true });
    for (const { id } of stimuli) {
      const stimulus = layout.stimulus(id);
      if (!existsSync(layout.thumbnail(id))) put(join(staged, 'stimuli', `${id}.thumbnail.png`), layout.thumbnail(id));
      if (existsSync(stimulus) && (await sha256OfFile(stimulus)) === id) continue;
      put(join(staged, 'stimuli', `${id}.png`), stimulus);
    }
    flushFolder(layout.stimuli);
    if (folder === null) return;
    mkdirSync(layout.recordings, { recursive: true });
    const target = layout.recording(id);
    if (existsSync(target)) {
      // Only a damaged recording of this very content has this name.
      const replaced = join(staged, 'replaced');
      renameSync(target, replaced);
      undo.push(() => {
        renameSync(replaced, target);
      });
      // What the user defined and chose since is no part of what was damaged.
      for (const name of [layout.definedRegions(id), layout.regionColours(id)].map((path) => basename(path))) {
        if (existsSync(join(replaced, name))) copyFileSync(join(replaced, name), join(folder, name));
      }
    }
    renameSync(folder, target);
    undo.push(() => {
      renameSync(target, folder);
    });
    flushFolder(layout.recordings);
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
}

function requireFinite({ voxels, voxelCount }: RecordingDraft): void {
  const bad = voxels.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new CortextError(
    'VALUES_NOT_FINITE',
    `Sample ${Math.floor(bad / voxelCount)}, voxel ${bad % voxelCount} (counted from 0) is ${voxels[bad]}.`,
    { hint: 'Leave out the voxels or samples that hold NaN or infinity.' },
  );
}

/** A recording that could not be read again would be one that cannot be used, nor mended. */
function requireReadable(metadata: RecordingMetadata): void {
  const parsed = recordingMetadataSchema.safeParse(metadata);
  const [issue] = parsed.error?.issues ?? [];
  const problem =
    issue !== undefined
      ? `${issue.path.join('.')}: ${issue.message}`
      : metadata.space !== null && metadata.space.indices.length !== metadata.voxels
        ? `space: ${metadata.space.indices.length} voxels of the volume are given for ${metadata.voxels} columns`
        : null;
  if (problem !== null) throw new CortextError('INTERNAL', `The recording cannot be described: ${problem}.`);
}

/** Recomputes every hash. @throws CortextError `RECORDING_DAMAGED` naming the file that was changed */
export async function verifyRecording(root: string, id: string): Promise<void> {
  const metadata = readRecordingMetadata(root, id);
  const layout = workspaceLayout(root);
  if (contentHash(metadata, storedMatrix(root, metadata)) !== metadata.contentHash) {
    throw new CortextError('RECORDING_DAMAGED', `The content of recording ${id} was changed after its import.`, {
      hint: 'Copy it again from a backup, or import the original data again.',
    });
  }
  if (!(await referenceIsWhole(root, metadata))) {
    throw new CortextError(
      'RECORDING_DAMAGED',
      `The reference volume ${layout.reference(id)} is missing or was changed.`,
      { hint: 'Import the original data again: it puts the volume back.' },
    );
  }
  for (const stimulus of metadata.stimuli) {
    const path = layout.stimulus(stimulus.id);
    if (!existsSync(path) || (await sha256OfFile(path)) !== stimulus.id) {
      throw new CortextError(
        'RECORDING_DAMAGED',
        `The stimulus ${stimulus.name} (${path}) is missing or was changed.`,
        {
          hint: 'Import the original data again: it puts missing stimuli back.',
        },
      );
    }
  }
}

async function referenceIsWhole(root: string, { id, reference }: RecordingMetadata): Promise<boolean> {
  if (reference === null) return true;
  const path = workspaceLayout(root).reference(id);
  return existsSync(path) && (await sha256OfFile(path)) === reference.sha256;
}

/** A recording of this content whose matrix, reference volume and description are as they were written. */
async function findByContent(root: string, hash: string): Promise<RecordingMetadata | null> {
  for (const id of listRecordingIds(root)) {
    // The id ends in the first digits of the hash: only likely ones are read.
    if (!id.endsWith(hash.slice(0, 8))) continue;
    try {
      const metadata = readRecordingMetadata(root, id);
      const whole = metadata.contentHash === hash && contentHash(metadata, storedMatrix(root, metadata)) === hash;
      if (whole && (await referenceIsWhole(root, metadata))) return metadata;
    } catch (error) {
      // What cannot be read whole is replaced.
      if (!['RECORDING_DAMAGED', 'RECORDING_NOT_FOUND', 'FILE_NOT_FOUND'].includes(toCortextError(error).code))
        throw error;
    }
  }
  return null;
}

function writeVoxels(path: string, voxels: Float32Array): void {
  const bytes = new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength);
  const file = openSync(path, 'w');
  try {
    for (let offset = 0; offset < bytes.length;) {
      offset += writeSync(file, bytes, offset, Math.min(bytes.length - offset, 1 << 30));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeIfEmpty(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true && readdirSync(folder).length === 0) {
    rmSync(folder, { recursive: true, force: true });
  }
}
