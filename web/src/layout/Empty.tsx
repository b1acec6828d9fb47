import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface Props {
  icon: LucideIcon;
  title: string;
  /** What will be here, and how it comes about. */
  advice: string;
  /** The first step. */
  children?: ReactNode;
}

/** Where nothing is yet: says what the place is for, and how to begin. */
export function Empty({ icon: Icon, title, advice, children }: Props) {
  return (
    <div className="rounded-box border border-dashed border-base-content/25 px-6 py-12 text-center">
      <span className="mx-auto flex size-12 items-center justify-center rounded-full bg-primary/10 text-primary">
        <Icon aria-hidden className="size-6" />
      </span>
      <p className="mt-3 text-lg font-semibold">{title}</p>
      <p className="mx-auto mt-1 max-w-md text-muted">{advice}</p>
      {children !== undefined && <div className="mt-5 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}
