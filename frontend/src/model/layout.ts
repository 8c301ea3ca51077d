/** What the layout service is asked about a drawing, and its answer as edits. Pure. */

import type { Edit } from './edits';
import type { Nodes, Rects } from './nesting';
import type { Places } from './places';
import type { Edge, Node, Point, Topology } from './types';

/** As much of these nodes and the edges among them as their places depend on; whose container is not among them stands at the top. */
export function layoutQuestion(nodes: readonly Node[], edges: Iterable<Edge>): Topology {
  const asked = new Set(nodes.map(({ id }) => id));
  return {
    format: 'linchpin/1',
    name: '',
    nodes: nodes.map(({ id, kind, parent }) => ({ id, kind, ...(parent !== undefined && asked.has(parent) ? { parent } : {}) })),
    edges: [...edges]
      .filter(({ source, target }) => source !== target && asked.has(source) && asked.has(target))
      .map(({ id, source, target, kind }) => ({ id, source, target, ...(kind === undefined ? {} : { kind }) })),
  };
}

/** The places as edits, sizes only of containers; the whole of it begins at `origin`. */
export function layoutEdits(
  places: Places,
  origin: Point,
  nodes: Nodes,
  rects: Rects,
  isContainer: (kind: string) => boolean,
): Edit[] {
  const isTop = (node: Node): boolean => node.parent === undefined || !(node.parent in places);
  const tops = Object.keys(places).flatMap((id) => {
    const [node, place] = [nodes.get(id), places[id]];
    return node && place && isTop(node) ? [place] : [];
  });
  const [left, top] = [Math.min(...tops.map(({ x }) => x)), Math.min(...tops.map(({ y }) => y))];
  return Object.entries(places).flatMap(([id, { x, y, width, height }]): Edit[] => {
    const node = nodes.get(id);
    if (!node) return [];
    const around = isTop(node) && node.parent !== undefined ? rects.get(node.parent) : undefined;
    const [dx, dy] = isTop(node) ? [origin.x - left - (around?.x ?? 0), origin.y - top - (around?.y ?? 0)] : [0, 0];
    const members: Record<string, unknown> = { position: { x: Math.round(x + dx), y: Math.round(y + dy) } };
    if (isContainer(node.kind)) members['size'] = { width, height };
    return [{ type: 'set', in: 'nodes', id, members }];
  });
}
