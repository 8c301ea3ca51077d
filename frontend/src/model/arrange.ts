/** Where things go when they are aligned, distributed or nudged. Pure: rectangles in, upper left corners out. */

import type { Point, Rect } from './types';

export type Alignment = 'left' | 'center' | 'right' | 'top' | 'middle' | 'bottom';
export type Axis = 'horizontal' | 'vertical';
export type Named = readonly (readonly [string, Rect])[];

/** Lines all up with the outermost of them (or their common middle). */
export function aligned(rects: Named, how: Alignment): Map<string, Point> {
  const left = Math.min(...rects.map(([, rect]) => rect.x));
  const top = Math.min(...rects.map(([, rect]) => rect.y));
  const right = Math.max(...rects.map(([, rect]) => rect.x + rect.width));
  const bottom = Math.max(...rects.map(([, rect]) => rect.y + rect.height));
  const place = ({ x, y, width, height }: Rect): Point => {
    switch (how) {
      case 'left':
        return { x: left, y };
      case 'right':
        return { x: right - width, y };
      case 'center':
        return { x: (left + right - width) / 2, y };
      case 'top':
        return { x, y: top };
      case 'bottom':
        return { x, y: bottom - height };
      case 'middle':
        return { x, y: (top + bottom - height) / 2 };
    }
  };
  return new Map(rects.map(([id, rect]) => [id, place(rect)]));
}

/** Gives all gaps between neighbours the same width; the two outermost stay. */
export function distributed(rects: Named, axis: Axis): Map<string, Point> {
  const start = (rect: Rect): number => (axis === 'horizontal' ? rect.x : rect.y);
  const length = (rect: Rect): number => (axis === 'horizontal' ? rect.width : rect.height);
  const row = [...rects].sort(([a, p], [b, q]) => start(p) - start(q) || (a < b ? -1 : 1));
  const [first, last] = [row[0], row.at(-1)];
  if (!first || !last || row.length < 3) return new Map();
  const taken = row.reduce((sum, [, rect]) => sum + length(rect), 0);
  const gap = (start(last[1]) + length(last[1]) - start(first[1]) - taken) / (row.length - 1);
  const places = new Map<string, Point>();
  let at = start(first[1]);
  for (const [id, rect] of row) {
    places.set(id, axis === 'horizontal' ? { x: at, y: rect.y } : { x: rect.x, y: at });
    at += length(rect) + gap;
  }
  return places;
}

export type Direction = 'left' | 'right' | 'up' | 'down';

export const STEPS: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/** The nearest other rectangle in a direction, straight ones before slanting ones; undefined at the border. */
export function neighbour(rects: ReadonlyMap<string, Rect>, from: string, direction: Direction): string | undefined {
  const origin = rects.get(from);
  if (!origin) return undefined;
  const step = STEPS[direction];
  let best: string | undefined;
  let least = Infinity;
  for (const [id, rect] of rects) {
    if (id === from) continue;
    const dx = rect.x + rect.width / 2 - (origin.x + origin.width / 2);
    const dy = rect.y + rect.height / 2 - (origin.y + origin.height / 2);
    const along = dx * step.x + dy * step.y;
    const across = Math.abs(dx * step.y) + Math.abs(dy * step.x);
    if (along <= 4 || across > along * 2) continue;
    const cost = along + across * 2;
    if (cost < least) [least, best] = [cost, id];
  }
  return best;
}

/** A place of that size near `wish` where nothing lies yet, looking downwards first. */
export function freePlace(taken: Iterable<Rect>, wish: Rect, gap = 24): Point {
  const others = [...taken];
  const isFree = (at: Point): boolean =>
    others.every(
      (other) =>
        at.x + wish.width + gap <= other.x ||
        other.x + other.width + gap <= at.x ||
        at.y + wish.height + gap <= other.y ||
        other.y + other.height + gap <= at.y,
    );
  for (let ring = 0; ring < 24; ring += 1) {
    for (const [dx, dy] of [[0, ring], [0, -ring], [ring, 0], [-ring, 0], [ring, ring], [-ring, ring]] as const) {
      const at = { x: wish.x + dx * (wish.width + gap), y: wish.y + dy * (wish.height + gap) };
      if (isFree(at)) return at;
    }
  }
  return { x: wish.x, y: wish.y };
}
