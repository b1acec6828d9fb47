import { type FormEvent, useState } from 'react';
import { Logo } from '../layout/Logo.tsx';
import type { Session } from './session.ts';

/** In the place of the page, until somebody has signed in. */
export function SignIn({ session }: { session: Session }) {
  const [why, setWhy] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setWhy(await session.signIn(String(form.get('email')), String(form.get('password'))));
    setBusy(false);
  }

  return (
    <main className="grid min-h-dvh place-items-center bg-base-200 p-4 text-base-content">
      <form
        onSubmit={(event) => void submit(event)}
        className="w-full max-w-sm space-y-4 rounded-md bg-base-100 p-6"
      >
        <h1 className="flex items-center gap-2 font-semibold text-xl">
          <Logo /> Sign in
        </h1>
        <label className="block space-y-1">
          <span>E-mail</span>
          <input className="input w-full" type="email" name="email" autoComplete="username" required />
        </label>
        <label className="block space-y-1">
          <span>Password</span>
          <input
            className="input w-full"
            type="password"
            name="password"
            autoComplete="current-password"
            required
          />
        </label>
        <p role="alert" className="min-h-6 text-error">
          {why}
        </p>
        <button type="submit" className="btn btn-primary w-full" disabled={busy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
