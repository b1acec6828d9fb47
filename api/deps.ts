import type { Config } from '../config.ts';
import type { ReachFailpoint } from '../domain/failpoints.ts';
import type { ImageFormat } from '../domain/limits.ts';
import type { Logger } from '../log.ts';
import type { Digests } from '../sources/digests.ts';
import type { SourceRegistry } from '../sources/registry.ts';
import type { Sealer } from '../stores/credentials/sealer.ts';
import type { ObjectStore } from '../stores/objects/objectStore.ts';
import type { Database } from '../stores/postgres/database.ts';
import type { Tracer } from '../stores/tracing/tracer.ts';
import type { Access } from './access/access.ts';
import type { CameraWatching } from './cameras/watching.ts';
import type { Live } from './live/live.ts';
import type { CameraControl } from './temporal/cameras.ts';
import type { Dispatcher } from './temporal/dispatcher.ts';
import type { Poller } from './temporal/poller.ts';
import type { Schedules } from './temporal/schedules.ts';
import type { WorkflowControl } from './temporal/workflows.ts';
import type { FirstOfMany } from './upload/firstOfMany.ts';
import type { ResumableUploads } from './upload/resumable/resumable.ts';

/** What the routes are made of; put together in `cli/`. */
export interface ApiDeps {
  config: Config;
  version: string;
  db: Database;
  access: Access;
  objects: ObjectStore;
  workflows: WorkflowControl;
  schedules: Schedules;
  /** Keeps the schedules as their rows say. */
  scheduler: Poller;
  dispatcher: Dispatcher;
  live: Live;
  cameras: CameraControl;
  watching: CameraWatching;
  log: Logger;
  /** `null`: nobody collects traces. */
  tracer: Tracer | null;
  reached: ReachFailpoint;
  firstOfMany: FirstOfMany;
  resumable: ResumableUploads;
  sources: SourceRegistry;
  sealer: Sealer;
  /** Reads an address of the web that people give. @throws Failure `bad_address` */
  parseHttpUrl(text: string): URL;
  sniff(head: Uint8Array): Promise<ImageFormat | null>;
  createDigests(): Digests;
}

/** What takes uploads in, in whichever way they came. */
export type UploadDeps = Omit<ApiDeps, 'resumable'>;
