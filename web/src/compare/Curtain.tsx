import { useState } from 'react';
import type { Asset } from '../api/types.ts';
import { aspectOf } from '../library/aspect.ts';
import { visibleText } from '../names/visible.ts';
import { useWords } from '../words/useWords.ts';
import { pictureOf } from './pictureOf.ts';

/** One picture over the other, as far as the slider is drawn. */
export function Curtain({ pair: [first, second] }: { pair: readonly [Asset, Asset] }) {
  const { compare: words } = useWords();
  const [share, setShare] = useState(50);
  const layer = (asset: Asset, clip: string | null) => {
    const shown = pictureOf(asset);
    return shown === null ? null : (
      <img
        src={shown}
        alt={visibleText(asset.name)}
        draggable={false}
        className="absolute inset-0 size-full rounded-box object-fill select-none"
        style={clip === null ? {} : { clipPath: clip }}
      />
    );
  };
  return (
    <div>
      <div
        className="relative mx-auto max-h-[70dvh] max-w-full rounded-box bg-base-300"
        style={{ aspectRatio: aspectOf(first), width: `min(100%, 70dvh * ${aspectOf(first)})` }}
      >
        {layer(first, null)}
        {layer(second, `inset(0 0 0 ${share}%)`)}
        <div
          aria-hidden
          className="pointer-events-none absolute inset-y-0 w-0.5 bg-white shadow-[0_0_0_1px_rgb(0_0_0/0.5)]"
          style={{ left: `${share}%` }}
        />
        <input
          type="range"
          min={0}
          max={100}
          value={share}
          aria-label={words.curtain}
          onChange={(event) => setShare(Number(event.target.value))}
          className="absolute inset-0 size-full cursor-ew-resize opacity-0"
        />
      </div>
      <input
        type="range"
        aria-hidden
        tabIndex={-1}
        min={0}
        max={100}
        value={share}
        onChange={(event) => setShare(Number(event.target.value))}
        className="range range-primary range-sm mt-3 w-full"
      />
    </div>
  );
}
