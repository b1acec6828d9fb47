import { useEffect, useRef } from 'react';
import { useParts } from '../api/parts.ts';
import { useWords } from '../words/useWords.ts';
import type { UploadState } from './uploadState.ts';

const EVERY_MS = 10_000;

/** Tells a screen reader that uploads began, how far they are every now and then, and how they ended. */
export function useUploadAnnouncements(state: UploadState, busy: boolean): void {
  const { announcer } = useParts();
  const { uploads: words } = useWords();
  const latest = useRef(state);
  const wasBusy = useRef(false);

  useEffect(() => {
    latest.current = state;
  });

  useEffect(() => {
    const told = (): string => {
      const { total, stored, duplicate, failed } = latest.current;
      return words.told(stored + duplicate, total, failed.length);
    };
    if (!busy) {
      if (wasBusy.current) announcer.set(told());
      wasBusy.current = false;
      return;
    }
    wasBusy.current = true;
    announcer.set(words.begun(latest.current.total));
    const timer = setInterval(() => announcer.set(told()), EVERY_MS);
    return () => clearInterval(timer);
  }, [announcer, busy, words]);
}
