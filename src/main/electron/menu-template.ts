/** The menu, as each platform expects it. */
import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  openWorkspace(): void;
  openRecent(folder: string): void;
  connect(): void;
  /** A place of the interface, such as `/history`. */
  show(path: string): void;
  openPaper(): void;
}

export interface MenuOptions {
  readonly platform: NodeJS.Platform;
  readonly recent: readonly string[];
  /** Tools for whoever works on Cortext itself. */
  readonly developing: boolean;
}

const pages = [
  ['Library', '/library'],
  ['Train', '/train'],
  ['History', '/history'],
] as const;

export function menuTemplate(
  { platform, recent, developing }: MenuOptions,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    id: 'settings',
    label: mac ? 'Settings…' : 'Settings',
    accelerator: 'CmdOrCtrl+,',
    click: () => {
      actions.show('/settings');
    },
  };
  const recentItems: MenuItemConstructorOptions[] = recent.map((folder) => ({
    label: folder,
    click: () => {
      actions.openRecent(folder);
    },
  }));
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [
      {
        id: 'open-workspace',
        label: 'Open Workspace…',
        accelerator: 'CmdOrCtrl+O',
        click: () => {
          actions.openWorkspace();
        },
      },
      { id: 'recent', label: 'Open Recent', enabled: recent.length > 0, submenu: recentItems },
      {
        id: 'connect',
        label: 'Connect to Another Computer…',
        accelerator: 'CmdOrCtrl+Shift+O',
        click: () => {
          actions.connect();
        },
      },
      { type: 'separator' },
      ...(mac ? [{ role: 'close' } as const] : [settings, { type: 'separator' } as const, { role: 'quit' } as const]),
    ],
  };
  const application: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      ...pages.map(([label, path], at): MenuItemConstructorOptions => ({
        id: path,
        label,
        accelerator: `CmdOrCtrl+${at + 1}`,
        click: () => {
          actions.show(path);
        },
      })),
      { type: 'separator' },
      { role: 'reload' },
      ...(developing ? [{ role: 'toggleDevTools' } as const] : []),
      { type: 'separator' },
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  return [
    ...(mac ? [application] : []),
    file,
    { role: 'editMenu' },
    view,
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        {
          id: 'paper',
          label: 'The Paper Behind Cortext',
          click: () => {
            actions.openPaper();
          },
        },
        ...(mac ? [] : [{ role: 'about' } as const]),
      ],
    },
  ];
}
