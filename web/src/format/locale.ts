/** The wish of the browser that fits the language of the page: `en-GB` writes dates in another way than `en-US`. */
export function locale(): string {
  const language = document.documentElement.lang;
  return navigator.languages.find((wish) => wish.toLowerCase().split('-')[0] === language) ?? language;
}

/** Makes one for each language that is spoken: formatters are expensive. */
export function spoken<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const now = locale();
    const known = made.get(now);
    if (known !== undefined) return known;
    const fresh = make(now);
    made.set(now, fresh);
    return fresh;
  };
}
