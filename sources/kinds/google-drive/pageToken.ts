/** Tokens of pages live some hours, and imports wait for days: the folder has to be read from its first page again. */
export class PageTokenRefused extends Error {
  override readonly name = 'PageTokenRefused';

  constructor() {
    super('Google Drive no longer knows the page that the listing was to go on with.');
  }
}
