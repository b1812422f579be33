/** `engine install`, `doctor`. */
import type { Command } from 'commander';
import type { findInstallation } from '../../services/engine-setup.ts';
import { defineAction } from '../command.ts';
import { doctorText } from '../doctor-text.ts';

interface InstallOptions {
  readonly gpu?: boolean;
  readonly force?: boolean;
  readonly ifMissing?: boolean;
}

export function engineCommands(program: Command): void {
  const engine = program.command('engine').description('The native training engine (TensorFlow).');
  defineAction<InstallOptions>(
    engine
      .command('install')
      .description('Fetch TensorFlow from the Python registry and build the addon against it, once per computer.')
      .option('--gpu', "the CUDA build and NVIDIA's libraries instead")
      .option('--force', 'install again even when a sound installation is there')
      .option('--if-missing', 'only look whether one is there, without verifying its files'),
    async ({ output, signal }, { gpu = false, force = false, ifMissing = false }) => {
      const { findInstallation: find, installTensorFlow } = await import('../../services/engine-setup.ts');
      if (ifMissing && isInstalled(find, gpu ? 'cuda' : 'cpu')) return { data: { installed: false }, text: '' };
      const result = await installTensorFlow({
        gpu,
        force,
        signal,
        onProgress: ({ text, seconds }) => {
          output.say(seconds === null ? `engine: ${text} ...` : `engine: ${text}: done in ${seconds.toFixed(1)} s`);
        },
      });
      return {
        data: result,
        text: result.installed ? `Installed in ${result.folder}` : `Already installed in ${result.folder}`,
      };
    },
  );

  defineAction(
    program.command('doctor').description('What trains on this computer, how fast, and what is missing with its remedy.'),
    async ({ output, signal }) => {
      const { diagnose } = await import('../../services/engine-setup.ts');
      output.say('Timing ten steps on each backend ...');
      const report = await diagnose({ signal });
      return { data: report, text: doctorText(report) };
    },
  );
}

/** A damaged installation counts as missing: installing replaces it. */
function isInstalled(find: typeof findInstallation, kind: 'cpu' | 'cuda'): boolean {
  try {
    return find(kind) !== null;
  } catch {
    return false;
  }
}
