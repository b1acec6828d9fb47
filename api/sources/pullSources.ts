import type { z } from 'zod';
import type { Json } from '../../sources/source.ts';
import { dropCredentials, saveCredentials } from '../../stores/credentials/credentials.ts';
import { findLocation, findUser } from '../../stores/people.ts';
import type { Sql } from '../../stores/postgres/database.ts';
import {
  changePullSource,
  createPullSource,
  LIST,
  lockPullSource,
  PUSH,
  type PullSourceInput,
} from '../../stores/pulling/pullSources.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, type Expected } from '../http/versions.ts';
import { notFound, Problem, pointing, wrong } from '../problem.ts';
import type { PullSourceChange, PullSourceCreate } from '../schemas/pullSources.ts';
import { readAuth, readOptions, readSchedule } from './pullSourceInput.ts';

/** All pushed items are one place in the ledger. */
const PUSH_ADDRESS = 'urls:';

async function checkLinks(sql: Sql, body: { user_id?: string | null; location_id?: string | null }) {
  const missing = [
    ...(body.user_id && (await findUser(sql, body.user_id)) === null ? ['user_id'] : []),
    ...(body.location_id && (await findLocation(sql, body.location_id)) === null ? ['location_id'] : []),
  ];
  if (missing.length === 0) return;
  throw new Problem({
    status: 422,
    code: 'invalid_request',
    title: 'The request is not valid',
    detail: `There is no such ${missing.map((field) => field.replace('_id', '')).join(' and no such ')}.`,
    errors: missing.map((field) => ({ pointer: `/${field}`, detail: 'does not exist' })),
  });
}

/** Records a source with its credentials; its schedule follows. Returns its id. */
export async function addPullSource(deps: ApiDeps, body: z.output<typeof PullSourceCreate>): Promise<string> {
  const push = body.kind === PUSH;
  const kind = deps.sources.get(push ? LIST : body.kind);
  const auth = readAuth(kind, body);
  const options = readOptions(body);
  if (!push && body.base_url === undefined) throw wrong('base_url', 'is needed');
  const baseUrl = push ? PUSH_ADDRESS : (body.base_url ?? '');
  // Nothing is known of the items before they are pushed.
  const parsed = push
    ? { address: PUSH_ADDRESS, settings: {} }
    : pointing('base_url', () => kind.parse(baseUrl, options));
  const id = await deps.db.tx(async (tx) => {
    const tenantId = (await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT)).id;
    await checkLinks(tx, { user_id: body.user_id ?? null, location_id: body.location_id ?? null });
    const secret = auth?.secret ?? null;
    return createPullSource(tx, tenantId, {
      name: body.name,
      userId: body.user_id ?? null,
      locationId: body.location_id ?? null,
      kind: body.kind,
      baseUrl,
      ...parsed,
      options,
      authType: auth?.authType ?? 'none',
      authUsername: auth?.authUsername ?? null,
      authHeader: auth?.authHeader ?? null,
      credentialId:
        secret === null
          ? null
          : await saveCredentials(tx, deps.sealer, { tenantId, kind: kind.kind, value: secret }),
      isActive: body.is_active,
      schedule: readSchedule(body.schedule) ?? { cron: body.schedule },
      timezone: body.timezone ?? null,
      maxFilesPerRun: body.max_files_per_run ?? null,
      settleSeconds: body.settle_seconds,
      requestsPerSecond: body.requests_per_second ?? null,
    });
  });
  deps.scheduler.kick();
  return id;
}

/** A value that was given (`null` included) replaces the one before. */
const or = <T>(given: T | undefined, before: T): T => (given === undefined ? before : given);

/** Changes what was said of a source; what was not said stays. @throws Problem 412 when it is no longer as expected */
export async function amendPullSource(
  deps: ApiDeps,
  id: string,
  body: z.output<typeof PullSourceChange>,
  expected: Expected,
): Promise<void> {
  await deps.db.tx(async (tx) => {
    const before = await lockPullSource(tx, id);
    if (before === null) throw notFound('source');
    checkVersion(expected, before.revision);
    await checkLinks(tx, { user_id: body.user_id ?? null, location_id: body.location_id ?? null });
    const push = before.kind === PUSH;
    const kind = deps.sources.get(push ? LIST : before.kind);
    const auth = readAuth(kind, body);
    const options = readOptions(body, before.options as { [name: string]: Json });
    const baseUrl = or(body.base_url, before.baseUrl);
    const next: PullSourceInput = {
      name: or(body.name, before.name),
      userId: or(body.user_id, before.userId),
      locationId: or(body.location_id, before.locationId),
      kind: before.kind,
      baseUrl,
      ...(push
        ? { address: before.address, settings: before.settings }
        : pointing('base_url', () => kind.parse(baseUrl, options))),
      options,
      authType: auth?.authType ?? before.authType,
      authUsername: auth ? auth.authUsername : before.authUsername,
      authHeader: auth ? auth.authHeader : before.authHeader,
      credentialId: before.credentialId,
      isActive: or(body.is_active, before.isActive),
      schedule: readSchedule(body.schedule) ?? before.schedule,
      timezone: or(body.timezone, before.timezone),
      maxFilesPerRun: or(body.max_files_per_run, before.maxFilesPerRun),
      settleSeconds: or(body.settle_seconds, before.settleSeconds),
      requestsPerSecond: or(body.requests_per_second, before.requestsPerSecond),
    };
    if (auth !== undefined) {
      const { tenantId } = before;
      next.credentialId =
        auth.secret === null
          ? null
          : await saveCredentials(tx, deps.sealer, { tenantId, kind: kind.kind, value: auth.secret });
    }
    await changePullSource(tx, before.tenantId, id, next);
    if (before.credentialId !== null && before.credentialId !== next.credentialId) {
      await dropCredentials(tx, before.credentialId);
    }
  });
  deps.scheduler.kick();
}
