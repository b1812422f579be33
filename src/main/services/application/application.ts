/**
 * One opened workspace as a program: answers calls, tells events, serves data, and keeps its experiments running.
 *
 * Every shell puts the same one in front of a user.
 */
import type { CallAnswer } from '../../../shared/contract-client.ts';
import type { ContractEvent } from '../../../shared/contract.ts';
import { findDataFile, type DataFile } from '../data-files.ts';
import { createWorkProcess } from '../work/work-process.ts';
import { createUploads, type UploadOptions } from '../uploads.ts';
import type { Workspace } from '../workspace.ts';
import { answerOf, createDispatcher } from './dispatcher.ts';
import { engineHandlers } from './engine-handlers.ts';
import { experimentHandlers } from './experiment-handlers.ts';
import { galleryHandlers } from './gallery-handlers.ts';
import { importHandlers } from './import-handlers.ts';
import { regionHandlers } from './region-handlers.ts';
import { createRunningExperiments } from './running-experiments.ts';
import { createTasks } from './tasks.ts';
import { trainingHandlers } from './training-handlers.ts';
import { workspaceCareHandlers } from './workspace-care-handlers.ts';
import { workspaceHandlers } from './workspace-handlers.ts';

export interface Application {
  readonly root: string;
  call(name: string, input: unknown, signal?: AbortSignal): Promise<CallAnswer>;
  /** @returns how to stop listening */
  subscribe(listener: (event: ContractEvent) => void): () => void;
  /** The file behind an address of `dataRoutes`; null when there is none. */
  data(address: string): DataFile | null;
  /**
   * Takes in a file of an upload. Never throws: what goes wrong is the answer.
   *
   * @param address - of `dataRoutes.uploaded`, as it was sent, without decoding
   */
  upload(address: string, body: AsyncIterable<Uint8Array>, options?: UploadOptions): Promise<CallAnswer>;
  /** Experiments whose engines this program runs. */
  running(): string[];
  /** Pauses what runs (each engine writes a checkpoint), ends tasks, closes the workspace. */
  close(): Promise<void>;
}

/** @param workspace - closed with the application */
export function createApplication(workspace: Workspace): Application {
  const listeners = new Set<(event: ContractEvent) => void>();
  const tell = (event: ContractEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const tasks = createTasks((payload) => {
    tell({ name: 'task.changed', payload });
  });
  const running = createRunningExperiments(workspace, tell);
  const uploads = createUploads(workspace.layout.staging);
  const looks = createWorkProcess(workspace.root);
  const dispatcher = createDispatcher({
    ...workspaceHandlers(workspace, tasks),
    ...experimentHandlers(workspace, { running, tasks, tell }),
    ...workspaceCareHandlers(workspace, tasks, () => {
      tell({ name: 'workspace.changed', payload: {} });
    }),
    ...trainingHandlers(workspace, { running, tasks }),
    ...galleryHandlers(workspace, tasks),
    ...engineHandlers(tasks),
    ...regionHandlers(workspace, tell),
    ...importHandlers(workspace, { tasks, uploads, looks, tell }),
  });
  const never = new AbortController().signal;
  return {
    root: workspace.root,
    call: (name, input, signal = never) => dispatcher.call(name, input, signal),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    data: (address) => findDataFile(workspace.root, address),
    upload: (address, body, options) =>
      answerOf(() => uploads.receive(address.replace(/^uploads\//, ''), body, options)),
    running: () => running.queue().running,
    close: async () => {
      await Promise.all([running.close(), tasks.close()]);
      uploads.close();
      await looks.close();
      listeners.clear();
      workspace.close();
    },
  };
}
