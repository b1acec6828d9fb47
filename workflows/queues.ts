/** Task queues, one for each kind of work that is scaled by itself. */
export const QUEUES = ['workflows', 'io', 'cpu', 'renditions', 'inference', 'capture'] as const;
export type Queue = (typeof QUEUES)[number];
