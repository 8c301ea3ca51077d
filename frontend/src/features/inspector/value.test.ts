import { describe, expect, it } from 'vitest';
import type { Param } from '../../model/catalogue';
import { common, isUnusual, readNumber, shared, told, withMember } from './value';

const integer = { type: 'integer', minimum: 1, maximum: 100, choices: ['auto'] } as const;

describe('a typed number', () => {
  it('is taken over where it is accepted', () => {
    expect(readNumber(' 20 ', { type: 'number' })).toEqual({ value: 20 });
    expect(readNumber('1,000', { type: 'number' })).toEqual({ value: 1000 });
    expect(readNumber('1e3', { type: 'number' })).toEqual({ value: 1000 });
    expect(readNumber('auto', integer)).toEqual({ value: 'auto' });
  });

  it('goes back to the assumed value when it is emptied', () => {
    expect(readNumber('', integer)).toEqual({ value: null });
  });

  it('is refused with the limit that it breaks', () => {
    expect(readNumber('abc', { type: 'number' })).toEqual({ problem: { key: 'inspector.problem.number' } });
    expect(readNumber('1.5', integer)).toEqual({ problem: { key: 'inspector.problem.whole' } });
    expect(readNumber('0', integer)).toEqual({ problem: { key: 'inspector.problem.below', limit: 1 } });
    expect(readNumber('101', integer)).toEqual({ problem: { key: 'inspector.problem.above', limit: 100 } });
    expect(readNumber('0', { type: 'number', above: 0 })).toEqual({ problem: { key: 'inspector.problem.not_above', limit: 0 } });
    expect(readNumber('1e999', { type: 'number' })).toEqual({ problem: { key: 'inspector.problem.number' } });
  });

  it('is marked when it is outside of what is usual', () => {
    expect(isUnusual(500, { band: { low: 1, high: 100 } })).toBe(true);
    expect(isUnusual(50, { band: { low: 1, high: 100 } })).toBe(false);
    expect(isUnusual('auto', { band: { low: 1, high: 100 } })).toBe(false);
  });
});

describe('several elements', () => {
  it('say one thing or are mixed', () => {
    expect(common([8, 8])).toEqual({ value: 8, mixed: false });
    expect(common([8, undefined])).toEqual({ value: undefined, mixed: true });
    expect(common([{ a: 1 }, { a: 1 }])).toEqual({ value: { a: 1 }, mixed: false });
  });

  it('are edited by the params that all of them have', () => {
    const param = (name: string, type = 'number'): Param => ({ name, type }) as unknown as Param;
    expect(shared([[param('a'), param('b')], [param('b'), param('a', 'choice')]]).map(({ name }) => name)).toEqual(['b']);
  });
});

describe('a param of several elements', () => {
  const kind = (assumed: unknown): readonly Param[] => [{ name: 'slots', type: 'integer', default: assumed } as unknown as Param];

  it('is assumed only where all of them assume the same', () => {
    expect(told('slots', [{}, undefined], [kind(4), kind(4)])).toEqual({ value: undefined, mixed: false });
    expect(told('slots', [{}, {}], [kind(4), kind(16)])).toEqual({ value: undefined, mixed: true });
  });

  it('is what all of them say, whatever they would assume', () => {
    expect(told('slots', [{ slots: 8 }, { slots: 8 }], [kind(4), kind(16)])).toEqual({ value: 8, mixed: false });
    expect(told('slots', [{ slots: 8 }, {}], [kind(4), kind(4)])).toEqual({ value: undefined, mixed: true });
  });
});

it('a member of a record is set or left out', () => {
  expect(withMember({ a: 1 }, 'b', 2)).toEqual({ a: 1, b: 2 });
  expect(withMember({ a: 1, b: 2 }, 'b', null)).toEqual({ a: 1 });
});
