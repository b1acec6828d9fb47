import { Check, Eye, EyeOff, Plus, SquareDashed, Trash2, X } from 'lucide-react';
import { type KeyboardEvent, useId } from 'react';
import { useMay } from '../access/useMay.ts';
import { formatShare } from '../format/size.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';
import type { Editor } from './useEditor.ts';

/** What is to be seen in an image, and what somebody says of that. */
export function BoxPanel({ editor }: { editor: Editor }) {
  const { asset } = useWords();
  const may = useMay('contributor');
  const heading = useId();
  const { annotations, list, chosen, shown, atLeast, mode } = editor;
  if (annotations === null) return null;
  const models = annotations.machine.length > 0;
  return (
    <section aria-labelledby={heading} className="space-y-3">
      <div className="flex items-center gap-2">
        <h3 id={heading} className="flex-1 font-medium">
          {asset.seen(list.length)}
        </h3>
        {list.length > 0 && (
          <button
            type="button"
            className="btn btn-ghost btn-square btn-sm"
            aria-pressed={shown}
            aria-label={asset.showBoxes}
            title={asset.showBoxes}
            onClick={() => editor.setShown(!shown)}
          >
            {shown ? <Eye aria-hidden className="size-4" /> : <EyeOff aria-hidden className="size-4" />}
          </button>
        )}
      </div>
      {annotations.nothing_here && <p className="text-sm text-muted">{asset.nothingHere}</p>}
      <ul className="space-y-1">
        {list.map((box) => (
          <li key={box.key} className="flex items-center gap-1">
            <button
              type="button"
              aria-pressed={box === chosen}
              className={`flex min-w-0 flex-1 items-center gap-2 rounded-md px-2 py-1 text-start text-sm hover:bg-base-200 ${box === chosen ? 'bg-primary/15' : ''}`}
              onClick={() => editor.choose(box === chosen ? null : box)}
            >
              <SquareDashed
                aria-hidden
                className={`size-4 shrink-0 ${box.origin === 'human' ? 'text-success' : 'text-warning'}`}
              />
              <span className="min-w-0 flex-1 truncate">
                <Name>{box.label}</Name>
                {box.kind !== null && box.kind !== box.label && (
                  <span className="text-muted">
                    {' '}
                    · <Name>{box.kind}</Name>
                  </span>
                )}
              </span>
              <span className="shrink-0 text-muted tabular-nums">
                {box.author !== null ? (
                  <Name>{box.author}</Name>
                ) : (
                  box.confidence !== null && formatShare(box.confidence)
                )}
              </span>
            </button>
            {may && (
              <>
                {box.origin === 'machine' && (
                  <button
                    type="button"
                    className="btn btn-ghost btn-square btn-sm text-success"
                    aria-label={asset.confirm(box.label)}
                    title={asset.confirm(box.label)}
                    onClick={() => editor.confirm(box)}
                  >
                    <Check aria-hidden className="size-4" />
                  </button>
                )}
                <button
                  type="button"
                  className="btn btn-ghost btn-square btn-sm text-error"
                  aria-label={asset.reject(box.label)}
                  title={asset.reject(box.label)}
                  onClick={() => editor.remove(box)}
                >
                  <X aria-hidden className="size-4" />
                </button>
              </>
            )}
          </li>
        ))}
      </ul>
      {may && chosen !== null && mode !== 'drawing' && <LabelField editor={editor} key={chosen.key} />}
      {may && mode === 'drawing' && <NewLabel editor={editor} />}
      {models && (
        <label className="block text-sm">
          <span className="flex justify-between text-muted">
            {asset.atLeast}
            <span className="tabular-nums">{atLeast === null ? asset.byLabel : formatShare(atLeast)}</span>
          </span>
          <input
            type="range"
            min={5}
            max={100}
            className="range range-xs w-full"
            value={Math.round((atLeast ?? typical(annotations.machine)) * 100)}
            aria-valuetext={atLeast === null ? asset.byLabel : formatShare(atLeast)}
            onChange={(event) => editor.setAtLeast(Number(event.target.value) / 100)}
            onDoubleClick={() => editor.setAtLeast(null)}
          />
        </label>
      )}
      {may && (
        <div className="flex flex-wrap gap-2">
          <button type="button" className="btn btn-plain btn-sm" onClick={editor.draw}>
            <Plus aria-hidden className="size-4" />
            {asset.addBox}
          </button>
          <button
            type="button"
            className="btn btn-plain btn-sm"
            aria-pressed={annotations.nothing_here}
            onClick={() => editor.nothing(!annotations.nothing_here)}
          >
            <Trash2 aria-hidden className="size-4" />
            {annotations.nothing_here ? asset.somethingAfterAll : asset.sayNothing}
          </button>
        </div>
      )}
    </section>
  );
}

const typical = (machine: readonly { threshold: number }[]): number => machine[0]?.threshold ?? 0.2;

/** Another label for the chosen box. */
function LabelField({ editor }: { editor: Editor }) {
  const { asset } = useWords();
  const { chosen, known, mode } = editor;
  if (chosen === null) return null;
  return (
    <form
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        const label = String(new FormData(event.currentTarget).get('label')).trim();
        if (label !== '' && label !== chosen.label) editor.change(chosen, { label });
        leave(event.currentTarget);
      }}
    >
      <LabelInput name={asset.label} known={known} initial={chosen.label} />
      <button
        type="button"
        className="btn btn-plain btn-sm"
        aria-pressed={mode === 'shaping'}
        onClick={editor.shape}
      >
        {asset.shape}
      </button>
    </form>
  );
}

/** What a new box shows, and where it is. */
function NewLabel({ editor }: { editor: Editor }) {
  const { asset } = useWords();
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        editor.save();
        leave(event.currentTarget);
      }}
    >
      <p className="text-sm text-muted">{asset.drawHint}</p>
      <div className="flex gap-2">
        <LabelInput
          name={asset.newLabel}
          known={editor.known}
          value={editor.label}
          onChange={editor.setLabel}
        />
        <button type="submit" className="btn btn-primary btn-sm">
          {asset.keep}
        </button>
        <button type="button" className="btn btn-plain btn-sm" onClick={editor.stop}>
          {asset.giveUp}
        </button>
      </div>
    </form>
  );
}

interface LabelProps {
  name: string;
  known: readonly string[];
  initial?: string;
  value?: string;
  onChange?: (value: string) => void;
}

const USUAL = ['animal', 'person', 'vehicle'] as const;

function LabelInput({ name, known, initial, value, onChange }: LabelProps) {
  const list = useId();
  return (
    <>
      <input
        name="label"
        data-label
        className="input input-sm min-w-0 flex-1"
        aria-label={name}
        list={list}
        maxLength={200}
        autoComplete="off"
        {...(value === undefined ? { defaultValue: initial } : { value })}
        onChange={(event) => onChange?.(event.target.value)}
        onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          leave(event.currentTarget);
        }}
      />
      <datalist id={list}>
        {[...new Set([...known, ...USUAL])].map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </>
  );
}

/** Back to where keys mean boxes. */
function leave(element: HTMLElement): void {
  element.closest<HTMLElement>('[data-keys]')?.focus();
}
