import { type PointerEvent, type RefObject, useRef } from 'react';
import { formatShare } from '../format/size.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import { type Box, moved, resized, type ShownBox } from './boxes.ts';
import type { Editor } from './useEditor.ts';

interface Props {
  editor: Editor;
  stage: RefObject<HTMLDivElement | null>;
  /** The box that keys are about, where that is not the chosen one. */
  target?: ShownBox | null;
}

const place = ([x, y, width, height]: Box) => ({
  left: `${x * 100}%`,
  top: `${y * 100}%`,
  width: `${width * 100}%`,
  height: `${height * 100}%`,
});
/** Lines and letters keep their size however close one looks. */
const LINE = 'calc(2px / var(--zoom))';

/** Boxes over a picture. */
export function BoxLayer({ editor, stage, target = editor.chosen }: Props) {
  const { list, shown, mode } = editor;
  return (
    <>
      {shown &&
        list.map((box) =>
          mode === 'shaping' && box === editor.chosen ? null : (
            <Shown
              key={box.key}
              box={box}
              chosen={box.key === target?.key}
              onChoose={() => editor.choose(box)}
            />
          ),
        )}
      {mode !== 'looking' && <Drawing editor={editor} stage={stage} />}
    </>
  );
}

function Shown({ box, chosen, onChoose }: { box: ShownBox; chosen: boolean; onChoose: () => void }) {
  const { asset } = useWords();
  const colour = box.origin === 'human' ? 'border-success' : 'border-warning';
  const text = `${box.kind ?? box.label}${box.confidence === null ? '' : ` ${formatShare(box.confidence)}`}`;
  return (
    <button
      type="button"
      tabIndex={-1}
      data-box={box.key}
      aria-pressed={chosen}
      aria-label={asset.box(text)}
      className={`absolute ${colour} ${chosen ? 'z-10 bg-primary/15' : ''}`}
      style={{
        ...place(box.box),
        borderStyle: box.origin === 'human' ? 'solid' : 'dashed',
        borderWidth: chosen ? `calc(4px / var(--zoom))` : LINE,
        boxShadow: `0 0 0 calc(1px / var(--zoom)) rgb(0 0 0 / 0.55)`,
      }}
      onPointerDown={(event) => event.stopPropagation()}
      onClick={onChoose}
    >
      <span
        className="absolute start-0 bottom-full max-w-64 origin-bottom-left truncate rounded-t-sm bg-black/75 px-1 text-xs whitespace-nowrap text-white"
        style={{ transform: 'scale(calc(1 / var(--zoom)))' }}
      >
        <Name>{text}</Name>
      </span>
    </button>
  );
}

interface Drag {
  from: { x: number; y: number };
  box: Box;
  what: 'draw' | 'move' | 'resize';
}

/** What is drawn or shaped: dragged by its middle or its corner, or drawn anew beside it. */
function Drawing({ editor, stage }: Pick<Props, 'editor' | 'stage'>) {
  const drag = useRef<Drag | null>(null);
  const { draft, mode } = editor;

  const pointOf = ({ clientX, clientY }: PointerEvent): { x: number; y: number } => {
    const box = stage.current?.getBoundingClientRect();
    if (box === undefined) return { x: 0, y: 0 };
    return { x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height };
  };
  const begin = (what: Drag['what']) => (event: PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { from: pointOf(event), box: draft ?? [0, 0, 0, 0], what };
  };
  function onPointerMove(event: PointerEvent): void {
    if (drag.current === null) return;
    event.stopPropagation();
    const { from, box, what } = drag.current;
    const to = pointOf(event);
    if (what === 'draw') editor.drag(from, to);
    else editor.put((what === 'move' ? moved : resized)(box, to.x - from.x, to.y - from.y));
  }
  const end = (event: PointerEvent): void => {
    event.stopPropagation();
    drag.current = null;
  };
  const follow = { onPointerMove, onPointerUp: end, onPointerCancel: end };

  return (
    <>
      {mode === 'drawing' && (
        <div className="absolute inset-0 z-10 cursor-crosshair" onPointerDown={begin('draw')} {...follow} />
      )}
      {draft !== null && (
        <div
          data-draft
          className="absolute z-20 cursor-move border-primary bg-primary/15"
          style={{ ...place(draft), borderStyle: 'solid', borderWidth: `calc(3px / var(--zoom))` }}
          onPointerDown={begin('move')}
          {...follow}
        >
          <span
            className="absolute -end-2 -bottom-2 size-4 cursor-nwse-resize rounded-full border-2 border-white bg-primary"
            style={{ transform: 'scale(calc(1 / var(--zoom)))' }}
            onPointerDown={begin('resize')}
            {...follow}
          />
        </div>
      )}
    </>
  );
}
