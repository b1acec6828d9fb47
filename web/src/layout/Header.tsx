import { BookOpen } from 'lucide-react';
import { LiveSign } from './LiveSign.tsx';
import { Logo } from './Logo.tsx';

export function Header() {
  return (
    <header className="mx-auto flex max-w-[1680px] items-center gap-3 px-4 py-3 lg:px-6">
      <Logo />
      <h1 className="text-xl font-semibold tracking-tight">Tributary</h1>
      <LiveSign />
      <a className="btn btn-ghost btn-sm ms-auto" href="/docs">
        <BookOpen aria-hidden className="size-4" />
        API
        <span className="sr-only"> reference</span>
      </a>
    </header>
  );
}
