/** `serve`: the application in a browser, on this computer or at the end of an SSH tunnel. */
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { defineAction, wholeNumber } from '../command.ts';

const rendererFolder = fileURLToPath(new URL('../../../../out/renderer', import.meta.url));

export function serveCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('Serve the application to a browser on this computer. Ctrl-C pauses what trains, and ends.')
    .option('--port <n>', 'the port (default: any free one)', wholeNumber('--port'), 0)
    .option('--open', 'open the browser')
    .addHelpText(
      'after',
      `
On a remote computer, without a desktop there:
  remote$  cortext serve --port 7007 --workspace /data/lab
  yours$   ssh -L 7007:localhost:7007 remote        then open the printed address in your browser

The address holds a key: whoever has it can use the workspace. The server listens on the loopback address only.`,
    );
  defineAction<{ port: number; open?: boolean }>(command, async (context, { port, open }) => {
    const { loadRendererFiles } = await import('../../server/renderer-files.ts');
    const { startServer } = await import('../../server/server.ts');
    const { createApplication } = await import('../../services/application/application.ts');
    const { output, signal } = context;
    const renderer = loadRendererFiles(rendererFolder);
    const application = createApplication(context.workspace({ create: true }));
    try {
      const server = await startServer(application, {
        port,
        renderer,
        onRefused: (what) => {
          output.say(`refused  ${what}`);
        },
      });
      // Standard output, at once: a script waits for this line.
      process.stdout.write(
        output.json ? `${JSON.stringify({ url: server.url, port: server.port })}\n` : `Cortext is at ${server.url}\n`,
      );
      output.say(`The workspace is ${context.workspaceFolder}. Ctrl-C pauses what trains, and ends.`);
      if (open === true) (await import('../../server/open-browser.ts')).openInBrowser(server.url);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => { resolve(); });
      });
      if (application.running().length > 0) output.say('Pausing: every training writes a checkpoint.');
      await server.close();
    } finally {
      await application.close();
    }
    return { data: { ended: true }, text: '' };
  });
}
