import type { Image } from '../api/types.ts';

type Waiting = Pick<Image, 'id' | 'sequence_id' | 'sequence_position'>;

/** Images of a sequence one after the other, where the first of them stands: they are easier told apart together. */
export function together<T extends Waiting>(images: readonly T[]): T[] {
  const sequences = new Map<string | number, T[]>();
  for (const image of images) {
    const key = image.sequence_id ?? image.id;
    sequences.set(key, [...(sequences.get(key) ?? []), image]);
  }
  return [...sequences.values()].flatMap((some) =>
    some.toSorted((a, b) => (a.sequence_position ?? 0) - (b.sequence_position ?? 0)),
  );
}

/** Those of the same sequence as an image that wait as well; it alone when it is in none. */
export function groupOf<T extends Waiting>(images: readonly T[], image: T): T[] {
  if (image.sequence_id === null) return [image];
  return images.filter(({ sequence_id: sequence }) => sequence === image.sequence_id);
}
