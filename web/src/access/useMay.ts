import type { Role } from '../../../domain/access.ts';
import { useParts } from '../api/parts.ts';
import { useStore } from '../api/useStore.ts';

/** Whether whoever looks at the page may do what needs this role. What they may not is not offered. */
export function useMay(role: Role | 'installation'): boolean {
  const { session } = useParts();
  useStore(session.state);
  return session.may(role);
}
