import { Toast } from '@base-ui/react/toast';
import type { Words } from '../words/english.ts';

interface Said {
  text: string;
  /** Puts back what was done. A toast with it stays longer. */
  undo?: () => Promise<unknown>;
}

/** Short messages about what was just done, in a corner of the page. */
export interface Toasts {
  manager: ReturnType<typeof Toast.createToastManager>;
  say(said: Said): void;
  /** Says it at once, to screen readers as well. */
  complain(text: string): void;
}

const STAYS_MS = 5_000;
const STAYS_TO_UNDO_MS = 12_000;

export function createToasts(words: () => Words): Toasts {
  const manager = Toast.createToastManager();
  const complain = (text: string): void => {
    manager.add({ type: 'error', title: text, priority: 'high', timeout: STAYS_TO_UNDO_MS });
  };

  function say({ text, undo }: Said): void {
    if (undo === undefined) {
      manager.add({ title: text, timeout: STAYS_MS });
      return;
    }
    const { shell } = words();
    const id = manager.add({
      title: text,
      timeout: STAYS_TO_UNDO_MS,
      actionProps: {
        children: shell.undo,
        onClick() {
          manager.close(id);
          undo().then(
            () => say({ text: shell.undone }),
            (error: unknown) => complain(error instanceof Error ? error.message : String(error)),
          );
        },
      },
    });
  }

  return { manager, say, complain };
}
