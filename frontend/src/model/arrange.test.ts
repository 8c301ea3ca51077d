import { describe, expect, it } from 'vitest';
import { aligned, distributed, freePlace, neighbour, type Named } from './arrange';
import type { Rect } from './types';

const card = (x: number, y: number): Rect => ({ x, y, width: 100, height: 50 });
const three: Named = [['a', card(0, 0)], ['b', card(300, 20)], ['c', card(120, 90)]];

describe('arranging', () => {
  it('lines up with the outermost', () => {
    expect([...aligned(three, 'left').values()].map(({ x }) => x)).toEqual([0, 0, 0]);
    expect([...aligned(three, 'right').values()].map(({ x }) => x)).toEqual([300, 300, 300]);
    expect([...aligned(three, 'bottom').values()].map(({ y }) => y)).toEqual([90, 90, 90]);
    expect([...aligned(three, 'center').values()].map(({ x }) => x)).toEqual([150, 150, 150]);
  });

  it('gives all gaps the same width and leaves the ends where they are', () => {
    const places = distributed(three, 'horizontal');
    expect(places.get('a')?.x).toBe(0);
    expect(places.get('c')?.x).toBe(150);
    expect(places.get('b')?.x).toBe(300);
    expect(places.get('c')?.y).toBe(90);
  });

  it('distributes nothing between two', () => {
    expect(distributed(three.slice(0, 2), 'vertical').size).toBe(0);
  });

  it('goes to the nearest in a direction, straight before slanting', () => {
    const rects = new Map([['from', card(0, 0)], ['straight', card(260, 0)], ['slanting', card(200, 120)], ['below', card(0, 200)]]);
    expect(neighbour(rects, 'from', 'right')).toBe('straight');
    expect(neighbour(rects, 'from', 'down')).toBe('below');
    expect(neighbour(rects, 'from', 'left')).toBeUndefined();
  });

  it('finds a place that covers nothing', () => {
    const taken = [card(0, 0), card(0, 74)];
    const at = freePlace(taken, card(0, 0));
    for (const other of taken) {
      expect(at.x + 100 <= other.x || other.x + 100 <= at.x || at.y + 50 <= other.y || other.y + 50 <= at.y).toBe(true);
    }
  });
});
