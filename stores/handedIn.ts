import { HANDED_IN } from '../domain/import.ts';
import type { Sql } from './postgres/database.ts';

/** `… in (…)`, to be put behind the kind of an import: whether somebody handed its items in. */
export const handedIn = (sql: Sql): ReturnType<Sql> => sql`in ${sql([...HANDED_IN])}`;
