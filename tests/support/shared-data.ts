/** Real recordings and reference values that live beside the checkout, where they are present. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const sharedFolder = fileURLToPath(new URL('../../../shared/', import.meta.url));
export const hasShared = existsSync(sharedFolder);

export function sharedPath(...parts: readonly string[]): string {
  return `${sharedFolder}${parts.join('/')}`;
}

/** A sentence for skipped tests. */
export const sharedAbsent = 'the folder with real recordings and reference values is not beside this checkout';
