export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

export const isLanguage = (word: unknown): word is Language => LANGUAGES.some((one) => one === word);

/** The first wish that we speak, else English. @param wishes such as `navigator.languages`: `de-AT` */
export function languageFor(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const language = wish.toLowerCase().split('-')[0];
    if (isLanguage(language)) return language;
  }
  return 'en';
}
