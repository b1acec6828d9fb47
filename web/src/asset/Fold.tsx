import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  title: string;
  open?: boolean;
  children: ReactNode;
}

export function Fold({ title, open = false, children }: Props) {
  return (
    <details open={open} className="group border-t border-base-300 pt-3">
      <summary className="flex cursor-pointer list-none items-center gap-1 rounded-sm font-medium">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        {title}
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}
