import { type RefObject, useEffect, useRef } from 'react';
import { useMay } from '../access/useMay.ts';
import type { Asset, Image } from '../api/types.ts';
import { Unreadable } from '../layout/Unreadable.tsx';
import { Waiting } from '../layout/Waiting.tsx';
import { useWords } from '../words/useWords.ts';
import { BoxLayer } from './BoxLayer.tsx';
import { BoxPanel } from './BoxPanel.tsx';
import { Details } from './Details.tsx';
import { onEditorKey } from './editorKeys.ts';
import { KeyHelp } from './KeyHelp.tsx';
import { useEditor } from './useEditor.ts';
import { useZoom } from './useZoom.ts';
import { Viewer } from './Viewer.tsx';

interface Props {
  id: number;
  image: Image | undefined;
  asset: Asset | undefined;
  error: Error | null;
  /** Is given what keys mean here. */
  onKey: RefObject<(event: KeyboardEvent) => boolean>;
}

/** The picture with its boxes, and what is known of it. */
export function Opened({ id, image, asset, error, onKey }: Props) {
  const { asset: words } = useWords();
  const may = useMay('contributor');
  const room = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const zoom = useZoom(room, stage);
  const editor = useEditor(id);
  useEffect(() => {
    onKey.current = (event) => onEditorKey(event, { editor, zoom, may });
  });

  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto md:flex-row md:overflow-hidden">
      <Viewer image={image} asset={asset} zoom={zoom} room={room} stage={stage}>
        <BoxLayer editor={editor} stage={stage} />
      </Viewer>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label={words.about}
        className="space-y-5 p-4 md:w-92 md:shrink-0 md:overflow-y-auto md:border-s md:border-base-300 lg:w-104"
      >
        {asset === undefined ? (
          error === null ? (
            <Waiting />
          ) : (
            <Unreadable error={error} />
          )
        ) : (
          <>
            {asset.status === 'ready' && <BoxPanel editor={editor} />}
            <Details asset={asset} />
            <KeyHelp keys={words.keys} />
          </>
        )}
      </section>
    </div>
  );
}
