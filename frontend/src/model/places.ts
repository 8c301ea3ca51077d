/** Where nodes stand. Documents made by a program need not say it: what has no position is shown beside what has one. */

import type { Kinds } from './catalogue';
import { CARD, CONTAINER } from './geometry';
import { PADDING, TITLE } from './nesting';
import type { Node, Point, Rect, Topology } from './types';

/** Boxes by node, each relative to its container. */
export type Places = Readonly<Record<string, Rect>>;

const GAP = 24;
const COLUMNS = { inside: 2, outside: 4 } as const;

/** Whether anything in it was placed; a document of one node needs no arranging. */
export function isPlaced({ nodes = [] }: Topology): boolean {
  return nodes.length < 2 || nodes.some(({ position }) => position);
}

/** Rectangles of all nodes in canvas units, positions resolved through their containers. Where the document gives no position, `places` do. */
export function rectsOf(topology: Topology, kinds: Kinds, places: Places = {}): Map<string, Rect> {
  const free = spots(topology);
  const nodes = new Map((topology.nodes ?? []).map((node) => [node.id, node]));
  const rects = new Map<string, Rect>();
  const rectOf = (node: Node): Rect => {
    const known = rects.get(node.id);
    if (known) return known;
    const above = node.parent === undefined ? undefined : nodes.get(node.parent);
    const origin: Point = above ? rectOf(above) : { x: 0, y: 0 };
    const place = node.position ? undefined : places[node.id];
    const size = kinds.node.get(node.kind)?.container ? (place ?? node.size ?? CONTAINER) : CARD;
    const at = node.position ?? place ?? free.get(node.id) ?? { x: 0, y: 0 };
    const rect = {
      x: origin.x + at.x,
      y: origin.y + at.y,
      width: size.width,
      height: size.height,
    };
    rects.set(node.id, rect);
    return rect;
  };
  for (const node of nodes.values()) rectOf(node);
  return rects;
}

/** Corners for the nodes without a position: in rows, inside their container or below all that was placed. */
function spots({ nodes = [] }: Topology): ReadonlyMap<string, Point> {
  const bottoms = nodes.flatMap(({ parent, position, size }) => (position && parent === undefined ? [position.y + (size ?? CARD).height] : []));
  const below = bottoms.length > 0 ? Math.max(...bottoms) + PADDING : 0;
  const taken = new Map<string | undefined, number>();
  const found = new Map<string, Point>();
  for (const { id, parent, position } of nodes) {
    if (position) continue;
    const index = taken.get(parent) ?? 0;
    taken.set(parent, index + 1);
    const columns = parent === undefined ? COLUMNS.outside : COLUMNS.inside;
    const [left, top] = parent === undefined ? [0, below] : [PADDING, TITLE];
    found.set(id, {
      x: left + (index % columns) * (CARD.width + GAP),
      y: top + Math.floor(index / columns) * (CARD.height + GAP),
    });
  }
  return found;
}
