import net from 'node:net';

/** Every TCP connection that this process tries, by whatever library: `address port`, after names were looked up. */
export interface Connects {
  tried: string[];
  stop(): void;
}

/** The one door: the clients of all protocols, TLS or not, come through `Socket.connect`. */
export function watchConnects(): Connects {
  const tried: string[] = [];
  const original = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function connect(this: net.Socket, ...args: unknown[]) {
    this.on('connectionAttempt', (address: string, port: number) => tried.push(`${address} ${port}`));
    return Reflect.apply(original, this, args) as net.Socket;
  } as typeof original;
  return {
    tried,
    stop() {
      net.Socket.prototype.connect = original;
    },
  };
}
