/** Opens and creates workspaces: the folder, its catalog, and what a crash may have left behind. */
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { CortextError, toCortextError } from '../../shared/errors.ts';
import { WORKSPACE_FORMAT_VERSION, workspaceLayout, type WorkspaceLayout } from '../../shared/workspace-layout.ts';
import { openCatalog, type Catalog } from '../catalog/catalog.ts';
import { takeBackRecording } from '../dataset/take-back-recording.ts';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import { removeAbandoned } from '../files/staging.ts';
import { recover } from './recovery.ts';

const markerSchema = z.object({ format: z.literal('cortext-workspace'), version: z.int(), createdAt: z.string() });

export interface Workspace {
  readonly root: string;
  readonly layout: WorkspaceLayout;
  readonly catalog: Catalog;
  close(): void;
  /** Takes away a workspace that this call has made, when nothing came to be in it; any other is only closed. */
  discard(): void;
}

/**
 * The workspace that a command means: as named, else `CORTEXT_WORKSPACE`, else the one that the present folder is in,
 * else `Cortext` in the home folder.
 */
export function resolveWorkspaceFolder(named: string | undefined, from: string): string {
  if (named !== undefined) return resolve(from, named);
  if (process.env.CORTEXT_WORKSPACE) return resolve(process.env.CORTEXT_WORKSPACE);
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(workspaceLayout(folder).marker)) return folder;
    if (folder === dirname(folder)) break;
  }
  return join(homedir(), 'Cortext');
}

/**
 * @param create - make the workspace when the folder is absent or empty
 * @throws CortextError `WORKSPACE_NOT_FOUND`, `WORKSPACE_READ_ONLY`, `WORKSPACE_TOO_NEW`, `CATALOG_DAMAGED`
 */
export function openWorkspace(root: string, { create = false }: { create?: boolean } = {}): Workspace {
  const layout = workspaceLayout(root);
  const isNew = !existsSync(layout.marker);
  const hadFolder = existsSync(root);
  if (isNew) {
    if (!create) {
      throw new CortextError('WORKSPACE_NOT_FOUND', `There is no workspace in ${root}.`, {
        hint: 'Name one with --workspace, or make one by importing a recording into it.',
      });
    }
    createWorkspace(layout);
  }
  const marker = readJson(layout.marker, markerSchema, 'WORKSPACE_NOT_FOUND');
  if (marker.version > WORKSPACE_FORMAT_VERSION) {
    throw new CortextError('WORKSPACE_TOO_NEW', `The workspace ${root} was made by a newer version of Cortext.`, {
      hint: 'Install the newest version, then open it again.',
    });
  }
  // Another process may be importing just now: only what nobody fills any more is taken away.
  removeAbandoned(layout.staging, undefined, (staged) => {
    takeBackRecording(root, staged);
  });
  const catalog = openCatalog(layout.catalog);
  recover(root, catalog);
  let isOpen = true;
  const close = (): void => {
    if (isOpen) catalog.close();
    isOpen = false;
  };
  return {
    root,
    layout,
    catalog,
    close,
    discard: () => {
      close();
      if (isNew) removeEmptyWorkspace(layout, hadFolder);
    },
  };
}

function createWorkspace(layout: WorkspaceLayout): void {
  if (existsSync(layout.root) && !readdirSync(layout.root).every((name) => isOfNewWorkspace(layout, name))) {
    throw new CortextError('WORKSPACE_NOT_FOUND', `${layout.root} is neither a workspace nor an empty folder.`, {
      hint: 'Name an empty or a new folder with --workspace.',
    });
  }
  try {
    for (const folder of [layout.root, layout.recordings, layout.stimuli, layout.experiments]) {
      mkdirSync(folder, { recursive: true });
    }
  } catch (error) {
    throw toCortextError(error, layout.root);
  }
  for (const name of readdirSync(layout.root)) {
    if (isUnfinishedMarker(layout, name)) rmSync(join(layout.root, name), { force: true });
  }
  writeJsonAtomic(layout.marker, {
    format: 'cortext-workspace',
    version: WORKSPACE_FORMAT_VERSION,
    createdAt: new Date().toISOString(),
  });
}

/** Whether a file or folder may have been left by a process that was killed while it made a workspace. */
function isOfNewWorkspace(layout: WorkspaceLayout, name: string): boolean {
  const folder = [layout.recordings, layout.stimuli, layout.experiments].find((path) => basename(path) === name);
  return folder === undefined ? isUnfinishedMarker(layout, name) : readdirSync(folder).length === 0;
}

/** As atomic writing leaves it. */
function isUnfinishedMarker({ marker }: WorkspaceLayout, name: string): boolean {
  const start = `${basename(marker)}.`;
  return name.startsWith(start) && /^\d+\.[0-9a-f]+\.tmp$/.test(name.slice(start.length));
}

function removeEmptyWorkspace(layout: WorkspaceLayout, keepFolder: boolean): void {
  const isEmpty = (folder: string): boolean => !existsSync(folder) || readdirSync(folder).length === 0;
  const folders = [layout.recordings, layout.stimuli, layout.experiments, layout.staging];
  if (!folders.every(isEmpty)) return;
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${layout.catalog}${suffix}`, { force: true });
  rmSync(layout.marker, { force: true });
  if (!keepFolder && isEmpty(layout.root)) rmdirSync(layout.root);
}
