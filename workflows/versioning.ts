import type { WorkflowDefinitionOptionsOrGetter } from '@temporalio/common';
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import { checkModel } from './checkModel.ts';
import { compareImages } from './compareImages.ts';
import { makeRendition } from './makeRendition.ts';
import { processAssets } from './processAssets.ts';
import { takeSnapshot } from './takeSnapshot.ts';
import { testCamera } from './testCamera.ts';
import { testSource } from './testSource.ts';

/**
 * Where builds run side by side (WORKER_DEPLOYMENT), what is over in minutes ends on the build that began it, and never
 * meets code that it did not begin with. Everything else goes on with the current build at its next step, so it changes
 * by `patched` only.
 */
const PINNED: WorkflowDefinitionOptionsOrGetter = () =>
  // The server refuses every step of a worker without a version that says how it is to be versioned.
  workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {};

setWorkflowOptions(PINNED, processAssets);
setWorkflowOptions(PINNED, makeRendition);
setWorkflowOptions(PINNED, compareImages);
setWorkflowOptions(PINNED, checkModel);
setWorkflowOptions(PINNED, testSource);
setWorkflowOptions(PINNED, testCamera);
setWorkflowOptions(PINNED, takeSnapshot);
