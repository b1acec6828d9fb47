export interface BannerLine {
  readonly label: string;
  readonly value: string;
}

/** Label and value pairs as aligned lines. */
export function formatBanner(url: string, lines: readonly BannerLine[]): string {
  const width = Math.max(...lines.map(({ label }) => label.length));
  return [
    '',
    `  Tributary is ready:  ${url}`,
    '',
    ...lines.map(({ label, value }) => `  ${label.padEnd(width)}  ${value}`),
    '',
    '  Ctrl-C stops; npm start goes on where it was.',
    '',
  ].join('\n');
}
