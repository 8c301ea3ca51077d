/** From a drawing to the graph that the layered layout reads, and back to places. Pure; the layout itself runs in a worker. */

import type { Edit } from './edits';
import { CARD } from './geometry';
import { PADDING, TITLE } from './nesting';
import type { Edge, Node, Point, Rect } from './types';

export interface LayoutNode {
  id: string;
  width?: number;
  height?: number;
  x?: number;
  y?: number;
  children?: LayoutNode[];
  layoutOptions?: Record<string, string>;
}

export interface LayoutGraph extends LayoutNode {
  children: LayoutNode[];
  edges: { id: string; sources: string[]; targets: string[] }[];
}

const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.spacing.nodeNodeBetweenLayers': '64',
  'elk.spacing.nodeNode': '40',
  'elk.spacing.componentComponent': '64',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.crossingMinimization.forceNodeModelOrder': 'false',
};
const INSIDE = {
  'elk.padding': `[top=${PADDING + TITLE},left=${PADDING},bottom=${PADDING},right=${PADDING}]`,
};

/**
 * The graph of these nodes; a node whose container is not among them stands at the top. Edges beside the path of
 * requests (`isBeside`) do not pull at what serves them: what only watches stands right of what it watches.
 */
export function layoutGraph(
  nodes: readonly Node[],
  edges: Iterable<Edge>,
  isContainer: (kind: string) => boolean,
  isBeside: (edge: Edge) => boolean = () => false,
): LayoutGraph {
  const made = new Map<string, LayoutNode>(
    nodes.map(({ id, kind, size }) => [
      id,
      isContainer(kind) ? { id, width: size?.width ?? 240, height: size?.height ?? 160 } : { id, ...CARD },
    ]),
  );
  const roots: LayoutNode[] = [];
  for (const { id, parent } of nodes) {
    const own = made.get(id);
    if (!own) continue;
    const above = parent === undefined ? undefined : made.get(parent);
    if (!above) {
      roots.push(own);
      continue;
    }
    // A container with something in it takes the size that this needs.
    delete above.width;
    delete above.height;
    above.layoutOptions = INSIDE;
    (above.children ??= []).push(own);
  }
  const inner = [...edges].filter(({ source, target }) => source !== target && made.has(source) && made.has(target));
  const serving = new Set(inner.filter((edge) => !isBeside(edge)).flatMap(({ source, target }) => [source, target]));
  const lines = inner.flatMap((edge) => {
    const { id, source, target } = edge;
    if (!isBeside(edge)) return [{ id, sources: [source], targets: [target] }];
    const [a, b] = [serving.has(source), serving.has(target)];
    if (a && b) return [];
    return [a || !b ? { id, sources: [source], targets: [target] } : { id, sources: [target], targets: [source] }];
  });
  return { id: '', children: roots, edges: lines, layoutOptions: OPTIONS };
}

/** The places and sizes of a laid out graph as edits; the whole of it begins at `origin`. */
export function layoutEdits(
  laidOut: LayoutNode,
  origin: Point,
  nodes: ReadonlyMap<string, Node>,
  rects: ReadonlyMap<string, Rect>,
): Edit[] {
  const edits: Edit[] = [];
  const visit = (node: LayoutNode, top: boolean): void => {
    const parent = nodes.get(node.id)?.parent;
    const around = (top && parent !== undefined ? rects.get(parent) : undefined) ?? { x: 0, y: 0 };
    const [dx, dy] = top ? [origin.x - around.x, origin.y - around.y] : [0, 0];
    const members: Record<string, unknown> = {
      position: { x: Math.round((node.x ?? 0) + dx), y: Math.round((node.y ?? 0) + dy) },
    };
    if (node.children?.length) {
      members['size'] = { width: Math.round(node.width ?? 0), height: Math.round(node.height ?? 0) };
    }
    edits.push({ type: 'set', in: 'nodes', id: node.id, members });
    for (const child of node.children ?? []) visit(child, false);
  };
  for (const child of laidOut.children ?? []) visit(child, true);
  return edits;
}
