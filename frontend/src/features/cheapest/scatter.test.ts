import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../api/types';
import { placed } from './scatter';

function candidate(cost_per_month: number, p99_ms: number | null): Candidate {
  return { patch: [], change: String(cost_per_month), change_ko: '', cost_per_month, availability: 1, p99_ms, safe_capacity_rps: null, spofs: 0, meets: true };
}

describe('the picture of the front', () => {
  it('puts the cheapest left and the fastest below', () => {
    const { dots, low, high } = placed([candidate(100, 90), candidate(300, 30), candidate(200, 60)], 300, 130);
    const [cheap, fast, middle] = dots;
    expect(cheap && fast && middle && cheap.x < middle.x && middle.x < fast.x).toBe(true);
    expect(cheap && fast && cheap.y < fast.y).toBe(true);
    expect([low, high]).toEqual([
      { x: 100, y: 30 },
      { x: 300, y: 90 },
    ]);
  });

  it('leaves out what has no time, and shows what is given twice once', () => {
    const same = candidate(100, 50);
    expect(placed([same, candidate(200, null), same, candidate(300, 50)], 300, 130).dots.map((dot) => dot.candidate.cost_per_month)).toEqual([100, 300]);
  });

  it('stands in the middle where all are alike', () => {
    const { dots } = placed([candidate(100, 50)], 300, 130);
    expect(dots.every((dot) => Number.isFinite(dot.x) && Number.isFinite(dot.y))).toBe(true);
  });
});
