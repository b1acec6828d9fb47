import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useParts } from '../api/parts.ts';
import { useWords } from '../words/useWords.ts';

/** Where toasts appear. F6 goes there; pointer and focus keep them. */
export function Toaster() {
  const { toasts } = useParts();
  const { shell } = useWords();
  return (
    <Toast.Provider toastManager={toasts.manager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport
          aria-label={shell.notifications}
          className="fixed inset-x-4 bottom-20 z-50 flex flex-col gap-2 sm:start-auto sm:end-4 sm:w-96 lg:bottom-4"
        >
          <Shown />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Shown() {
  const { toasts } = Toast.useToastManager();
  const { shell } = useWords();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      className={`rounded-box border bg-base-100 text-sm shadow-xl data-limited:hidden ${toast.type === 'error' ? 'border-error/60' : 'border-base-300'}`}
    >
      <Toast.Content className="flex items-center gap-2 py-2 ps-4 pe-2">
        <Toast.Title
          render={<p />}
          className={`min-w-0 flex-1 break-words ${toast.type === 'error' ? 'text-error' : ''}`}
        />
        <Toast.Action className="btn btn-plain btn-sm" />
        <Toast.Close className="btn btn-ghost btn-square btn-sm" aria-label={shell.dismiss}>
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
