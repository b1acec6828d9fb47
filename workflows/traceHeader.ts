/** The name of the header that says which trace something belongs to, as W3C Trace Context calls it. */
export const TRACEPARENT = 'traceparent';
