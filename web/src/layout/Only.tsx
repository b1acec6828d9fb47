import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Role } from '../../../domain/access.ts';
import { useMay } from '../access/useMay.ts';
import { useWords } from '../words/useWords.ts';
import { Empty } from './Empty.tsx';
import { BASE } from './places.ts';

/** A form that would be refused is not filled in first: links to it may come from anybody. */
export function Only({ needs, children }: { needs: Role; children: ReactNode }) {
  const { shell } = useWords();
  if (useMay(needs)) return children;
  return (
    <Empty icon={Lock} title={shell.needsRole(shell.roles[needs])} advice={shell.askForRole}>
      <Link to={BASE} className="btn btn-primary">
        {shell.goHome}
      </Link>
    </Empty>
  );
}
