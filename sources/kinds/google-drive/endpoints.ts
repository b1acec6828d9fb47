/** Where Google's servers are. */
export interface Endpoints {
  /** Root of the Drive API. */
  api: URL;
  /** Where OAuth and service accounts get their tokens. */
  token: URL;
  /** Pages for people, which the keyless way reads. */
  pages: URL;
  /** Bytes for people. */
  bytes: URL;
}

/** @param endpoint one server that stands for all of them; `null`: Google's own. */
export function endpointsOf(endpoint: string | null): Endpoints {
  const at = (own: string, path: string) => new URL(path, endpoint ?? own);
  return {
    api: at('https://www.googleapis.com', '/'),
    token: at('https://oauth2.googleapis.com', '/token'),
    pages: at('https://drive.google.com', '/embeddedfolderview'),
    bytes: at('https://drive.usercontent.google.com', '/download'),
  };
}

const GOOGLE = /\.(google|googleapis|googleusercontent)\.com$/;

/** Google's servers send one another's visitors around; nobody else is followed. */
export function staysAtGoogle(from: URL): (to: URL) => boolean {
  return (to) => to.origin === from.origin || (GOOGLE.test(from.hostname) && GOOGLE.test(to.hostname));
}
