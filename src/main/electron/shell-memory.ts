/** What the shell remembers between two starts: the window's place, recent workspaces, and where it worked last. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { readJson, writeJsonAtomic } from '../files/atomic.ts';
import { windowStateSchema } from './window-state.ts';

const MOST_RECENT = 8;

const memorySchema = z.object({
  window: windowStateSchema,
  /** Folders of workspaces on this computer, the newest first. */
  recent: z.array(z.string()),
  /** Null: the usual workspace. */
  last: z
    .discriminatedUnion('place', [
      z.object({ place: z.literal('this-computer'), folder: z.string() }),
      /** The address with its key, encrypted by the system; only kept when the user asked for it. */
      z.object({ place: z.literal('another-computer'), encrypted: z.string() }),
    ])
    .nullable(),
});
export type Memory = z.infer<typeof memorySchema>;

const empty: Memory = { window: { bounds: null, maximized: false }, recent: [], last: null };

export interface ShellMemory {
  readonly now: Memory;
  remember(change: Partial<Memory>): void;
  addRecent(folder: string): void;
}

/** @param path - a file that nobody misses: when it is damaged, it is as if there were none */
export function openShellMemory(path: string): ShellMemory {
  let now = read(path);
  const remember = (change: Partial<Memory>): void => {
    now = { ...now, ...change };
    try {
      writeJsonAtomic(path, now);
    } catch {
      // On a full disk the window's place is the least of worries.
    }
  };
  return {
    get now() {
      return now;
    },
    remember,
    addRecent: (folder) => {
      remember({ recent: [folder, ...now.recent.filter((other) => other !== folder)].slice(0, MOST_RECENT) });
    },
  };
}

function read(path: string): Memory {
  if (!existsSync(path)) return empty;
  try {
    return readJson(path, memorySchema, 'FILE_DAMAGED');
  } catch {
    return empty;
  }
}
