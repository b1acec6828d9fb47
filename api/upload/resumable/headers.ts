import { Metadata } from '@tus/server';
import type { Request } from 'express';
import { z } from 'zod';
import { DEFAULT_TENANT } from '../../../stores/tenants.ts';
import { invalid, Problem } from '../../problem.ts';
import { TenantName } from '../../schemas/common.ts';
import type { Checksum } from './pieces.ts';

export const TUS_VERSION = '1.0.0';

const Flag = z
  .enum(['', 'true', 'false', '1', '0'])
  .transform((text) => text === '' || text === 'true' || text === '1');

/** What the client says of an upload. */
const About = z.object({
  filename: z.string().max(2_000).default('upload'),
  tenant_name: TenantName.default(DEFAULT_TENANT),
  archive: Flag.optional(),
});

export interface About {
  name: string;
  tenantName: string;
  archive: boolean;
}

/** @throws Problem 422 that names what cannot be used. */
export function readAbout(metadata: Readonly<Record<string, unknown>>): About {
  const given = Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, value ?? '']));
  if (given['filename'] === '') delete given['filename'];
  if (given['tenant_name'] === '') delete given['tenant_name'];
  const read = About.safeParse(given);
  if (!read.success) throw invalid('Upload-Metadata', read.error);
  const { filename, tenant_name, archive } = read.data;
  return {
    name: filename,
    tenantName: tenant_name,
    archive: archive ?? filename.toLowerCase().endsWith('.zip'),
  };
}

function refuse(status: number, header: string, detail: string): Problem {
  return new Problem({
    status,
    code: 'bad_header',
    title: `The header ${header} cannot be used`,
    detail,
    errors: [{ pointer: `/${header}`, detail }],
  });
}

const NUMBER = /^(0|[1-9]\d{0,15})$/;

/** What the protocol asks of every request. @throws Problem 400, 412 or 415 */
export function checkHeaders(req: Request): void {
  const given = (name: string): string | undefined => req.get(name);
  if (given('Tus-Resumable') !== TUS_VERSION) {
    throw refuse(
      412,
      'Tus-Resumable',
      `Resumable uploads speak tus ${TUS_VERSION}; send the header "Tus-Resumable: ${TUS_VERSION}".`,
    );
  }
  for (const header of ['Upload-Offset', 'Upload-Length']) {
    const value = given(header);
    if (value !== undefined && !NUMBER.test(value))
      throw refuse(400, header, 'It must be a number of bytes.');
  }
  if (req.method === 'PATCH' && given('Content-Type') !== 'application/offset+octet-stream') {
    throw refuse(415, 'Content-Type', 'A piece must be sent as application/offset+octet-stream.');
  }
  if (req.method === 'PATCH' && given('Upload-Offset') === undefined) {
    throw refuse(400, 'Upload-Offset', 'It must say where the piece begins.');
  }
  if (given('Upload-Metadata') !== undefined) readMetadata(req);
}

/** @throws Problem 400 */
export function readMetadata(req: Request): Record<string, string | null> {
  const text = req.get('Upload-Metadata');
  if (text === undefined || text.trim() === '') return {};
  try {
    return Metadata.parse(text);
  } catch {
    throw refuse(
      400,
      'Upload-Metadata',
      'It must be pairs of a key and a value in base64, with commas between.',
    );
  }
}

/** @throws Problem 400 */
export function readChecksum(req: Request): Checksum | null {
  const text = req.get('Upload-Checksum');
  if (text === undefined) return null;
  const [algorithm, value, ...rest] = text.split(' ');
  if ((algorithm !== 'sha1' && algorithm !== 'sha256') || value === undefined || rest.length > 0) {
    throw refuse(400, 'Upload-Checksum', 'It must be sha1 or sha256 and the checksum in base64.');
  }
  return { algorithm, value };
}
