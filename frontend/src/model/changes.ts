/** Gestures as lists of edits: pure, so that keys, menus and the canvas do the same. */

import { joinOf, type Kinds } from './catalogue';
import type { Edit } from './edits';
import { CARD, CONTAINER, contains, center } from './geometry';
import { freshId, stemOf } from './ids';
import type { Edge, Node, Point, Rect, Topology } from './types';

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

/** Moves nodes to corners in canvas units; a card dropped into or out of a container changes its parent. */
export function moveTo(
  topology: Topology,
  rects: ReadonlyMap<string, Rect>,
  kinds: Kinds,
  corners: ReadonlyMap<string, Point>,
): readonly Edit[] {
  const moved = new Map(rects);
  for (const [id, corner] of corners) {
    const rect = rects.get(id);
    if (rect) moved.set(id, { ...rect, ...corner });
  }
  const edits: Edit[] = [];
  for (const node of topology.nodes ?? []) {
    const rect = moved.get(node.id);
    if (!corners.has(node.id) || !rect || hasAncestorIn(topology, node, corners)) continue;
    const parent = containerAt(topology, moved, kinds, center(rect), new Set([node.id]));
    edits.push({
      type: 'set',
      in: 'nodes',
      id: node.id,
      members: { position: relative(rect, parent, moved), parent: parent ?? null },
    });
  }
  return edits;
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

function hasAncestorIn(topology: Topology, node: Node, ids: ReadonlyMap<string, unknown>): boolean {
  const parents = new Map((topology.nodes ?? []).map((each) => [each.id, each.parent]));
  for (let at = node.parent; at !== undefined; at = parents.get(at)) if (ids.has(at)) return true;
  return false;
}

function relative(at: Point, parent: string | undefined, rects: ReadonlyMap<string, Rect>): Point {
  const origin = parent === undefined ? undefined : rects.get(parent);
  return { x: Math.round(at.x - (origin?.x ?? 0)), y: Math.round(at.y - (origin?.y ?? 0)) };
}
