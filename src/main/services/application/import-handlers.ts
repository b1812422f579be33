/** Calls about importing: looking at data, bringing files here, importing, and images for what was imported without. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ContractEvent } from '../../../shared/contract.ts';
import type { Imported, ImportSource } from '../../../shared/imports.ts';
import { synchroniseRecording } from '../../catalog/synchronise.ts';
import { listFolder } from '../folder-listing.ts';
import { loadImport, type GivenData } from '../import-source.ts';
import type { Uploads } from '../uploads.ts';
import { runWork, type WorkProcess } from '../work/work-process.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';
import type { Tasks } from './tasks.ts';

type ImportCalls = Extract<keyof Handlers, `imports.${string}` | 'files.browse'>;

interface Tools {
  readonly tasks: Tasks;
  readonly uploads: Uploads;
  /** Keeps what it has looked at. */
  readonly looks: WorkProcess;
  readonly tell: (event: ContractEvent) => void;
}

export function importHandlers(
  workspace: Workspace,
  { tasks, uploads, looks, tell }: Tools,
): Pick<Handlers, ImportCalls> {
  const dataOf = (source: ImportSource): GivenData =>
    'paths' in source ? source : uploadedData(uploads.folder(source.upload));
  /** Uploads that are being imported, and whether they are to go whatever comes of it. */
  const importing = new Map<string, { unwanted: boolean }>();
  const takeIn = (imported: Imported): Imported => {
    synchroniseRecording(workspace.catalog, workspace.root, imported.recording);
    tell({ name: 'recordings.changed', payload: { id: imported.recording } });
    return imported;
  };
  /** An upload goes when it was imported, and when importing it was cancelled; after an error it can be tried again. */
  const bringing = async (source: ImportSource, signal: AbortSignal, work: () => Promise<Imported>) => {
    if ('paths' in source) return takeIn(await work());
    const { upload } = source;
    const use = { unwanted: false };
    importing.set(upload, use);
    try {
      const imported = takeIn(await work());
      use.unwanted = true;
      return imported;
    } finally {
      importing.delete(upload);
      if (use.unwanted || signal.aborted) uploads.remove(upload);
    }
  };
  return {
    'files.browse': ({ folder }) => listFolder(folder, workspace.root),
    'imports.upload': (announced) => ({ upload: uploads.begin(announced) }),
    'imports.discard': ({ upload }) => {
      // The window that has left its wizard does not end the import.
      const use = importing.get(upload);
      if (use === undefined) uploads.remove(upload);
      else use.unwanted = true;
      return {};
    },
    'imports.look': ({ source, recipe }) => {
      const data = dataOf(source);
      return tasks.start({
        kind: 'imports.look',
        title: 'Looking at the data',
        run: (signal, onProgress) => looks.call('imports.look', { data, recipe }, { signal, onProgress }),
      });
    },
    'imports.course': (request, signal) => looks.call('imports.course', request, { signal }),
    'imports.recipe': async ({ source, recipe }, signal) => {
      const { loaded } = await loadImport(dataOf(source), recipe, signal);
      const place = 'paths' in source ? loaded.folder : 'the folder that was dropped';
      return { text: `# Paths are relative to ${place}: keep this file there.\n${stringify(loaded.recipe)}` };
    },
    'imports.start': ({ source, recipe }) => {
      const data = dataOf(source);
      return tasks.start({
        kind: 'imports.start',
        title: 'Importing',
        run: (signal, onProgress) =>
          bringing(source, signal, () =>
            runWork(workspace.root, 'imports.start', { data, recipe }, { signal, onProgress }),
          ),
      });
    },
    'imports.addStimuli': ({ recording, source, missing }) => {
      const [images] = dataOf(source).paths;
      return tasks.start({
        kind: 'imports.addStimuli',
        title: 'Adding stimuli',
        run: (signal, onProgress) =>
          bringing(source, signal, () =>
            runWork(workspace.root, 'imports.addStimuli', { recording, images, missing }, { signal, onProgress }),
          ),
      });
    },
  };
}

/** What was dropped: one file or folder, or the folder that holds all of it. */
function uploadedData(folder: string): GivenData {
  const names = readdirSync(folder);
  return { paths: [names.length === 1 ? join(folder, names[0]) : folder], folder };
}
