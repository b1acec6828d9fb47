import type { z } from 'zod';
import { HOURLY, parseSchedule } from '../../domain/schedule.ts';
import type { Json, SourceKind } from '../../sources/source.ts';
import type { PullSourceInput } from '../../stores/pulling/pullSources.ts';
import { wrong } from '../problem.ts';
import type { PullSourceChange, PullSourceCreate } from '../schemas/pullSources.ts';
import { checkCredentials } from './credentials.ts';

type Create = z.output<typeof PullSourceCreate>;
type Change = z.output<typeof PullSourceChange>;

/** `X-Key: value`, or the value of `Authorization`. */
function readHeader(text: string): { type: 'header'; name: string; value: string } {
  const named = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/s.exec(text.trim());
  return { type: 'header', name: named?.[1] ?? 'Authorization', value: named?.[2] ?? text.trim() };
}

/** What `auth_type` and its fields give; `undefined`: nothing was said of it. */
export interface Auth {
  authType: PullSourceInput['authType'];
  authUsername: string | null;
  /** Name of the header. */
  authHeader: string | null;
  /** As the kind takes it; `null`: none. */
  secret: Json;
}

/** @throws Problem 422 */
export function readAuth(kind: SourceKind, body: Create | Change): Auth | undefined {
  const none = { authType: 'none', authUsername: null, authHeader: null, secret: null } as const;
  if (body.credentials) {
    return { ...none, authType: 'other', secret: checkCredentials(kind, body.credentials) };
  }
  switch (body.auth_type) {
    case 'basic': {
      if (!body.auth_username) throw wrong('auth_username', 'is needed with auth_type "basic"');
      if (typeof body.auth_password !== 'string') {
        throw wrong('auth_password', 'is needed with auth_type "basic"');
      }
      const given = { type: 'basic', username: body.auth_username, password: body.auth_password };
      const secret = checkCredentials(kind, given);
      return { ...none, authType: 'basic', authUsername: body.auth_username, secret };
    }
    case 'header': {
      if (!body.auth_header) throw wrong('auth_header', 'is needed with auth_type "header"');
      const given = readHeader(body.auth_header);
      const secret = checkCredentials(kind, given);
      return { ...none, authType: 'header', authHeader: given.name, secret };
    }
    case 'none':
      return none;
    case undefined:
      return undefined;
  }
}

/** The settings of the kind, from the fields that older clients know and from `settings`. */
export function readOptions(body: Create | Change, before: { readonly [name: string]: Json } = {}) {
  return {
    ...before,
    ...body.settings,
    ...(body.include !== undefined && { include: body.include }),
    ...(body.exclude !== undefined && { exclude: body.exclude }),
    ...(body.recursive !== undefined && { recursive: body.recursive }),
  };
}

export function readSchedule(text: string | undefined): PullSourceInput['schedule'] | undefined {
  return text === undefined ? undefined : (parseSchedule(text) ?? HOURLY);
}
