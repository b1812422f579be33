import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { imagesInMemory, type RecordingDraft } from '../../src/main/dataset/recording-draft.ts';
import {
  listRecordingIds,
  openRecording,
  readRecordingMetadata,
  verifyRecording,
  writeRecording,
} from '../../src/main/dataset/recording-store.ts';
import { sha256 } from '../../src/main/files/hash.ts';
import type { RecordingMetadata, RecordingSpace } from '../../src/shared/recording.ts';
import { workspaceLayout } from '../../src/shared/workspace-layout.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const options = { cortextVersion: '0.1.0' };

/** Four samples of three voxels; samples 0 and 2 show the same pixels under two names. */
function draft(change: Partial<RecordingDraft> = {}): RecordingDraft {
  const picture = [0, 0.2, 0.4, 1];
  const other = [1, 0.4, 0.2, 0];
  return {
    name: 'A recording',
    subject: 'Subject 1',
    voxels: Float32Array.from([1, 2, 3, 4, 2, 6, 7, 2, 9, -1, 2, 0.5]),
    sampleCount: 4,
    voxelCount: 3,
    positions: null,
    regions: [{ name: 'V1', voxels: [0, 2] }],
    images: imagesInMemory([
      { count: 3, height: 2, width: 2, channels: 1, data: Float32Array.from([...picture, ...other, ...picture]) },
    ]),
    stimuli: ['first', 'second', 'first again'].map((name) => ({ name, category: null })),
    columns: {
      stimulus: [0, 1, 2, null],
      averagedOver: null,
      run: ['1', '1', '2', '2'],
      session: null,
      category: null,
      set: null,
    },
    preprocessing: [],
    provenance: { sources: [{ path: '/somewhere/a.mat', bytes: 10, sha256: sha256('a') }], recipe: {} },
    ...change,
  };
}

const space: RecordingSpace = {
  shape: [2, 2, 2],
  affine: [
    [-3, 0, 0, 10],
    [0, 3, 0, -20],
    [0, 0, 3, 5],
    [0, 0, 0, 1],
  ],
  indices: [0, 3, 7],
};
const reference = { kind: 'mean-functional', nifti: Uint8Array.from([31, 139, 8, 0]) } as const;

/** Every file of a folder with the hash of its content. */
function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => `${name} ${sha256(readFileSync(join(folder, name)))}`)
    .sort();
}

