import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const here = import.meta.dirname;
const extension = path.extname(fileURLToPath(import.meta.url));

/** Where the prebuilt bundle lies beside compiled code. */
export const BUNDLE_PATH = path.join(here, '..', 'workflows-bundle.js');

/** The entry of the workflow code, as source or compiled, whichever this module is. */
export const WORKFLOWS_PATH = path.join(here, '..', 'workflows', `index${extension}`);

/** What runs around every workflow. */
export const TRACING_PATH = path.join(here, '..', 'workflows', `tracing${extension}`);

/** Bundles the workflow code for the sandbox. Type imports of other rooms vanish; anything else would fail here. */
export async function bundleWorkflows(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS_PATH,
    workflowInterceptorModules: [TRACING_PATH],
    logger: new DefaultLogger('WARN'),
  });
  return code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(BUNDLE_PATH, await bundleWorkflows());
}
