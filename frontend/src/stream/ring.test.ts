import { describe, expect, it } from 'vitest';
import { Ring } from './ring';

describe('Ring', () => {
  it('keeps the newest rows, oldest first', () => {
    const ring = new Ring(3, 2);
    for (let i = 1; i <= 5; i++) ring.push([i, i * 10]);
    expect(ring.length).toBe(3);
    expect([...ring.series(0)]).toEqual([3, 4, 5]);
    expect([...ring.series(1)]).toEqual([30, 40, 50]);
  });

  it('marks what a row leaves out as missing', () => {
    const ring = new Ring(2, 2);
    ring.push([1]);
    expect(ring.series(1)[0]).toBeNaN();
  });

  it('is empty after clearing', () => {
    const ring = new Ring(2, 1);
    ring.push([1]);
    ring.clear();
    expect(ring.series(0)).toHaveLength(0);
  });
});
