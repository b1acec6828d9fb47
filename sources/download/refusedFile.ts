import { Failure } from '../../domain/failures.ts';
import { isSigned } from '../fileUrls.ts';
import type { ResponseHead } from '../reach/response.ts';

/**
 * Judges a refusal that new credentials would not mend: of one file by a server that they do not belong to, or of an
 * address whose signature has run out. It ends the file and leaves the import alone.
 * @param home the origin that credentials are for; `null`: there are none
 * @throws Failure `read_denied`
 */
export function judgeRefusal(asked: URL, home: string | null) {
  return (head: ResponseHead): void => {
    const { status } = head;
    // Google answers 400 to a signature that ran out.
    const refused = status === 401 || status === 403 || (status === 400 && isSigned(asked));
    if (!refused) return;
    if (isSigned(asked)) {
      throw new Failure(
        'read_denied',
        `The address of the file is signed, and ${asked.host} no longer accepts the signature (HTTP ${status}): it has ` +
          'probably run out. Import again for fresh addresses.',
      );
    }
    if (head.url.origin !== home) {
      throw new Failure(
        'read_denied',
        `${head.url.host} refuses the file (HTTP ${status}), and no credentials are known for that server.`,
      );
    }
  };
}
