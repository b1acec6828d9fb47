import { CircleAlert, CircleCheck } from 'lucide-react';
import type { Schemas } from '../../../client/client.ts';
import { formatBytes } from '../format/size.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

/** What a test of a source saw. */
export function SeenPanel({ seen }: { seen: Schemas['SourceTestReport'] }) {
  const { sources } = useWords();
  const Icon = seen.ok ? CircleCheck : CircleAlert;
  return (
    <section aria-label={sources.seen} className="mt-3 rounded-md bg-base-200 p-3 text-sm">
      <p className="flex items-center gap-2 font-medium">
        <Icon aria-hidden className={`size-4 shrink-0 ${seen.ok ? 'text-success' : 'text-error'}`} />
        {seen.error === null ? sources.listed(seen.listed, seen.complete) : <Name>{seen.error.detail}</Name>}
      </p>
      <ul className="mt-2 max-h-56 space-y-1 overflow-y-auto">
        {seen.fetched.map((file) => (
          <li key={`fetched ${file.name}`} className="break-words">
            <Name>{file.name}</Name>{' '}
            <span className={file.error === null && file.format !== null ? 'text-success' : 'text-error'}>
              {file.error === null
                ? sources.fetched(formatBytes(file.bytes), file.format ?? sources.noImage)
                : file.error.detail}
            </span>
          </li>
        ))}
        {seen.sample
          .filter(({ name }) => !seen.fetched.some((file) => file.name === name))
          .map((file) => (
            <li key={file.name} className="break-words text-muted">
              <Name>{file.name}</Name> {file.skip !== null && `(${sources.leftOut})`}
            </li>
          ))}
      </ul>
    </section>
  );
}
