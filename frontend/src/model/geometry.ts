import type { Point, Rect } from './types';

export const CARD = { width: 176, height: 64 } as const;
export const CONTAINER = { width: 420, height: 280 } as const;
export const GRID = 8;

export function center(rect: Rect): Point {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
}

export function contains(rect: Rect, point: Point): boolean {
  return point.x >= rect.x && point.y >= rect.y && point.x <= rect.x + rect.width && point.y <= rect.y + rect.height;
}

/** Whether all of the inner rectangle lies in the outer one. */
export function holds(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** The smallest rectangle around all; undefined around nothing. */
export function bounds(rects: Iterable<Rect>): Rect | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const rect of rects) {
    left = Math.min(left, rect.x);
    top = Math.min(top, rect.y);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  return left === Infinity ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

export function snapped(point: Point): Point {
  return { x: Math.round(point.x / GRID) * GRID, y: Math.round(point.y / GRID) * GRID };
}

/** A cubic curve between two cards: start, two control points, end. */
export interface Curve {
  readonly from: Point;
  readonly c1: Point;
  readonly c2: Point;
  readonly to: Point;
}

/** The curve of an edge, out of the side that faces the target. */
export function curveBetween(a: Rect, b: Rect): Curve {
  const [ca, cb] = [center(a), center(b)];
  const gapX = Math.max(b.x - (a.x + a.width), a.x - (b.x + b.width));
  const gapY = Math.max(b.y - (a.y + a.height), a.y - (b.y + b.height));
  if (gapX >= gapY || gapX > 24) {
    const sign = cb.x >= ca.x ? 1 : -1;
    const from = { x: ca.x + (sign * a.width) / 2, y: ca.y };
    const to = { x: cb.x - (sign * b.width) / 2, y: cb.y };
    const bend = Math.max(28, Math.abs(to.x - from.x) * 0.45);
    return { from, c1: { x: from.x + sign * bend, y: from.y }, c2: { x: to.x - sign * bend, y: to.y }, to };
  }
  const sign = cb.y >= ca.y ? 1 : -1;
  const from = { x: ca.x, y: ca.y + (sign * a.height) / 2 };
  const to = { x: cb.x, y: cb.y - (sign * b.height) / 2 };
  const bend = Math.max(24, Math.abs(to.y - from.y) * 0.45);
  return { from, c1: { x: from.x, y: from.y + sign * bend }, c2: { x: to.x, y: to.y - sign * bend }, to };
}

/** The point of the curve at share `t` of its parameter. */
export function along({ from, c1, c2, to }: Curve, t: number): Point {
  const s = 1 - t;
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return { x: a * from.x + b * c1.x + c * c2.x + d * to.x, y: a * from.y + b * c1.y + c * c2.y + d * to.y };
}

/** How far the point is from the curve, from 24 chords of it. */
export function distanceTo(curve: Curve, point: Point): number {
  let least = Infinity;
  let a = curve.from;
  for (let i = 1; i <= 24; i += 1) {
    const b = along(curve, i / 24);
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = dx * dx + dy * dy || 1;
    const t = Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / length));
    least = Math.min(least, Math.hypot(a.x + t * dx - point.x, a.y + t * dy - point.y));
    a = b;
  }
  return least;
}
