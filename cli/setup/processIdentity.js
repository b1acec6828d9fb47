import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** @param {string} file */
function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/**
 * A text that no other process has had or will have on this machine, or `null` when no process with that id
 * lives. A bare id is not enough to know a process again: ids are handed out anew, after a restart of the
 * machine from the start. A zombie counts as dead.
 *
 * Linux: start time in clock ticks (field 22 of proc_pid_stat(5)) and the boot id. Elsewhere: start time in
 * whole seconds from `ps`.
 *
 * @param {number} pid
 * @returns {string | null}
 */
export function identifyProcess(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const boot = readOrNull('/proc/sys/kernel/random/boot_id');
  if (boot !== null) {
    const stat = readOrNull(`/proc/${pid}/stat`);
    // The name in parentheses may itself hold spaces and parentheses; the fields go on after the last one.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${boot.trim()}/${fields[19]}`;
  }
  try {
    const args = ['-o', 'stat=,lstart=', '-p', String(pid)];
    const line = execFileSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}

/**
 * The parent of a process and how that process was called.
 *
 * @param {number} pid
 * @returns {{ parent: number, args: string[] } | null} `null` when it is gone
 */
export function describeProcess(pid) {
  const stat = readOrNull(`/proc/${pid}/stat`);
  const cmdline = readOrNull(`/proc/${pid}/cmdline`);
  if (stat !== null && cmdline !== null) {
    return { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), args: cmdline.split('\0') };
  }
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const [parent, ...args] = line.split(/\s+/);
    return { parent: Number(parent), args };
  } catch {
    return null;
  }
}
