import type { Owned } from '../../stores/access/ownership.ts';

/** What an id in a path names. */
export interface Subject {
  /** For "There is no such …". */
  noun: string;
  /** Where its tenant is found; the first table that knows the id counts. */
  rows: readonly Owned[];
  form: 'number' | 'uuid' | 'name';
}

const numbered = (noun: string, table: string): Subject => ({
  noun,
  rows: [{ table, column: 'id' }],
  form: 'number',
});
const identified = (noun: string, ...tables: string[]): Subject => ({
  noun,
  rows: tables.map((table) => ({ table, column: 'id' })),
  form: 'uuid',
});

const IMAGE = numbered('image', 'assets');
const IMPORT = identified('import', 'imports');
const ITEM = numbered('item', 'import_items');
const TENANT: Subject = { noun: 'tenant', rows: [{ table: 'tenants', column: 'name' }], form: 'name' };
/** It names nothing that belongs to a tenant, or what its tenant is asked for by `tenant_name` or by another id. */
export const NOBODYS = null;

/**
 * What the ids in paths name, by the path up to them; the longest that fits counts. A path that is not here answers
 * 404 to everybody but administrators of the installation, so that a new one cannot be open by accident.
 */
export const SUBJECTS: Readonly<Record<string, Subject | null>> = {
  '/images/{id}': IMAGE,
  '/images/{id}/renditions/{preset}': NOBODYS,
  '/trash/{id}': IMAGE,
  '/retrieve/asset/{id}': IMAGE,
  '/retrieve/original/{id}': IMAGE,
  '/retrieve/rendition/{id}': IMAGE,
  '/retrieve/rendition/{id}/{preset}': NOBODYS,
  '/compare/{id}': IMAGE,
  '/compare/{a}': IMAGE,
  '/compare/{a}/{b}': IMAGE,
  '/i/{uid}': { noun: 'rendition', rows: [{ table: 'assets', column: 'uid' }], form: 'uuid' },
  '/i/{uid}/{file}': NOBODYS,
  '/imports/{id}': IMPORT,
  '/imports/{id}/items/{item}': ITEM,
  '/import/jobs/{id}': IMPORT,
  '/task/{id}': IMPORT,
  '/poison_jobs/{id}': ITEM,
  '/ingest/status/{request_id}': identified('request', 'ingest_requests', 'capture_sessions'),
  '/image-pull-sources/{id}': identified('source', 'pull_sources'),
  '/cameras/{id}': identified('camera', 'cameras'),
  '/cameras/{id}/windows/{window_id}': identified('window', 'capture_windows'),
  '/capture/sessions/{id}': identified('session', 'capture_sessions'),
  '/users/{id}': identified('user', 'users'),
  '/locations/{id}': identified('location', 'locations'),
  '/exports/{id}': identified('export', 'exports'),
  '/detection-files/{id}': identified('file of detections', 'detection_files'),
  '/repeats/suppressions/{id}': identified('suppression', 'repeat_suppressions'),
  '/corrections/{id}': identified('correction', 'clock_corrections'),
  '/purges/{id}': identified('purge', 'purge_manifests'),
  '/duplicates/dismissals/{id}': identified('dismissal', 'duplicate_dismissals'),
  '/duplicates/merges/{id}': identified('merge', 'duplicate_merges'),
  '/reprocess/{id}': identified('reprocess', 'reprocesses'),
  '/webhooks/{id}': identified('webhook', 'webhooks'),
  '/webhooks/{id}/deliveries/{delivery_id}': numbered('delivery', 'webhook_deliveries'),
  '/rules/{id}': identified('rule', 'rules'),
  '/uploads/direct/{id}': identified('upload', 'upload_intents'),
  '/uploads/tus/{id}': identified('upload', 'resumable_uploads'),
  '/tenants/{name}': TENANT,
  '/metrics/tenant/{name}': TENANT,
  '/presets/{name}': NOBODYS,
  '/models/{id}': NOBODYS,
  '/model-switches/{id}': identified('switch of models', 'model_switches'),
  '/campaigns/{id}': identified('campaign', 'campaigns'),
  '/trials/{id}': identified('trial', 'model_trials'),
  '/api-keys/{id}': NOBODYS,
  '/members/{id}': NOBODYS,
};

const FORMS = {
  number: /^[1-9]\d{0,15}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  name: /^[^\p{Cc}]{1,100}$/u,
} as const;

/** Whether a text can be such an id at all. */
export function hasForm(subject: Subject, text: string): boolean {
  return FORMS[subject.form].test(text);
}

/** The parameters of a path and what each names. `undefined`: nobody said. */
export function subjectsIn(path: string): { parameter: string; subject: Subject | null | undefined }[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(({ 1: parameter = '', 0: braced, index }) => ({
    parameter,
    subject: SUBJECTS[path.slice(0, index + braced.length)],
  }));
}
