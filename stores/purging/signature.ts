import { createHmac, timingSafeEqual } from 'node:crypto';
import { createKeyRing, deriveKey } from '../keyRing.ts';
import type { PurgeReport } from './manifest.ts';

/** Shows later that a report was written by this installation and has not been changed since. */
export interface ReportSigner {
  sign(report: Omit<PurgeReport, 'signature'>): PurgeReport;
  verify(report: PurgeReport): 'valid' | 'forged' | 'unsigned' | 'unknown-key';
}

const derive = (secret: string): { id: string; key: Buffer } => ({
  id: deriveKey(secret, 'key id', 6).toString('hex'),
  key: deriveKey(secret, 'purge report', 32),
});

/** JSON with sorted keys and without spaces, so that it does not matter how a report was written down. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** @param previous secrets that reports may have been signed with before */
export function createReportSigner(current: string | null, previous: readonly string[] = []): ReportSigner {
  const keys = createKeyRing(derive, current, previous);
  const mine = keys.current;
  const hmac = (key: Buffer, report: object) => createHmac('sha256', key).update(canonical(report)).digest();

  return {
    sign(report) {
      if (mine === null) return { ...report, signature: null };
      return { ...report, signature: { key_id: mine.id, hmac: hmac(mine.key, report).toString('hex') } };
    },
    verify({ signature, ...report }) {
      if (!signature) return 'unsigned';
      const found = keys.find(signature.key_id);
      if (found === undefined) return 'unknown-key';
      const given = Buffer.from(String(signature.hmac), 'hex');
      const right = hmac(found.key, report);
      return given.length === right.length && timingSafeEqual(given, right) ? 'valid' : 'forged';
    },
  };
}
