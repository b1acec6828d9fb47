import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';

/** Each takes 19 MiB and a core for 50 ms; more at a time would only make everybody wait. */
const AT_ONCE = 2;
/** What OWASP asks of argon2id, which is the library's default algorithm. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const PASSWORD_CHARS = { min: 12, max: 200 } as const;

export interface Passwords {
  hash(password: string): Promise<string>;
  /** @param known `null`: there is nobody to compare with, which takes as long and is wrong */
  matches(password: string, known: string | null): Promise<boolean>;
}

export function createPasswords(): Passwords {
  const limit = pLimit(AT_ONCE);
  /** Who has no password must not be told apart by the clock. */
  let nobodys: Promise<string> | undefined;
  const hashed = (password: string): Promise<string> => limit(() => hash(password, COST));

  return {
    hash: hashed,
    async matches(password, known) {
      nobodys ??= hashed('nobody has this password');
      const against = known ?? (await nobodys);
      return (await limit(() => verify(against, password))) && known !== null;
    },
  };
}
