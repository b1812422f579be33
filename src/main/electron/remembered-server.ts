/** The address of a server with its key, kept for the next start in the system's own key store. */
import { safeStorage } from 'electron';

/** Some Linux desktops have no store; what is called encryption there hides nothing. */
export function canEncrypt(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== 'linux' || !['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend());
}

/** @returns null where the system has no store */
export function encryptAddress(address: string): string | null {
  return canEncrypt() ? safeStorage.encryptString(address).toString('base64') : null;
}

/** @returns null when it cannot be read any more, such as on another computer */
export function decryptAddress(encrypted: string): string | null {
  try {
    return safeStorage.decryptString(Buffer.from(encrypted, 'base64'));
  } catch {
    return null;
  }
}
