import { describe, expect, it } from 'vitest';
import { menuTemplate } from '../../src/main/electron/menu-template.ts';

type MenuItemConstructorOptions = ReturnType<typeof menuTemplate>[number];

const nothing = (): void => undefined;
const actions = { openWorkspace: nothing, openRecent: nothing, connect: nothing, show: nothing, openPaper: nothing };

function items(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);
}

describe.each(['darwin', 'win32', 'linux'] as const)('the menu on %s', (platform) => {
  const template = menuTemplate({ platform, recent: ['/data/lab'], developing: false }, actions);

  it('gives every shortcut once', () => {
    const accelerators = items(template).flatMap(({ accelerator }) =>
      accelerator === undefined ? [] : [String(accelerator)],
    );
    expect(new Set(accelerators).size).toBe(accelerators.length);
    expect(accelerators).toEqual(
      expect.arrayContaining(['CmdOrCtrl+O', 'CmdOrCtrl+Shift+O', 'CmdOrCtrl+,', 'CmdOrCtrl+1']),
    );
  });

  it('has quit and settings where the platform has them', () => {
    const owner = (is: (item: MenuItemConstructorOptions) => boolean) =>
      template.find((menu) => Array.isArray(menu.submenu) && menu.submenu.some(is));
    const expected = platform === 'darwin' ? template[0] : template.find(({ label }) => label === '&File');
    expect(owner(({ role }) => role === 'quit')).toBe(expected);
    expect(owner(({ id }) => id === 'settings')).toBe(expected);
  });

  it('lists recent workspaces, and keeps the tools of developers to developers', () => {
    expect(items(template).map(({ label }) => label)).toContain('/data/lab');
    const roles = (developing: boolean) =>
      items(menuTemplate({ platform, recent: [], developing }, actions)).map(({ role }) => role);
    expect(roles(false)).not.toContain('toggleDevTools');
    expect(roles(true)).toContain('toggleDevTools');
  });
});
