import type { Editor } from './useEditor.ts';
import type { Zoom } from './useZoom.ts';

const ARROWS: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Whether keys belong to a field, and not to the picture. */
export function isInField(event: KeyboardEvent): boolean {
  return event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
}

interface Keys {
  editor: Editor;
  zoom: Zoom;
  may: boolean;
}

/**
 * What a key means over a picture with boxes.
 * @returns whether it meant anything
 */
export function onEditorKey(event: KeyboardEvent, { editor, zoom, may }: Keys): boolean {
  if (isInField(event) || event.altKey || event.ctrlKey || event.metaKey) return false;
  const { key } = event;
  if (editor.mode !== 'looking') {
    const arrow = ARROWS[key];
    if (arrow !== undefined) editor.nudge(arrow[0], arrow[1], event.shiftKey);
    // A button that has the focus does what it says.
    else if (key === 'Enter' && !isOnButton(event)) editor.save();
    else if (key === 'Escape') editor.stop();
    else return false;
    return true;
  }
  if (key === '+' || key === '=') zoom.larger();
  else if (key === '-') zoom.smaller();
  else if (key === '0') zoom.fit();
  else if (key === 'j') editor.step(1);
  else if (key === 'k') editor.step(-1);
  else if (key === 'b') editor.setShown(!editor.shown);
  else if (!may) return false;
  else if (key === 'c') editor.confirmChosen();
  else if (key === 'x') editor.removeChosen();
  else if (key === 'm') editor.shape();
  else if (key === 'a') editor.draw();
  else if (key === 'n') editor.nothing(editor.annotations?.nothing_here !== true);
  else if (key === 'e') focusLabel();
  else return false;
  return true;
}

function isOnButton({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.matches('button, a, summary');
}

function focusLabel(): void {
  const field = document.querySelector<HTMLInputElement>('input[data-label]');
  field?.focus();
  field?.select();
}
