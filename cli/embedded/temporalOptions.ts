export type SearchAttributeType = 'Text' | 'Keyword' | 'Int' | 'Double' | 'Bool' | 'Datetime' | 'KeywordList';

export interface TemporalOptions {
  /** The Temporal CLI. */
  readonly binary: string;
  /** Where workflows are kept; `null` keeps them in memory, for tests. */
  readonly dbFile: string | null;
  /** Both on 127.0.0.1, both must be free. */
  readonly port: number;
  /** `null` switches the web interface off. */
  readonly uiPort: number | null;
  readonly namespace: string;
  readonly searchAttributes?: Readonly<Record<string, SearchAttributeType>>;
  readonly logFile: string;
  /** Directories to remove if this process dies without stopping the server; for tests. */
  readonly removeWhenOrphaned?: readonly string[];
}
