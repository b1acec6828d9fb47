import { condition, continueAsNew, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import { type PurgeProgress, purgeProgress, undoPurge } from './messages.ts';
import { purging, sweepingOut } from './proxies.ts';
import { tellState } from './searchable.ts';

export interface PurgeAssetsInput {
  purgeId: string;
  /** Set by continue-as-new. */
  deleted?: number;
}

export type PurgeEnd = 'completed' | 'undone' | 'gone';

/** Six events a batch: the next run begins far below the 4,096 where the server suggests it. */
const BATCHES_PER_RUN = 400;

/**
 * Carries out a purge that was approved: hides its assets at once, waits as long as it may be undone, then deletes
 * objects and makes tombstones of rows, batch by batch.
 *
 * Guarantee: an asset of the manifest ends deleted (no object left, a tombstone with its identity), or untouched with a
 * reason in the report. Whether to delete is decided once, in the row of the purge. It can be stopped at any point, even
 * lost, and started anew: where to go on is read from Postgres.
 */
export async function purgeAssets({ purgeId, deleted: before }: PurgeAssetsInput): Promise<PurgeEnd> {
  const progress: PurgeProgress = { phase: 'hiding', deleted: before ?? 0 };
  let asked = false;
  const enter = (phase: PurgeProgress['phase']): void => {
    progress.phase = phase;
    tellState(phase);
    setCurrentDetails(`**${phase}**: ${progress.deleted} deleted`);
  };
  setHandler(purgeProgress, () => progress);
  setHandler(undoPurge, () => {
    asked = true;
  });

  if (before === undefined) {
    enter('hiding');
    const undoInMs = await sweepingOut.hidePurge.executeWithOptions({ summary: 'hide' }, [purgeId]);
    if (undoInMs !== null) {
      enter('waiting');
      await condition(() => asked, undoInMs);
    }
  }
  const decision = await purging.decidePurge.executeWithOptions({ summary: 'delete or undo' }, [purgeId]);
  if (decision === 'gone' || decision === 'over') return 'gone';
  if (decision === 'undo') {
    enter('undoing');
    await sweepingOut.unhidePurge.executeWithOptions({ summary: 'put back' }, [purgeId]);
    await purging.finishPurge.executeWithOptions({ summary: 'report' }, [purgeId, 'undone']);
    return 'undone';
  }
  enter('deleting');
  for (let batch = 0; ; batch += 1) {
    if (batch >= BATCHES_PER_RUN || workflowInfo().continueAsNewSuggested) {
      return await continueAsNew<typeof purgeAssets>({ purgeId, deleted: progress.deleted });
    }
    const { deleted, more } = await sweepingOut.deletePurged.executeWithOptions(
      { summary: `delete, from asset ${progress.deleted + 1} on` },
      [purgeId],
    );
    progress.deleted += deleted;
    enter('deleting');
    if (!more) break;
  }
  await purging.finishPurge.executeWithOptions({ summary: 'report' }, [purgeId, 'completed']);
  enter('over');
  return 'completed';
}
