import { describe, expect, it } from 'vitest';
import { busiest } from './loads';

const nobody = (): boolean => false;

describe('the busiest components', () => {
  it('are never those who only ask', () => {
    expect(busiest([0, 0.3], [1, 1], 4, (index) => index === 0).map(({ index }) => index)).toEqual([1]);
  });

  it('begin with the dead ones, then by load; what has no load is left out', () => {
    const found = busiest([0.2, Number.NaN, 0.9, 0, Number.NaN], [1, 1, 3, 0, 0], 4, nobody);
    expect(found.map(({ index, down }) => [index, down])).toEqual([[3, true], [4, true], [2, false], [0, false]]);
  });

  it('are no more than asked for', () => {
    expect(busiest([0.1, 0.3, 0.2], [1, 1, 1], 2, nobody).map(({ index }) => index)).toEqual([1, 2]);
  });
});
