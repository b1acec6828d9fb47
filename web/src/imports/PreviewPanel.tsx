import { CircleAlert, FileImage, FileX } from 'lucide-react';
import type { Schemas } from '../../../client/client.ts';
import { formatBytes, formatCount } from '../format/size.ts';
import { Name } from '../names/Name.tsx';
import { useWords } from '../words/useWords.ts';

/** What a place is, what would be done with it, and its first files. */
export function PreviewPanel({ preview }: { preview: Schemas['ImportPreview'] }) {
  const { add } = useWords();
  const wanted = preview.listed - preview.skipped;
  return (
    <section aria-label={add.previewTitle} className="rounded-box border border-base-300 p-4">
      <p className="font-medium">
        {add.isA(preview.title)}{' '}
        <span className="font-normal text-muted wrap-anywhere">{preview.address}</span>
      </p>
      {preview.error === null ? (
        <>
          <p className="mt-1">
            {preview.listed === 0
              ? add.nothingThere
              : preview.complete
                ? add.willBring(wanted)
                : add.willBringMore(wanted)}
            {preview.skipped > 0 && ` ${add.willSkip(preview.skipped)}`}
          </p>
          <ul className="mt-3 max-h-72 space-y-1 overflow-y-auto text-sm" aria-label={add.firstFiles}>
            {preview.sample.map((file) => {
              const Icon = file.skip === null ? FileImage : FileX;
              return (
                <li key={file.name} className="flex items-center gap-2">
                  <Icon
                    aria-hidden
                    className={`size-4 shrink-0 ${file.skip === null ? 'text-primary' : 'text-muted'}`}
                  />
                  <span className={`min-w-0 flex-1 truncate ${file.skip === null ? '' : 'text-muted'}`}>
                    <Name>{file.name}</Name>
                  </span>
                  <span className="text-muted tabular-nums">
                    {file.skip !== null ? add.leftOut : file.size !== null ? formatBytes(file.size) : ''}
                  </span>
                </li>
              );
            })}
          </ul>
          {preview.listed > preview.sample.length && (
            <p className="mt-2 text-sm text-muted">
              {add.andMore(formatCount(preview.listed - preview.sample.length))}
            </p>
          )}
        </>
      ) : (
        <div role="alert" className="mt-2 flex gap-2 break-words">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-error" />
          <p>
            <span className="font-medium">{preview.error.title}.</span> <Name>{preview.error.detail}</Name>{' '}
            <span className="text-muted">{preview.error.advice}</span>
          </p>
        </div>
      )}
    </section>
  );
}
