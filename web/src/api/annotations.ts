import type { Calls } from './calls.ts';
import type { Annotations, Statement } from './types.ts';

export interface AnnotationsApi {
  annotations(id: number): Promise<Annotations>;
  /** Records what somebody says of an image. @returns what is so then */
  annotate(id: number, statement: Statement): Promise<Annotations>;
}

export function createAnnotationsApi({ client, ask }: Calls): AnnotationsApi {
  return {
    annotations: (id) => ask(client.GET('/images/{id}/annotations', { params: { path: { id } } })),
    annotate: (id, body) => ask(client.POST('/images/{id}/annotations', { params: { path: { id } }, body })),
  };
}
