/** Puts `app-pages.ts` behind Electron's protocol. */
import { Readable } from 'node:stream';
import type { Protocol } from 'electron';
import { answerPage, type PageSources } from './app-pages.ts';
import { appScheme } from './web-preferences.ts';

export function serveAppPages(protocol: Protocol, sources: PageSources): void {
  protocol.handle(appScheme.scheme, async (request) => {
    const { status, headers, body } = await answerPage(
      {
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        body: request.body === null ? null : Readable.fromWeb(request.body),
        signal: request.signal,
      },
      sources,
    );
    return new Response(typeof body === 'string' ? body : (Readable.toWeb(body) as ReadableStream), {
      status,
      headers,
    });
  });
}
