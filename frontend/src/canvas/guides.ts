import type { Point, Rect } from '../model/types';

export interface Aligned {
  readonly point: Point;
  readonly guides: readonly { readonly x?: number; readonly y?: number }[];
}

/** Pulls a corner so that an edge or the middle lines up with a neighbour's, within `reach`. */
export function align(corner: Point, size: { width: number; height: number }, others: Iterable<Rect>, reach: number): Aligned {
  let bestX: { by: number; at: number } | null = null;
  let bestY: { by: number; at: number } | null = null;
  const ownX = [corner.x, corner.x + size.width / 2, corner.x + size.width];
  const ownY = [corner.y, corner.y + size.height / 2, corner.y + size.height];
  for (const other of others) {
    const xs = [other.x, other.x + other.width / 2, other.x + other.width];
    const ys = [other.y, other.y + other.height / 2, other.y + other.height];
    for (let i = 0; i < 3; i += 1) {
      const [dx, dy] = [(xs[i] ?? 0) - (ownX[i] ?? 0), (ys[i] ?? 0) - (ownY[i] ?? 0)];
      if (Math.abs(dx) <= reach && (!bestX || Math.abs(dx) < Math.abs(bestX.by))) bestX = { by: dx, at: xs[i] ?? 0 };
      if (Math.abs(dy) <= reach && (!bestY || Math.abs(dy) < Math.abs(bestY.by))) bestY = { by: dy, at: ys[i] ?? 0 };
    }
  }
  return {
    point: { x: corner.x + (bestX?.by ?? 0), y: corner.y + (bestY?.by ?? 0) },
    guides: [...(bestX ? [{ x: bestX.at }] : []), ...(bestY ? [{ y: bestY.at }] : [])],
  };
}
