import { useQuery } from '@tanstack/react-query';
import { GitCompare } from 'lucide-react';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useParts } from '../api/parts.ts';
import type { Asset } from '../api/types.ts';
import { Empty } from '../layout/Empty.tsx';
import { Page } from '../layout/Page.tsx';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { libraryAddress } from '../library/addresses.ts';
import { useWords } from '../words/useWords.ts';
import { Choice } from './Choice.tsx';
import { Curtain } from './Curtain.tsx';
import { Figures } from './Figures.tsx';
import { pictureOf } from './pictureOf.ts';

const WAYS = ['slider', 'side', 'difference'] as const;
type Way = (typeof WAYS)[number];

/** The number behind a name in an address; `null` when there is none. */
function idIn(params: URLSearchParams, name: string): number | null {
  const text = params.get(name) ?? '';
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

/** Two images against each other. */
export function ComparePage() {
  const { compare: words } = useWords();
  const [params] = useSearchParams();
  const [a, b] = [idIn(params, 'a'), idIn(params, 'b')];
  return (
    <Page title={words.title} intro={words.intro}>
      {a === null ? (
        <Empty icon={GitCompare} title={words.none} advice={words.noneAdvice}>
          <Link className="btn btn-primary" to={libraryAddress()}>
            {words.toLibrary}
          </Link>
        </Empty>
      ) : b === null ? (
        <Choice of={a} />
      ) : (
        <Pair key={`${a} ${b}`} a={a} b={b} />
      )}
    </Page>
  );
}

function useAsset(id: number) {
  const { api } = useParts();
  return useQuery({ queryKey: ['asset', id], queryFn: () => api.getAsset(id), staleTime: 30_000 });
}

function Pair({ a, b }: { a: number; b: number }) {
  const { compare: words } = useWords();
  const { api } = useParts();
  const [way, setWay] = useState<Way>('slider');
  const [first, second] = [useAsset(a), useAsset(b)];
  const figures = useQuery({
    queryKey: ['compare', a, b],
    queryFn: () => api.compare(a, b),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const error = first.error ?? second.error;
  if (error !== null) return <Unreadable error={error} />;
  if (first.data === undefined || second.data === undefined) return <Waiting rows={1} height="h-[60dvh]" />;
  const pair: [Asset, Asset] = [first.data, second.data];
  return (
    <div className="space-y-4">
      <fieldset aria-label={words.way} className="join">
        {WAYS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={way === each}
            className={`btn join-item btn-sm ${way === each ? 'btn-primary' : 'btn-plain'}`}
            onClick={() => setWay(each)}
          >
            {words.ways[each]}
          </button>
        ))}
      </fieldset>
      {way === 'slider' && <Curtain pair={pair} />}
      {way === 'side' && (
        <div className="grid gap-3 sm:grid-cols-2">
          {pair.map((asset) => (
            <Whole key={asset.id} asset={asset} />
          ))}
        </div>
      )}
      {way === 'difference' && (
        <figure>
          <img
            src={api.differenceUrl(a, b)}
            alt={words.differenceAlt}
            className="max-h-[70dvh] w-full rounded-box bg-base-300 object-contain"
          />
          <figcaption className="mt-1 text-sm text-muted">{words.differenceAdvice}</figcaption>
        </figure>
      )}
      {figures.error !== null ? (
        <Unreadable error={figures.error} onRetry={() => void figures.refetch()} />
      ) : (
        <Figures pair={pair} comparison={figures.data ?? null} />
      )}
    </div>
  );
}

function Whole({ asset }: { asset: Asset }) {
  const shown = pictureOf(asset);
  return (
    <div className="rounded-box bg-base-300">
      {shown !== null && (
        <img src={shown} alt={asset.name} className="max-h-[70dvh] w-full rounded-box object-contain" />
      )}
    </div>
  );
}
