/** Gestures as lists of edits: pure, so that keys, menus and the canvas do the same. */

import { joinOf, type Kinds } from './catalogue';
import type { Edit } from './edits';
import { CARD, CONTAINER, contains, center } from './geometry';
import { freshId, stemOf } from './ids';
import type { Edge, Point, Rect, Topology } from './types';

interface Made {
  readonly id: string;
  readonly edits: readonly Edit[];
}

const DEFAULT_RATE_RPS = 100;

/** A new node with its upper left corner at `at` (canvas units), in the container under it. A client gets a flow. */
export function addNode(topology: Topology, rects: ReadonlyMap<string, Rect>, kinds: Kinds, kind: string, at: Point): Made {
  const ids = new Set((topology.nodes ?? []).map((node) => node.id));
  const id = freshId(stemOf(kind), ids);
  const isContainer = kinds.node.get(kind)?.container ?? false;
  const size = isContainer ? CONTAINER : CARD;
  const parent = containerAt(topology, rects, kinds, center({ ...at, ...size }), new Set([id]));
  const edits: Edit[] = [
    {
      type: 'set',
      in: 'nodes',
      id,
      members: { kind, position: relative(at, parent, rects), ...(parent ? { parent } : {}), ...(isContainer ? { size } : {}) },
    },
  ];
  if (kinds.node.get(kind)?.role === 'client') {
    const flows = new Set((topology.flows ?? []).map((flow) => flow.id));
    const members = { source: id, rate_rps: DEFAULT_RATE_RPS, mix: { read: 0.9, write: 0.1 } };
    edits.push({ type: 'set', in: 'flows', id: freshId('requests', flows), members });
  }
  return { id, edits };
}

/** Why two nodes cannot be joined, as a key of the texts; null when they can. */
export function obstacle(topology: Topology, kinds: Kinds, source: string, target: string): 'self' | 'double' | 'kinds' | null {
  if (source === target) return 'self';
  const nodes = new Map((topology.nodes ?? []).map((node) => [node.id, node]));
  const [a, b] = [nodes.get(source), nodes.get(target)];
  if (!a || !b || !joinOf(kinds, a.kind, b.kind)) return 'kinds';
  return (topology.edges ?? []).some((edge) => edge.source === source && edge.target === target) ? 'double' : null;
}

export function connect(topology: Topology, source: string, target: string): Made {
  const ids = new Set((topology.edges ?? []).map((edge) => edge.id));
  const id = freshId(`${source}-${target}`.slice(0, 56), ids);
  return { id, edits: [{ type: 'set', in: 'edges', id, members: { source, target } }] };
}

/** Whether something of that kind may stand between the two ends of an edge. */
export function fitsInto({ nodes = [] }: Topology, kinds: Kinds, kind: string, { source, target }: Pick<Edge, 'source' | 'target'>): boolean {
  const kindOf = (id: string): string => nodes.find((node) => node.id === id)?.kind ?? '';
  return joinOf(kinds, kindOf(source), kind) !== undefined && joinOf(kinds, kind, kindOf(target)) !== undefined;
}

/** Puts the node between the ends of the edge: the edge leads to it, a new one goes on. */
export function insertInto(topology: Topology, edge: Edge, node: string): Made {
  const onward = connect(topology, node, edge.target);
  return {
    id: onward.id,
    edits: [{ type: 'set', in: 'edges', id: edge.id, members: { target: node, kind: null } }, ...onward.edits],
  };
}

/** Removes nodes with their edges and flows, and edges. What lay in a removed container stays, one level up. */
export function remove(
  topology: Topology,
  rects: ReadonlyMap<string, Rect>,
  nodes: ReadonlySet<string>,
  edges: ReadonlySet<string>,
): readonly Edit[] {
  const edits: Edit[] = [];
  const parents = new Map((topology.nodes ?? []).map((node) => [node.id, node.parent]));
  for (const node of topology.nodes ?? []) {
    if (nodes.has(node.id)) edits.push({ type: 'remove', in: 'nodes', id: node.id });
    else {
      let parent = node.parent;
      while (parent !== undefined && nodes.has(parent)) parent = parents.get(parent);
      const spread = (node.spread ?? []).filter((name) => !nodes.has(name));
      const members: Record<string, unknown> = {};
      const rect = rects.get(node.id);
      if (parent !== node.parent && rect) {
        members['parent'] = parent ?? null;
        members['position'] = relative(rect, parent, rects);
      }
      if (spread.length !== (node.spread ?? []).length) members['spread'] = spread.length > 0 ? spread : null;
      if (Object.keys(members).length > 0) edits.push({ type: 'set', in: 'nodes', id: node.id, members });
    }
  }
  for (const edge of topology.edges ?? []) {
    if (edges.has(edge.id) || nodes.has(edge.source) || nodes.has(edge.target)) {
      edits.push({ type: 'remove', in: 'edges', id: edge.id });
    }
  }
  for (const flow of topology.flows ?? []) {
    if (nodes.has(flow.source)) edits.push({ type: 'remove', in: 'flows', id: flow.id });
  }
  return edits;
}

/** Why the edge may not begin or end at that node instead, as a key of the texts; null when it may (or does already). */
export function reconnectObstacle(topology: Topology, kinds: Kinds, edge: Edge, end: 'source' | 'target', node: string) {
  if (edge[end] === node) return null;
  const [source, target] = end === 'source' ? [node, edge.target] : [edge.source, node];
  return obstacle(topology, kinds, source, target);
}

/** The edge begins or ends at another node; its kind stays where it still makes sense. */
export function reconnect(topology: Topology, kinds: Kinds, edge: Edge, end: 'source' | 'target', node: string): readonly Edit[] {
  if (edge[end] === node) return [];
  const kindOf = (id: string): string => (topology.nodes ?? []).find((each) => each.id === id)?.kind ?? '';
  const [source, target] = end === 'source' ? [node, edge.target] : [edge.source, node];
  const fits = edge.kind === undefined || (joinOf(kinds, kindOf(source), kindOf(target))?.accepted.includes(edge.kind) ?? false);
  return [{ type: 'set', in: 'edges', id: edge.id, members: { [end]: node, ...(fits ? {} : { kind: null }) } }];
}

/** The innermost container at the point that is none of `except` and lies in none of them. */
export function containerAt(
  topology: Topology,
  rects: ReadonlyMap<string, Rect>,
  kinds: Kinds,
  point: Point,
  except: ReadonlySet<string>,
): string | undefined {
  const nodes = new Map((topology.nodes ?? []).map((node) => [node.id, node]));
  let found: string | undefined;
  let area = Infinity;
  for (const node of nodes.values()) {
    const rect = rects.get(node.id);
    if (!rect || !kinds.node.get(node.kind)?.container || !contains(rect, point)) continue;
    let inside = false;
    for (let at: string | undefined = node.id; at !== undefined; at = nodes.get(at)?.parent) inside ||= except.has(at);
    if (!inside && rect.width * rect.height < area) {
      area = rect.width * rect.height;
      found = node.id;
    }
  }
  return found;
}

function relative(at: Point, parent: string | undefined, rects: ReadonlyMap<string, Rect>): Point {
  const origin = parent === undefined ? undefined : rects.get(parent);
  return { x: Math.round(at.x - (origin?.x ?? 0)), y: Math.round(at.y - (origin?.y ?? 0)) };
}
