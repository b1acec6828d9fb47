import type { Request, Response } from 'express';

const NAME = 'tributary_refresh';
const FORM = /^[A-Za-z0-9_-]{43}$/;

/** The refresh token of a page, in a cookie that only `/auth` of this server ever sees, and no script. */
export function refreshCookie(secure: boolean) {
  const options = (req: Request) =>
    ({ httpOnly: true, sameSite: 'strict', secure, path: `${req.baseUrl}/auth` }) as const;

  return {
    read(req: Request): string | null {
      for (const pair of (req.headers.cookie ?? '').split(';')) {
        const [name, value = ''] = pair.trim().split('=');
        if (name === NAME && FORM.test(value)) return value;
      }
      return null;
    },
    write(req: Request, res: Response, token: string): void {
      res.cookie(NAME, token, options(req));
    },
    remove(req: Request, res: Response): void {
      res.clearCookie(NAME, options(req));
    },
  };
}
