/** The values of one number, as people write them: a list, or a range with or without its step. */

/** Of one number no more values than this are tried. */
const MOST = 50;
/** A range without a step is cut into so many parts. */
const PARTS = 4;

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e-?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER})\\s*(?:\\.\\.|…)\\s*(${NUMBER})(?:\\s*/\\s*(${NUMBER}))?$`, 'i');
const ONE = new RegExp(`^${NUMBER}$`, 'i');

interface Limits {
  readonly whole: boolean;
  readonly lowest: number;
  readonly highest: number;
}

/** What is written, in order and each once; null where it cannot be read or a value is none that the number may take. */
export function valuesIn(text: string, { whole, lowest, highest }: Limits): number[] | null {
  const values = new Set<number>();
  for (const part of text.split(/[,;]/).map((each) => each.trim()).filter(Boolean)) {
    const some = ONE.test(part) ? [Number(part)] : range(part, whole);
    if (some === null) return null;
    for (const value of some) values.add(value);
  }
  const sorted = [...values].sort((a, b) => a - b);
  const fit = sorted.every((value) => value >= lowest && value <= highest && (!whole || Number.isInteger(value)));
  return sorted.length > 0 && sorted.length <= MOST && fit ? sorted : null;
}

function range(text: string, whole: boolean): number[] | null {
  const [, first, last, by] = RANGE.exec(text) ?? [];
  if (first === undefined || last === undefined) return null;
  const [from, to] = [Number(first), Number(last)];
  const natural = whole ? Math.max(1, Math.round((to - from) / PARTS)) : (to - from) / PARTS;
  const step = by === undefined ? natural : Number(by);
  if (!(step > 0) || to < from || (to - from) / step > MOST) return null;
  const count = Math.floor((to - from) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => rounded(from + index * step));
}

/** Values around the one that is drawn, as text. */
export function around(value: number, { whole, lowest, highest }: Limits): string {
  const wished = whole && value <= 4 ? [1, 2, 3, 4, value] : [value / 2, value, value * 1.5, value * 2];
  const made = value === 0 ? [0, 1, 2] : wished.map((each) => (whole ? Math.round(each) : rounded(each)));
  const fitting = [...new Set(made)].filter((each) => each >= lowest && each <= highest);
  return fitting.sort((a, b) => a - b).join(', ');
}

function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
