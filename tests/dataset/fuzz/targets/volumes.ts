/** Volumes, surfaces and tables of labels. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { extractSeries } from '../../../../src/main/dataset/volumes/extract-series.ts';
import { parseAnnotation, parseLabel, parseSurface } from '../../../../src/main/dataset/volumes/freesurfer-surface.ts';
import { openVolume } from '../../../../src/main/dataset/volumes/open-volume.ts';
import { meanVolume, readVolume } from '../../../../src/main/dataset/volumes/read-volume.ts';
import { readLabelTable } from '../../../../src/main/dataset/volumes/region-sources.ts';
import type { Random } from '../../../../src/shared/random.ts';
import { niftiBytes, niftiPair } from '../../volumes/nifti-bytes.ts';
import { damageBytes, damageText, joined, pick } from '../damage.ts';
import type { Target } from '../target.ts';

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../volumes/fixtures/${name}`, import.meta.url)));

async function readEverything(path: string): Promise<void> {
  const file = openVolume(path);
  await readVolume(file, file.volumes - 1);
  await meanVolume(file);
  await extractSeries([path], [0]);
}

const shape = [5, 4, 3, 6];
const qform = { code: 1, quaternion: [0.1, 0.2, 0.3], offset: [1, 2, 3] };
const first = (bytes: number): number[] => Array.from({ length: bytes }, (_, at) => at);

function volume(name: string, share: number, sound: readonly Uint8Array[], headerBytes: number): Target {
  const places = first(headerBytes);
  return {
    name,
    share,
    damaged: (random) => ({ 'run.nii': damageBytes(pick(random, sound), random, places) }),
    read: (folder) => readEverything(join(folder, 'run.nii')),
  };
}

/** Damaged before or after it is compressed, or followed by a great deal of nothing. */
function packed(random: Random, sound: Uint8Array): Uint8Array {
  const damaged = damageBytes(sound, random, first(352));
  const choice = random.uniform();
  if (choice < 0.5) return gzipSync(damaged, { level: 1 });
  if (choice < 0.9) return damageBytes(gzipSync(sound), random, first(20));
  if (choice < 0.97) return joined(gzipSync(sound), damageBytes(gzipSync(damaged), random, first(10)));
  return gzipSync(Buffer.concat([damaged, Buffer.alloc(1 << 24)]), { level: 1 });
}

function text(
  name: string,
  share: number,
  file: string,
  sound: readonly string[],
  read: (path: string) => unknown,
): Target {
  return {
    name,
    share,
    damaged: (random) => ({ [file]: damageText(pick(random, sound), random) }),
    read: (folder) => read(join(folder, file)),
  };
}

const latin = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export function volumeTargets(): Target[] {
  const nifti1 = niftiBytes({ shape });
  const pair = niftiPair({ shape, qform });
  return [
    volume('NIfTI-1', 5, [nifti1, niftiBytes({ shape, qform, littleEndian: false, datatype: 'float32' })], 352),
    volume(
      'NIfTI-2',
      5,
      [
        niftiBytes({ shape, version: 2, datatype: 'int64' }),
        niftiBytes({ shape, version: 2, qform, littleEndian: false }),
      ],
      544,
    ),
    volume('FreeSurfer .mgh', 4, [gunzipSync(fixture('labels.mgz')), fixture('float.mgh')], 90),
    {
      name: '.nii.gz',
      share: 4,
      damaged: (random) => ({ 'run.nii.gz': packed(random, nifti1) }),
      read: (folder) => readEverything(join(folder, 'run.nii.gz')),
    },
    {
      name: '.mgz',
      share: 3,
      damaged: (random) => ({ 'run.mgz': packed(random, gunzipSync(fixture('labels.mgz'))) }),
      read: (folder) => readEverything(join(folder, 'run.mgz')),
    },
    {
      name: '.hdr and .img',
      share: 3,
      damaged: (random) => {
        const [hdr, img] =
          random.uniform() < 0.7
            ? [damageBytes(pair.hdr, random), pair.img]
            : [pair.hdr, damageBytes(pair.img, random)];
        return { 'run.hdr': hdr, 'run.img': random.uniform() < 0.2 ? gzipSync(img) : img };
      },
      read: (folder, input) => readEverything(join(folder, Object.keys(input)[0])),
    },
    {
      name: '.annot',
      share: 4,
      damaged: (random) => ({ 'lh.annot': damageBytes(fixture('lh.test.annot'), random, first(480)) }),
      read: (folder) => parseAnnotation(readFileSync(join(folder, 'lh.annot')), join(folder, 'lh.annot')),
    },
    {
      name: 'surface',
      share: 3,
      damaged: (random) => ({ 'lh.white': damageBytes(fixture('lh.test'), random, first(80)) }),
      read: (folder) => parseSurface(readFileSync(join(folder, 'lh.white')), join(folder, 'lh.white')),
    },
    text('.label', 4, 'lh.V1.label', [latin(fixture('lh.test.label'))], (path) =>
      parseLabel(readFileSync(path, 'utf8'), path),
    ),
    text(
      'label tables',
      4,
      'labels.txt',
      [
        'index\tname\n1\tV1\n2\t"V2, left"\n',
        '0 Unknown 0 0 0 0\n1 V1 220 20 20 0\n2 V2 20 220 20 0\n',
        '{"1": "V1", "2": "V2"}',
        '[{"index": 1, "name": "V1"}, {"index": 2, "name": "V2"}]',
      ],
      readLabelTable,
    ),
  ];
}
