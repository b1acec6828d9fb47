import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import {
  type FilterName,
  keyOfSelection,
  readSelection,
  type Selection,
  withFilter,
  writeSelection,
} from './filters.ts';

/** What the address says is to be shown; changing it is one step back away. */
export function useSelection() {
  const [params, setParams] = useSearchParams();
  const read = readSelection(params);
  const key = keyOfSelection(read);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all of it
  const selection = useMemo(() => read, [key]);

  function change(next: Selection): void {
    setParams((now) => writeSelection(now, next));
    window.scrollTo({ top: 0, behavior: 'instant' });
  }
  return {
    selection,
    change,
    set: (name: FilterName, value: string | null) => change(withFilter(selection, name, value)),
  };
}