describe('a stored recording', () => {
  it('gives back every value and column, with one stimulus for equal pixels and repetitions counted from 0', async () => {
    const root = temporaryFolder();
    const { id } = await writeRecording(root, draft(), options);
    const { metadata, voxels } = openRecording(root, id);
    expect([...voxels]).toEqual([...draft().voxels]);
    expect(metadata.stimuli.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(metadata.columns.stimulus).toEqual([0, 1, 0, null]);
    expect(metadata.columns.repetition).toEqual([0, 0, 1, 0]);
    expect(metadata.columns.averagedOver).toEqual([1, 1, 1, 1]);
    expect(metadata.quality).toMatchObject({ constantVoxels: 1, minimum: -1, maximum: 9 });
    expect(id).toBe(`subject-1-${metadata.contentHash.slice(0, 8)}`);
    for (const stimulus of metadata.stimuli) {
      expect(sha256(readFileSync(workspaceLayout(root).stimulus(stimulus.id)))).toBe(stimulus.id);
    }
    await verifyRecording(root, id);
    expect(existsSync(workspaceLayout(root).staging)).toBe(false);
  });

  it('is the same one when its content comes again under another name and from another path', async () => {
    const root = temporaryFolder();
    const first = await writeRecording(root, draft(), options);
    const before = contents(root);
    const provenance = {
      sources: [{ path: '/elsewhere/b.mat', bytes: 10, sha256: sha256('a') }],
      recipe: { file: 'b.mat' },
    };
    const second = await writeRecording(root, draft({ name: 'Another name', provenance }), options);
    expect(second).toEqual(first);
    expect(contents(root)).toEqual(before);
  });

  it.each([
    ['a voxel value', { voxels: Float32Array.from([1, 2, 3, 4, 2, 6, 7, 2, 9, -1, 2, 0.6]) }],
    ['a region', { regions: [{ name: 'V1', voxels: [0, 1] }] }],
    ['a column', { columns: { ...draft().columns, run: ['1', '2', '2', '2'] } }],
    ['preprocessing', { preprocessing: [{ name: 'detrend', parameters: {} }] }],
    ['the place of its voxels', { space }],
  ])('is another one when %s differs', async (_what, change) => {
    const root = temporaryFolder();
    const first = await writeRecording(root, draft(), options);
    const second = await writeRecording(root, draft(change), options);
    expect(second.id).not.toBe(first.id);
    expect(listRecordingIds(root)).toEqual([first.id, second.id].sort());
  });

  it('is called damaged when its matrix was cut, and verification finds a changed value or stimulus', async () => {
    const root = temporaryFolder();
    const paths = workspaceLayout(root);
    const { id, stimuli } = await writeRecording(root, draft(), options);
    const matrix = readFileSync(paths.voxels(id));
    truncateSync(paths.voxels(id), 44);
    expect(() => openRecording(root, id)).toThrowError(expect.objectContaining({ code: 'RECORDING_DAMAGED' }));
    matrix[0] ^= 1;
    writeFileSync(paths.voxels(id), matrix);
    await expect(verifyRecording(root, id)).rejects.toMatchObject({ code: 'RECORDING_DAMAGED' });
    matrix[0] ^= 1;
    writeFileSync(paths.voxels(id), matrix);
    await verifyRecording(root, id);
    rmSync(paths.stimulus(stimuli[1].id));
    await expect(verifyRecording(root, id)).rejects.toMatchObject({ code: 'RECORDING_DAMAGED' });
  });

  it('that is not there is refused with the ids that are', async () => {
    const root = temporaryFolder();
    const { id } = await writeRecording(root, draft(), options);
    expect(() => readRecordingMetadata(root, 'nothing')).toThrowError(
      expect.objectContaining({ code: 'RECORDING_NOT_FOUND', hint: expect.stringContaining(id) as string }),
    );
  });
});

describe('a recording from volumes', () => {
  it('gives back where its voxels lie, and keeps the volume to draw them upon', async () => {
    const root = temporaryFolder();
    const { id } = await writeRecording(root, draft({ space, reference }), options);
    const metadata = readRecordingMetadata(root, id);
    expect(metadata.space).toEqual(space);
    expect(metadata.reference?.kind).toBe('mean-functional');
    expect(new Uint8Array(readFileSync(workspaceLayout(root).reference(id)))).toEqual(reference.nifti);
    await verifyRecording(root, id);
  });

  it('is the same one with another volume to draw upon, which decides no experiment', async () => {
    const root = temporaryFolder();
    const first = await writeRecording(root, draft({ space, reference }), options);
    expect((await writeRecording(root, draft({ space }), options)).id).toBe(first.id);
  });

  it('gets its volume back by importing again', async () => {
    const root = temporaryFolder();
    const { id } = await writeRecording(root, draft({ space, reference }), options);
    writeFileSync(workspaceLayout(root).reference(id), 'x');
    await expect(verifyRecording(root, id)).rejects.toMatchObject({ code: 'RECORDING_DAMAGED' });
    await writeRecording(root, draft({ space, reference }), options);
    await verifyRecording(root, id);
  });

  it.each([
    ['too few places', { ...space, indices: [0, 1] }],
    ['a place outside of the volume', { ...space, indices: [0, 1, 8] }],
  ])('is refused with %s', async (_what, wrong) => {
    const root = temporaryFolder();
    await expect(writeRecording(root, draft({ space: wrong }), options)).rejects.toThrow('space');
    expect(contents(root)).toEqual([]);
  });

  it('is never written when it could not be read again', async () => {
    const root = temporaryFolder();
    const nameless = draft({ regions: [{ name: '', voxels: [0] }] });
    await expect(writeRecording(root, nameless, options)).rejects.toThrow('regions.0.name');
    expect(contents(root)).toEqual([]);
  });

  it('leaves recordings of other origin as they were: old descriptions are read, and hashes are the same', async () => {
    const root = temporaryFolder();
    const { id, contentHash } = await writeRecording(root, draft(), options);
    // The hash that version 0.1.0 gave, before recordings could have a space.
    expect(contentHash).toBe('857d0b5fe667552cc24cb01c5d3206aa64d6351fa47470436946275e31f7cf13');
    const path = workspaceLayout(root).recordingMetadata(id);
    const { space: _space, reference: _reference, ...old } = readRecordingMetadata(root, id);
    writeFileSync(path, JSON.stringify(old));
    expect(readRecordingMetadata(root, id)).toMatchObject({ space: null, reference: null });
    await verifyRecording(root, id);
  });
});

describe('a workspace', () => {
  it('is as it was after an import was cancelled half-way', async () => {
    const root = temporaryFolder();
    await writeRecording(root, draft(), options);
    const before = contents(root);
    const cancel = new AbortController();
    const other = draft({
      voxels: new Float32Array(12),
      images: imagesInMemory([
        { count: 3, height: 2, width: 2, channels: 1, data: Float32Array.from({ length: 12 }, (_, i) => i / 24) },
      ]),
    });
    const writing = writeRecording(root, other, {
      ...options,
      signal: cancel.signal,
      onProgress: ({ done }) => {
        if (done === 2) cancel.abort();
      },
    });
    await expect(writing).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(contents(root)).toEqual(before);
    expect(existsSync(workspaceLayout(root).staging)).toBe(false);
  });

  it('is as it was when nothing can be staged', async () => {
    const root = temporaryFolder();
    writeFileSync(workspaceLayout(root).staging, 'a file where the folder should be');
    const before = contents(root);
    await expect(writeRecording(root, draft(), options)).rejects.toThrow();
    expect(contents(root)).toEqual(before);
  });
});

describe('importing again', () => {
  it.each([
    [
      'puts a lost stimulus back',
      (root: string, { stimuli }: RecordingMetadata) => {
        rmSync(workspaceLayout(root).stimulus(stimuli[0].id));
      },
    ],
    [
      'replaces a stimulus that was changed',
      (root: string, { stimuli }: RecordingMetadata) => {
        writeFileSync(workspaceLayout(root).stimulus(stimuli[0].id), 'x');
      },
    ],
    [
      'replaces a matrix that was cut',
      (root: string, { id }: RecordingMetadata) => {
        truncateSync(workspaceLayout(root).voxels(id), 4);
      },
    ],
    [
      'replaces a description that is no JSON',
      (root: string, { id }: RecordingMetadata) => {
        writeFileSync(workspaceLayout(root).recordingMetadata(id), '{');
      },
    ],
    [
      'replaces a recording without its matrix',
      (root: string, { id }: RecordingMetadata) => {
        rmSync(workspaceLayout(root).voxels(id));
      },
    ],
  ])('%s', async (_what, damage) => {
    const root = temporaryFolder();
    const written = await writeRecording(root, draft(), options);
    writeFileSync(workspaceLayout(root).definedRegions(written.id), 'what the user defined since stays');
    writeFileSync(workspaceLayout(root).regionColours(written.id), 'so do colours');
    const before = contents(root).filter((line) => !line.includes('recording.json'));
    damage(root, written);
    const again = await writeRecording(root, draft(), options);
    expect(again.id).toBe(written.id);
    await verifyRecording(root, written.id);
    expect(contents(root).filter((line) => !line.includes('recording.json'))).toEqual(before);
  });
});

describe('what the store refuses or notices', () => {
  it('takes stimuli back when the recording cannot be moved into place', async () => {
    const root = temporaryFolder();
    mkdirSync(workspaceLayout(root).stimuli, { recursive: true });
    writeFileSync(workspaceLayout(root).recordings, 'in the way');
    const before = contents(root);
    await expect(writeRecording(root, draft(), options)).rejects.toThrow();
    expect(contents(root)).toEqual(before);
  });

  it('refuses an id that leads out of the workspace', async () => {
    const root = temporaryFolder();
    const { id } = await writeRecording(root, draft(), options);
    expect(() => readRecordingMetadata(root, `../recordings/${id}`)).toThrowError(
      expect.objectContaining({ code: 'RECORDING_NOT_FOUND' }),
    );
  });

  it('keeps two subjects apart even when their numbers are equal', async () => {
    const root = temporaryFolder();
    const first = await writeRecording(root, draft(), options);
    const second = await writeRecording(root, draft({ subject: 'Subject 2' }), options);
    expect(second.id).not.toBe(first.id);
  });

  it('refuses NaN, which no reader should have let through', async () => {
    const root = temporaryFolder();
    const voxels = draft().voxels.map((value, i) => (i === 7 ? NaN : value));
    await expect(writeRecording(root, draft({ voxels }), options)).rejects.toMatchObject({
      code: 'VALUES_NOT_FINITE',
      message: 'Sample 2, voxel 1 (counted from 0) is NaN.',
    });
    expect(contents(root)).toEqual([]);
  });

  it.each([
    [1e6, 1],
    [3, 0],
  ])('counts a voxel with the value %d among 80 samples as %d outliers', async (value, count) => {
    const root = temporaryFolder();
    const voxels = Float32Array.from({ length: 80 }, (_, i) => (i === 40 ? value : i % 2 === 0 ? 1 : -1));
    const none = { averagedOver: null, run: null, session: null, category: null, set: null };
    const columns = { ...none, stimulus: new Array<null>(80).fill(null) };
    const change = { voxels, sampleCount: 80, voxelCount: 1, regions: [], images: imagesInMemory([]), stimuli: [], columns };
    const { quality } = await writeRecording(root, draft(change), options);
    expect(quality.outlierVoxels).toBe(count);
  });
});
