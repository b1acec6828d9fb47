/** One broken promise: which, how often, and the first few places. */
export interface Finding {
  id: string;
  promise: string;
  count: number;
  examples: string[];
}

export const EXAMPLES = 5;
