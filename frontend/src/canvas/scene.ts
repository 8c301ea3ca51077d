import type { Kinds } from '../model/catalogue';
import { joinOf } from '../model/catalogue';
import { curveBetween, distanceTo, type Curve } from '../model/geometry';
import type { Point, Rect, Topology } from '../model/types';

export interface SceneEdge {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly curve: Curve;
}

export interface SceneNode {
  readonly id: string;
  readonly rect: Rect;
  readonly container: boolean;
  readonly depth: number;
  readonly label: string;
}

/** What there is to paint, in canvas units; made anew when the document or a position changes. */
export interface Scene {
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
}

export function buildScene(topology: Topology, rects: ReadonlyMap<string, Rect>, kinds: Kinds): Scene {
  const nodes = new Map((topology.nodes ?? []).map((node) => [node.id, node]));
  const depthOf = (id: string | undefined): number => {
    let depth = 0;
    for (let at = id; at !== undefined; at = nodes.get(at)?.parent) depth += 1;
    return depth;
  };
  const scene: SceneNode[] = [];
  for (const node of nodes.values()) {
    const rect = rects.get(node.id);
    if (!rect) continue;
    const container = kinds.node.get(node.kind)?.container ?? false;
    scene.push({ id: node.id, rect, container, depth: depthOf(node.parent), label: node.name ?? node.id });
  }
  scene.sort((a, b) => Number(b.container) - Number(a.container) || a.depth - b.depth);
  const edges: SceneEdge[] = [];
  for (const edge of topology.edges ?? []) {
    const [a, b] = [rects.get(edge.source), rects.get(edge.target)];
    const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
    if (!a || !b || !source || !target) continue;
    const kind = edge.kind ?? joinOf(kinds, source.kind, target.kind)?.default ?? 'call';
    edges.push({ id: edge.id, kind, source: edge.source, target: edge.target, curve: curveBetween(a, b) });
  }
  return { nodes: scene, edges };
}

/** The edge nearest to the point, if it is within reach (canvas units). */
export function edgeAt(scene: Scene, point: Point, reach: number): SceneEdge | undefined {
  let nearest: SceneEdge | undefined;
  let least = reach;
  for (const edge of scene.edges) {
    const { from, c1, c2, to } = edge.curve;
    const left = Math.min(from.x, c1.x, c2.x, to.x) - reach;
    const right = Math.max(from.x, c1.x, c2.x, to.x) + reach;
    const top = Math.min(from.y, c1.y, c2.y, to.y) - reach;
    const bottom = Math.max(from.y, c1.y, c2.y, to.y) + reach;
    if (point.x < left || point.x > right || point.y < top || point.y > bottom) continue;
    const distance = distanceTo(edge.curve, point);
    if (distance < least) {
      least = distance;
      nearest = edge;
    }
  }
  return nearest;
}

/** The topmost node under the point; cards before containers. */
export function nodeAt(scene: Scene, point: Point): SceneNode | undefined {
  for (let i = scene.nodes.length - 1; i >= 0; i -= 1) {
    const node = scene.nodes[i];
    if (!node) continue;
    const { x, y, width, height } = node.rect;
    if (point.x >= x && point.x <= x + width && point.y >= y && point.y <= y + height) return node;
  }
  return undefined;
}
