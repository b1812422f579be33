/** Calls about the training engine of this computer. */
import { diagnose, installTensorFlow } from '../engine-setup.ts';
import type { Handlers } from './dispatcher.ts';
import type { Tasks } from './tasks.ts';

export function engineHandlers(tasks: Tasks): Pick<Handlers, 'engine.diagnose' | 'engine.install'> {
  return {
    'engine.diagnose': () =>
      tasks.start({
        kind: 'engine.diagnose',
        title: 'Looking at the engine',
        run: (signal, onProgress) =>
          diagnose({
            signal,
            onProgress: (text) => {
              onProgress({ text, done: null, total: null });
            },
          }),
      }),
    'engine.install': ({ gpu }) =>
      tasks.start({
        kind: 'engine.install',
        title: gpu ? 'Installing the engine for graphics cards' : 'Installing the native engine',
        run: async (signal, onProgress) => {
          await installTensorFlow({
            gpu,
            signal,
            onProgress: ({ text }) => {
              onProgress({ text, done: null, total: null });
            },
          });
          return null;
        },
      }),
  };
}
