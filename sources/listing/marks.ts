/** The headline of an index page, as the common servers and index scripts write it. */
const HEADLINE =
  /^(index of|directory listing (for|of)\b|directory listing$|directory: |listing of|listing directory|files within|contents of) ?/i;

/** IIS: `host.name - /path/`. */
const IIS_HEADLINE = /^[^\s/]{1,253} - (\/.*)$/;

/** Whether a title or heading (blanks squeezed, at most a few hundred characters) says that the page is an index. */
export function isIndexHeadline(text: string, base: URL): boolean {
  if (/\b(denied|forbidden|not allowed|disabled)\b/i.test(text)) return false;
  if (HEADLINE.test(text)) return true;
  const path = IIS_HEADLINE.exec(text)?.[1];
  if (path === undefined) return false;
  try {
    return decodeURIComponent(base.pathname) === decodeURIComponent(path);
  } catch {
    return base.pathname === path;
  }
}

/** Whether a link's text is its name, or the name as nginx and Apache cut it (`A_long_na..>`). */
export function textNames(text: string, name: string): boolean {
  const shown = text.endsWith('/') ? text.slice(0, -1) : text;
  if (shown === name) return true;
  const cut = /(\.\.>|\.\.\.|…)$/.exec(text)?.[0];
  return cut !== undefined && text.length > cut.length && name.startsWith(text.slice(0, -cut.length));
}
