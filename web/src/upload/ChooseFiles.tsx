import { FolderOpen, ImagePlus } from 'lucide-react';
import { type ChangeEvent, useRef } from 'react';
import { useParts } from '../api/parts.ts';
import { useWords } from '../words/useWords.ts';
import { ACCEPT } from './imageNames.ts';

/** Files and folders of whoever looks at the page. */
export function ChooseFiles() {
  const { uploads } = useParts();
  const words = useWords().uploads;
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  function onChosen(event: ChangeEvent<HTMLInputElement>): void {
    uploads.begin();
    uploads.add([...(event.target.files ?? [])], event.target === folder.current);
    // Else choosing the same file again would not be a change.
    event.target.value = '';
  }

  return (
    <div className="rounded-box border border-dashed border-base-content/30 bg-base-200/60 p-6 text-center">
      <p className="font-medium">{words.dropAnywhere}</p>
      <div className="mt-3 flex flex-wrap justify-center gap-2">
        <button type="button" className="btn btn-sm btn-primary" onClick={() => files.current?.click()}>
          <ImagePlus aria-hidden className="size-4" />
          {words.chooseFiles}
        </button>
        <button type="button" className="btn btn-plain btn-sm" onClick={() => folder.current?.click()}>
          <FolderOpen aria-hidden className="size-4" />
          {words.chooseFolder}
        </button>
      </div>
      <input
        ref={files}
        type="file"
        hidden
        multiple
        accept={ACCEPT}
        aria-label={words.filesLabel}
        onChange={onChosen}
      />
      <input
        ref={folder}
        type="file"
        hidden
        webkitdirectory=""
        aria-label={words.folderLabel}
        onChange={onChosen}
      />
    </div>
  );
}
