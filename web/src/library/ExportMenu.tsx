import { Download } from 'lucide-react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import type { ExportFormat } from '../api/types.ts';
import { useWords } from '../words/useWords.ts';

/** Formats that need nothing but images. */
const FORMATS = ['csv', 'coco', 'yolo', 'megadetector', 'darwin_core'] as const satisfies ExportFormat[];

/** Has a file written of what is known of images; the page of exports has it when it is done. */
export function ExportMenu({ ids, onDone }: { ids: readonly number[]; onDone: () => void }) {
  const { library } = useWords();
  const { api, toasts } = useParts();
  const may = useMay('contributor');
  if (!may) return null;

  async function begin(format: string): Promise<void> {
    const known = FORMATS.find((each) => each === format);
    if (known === undefined) return;
    try {
      await api.exportImages(ids, known);
      toasts.say({ text: library.exporting(ids.length) });
      onDone();
    } catch (error) {
      toasts.complain(messageOf(error));
    }
  }

  return (
    <label className="btn btn-ghost btn-sm has-focus-visible:outline-2 has-focus-visible:outline-primary">
      <Download aria-hidden className="size-4" />
      <span className="sr-only">{library.exportAs}</span>
      <select
        className="cursor-pointer bg-transparent focus:outline-none"
        value=""
        onChange={(event) => void begin(event.target.value)}
      >
        <option value="" disabled>
          {library.exportAs}
        </option>
        {FORMATS.map((format) => (
          <option key={format} value={format} className="text-base-content">
            {library.formats[format]}
          </option>
        ))}
      </select>
    </label>
  );
}
