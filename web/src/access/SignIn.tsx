import { type FormEvent, useState } from 'react';
import { Logo } from '../layout/Logo.tsx';
import { useWords } from '../words/useWords.ts';
import type { Session } from './session.ts';

/** In the place of the page, until somebody has signed in. */
export function SignIn({ session }: { session: Session }) {
  const { signIn } = useWords().shell;
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
        className="w-full max-w-sm space-y-4 rounded-box border border-base-300 bg-base-100 p-6"
      >
        <h1 className="flex items-center gap-2 font-semibold text-xl">
          <Logo /> {signIn.title}
        </h1>
        <label className="block space-y-1">
          <span>{signIn.email}</span>
          <input className="input w-full" type="email" name="email" autoComplete="username" required />
        </label>
        <label className="block space-y-1">
          <span>{signIn.password}</span>
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
          {signIn.title}
        </button>
      </form>
    </main>
  );
}
