import { homedir } from 'node:os';
import path from 'node:path';
import { loadEnvFile } from 'node:process';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { PROVIDER_SETTINGS, type ProviderSetting } from './detection/providers.ts';
import { FAILPOINTS, type Failpoint, PURGE_FAILPOINTS } from './domain/failpoints.ts';
import { isCron } from './domain/schedule.ts';
import { DISABLE_DAYS, RETRY_SECONDS } from './domain/webhook.ts';
import type { ProviderSettings } from './sources/source.ts';
import type { S3Settings } from './stores/objects/s3/settings.ts';

/** An empty variable means the same as an absent one: compose files write `KEY=` for "not set". */
const unset = (value: unknown): unknown => (value === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(unset, schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, fallback: z.input<T>) =>
  z.preprocess((value) => unset(value) ?? fallback, schema);

const Port = z.coerce.number().int().min(0).max(65_535);
const List = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));

/** Signatures of others are checked with their public keys; a shared secret would let us sign in their name. */
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'];

/** Temporal joins such names by dots and colons. */
const BUILD_NAME = /^[A-Za-z0-9_-]{1,100}$/;

const Http = z.url({ protocol: /^https?$/ });

/** Where objects are kept: a bucket when one is named, else a directory. */
const Storage = z.object({
  STORAGE_PATH: optional(z.string()),
  S3_ENDPOINT: optional(Http),
  S3_PUBLIC_ENDPOINT: optional(Http),
  S3_BUCKET: optional(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/, 'must be a bucket name'),
  ),
  S3_REGION: withDefault(z.string().regex(/^[a-z0-9-]+$/i), 'us-east-1'),
  S3_ACCESS_KEY: optional(z.string()),
  S3_SECRET_KEY: optional(z.string()),
  S3_PATH_STYLE: optional(z.stringbool()),
  S3_PREFIX: optional(
    z
      .string()
      .regex(
        /^(?!\/)(?!.*\/\/)(?!(.*\/)?\.{1,2}(\/|$))[\w./-]{1,200}$/,
        'must be a plain path such as photos/',
      ),
  ),
  S3_REQUEST_TIMEOUT_MS: withDefault(z.coerce.number().int().min(100).max(600_000), 15_000),
});

const Origin = z.url({ protocol: /^https?$/ }).refine((text) => new URL(text).origin === text, {
  message: 'must be origins alone (https://host or https://host:port), separated by commas',
});

/** How the API treats those who call it. */
const Manners = z.object({
  CORS_ORIGINS: withDefault(List.pipe(z.array(Origin)), ''),
  TRUSTED_PROXIES: withDefault(List.pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))), ''),
  RATE_LIMIT_PER_SECOND: optional(z.coerce.number().min(0).max(100_000)),
  RATE_LIMIT_BURST: optional(z.coerce.number().int().min(1).max(1_000_000)),
  MAX_OPEN_UPLOADS: withDefault(z.coerce.number().int().min(1).max(100_000), 256),
  MIN_BODY_BYTES_PER_SECOND: withDefault(z.coerce.number().min(0).max(1e9), 1_000),
  BODY_PATIENCE_SECONDS: withDefault(z.coerce.number().min(1).max(3_600), 30),
  HEADERS_TIMEOUT_SECONDS: withDefault(z.coerce.number().min(1).max(3_600), 30),
});

