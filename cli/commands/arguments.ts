import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000)
    throw new InvalidArgumentError('Give a number from 1 to 10000.');
  return value;
}

/** @throws InvalidArgumentError */
export function positiveId(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Give an id, a whole number.');
  return value;
}

/** @throws InvalidArgumentError */
export function hours(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Give a number of hours.');
  return value;
}
