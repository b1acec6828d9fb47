import { useState } from 'react';
import { type Box, between, boxesOf, moved, resized, type ShownBox } from './boxes.ts';
import { type Boxes, type Spoken, useBoxes } from './useBoxes.ts';

/**
 * - `looking`: nothing is changed.
 * - `shaping`: the chosen box is moved and made larger or smaller.
 * - `drawing`: a new box is being made.
 */
type Mode = 'looking' | 'shaping' | 'drawing';

const NEW: Box = [0.35, 0.35, 0.3, 0.3];
const NUDGE = 0.01;

/** The boxes of an image, which one is chosen, and what is being done to it. */
export function useEditor(id: number, onSaid?: (said: Spoken) => void) {
  const boxes: Boxes = useBoxes(id, onSaid);
  const [shown, setShown] = useState(true);
  const [atLeast, setAtLeast] = useState<number | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const [mode, setMode] = useState<Mode>('looking');
  const [draft, setDraft] = useState<Box | null>(null);
  const [label, setLabel] = useState('');
  const list = boxes.annotations === null ? [] : boxesOf(boxes.annotations, atLeast);
  const chosen = list.find((box) => box.key === key) ?? null;
  const known = [...new Set(list.map((box) => box.label))];

  function stop(): void {
    setMode('looking');
    setDraft(null);
  }
  function choose(box: ShownBox | null): void {
    stop();
    setKey(box?.key ?? null);
  }
  function step(by: 1 | -1): void {
    if (list.length === 0) return;
    const at = list.findIndex((box) => box.key === key);
    choose(
      list[at === -1 ? (by === 1 ? 0 : list.length - 1) : (at + by + list.length) % list.length] ?? null,
    );
  }
  /** Goes on to the next box, since the one before is done with. */
  function then(act: (box: ShownBox) => void): void {
    if (chosen === null) return;
    act(chosen);
    const at = list.indexOf(chosen);
    setKey(list[at + 1]?.key ?? null);
  }
  function save(): void {
    if (draft === null) return;
    if (mode === 'shaping' && chosen !== null) boxes.change(chosen, { box: draft });
    if (mode === 'drawing') {
      const name = label.trim();
      if (name === '') return;
      boxes.add(name, draft);
    }
    stop();
  }

  return {
    ...boxes,
    list,
    chosen,
    known,
    shown,
    setShown,
    atLeast,
    setAtLeast,
    mode,
    draft,
    label,
    setLabel,
    choose,
    step,
    stop,
    save,
    confirmChosen: () => then(boxes.confirm),
    removeChosen: () => then(boxes.remove),
    shape() {
      if (chosen === null) return;
      setMode('shaping');
      setDraft(chosen.box);
    },
    draw() {
      setKey(null);
      setShown(true);
      setMode('drawing');
      setDraft(NEW);
      if (label === '') setLabel(known[0] ?? 'animal');
    },
    /** The box that is drawn or shaped, by a pointer. */
    drag: (a: { x: number; y: number }, b: { x: number; y: number }) => setDraft(between(a, b) ?? draft),
    put: (box: Box) => setDraft(box),
    /** The same by arrow keys. */
    nudge(dx: number, dy: number, grow: boolean) {
      if (draft !== null) setDraft((grow ? resized : moved)(draft, dx * NUDGE, dy * NUDGE));
    },
  };
}

export type Editor = ReturnType<typeof useEditor>;
