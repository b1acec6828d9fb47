import { pageRefusal } from './refusals.ts';
import type { Entry, Tree } from './tree.ts';
import { type Asked, isVisible, refuse } from './wire.ts';

const inHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

function hrefOf({ id, mimeType, mark }: Entry): string {
  const key = mark.resourceKey ? `&amp;resourcekey=${mark.resourceKey}` : '';
  if (mimeType.endsWith('.folder')) return `https://drive.google.com/drive/folders/${id}?usp=drive_web${key}`;
  if (mimeType.startsWith('application/vnd.google-apps'))
    return `https://docs.google.com/document/d/${id}/edit`;
  return `https://drive.google.com/file/d/${id}/view?usp=drive_web${key}`;
}

/** `GET /embeddedfolderview?id=`, in the form that gdown reads. */
export async function showFolder(tree: Tree, asked: Asked): Promise<void> {
  const { url, response } = asked;
  const at = tree.pathOf(url.searchParams.get('id') ?? '');
  const folder = at === null ? null : await tree.look(at);
  if (folder === null || !isVisible(folder, asked)) {
    return refuse(response, { ...pageRefusal('server error'), status: 404 });
  }
  if (folder.mark.denied) {
    response.writeHead(302, { location: '/ServiceLogin?continue=x', 'content-length': 0 });
    response.end();
    return;
  }
  const entries = (await tree.children(folder.path)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = entries.map(
    (entry) =>
      `<div class="flip-entry" id="entry-${entry.id}" tabindex="0" role="link"><div class="flip-entry-info">` +
      `<a href="${hrefOf(entry)}" target="_blank"><div class="flip-entry-visual"><div class="flip-entry-visual-card">` +
      `<div class="flip-entry-thumb"><img src="x" alt=""/></div></div></div>` +
      `<div class="flip-entry-title">${inHtml(entry.name)}</div></a></div>` +
      `<div class="flip-entry-last-modified"><div>5/31/21</div></div></div>`,
  );
  const body =
    `<!DOCTYPE html><html><head><title>${inHtml(folder.name)}</title></head><body>` +
    `<div class="flip-list-header"></div><div class="flip-entries">${rows.join('')}</div></body></html>`;
  refuse(response, { status: 200, type: 'text/html; charset=utf-8', body });
}