const Settings = z.object({
  ...Storage.shape,
  S3_REDIRECT_DOWNLOADS: withDefault(z.stringbool(), 'false'),
  NODE_ENV: withDefault(z.enum(['development', 'production', 'test']), 'development'),
  LOG_LEVEL: withDefault(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info'),
  HOST: withDefault(z.string(), '127.0.0.1'),
  PORT: withDefault(Port, 8000),
  ADMIN_HOST: withDefault(z.string(), '127.0.0.1'),
  ADMIN_PORT: optional(Port),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/ })),
  ...Manners.shape,
  TRIBUTARY_DATA: withDefault(z.string(), './.tributary'),
  TRIBUTARY_CACHE: withDefault(z.string(), path.join(homedir(), '.cache', 'tributary')),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/ })),
  DATABASE_POOL: withDefault(z.coerce.number().int().min(2).max(100), 8),
  DATABASE_DEADLINE_MS: withDefault(z.coerce.number().int().min(100).max(600_000), 15_000),
  TEMPORAL_ADDRESS: optional(z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port')),
  TEMPORAL_NAMESPACE: withDefault(z.string(), 'default'),
  TEMPORAL_UI_URL: optional(z.url({ protocol: /^https?$/ })),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(Http),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(Http),
  OTEL_EXPORTER_OTLP_HEADERS: withDefault(
    List.refine(
      (pairs) => pairs.every((pair) => /^[^=]+=./.test(pair)),
      'must be name=value, separated by commas',
    ),
    '',
  ),
  OTEL_SERVICE_NAME: optional(z.string().max(200)),
  OTEL_TRACES_SAMPLER_ARG: withDefault(z.coerce.number().min(0).max(1), 1),
  WORKER_DEPLOYMENT: optional(z.string().regex(BUILD_NAME, 'must be letters, digits, - and _')),
  WORKER_BUILD_ID: optional(z.string().regex(BUILD_NAME, 'must be letters, digits, - and _')),
  SECRET_KEY: optional(z.string().min(32, 'must have 32 characters or more')),
  // Later it stands in a list of keys.
  PAYLOAD_KEY: optional(
    z.string().regex(/^[^\s,]{32,}$/, 'must have 32 characters or more, no spaces, no commas'),
  ),
  PREVIOUS_PAYLOAD_KEYS: withDefault(List, ''),
  PAYLOAD_REQUIRED: withDefault(z.stringbool(), 'false'),
  PURGE_DAYS: withDefault(z.coerce.number().int().min(0).max(36_500), 30),
  PURGE_UNDO_HOURS: withDefault(z.coerce.number().min(0).max(8_760), 24),
  PURGE_MOST_PERCENT: withDefault(z.coerce.number().min(0).max(100), 50),
  AUDIT_SCHEDULE: withDefault(
    z.string().refine((text) => text === 'off' || isCron(text), 'must be a cron expression, or off'),
    '17 3 * * 0',
  ),
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
  RENDITION_CACHE_BYTES: withDefault(
    z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 50),
    2 ** 30,
  ),
  RENDITION_CACHE_DAYS: withDefault(z.coerce.number().int().min(1).max(3_650), 14),
  MAX_ARCHIVE_BYTES: withDefault(
    z.coerce
      .number()
      .int()
      .min(1_024)
      .max(2 ** 42),
    20 * 2 ** 30,
  ),
  UPLOADS_PATH: optional(z.string()),
  TRIBUTARY_MODELS: optional(z.string()),
  INFERENCE_SESSIONS: optional(z.coerce.number().int().min(1).max(64)),
  INFERENCE_PROVIDER: withDefault(z.enum(PROVIDER_SETTINGS), 'auto'),
  DECODE_CHILDREN: optional(z.coerce.number().int().min(1).max(64)),
  CAPTURE_STREAMS: withDefault(z.coerce.number().int().min(1).max(200), 8),
  CAPTURE_DRIVER: withDefault(z.enum(['auto', 'ffmpeg', 'node-av']), 'auto'),
  FFMPEG_PATH: optional(z.string()),
  WEBHOOK_RETRY_SECONDS: withDefault(
    List.transform((waits) => waits.map(Number)).pipe(z.array(z.number().min(0).max(604_800)).max(50)),
    RETRY_SECONDS.join(),
  ),
  WEBHOOK_DISABLE_DAYS: withDefault(z.coerce.number().min(0).max(365), DISABLE_DAYS),
  WEBHOOK_TIMEOUT_MS: withDefault(z.coerce.number().int().min(100).max(120_000), 15_000),
  STREAMS_PER_ADDRESS: withDefault(z.coerce.number().int().min(1).max(10_000), 40),
  FETCH_TIMEOUT_MS: withDefault(z.coerce.number().int().min(1_000).max(3_600_000), 60_000),
  ACCESS: withDefault(z.enum(['open', 'required']), 'open'),
  TRIBUTARY_API_KEY: optional(z.string()),
  ACCESS_ISSUER: optional(z.string().max(500)),
  ACCESS_AUDIENCE: optional(z.string().max(500)),
  ACCESS_JWKS_URL: optional(Http),
  ACCESS_ALGORITHMS: withDefault(
    List.refine(
      (given) => given.length > 0 && given.every((one) => ASYMMETRIC.includes(one)),
      `must be of ${ASYMMETRIC.join(', ')}`,
    ),
    'RS256',
  ),
  ACCESS_CLAIM: withDefault(z.string().max(200), 'tributary_roles'),
  ACCESS_MAP: withDefault(
    List.refine(
      (pairs) => pairs.every((pair) => /^[^=]+=[^=]+:(viewer|contributor|manager|admin)$/.test(pair)),
      'must be pairs such as group=tenant:role, separated by commas',
    ).transform((pairs) => Object.fromEntries(pairs.map((pair) => pair.split('=') as [string, string]))),
    '',
  ),
  TRIBUTARY_FAILPOINT: optional(z.enum([...FAILPOINTS, ...PURGE_FAILPOINTS])),
});

