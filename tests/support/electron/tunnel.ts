/** The near end of a tunnel to a server, which can be torn down and dug again at the same port. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Tunnel {
  readonly port: number;
  close(): Promise<void>;
  reopen(): Promise<void>;
}

export async function openTunnel(to: number): Promise<Tunnel> {
  let server: Server | null = null;
  const sockets = new Set<Socket>();
  const open = (at: number): Promise<number> => {
    const opened = createServer((near) => {
      const far = connect(to, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ]) {
        sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
      near.pipe(far).pipe(near);
    });
    server = opened;
    return new Promise((resolve) => {
      // A TCP server's address is never a pipe's name.
      opened.listen(at, '127.0.0.1', () => {
        resolve((opened.address() as AddressInfo).port);
      });
    });
  };
  const port = await open(0);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        if (server === null) resolve();
        else
          server.close(() => {
            resolve();
          });
        server = null;
      }),
    reopen: async () => {
      await open(port);
    },
  };
}
