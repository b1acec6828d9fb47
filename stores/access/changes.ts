/**
 * Name of the NOTIFY channel: somebody may do something else than before, or nothing any more. Triggers of the tables send
 * it, so that it does not matter who made the change.
 */
export const ACCESS_CHANNEL = 'tributary_access';
