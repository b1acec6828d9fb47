import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { Image } from '../api/types.ts';
import { BoxLayer } from '../asset/BoxLayer.tsx';
import { BoxPanel } from '../asset/BoxPanel.tsx';
import { boxesOf, type ShownBox } from '../asset/boxes.ts';
import { isInField, onEditorKey } from '../asset/editorKeys.ts';
import { KeyHelp } from '../asset/KeyHelp.tsx';
import { useEditor } from '../asset/useEditor.ts';
import { useKeys } from '../asset/useKeys.ts';
import { useZoom } from '../asset/useZoom.ts';
import { Viewer } from '../asset/Viewer.tsx';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { Answers } from './Answers.tsx';
import type { History } from './history.ts';
import { Strip } from './Strip.tsx';
import { useLabels } from './useLabels.ts';
import type { Queue } from './useQueue.ts';
import { useWholeSequence } from './useWholeSequence.ts';

interface Props {
  image: Image;
  queue: Queue;
  history: History;
  may: boolean;
}

const NONE: ReadonlySet<string> = new Set();

/** One image that waits, and every decision about it by one key. */
export function Decision({ image, queue, history, may }: Props) {
  const { api, announcer, toasts } = useParts();
  const { review } = useWords();
  const queries = useQueryClient();
  const place = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const zoom = useZoom(room, stage);
  const editor = useEditor(image.id, (said) => {
    history.push(said);
    announcer.set(said.text);
  });
  // The next key is for the next box, also while the answer to this one is under way.
  const [given, setGiven] = useState<ReadonlySet<string>>(NONE);
  useEffect(() => {
    if (!editor.busy) setGiven(NONE);
  }, [editor.busy]);
  const labels = useLabels();
  const whole = useWholeSequence(queue, history);
  const { data: asset } = useQuery({ queryKey: ['asset', image.id], queryFn: () => api.getAsset(image.id) });
  // What the slider hides waits as well.
  const waiting =
    editor.annotations === null
      ? []
      : boxesOf(editor.annotations, null).filter(
          ({ origin, key }) => origin === 'machine' && !given.has(key),
        );
  const target =
    (editor.chosen !== null && !given.has(editor.chosen.key) ? editor.chosen : waiting[0]) ?? null;
  const decided =
    editor.annotations !== null && waiting.length === 0 && given.size === 0 && editor.mode === 'looking';

  const { finish } = queue;
  useEffect(() => {
    if (decided && !editor.busy) finish(image.id);
  });
  useEffect(() => {
    place.current?.focus({ preventScroll: true });
  }, []);
  const coming = queue.ahead.map(({ id }) => id).join();
  useEffect(() => {
    for (const id of coming === '' ? [] : coming.split(',').map(Number)) {
      void queries.prefetchQuery({ queryKey: ['annotations', id], queryFn: () => api.annotations(id) });
      void queries.prefetchQuery({ queryKey: ['asset', id], queryFn: () => api.getAsset(id) });
    }
  }, [coming, queries, api]);

  async function undo(): Promise<void> {
    const said = history.pop();
    if (said === undefined) return;
    try {
      await said.undo();
      queue.returnTo(said.id);
      announcer.set(review.undone);
    } catch (error) {
      toasts.complain(messageOf(error));
    }
  }
  function give(answer: (box: ShownBox) => void): void {
    if (target === null) return;
    setGiven(new Set([...given, target.key]));
    answer(target);
  }
  const answers = {
    confirm: () => give(editor.confirm),
    reject: () => give(editor.remove),
    nothing: () => editor.nothing(true),
    label: (label: string) => give((box) => editor.change(box, { label })),
    confirmAll: () => void whole('confirm', queue.group),
    nothingAll: () => void whole('nothing', queue.group),
    skip: () => queue.skip(image),
    undo: () => void undo(),
  };

  useKeys(place, (event) => {
    if (isInField(event) || event.altKey || event.ctrlKey || event.metaKey) return false;
    if (editor.mode === 'looking' && may && answered(event)) return true;
    return onEditorKey(event, { editor, zoom, may });
  });
  /** @returns whether the key was an answer */
  function answered(event: KeyboardEvent): boolean {
    const label = labels[Number(event.key) - 1];
    if (event.key === 'c') answers.confirm();
    else if (event.key === 'x') answers.reject();
    else if (event.key === 'n') answers.nothing();
    else if (event.key === 'C') answers.confirmAll();
    else if (event.key === 'N') answers.nothingAll();
    else if (event.key === 's' || event.key === 'ArrowRight') answers.skip();
    else if (event.key === 'u') answers.undo();
    else if (label !== undefined) answers.label(label);
    else return false;
    return true;
  }

  return (
    <div ref={place} tabIndex={-1} data-keys data-deciding={image.id} className="focus:outline-none">
      <Strip group={queue.group} current={image.id} isDone={queue.isDone} onGo={queue.returnTo} />
      <div className="flex flex-col overflow-hidden rounded-box border border-base-300 bg-base-100 md:h-[calc(100dvh-17rem)] md:min-h-96 md:flex-row">
        <Viewer image={image} asset={asset} zoom={zoom} room={room} stage={stage}>
          <BoxLayer editor={editor} stage={stage} target={target} />
        </Viewer>
        <div className="space-y-5 p-4 md:w-88 md:shrink-0 md:overflow-y-auto md:border-s md:border-base-300">
          <h2 className="font-medium wrap-anywhere">
            <Name>{image.name}</Name>
          </h2>
          {may && (
            <Answers answers={answers} labels={labels} several={queue.group.length} busy={editor.busy} />
          )}
          <BoxPanel editor={editor} />
          <KeyHelp keys={review.keys} />
        </div>
      </div>
    </div>
  );
}
