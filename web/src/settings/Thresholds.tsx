import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParts } from '../api/parts.ts';
import { useAct } from '../api/useAct.ts';
import { formatNumber } from '../format/size.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';

/** From which score boxes of each label are shown. Every box is kept, so a change shows at once. */
export function Thresholds({ modelId, may }: { modelId: number; may: boolean }) {
  const { api, session } = useParts();
  const { settings, shell } = useWords();
  const [changed, setChanged] = useState<Readonly<Record<string, number>>>({});
  const path = { id: modelId };
  const query = { tenant_name: session.tenant() };
  const { data, error } = useQuery({
    queryKey: ['thresholds', modelId],
    queryFn: () => api.ask(api.client.GET('/models/{id}/thresholds', { params: { path, query } })),
  });
  const save = useAct(
    () =>
      api.done(
        api.client.PUT('/models/{id}/thresholds', {
          params: { path },
          body: { thresholds: changed, ...query },
        }),
      ),
    { stale: ['thresholds', 'images'], said: () => shell.saved, after: () => setChanged({}) },
  );
  if (data === undefined) return error === null ? <Waiting rows={1} /> : <Unreadable error={error} />;
  return (
    <div className="mt-3 border-t border-base-300 pt-3">
      <ul className="space-y-2 text-sm">
        {data.thresholds.map(({ label, threshold, typical }) => {
          const value = changed[label] ?? threshold;
          return (
            <li key={label} className="grid grid-cols-[8rem_minmax(0,1fr)_3rem] items-center gap-3">
              <span className="truncate">{label}</span>
              <input
                type="range"
                className="range range-primary range-xs w-full"
                aria-label={settings.thresholdOf(label)}
                title={settings.typical(formatNumber(typical, 2))}
                min={0.05}
                max={0.95}
                step={0.05}
                disabled={!may}
                value={value}
                onChange={({ target }) => setChanged({ ...changed, [label]: Number(target.value) })}
              />
              <span className="text-end tabular-nums">{formatNumber(value, 2)}</span>
            </li>
          );
        })}
      </ul>
      {may && Object.keys(changed).length > 0 && (
        <button
          type="button"
          className="btn btn-primary btn-sm mt-3"
          disabled={save.isPending}
          onClick={() => save.mutate(undefined)}
        >
          {shell.save}
        </button>
      )}
    </div>
  );
}
