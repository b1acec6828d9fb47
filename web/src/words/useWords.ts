import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import type { Words } from './english.ts';

/** Every text of the page, in the language that is spoken. */
export function useWords(): Words {
  const { tongue } = useParts();
  return useStore(tongue.spoken).words;
}
