import { defineSearchAttributeKey } from '@temporalio/common';

/** Of which tenant a workflow is, by its id: attributes are never encrypted, so none of them is a name or an address. */
export const TENANT = defineSearchAttributeKey('TributaryTenant', 'KEYWORD');
/** The kind of source that its images are from: `upload`, `google-drive`, … */
export const SOURCE = defineSearchAttributeKey('TributarySource', 'KEYWORD');
/** `processing`, `paused`, `needs_attention`, …: what the execution status does not say. */
export const STATE = defineSearchAttributeKey('TributaryState', 'KEYWORD');
/** What it is about: `import`, `batch`, `pull`, `capture`, … */
export const KIND = defineSearchAttributeKey('TributaryKind', 'KEYWORD');

/** What `tributary migrate` makes in the namespace. */
export const SEARCH_ATTRIBUTES = [TENANT, SOURCE, STATE, KIND] as const;
