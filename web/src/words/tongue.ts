import { createStore, type Store } from '../api/store.ts';
import type { Words } from './english.ts';
import { isLanguage, type Language, languageFor } from './languages.ts';

export interface Spoken {
  language: Language;
  words: Words;
}

/** The language of the page, and its texts. */
export interface Tongue {
  spoken: Pick<Store<Spoken>, 'get' | 'subscribe'>;
  /** Speaks another language from now on, and the next time. */
  choose(language: Language): Promise<void>;
}

const KEPT = 'tributary-language';

/** Only the texts of the language that is spoken are loaded. */
const TEXTS: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => (await import('./english.ts')).english,
  de: async () => (await import('./german.ts')).german,
};

/** Speaks what was chosen before, else what the browser wishes for. */
export async function createTongue(): Promise<Tongue> {
  const kept = localStorage.getItem(KEPT);
  const spoken = createStore(await speak(isLanguage(kept) ? kept : languageFor(navigator.languages)));
  return {
    spoken,
    async choose(language) {
      localStorage.setItem(KEPT, language);
      spoken.set(await speak(language));
    },
  };
}

async function speak(language: Language): Promise<Spoken> {
  const words = await TEXTS[language]();
  // For screen readers, and for how numbers and times are written: format/locale.ts.
  document.documentElement.lang = language;
  return { language, words };
}
