import decodeHeic from 'heic-decode';
import { MAX_PIXELS } from '../../domain/limits.ts';
import { Rejection } from '../rejection.ts';
import type { Header } from './header.ts';

export interface Rgba {
  data: Buffer;
  width: number;
  height: number;
}

/**
 * Decodes the primary image of an HEVC file with libheif. It applies the container's rotation and mirroring
 * itself, which is why the EXIF orientation of a HEIC is never applied on top.
 *
 * @throws Rejection, or Error with libheif's own words.
 */
export async function decodeHevc(bytes: Buffer, header: Header): Promise<Rgba> {
  // libheif-js reports what went wrong to the console only.
  const { log } = console;
  const said: string[] = [];
  console.log = (...parts: unknown[]) => said.push(parts.map(inWords).join(' '));
  try {
    const images = await decodeHeic.all({ buffer: bytes });
    try {
      const image = images[header.primary] ?? images[0];
      // The two readers of the header are different code: neither may be talked into a larger picture.
      if (image === undefined || image.width * image.height > MAX_PIXELS.heic) {
        throw new Rejection('corrupt_image', 'The HEIC container has no usable primary image.');
      }
      const { data, width, height } = await orStray(image.decode());
      return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength), width, height };
    } finally {
      images.dispose();
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'RuntimeError') broke = true;
    if (error instanceof Rejection) throw error;
    throw new Error(said.join(' ') || (error instanceof Error ? error.message : String(error)), {
      cause: error,
    });
  } finally {
    console.log = log;
  }
}

let broke = false;

/** Whether a decode left the WebAssembly module in an unknown state; only a new process helps then. */
export function heicDecoderBroke(): boolean {
  return broke;
}

/** A trap in WebAssembly surfaces as a rejection that belongs to nobody, and the decode would wait for ever. */
async function orStray<T>(decode: Promise<T>): Promise<T> {
  let onStray: (reason: unknown) => void = () => {};
  const stray = new Promise<never>((_, reject) => {
    onStray = (reason) => {
      broke = true;
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
  });
  process.on('unhandledRejection', onStray);
  try {
    return await Promise.race([decode, stray]);
  } finally {
    process.off('unhandledRejection', onStray);
  }
}

function inWords(part: unknown): string {
  return typeof part === 'string' ? part : (JSON.stringify(part) ?? '');
}
