import type { Need } from '../../domain/access.ts';
import { Problem } from '../problem.ts';

export function notSignedIn(): Problem {
  return new Problem({
    status: 401,
    code: 'not_signed_in',
    title: 'Sign in first',
    detail:
      'Send an API key in the header X-API-Key, or a token from POST /auth/sign-in as Authorization: Bearer. ' +
      'Whoever runs this server gives out keys and accounts.',
  });
}

/** One answer for everything that can be wrong with a credential: what exactly is nobody's business. */
export function badCredentials(): Problem {
  return new Problem({
    status: 401,
    code: 'bad_credentials',
    title: 'The token or key is not valid',
    detail: 'It expired, was revoked, or is not one of this server. Sign in again, or ask for a new key.',
  });
}

function forbidden(code: string, detail: string): Problem {
  return new Problem({ status: 403, code, title: 'Not allowed', detail });
}

export function roleNeeded(need: Need): Problem {
  return need === 'installation'
    ? forbidden('role_needed', 'This is about the whole installation and needs one of its administrators.')
    : forbidden(
        'role_needed',
        `This needs the role ${need} or more. An administrator of the tenant can give it.`,
      );
}

export function scopeNeeded(scope: string): Problem {
  return forbidden('scope_needed', `This key has not the scope ${scope}. Use one that has, or sign in.`);
}

export const tooMuch = (detail: string): Problem => forbidden('more_than_own', detail);

export function personNeeded(): Problem {
  return forbidden('person_needed', 'This takes somebody who signed in with a password, not a key.');
}

export function tryLater(seconds: number): Problem {
  return new Problem({
    status: 429,
    code: 'too_many_tries',
    title: 'Too many wrong passwords',
    detail: `Try again in ${seconds} seconds.`,
    retryAfter: seconds,
  });
}

export function issuerAway(): Problem {
  return new Problem({
    status: 503,
    code: 'issuer_unavailable',
    title: 'Sign-ins cannot be checked now',
    detail: 'The server that says who people are did not answer. Try again in a moment.',
    retryAfter: 5,
  });
}

export function wrongPassword(): Problem {
  return new Problem({
    status: 401,
    code: 'wrong_password',
    title: 'E-mail or password are wrong',
    detail: 'Check both. Whoever runs this server can set a new password.',
  });
}

export function nobodySignsIn(): Problem {
  return new Problem({
    status: 409,
    code: 'access_open',
    title: 'Nobody signs in here',
    detail: 'This server is open to everybody who reaches it. ACCESS=required changes that (docs/access.md).',
  });
}
