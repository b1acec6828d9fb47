import { trying } from './proxies.ts';

/** Looks at a source without storing anything; what was seen is in its row afterwards. */
export async function testSource(pullSourceId: string, files: number): Promise<void> {
  await trying.trySource.executeWithOptions({ summary: `list, and fetch up to ${files} files` }, [
    pullSourceId,
    files,
  ]);
}
