import { Copy } from 'lucide-react';
import { useParts } from '../api/parts.ts';
import { useWords } from '../words/useWords.ts';

/** A secret that is shown this once. */
export function Shown({ what, secret }: { what: string; secret: string }) {
  const { toasts } = useParts();
  const { settings } = useWords();
  return (
    <div role="status" className="mt-3 rounded-md bg-warning/10 p-3 text-sm">
      <p className="font-medium">{what}</p>
      <div className="mt-2 flex items-center gap-2">
        <code className="min-w-0 flex-1 rounded-sm bg-base-100 p-2 break-all">{secret}</code>
        <button
          type="button"
          className="btn btn-plain btn-square btn-sm"
          aria-label={settings.copy}
          onClick={() => {
            navigator.clipboard.writeText(secret).then(
              () => toasts.say({ text: settings.copied }),
              () => toasts.complain(settings.notCopied),
            );
          }}
        >
          <Copy aria-hidden className="size-4" />
        </button>
      </div>
    </div>
  );
}
