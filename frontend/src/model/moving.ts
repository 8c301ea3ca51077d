/** Moving things to other places, into and out of containers; containers grow around what is put at their border. */

import type { Kinds } from './catalogue';
import { containerAt } from './changes';
import type { Edit } from './edits';
import { bounds, center } from './geometry';
import { TITLE, topmost, type Nodes, type Rects } from './nesting';
import type { Point, Rect, Topology } from './types';

/** Room between a container's border and what was dropped at it. */
const MARGIN = 16;

/** Moves nodes to corners in canvas units; a card dropped into or out of a container changes its parent. */
export function moveTo(topology: Topology, rects: Rects, kinds: Kinds, corners: ReadonlyMap<string, Point>): readonly Edit[] {
  const nodes = new Map((topology.nodes ?? []).map((node) => [node.id, node]));
  const after = new Map(rects);
  for (const [id, corner] of corners) {
    const rect = rects.get(id);
    if (rect) after.set(id, { ...rect, ...corner });
  }
  const roots = topmost(nodes, corners.keys());
  const parents = new Map([...nodes].map(([id, { parent }]) => [id, parent]));
  for (const id of roots) {
    const rect = after.get(id);
    if (rect) parents.set(id, containerAt(topology, after, kinds, center(rect), new Set([id])));
  }
  for (const [id, rect] of grown(parents, after, roots)) after.set(id, rect);
  return placing(nodes, rects, after, parents);
}

/** Moves nodes by a step, each in the container that it is in; containers grow around them. Answers how all lies then, too. */
export function stepped(topology: Topology, rects: Rects, ids: readonly string[], by: Point): { readonly edits: readonly Edit[]; readonly rects: Rects } {
  const nodes = new Map((topology.nodes ?? []).map((node) => [node.id, node]));
  const parents = new Map([...nodes].map(([id, { parent }]) => [id, parent]));
  const after = new Map(rects);
  for (const id of ids) {
    const rect = rects.get(id);
    if (rect) after.set(id, { ...rect, x: rect.x + by.x, y: rect.y + by.y });
  }
  for (const [id, rect] of grown(parents, after, ids)) after.set(id, rect);
  return { edits: placing(nodes, rects, after, parents), rects: after };
}

/** The containers above `touched` that must be larger to hold it, as they then lie. */
function grown(parents: ReadonlyMap<string, string | undefined>, rects: Rects, touched: Iterable<string>): Map<string, Rect> {
  const found = new Map<string, Rect>();
  for (const id of touched) {
    let inner = rects.get(id);
    const seen = new Set([id]);
    for (let above = parents.get(id); above !== undefined && inner && !seen.has(above); above = parents.get(above)) {
      seen.add(above);
      const outer: Rect | undefined = found.get(above) ?? rects.get(above);
      if (!outer) break;
      const wanted = {
        x: inner.x - MARGIN,
        y: inner.y - TITLE,
        width: inner.width + 2 * MARGIN,
        height: inner.height + MARGIN + TITLE,
      };
      const larger: Rect = bounds([outer, wanted]) ?? outer;
      if (larger.width !== outer.width || larger.height !== outer.height) found.set(above, larger);
      inner = larger;
    }
  }
  return found;
}

/** What has to be said of each node whose place, size or container is another one afterwards. */
function placing(nodes: Nodes, before: Rects, after: Rects, parents: ReadonlyMap<string, string | undefined>): Edit[] {
  const edits: Edit[] = [];
  for (const [id, node] of nodes) {
    const [old, now] = [before.get(id), after.get(id)];
    if (!old || !now) continue;
    const parent = parents.get(id);
    const was = relative(old, node.parent, before);
    const position = relative(now, parent, after);
    const members: Record<string, unknown> = {};
    if (parent !== node.parent) members['parent'] = parent ?? null;
    if (position.x !== was.x || position.y !== was.y || parent !== node.parent) members['position'] = position;
    if (now.width !== old.width || now.height !== old.height) members['size'] = { width: Math.round(now.width), height: Math.round(now.height) };
    if (Object.keys(members).length > 0) edits.push({ type: 'set', in: 'nodes', id, members });
  }
  return edits;
}

/** A corner in the units of the container (canvas units where there is none). */
function relative(at: Point, parent: string | undefined, rects: Rects): Point {
  const origin = parent === undefined ? undefined : rects.get(parent);
  return { x: Math.round(at.x - (origin?.x ?? 0)), y: Math.round(at.y - (origin?.y ?? 0)) };
}
