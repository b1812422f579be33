/** Runs sandboxed in front of the page, and hands it what `bridges.ts` makes. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { PLACE_CHANNEL } from '../shared/contract-bridge.ts';
import { contractBridge, shellBridge, windowBridge } from './bridges.ts';

contextBridge.exposeInMainWorld('cortextContract', contractBridge(ipcRenderer));
contextBridge.exposeInMainWorld('cortextWindow', windowBridge(ipcRenderer));
// Paths of this computer mean nothing to another one: there, files are sent.
if (ipcRenderer.sendSync(PLACE_CHANNEL) === 'this-computer') {
  contextBridge.exposeInMainWorld(
    'cortextShell',
    shellBridge(ipcRenderer, (file) => webUtils.getPathForFile(file)),
  );
}
