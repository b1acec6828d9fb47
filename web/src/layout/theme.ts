import { createStore, type Store } from '../api/store.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The colours of the page. */
export interface Themes {
  chosen: Pick<Store<Theme>, 'get' | 'subscribe'>;
  choose(theme: Theme): void;
}

const KEPT = 'tributary-theme';
/** The names that app.css gives them. */
const NAMES = { light: 'stream', dark: 'stream-night' } as const;

/** As the system wishes, until somebody chooses. */
export function createThemes(): Themes {
  const kept = localStorage.getItem(KEPT);
  const chosen = createStore<Theme>(THEMES.find((theme) => theme === kept) ?? 'system');
  show(chosen.get());
  return {
    chosen,
    choose(theme) {
      if (theme === 'system') localStorage.removeItem(KEPT);
      else localStorage.setItem(KEPT, theme);
      show(theme);
      chosen.set(theme);
    },
  };
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = NAMES[theme];
}