export interface AccessConfig {
  required: boolean;
  issuer: {
    issuer: string;
    audience: string;
    keysUrl: string;
    algorithms: string[];
    /** The claim that says where its owner may do what. */
    claim: string;
    /** What its values mean, as `tenant:role`; empty: they are such pairs themselves. */
    map: Record<string, string>;
  } | null;
}

export interface Config {
  production: boolean;
  logLevel: string;
  host: string;
  port: number;
  adminHost: string;
  /** Where a process says how it is; `null`: nowhere. */
  adminPort: number | null;
  /** Base of links that leave the process, without a trailing slash; `null`: relative links. */
  publicUrl: string | null;
  manners: {
    /** Origins whose pages may call. */
    corsOrigins: string[];
    /** Addresses and networks whose `X-Forwarded-For` is believed. */
    trustedProxies: string[];
    /** Of each caller; `null`: none. */
    rateLimit: { perSecond: number; burst: number } | null;
    /** Files that one address may send at the same time. */
    openUploads: number;
    /** Bodies that come more slowly than this are given up; 0: never. */
    slowBodies: { bytesPerSecond: number; windowMs: number };
    headersTimeoutMs: number;
  };
  dataDir: string;
  cacheDir: string;
  database: { url: string | null; pool: number; deadlineMs: number };
  temporal: {
    address: string | null;
    namespace: string;
    uiUrl: string | null;
    /** Address, TLS and API key, from the variables (and the profile) that the Temporal CLI understands. */
    connection: ClientConnectConfig['connectionOptions'];
    /** What workflow workers call themselves, so that builds can run side by side; `null`: they have no versions. */
    deployment: { name: string; buildId: string | null } | null;
  };
  storage: {
    objectsDir: string;
    scratchDir: string;
    /** Instead of `objectsDir`. */
    s3: S3Settings | null;
    /** Whether clients fetch originals from the bucket itself, by an address that expires. */
    redirectDownloads: boolean;
    /** Pieces of resumable uploads. API processes that take turns at one upload share it. */
    uploadsDir: string;
  };
  reach: { allowPrivateNets: string[]; allowLoopback: boolean; folders: string[]; fetchTimeoutMs: number };
  maxFileBytes: number;
  /** Waits between tries to deliver, after how many days of failures an endpoint is switched off, and how long it may take. */
  webhooks: { retrySeconds: number[]; disableDays: number; timeoutMs: number };
  /** Streams of events that one address may have open. */
  streamsPerAddress: number;
  maxArchiveBytes: number;
  decodeChildren: number | null;
  /** Streams of one worker, and what decodes them. `ffmpegPath` is `null` for the one on `PATH`. */
  capture: { streams: number; driver: 'auto' | 'ffmpeg' | 'node-av'; ffmpegPath: string | null };
  /** Where models lie, each in a directory of its own with its manifest. */
  modelsDir: string;
  inferenceSessions: number | null;
  /** What models run on. */
  inferenceProvider: ProviderSetting;
  /** How much of what is made on the fly is kept, of each tenant, and how long after its last use. */
  flyLimits: { bytes: number; days: number };
  /** Days that assets lie in the trash, and the default age of a purge. */
  purgeDays: number;
  /** Hours in which a purge can be undone; 0: it cannot. */
  purgeUndoHours: number;
  /** A purge of more than this share (0 to 1) of a tenant has to be asked for twice. */
  purgeMost: number;
  /** When everything is read and compared, in UTC; `null`: never by itself. */
  auditCron: string | null;
  /** What stored credentials are sealed with, and what older ones may still be sealed with. */
  secrets: { key: string | null; previous: string[] };
  /** What Temporal's payloads are encrypted with, may be encrypted with, and whether others are refused. */
  payloads: { key: string | null; previous: string[]; required: boolean };
  /** Where traces are sent, and which share of them; `null`: there are none. */
  tracing: { url: string; headers: Record<string, string>; ratio: number; service: string | null } | null;
  providers: ProviderSettings;
  /** Tests only: the step of the store protocol after which the process kills itself once. */
  failpoint: Failpoint | null;
  /** Whether callers of the API have to say who they are, and who else than we says who people are. */
  access: AccessConfig;
  /** What the commands of the CLI show to a server where everybody says who they are. */
  clientKey: string | null;
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
  if (!parsed.success) throw unusable(parsed.error.issues, '');
  const s = parsed.data;
  const s3 = s3Settings(s, '');
  const dataDir = path.resolve(s.TRIBUTARY_DATA);
  return {
    production: s.NODE_ENV === 'production',
    logLevel: s.LOG_LEVEL,
    host: s.HOST,
    port: s.PORT,
    adminHost: s.ADMIN_HOST,
    adminPort: s.ADMIN_PORT || null,
    publicUrl: s.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    manners: mannersOf(s, s.HOST),
    dataDir,
    cacheDir: path.resolve(s.TRIBUTARY_CACHE),
    database: { url: s.DATABASE_URL ?? null, pool: s.DATABASE_POOL, deadlineMs: s.DATABASE_DEADLINE_MS },
    temporal: {
      address: s.TEMPORAL_ADDRESS ?? null,
      namespace: s.TEMPORAL_NAMESPACE,
      uiUrl: s.TEMPORAL_UI_URL?.replace(/\/+$/, '') ?? null,
      connection: temporalConnection(env),
      deployment:
        s.WORKER_DEPLOYMENT === undefined
          ? null
          : { name: s.WORKER_DEPLOYMENT, buildId: s.WORKER_BUILD_ID ?? null },
    },
    storage: {
      objectsDir: s.STORAGE_PATH === undefined ? path.join(dataDir, 'objects') : path.resolve(s.STORAGE_PATH),
      scratchDir: path.join(dataDir, 'tmp'),
      s3,
      redirectDownloads: s3 !== null && s.S3_REDIRECT_DOWNLOADS,
      uploadsDir: s.UPLOADS_PATH === undefined ? path.join(dataDir, 'uploads') : path.resolve(s.UPLOADS_PATH),
    },
    reach: {
      allowPrivateNets: s.ALLOW_PRIVATE_NETS,
      allowLoopback: s.ALLOW_LOOPBACK,
      folders: s.ALLOW_FOLDERS,
      fetchTimeoutMs: s.FETCH_TIMEOUT_MS,
    },
    maxFileBytes: s.MAX_FILE_BYTES,
    webhooks: {
      retrySeconds: s.WEBHOOK_RETRY_SECONDS,
      disableDays: s.WEBHOOK_DISABLE_DAYS,
      timeoutMs: s.WEBHOOK_TIMEOUT_MS,
    },
    streamsPerAddress: s.STREAMS_PER_ADDRESS,
    maxArchiveBytes: s.MAX_ARCHIVE_BYTES,
    decodeChildren: s.DECODE_CHILDREN ?? null,
    capture: {
      streams: s.CAPTURE_STREAMS,
      driver: s.CAPTURE_DRIVER,
      ffmpegPath: s.FFMPEG_PATH ?? null,
    },
    modelsDir:
      s.TRIBUTARY_MODELS === undefined ? path.join(dataDir, 'models') : path.resolve(s.TRIBUTARY_MODELS),
    inferenceSessions: s.INFERENCE_SESSIONS ?? null,
    inferenceProvider: s.INFERENCE_PROVIDER,
    flyLimits: { bytes: s.RENDITION_CACHE_BYTES, days: s.RENDITION_CACHE_DAYS },
    purgeDays: s.PURGE_DAYS,
    purgeUndoHours: s.PURGE_UNDO_HOURS,
    purgeMost: s.PURGE_MOST_PERCENT / 100,
    auditCron: s.AUDIT_SCHEDULE === 'off' ? null : s.AUDIT_SCHEDULE,
    secrets: { key: s.SECRET_KEY ?? null, previous: s.PREVIOUS_SECRET_KEYS },
    payloads: {
      key: s.PAYLOAD_KEY ?? null,
      previous: s.PREVIOUS_PAYLOAD_KEYS,
      required: s.PAYLOAD_REQUIRED,
    },
    tracing: tracingSettings(s),
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
    access: accessSettings(s),
    clientKey: s.TRIBUTARY_API_KEY ?? null,
  };
}

