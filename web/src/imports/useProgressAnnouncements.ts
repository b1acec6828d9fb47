import { useEffect, useRef } from 'react';
import { useParts } from '../api/parts.ts';
import type { Import } from '../api/types.ts';
import { visibleText } from '../names/visible.ts';
import { isRunning, STATUS_WORDS } from './states.ts';

/** Tells a screen reader of each change of state and of each quarter done; more would drown everything else. */
export function useProgressAnnouncements(one: Import): void {
  const { announcer } = useParts();
  const quarter = isRunning(one.status) ? Math.floor(one.progress_percent / 25) : null;
  const told = useRef({ status: one.status, quarter });

  useEffect(() => {
    const last = told.current;
    if (last.status === one.status && last.quarter === quarter) return;
    told.current = { status: one.status, quarter };
    const what =
      quarter !== null && quarter > 0 ? `${quarter * 25} percent` : STATUS_WORDS[one.status].toLowerCase();
    announcer.set(`Import from ${visibleText(one.address)}: ${what}.`);
  }, [announcer, one.address, one.status, quarter]);
}
