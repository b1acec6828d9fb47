import type { SearchAttributeType } from '../embedded/temporalOptions.ts';

/** What `tributary dev` needs to know. All of it is decided by the caller; nothing here reads the environment. */
export interface DevSettings {
  /** Everything that lasts: database, workflows, objects, logs, chosen ports. Absolute. */
  readonly dataDir: string;
  /** Programs that were downloaded or built, shared between checkouts. Absolute. */
  readonly cacheDir: string;
  /** Where the API listens. Port 0 chooses a free one. */
  readonly host: string;
  readonly port: number;
  /** Given: that database is used and none is started. */
  readonly databaseUrl: string | null;
  /** Given (`host:port`): that server is used and none is started. */
  readonly temporalAddress: string | null;
  readonly temporalNamespace: string;
  /** Where people look at a Temporal that was given; the one started here knows its own. */
  readonly temporalUiUrl: string | null;
  readonly searchAttributes: Readonly<Record<string, SearchAttributeType>>;
  /**
   * The environment of the children, whole. To it are added HOST, PORT, DATABASE_URL, TEMPORAL_ADDRESS,
   * TEMPORAL_NAMESPACE, TEMPORAL_UI_URL, TRIBUTARY_DATA and TRIBUTARY_CACHE. Secrets go this way, never through
   * arguments.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Each is a script and its arguments, run by this Node with this loader. */
  readonly commands: {
    readonly migrate: readonly string[];
    readonly api: readonly string[];
    readonly workers: readonly {
      readonly name: string;
      readonly argv: readonly string[];
      /** Added to the environment of all. */
      readonly env?: Readonly<Record<string, string>>;
    }[];
  };
  /** How long a worker may take to finish what it has begun before it is killed. */
  readonly drainMs: number;
  /** Further lines of the banner, such as what private networks may be reached. */
  readonly notes: readonly { readonly label: string; readonly value: string }[];
  /** Stop when the process that started this one is gone: true below npm, which may be killed without a word. */
  readonly stopWithParent: boolean;
}
