import { BookOpen, LogOut } from 'lucide-react';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { LiveSign } from './LiveSign.tsx';
import { Logo } from './Logo.tsx';

export function Header() {
  const { session } = useParts();
  const signedIn = useStore(session.state) === 'in';
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
      {signedIn && (
        <button type="button" className="btn btn-ghost btn-sm" onClick={() => void session.signOut()}>
          <LogOut aria-hidden className="size-4" />
          Sign out
        </button>
      )}
    </header>
  );
}
