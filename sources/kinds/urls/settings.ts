import { z } from 'zod';
import { Failure } from '../../../domain/failures.ts';
import { isSafeName } from '../../names.ts';
import { parseHttpUrl } from '../../reach/address.ts';
import type { Json } from '../../source.ts';

const MAX_ITEMS = 10_000;
/** The list is stored with its import and read with every batch of it. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

const ITEM = z.strictObject({
  url: z.string(),
  /** File name; without it, the last part of the address. */
  name: z.string().max(1_024).refine(isSafeName).optional(),
  /** Bytes, exactly. */
  size: z.int().min(0).optional(),
  /** Anything that changes with the content. */
  etag: z.string().min(1).max(200).optional(),
  /** Of the whole file, in hexadecimal. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .optional(),
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}$/i)
    .optional(),
  /** Time of the last change, ISO 8601. */
  modified: z.iso.datetime({ offset: true }).optional(),
});

/** What a list of addresses is told: the list itself. `account` is ours: whom the addresses ask. */
const SETTINGS = z.strictObject({
  items: z.array(ITEM).min(1).max(MAX_ITEMS),
  account: z.string().optional(),
});

export type UrlItem = z.infer<typeof ITEM>;

export interface UrlsSettings {
  items: UrlItem[];
  /** The one host of all addresses, or a word for many. */
  account: string;
}

/**
 * The list with each address in one spelling, each address once.
 * @throws Failure `bad_address` naming the item or setting that is wrong; addresses are never echoed.
 */
export function readSettings(settings: Json): UrlsSettings {
  const read = SETTINGS.safeParse(settings);
  if (!read.success) throw unusable(read.error);
  const items = new Map<string, UrlItem>();
  const hosts = new Set<string>();
  let characters = 0;
  for (const [index, item] of read.data.items.entries()) {
    const url = urlOf(item.url, index);
    characters += url.href.length;
    hosts.add(url.host);
    if (!items.has(url.href)) items.set(url.href, { ...item, url: url.href });
  }
  if (characters > MAX_CHARACTERS) {
    throw new Failure(
      'bad_address',
      `The addresses have more than ${MAX_CHARACTERS} characters. Make several lists.`,
    );
  }
  const [host = ''] = hosts;
  return { items: [...items.values()], account: hosts.size === 1 ? host : 'many hosts' };
}

function unusable(error: z.ZodError): Failure {
  const issue = error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const at = [...(issue?.path ?? []), ...unknown].join('.');
  const many =
    issue?.code === 'too_big' && at === 'items' ? ` A list has at most ${MAX_ITEMS} addresses.` : '';
  return new Failure('bad_address', `The setting "${at}" of the list of addresses cannot be used.${many}`);
}

const STORED = z.object({ items: z.array(z.unknown()).min(1), account: z.string() });

/** What `readSettings` made, read back; reading all 10,000 items closely each time would hold the event loop. */
export interface StoredList {
  account: string;
  length: number;
  /** @throws Failure `bad_address` */
  slice(from: number, to: number): UrlItem[];
}

/** @throws Failure `bad_address` */
export function openStored(settings: Json): StoredList {
  const read = STORED.safeParse(settings);
  if (!read.success) throw unusable(read.error);
  const { items, account } = read.data;
  return {
    account,
    length: items.length,
    slice(from, to) {
      const some = z.array(ITEM).safeParse(items.slice(from, to));
      if (!some.success) throw unusable(some.error);
      return some.data;
    },
  };
}

function urlOf(url: string, index: number): URL {
  try {
    return parseHttpUrl(url);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure('bad_address', `Address ${index + 1} of the list cannot be used. ${error.message}`);
  }
}

/** Addresses as people paste them: one a line; empty lines and lines that begin with `#` are left out. */
export function itemsOfText(text: string): { url: string }[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((url) => ({ url }));
}
