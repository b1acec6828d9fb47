import net from 'node:net';

/** Fewer than one address may have open at the same time. */
const PER_ADDRESS = 100;
const EVERY_MS = 1_000;

/**
 * Clients that begin an upload and then send a byte a second, from other addresses of this machine than the rest; one that
 * is thrown out comes back. @returns ends them
 */
export function startSlowClients(url: string, count: number): () => void {
  const port = Number(new URL(url).port);
  const open = new Set<net.Socket>();
  let stopped = false;

  function begin(index: number): void {
    if (stopped) return;
    const localAddress = `127.0.1.${1 + Math.floor(index / PER_ADDRESS)}`;
    const socket = net.connect({ port, host: '127.0.0.1', localAddress });
    open.add(socket);
    socket.on('error', () => {});
    socket.resume();
    socket.write(
      'POST /upload/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
        'Content-Length: 1000000\r\n\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\n\r\n',
    );
    const timer = setInterval(() => socket.writable && socket.write('x'), EVERY_MS);
    socket.once('close', () => {
      clearInterval(timer);
      open.delete(socket);
      setTimeout(begin, EVERY_MS, index);
    });
  }

  for (let index = 0; index < count; index += 1) begin(index);
  return () => {
    stopped = true;
    for (const socket of open) socket.destroy();
  };
}
