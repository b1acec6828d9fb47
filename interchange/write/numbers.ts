/** JSON of a number that readers in Python take for a float: `1` is an `int` to them, and refused. */
export function float(value: number): string {
  const text = JSON.stringify(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** At most so many decimals, without a trail of digits that nobody measured. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
