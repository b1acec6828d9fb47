import type { ExportFormat } from '../domain/export.ts';
import { eventsOf } from '../domain/survey/events.ts';
import type { Dataset, Records } from '../interchange/records.ts';
import { type DeployedEvent, writeCamtrapDp } from '../interchange/write/camtrap/camtrapDp.ts';
import type { Deployment } from '../interchange/write/camtrap/deployments.ts';
import type { Project } from '../interchange/write/camtrap/package.ts';
import { writeCoco } from '../interchange/write/coco.ts';
import { writeDarwinCore } from '../interchange/write/darwinCore.ts';
import { writeDetectionsCsv } from '../interchange/write/detectionsCsv.ts';
import { writeMegaDetector } from '../interchange/write/megadetector.ts';
import { writeYolo } from '../interchange/write/yolo.ts';
import { shotOf } from './exportRecords.ts';

export interface ExportMaterial {
  records: Records;
  about: Dataset;
  /** Of Camtrap DP; nobody can ask for one without. */
  project: Project | null;
  deployments: readonly Deployment[];
  /** Told of each image that the format has no place for. */
  leftOut(why: string): void;
}

/** The bytes of an export's file. */
export function writeFormat(
  format: ExportFormat,
  { records, about, project, deployments, leftOut }: ExportMaterial,
): AsyncIterable<string | Uint8Array> {
  switch (format) {
    case 'megadetector':
      return writeMegaDetector(records, about);
    case 'coco':
      return writeCoco(records, about);
    case 'csv':
      return writeDetectionsCsv(records);
    case 'yolo':
      return writeYolo(records, about);
    case 'darwin_core':
      return writeDarwinCore(records, about);
    case 'camtrap_dp':
      if (project === null) throw new Error('An export of Camtrap DP has no project.');
      return writeCamtrapDp(
        records,
        about,
        { project, deployments, events: () => deployedEvents(records) },
        (_image, why) => leftOut(why),
      );
  }
}

/** Images come by place, camera and time, so events are found as they pass. */
async function* deployedEvents(records: Records): AsyncGenerator<DeployedEvent> {
  const shots = (async function* () {
    for await (const image of records()) {
      const shot = shotOf(image);
      if (shot !== null) yield shot;
    }
  })();
  for await (const event of eventsOf(shots)) {
    yield { id: `event-${event.shots[0]}`, deploymentId: event.camera, event };
  }
}
