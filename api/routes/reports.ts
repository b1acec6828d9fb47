import type { z } from 'zod';
import { surveyLabel } from '../../domain/categories.ts';
import { activityByHour, type TimedRecord } from '../../domain/survey/activity.ts';
import { effortByLocation } from '../../domain/survey/effort.ts';
import { createIndependence } from '../../domain/survey/independent.ts';
import { richnessByLocation } from '../../domain/survey/richness.ts';
import { taxonOf } from '../../domain/taxon.ts';
import type { ImageFilter } from '../../stores/finding/filter.ts';
import { asking } from '../../stores/finding/find.ts';
import { blindnessOf } from '../../stores/reports/blindness.ts';
import { type ImageSightings, sightingsOf } from '../../stores/reports/sightings.ts';
import { locationNames, watchesOf } from '../../stores/reports/watches.ts';
import type { ApiDeps } from '../deps.ts';
import { filterOf } from '../images/filter.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  ActivityQuery,
  ActivityReport,
  EffortQuery,
  EffortReport,
  RichnessQuery,
  RichnessReport,
} from '../schemas/reports.ts';

interface IndependentRecord {
  label: string;
  image: ImageSightings;
}

/** What surveys count: when animals are about, how long anybody looked, how many kinds there are. */
export function reportRoutes(deps: ApiDeps): Route[] {
  const { db } = deps;

  /** Records that are far enough apart. A place is a location, or a camera where nobody named one. */
  async function independent(
    filter: ImageFilter,
    query: z.output<typeof ActivityQuery>,
  ): Promise<IndependentRecord[]> {
    const counts = createIndependence({ minutes: query.interval_minutes, since: query.since });
    const records: IndependentRecord[] = [];
    for await (const image of sightingsOf(db, filter)) {
      const place = image.locationId ?? image.camera ?? '';
      for (const label of new Set(image.labels.map(surveyLabel))) {
        if (counts(place, label, image.capturedAt)) records.push({ label, image });
      }
    }
    return records;
  }

  return [
    defineRoute({
      method: 'get',
      path: '/reports/activity',
      operationId: 'reportActivity',
      summary: 'When what is about: independent records by the hour of the day',
      tag: 'library',
      needs: 'viewer',
      query: ActivityQuery,
      answers: { 200: { description: 'Kinds and their hours', schema: ActivityReport } },
      async handle({ query }, _req, res) {
        const records = await independent(await filterOf(deps, query), query);
        const timed = records.map(
          ({ label, image }): TimedRecord => ({
            ...{ label, at: image.capturedAt },
            offsetMinutes: image.offsetMinutes ?? 0,
          }),
        );
        const kinds = [...activityByHour(timed)].map(([label, hours]) => ({
          ...kindOf(label),
          records: hours.reduce((sum, count) => sum + count, 0),
          by_hour: hours,
        }));
        kinds.sort((a, b) => b.records - a.records || (a.label < b.label ? -1 : 1));
        res.json({
          ...{ kinds, interval_minutes: query.interval_minutes },
        } satisfies z.input<typeof ActivityReport>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/reports/effort',
      operationId: 'reportEffort',
      summary: 'How long cameras were about at each place, in days',
      tag: 'library',
      needs: 'viewer',
      query: EffortQuery,
      answers: { 200: { description: 'Places and their camera days', schema: EffortReport } },
      async handle({ query }, _req, res) {
        const filter = await filterOf(deps, query);
        const watches = await asking(db, (tx) => watchesOf(tx, filter, query.max_silence_days ?? null));
        const [names, blind] = await db.run((sql) =>
          Promise.all([
            locationNames(sql, filter.tenantId),
            blindnessOf(sql, filter.tenantId, [...new Set(watches.map(({ camera }) => camera))]),
          ]),
        );
        const effort = effortByLocation(
          watches.map(({ camera, locationId, from, to }) => ({
            ...{ cameraId: camera, locationId, from: from.getTime(), to: to.getTime() },
          })),
          blind.map(({ camera, from, to }) => ({
            ...{ cameraId: camera, from: from.getTime(), to: to.getTime() },
          })),
        );
        const locations = [...effort].map(([id, { cameras, cameraDays, from, to }]) => ({
          ...placeOf(id, names),
          ...{ cameras, camera_days: cameraDays, from: from.toISOString(), to: to.toISOString() },
        }));
        const total = locations.reduce((sum, place) => sum + place.camera_days, 0);
        res.json({ locations, camera_days: total } satisfies z.input<typeof EffortReport>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/reports/richness',
      operationId: 'reportRichness',
      summary: 'How many kinds of animals were seen at each place',
      tag: 'library',
      needs: 'viewer',
      query: RichnessQuery,
      answers: { 200: { description: 'Places and their kinds', schema: RichnessReport } },
      async handle({ query }, _req, res) {
        const filter = await filterOf(deps, query);
        const records = await independent(filter, query);
        const names = await db.run((sql) => locationNames(sql, filter.tenantId));
        const placed = records.map(({ label, image: { locationId } }) => ({ locationId, label }));
        const counts = new Map<string, number>();
        const keyOf = (id: string | null, label: string): string => `${id} ${label}`;
        for (const { locationId, label } of placed) {
          const key = keyOf(locationId, label);
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        const locations = [...richnessByLocation(placed)].map(([id, { kinds, species }]) => ({
          ...placeOf(id, names),
          kinds: kinds.map((label) => ({ ...kindOf(label), records: counts.get(keyOf(id, label)) ?? 0 })),
          species,
        }));
        res.json({
          ...{ locations, interval_minutes: query.interval_minutes },
        } satisfies z.input<typeof RichnessReport>);
      },
    }),
  ];
}

function kindOf(label: string) {
  const taxon = taxonOf(label);
  return { label, scientific_name: taxon?.scientificName ?? null, common_name: taxon?.commonName ?? null };
}

function placeOf(id: string | null, names: ReadonlyMap<string, string>) {
  return { location_id: id, location_name: id === null ? null : (names.get(id) ?? null) };
}
