import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import { useWords } from '../words/useWords.ts';

/** Puts images into the trash, and back when somebody says so. @param onGone which images are to be shown no more */
export function usePutAway(
  onGone: (ids: ReadonlySet<number>) => void,
): (ids: readonly number[]) => Promise<void> {
  const { api, toasts } = useParts();
  const { library } = useWords();
  return async (ids) => {
    try {
      const gone = await api.trashImages(ids);
      onGone(new Set(gone));
      toasts.say({ text: library.trashed(gone.length), undo: () => api.restoreImages(gone) });
      if (gone.length < ids.length) toasts.complain(library.notTrashed(ids.length - gone.length));
    } catch (error) {
      toasts.complain(messageOf(error));
    }
  };
}
