/** The state of the wizard: where the data are, how they are looked at, and the newest look. */
import { useEffect, useRef, useState } from 'react';
import type { ContractClient } from '../../../shared/contract-client.ts';
import { taskResults } from '../../../shared/contract.ts';
import { dataRoutes } from '../../../shared/data-routes.ts';
import type { ImportPreview, ImportRecipe, ImportSource } from '../../../shared/imports.ts';
import type { Task } from '../../../shared/task.ts';
import { useAction, useClient } from '../../api/client-context.tsx';
import { uploadFiles, type UploadProgress } from '../../api/upload-files.ts';
import { useTask } from '../../api/use-task.ts';
import { CortextError } from '../../../shared/errors.ts';
import { importTexts } from '../../texts/import.ts';
import type { Brought, NamedFile } from './dropped-files.ts';
import { withEntry } from './entries.ts';
import type { KeptImport } from './kept-import.ts';

export interface ImportWizard {
  readonly source: ImportSource | null;
  readonly preview: ImportPreview | null;
  /** Files that are being found or brought over; null while none are. */
  readonly bringing: { readonly found: number; readonly sent: UploadProgress | null } | null;
  readonly looking: boolean;
  readonly lookTask: Task | null;
  /** What kept the data from coming here, or from being looked at at all. */
  readonly error: unknown;
  readonly bring: (brought: Brought) => void;
  readonly cancelBringing: () => void;
  /** Looks again with an entry of the recipe as the user wants it; undefined takes it away. */
  readonly change: (path: string, value: unknown) => void;
  /** Looks again with another recipe, or its text. */
  readonly lookWith: (recipe: ImportRecipe | string | undefined) => void;
  /** Task of the newest look. */
  readonly lookId: string | null;
  /** Goes on where the window stood before it was loaded anew. @returns false when that has gone */
  readonly resume: (kept: KeptImport) => Promise<boolean>;
}

export function useImport(): ImportWizard {
  const client = useClient();
  const [source, setSource] = useState<ImportSource | null>(null);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const [bringing, setBringing] = useState<ImportWizard['bringing']>(null);
  const [error, setError] = useState<unknown>(null);
  const [lookId, setLookId] = useState<string | null>(null);
  const abort = useRef<AbortController | null>(null);
  const look = useAction('imports.look', ({ id }) => {
    setLookId(id);
  });
  const lookTask = useTask(lookId);

  useEffect(() => {
    if (lookTask?.state === 'done') {
      // The task's result is what the contract says it is.
      const parsed = taskResults['imports.look'].safeParse(lookTask.result);
      if (parsed.success) setPreview(parsed.data);
    }
  }, [lookTask?.state, lookTask?.result]);

  // What was brought here for an import that nobody goes on with would only fill the disk.
  const upload = source !== null && 'upload' in source ? source.upload : null;
  useEffect(() => {
    if (upload === null) return;
    return () => {
      void client.call('imports.discard', { upload }).catch(() => undefined);
    };
  }, [client, upload]);
  useEffect(
    () => () => {
      abort.current?.abort();
    },
    [],
  );

  const begin = (next: ImportSource): void => {
    setSource(next);
    look.mutate({ source: next });
  };
  const bringFiles = async (gather: (onFound: (files: number) => void) => Promise<NamedFile[]>): Promise<void> => {
    abort.current?.abort();
    const current = new AbortController();
    abort.current = current;
    setBringing({ found: 0, sent: null });
    try {
      const files = await gather((found) => {
        setBringing({ found, sent: null });
      });
      if (files.length === 0) throw new CortextError('FILE_NOT_FOUND', importTexts.nothingDropped);
      const brought = await uploadFiles(
        client,
        files,
        (sent) => {
          setBringing({ found: files.length, sent });
        },
        current.signal,
      );
      begin({ upload: brought });
    } catch (failure) {
      if (!(failure instanceof CortextError && failure.code === 'CANCELLED')) setError(failure);
    } finally {
      if (abort.current === current) setBringing(null);
    }
  };
  const lookWith = (recipe: ImportRecipe | string | undefined): void => {
    if (source !== null) look.mutate({ source, ...(recipe === undefined ? {} : { recipe }) });
  };
  const failed = lookTask?.state === 'failed' && lookTask.error !== null ? lookTask.error : null;
  return {
    source,
    preview,
    bringing,
    looking: look.isPending || lookTask?.state === 'running',
    lookTask,
    error:
      error ??
      look.error ??
      (failed === null ? null : CortextError.fromEnvelope(failed as Parameters<typeof CortextError.fromEnvelope>[0])),
    bring: (brought) => {
      setError(null);
      setPreview(null);
      setSource(null);
      if (brought.kind === 'source') begin(brought.source);
      else void bringFiles(brought.gather);
    },
    cancelBringing: () => {
      abort.current?.abort();
    },
    change: (path, value) => {
      if (preview !== null) lookWith(withEntry(preview, path, value));
    },
    lookWith,
    lookId,
    resume: async (kept) => {
      if (kept.source === null || kept.look === null || !(await isThere(client, kept.look))) return false;
      setSource(kept.source);
      setLookId(kept.look);
      return true;
    },
  };
}

/** Whether a look can still be gone on with: its task is known, and its pictures have not given way to those of later looks. */
async function isThere(client: ContractClient, look: string): Promise<boolean> {
  try {
    const task = (await client.call('tasks.list', {})).find(({ id }) => id === look);
    const preview = taskResults['imports.look'].safeParse(task?.result).data;
    if (preview === undefined || preview.facts === null) return task !== undefined;
    return (await fetch(client.dataUrl(dataRoutes.stimulusReport(preview.look)), { method: 'HEAD' })).ok;
  } catch {
    return false;
  }
}
