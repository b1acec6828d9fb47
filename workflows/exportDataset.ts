import { ActivityFailure, ApplicationFailure, setCurrentDetails } from '@temporalio/workflow';
import { EXPORT_PART } from '../domain/export.ts';
import { exporting, exportWriting } from './proxies.ts';

export type ExportEnd = 'completed' | 'failed' | 'over';

/**
 * Makes the file of an export: collects what is known of its images part by part, then writes them as one file.
 *
 * Guarantee: which images it is of does not change once it was asked for. A part that was collected is not collected
 * again, and what the file says comes from the parts alone, so that all of it is of one moment. It can be lost at any
 * point and started anew. Whether it is still wanted is read from its row before every step.
 */
export async function exportDataset(exportId: string): Promise<ExportEnd> {
  try {
    const images = await exporting.openExport.executeWithOptions({ summary: 'open' }, [exportId]);
    if (images === null) return 'over';
    const parts = Math.ceil(images / EXPORT_PART);
    for (let part = 0; part < parts; part += 1) {
      setCurrentDetails(`**collecting**: part ${part + 1} of ${parts}`);
      const end = await exportWriting.collectPart.executeWithOptions(
        { summary: `part ${part + 1} of ${parts}` },
        [exportId, part],
      );
      if (end === 'over') return 'over';
    }
    setCurrentDetails('**writing**');
    return await exportWriting.writeExport.executeWithOptions({ summary: 'write the file' }, [exportId]);
  } catch (error) {
    // Only what waiting cannot help comes here.
    const cause = error instanceof ActivityFailure ? error.cause : error;
    if (!(cause instanceof ApplicationFailure)) throw error;
    await exporting.failExport.executeWithOptions({ summary: 'note why it failed' }, [
      exportId,
      cause.type ?? 'internal_error',
      cause.message,
    ]);
    return 'failed';
  }
}
