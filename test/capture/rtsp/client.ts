import net from 'node:net';
import { createRtspReader, type RtspResponse, writeMessage } from '../../../capture/rtsp/messages.ts';

/** A client of the relay: what a decoder does, step by step. */
export interface Client {
  ask(method: string, uri: string, headers?: string[]): Promise<RtspResponse>;
  send(bytes: Buffer): void;
  /** Interleaved frames so far. */
  frames: Buffer[];
  socket: net.Socket;
  closed: Promise<void>;
}

export async function connectClient(url: string): Promise<Client> {
  const socket = net.connect(Number(new URL(url.replace('rtsp:', 'http:')).port), '127.0.0.1');
  const reader = createRtspReader();
  const frames: Buffer[] = [];
  const waiting: { resolve(answer: RtspResponse): void; reject(error: Error): void }[] = [];
  let sequence = 0;
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    for (const piece of reader.read(chunk)) {
      if (piece.kind === 'frame') frames.push(piece.bytes);
      if (piece.kind === 'response') waiting.shift()?.resolve(piece);
    }
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      for (const each of waiting.splice(0)) each.reject(new Error('closed'));
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    ask(method, uri, headers = []) {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(writeMessage([`${method} ${uri} RTSP/1.0`, `CSeq: ${++sequence}`, ...headers]));
      });
    },
    send: (bytes) => void socket.write(bytes),
    frames,
    socket,
    closed,
  };
}

export const TCP = 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1';

/** All the steps until packets flow. */
export async function start(url: string): Promise<Client> {
  const client = await connectClient(url);
  await client.ask('OPTIONS', url);
  await client.ask('DESCRIBE', url);
  await client.ask('SETUP', `${url}video`, [TCP]);
  await client.ask('PLAY', url, ['Range: npt=0.000-']);
  return client;
}
