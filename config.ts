import { homedir } from 'node:os';
import path from 'node:path';
import { loadEnvFile } from 'node:process';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { FAILPOINTS, type Failpoint, PURGE_FAILPOINTS } from './domain/failpoints.ts';
import type { ProviderSettings } from './sources/source.ts';

/** An empty variable means the same as an absent one: compose files write `KEY=` for "not set". */
const unset = (value: unknown): unknown => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(unset, schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, fallback: z.input<T>) =>
  z.preprocess((value) => unset(value) ?? fallback, schema);

const Port = z.coerce.number().int().min(0).max(65_535);
const List = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));

const Settings = z.object({
  NODE_ENV: withDefault(z.enum(['development', 'production', 'test']), 'development'),
  LOG_LEVEL: withDefault(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info'),
  HOST: withDefault(z.string(), '127.0.0.1'),
  PORT: withDefault(Port, 8000),
  ADMIN_PORT: withDefault(Port, 9464),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/ })),
  TRIBUTARY_DATA: withDefault(z.string(), './.tributary'),
  TRIBUTARY_CACHE: withDefault(z.string(), path.join(homedir(), '.cache', 'tributary')),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/ })),
  DATABASE_POOL: withDefault(z.coerce.number().int().min(2).max(100), 8),
  DATABASE_DEADLINE_MS: withDefault(z.coerce.number().int().min(100).max(600_000), 15_000),
  TEMPORAL_ADDRESS: optional(z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port')),
  TEMPORAL_NAMESPACE: withDefault(z.string(), 'default'),
  TEMPORAL_UI_URL: optional(z.url({ protocol: /^https?$/ })),
  STORAGE_PATH: optional(z.string()),
  SECRET_KEY: optional(z.string().min(32, 'must have 32 characters or more')),
  PURGE_DAYS: withDefault(z.coerce.number().int().min(0).max(36_500), 30),
  PURGE_UNDO_HOURS: withDefault(z.coerce.number().min(0).max(8_760), 24),
  PURGE_MOST_PERCENT: withDefault(z.coerce.number().min(0).max(100), 50),
  PREVIOUS_SECRET_KEYS: withDefault(List, ''),
  GOOGLE_API_KEY: optional(z.string()),
  GOOGLE_DRIVE_ENDPOINT: optional(z.url({ protocol: /^https?$/ })),
  GOOGLE_DRIVE_KEYLESS: withDefault(z.stringbool(), 'false'),
  DROPBOX_APP_KEY: optional(z.string()),
  DROPBOX_APP_SECRET: optional(z.string()),
  DROPBOX_ACCESS_TOKEN: optional(z.string()),
  DROPBOX_ENDPOINT: optional(z.url({ protocol: /^https?$/ })),
  ALLOW_PRIVATE_NETS: withDefault(List, ''),
  ALLOW_LOOPBACK: withDefault(z.stringbool(), 'false'),
  ALLOW_FOLDERS: withDefault(List, ''),
  MAX_FILE_BYTES: withDefault(
    z.coerce
      .number()
      .int()
      .min(1_024)
      .max(2 ** 40),
    256 * 2 ** 20,
  ),
  DECODE_CHILDREN: optional(z.coerce.number().int().min(1).max(64)),
  FETCH_TIMEOUT_MS: withDefault(z.coerce.number().int().min(1_000).max(3_600_000), 60_000),
  TRIBUTARY_FAILPOINT: optional(z.enum([...FAILPOINTS, ...PURGE_FAILPOINTS])),
});

export interface Config {
  production: boolean;
  logLevel: string;
  host: string;
  port: number;
  adminPort: number;
  /** Base of links that leave the process, without a trailing slash; `null`: relative links. */
  publicUrl: string | null;
  dataDir: string;
  cacheDir: string;
  database: { url: string | null; pool: number; deadlineMs: number };
  temporal: {
    address: string | null;
    namespace: string;
    uiUrl: string | null;
    /** Address, TLS and API key, from the variables (and the profile) that the Temporal CLI understands. */
    connection: ClientConnectConfig['connectionOptions'];
  };
  storage: { objectsDir: string; scratchDir: string };
  reach: { allowPrivateNets: string[]; allowLoopback: boolean; folders: string[]; fetchTimeoutMs: number };
  maxFileBytes: number;
  decodeChildren: number | null;
  /** Days that assets lie in the trash, and the default age of a purge. */
  purgeDays: number;
  /** Hours in which a purge can be undone; 0: it cannot. */
  purgeUndoHours: number;
  /** A purge of more than this share (0 to 1) of a tenant has to be asked for twice. */
  purgeMost: number;
  /** What stored credentials are sealed with, and what older ones may still be sealed with. */
  secrets: { key: string | null; previous: string[] };
  providers: ProviderSettings;
  /** Tests only: the step of the store protocol after which the process kills itself once. */
  failpoint: Failpoint | null;
}

