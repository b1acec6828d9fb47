import type { RenditionFile } from '../domain/facts.ts';
import { flyPreset, openOf } from '../domain/fly.ts';
import { FIRST_OWN_VERSION, focusTag, type Point, type Preset } from '../domain/presets.ts';
import type { RenditionRow } from './library.ts';
import { hold, letGo } from './looseObjects.ts';
import type { Sql } from './postgres/database.ts';
import type { Definition } from './presets.ts';
import { unseen, wantedBlur } from './privacy.ts';

/** A rendition that somebody asked for by asset and name. */
export interface Sought {
  asset: {
    id: number;
    uid: string;
    tenantId: string;
    name: string;
    width: number;
    height: number;
    /** Somebody is shown in it. */
    people: boolean;
  };
  focal: Point | null;
  preset: Preset;
  focus: string;
  /** What of people it is made without; empty: nothing. */
  blur: string;
  /** What there is under this name, of whatever version. */
  found: RenditionRow | null;
  /** `fresh` is what the preset and the focal point say now; `outdated` is good enough until it is made anew. */
  state: 'fresh' | 'outdated' | 'missing';
}

interface Found {
  id: number;
  uid: string;
  tenantId: string;
  name: string;
  width: number;
  height: number;
  people: boolean;
  focalX: number | null;
  focalY: number | null;
  presetVersion: number | null;
  definition: Definition | null;
  version: number | null;
  objectKey: string;
  renditionWidth: number;
  renditionHeight: number;
  bytes: number;
  sha256: string;
  mediaType: string;
  focus: string;
  blur: string;
  wantedBlur: string;
}

/** @returns `null`: there is no such asset to look at, or no such preset for it */
export async function seekRendition(sql: Sql, assetId: number, name: string): Promise<Sought | null> {
  const open = openOf(name);
  const blur = open === null ? wantedBlur(sql) : sql`''`;
  const [row] = await sql<Found[]>`
    select a.id, a.uid, a.tenant_id as "tenantId", a.name, a.width, a.height, a.people <> '' as people, a.focal_x as "focalX", a.focal_y as "focalY",
      p.version as "presetVersion", p.definition, r.version, r.object_key as "objectKey", r.width as "renditionWidth",
      r.height as "renditionHeight", r.bytes, encode(r.sha256, 'hex') as sha256, r.media_type as "mediaType", r.focus, r.blur,
      ${blur} as "wantedBlur"
    from assets a
    join tenants t on t.id = a.tenant_id
    left join lateral (
      select version, definition from presets
      where name = ${open ?? name} and (tenant_id = a.tenant_id or tenant_id is null) and retired_at is null
      order by tenant_id nulls last limit 1
    ) p on true
    left join lateral (
      select * from renditions where asset_id = a.id and preset = ${name}
      order by blur = ${blur} desc, version = p.version desc nulls last, version desc limit 1
    ) r on true
    where a.id = ${assetId} and a.state = 'ready'`;
  if (row === undefined) return null;
  const said =
    row.definition === null || row.presetVersion === null
      ? flyPreset(open ?? name)
      : { ...row.definition, name, version: row.presetVersion };
  if (said === null) return null;
  const preset = open === null ? said : { ...said, name, eager: false };
  const focal = row.focalX === null || row.focalY === null ? null : { x: row.focalX, y: row.focalY };
  const focus = focusTag(preset, focal);
  const { id, uid, tenantId, width, height, people, version, renditionWidth, renditionHeight, ...rest } = row;
  const found: RenditionRow | null =
    version === null
      ? null
      : {
          ...{ assetId: id, preset: name, version, width: renditionWidth, height: renditionHeight },
          ...{ objectKey: rest.objectKey, bytes: rest.bytes, sha256: rest.sha256, mediaType: rest.mediaType },
        };
  const state =
    found === null || rest.focus !== focus || rest.blur !== row.wantedBlur
      ? 'missing'
      : version === preset.version
        ? 'fresh'
        : preset.eager && isOwn(found.version) === isOwn(preset.version)
          ? 'outdated'
          : 'missing';
  return {
    asset: { id, uid, tenantId, name: row.name, width, height, people },
    focal,
    preset,
    focus,
    blur: row.wantedBlur,
    found,
    state,
  };
}

