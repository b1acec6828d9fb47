import { access } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { hasSearchAttributes } from '../../api/temporal/searchable.ts';
import type { Config } from '../../config.ts';
import { readManifest } from '../../detection/manifest.ts';
import { MANIFEST_FILE, modelIn } from '../../detection/modelFiles.ts';
import { listModels } from '../../stores/detection/models.ts';
import { openObjectStore } from '../../stores/objects/open.ts';
import { createDatabase } from '../../stores/postgres/database.ts';
import { type Answer, type Finding, fail, look, ok, skip, warn } from './finding.ts';
import { runsOn } from './inference.ts';

/** Everything that Tributary talks to beside its database. */
export async function lookAtServices(config: Config): Promise<Finding[]> {
  const { address } = config.temporal.connection ?? {};
  return Promise.all([
    look(
      'temporal',
      'Is it running, and are TEMPORAL_ADDRESS and what it asks for (TLS, API key) right?',
      () => temporal(config),
    ).then((found) => ({ ...found, detail: `${address}: ${found.detail}` })),
    look(
      'object store',
      'Does the bucket of S3_BUCKET exist, and may the key read, write and delete in it? Without a bucket: may this user write to STORAGE_PATH?',
      async () => {
        const objects = await openObjectStore(config.storage);
        await objects.check();
        const { s3, objectsDir } = config.storage;
        return ok(`${s3 === null ? objectsDir : `${s3.endpoint}/${s3.bucket}`} can be written`);
      },
    ),
    look('models', 'Every machine with the queue inference needs the directory of TRIBUTARY_MODELS.', () =>
      models(config),
    ),
  ]);
}

async function temporal({ temporal: { connection: options, namespace } }: Config): Promise<Answer> {
  const connection = await Connection.connect({ ...options, connectTimeout: 8_000 });
  try {
    const found = await connection.workflowService
      .describeNamespace({ namespace })
      .catch((error: Error) => error);
    if (found instanceof Error) {
      return fail(
        `there is no namespace ${namespace} (${found.message})`,
        `Make it: temporal operator namespace create -n ${namespace}, or set TEMPORAL_NAMESPACE.`,
      );
    }
    if (!(await hasSearchAttributes(new Client({ connection, namespace }))))
      return warn(
        `namespace ${namespace} is there, without search attributes: workflows cannot be found by tenant, source or state`,
        'Run tributary migrate; it says what to do where it may not make them.',
      );
    return ok(`namespace ${namespace} is there`);
  } finally {
    await connection.close();
  }
}

/** The models that somebody uses have to lie here. */
async function models({ database: { url }, modelsDir, inferenceProvider }: Config): Promise<Answer> {
  if (url === null) return skip('the database says which ones are used');
  const db = createDatabase({ url, pool: 1, deadlineMs: 8_000, applicationName: 'tributary-doctor' });
  try {
    const used = (await db.run(listModels)).filter(({ active, tenants }) => active || tenants.length > 0);
    if (used.length === 0) return ok('none is used; pictures are not looked at');
    const missing: string[] = [];
    for (const { manifest } of used) {
      const model = modelIn(modelsDir, manifest);
      const there = await access(model.path).then(
        () => readManifest(path.join(path.dirname(model.path), MANIFEST_FILE)).then(() => true),
        () => false,
      );
      if (!there) missing.push(path.relative(modelsDir, model.path));
    }
    if (missing.length > 0) {
      return warn(
        `not in ${modelsDir}: ${missing.join(', ')}`,
        'Copy them there, or add them anew: tributary models add.',
      );
    }
    const there = `${used.length} used, all in ${modelsDir}`;
    const [first] = used;
    return first === undefined
      ? ok(there)
      : runsOn(modelIn(modelsDir, first.manifest), inferenceProvider, there);
  } finally {
    await db.close();
  }
}
