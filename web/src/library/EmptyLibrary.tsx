import { FolderInput, ImagePlus, Link2 } from 'lucide-react';

const WAYS = [
  [ImagePlus, 'Drop images or whole folders', 'anywhere on this page. They are sent from this browser.'],
  [Link2, 'Paste the address of a web directory', 'such as https://example.org/photos/ and press Start.'],
  [
    FolderInput,
    'Or give the path of a folder',
    'on the machine that runs Tributary, such as /home/me/photos.',
  ],
] as const;

export function EmptyLibrary({ filtered }: { filtered: boolean }) {
  if (filtered) return <p className="py-12 text-center text-muted">No images came from there yet.</p>;
  return (
    <div className="rounded-box border border-dashed border-base-content/25 px-6 py-12 sm:py-20">
      <div className="mx-auto max-w-md">
        <h2 className="text-xl font-semibold">Nothing here yet</h2>
        <p className="mt-1 text-muted">Bring your first images in. There are three ways:</p>
        <ol className="mt-6 space-y-5">
          {WAYS.map(([Icon, what, how]) => (
            <li key={what} className="flex gap-4">
              <span className="flex size-10 shrink-0 items-center justify-center rounded-full bg-primary/10 text-primary">
                <Icon aria-hidden className="size-5" />
              </span>
              <p>
                <span className="font-medium">{what}</span>
                <br />
                <span className="text-muted">{how}</span>
              </p>
            </li>
          ))}
        </ol>
        <p className="mt-6 text-sm text-muted">The same image is kept only once, however often it comes.</p>
      </div>
    </div>
  );
}
