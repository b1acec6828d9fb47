import { describeProcess, identifyProcess } from '../setup/processIdentity.js';

const CHECK_MS = 1_000;

/**
 * The processes without which nobody waits for this one: its parent, and, where that is a shell that runs one
 * line for somebody (`sh -c …`, as below npm), that somebody, because such a shell outlives a killed npm.
 */
function launchers(): number[] {
  const parent = process.ppid;
  const found = describeProcess(parent);
  return found?.args[1] === '-c' && found.parent > 1 ? [parent, found.parent] : [parent];
}

/** Calls back once a launcher is gone, however it ended. Returns the function that stops watching. */
export function whenLauncherIsGone(callback: () => void): () => void {
  const watched = launchers().map((pid) => ({ pid, identity: identifyProcess(pid) }));
  const timer = setInterval(() => {
    if (watched.every(({ pid, identity }) => identifyProcess(pid) === identity)) return;
    clearInterval(timer);
    callback();
  }, CHECK_MS).unref();
  return () => clearInterval(timer);
}
