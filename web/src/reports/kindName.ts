/** What a kind of animal is called: its common name where there is one. */
export const kindName = (kind: {
  label: string;
  common_name: string | null;
  scientific_name: string | null;
}): string => kind.common_name ?? kind.scientific_name ?? kind.label;