/** The variables that everything understands which sends OTLP. */
function tracingSettings(s: z.output<typeof Settings>): Config['tracing'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: exact } = s;
  const url = exact ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`);
  if (url === undefined) return null;
  const pairs = s.OTEL_EXPORTER_OTLP_HEADERS.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))] as const;
  });
  return {
    url,
    headers: Object.fromEntries(pairs),
    ratio: s.OTEL_TRACES_SAMPLER_ARG,
    service: s.OTEL_SERVICE_NAME ?? null,
  };
}

/** @throws ConfigError when somebody could reach the API whom nobody asks who they are */
function accessSettings(s: z.output<typeof Settings>): AccessConfig {
  const required = s.ACCESS === 'required';
  const issues: { path: string[]; message: string }[] = [];
  if (!required && !isLoopback(s.HOST)) {
    issues.push({
      path: ['ACCESS'],
      message:
        'must be "required" to listen beyond this machine (HOST). Then set SECRET_KEY and make the first account: tributary users add --admin',
    });
  }
  const { ACCESS_ISSUER: issuer, ACCESS_AUDIENCE: audience, ACCESS_JWKS_URL: keysUrl } = s;
  const named = Object.entries({
    ACCESS_ISSUER: issuer,
    ACCESS_AUDIENCE: audience,
    ACCESS_JWKS_URL: keysUrl,
  });
  const missing = named.filter(([, value]) => value === undefined);
  if (missing.length > 0 && missing.length < named.length) {
    for (const [name] of missing) issues.push({ path: [name], message: 'is needed for an external issuer' });
  }
  if (issuer !== undefined && !required) {
    issues.push({ path: ['ACCESS'], message: 'must be "required" for an external issuer to be of use' });
  }
  if (issuer === 'tributary')
    issues.push({ path: ['ACCESS_ISSUER'], message: 'is the name of our own tokens' });
  if (issues.length > 0) throw unusable(issues, '');
  if (issuer === undefined || audience === undefined || keysUrl === undefined)
    return { required, issuer: null };
  const { ACCESS_ALGORITHMS: algorithms, ACCESS_CLAIM: claim, ACCESS_MAP: map } = s;
  return { required, issuer: { issuer, audience, keysUrl, algorithms, claim, map } };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

/** Where only this machine can call, nobody has to be held back. */
const RATE_BEYOND_LOOPBACK = 100;
const BURST_SECONDS = 4;

function mannersOf(s: z.output<typeof Manners>, host: string): Config['manners'] {
  const perSecond = s.RATE_LIMIT_PER_SECOND ?? (isLoopback(host) ? 0 : RATE_BEYOND_LOOPBACK);
  const burst = s.RATE_LIMIT_BURST ?? Math.max(1, Math.ceil(perSecond * BURST_SECONDS));
  return {
    corsOrigins: s.CORS_ORIGINS,
    trustedProxies: s.TRUSTED_PROXIES,
    rateLimit: perSecond === 0 ? null : { perSecond, burst },
    openUploads: s.MAX_OPEN_UPLOADS,
    slowBodies: {
      bytesPerSecond: s.MIN_BODY_BYTES_PER_SECOND,
      windowMs: s.BODY_PATIENCE_SECONDS * 1_000,
    },
    headersTimeoutMs: s.HEADERS_TIMEOUT_SECONDS * 1_000,
  };
}

function unusable(issues: readonly { path: PropertyKey[]; message: string }[], prefix: string): ConfigError {
  const lines = issues.map((issue) => `  ${prefix}${issue.path.join('.')}: ${issue.message}`);
  return new ConfigError(
    `The settings are not usable:\n${lines.join('\n')}\nSee .env.example for what each of them means.`,
  );
}

/** `null`: no bucket is named. @throws ConfigError when only a part of what a bucket needs is there */
function s3Settings(s: z.output<typeof Storage>, prefix: string): S3Settings | null {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey, S3_ENDPOINT: given } = s;
  if (bucket === undefined && given === undefined && accessKey === undefined && secretKey === undefined)
    return null;
  if (bucket === undefined || accessKey === undefined || secretKey === undefined) {
    const missing = Object.entries({ S3_BUCKET: bucket, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey });
    throw unusable(
      missing
        .filter(([, value]) => value === undefined)
        .map(([name]) => ({ path: [name], message: 'is needed to keep objects in a bucket' })),
      prefix,
    );
  }
  const endpoint = originOf(given ?? `https://s3.${s.S3_REGION}.amazonaws.com`);
  const publicEndpoint = s.S3_PUBLIC_ENDPOINT === undefined ? endpoint : originOf(s.S3_PUBLIC_ENDPOINT);
  const bad = Object.entries({ S3_ENDPOINT: endpoint, S3_PUBLIC_ENDPOINT: publicEndpoint });
  const issues = bad
    .filter(([, origin]) => origin === null)
    .map(([name]) => ({
      path: [name],
      message: 'must be a server alone (https://host or https://host:port)',
    }));
  if (endpoint === null || publicEndpoint === null) throw unusable(issues, prefix);
  return {
    endpoint,
    publicEndpoint,
    bucket,
    region: s.S3_REGION,
    accessKey,
    secretKey,
    // Amazon wants the bucket in the host name, which needs a name that can be part of one; other servers do not.
    pathStyle:
      s.S3_PATH_STYLE ??
      !(/\.amazonaws\.com$/.test(new URL(endpoint).hostname) && /^[a-z0-9-]+$/.test(bucket)),
    prefix: s.S3_PREFIX === undefined ? '' : s.S3_PREFIX.replace(/\/?$/, '/'),
    requestTimeoutMs: s.S3_REQUEST_TIMEOUT_MS,
  };
}

/** `null`: more than scheme, host and port. */
function originOf(address: string): string | null {
  const url = new URL(address);
  return url.pathname === '/' && url.search === '' && url.username === '' ? url.origin : null;
}

/**
 * A second place for objects, from variables that begin with `TARGET_`: `TARGET_S3_BUCKET`, `TARGET_STORAGE_PATH`, …
 * @throws ConfigError
 */
export function readTarget(env: NodeJS.ProcessEnv): { objectsDir: string | null; s3: S3Settings | null } {
  const own = Object.entries(env).flatMap(([name, value]) =>
    name.startsWith('TARGET_') ? [[name.slice('TARGET_'.length), value]] : [],
  );
  const parsed = Storage.safeParse(Object.fromEntries(own));
  if (!parsed.success) throw unusable(parsed.error.issues, 'TARGET_');
  const { STORAGE_PATH: dir } = parsed.data;
  return {
    objectsDir: dir === undefined ? null : path.resolve(dir),
    s3: s3Settings(parsed.data, 'TARGET_'),
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
