import type { TributaryClient } from '../../../client/client.ts';
import type { Session } from '../access/session.ts';
import type { Image } from './types.ts';

/** What calls of the API are made with, whatever they are about. */
export interface Calls {
  client: TributaryClient['api'];
  ask: TributaryClient['ask'];
  /** An address that the browser asks for by itself, with what lets it. */
  seen: Session['viewable'];
}

/** An image with addresses that an `<img>` can show. */
export function viewable<T extends Pick<Image, 'storage_url' | 'card_url' | 'thumb_url'>>(
  { seen }: Pick<Calls, 'seen'>,
  image: T,
): T {
  const seenOr = (address: string | null): string | null => (address === null ? null : seen(address));
  return {
    ...image,
    storage_url: seen(image.storage_url),
    card_url: seenOr(image.card_url),
    thumb_url: seenOr(image.thumb_url),
  };
}
