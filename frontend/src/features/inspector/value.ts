import type { Param } from '../../model/catalogue';
import type { Params } from '../../model/types';

/** What several elements say of one thing: the same, nothing (`undefined`), or each something else. */
export interface Given {
  readonly value: unknown;
  readonly mixed: boolean;
}

/** One value for all, or that they differ. */
export function common(values: readonly unknown[]): Given {
  const [first, ...rest] = values;
  const mixed = rest.some((value) => JSON.stringify(value) !== JSON.stringify(first));
  return { value: mixed ? undefined : first, mixed };
}

/** The params that all of these kinds have, as the first of them describes them. */
export function shared(lists: readonly (readonly Param[])[]): readonly Param[] {
  const [first = [], ...rest] = lists;
  return first.filter((param) => rest.every((list) => list.some(({ name, type }) => name === param.name && type === param.type)));
}

/** What the elements say of the param; where they say nothing but each assumes something else, that they differ. */
export function told(name: string, given: readonly (Params | undefined)[], lists: readonly (readonly Param[])[]): Given {
  const stated = common(given.map((one) => one?.[name]));
  if (stated.value !== undefined) return stated;
  const assumed = common(lists.map((list) => list.find((param) => param.name === name)?.default));
  return { value: undefined, mixed: stated.mixed || assumed.mixed };
}

export type Problem =
  | { readonly key: 'inspector.problem.number' | 'inspector.problem.whole' }
  | { readonly key: 'inspector.problem.below' | 'inspector.problem.above' | 'inspector.problem.not_above'; readonly limit: number };

export type Read = { readonly value: number | string | null } | { readonly problem: Problem };

/** A typed number in its accepted range; empty is null (back to the default); a word that the param accepts is that word. */
export function readNumber(text: string, param: Pick<Param, 'type' | 'minimum' | 'maximum' | 'above' | 'choices'>): Read {
  const trimmed = text.trim();
  if (trimmed === '') return { value: null };
  if (param.choices?.includes(trimmed)) return { value: trimmed };
  const plain = trimmed.replace(/(?<=\d),(?=\d{3}(\D|$))/g, '').replace(/^\+/, '');
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return { problem: { key: 'inspector.problem.number' } };
  const value = Number(plain);
  if (!Number.isFinite(value)) return { problem: { key: 'inspector.problem.number' } };
  if (param.type === 'integer' && !Number.isInteger(value)) return { problem: { key: 'inspector.problem.whole' } };
  if (param.minimum !== undefined && value < param.minimum) {
    return { problem: { key: 'inspector.problem.below', limit: param.minimum } };
  }
  if (param.above !== undefined && value <= param.above) {
    return { problem: { key: 'inspector.problem.not_above', limit: param.above } };
  }
  if (param.maximum !== undefined && value > param.maximum) {
    return { problem: { key: 'inspector.problem.above', limit: param.maximum } };
  }
  return { value };
}

/** Whether a value lies outside of what is usual for the param. */
export function isUnusual(value: unknown, { band }: Pick<Param, 'band'>): boolean {
  if (typeof value !== 'number' || !band) return false;
  return (band.low !== null && value < band.low) || (band.high !== null && value > band.high);
}

/** A value as it is shown in a field or as the assumed one. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(', ');
  return String(value);
}

/** The record with that member set, or without it (null). */
export function withMember(record: Readonly<Record<string, unknown>>, name: string, value: unknown): Record<string, unknown> {
  const rest = Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
  return value === null ? rest : { ...rest, [name]: value };
}
