/**
 * From the shared document to `linchpin/1`: one deterministic reading that repairs what merging can break.
 * The twin of `designer/designs/projection.py`, tested on the same fixtures; its rules are written there.
 */

import type { Topology } from './types';

type Plain = Readonly<Record<string, unknown>>;

export interface Shared {
  readonly meta?: unknown;
  readonly nodes?: unknown;
  readonly edges?: unknown;
  readonly flows?: unknown;
}

/** Which kinds exist, and which of them contain others. */
export interface KnownKinds {
  readonly isNode: (kind: string) => boolean;
  readonly isContainer: (kind: string) => boolean;
  readonly isEdge: (kind: string) => boolean;
}

const FORMAT = 'linchpin/1';
const UNTITLED = 'Untitled';
const META = ['description', 'thresholds', 'accepted', 'scenario'];

export function project(shared: Shared, kinds: KnownKinds): Topology {
  const meta = mapOf(shared.meta);
  const nodes = sorted(shared.nodes).filter(([, node]) => kinds.isNode(textOf(node['kind'])));
  const present = new Set(nodes.map(([id]) => id));
  const containers = new Set(nodes.filter(([, node]) => kinds.isContainer(textOf(node['kind']))).map(([id]) => id));
  const parents = parentsOf(nodes, containers);
  const lists = {
    nodes: nodes.map(([id, node]) => nodeOf(id, node, parents.get(id), containers)),
    edges: sorted(shared.edges)
      .filter(([, edge]) => present.has(textOf(edge['source'])) && present.has(textOf(edge['target'])))
      .filter(([, edge]) => edge['kind'] == null || kinds.isEdge(textOf(edge['kind'])))
      .map(([id, edge]) => elementOf(id, edge, ['source', 'target', 'kind'], true)),
    flows: sorted(shared.flows)
      .filter(([, flow]) => present.has(textOf(flow['source'])))
      .map(([id, flow]) => {
        const found = elementOf(id, flow, ['source', 'rate_rps', 'mix', 'regions', 'shape', 'arrivals', 'name'], false);
        if (found['arrivals'] === 'poisson') delete found['arrivals'];
        return found;
      }),
  };
  return {
    format: FORMAT,
    name: textOf(meta['name']) || UNTITLED,
    ...pick(meta, META),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  } as unknown as Topology;
}

function nodeOf(id: string, node: Plain, parent: string | undefined, containers: ReadonlySet<string>) {
  const found = elementOf(id, node, ['kind', 'name', 'position', 'size', 'notes'], true);
  if (parent !== undefined) found['parent'] = parent;
  const spread = Array.isArray(node['spread']) ? node['spread'] : [];
  const kept = spread.filter((name) => containers.has(textOf(name)) && name !== id);
  if (kept.length > 0) found['spread'] = kept;
  const replicas = numberOf(node['replicas'], 1);
  if (replicas >= 2) found['replicas'] = Math.trunc(replicas);
  return found;
}

function elementOf(id: string, element: Plain, members: readonly string[], params: boolean): Record<string, unknown> {
  const found: Record<string, unknown> = { id, ...pick(element, members) };
  if (params) {
    const given = Object.entries(mapOf(element['params'])).filter(([, value]) => value != null);
    if (given.length > 0) found['params'] = Object.fromEntries(given);
  }
  return found;
}

/** The parent of each node that keeps one; cycles lose the edge out of their smallest id. */
function parentsOf(nodes: readonly (readonly [string, Plain])[], containers: ReadonlySet<string>): Map<string, string> {
  const parents = new Map<string, string>();
  for (const [id, node] of nodes) {
    const parent = textOf(node['parent']);
    if (parent !== id && containers.has(parent)) parents.set(id, parent);
  }
  for (const id of [...containers].sort(byCodePoint)) {
    const seen = new Set([id]);
    let above = parents.get(id);
    while (above !== undefined && !seen.has(above)) {
      seen.add(above);
      above = parents.get(above);
    }
    if (above === id) parents.delete(id);
  }
  return parents;
}

function sorted(elements: unknown): (readonly [string, Plain])[] {
  return Object.entries(mapOf(elements))
    .filter((pair): pair is [string, Plain] => isMap(pair[1]))
    .sort(([a, x], [b, y]) => numberOf(x['order'], 0) - numberOf(y['order'], 0) || byCodePoint(a, b));
}

function pick(from: Plain, members: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(members.filter((name) => !isEmpty(from[name])).map((name) => [name, from[name]]));
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isMap(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapOf(value: unknown): Plain {
  return isMap(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

function isEmpty(value: unknown): boolean {
  if (value == null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}
