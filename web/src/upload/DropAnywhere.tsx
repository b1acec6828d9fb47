import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useMay } from '../access/useMay.ts';
import { useParts } from '../api/parts.ts';
import { messageOf } from '../api/problem.ts';
import { useWords } from '../words/useWords.ts';
import { walkDropped } from './dropped.ts';

/** Takes files and folders dropped anywhere on the page, and images pasted into it. */
export function DropAnywhere() {
  const { uploads } = useParts();
  const words = useWords().uploads;
  const may = useMay('contributor');
  const [over, setOver] = useState(false);
  const depth = useRef(0);

  useEffect(() => {
    if (!may) return;
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

    function onEnter(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      // Each element entered and left on the way tells; only the balance says whether the page is left.
      depth.current += 1;
      setOver(true);
    }
    function onLeave(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      depth.current = Math.max(0, depth.current - 1);
      if (depth.current === 0) setOver(false);
    }
    function onOver(event: DragEvent): void {
      if (!holdsFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    }
    function onDrop(event: DragEvent): void {
      if (!holdsFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      depth.current = 0;
      setOver(false);
      uploads.begin();
      walkDropped(event.dataTransfer, uploads.add).catch((error: unknown) =>
        uploads.couldNotRead(messageOf(error)),
      );
    }
    function onPaste(event: ClipboardEvent): void {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      uploads.begin();
      uploads.add(files, false);
    }

    window.addEventListener('dragenter', onEnter);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    window.addEventListener('paste', onPaste);
    return () => {
      window.removeEventListener('dragenter', onEnter);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
      window.removeEventListener('paste', onPaste);
    };
  }, [uploads, may]);

  if (!over) return null;
  return (
    <div aria-hidden className="pointer-events-none fixed inset-0 z-50 bg-base-200/85 p-4 backdrop-blur-xs">
      <div className="flex size-full flex-col items-center justify-center gap-3 rounded-box border-3 border-dashed border-primary text-primary">
        <Download className="size-12" />
        <p className="text-xl font-semibold">{words.dropNow}</p>
      </div>
    </div>
  );
}
