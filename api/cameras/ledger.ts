import type { CameraFrame, FrameFilter, FramePlace } from '../../stores/cameras/frames.ts';
import { pageFrames } from '../../stores/cameras/frames.ts';
import { type Gap, type GapFilter, type GapPlace, pageGaps } from '../../stores/cameras/gaps.ts';
import type { Database } from '../../stores/postgres/database.ts';
import { csvLine } from '../lines.ts';
import { presentCameraFrame, presentGap } from '../present/cameraFrame.ts';

/** Rows read at a time. */
const BATCH = 1_000;

const FRAME_COLUMNS = [
  'frame_id',
  'camera_id',
  'session_id',
  'sequence',
  'captured_at',
  'status',
  'asset_id',
  'name',
  'width',
  'height',
  'size',
  'content_hash',
  'keyframe',
  'flags',
  'change_share',
  'calibration_version',
  'storage_url',
] as const;

/** All frames of a filter as lines of CSV, newest first. */
export async function* frameLines(db: Database, filter: FrameFilter, base: string): AsyncGenerator<string> {
  yield csvLine(FRAME_COLUMNS);
  let after: FramePlace | undefined;
  for (;;) {
    const place = after;
    const rows: CameraFrame[] = await db.run((sql) =>
      pageFrames(sql, filter, { limit: BATCH, after: place }),
    );
    for (const row of rows) {
      const frame = presentCameraFrame(row, base);
      const cells = { ...frame, flags: frame.flags.join(';'), keyframe: frame.keyframe?.toString() ?? null };
      yield csvLine(FRAME_COLUMNS.map((name) => cells[name]));
    }
    after = rows.at(-1);
    if (rows.length < BATCH || after === undefined) return;
  }
}

const GAP_COLUMNS = ['gap_id', 'session_id', 'from', 'to', 'seconds', 'reason', 'title', 'detail'] as const;

/** All gaps of a filter as lines of CSV, newest first. */
export async function* gapLines(db: Database, filter: GapFilter): AsyncGenerator<string> {
  yield csvLine(GAP_COLUMNS);
  const now = new Date();
  let after: GapPlace | undefined;
  for (;;) {
    const place = after;
    const rows: Gap[] = await db.run((sql) => pageGaps(sql, filter, { limit: BATCH, after: place }));
    for (const row of rows) {
      const gap = presentGap(row, now);
      yield csvLine(GAP_COLUMNS.map((name) => gap[name]));
    }
    after = rows.at(-1);
    if (rows.length < BATCH || after === undefined) return;
  }
}
