import { BookOpen, LogOut } from 'lucide-react';
import { Link } from 'react-router';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';
import { useWords } from '../words/useWords.ts';
import { LiveSign } from './LiveSign.tsx';
import { Logo } from './Logo.tsx';
import { BASE } from './places.ts';

const NAME = 'Tributary';

export function Header() {
  const { session } = useParts();
  const { shell } = useWords();
  const signedIn = useStore(session.state) === 'in';
  return (
    <header className="mx-auto flex max-w-[1840px] items-center gap-3 px-4 py-3 lg:px-6">
      <Link to={BASE} className="flex items-center gap-3 text-xl font-semibold tracking-tight">
        <Logo />
        {NAME}
      </Link>
      <LiveSign />
      <a className="btn btn-ghost btn-sm ms-auto" href="/docs" aria-label={shell.apiReference}>
        <BookOpen aria-hidden className="size-4" />
        <span className="max-sm:hidden">API</span>
      </a>
      {signedIn && (
        <button type="button" className="btn btn-ghost btn-sm" onClick={() => void session.signOut()}>
          <LogOut aria-hidden className="size-4" />
          <span className="max-sm:sr-only">{shell.signOut}</span>
        </button>
      )}
    </header>
  );
}
