/** Puts window, menu, dialogs and workspace together. */
import { join } from 'node:path';
import { app, ipcMain, Menu, protocol, session, shell } from 'electron';
import { TOLD_CHANNEL, type Told } from '../../shared/contract-bridge.ts';
import type { WindowProblem } from '../../shared/window-bridge.ts';
import { loadRendererFiles } from '../server/renderer-files.ts';
import { relayWorkspace } from '../services/relay/relay-workspace.ts';
import { parseServerAddress } from '../services/relay/server-address.ts';
import { serveAppPages } from './app-protocol.ts';
import { openAppWindow, stateOf } from './app-window.ts';
import { askAboutSilence, askHowToQuit, askToPause, chooseFiles, chooseWorkspace, tellProblem } from './dialogs.ts';
import { externalPages } from './external-pages.ts';
import { guardContents, guardSession } from './guards.ts';
import { serveIpc, type ShellMessage } from './ipc-adapter.ts';
import { menuTemplate } from './menu-template.ts';
import { namedWorkspace, openInThisProcess } from './open-workspace.ts';
import { programFiles, shippedParts } from './program-files.ts';
import { createQuitting } from './quitting.ts';
import { canEncrypt, decryptAddress, encryptAddress } from './remembered-server.ts';
import { openShellMemory } from './shell-memory.ts';
import { noticeTrainings } from './training-notices.ts';
import { APP_ORIGIN } from './trusted-sender.ts';
import { createWorkplace } from './workplace.ts';

const refused = (why: string): void => {
  process.stderr.write(`refused  ${why}\n`);
};

export async function startShell(): Promise<void> {
  const files = programFiles(app.getAppPath());
  Object.assign(process.env, shippedParts(process.resourcesPath));
  const memory = openShellMemory(join(app.getPath('userData'), 'shell.json'));

  const workplace = createWorkplace({
    mayPause: (experiments) => askToPause(window, experiments),
    onChange: () => {
      workspaceChanged();
    },
  });
  guardSession(session.defaultSession, refused);
  guardContents(app, refused);
  serveAppPages(protocol, {
    renderer: loadRendererFiles(files.renderer),
    data: (request) => workplace.now.data(request),
  });
  const window = openAppWindow({
    preload: files.preload,
    icon: files.icon,
    state: memory.now.window,
    onState: (state) => {
      memory.remember({ window: state });
    },
    askAboutSilence,
  });
  const ipc = serveIpc({
    receiver: ipcMain,
    tell,
    answering: () => workplace.now,
    onShellMessage,
    onRefused: refused,
  });
  const quitting = createQuitting({
    running: () => workplace.now.running(),
    ask: (experiments) => askHowToQuit(window, experiments),
    hideWindow: () => {
      window.hide();
    },
    onChange: (listener) =>
      workplace.now.subscribe(({ name }) => {
        // Told when the engine has gone.
        if (name === 'experiment.changed') setImmediate(listener);
      }),
    close: () => workplace.now.close(),
    exit: () => {
      app.exit(0);
    },
  });

  let stopNotices: () => void = () => undefined;

  function tell(told: Told): void {
    if (!window.isDestroyed()) window.webContents.send(TOLD_CHANNEL, told);
  }

  function showWindow(): void {
    quitting.stay();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  function showPage(path: string): void {
    showWindow();
    tell({ kind: 'show', path });
  }

  function workspaceChanged(): void {
    ipc.reset();
    stopNotices();
    stopNotices = noticeTrainings(workplace.now, {
      isLookedAt: () => window.isFocused() && window.isVisible(),
      open: showPage,
    });
    const { place, name } = workplace.now;
    if (place === 'this-computer') {
      memory.addRecent(name);
      memory.remember({ last: { place, folder: name } });
    }
    setMenu();
    void window.loadURL(`${APP_ORIGIN}${place === 'nowhere' ? '/connect' : '/library'}`);
  }

  function openFolder(folder: string | null): Promise<WindowProblem | null> {
    if (folder !== null && folder === workplace.now.name) return Promise.resolve(null);
    return workplace.change(() => openInThisProcess(folder));
  }

  async function connect(typed: string, remember: boolean): Promise<WindowProblem | null> {
    const problem = await workplace.change(() => connectTo(typed));
    if (problem !== null || workplace.now.place !== 'another-computer') return problem;
    const encrypted = remember ? encryptAddress(typed) : null;
    memory.remember({ last: encrypted === null ? null : { place: 'another-computer', encrypted } });
    return null;
  }

  async function openChosenFolder(): Promise<WindowProblem | null> {
    const folder = await chooseWorkspace(window);
    return folder === null ? null : openFolder(folder);
  }

  function onShellMessage(message: ShellMessage): Promise<unknown> {
    switch (message.kind) {
      case 'choose-files':
        return chooseFiles(window);
      case 'connection':
        return Promise.resolve({ ...workplace.connection(), canRemember: canEncrypt() });
      case 'connect':
        return connect(message.address, message.remember);
      case 'open-workspace':
        return openChosenFolder();
    }
  }

  async function orTell(work: Promise<WindowProblem | null>): Promise<void> {
    const problem = await work;
    if (problem !== null) await tellProblem(window, problem);
  }

  function setMenu(): void {
    const template = menuTemplate(
      { platform: process.platform, recent: memory.now.recent, developing: !app.isPackaged },
      {
        openWorkspace: () => void orTell(openChosenFolder()),
        openRecent: (folder) => void orTell(openFolder(folder)),
        connect: () => {
          showPage('/connect');
        },
        show: showPage,
        openPaper: () => void shell.openExternal(externalPages.paper),
      },
    );
    Menu.setApplicationMenu(Menu.buildFromTemplate(template));
  }

  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  window.on('close', (event) => {
    if (quitting.isLeaving) return;
    event.preventDefault();
    // On a Mac, closing the window leaves the program in the dock.
    if (process.platform === 'darwin') window.hide();
    else app.quit();
  });
  app.on('before-quit', (event) => {
    if (quitting.isLeaving) return;
    event.preventDefault();
    memory.remember({ window: stateOf(window) });
    void quitting.request();
  });

  const named = namedWorkspace(process.argv, process.env);
  await workplace.start(() => (named === null ? openLast(memory.now.last) : openInThisProcess(named)));
}

function connectTo(typed: string) {
  return relayWorkspace(parseServerAddress(typed));
}

function openLast(last: ReturnType<typeof openShellMemory>['now']['last']) {
  if (last?.place === 'another-computer') {
    const address = decryptAddress(last.encrypted);
    if (address !== null) return connectTo(address);
  }
  return openInThisProcess(last?.place === 'this-computer' ? last.folder : null);
}
