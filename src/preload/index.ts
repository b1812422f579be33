/** Runs sandboxed in front of the page, and hands it what `window-bridge.ts` makes. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { contractBridge, shellBridge } from './window-bridge.ts';

contextBridge.exposeInMainWorld('cortextContract', contractBridge(ipcRenderer));
contextBridge.exposeInMainWorld(
  'cortextShell',
  shellBridge(ipcRenderer, process.platform, (file) => webUtils.getPathForFile(file)),
);
