import { type ReactNode, useId } from 'react';

interface Props {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A part of a page, on a surface of its own. */
export function Panel({ title, actions, children, className = '' }: Props) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={`min-w-0 rounded-box border border-base-300 bg-base-100 p-4 ${className}`}
    >
      <div className="mb-3 flex min-h-8 flex-wrap items-center gap-2">
        <h2 id={id} className="min-w-0 flex-1 text-lg font-semibold wrap-anywhere">
          {title}
        </h2>
        {actions}
      </div>
      {children}
    </section>
  );
}
