/** Events over WebSocket: one direction only; what a socket sends is not read. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Application } from '../services/application/application.ts';
import type { Admission } from './admission.ts';

/** More windows than this nobody has. */
const MOST_SOCKETS = 40;
/** A reader that is this far behind is cut off; it connects again and asks anew. In bytes. */
const LARGEST_BACKLOG = 8 << 20;
/** Finds out about peers that vanished without a word, in milliseconds. */
const PING_INTERVAL = 20_000;

export function serveEvents(
  server: Server,
  application: Application,
  admission: Admission,
  refused: (what: string) => void,
): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refuse = (status: string, why: string): void => {
      refused(`socket ${(request.url ?? '').slice(0, 200)}: ${why}`);
      stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    };
    stream.on('error', () => undefined);
    const refusal = admission.refuse(request);
    if (refusal !== null) refuse('403 Forbidden', refusal);
    else if (request.url !== '/events') refuse('404 Not Found', 'no such socket');
    else if (sockets.clients.size >= MOST_SOCKETS) refuse('503 Service Unavailable', 'too many sockets');
    else {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        serve(socket, application);
      });
    }
  });
  return {
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function serve(socket: WebSocket, application: Application): void {
  const stop = application.subscribe((event) => {
    if (socket.bufferedAmount > LARGEST_BACKLOG) socket.terminate();
    else socket.send(JSON.stringify(event));
  });
  let answered = true;
  const ping = setInterval(() => {
    if (!answered) socket.terminate();
    answered = false;
    socket.ping();
  }, PING_INTERVAL);
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('error', () => {
    socket.terminate();
  });
  socket.on('close', () => {
    clearInterval(ping);
    stop();
  });
}
