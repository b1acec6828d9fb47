/** Counts as they are said in a language: `plural('en')(2310, 'image', 'images')` is `2,310 images`. */
export const pluralIn =
  (language: string) =>
  (count: number, one: string, many: string): string =>
    `${count.toLocaleString(language)} ${count === 1 ? one : many}`;
