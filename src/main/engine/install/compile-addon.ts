/** Compiles the addon between TensorFlow.js and libtensorflow. */
import { join } from 'node:path';
import { CortextError } from '../../../shared/errors.ts';
import { addonIncludeFolders, addonSources, NODE_API_VERSION } from './addon-source.ts';
import { lastLines, runCommand } from './run-command.ts';
import type { Compiler } from './toolchain.ts';

export interface CompileOptions {
  readonly compiler: Compiler;
  /** `tensorflow/include` of the wheel. */
  readonly headers: string;
  /** Folder of the libraries; beside `addonFolder`, because the addon finds them relative to itself. */
  readonly libraryFolder: string;
  readonly libraries: readonly string[];
  readonly addonFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes `tfjs_binding.node` and `quiet.node` into `addonFolder`.
 *
 * The libraries are found at run time relative to the addon (`$ORIGIN/../tensorflow`), so the folder can be moved.
 *
 * @throws CortextError `ENGINE_INSTALL_FAILED` with the compiler's last lines
 */
export async function compileAddon(options: CompileOptions): Promise<void> {
  const { addon, quiet } = addonSources();
  const mac = process.platform === 'darwin';
  const includes = [options.headers, ...addonIncludeFolders()].map((folder) => `-I${folder}`);
  const common = ['-std=c++17', '-O2', '-fPIC', '-w', `-DNAPI_VERSION=${NODE_API_VERSION}`, ...includes];
  // Node itself provides the Node-API symbols when it loads the addon.
  const shared = mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  const link = [
    ...options.libraries.map((file) => join(options.libraryFolder, file)),
    `-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/../tensorflow`,
  ];
  // Given by path, the libraries are still recorded by their own names (SONAME), which the rpath resolves.
  await compile(
    [...common, ...shared, ...addon, '-o', join(options.addonFolder, 'tfjs_binding.node'), ...link],
    options,
  );
  await compile([...common, ...shared, quiet, '-o', join(options.addonFolder, 'quiet.node')], options);
}

async function compile(args: readonly string[], { compiler, signal }: CompileOptions): Promise<void> {
  const result = await runCommand(compiler.command, args, { signal });
  if (result.status === 0) return;
  const said = lastLines(result);
  throw new CortextError('ENGINE_INSTALL_FAILED', `The addon could not be compiled with ${compiler.version}.`, {
    hint: 'A C++17 compiler is needed (GCC 9 or Clang 9, or newer); CXX names another. Training works on WASM, slower.',
    details: { compiler: said },
  });
}
