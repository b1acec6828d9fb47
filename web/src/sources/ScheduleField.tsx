import { useState } from 'react';
import { Field } from '../layout/Field.tsx';
import { useWords } from '../words/useWords.ts';
import { OFFERED } from './schedule.ts';
import { useScheduleWords } from './useScheduleWords.ts';

const OWN = 'own';

interface Props {
  schedule: string;
  onChange: (schedule: string) => void;
}

/** When a source is looked at: some of the usual in words, or one's own. */
export function ScheduleField({ schedule, onChange }: Props) {
  const { sources } = useWords();
  const inWords = useScheduleWords();
  const [own, setOwn] = useState(!OFFERED.some((one) => one === schedule));
  return (
    <div className="space-y-2">
      <Field label={sources.schedule} {...(own && { hint: sources.scheduleHint })}>
        {(named) => (
          <select
            {...named}
            className="select w-full"
            value={own ? OWN : schedule}
            onChange={({ target: { value } }) => {
              setOwn(value === OWN);
              if (value !== OWN) onChange(value);
            }}
          >
            {OFFERED.map((one) => (
              <option key={one} value={one}>
                {inWords(one)}
              </option>
            ))}
            <option value={OWN}>{sources.ownSchedule}</option>
          </select>
        )}
      </Field>
      {own && (
        <input
          className="input w-full font-mono text-sm"
          aria-label={sources.ownSchedule}
          required
          value={schedule}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </div>
  );
}
