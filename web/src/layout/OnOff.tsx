import { Switch } from '@base-ui/react/switch';

interface Props {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  disabled?: boolean;
}

/** A switch that does what it says at once. */
export function OnOff({ label, on, onChange, disabled = false }: Props) {
  return (
    <Switch.Root
      aria-label={label}
      checked={on}
      disabled={disabled}
      onCheckedChange={onChange}
      className="flex h-6 w-10 shrink-0 cursor-pointer items-center rounded-full bg-base-content/55 p-0.5 transition-colors data-checked:bg-success data-disabled:cursor-default data-disabled:opacity-50"
    >
      <Switch.Thumb className="size-5 rounded-full bg-base-100 transition-transform data-checked:translate-x-4" />
    </Switch.Root>
  );
}
