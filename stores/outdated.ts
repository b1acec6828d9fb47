import { focusTag, PIPELINE_VERSION, type Point, type Preset } from '../domain/presets.ts';
import type { AssetRange } from '../domain/reprocess.ts';
import type { Sql } from './postgres/database.ts';
import { eagerPresets, findPreset, type PresetRow } from './presets.ts';
import { wantedBlur } from './privacy.ts';

/** An asset that lacks renditions as they should be now, and what to make of it. */
export interface OutdatedAsset {
  assetId: number;
  uid: string;
  tenantId: string;
  name: string;
  modifiedAt: Date | null;
  timezone: string | null;
  focal: Point | null;
  /** Its facts come from an older pipeline: all is to be made anew. */
  oldFacts: boolean;
  presets: PresetRow[];
  /** What of people they are to be made without; empty: nothing. */
  blur: string;
  /** The placeholder shows too much of people, or too little. */
  oldPlaceholder: boolean;
}

export interface Outdated {
  assets: OutdatedAsset[];
  /** When the presets were as they are used here; `null`: not all of them were looked at. */
  asOf: Date | null;
}

interface Row extends Omit<OutdatedAsset, 'presets' | 'oldFacts' | 'focal' | 'oldPlaceholder'> {
  pipelineVersion: number | null;
  focalX: number | null;
  focalY: number | null;
  thumbhashBlur: string;
  renditions: { preset: string; version: number; focus: string; blur: string }[];
}

/** Which assets of a range a reprocess has to do something about. */
export async function outdatedIn(sql: Sql, reprocessId: string, range: AssetRange): Promise<Outdated> {
  const [what] = await sql<{ tenantId: string; preset: string | null }[]>`
    select tenant_id as "tenantId", preset from reprocesses where id = ${reprocessId}`;
  if (what === undefined) return { assets: [], asOf: null };
  const { wanted, asOf } = await wantedOf(sql, what);
  const rows = await sql<Row[]>`
    select a.id as "assetId", a.uid, a.tenant_id as "tenantId", a.name, a.modified_at as "modifiedAt", m.timezone,
      a.pipeline_version as "pipelineVersion", a.focal_x as "focalX", a.focal_y as "focalY",
      a.thumbhash_blur as "thumbhashBlur", ${wantedBlur(sql)} as blur,
      coalesce((select jsonb_agg(jsonb_build_object('preset', r.preset, 'version', r.version, 'focus', r.focus, 'blur', r.blur))
        from renditions r where r.asset_id = a.id and not r.transient), '[]') as renditions
    from reprocesses p
    join assets a on a.tenant_id = p.tenant_id and a.state = 'ready' and (p.asset_ids is null or a.id = any(p.asset_ids))
    join tenants t on t.id = a.tenant_id
    left join import_items i on i.id = a.item_id
    left join imports m on m.id = i.import_id
    where p.id = ${reprocessId} and a.id > ${range.after} and a.id <= ${range.upTo}
    order by a.id`;
  const assets = rows.flatMap(({ pipelineVersion, focalX, focalY, renditions, thumbhashBlur, ...row }) => {
    const focal = focalX === null || focalY === null ? null : { x: focalX, y: focalY };
    const oldFacts = what.preset === null && (pipelineVersion ?? 0) < PIPELINE_VERSION;
    const isThere = (preset: Preset): boolean =>
      renditions.some(
        (one) =>
          one.preset === preset.name &&
          one.version === preset.version &&
          one.blur === row.blur &&
          one.focus === focusTag(preset, focal),
      );
    const presets = oldFacts ? wanted : wanted.filter((preset) => !isThere(preset));
    // What is made for one preset says nothing of the placeholder.
    const oldPlaceholder = what.preset === null && thumbhashBlur !== row.blur;
    if (presets.length === 0 && !oldPlaceholder) return [];
    return [{ ...row, focal, oldFacts, presets, oldPlaceholder }];
  });
  return { assets, asOf };
}

async function wantedOf(
  sql: Sql,
  { tenantId, preset }: { tenantId: string; preset: string | null },
): Promise<{ wanted: PresetRow[]; asOf: Date | null }> {
  if (preset === null) {
    const { of, asOf } = await eagerPresets(sql, [tenantId]);
    return { wanted: of.get(tenantId) ?? [], asOf };
  }
  const one = await findPreset(sql, tenantId, preset);
  return { wanted: one === null ? [] : [one], asOf: null };
}
