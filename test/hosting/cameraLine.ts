import net from 'node:net';

/** `silent`: takes connections and says nothing. `dripping`: says one letter now and then. */
export type LineMode = 'open' | 'refusing' | 'silent' | 'dripping';

/** The cable of a camera, in somebody's hand. */
export interface CameraLine {
  /** Where the camera seems to be. */
  readonly port: number;
  /** Connections so far. */
  readonly accepted: number;
  /** What happens to connections from now on; those that are there are cut, unless it is open. */
  be(mode: LineMode): Promise<void>;
  /** Cuts the connections that are there. */
  cut(): void;
  close(): Promise<void>;
}

export async function startCameraLine(targetPort: number): Promise<CameraLine> {
  const sockets = new Set<net.Socket>();
  let mode: LineMode = 'open';
  let accepted = 0;

  const keep = (socket: net.Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  const server = net.createServer((socket) => {
    accepted += 1;
    keep(socket);
    if (mode === 'open') {
      const camera = net.connect(targetPort, '127.0.0.1');
      keep(camera);
      socket.pipe(camera).pipe(socket);
      camera.once('close', () => socket.destroy());
      socket.once('close', () => camera.destroy());
      return;
    }
    socket.resume();
    if (mode !== 'dripping') return;
    const timer = setInterval(() => socket.write('R'), 500);
    socket.once('close', () => clearInterval(timer));
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const stopListening = (): Promise<unknown> => {
    const closed = new Promise((resolve) => server.close(resolve));
    cut();
    return closed;
  };
  await listen(0);
  const { port } = server.address() as net.AddressInfo;

  return {
    port,
    get accepted() {
      return accepted;
    },
    async be(wanted) {
      const before = mode;
      mode = wanted;
      if (wanted === 'refusing' && before !== 'refusing') await stopListening();
      if (wanted !== 'refusing' && before === 'refusing') await listen(port);
      if (wanted !== 'open') cut();
    },
    cut,
    async close() {
      if (mode !== 'refusing') await stopListening();
    },
  };
}
