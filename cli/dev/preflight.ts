import { choosePorts, findPortFault } from '../embedded/ports.ts';

/** The address cannot be listened on. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/**
 * The port of the API, checked before anything is started. Port 0 becomes a free one.
 * @throws PortTaken with what to do
 */
export async function checkPort(host: string, port: number): Promise<number> {
  if (port === 0) return (await choosePorts(['api'])).api;
  const fault = await findPortFault(port, host);
  if (fault === null) return port;
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another program.`,
    EACCES: `Port ${port} may not be used by this user; ports below 1024 are reserved.`,
    EADDRNOTAVAIL: `This machine has no address ${host}.`,
  };
  throw new PortTaken(
    `${reasons[fault] ?? `Nothing can listen on ${host}:${port} (${fault}).`}\n` +
      `Nothing was started. Stop what uses it, or choose another: PORT=${port < 65_535 ? port + 1 : 8000} npm start`,
  );
}
