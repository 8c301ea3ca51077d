/** Who lies in whom, and what a change of place does to positions (which are relative to the container). */

import type { Edit } from './edits';
import type { Node, Point, Rect } from './types';

export type Nodes = ReadonlyMap<string, Node>;
export type Rects = ReadonlyMap<string, Rect>;

/** Room that a container keeps around what is grouped into it; the title stands in the upper one. */
export const PADDING = 32;
export const TITLE = 40;

/** Whether `id` lies in `container`, at any depth. */
export function isInside(nodes: Nodes, id: string, container: string): boolean {
  const seen = new Set<string>();
  let above = nodes.get(id)?.parent;
  while (above !== undefined && !seen.has(above)) {
    if (above === container) return true;
    seen.add(above);
    above = nodes.get(above)?.parent;
  }
  return false;
}

/** All that lies in these, at any depth, they themselves left out. */
export function descendants(nodes: Nodes, ids: Iterable<string>): string[] {
  const roots = new Set(ids);
  return [...nodes.keys()].filter((id) => !roots.has(id) && [...roots].some((root) => isInside(nodes, id, root)));
}

/** Those of `ids` that no other of them contains: what moves when all of them are moved. */
export function topmost(nodes: Nodes, ids: Iterable<string>): string[] {
  const chosen = [...ids].filter((id) => nodes.has(id));
  return chosen.filter((id) => !chosen.some((other) => other !== id && isInside(nodes, id, other)));
}

/** Puts a node at an absolute place, in the container it is in or in another (null: in none). */
export function placeEdit(nodes: Nodes, rects: Rects, id: string, at: Point, parent?: string | null): Edit {
  const into = parent === undefined ? nodes.get(id)?.parent : (parent ?? undefined);
  const origin = (into === undefined ? undefined : rects.get(into)) ?? { x: 0, y: 0 };
  const position = { x: Math.round(at.x - origin.x), y: Math.round(at.y - origin.y) };
  return {
    type: 'set',
    in: 'nodes',
    id,
    members: parent === undefined ? { position } : { position, parent },
  };
}
