/** Finds what the installation borrows from the computer: a Python with pip (as a downloader) and a C++ compiler. */
import { CortextError } from '../../../shared/errors.ts';
import { runCommand } from './run-command.ts';

export interface Python {
  readonly command: string;
  /** e.g. `3.11` */
  readonly version: string;
  readonly pip: string;
}

export interface Compiler {
  readonly command: string;
  /** First line of `--version`. */
  readonly version: string;
}

const ON_WASM = 'Training still works without it, on WASM, slower.';

function remedy(
  commands: { debian: string; mac: string; windows: string },
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === 'darwin') return `Run: ${commands.mac}\n${ON_WASM}`;
  if (platform === 'win32') return `Run: ${commands.windows}\n${ON_WASM}`;
  return `Run (Debian, Ubuntu): ${commands.debian}\n${ON_WASM}`;
}

/**
 * The first Python 3.9 or newer that has pip: `CORTEXT_PYTHON`, then the usual names.
 *
 * @throws CortextError `ENGINE_INSTALL_FAILED` telling apart no Python, a Python that is too old, and one without pip
 */
export async function findPython(signal?: AbortSignal): Promise<Python> {
  const own = process.env.CORTEXT_PYTHON;
  const names = own ? [own] : process.platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python'];
  let found: string | null = null;
  for (const command of names) {
    const asked = await runCommand(command, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { signal });
    const version = /^3\.(\d+)/.exec(asked.stdout.trim());
    if (asked.status !== 0 || version === null) continue;
    found ??= `${command} is Python ${version[0]}`;
    if (Number(version[1]) < 9) continue;
    const pip = await runCommand(command, ['-m', 'pip', '--version'], { signal });
    if (pip.status !== 0) {
      found = `${command} is Python ${version[0]} without pip`;
      continue;
    }
    return { command, version: version[0], pip: pip.stdout.split(' ').slice(0, 2).join(' ') };
  }
  const hint = remedy({
    debian: 'sudo apt install python3 python3-pip',
    mac: 'xcode-select --install   (or: brew install python)',
    windows: 'winget install Python.Python.3.12',
  });
  throw new CortextError(
    'ENGINE_INSTALL_FAILED',
    found === null
      ? 'No Python 3 was found; its pip is needed to download TensorFlow.'
      : `No usable Python was found (${found}); 3.9 or newer with pip is needed to download TensorFlow.`,
    { hint, details: { missing: 'python' } },
  );
}

/**
 * A C++17 compiler with the command line of GCC: `CXX`, then the usual names.
 *
 * @throws CortextError `ENGINE_INSTALL_FAILED`
 */
export async function findCompiler(signal?: AbortSignal): Promise<Compiler> {
  const own = process.env.CXX;
  for (const command of own ? [own] : ['c++', 'g++', 'clang++']) {
    const asked = await runCommand(command, ['--version'], { signal });
    if (asked.status === 0) return { command, version: asked.stdout.split('\n')[0] ?? '' };
  }
  throw new CortextError(
    'ENGINE_INSTALL_FAILED',
    own ? `The C++ compiler ${own} (from CXX) does not run.` : 'No C++ compiler was found; the addon is compiled here.',
    {
      hint: remedy({
        debian: 'sudo apt install g++',
        mac: 'xcode-select --install',
        windows: 'wsl --install -d Debian, then use Cortext inside it',
      }),
      details: { missing: 'compiler' },
    },
  );
}
