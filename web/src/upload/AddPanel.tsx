import { FolderOpen, ImagePlus } from 'lucide-react';
import { type ChangeEvent, useRef } from 'react';
import { useParts } from '../api/parts.ts';
import { AddressForm } from '../imports/AddressForm.tsx';
import { ACCEPT } from './imageNames.ts';
import { UploadStatus } from './UploadStatus.tsx';

/** The one place where images are added: from this browser above, from elsewhere below. */
export function AddPanel() {
  const { uploads } = useParts();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  function onChosen(event: ChangeEvent<HTMLInputElement>): void {
    uploads.begin();
    uploads.add([...(event.target.files ?? [])], event.target === folder.current);
    // Else choosing the same file again would not be a change.
    event.target.value = '';
  }

  return (
    <section aria-labelledby="add-heading" className="rounded-box border border-base-300 bg-base-100 p-4">
      <h2 id="add-heading" className="text-lg font-semibold">
        Add images
      </h2>
      <div className="mt-2.5 rounded-box border border-dashed border-base-content/30 bg-base-200/60 p-4 text-center">
        <p className="font-medium">Drop files or folders anywhere</p>
        <div className="mt-3 flex flex-wrap justify-center gap-2">
          <button type="button" className="btn btn-sm btn-primary" onClick={() => files.current?.click()}>
            <ImagePlus aria-hidden className="size-4" />
            Choose files
          </button>
          <button type="button" className="btn btn-plain btn-sm" onClick={() => folder.current?.click()}>
            <FolderOpen aria-hidden className="size-4" />
            Choose a folder
          </button>
        </div>
        <input
          ref={files}
          type="file"
          hidden
          multiple
          accept={ACCEPT}
          aria-label="Image files"
          onChange={onChosen}
        />
        <input
          ref={folder}
          type="file"
          hidden
          webkitdirectory=""
          aria-label="A folder of images"
          onChange={onChosen}
        />
      </div>
      <UploadStatus />
      <div className="mt-4">
        <AddressForm />
      </div>
    </section>
  );
}
