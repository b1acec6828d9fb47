import { meaningOf } from '../domain/failureMeaning.ts';
import { FAILURES, type FailureType } from '../domain/failures.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The catalogue of failures as a Markdown table; docs/failures.md holds it. */
export function failureTable(): string {
  const rows = (Object.keys(FAILURES) as FailureType[]).map((type) => {
    const { title, advice, outcome } = FAILURES[type];
    return `| \`${type}\` | ${outcome ?? 'none'} | ${cell(title)} | ${cell(meaningOf(type))} | ${cell(advice)} |`;
  });
  return [
    '| reason | outcome | what happened | what Tributary did | what to do |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
