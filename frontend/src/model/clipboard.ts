/** What is copied is a `linchpin/1` document as text, so it can be pasted into another tab, a file or a chat. */

import type { Edit } from './edits';
import { bounds } from './geometry';
import { freshId } from './ids';
import { descendants, topmost, type Nodes, type Rects } from './nesting';
import type { Edge, Flow, Node, Point, Topology } from './types';

interface Source {
  readonly nodes: Nodes;
  readonly rects: Rects;
  readonly edges: ReadonlyMap<string, Edge>;
  readonly flows: ReadonlyMap<string, Flow>;
}

/** The part of the drawing with these nodes, what lies in them, and the edges and flows between them. */
export function excerpt(drawing: Source, ids: Iterable<string>): Topology {
  const roots = topmost(drawing.nodes, ids);
  const chosen = new Set([...roots, ...descendants(drawing.nodes, roots)]);
  const nodes: Node[] = [];
  for (const [id, node] of drawing.nodes) {
    if (!chosen.has(id)) continue;
    const { parent, spread, ...rest } = node;
    const kept = spread?.filter((place) => chosen.has(place)) ?? [];
    const inside = parent !== undefined && chosen.has(parent);
    const { x, y } = drawing.rects.get(id) ?? { x: 0, y: 0 };
    nodes.push({
      ...rest,
      ...(inside ? { parent } : { position: { x, y } }),
      ...(kept.length > 0 ? { spread: kept } : {}),
    });
  }
  const edges = [...drawing.edges.values()].filter(({ source, target }) => chosen.has(source) && chosen.has(target));
  const flows = [...drawing.flows.values()].filter(({ source }) => chosen.has(source));
  return { format: 'linchpin/1', name: 'Selection', nodes, edges, flows };
}

/** The document in a text, or null where the text holds none. */
export function documentIn(text: string): Topology | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const topology = value as Partial<Topology>;
    if (topology.format !== 'linchpin/1' || !Array.isArray(topology.nodes) || topology.nodes.length === 0) return null;
    return topology.nodes.every(isNode) ? (value as Topology) : null;
  } catch {
    return null;
  }
}

function isNode(value: unknown): value is Node {
  const node = value as Partial<Node> | null;
  return typeof node === 'object' && node !== null && typeof node.id === 'string' && typeof node.kind === 'string';
}

export interface Pasted {
  readonly edits: readonly Edit[];
  /** The new nodes that lie in no other new one: what is selected afterwards. */
  readonly nodes: readonly string[];
}

/** Adds a document to a drawing, all of it under new ids, its middle at `at` (or shifted by `shift`). */
export function pasteEdits(
  drawing: Source,
  topology: Topology,
  to: { readonly at: Point } | { readonly shift: Point },
  isKnown: (kind: string) => boolean,
): Pasted {
  const nodes = (topology.nodes ?? []).filter(({ kind }) => isKnown(kind));
  const names = renamed(nodes, drawing.nodes);
  const loose = nodes.filter(({ parent }) => parent === undefined || !names.has(parent));
  const move = offsetOf(loose, to);
  const edits: Edit[] = nodes.map(({ id, parent, spread, position, ...rest }) => {
    const inside = parent === undefined ? undefined : names.get(parent);
    const places = spread?.flatMap((place) => names.get(place) ?? []) ?? [];
    const at = position ?? { x: 0, y: 0 };
    return {
      type: 'set',
      in: 'nodes',
      id: names.get(id) ?? id,
      members: {
        ...rest,
        position: inside === undefined ? { x: at.x + move.x, y: at.y + move.y } : at,
        ...(inside === undefined ? {} : { parent: inside }),
        ...(places.length > 0 ? { spread: places } : {}),
      },
    };
  });
  const edgeNames = renamed(topology.edges ?? [], drawing.edges);
  for (const { id, source, target, ...rest } of topology.edges ?? []) {
    const [from, onto] = [names.get(source), names.get(target)];
    if (from && onto) {
      edits.push({ type: 'set', in: 'edges', id: edgeNames.get(id) ?? id, members: { ...rest, source: from, target: onto } });
    }
  }
  const flowNames = renamed(topology.flows ?? [], drawing.flows);
  for (const { id, source, ...rest } of topology.flows ?? []) {
    const from = names.get(source);
    if (from) edits.push({ type: 'set', in: 'flows', id: flowNames.get(id) ?? id, members: { ...rest, source: from } });
  }
  return { edits, nodes: loose.map(({ id }) => names.get(id) ?? id) };
}

function offsetOf(loose: readonly Node[], to: { readonly at: Point } | { readonly shift: Point }): Point {
  if ('shift' in to) return to.shift;
  const around = bounds(loose.map(({ position, size }) => ({ x: 0, y: 0, width: 176, height: 64, ...size, ...position })));
  if (!around) return { x: 0, y: 0 };
  return {
    x: Math.round(to.at.x - around.x - around.width / 2),
    y: Math.round(to.at.y - around.y - around.height / 2),
  };
}

/** New ids where the old ones are taken: `web` becomes `web-2`, `web-2` becomes `web-3`. */
function renamed(elements: readonly { readonly id: string }[], taken: { has(id: string): boolean }): Map<string, string> {
  const names = new Map<string, string>();
  const given = new Set<string>();
  const isTaken = { has: (id: string) => taken.has(id) || given.has(id) };
  for (const { id } of elements) {
    const name = isTaken.has(id) ? freshId(id.replace(/-\d+$/, ''), isTaken) : id;
    given.add(name);
    names.set(id, name);
  }
  return names;
}
