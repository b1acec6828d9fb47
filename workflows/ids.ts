/** A workflow's id is its business key: starting twice is starting once. Never a name, link or address. */
export function importWorkflowId(importId: string): string {
  return `import:${importId}`;
}

export function batchWorkflowId(importId: string, batch: number): string {
  return `assets:${importId}:${batch}`;
}
