/** What Drive answers when it refuses; bodies as its front ends send them. */
export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  body: string;
  type: string;
}

/** Errors of the API, by `error.errors[0].reason`. */
const STATUSES: Record<string, number> = {
  authError: 401,
  required: 401,
  invalid: 400,
  keyInvalid: 400,
  notFound: 404,
  tooManyRequests: 429,
  internalError: 500,
  backendError: 503,
};

export function apiRefusal(reason: string, more: { location?: string; retryAfter?: string } = {}): Refusal {
  const status = STATUSES[reason] ?? 403;
  const message = `Upstream's own words about ${reason}.`;
  const where = more.location ? { locationType: 'parameter', location: more.location } : {};
  return {
    status,
    type: 'application/json; charset=UTF-8',
    ...(more.retryAfter && { headers: { 'retry-after': more.retryAfter } }),
    body: JSON.stringify({
      error: { code: status, message, errors: [{ message, domain: 'global', reason, ...where }] },
    }),
  };
}

/** Errors of the layer in front of all Google APIs (google.rpc.ErrorInfo). */
export function gatewayRefusal(reason: string): Refusal {
  const badKey = reason === 'API_KEY_INVALID';
  const status = badKey ? 400 : 403;
  return {
    status,
    type: 'application/json; charset=UTF-8',
    body: JSON.stringify({
      error: {
        code: status,
        message: 'API key not valid. Please pass a valid API key.',
        errors: [{ message: 'x', domain: 'global', reason: badKey ? 'badRequest' : 'forbidden' }],
        status: badKey ? 'INVALID_ARGUMENT' : 'PERMISSION_DENIED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }],
      },
    }),
  };
}

const PAGES = {
  'unusual traffic': [
    403,
    '<p>We are sorry, but your computer or network may be sending automated queries: unusual traffic.</p>',
  ],
  quota: [
    200,
    '<title>Google Drive - Quota exceeded</title><p>Sorry, you can&#39;t view or download this file at this time. Too many users have viewed or downloaded this file recently.</p>',
  ],
  scan: [
    200,
    '<title>Google Drive - Virus scan warning</title><form id="download-form" action="/download"><input name="confirm" value="t"></form>',
  ],
  'sign in': [
    200,
    '<title>Google Drive: Sign in</title><form action="https://accounts.google.com/v3/signin"></form>',
  ],
  'server error': [502, '<title>Error 502 (Server Error)!!1</title>'],
} as const;

export type PageName = keyof typeof PAGES;

export function pageRefusal(name: PageName): Refusal {
  const [status, text] = PAGES[name];
  return {
    status,
    type: 'text/html; charset=utf-8',
    body: `<!DOCTYPE html><html><body>${text}</body></html>`,
  };
}

export const tokenRefusal = (error: string, status = 400): Refusal => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ error, error_description: 'Upstream says so.' }),
});
