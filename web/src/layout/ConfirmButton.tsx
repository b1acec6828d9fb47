import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { useWords } from '../words/useWords.ts';

interface Props {
  children: ReactNode;
  /** What is about to happen, as a question. */
  question: string;
  /** What becomes of things. */
  advice: string;
  /** The word for doing it. */
  doIt: string;
  onConfirm: () => void;
  className?: string;
}

/** A button for what cannot be undone: asks first. */
export function ConfirmButton({ children, question, advice, doIt, onConfirm, className }: Props) {
  const { shell } = useWords();
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger className={className ?? 'btn btn-ghost btn-sm text-error'}>
        {children}
      </AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/50" />
        <AlertDialog.Popup className="fixed inset-x-4 top-1/4 z-50 mx-auto max-w-md rounded-box bg-base-100 p-5 text-base-content shadow-2xl">
          <AlertDialog.Title className="text-lg font-semibold break-words">{question}</AlertDialog.Title>
          <AlertDialog.Description className="mt-1 text-muted">{advice}</AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Close className="btn btn-plain btn-sm">{shell.cancel}</AlertDialog.Close>
            <AlertDialog.Close className="btn btn-error btn-sm" onClick={onConfirm}>
              {doIt}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
