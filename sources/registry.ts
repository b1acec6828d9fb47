import { Failure } from '../domain/failures.ts';
import { KINDS } from './kinds/table.ts';
import type { Json, ParsedAddress, Source, SourceContext, SourceDeps, SourceKind } from './source.ts';

export interface SourceRegistry {
  kinds: readonly SourceKind[];
  /**
   * Finds the kind that an address belongs to, the one named `kind` when that is given.
   * @throws Failure `bad_address`, with what is understood when no kind knows it.
   */
  parse(input: string, kind?: string, options?: { readonly [name: string]: Json }): FoundSource;
  /** @throws Failure `bad_address`: no such kind. */
  get(kind: string): SourceKind;
  /** @throws Failure `bad_address`: no such kind, or settings or credentials that it cannot use. */
  open(kind: string, parsed: ParsedAddress, context: SourceContext): Source;
}

export interface FoundSource {
  kind: string;
  parsed: ParsedAddress;
}

const RANK = { no: 0, generic: 1, specific: 2 } as const;

export function createSourceRegistry(deps: SourceDeps): SourceRegistry {
  const kinds = KINDS.map((create) => create(deps));

  function get(kind: string): SourceKind {
    const found = kinds.find((each) => each.kind === kind);
    if (found) return found;
    throw new Failure(
      'bad_address',
      `There is no kind of source called that. There are: ${kinds.map((each) => each.kind).join(', ')}.`,
    );
  }

  function recognise(input: string): SourceKind {
    const [best] = kinds
      .map((kind) => ({ kind, rank: RANK[kind.recognises(input)] }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => b.rank - a.rank);
    if (best) return best.kind;
    throw new Failure(
      'bad_address',
      `The address is not understood. It can be ${kinds.map((each) => each.looksLike).join(', or ')}.`,
    );
  }

  return {
    kinds,
    get,
    parse(input, name, options) {
      const kind = name === undefined ? recognise(input) : get(name);
      return { kind: kind.kind, parsed: kind.parse(input, options) };
    },
    open(name, parsed, context) {
      const kind = get(name);
      if (context.credentials === null || kind.credentials === null) {
        return kind.open(parsed, { ...context, credentials: null });
      }
      const read = kind.credentials.safeParse(context.credentials);
      if (!read.success) {
        const at = read.error.issues[0]?.path.join('.') ?? '';
        throw new Failure('auth_failed', `The credentials do not fit this kind of source (at "${at}").`);
      }
      return kind.open(parsed, { ...context, credentials: read.data });
    },
  };
}
