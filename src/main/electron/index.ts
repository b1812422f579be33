/** The desktop shell: `electron .` starts here. */
import { app, dialog, protocol } from 'electron';
import { toCortextError } from '../../shared/errors.ts';
import { startShell } from './shell.ts';
import { appScheme } from './web-preferences.ts';

protocol.registerSchemesAsPrivileged([appScheme]);
// Chromium's own errands: nothing leaves this computer unless the user asks for it.
for (const flag of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability']) {
  app.commandLine.appendSwitch(flag);
}

if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(startShell)
    .catch((error: unknown) => {
      const { message, hint } = toCortextError(error);
      dialog.showErrorBox('Cortext cannot start', `${message}\n${hint ?? ''}`);
      app.exit(1);
    });
} else {
  // The first one has been told, and shows its window.
  app.quit();
}
