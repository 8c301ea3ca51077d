import { createContext } from 'react';
import { currentKinds, useDrawingState } from '../editor/drawing';
import type { Rejoining } from '../editor/view';
import { obstacle, reconnectObstacle } from '../model/changes';
import { contains } from '../model/geometry';
import type { Point } from '../model/types';

/** The card from which a connection is being pulled. */
export const PulledFrom = createContext<string | null>(null);

/** How far beside a card a connection still ends at it, in canvas units. */
const MAGNET = 22;

/** The card at a point or just beside it: a connection may end anywhere on it, not only at a dot. */
export function cardAt(point: Point): string | null {
  const { nodes, rects } = useDrawingState.getState();
  const kinds = currentKinds();
  let found: string | null = null;
  for (const [id, node] of nodes) {
    const rect = rects.get(id);
    if (!rect || kinds.node.get(node.kind)?.container) continue;
    if (contains(rect, point)) return id;
    const near = { x: rect.x - MAGNET, y: rect.y - MAGNET, width: rect.width + 2 * MAGNET, height: rect.height + 2 * MAGNET };
    if (contains(near, point)) found = id;
  }
  return found;
}

/** What a card is to the connection that is being pulled: nothing, where it may end, or where it may not. */
export function standing(id: string, from: string | null, rejoining: Rejoining | null): 'apart' | 'target' | 'refused' {
  if (rejoining) {
    const { topology, edges } = useDrawingState.getState();
    const edge = edges.get(rejoining.edge);
    if (!edge || edge.source === id || edge.target === id) return 'apart';
    return reconnectObstacle(topology, currentKinds(), edge, rejoining.end, id) === null ? 'target' : 'refused';
  }
  if (from === null || from === id) return 'apart';
  return refusal(from, id) === null ? 'target' : 'refused';
}

/** Why no connection may lead from one element to the other; null where it may. */
export function refusal(source: string, target: string): ReturnType<typeof obstacle> {
  return obstacle(useDrawingState.getState().topology, currentKinds(), source, target);
}
