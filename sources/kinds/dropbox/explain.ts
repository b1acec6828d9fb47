import { Failure } from '../../../domain/failures.ts';
import type { Asked } from '../../reach/status.ts';
import type { LinkMetadata } from './answers.ts';
import type { DropboxApi } from './api.ts';
import { isDenied, Refusal, refusalFailure } from './refusals.ts';

const PASSWORD: ReadonlySet<string> = new Set(['password', 'team_and_password']);
const MEMBERS: ReadonlySet<string> = new Set(['team_only', 'shared_folder_only', 'no_one', 'only_you']);

/** Dropbox has one word for three things, so the sentence has to name them all. */
function undecided(passwordGiven: boolean): Failure {
  return passwordGiven
    ? new Failure(
        'password_needed',
        'Dropbox refuses the link with this password: it is wrong, or the link has expired or is for members of a team only.',
      )
    : new Failure(
        'password_needed',
        'Dropbox refuses the link: it asks for a password, has expired, or is for members of a team only.',
      );
}

function whyDenied(link: LinkMetadata, passwordGiven: boolean): Failure {
  if (link.expires !== undefined && Date.parse(link.expires) <= Date.now()) {
    return new Failure(
      'auth_failed',
      'The link has expired. Ask its owner to renew it, then resume the import.',
    );
  }
  const visibility = link.link_permissions?.resolved_visibility?.['.tag'] ?? '';
  if (PASSWORD.has(visibility)) {
    return new Failure(
      'password_needed',
      passwordGiven ? 'The password of the link is wrong.' : 'The link asks for a password.',
    );
  }
  if (MEMBERS.has(visibility)) {
    return new Failure(
      'auth_failed',
      'The link is for members of a team or folder only. Give the token of one, or have it opened to everybody.',
    );
  }
  return undecided(passwordGiven);
}

interface Asking {
  api: DropboxApi;
  url: string;
  passwordGiven: boolean;
  asked: Asked;
  signal: AbortSignal;
}

/**
 * What is known of a link beyond a refusal.
 * @returns its metadata when the link itself can be read with what was given.
 * @throws Failure that says why it cannot.
 */
export async function explain(
  refusal: Refusal,
  { api, url, passwordGiven, asked, signal }: Asking,
): Promise<LinkMetadata> {
  let link: LinkMetadata;
  try {
    link = await api.linkMetadata(url, signal);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw isDenied(error.tag) ? undecided(passwordGiven) : refusalFailure(error, asked);
  }
  if (isDenied(refusal.tag)) throw whyDenied(link, passwordGiven);
  return link;
}
