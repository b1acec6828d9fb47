import { formatNumber, formatShare } from '../format/size.ts';

interface Props {
  name: string;
  value?: string;
  /** 0–1; `null`: not known yet. */
  share?: number | null;
  number?: number | null;
}

/** One number with its name. */
export function Figure({ name, value, share, number }: Props) {
  const text = value ?? (share != null ? formatShare(share) : number != null ? formatNumber(number, 2) : '–');
  return (
    <div>
      <dt className="text-sm text-muted">{name}</dt>
      <dd className="text-xl font-semibold tabular-nums">{text}</dd>
    </div>
  );
}
