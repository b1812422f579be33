/** Where the parts of the program lie, in a checkout and in an installed application. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface ProgramFiles {
  readonly preload: string;
  /** The built interface. */
  readonly renderer: string;
  readonly icon: string;
}

/** @param appPath - the checkout, or the archive in which the application is installed */
export function programFiles(appPath: string): ProgramFiles {
  return {
    preload: join(appPath, 'out', 'preload', 'index.cjs'),
    renderer: join(appPath, 'out', 'renderer'),
    icon: join(appPath, 'resources', 'icons', 'icon.png'),
  };
}

/**
 * Variables that name the Node and the engine that ship with the application; none in a checkout, whose scripts name a Node
 * and whose engine is in the user's cache.
 *
 * @param resources - of the installed application
 */
export function shippedParts(
  resources: string,
  platform: NodeJS.Platform = process.platform,
): Readonly<Record<string, string>> {
  const parts = {
    CORTEXT_NODE: join(resources, 'node', platform === 'win32' ? 'node.exe' : 'node'),
    CORTEXT_SHIPPED_ENGINE: join(resources, 'engine'),
  };
  return Object.fromEntries(Object.entries(parts).filter(([, path]) => existsSync(path)));
}