/** Everything that is wrong with the environment, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The exit code that sysexits.h gives a configuration error. */
  readonly exitCode = 78;
}

/** @throws ConfigError that names every variable at fault; values are not repeated, they may be secrets. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = Settings.safeParse(env);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(
      `The settings are not usable:\n${lines.join('\n')}\nSee .env.example for what each of them means.`,
    );
  }
  const s = parsed.data;
  const dataDir = path.resolve(s.TRIBUTARY_DATA);
  return {
    production: s.NODE_ENV === 'production',
    logLevel: s.LOG_LEVEL,
    host: s.HOST,
    port: s.PORT,
    adminPort: s.ADMIN_PORT,
    publicUrl: s.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    dataDir,
    cacheDir: path.resolve(s.TRIBUTARY_CACHE),
    database: { url: s.DATABASE_URL ?? null, pool: s.DATABASE_POOL, deadlineMs: s.DATABASE_DEADLINE_MS },
    temporal: {
      address: s.TEMPORAL_ADDRESS ?? null,
      namespace: s.TEMPORAL_NAMESPACE,
      uiUrl: s.TEMPORAL_UI_URL?.replace(/\/+$/, '') ?? null,
      connection: temporalConnection(env),
    },
    storage: {
      objectsDir: s.STORAGE_PATH === undefined ? path.join(dataDir, 'objects') : path.resolve(s.STORAGE_PATH),
      scratchDir: path.join(dataDir, 'tmp'),
    },
    reach: {
      allowPrivateNets: s.ALLOW_PRIVATE_NETS,
      allowLoopback: s.ALLOW_LOOPBACK,
      folders: s.ALLOW_FOLDERS,
      fetchTimeoutMs: s.FETCH_TIMEOUT_MS,
    },
    maxFileBytes: s.MAX_FILE_BYTES,
    decodeChildren: s.DECODE_CHILDREN ?? null,
    purgeDays: s.PURGE_DAYS,
    purgeUndoHours: s.PURGE_UNDO_HOURS,
    purgeMost: s.PURGE_MOST_PERCENT / 100,
    secrets: { key: s.SECRET_KEY ?? null, previous: s.PREVIOUS_SECRET_KEYS },
    providers: {
      google: {
        apiKey: s.GOOGLE_API_KEY ?? null,
        endpoint: s.GOOGLE_DRIVE_ENDPOINT?.replace(/\/+$/, '') ?? null,
        keyless: s.GOOGLE_DRIVE_KEYLESS,
      },
      dropbox: {
        appKey: s.DROPBOX_APP_KEY ?? null,
        appSecret: s.DROPBOX_APP_SECRET ?? null,
        accessToken: s.DROPBOX_ACCESS_TOKEN ?? null,
        endpoint: s.DROPBOX_ENDPOINT?.replace(/\/+$/, '') ?? null,
      },
    },
    failpoint: s.TRIBUTARY_FAILPOINT ?? null,
  };
}

/** A profile of the person's Temporal CLI counts only when the environment names it. */
function temporalConnection(env: NodeJS.ProcessEnv): ClientConnectConfig['connectionOptions'] {
  const named = env['TEMPORAL_PROFILE'] || env['TEMPORAL_CONFIG_FILE'];
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => Boolean(entry[1]) && entry[0].startsWith('TEMPORAL_'),
    ),
  );
  try {
    const { connectionOptions } = loadClientConnectConfig({ disableFile: !named, overrideEnvVars });
    return { ...connectionOptions, address: connectionOptions.address ?? '127.0.0.1:7233' };
  } catch (error) {
    throw new ConfigError(
      `The Temporal settings are not usable: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

/** The environment with what `.env` adds to it; what the environment says already wins. */
export function loadEnvironment(): NodeJS.ProcessEnv {
  try {
    loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}

/** @throws ConfigError */
export function loadConfig(): Config {
  return readConfig(loadEnvironment());
}
