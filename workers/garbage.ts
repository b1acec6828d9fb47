import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect its old generation in one go instead of marking it in small steps. Bodies and pixels lie outside of
 * its heap and are short-lived, but V8 takes their amount for a heap that fills: in a process that mostly moves such
 * bytes it begins to mark several times a second, for a tenth of the process's time, and finds nothing. A collection in
 * one go stops the process for some milliseconds, a few times a minute.
 */
export function collectInOneGo(): void {
  setFlagsFromString('--no-incremental-marking');
}
