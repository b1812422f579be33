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
 * The Node that ships with the application; null in a checkout, whose scripts name one.
 *
 * @param resources - of the installed application
 */
export function shippedNode(resources: string, platform: NodeJS.Platform = process.platform): string | null {
  const path = join(resources, 'node', platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(path) ? path : null;
}
