import { useSourceKinds } from './questions.ts';

/** What people call a kind of place; the kind itself where it has no other name, such as `upload`. */
export function useKindName(): (kind: string) => string {
  const { data } = useSourceKinds();
  return (kind) => data?.find((one) => one.kind === kind)?.title ?? kind;
}
