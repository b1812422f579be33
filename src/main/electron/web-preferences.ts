/**
 * What a page in a window may do, the same for every window. Most are Electron's defaults; they are written out so that
 * neither a new version nor a careless edit changes them unseen.
 */
import type { WebPreferences } from 'electron';

export const webPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  // Chromium would fetch dictionaries from the network.
  spellcheck: false,
} as const satisfies WebPreferences;

/** Schemes must be declared before Electron is ready. A standard one has origins, so that `'self'` means something. */
export const appScheme = {
  scheme: 'cortext',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
} as const;
