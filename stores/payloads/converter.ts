import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec, type PayloadKeys } from './codec.ts';

const extension = path.extname(fileURLToPath(import.meta.url));
const FAILURE_CONVERTER = path.join(import.meta.dirname, `failureConverter${extension}`);

interface Converted {
  dataConverter?: DataConverter;
}

/** For those who ask Temporal. Nothing at all where there are no keys. */
export function clientConverter(keys: PayloadKeys): Converted {
  if (keys.key === null && keys.previous.length === 0) return {};
  return { dataConverter: { payloadCodecs: [createPayloadCodec(keys)] } };
}

/** For workers, whose failures are encrypted, too. What was encrypted before can be read without a current key. */
export function workerConverter(keys: PayloadKeys): Converted {
  const { dataConverter } = clientConverter(keys);
  if (dataConverter === undefined || keys.key === null) return clientConverter(keys);
  return { dataConverter: { ...dataConverter, failureConverterPath: FAILURE_CONVERTER } };
}
