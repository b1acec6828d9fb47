import ssh2, { type AnyAuthMethod, type AuthHandlerMiddleware, type ParsedKey } from 'ssh2';
import { Failure } from '../../../domain/failures.ts';
import type { SftpCredentials } from './settings.ts';

export interface Login {
  username: string;
  authHandler: AuthHandlerMiddleware;
}

/** @throws Failure `auth_failed` */
function readPrivateKey(text: string, passphrase: string | undefined): ParsedKey {
  const key = ssh2.utils.parseKey(text, passphrase);
  // Of a file with several keys the first is taken, as ssh does.
  const first: unknown = Array.isArray(key) ? key[0] : key;
  if (first instanceof Error || !(first as ParsedKey).isPrivateKey()) {
    throw new Failure(
      'auth_failed',
      'The private key cannot be read. It must be the whole file of a key that SSH knows, with its passphrase if it has one.',
    );
  }
  return first as ParsedKey;
}

/**
 * How a visitor proves who it is: asks first what the server takes, then offers the one thing it has, once, so that a
 * wrong password counts as one try.
 *
 * @throws Failure `auth_failed`: the key cannot be read
 */
export function createLogin(credentials: SftpCredentials): Login {
  const { username } = credentials;
  let answers: AnyAuthMethod[];
  if (credentials.type === 'key') {
    const key = readPrivateKey(credentials.private_key, credentials.passphrase);
    answers = [{ type: 'publickey', username, key }];
  } else {
    const { password } = credentials;
    let asked = false;
    answers = [
      { type: 'password', username, password },
      {
        type: 'keyboard-interactive',
        username,
        prompt(_name, _instructions, _language, prompts, finish) {
          // A second round is another question (a code, a new password), to which there is no answer.
          finish(asked ? [] : prompts.map(({ echo }) => (echo ? '' : password)));
          asked ||= prompts.length > 0;
        },
      },
    ];
  }
  let asked = false;
  return {
    username,
    authHandler(left: string[] | null, _partial, next) {
      if (!asked) {
        asked = true;
        next({ type: 'none', username });
        return;
      }
      const answer = answers.find(({ type }) => left === null || left.includes(type));
      answers = [];
      // The library's own word for "nothing left"; its types leave it out.
      next((answer ?? false) as AnyAuthMethod);
    },
  };
}
