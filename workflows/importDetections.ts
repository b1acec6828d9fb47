import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { detectionFiles } from './proxies.ts';

/**
 * Brings in what a file of another program says of pictures.
 *
 * Guarantee: every entry of the file is recorded once, or told as a problem. It goes on at the batch where it was lost.
 */
export async function importDetections(fileId: string): Promise<'completed' | 'failed'> {
  try {
    await detectionFiles.importDetectionFile.executeWithOptions({ summary: 'read the file' }, [fileId]);
    return 'completed';
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : error;
    if (!(cause instanceof ApplicationFailure)) throw error;
    await detectionFiles.failDetectionFile.executeWithOptions({ summary: 'note why it failed' }, [
      fileId,
      cause.type ?? 'internal_error',
      cause.message,
    ]);
    return 'failed';
  }
}
