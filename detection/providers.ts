/** What a model can run on. */
export type Provider = 'cpu' | 'cuda';

/** What people may ask for. */
export const PROVIDER_SETTINGS = ['auto', 'cpu', 'cuda'] as const;
export type ProviderSetting = (typeof PROVIDER_SETTINGS)[number];

/** What a runtime was built for. `bundled`: all that it takes came with it. */
export interface Backend {
  name: string;
  bundled: boolean;
}

/**
 * What to try, in order; the processor is always last.
 * @param backends what the runtime says of itself
 * @param hasLibrary whether the part of the runtime that speaks to CUDA is installed
 */
export function providersFor(
  setting: ProviderSetting,
  backends: readonly Backend[],
  hasLibrary: boolean,
): Provider[] {
  const cuda = backends.find(({ name }) => name === 'cuda');
  // Who asks for it is told why it does not work; who does not ask is not told of what was never there.
  const tried =
    setting === 'cuda' || (setting === 'auto' && cuda !== undefined && (cuda.bundled || hasLibrary));
  return tried ? ['cuda', 'cpu'] : ['cpu'];
}
