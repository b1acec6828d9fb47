import { type ReactNode, useEffect, useId } from 'react';

interface Props {
  title: string;
  intro?: string;
  /** Buttons beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with its one heading, which is the title of the tab too. */
export function Page({ title, intro, actions, children }: Props) {
  const id = useId();
  useEffect(() => {
    document.title = `${title} · Tributary`;
    return () => {
      document.title = 'Tributary';
    };
  }, [title]);
  return (
    <section aria-labelledby={id} className="min-w-0">
      <div className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h1 id={id} className="text-2xl font-semibold tracking-tight wrap-anywhere">
            {title}
          </h1>
          {intro !== undefined && <p className="mt-0.5 max-w-prose text-muted">{intro}</p>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
