import { SPECIAL } from '../taxon.ts';
import { includes, narrowest } from './lineage.ts';

/** What one picture shows, as far as events are concerned. */
export interface Shot {
  id: string;
  /** The camera, or whatever else is one point of view. */
  camera: string;
  at: Date;
  /** One entry for each individual; empty: nothing was seen. `null`: nobody looked. */
  seen: readonly Sighting[] | null;
}

export interface Sighting {
  label: string;
  /** 0 to 1. */
  score: number;
}

export interface EventSighting extends Sighting {
  /** The most individuals in one picture: the fewest that passed. `null` for what is not counted (blank). */
  count: number | null;
  /** The best of the pictures. */
  score: number;
}

export interface SurveyEvent {
  camera: string;
  start: Date;
  end: Date;
  /** Ids of the pictures, in order. */
  shots: string[];
  /** What passed, each taxon once; one `blank` when nothing did. `null`: nobody looked at any of it. */
  sightings: EventSighting[] | null;
}

/** Pictures of one camera further apart than this are events of their own. */
export const EVENT_GAP_SECONDS = 60;

/**
 * Pictures put together into events as they come.
 * @param shots by camera, in the order of their times
 * @throws RangeError when they are in another order
 */
export async function* eventsOf(
  shots: AsyncIterable<Shot> | Iterable<Shot>,
  gapSeconds: number = EVENT_GAP_SECONDS,
): AsyncGenerator<SurveyEvent> {
  let open: Shot[] = [];
  for await (const shot of shots) {
    const last = open.at(-1);
    if (last !== undefined && last.camera === shot.camera) {
      const away = shot.at.getTime() - last.at.getTime();
      if (away < 0) throw new RangeError(`Picture ${shot.id} comes before the one that precedes it.`);
      if (away <= gapSeconds * 1000) {
        open.push(shot);
        continue;
      }
    }
    if (last !== undefined) yield eventOf(open, last);
    open = [shot];
  }
  const last = open.at(-1);
  if (last !== undefined) yield eventOf(open, last);
}

function eventOf(shots: readonly Shot[], last: Shot): SurveyEvent {
  const first = shots[0] ?? last;
  return {
    camera: first.camera,
    start: first.at,
    end: last.at,
    shots: shots.map(({ id }) => id),
    sightings: sightingsOf(shots),
  };
}

/**
 * What an event shows. A wide label beside a narrower one of the same kin ("animal" in one picture, "red fox" in the
 * next) is taken for the same animal.
 */
function sightingsOf(shots: readonly Shot[]): EventSighting[] | null {
  const looked = shots.flatMap(({ seen }) => (seen === null ? [] : [seen]));
  if (looked.length === 0) return null;
  const labels = looked.flat().map(({ label }) => label);
  const names = narrowest(labels).filter((label) => label !== SPECIAL.blank);
  if (names.length === 0) {
    const score = Math.max(0, ...looked.flat().map((each) => each.score));
    return [{ label: SPECIAL.blank, score, count: null }];
  }
  return names.map((label) => {
    const counts = looked.map(
      (seen) => seen.filter((each) => each.label === label || widensOnly(each.label, label, names)).length,
    );
    const scores = looked
      .flat()
      .filter((each) => each.label === label)
      .map(({ score }) => score);
    return { label, score: Math.max(...scores), count: Math.max(...counts) };
  });
}

/** Whether a wide label can mean this one and none of the others. */
function widensOnly(wide: string, label: string, names: readonly string[]): boolean {
  return includes(wide, label) && !names.some((other) => other !== label && includes(wide, other));
}
