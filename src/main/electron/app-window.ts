/** The window: where it was last, in the colours of the system, and with a way back when its page crashes. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { APP_ORIGIN } from './trusted-sender.ts';
import { webPreferences } from './web-preferences.ts';
import { placeWindow, SMALLEST_WINDOW, type WindowState } from './window-state.ts';

/** As the page's own, so that nothing flashes before it is drawn. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? '#131417' : '#fbfbfc');

export interface AppWindowOptions {
  readonly preload: string;
  readonly icon: string;
  readonly state: WindowState;
  readonly onState: (state: WindowState) => void;
  /** Whether a window that does not answer is to be loaded anew. */
  readonly askAboutSilence: (window: BrowserWindow) => Promise<boolean>;
}

export function openAppWindow({ preload, icon, state, onState, askAboutSilence }: AppWindowOptions): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const window = new BrowserWindow({
    ...placeWindow(
      state.bounds,
      [primary, ...others].map(({ workArea }) => workArea),
    ),
    minWidth: SMALLEST_WINDOW.width,
    minHeight: SMALLEST_WINDOW.height,
    title: 'Cortext',
    icon,
    show: false,
    backgroundColor: background(),
    webPreferences: { ...webPreferences, preload },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) window.setBackgroundColor(background());
  });
  rememberPlace(window, onState);
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void window.loadURL(`${APP_ORIGIN}/crashed`);
  });
  let asking = false;
  window.on('unresponsive', () => {
    if (asking) return;
    asking = true;
    void askAboutSilence(window)
      .then((anew) => {
        // Its process ends, and the page after a crash offers the way back.
        if (anew) window.webContents.forcefullyCrashRenderer();
      })
      .finally(() => {
        asking = false;
      });
  });
  return window;
}

/** Once it has stayed where it is for so long, in milliseconds. */
const SETTLED = 300;

function rememberPlace(window: BrowserWindow, onState: (state: WindowState) => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!window.isDestroyed()) onState(stateOf(window));
    }, SETTLED);
  };
  window.on('resize', later);
  window.on('move', later);
}

export function stateOf(window: BrowserWindow): WindowState {
  return { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
}
