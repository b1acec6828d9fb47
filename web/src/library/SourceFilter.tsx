const KINDS = [
  ['upload', 'Uploads'],
  ['folder', 'Folders'],
  ['http-directory', 'Web directories'],
  ['rtsp', 'Cameras'],
] as const;

interface Props {
  value: string | null;
  onChange: (value: string | null) => void;
}

export function SourceFilter({ value, onChange }: Props) {
  return (
    <label className="ms-auto flex items-center gap-2 text-sm">
      <span className="text-muted">From</span>
      <select
        className="select select-sm w-auto"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
      >
        <option value="">everywhere</option>
        {KINDS.map(([kind, label]) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
