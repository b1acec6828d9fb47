import { type ReactNode, useId } from 'react';

interface Props {
  label: string;
  hint?: string;
  /** Draws the input, with the id that the label names and what describes it. */
  children: (named: { id: string; 'aria-describedby'?: string }) => ReactNode;
  className?: string;
}

/** One input with its label above and a hint below. */
export function Field({ label, hint, children, className = '' }: Props) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      {children({ id, ...(hint !== undefined && { 'aria-describedby': `${id}-hint` }) })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
