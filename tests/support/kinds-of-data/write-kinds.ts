/**
 * One simulated subject as the files of every kind that a laboratory has. docs/importing.md imports them: its pictures are
 * taken of them, and a test runs its commands on them.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { simulateSubject } from '../../../src/main/dataset/simulate/subject.ts';
import { writeBData } from './bdata-kind.ts';
import { writeMatlab } from './matlab-kind.ts';
import { writeNsd } from './nsd-kind.ts';
import { writeScans } from './scan-kinds.ts';
import { writeNumpy, writeTables } from './array-kinds.ts';

export const kindsOfData = ['bids', 'fmriprep', 'openfmri', 'runs', 'bdata', 'nsd', 'matlab', 'numpy', 'tables'] as const;
export type KindOfData = (typeof kindsOfData)[number];

/** 40 training pictures, and 12 others shown three times: more than a contact sheet holds, and simulated in seconds. */
const subject = {
  trainingCategories: 20,
  exemplars: 2,
  testCategories: 12,
  testRepetitions: 3,
  imageSize: 96,
  trialsPerRun: 20,
  runsPerSession: 3,
  voxels: { V1: 190, V2: 180, V3: 150, V4: 100, LOC: 120, FFA: 70, PPA: 90 },
} as const;

/** @returns the folder of each kind, in which the commands of the documentation are to be run */
export async function writeKindsOfData(parent: string): Promise<Readonly<Record<KindOfData, string>>> {
  const folderOf = (kind: KindOfData): string => {
    const folder = join(parent, kind);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const simulated = await simulateSubject(subject);
  const scans = { bids: folderOf('bids'), fmriprep: folderOf('fmriprep'), openfmri: folderOf('openfmri'), runs: folderOf('runs') };
  await writeScans(scans);
  const arrays = {
    bdata: folderOf('bdata'),
    nsd: folderOf('nsd'),
    matlab: folderOf('matlab'),
    numpy: folderOf('numpy'),
    tables: folderOf('tables'),
  };
  await writeBData(arrays.bdata, simulated);
  await writeNsd(arrays.nsd, simulated);
  await writeMatlab(arrays.matlab, simulated);
  await writeNumpy(arrays.numpy, simulated);
  await writeTables(arrays.tables, simulated);
  return { ...scans, ...arrays };
}
