import { setTimeout as sleep } from 'node:timers/promises';
import type { Tributary } from './tributary.ts';

export interface PurgeBody {
  purge_id: string;
  status: string;
  dry_run: boolean;
  count: number;
  bytes: number;
  digest: string;
  sample_ids: number[];
  complete: boolean;
  undo_until: string | null;
  progress: Record<string, number>;
  report: {
    outcome: string;
    deleted: number;
    restored: number;
    bytes_freed: number;
    skipped: Record<string, number>;
    signature: { key_id: string; hmac: string } | null;
  } | null;
}

/** Uploads and waits until the pipeline is through. */
export async function readyAsset(t: Tributary, bytes: Uint8Array, tenant: string): Promise<number> {
  const { asset_id: id } = (await (await t.upload(bytes, 'picture.jpg', tenant)).json()) as {
    asset_id: number;
  };
  while ((await t.get<{ status: string }>(`/retrieve/asset/${id}`)).status === 'processing') await sleep(20);
  return id;
}

/** Lists everything of a tenant and has it deleted at once, without a way back. */
export async function purgeAll(t: Tributary, tenant: string): Promise<string> {
  const listed = await t.post<PurgeBody>('/purges', { days: 0, tenant_name: tenant });
  await t.post(`/purges/${listed.purge_id}/approve`, {
    digest: listed.digest,
    even_if_most: true,
    skip_undo: true,
  });
  return listed.purge_id;
}

export async function waitPurge(
  t: Tributary,
  id: string,
  states = ['completed', 'undone'],
): Promise<PurgeBody> {
  for (;;) {
    const purge = await t.get<PurgeBody>(`/purges/${id}`);
    if (states.includes(purge.status)) return purge;
    await sleep(50);
  }
}
