import { Tag } from 'lucide-react';
import { useState } from 'react';
import { useLabels } from '../review/useLabels.ts';
import { useWords } from '../words/useWords.ts';
import { MOST, useLabelMany } from './useLabelMany.ts';

/** No label can be this: it has no letter in it. */
const NOTHING = '-';

/** Says what is to be seen in all images that are chosen. */
export function LabelMenu({ ids }: { ids: readonly number[] }) {
  const { library } = useWords();
  const labels = useLabels();
  const label = useLabelMany();
  const [busy, setBusy] = useState(false);

  async function say(value: string): Promise<void> {
    setBusy(true);
    await label(ids, value === NOTHING ? null : value);
    setBusy(false);
  }

  if (ids.length > MOST) return null;
  return (
    <label className="btn btn-ghost btn-sm has-focus-visible:outline-2 has-focus-visible:outline-primary">
      <Tag aria-hidden className="size-4" />
      <span className="sr-only">{library.labelAs}</span>
      <select
        className="cursor-pointer bg-transparent focus:outline-none"
        value=""
        disabled={busy}
        onChange={(event) => void say(event.target.value)}
      >
        <option value="" disabled>
          {library.labelAs}
        </option>
        {labels.map((each) => (
          <option key={each} value={each} className="text-base-content">
            {each}
          </option>
        ))}
        <option value={NOTHING} className="text-base-content">
          {library.nothing}
        </option>
      </select>
    </label>
  );
}
