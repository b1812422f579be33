/** Calls about importing: looking at data, bringing files here, importing, and images for what was imported without. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ContractEvent } from '../../../shared/contract.ts';
import type { ImportSource } from '../../../shared/imports.ts';
import type { RecordingMetadata } from '../../../shared/recording.ts';
import type { TaskProgress } from '../../../shared/task.ts';
import type { ImportProgress } from '../../dataset/import/import-recording.ts';
import { addStimuliTo } from '../adding-stimuli.ts';
import { listFolder } from '../folder-listing.ts';
import { importLoaded } from '../importing.ts';
import type { ImportLooks } from '../import-looks.ts';
import { loadImport, type GivenData } from '../import-source.ts';
import type { Uploads } from '../uploads.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';
import type { Tasks } from './tasks.ts';

type ImportCalls = Extract<keyof Handlers, `imports.${string}` | 'files.browse'>;

interface Tools {
  readonly tasks: Tasks;
  readonly uploads: Uploads;
  readonly looks: ImportLooks;
  readonly tell: (event: ContractEvent) => void;
}

const phases: Record<ImportProgress['phase'], string> = { arrays: 'Reading responses', stimuli: 'Writing stimuli' };

export function importHandlers(
  workspace: Workspace,
  { tasks, uploads, looks, tell }: Tools,
): Pick<Handlers, ImportCalls> {
  const dataOf = (source: ImportSource): GivenData =>
    'paths' in source ? source : uploadedData(uploads.folder(source.upload));
  /** Uploads that are being imported, and whether they are to go whatever comes of it. */
  const importing = new Map<string, { unwanted: boolean }>();
  const imported = (metadata: RecordingMetadata) => {
    tell({ name: 'recordings.changed', payload: { id: metadata.id } });
    const { id, contentHash, samples, voxels, stimuli } = metadata;
    return { recording: id, contentHash, samples, voxels, stimuli: stimuli.length };
  };
  /** An upload goes when it was imported, and when importing it was cancelled; after an error it can be tried again. */
  const bringing = async (source: ImportSource, signal: AbortSignal, work: () => Promise<RecordingMetadata>) => {
    if ('paths' in source) return imported(await work());
    const { upload } = source;
    const use = { unwanted: false };
    importing.set(upload, use);
    try {
      const metadata = await work();
      use.unwanted = true;
      return imported(metadata);
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
        run: async (signal, onProgress) =>
          looks.look(await loadImport(data, recipe, signal), {
            signal,
            onProgress: (progress) => {
              onProgress(inWords(progress));
            },
          }),
      });
    },
    'imports.course': (request, signal) => looks.course(request, signal),
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
          bringing(source, signal, async () => {
            const { loaded } = await loadImport(data, recipe, signal);
            return importLoaded(workspace, loaded, {
              signal,
              onProgress: (progress) => {
                onProgress(inWords(progress));
              },
            });
          }),
      });
    },
    'imports.addStimuli': ({ recording, source, missing }) => {
      const [images] = dataOf(source).paths;
      return tasks.start({
        kind: 'imports.addStimuli',
        title: 'Adding stimuli',
        run: (signal, onProgress) =>
          bringing(source, signal, () =>
            addStimuliTo(
              workspace,
              { recording, images, missing },
              {
                signal,
                onProgress: (progress) => {
                  onProgress(inWords(progress));
                },
              },
            ),
          ),
      });
    },
  };
}

function inWords({ phase, done, total }: ImportProgress): TaskProgress {
  return { text: phases[phase], done, total };
}

/** What was dropped: one file or folder, or the folder that holds all of it. */
function uploadedData(folder: string): GivenData {
  const names = readdirSync(folder);
  return { paths: [names.length === 1 ? join(folder, names[0]) : folder], folder };
}
