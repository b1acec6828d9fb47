import { useEffect, useRef } from 'react';
import { useParts } from '../api/parts.ts';
import type { Import } from '../api/types.ts';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { isRunning } from './states.ts';

/** Tells a screen reader of each change of state and of each quarter done; more would drown everything else. */
export function useProgressAnnouncements(one: Import): void {
  const { announcer } = useParts();
  const { imports } = useWords();
  const quarter = isRunning(one.status) ? Math.floor(one.progress_percent / 25) : null;
  const told = useRef({ status: one.status, quarter });

  useEffect(() => {
    const last = told.current;
    if (last.status === one.status && last.quarter === quarter) return;
    told.current = { status: one.status, quarter };
    const address = visibleText(one.address);
    announcer.set(
      quarter !== null && quarter > 0
        ? imports.toldPercent(address, quarter * 25)
        : imports.toldState(address, imports.status[one.status]),
    );
  }, [announcer, imports, one.address, one.status, quarter]);
}
