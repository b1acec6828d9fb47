import type { Request, Response } from 'express';
import type { z } from 'zod';
import { noteRight, type Tried, takeTry } from '../../stores/access/guesses.ts';
import { passwordHashOf, setPassword } from '../../stores/access/principals.ts';
import { beginSignIn, endSignIn, endSignInOf, replaceToken } from '../../stores/access/signIns.ts';
import type { Access } from '../access/access.ts';
import { mintToken, sha256 } from '../access/apiKey.ts';
import { refreshCookie } from '../access/cookie.ts';
import { type Principal, principalOf } from '../access/principal.ts';
import { badCredentials, nobodySignsIn, personNeeded, tryLater, wrongPassword } from '../access/refusals.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';
import { Me, PasswordChange, Refresh, SignedIn, SignIn, ViewToken } from '../schemas/access.ts';

const TAG = 'access';

const presentMe = ({ kind, id, name, installation, memberships, key }: Principal): z.input<typeof Me> => ({
  ...{ kind, id, name, installation_admin: installation },
  tenants: memberships.map(({ tenantId, tenantName, role }) => ({
    ...{ tenant_id: tenantId, tenant_name: tenantName, role },
  })),
  key: key && { ...key, scopes: [...key.scopes] },
});

/** Signing in and out. */
export function authRoutes(deps: ApiDeps): Route[] {
  const { db, config } = deps;
  const cookie = refreshCookie(config.publicUrl?.startsWith('https:') ?? false);

  function signingIn(): NonNullable<Access['signingIn']> {
    if (deps.access.signingIn === null) throw nobodySignsIn();
    return deps.access.signingIn;
  }

  const tokenOf = (req: Request, body: z.output<typeof Refresh>): string | null =>
    body.refresh_token ?? cookie.read(req);

  async function give(
    { req, res, inCookie }: { req: Request; res: Response; inCookie: boolean },
    subject: { principalId: string; signInId: string },
    refreshToken: string,
  ): Promise<void> {
    const { token, expiresIn } = await signingIn().tokens.sign('api', subject);
    if (inCookie) cookie.write(req, res, refreshToken);
    res.set('Cache-Control', 'no-store').json({
      access_token: token,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: inCookie ? null : refreshToken,
    } satisfies z.input<typeof SignedIn>);
  }

  /** Whose password it is. @throws Problem 401, 429 */
  async function check(tried: Tried, password: string): Promise<string> {
    const wait = await db.tx((tx) => takeTry(tx, tried));
    if (wait > 0) throw tryLater(wait);
    const known = await db.run((sql) => passwordHashOf(sql, tried.email));
    const right = await signingIn().passwords.matches(password, known?.hash ?? null);
    if (known === null || !right) throw wrongPassword();
    await db.run((sql) => noteRight(sql, tried));
    return known.id;
  }

  return [
    defineRoute({
      method: 'post',
      path: '/auth/sign-in',
      operationId: 'signIn',
      summary: 'Sign in with e-mail and password',
      tag: TAG,
      needs: 'anybody',
      body: SignIn,
      answers: {
        200: {
          description: 'A token for the next ten minutes, and one to get the next with',
          schema: SignedIn,
        },
      },
      async handle({ body }, req, res) {
        signingIn();
        const principalId = await check({ email: body.email, address: req.ip ?? '' }, body.password);
        const { token, hash } = mintToken();
        const signInId = await db.tx((tx) => beginSignIn(tx, principalId, hash));
        await give({ req, res, inCookie: body.use_cookie }, { principalId, signInId }, token);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/refresh',
      operationId: 'refreshSignIn',
      summary: 'Exchange a refresh token for new ones; one that comes a second time ends the sign-in',
      tag: TAG,
      needs: 'anybody',
      body: Refresh,
      answers: { 200: { description: 'New tokens', schema: SignedIn } },
      async handle({ body }, req, res) {
        const { authenticator } = signingIn();
        const old = tokenOf(req, body);
        if (old === null) throw badCredentials();
        const { token, hash } = mintToken();
        const found = await db.tx((tx) => replaceToken(tx, sha256(old), hash));
        if (found === null) {
          cookie.remove(req, res);
          authenticator.forget();
          throw badCredentials();
        }
        await give({ req, res, inCookie: body.refresh_token === undefined }, found, token);
      },
    }),
    defineRoute({
      method: 'post',
      path: '/auth/sign-out',
      operationId: 'signOut',
      summary: 'End a sign-in: its tokens are of no use any more',
      tag: TAG,
      needs: 'anybody',
      body: Refresh,
      answers: { 204: { description: 'It is over' } },
      async handle({ body }, req, res) {
        const { authenticator } = signingIn();
        const token = tokenOf(req, body);
        if (token !== null) await db.run((sql) => endSignInOf(sql, sha256(token)));
        if (req.headers.authorization !== undefined) {
          // A token that is over needs no end.
          const principal = await authenticator.fromHeaders(req.headers).catch(() => null);
          const id = principal?.signInId ?? null;
          if (id !== null) await db.run((sql) => endSignIn(sql, id));
        }
        cookie.remove(req, res);
        authenticator.forget();
        res.status(204).end();
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/me',
      operationId: 'getMe',
      summary: 'Who asks, and what they may do where',
      tag: TAG,
      needs: 'somebody',
      answers: { 200: { description: 'The caller', schema: Me } },
      handle(_input, _req, res) {
        const principal = principalOf(res);
        if (principal === null) throw badCredentials();
        res.set('Cache-Control', 'no-store').json(presentMe(principal));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/view-token',
      operationId: 'getViewToken',
      summary:
        'A token for addresses that a page shows by themselves, such as those of pictures; good for an hour',
      tag: TAG,
      needs: 'somebody',
      answers: {
        200: { description: 'It reads what its owner may, and changes nothing', schema: ViewToken },
      },
      async handle(_input, _req, res) {
        const { tokens } = signingIn();
        const { id, signInId } = principalOf(res) ?? { id: null, signInId: null };
        if (id === null || signInId === null) throw personNeeded();
        const { token, expiresIn } = await tokens.sign('view', { principalId: id, signInId });
        res.set('Cache-Control', 'no-store').json({
          ...{ view_token: token, expires_in: expiresIn },
        } satisfies z.input<typeof ViewToken>);
      },
    }),
    defineRoute({
      method: 'put',
      path: '/auth/password',
      operationId: 'changePassword',
      summary: 'Change the own password; every other sign-in of the account ends',
      tag: TAG,
      needs: 'somebody',
      body: PasswordChange,
      answers: { 204: { description: 'Changed' } },
      async handle({ body }, req, res) {
        const { passwords, authenticator } = signingIn();
        const principal = principalOf(res);
        const { id, signInId, name } = principal ?? { id: null, signInId: null, name: '' };
        if (id === null || signInId === null) throw personNeeded();
        await db.as('all', async () => {
          await check({ email: name, address: req.ip ?? '' }, body.current_password);
          const hash = await passwords.hash(body.new_password);
          await db.tx((tx) => setPassword(tx, id, hash, signInId));
        });
        authenticator.forget();
        res.status(204).end();
      },
    }),
  ];
}