/** A preset of the tenant's own is no older version of one that is built in, nor the other way round. */
const isOwn = (version: number): boolean => version >= FIRST_OWN_VERSION;

export type Made = Omit<RenditionFile, 'path' | 'extension'> & { key: string };

/**
 * Records renditions that are in the store, in place of what there was under their names.
 * @returns `false`: the asset is gone, or the objects are; nothing was changed
 */
export async function commitRenditions(
  tx: Sql,
  assetId: number,
  made: readonly Made[],
  how: { transient: boolean; focusOf(preset: string): string; blur: string },
): Promise<boolean> {
  const [asset] = await tx<{ tenantId: string }[]>`
    select tenant_id as "tenantId" from assets where id = ${assetId} and state in ('ready', 'trashed') for no key update`;
  const keys = made.map(({ key }) => key);
  if (asset === undefined || !(await hold(tx, keys))) return false;
  const replaced = await tx<{ key: string }[]>`
    delete from renditions where asset_id = ${assetId} and preset = any(${made.map(({ preset }) => preset)}::text[])
    returning object_key as key`;
  await letGo(
    tx,
    asset.tenantId,
    replaced.map(({ key }) => key),
  );
  const rows = made.map((one) => ({ ...one, focus: how.focusOf(one.preset) }));
  await tx`
    insert into renditions (asset_id, tenant_id, preset, version, object_key, width, height, bytes, sha256, media_type, focus, transient, blur)
    select ${assetId}, ${asset.tenantId}, t.preset, t.version, t.key, t.width, t.height, t.bytes, decode(t.sha256, 'hex'),
      t."mediaType", t.focus, ${how.transient}, ${how.blur}
    from jsonb_to_recordset(${tx.json(rows)}) as t(preset text, version int, key text, width int, height int,
      bytes bigint, sha256 text, "mediaType" text, focus text)`;
  return true;
}

/**
 * The stored rendition that a smaller one can be made of: a whole picture in JPEG, as large as can be had.
 * @param blur what of people it must have been made without
 */
export async function derivableFrom(
  sql: Sql,
  assetId: number,
  blur: string,
): Promise<{ objectKey: string; width: number; height: number } | null> {
  const [row] = await sql<{ objectKey: string; width: number; height: number }[]>`
    select r.object_key as "objectKey", r.width, r.height from renditions r
    join assets a on a.id = r.asset_id
    join presets p on p.name = r.preset and p.version = r.version and (p.tenant_id = a.tenant_id or p.tenant_id is null)
    where r.asset_id = ${assetId} and not r.transient and r.blur = ${blur} and r.media_type = 'image/jpeg'
      and p.definition->>'fit' = 'inside' and (p.definition->>'quality')::int >= 75
    order by r.width * r.height desc limit 1`;
  return row ?? null;
}

/** Finds a rendition by its content: what an address that never changes names. One that shows too much is not found. */
export async function findByContent(sql: Sql, uid: string, sha256: string): Promise<RenditionRow | null> {
  const [row] = await sql<RenditionRow[]>`
    select r.asset_id as "assetId", r.preset, r.version, r.object_key as "objectKey", r.width, r.height, r.bytes,
      encode(r.sha256, 'hex') as sha256, r.media_type as "mediaType"
    from renditions r join assets a on a.id = r.asset_id and a.state = 'ready'
    join tenants t on t.id = a.tenant_id and r.blur = ${wantedBlur(sql)} and not ${unseen(sql)}
    where a.uid = ${uid} and r.sha256 = decode(${sha256}, 'hex') limit 1`;
  return row ?? null;
}

/** Notes that a rendition made on the fly was asked for; once a day is exact enough. */
export async function touch(sql: Sql, assetId: number, preset: string): Promise<void> {
  await sql`
    update renditions set used_at = now()
    where asset_id = ${assetId} and preset = ${preset} and transient and used_at < now() - interval '1 day'`;
}
