import { pluralIn } from '../plural.ts';

const plural = pluralIn('en');

/** Texts of where images were taken. */
export const map = {
  title: 'Map',
  intro: 'Where images were taken. A larger disc has more of them; it opens when you choose it.',
  everything: 'Show everything',
  inLibrary: (count: number) => `${plural(count, 'image', 'images')} in the library`,
  none: 'No image says where it was taken',
  noneAdvice: 'Phones and some cameras write a position into their pictures. Such pictures appear here.',
  places: (count: number) => plural(count, 'place', 'places'),
  imagesAt: (count: number, where: string) => `${plural(count, 'image', 'images')} near ${where}`,
};
