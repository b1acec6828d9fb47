import { stopStack } from './stack.ts';

/** Mocha calls this once, after the last suite, also after failures and after Ctrl-C. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopStack();
}
