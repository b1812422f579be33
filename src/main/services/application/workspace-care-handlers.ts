/** Calls that look after the workspace itself: its size, and an index that has fallen behind its folders. */
import { catchUp } from '../../catalog/catch-up.ts';
import { measureWorkspace } from '../workspace-size.ts';
import type { Workspace } from '../workspace.ts';
import type { Handlers } from './dispatcher.ts';
import type { Tasks } from './tasks.ts';

export function workspaceCareHandlers(
  { root, catalog }: Workspace,
  tasks: Tasks,
  /** Told when rows may have come, gone or changed. */
  onCaughtUp: () => void,
): Pick<Handlers, 'workspace.measure' | 'workspace.catchUp'> {
  return {
    'workspace.measure': () =>
      tasks.start({
        kind: 'workspace.measure',
        title: 'Counting what lies in the workspace',
        run: (signal, onProgress) =>
          measureWorkspace(root, {
            signal,
            onProgress: (files) => {
              onProgress({ text: `${files.toLocaleString('en')} files counted`, done: files, total: null });
            },
          }),
      }),
    'workspace.catchUp': () =>
      tasks.start({
        kind: 'workspace.catchUp',
        title: 'Reading the folders of the workspace',
        run: async (signal, onProgress) => {
          const found = await catchUp(catalog, root, {
            signal,
            onProgress: ({ done, total }) => {
              onProgress({ text: `${done} of ${total} folders read`, done, total });
            },
          });
          onCaughtUp();
          return found;
        },
      }),
  };
}
