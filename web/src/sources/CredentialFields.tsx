import { Field } from '../layout/Field.tsx';
import { useWords } from '../words/useWords.ts';
import type { CredentialForm } from './credentialForms.ts';

export type GivenCredentials = Record<string, string> | null;

interface Props {
  forms: readonly CredentialForm[];
  given: GivenCredentials;
  /** Something is kept already; leaving this alone leaves it. */
  kept: boolean;
  onChange: (given: GivenCredentials) => void;
}

/** Who to be at a source. What is typed is sealed and never shown again. */
export function CredentialFields({ forms, given, kept, onChange }: Props) {
  const { sources } = useWords();
  const form = forms.find(({ type }) => type === given?.['type']);
  if (forms.length === 0) return null;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <Field label={sources.credentials} {...(kept && { hint: sources.credentialsKept })}>
        {(named) => (
          <select
            {...named}
            className="select w-full"
            value={given?.['type'] ?? ''}
            onChange={({ target: { value } }) => onChange(value === '' ? null : { type: value })}
          >
            <option value="">{kept ? sources.asBefore : sources.nobody}</option>
            {forms.map(({ type }) => (
              <option key={type} value={type}>
                {sources.waysIn(type)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {form?.fields.map(({ name, secret, needed, long }) => (
        <Field key={name} label={sources.credentialField(name)}>
          {(named) =>
            long ? (
              <textarea
                {...named}
                className="textarea min-h-24 w-full font-mono text-xs"
                required={needed}
                spellCheck={false}
                value={given?.[name] ?? ''}
                onChange={({ target: { value } }) => onChange({ ...given, [name]: value })}
              />
            ) : (
              <input
                {...named}
                className="input w-full"
                type={secret ? 'password' : 'text'}
                autoComplete={secret ? 'new-password' : 'off'}
                required={needed}
                value={given?.[name] ?? ''}
                onChange={({ target: { value } }) => onChange({ ...given, [name]: value })}
              />
            )
          }
        </Field>
      ))}
    </div>
  );
}
