import type { SurveyEvent } from '../../../domain/survey/events.ts';
import type { Dataset, ImageRecord, Records } from '../../records.ts';
import { type ZipEntry, zipFile } from '../../zip/zipFile.ts';
import { csvLine } from '../csvLine.ts';
import { DEPLOYMENT_COLUMNS, MEDIA_COLUMNS, OBSERVATION_COLUMNS } from './columns.ts';
import { type Deployment, deploymentLine, type Part, splitAtGaps } from './deployments.ts';
import { mediaLine } from './media.ts';
import { eventObservations, mediaObservations } from './observations.ts';
import { type Project, packageText } from './package.ts';

/** An event of one deployment. */
export interface DeployedEvent {
  id: string;
  deploymentId: string;
  event: SurveyEvent;
}

export interface CamtrapSurvey {
  project: Project;
  deployments: readonly Deployment[];
  /** `null`: observations of pictures only. */
  events: (() => AsyncIterable<DeployedEvent>) | null;
}

/**
 * A Camtrap DP 1.0.2 package in a zip archive. Pictures without a time, or of no deployment, have no place in the format
 * and are left out; `leftOut` is told of each.
 */
export function writeCamtrapDp(
  records: Records,
  about: Dataset,
  survey: CamtrapSurvey,
  leftOut: (image: ImageRecord, why: 'no_time' | 'no_deployment') => void = () => {},
): AsyncGenerator<Buffer> {
  return zipFile(entriesOf(records, about, survey, leftOut), about.createdAt);
}

async function* entriesOf(
  records: Records,
  about: Dataset,
  { project, deployments, events }: CamtrapSurvey,
  leftOut: (image: ImageRecord, why: 'no_time' | 'no_deployment') => void,
): AsyncGenerator<ZipEntry> {
  const parts = splitAtGaps(deployments);
  const names = new Set<string>();
  const seen = (name: string) => void names.add(name);
  const placed = (image: ImageRecord): { at: Date; part: Part } | 'no_time' | 'no_deployment' => {
    if (image.capturedAt === null) return 'no_time';
    const part = parts.at(image.deploymentId, image.capturedAt);
    return part === null ? 'no_deployment' : { at: image.capturedAt, part };
  };
  yield {
    name: 'media.csv',
    content: (async function* () {
      yield csvLine(MEDIA_COLUMNS);
      for await (const image of records()) {
        const place = placed(image);
        if (typeof place === 'string') leftOut(image, place);
        else yield mediaLine(image, place.at, place.part);
      }
    })(),
  };
  yield {
    name: 'observations.csv',
    content: (async function* () {
      yield csvLine(OBSERVATION_COLUMNS);
      for await (const image of records()) {
        const place = placed(image);
        if (typeof place === 'string') continue;
        yield mediaObservations(image, place.at, place.part, seen).join('');
      }
      if (events === null) return;
      for await (const { id, deploymentId, event } of events()) {
        const part = parts.at(deploymentId, event.start);
        if (part !== null) yield eventObservations(id, event, part, seen).join('');
      }
    })(),
  };
  // Last, because pictures can make deployments longer, and observations name what was seen.
  yield {
    name: 'deployments.csv',
    content: [csvLine(DEPLOYMENT_COLUMNS), ...parts.all().map(deploymentLine)].join(''),
  };
  const levels = events === null ? (['media'] as const) : (['media', 'event'] as const);
  yield {
    name: 'datapackage.json',
    content: packageText(project, {
      createdAt: about.createdAt,
      parts: parts.all(),
      scientificNames: names,
      levels,
    }),
  };
}
