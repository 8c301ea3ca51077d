import type { Kinds } from '../model/catalogue';
import { joinOf } from '../model/catalogue';
import { contains, curveBetween, distanceTo, holds, overlaps, type Curve } from '../model/geometry';
import type { Point, Rect, Topology } from '../model/types';

export interface SceneEdge {
  readonly id: string;
  readonly kind: string;
  readonly source: string;
  readonly target: string;
  readonly curve: Curve;
  /** The rectangle that holds the curve. */
  readonly box: Rect;
}

export interface SceneNode {
  readonly id: string;
  readonly rect: Rect;
  readonly container: boolean;
  readonly depth: number;
  readonly label: string;
  readonly group: string;
}

/** What there is to paint, in canvas units, containers first; made anew when the document changes. */
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
    const kind = kinds.node.get(node.kind);
    scene.push(
      kept({
        id: node.id,
        rect,
        container: kind?.container ?? false,
        depth: depthOf(node.parent),
        label: node.name ?? node.id,
        group: kind?.group ?? '',
      }),
    );
  }
  scene.sort((a, b) => Number(b.container) - Number(a.container) || a.depth - b.depth);
  const edges: SceneEdge[] = [];
  for (const edge of topology.edges ?? []) {
    const [a, b] = [rects.get(edge.source), rects.get(edge.target)];
    const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)];
    if (!a || !b || !source || !target) continue;
    const kind = edge.kind ?? joinOf(kinds, source.kind, target.kind)?.default ?? 'call';
    edges.push({ id: edge.id, kind, source: edge.source, target: edge.target, ...lineBetween(a, b) });
  }
  return { nodes: scene, edges };
}

const MOST_KEPT = 20_000;
const known = new Map<string, SceneNode>();

/** The object there was before, where the node is as it was: of a thousand cards an edit renders the one that it changed. */
function kept(node: SceneNode): SceneNode {
  const before = known.get(node.id);
  if (before && isAlike(before, node)) return before;
  if (known.size > MOST_KEPT) known.clear();
  known.set(node.id, node);
  return node;
}

function isAlike(a: SceneNode, b: SceneNode): boolean {
  const { x, y, width, height } = a.rect;
  const isPlacedAlike = x === b.rect.x && y === b.rect.y && width === b.rect.width && height === b.rect.height;
  return isPlacedAlike && a.container === b.container && a.depth === b.depth && a.label === b.label && a.group === b.group;
}

/** The scene with some nodes elsewhere: while they are dragged. Everything that stays is shared with the old one. */
export function withMoved(scene: Scene, moved: ReadonlyMap<string, Rect>): Scene {
  const ends = new Map<string, Rect>();
  const nodes = scene.nodes.map((node) => {
    const rect = moved.get(node.id) ?? node.rect;
    ends.set(node.id, rect);
    return rect === node.rect ? node : { ...node, rect };
  });
  const edges = scene.edges.map((edge) => {
    if (!moved.has(edge.source) && !moved.has(edge.target)) return edge;
    const [a, b] = [ends.get(edge.source), ends.get(edge.target)];
    return a && b ? { ...edge, ...lineBetween(a, b) } : edge;
  });
  return { nodes, edges };
}

/** The part of the scene that moves with these nodes, edges at them included, or the part that stays. */
export function partOf({ nodes, edges }: Scene, held: ReadonlySet<string>, moves: boolean): Scene {
  return {
    nodes: nodes.filter(({ id }) => held.has(id) === moves),
    edges: edges.filter(({ source, target }) => (held.has(source) || held.has(target)) === moves),
  };
}

function lineBetween(a: Rect, b: Rect): { curve: Curve; box: Rect } {
  const curve = curveBetween(a, b);
  const { from, c1, c2, to } = curve;
  const x = Math.min(from.x, c1.x, c2.x, to.x);
  const y = Math.min(from.y, c1.y, c2.y, to.y);
  const width = Math.max(from.x, c1.x, c2.x, to.x) - x;
  const height = Math.max(from.y, c1.y, c2.y, to.y) - y;
  return { curve, box: { x, y, width, height } };
}

/** The edge nearest to the point, if it is within reach (canvas units). */
export function edgeAt(scene: Scene, point: Point, reach: number): SceneEdge | undefined {
  let nearest: SceneEdge | undefined;
  let least = reach;
  for (const edge of scene.edges) {
    const { x, y, width, height } = edge.box;
    if (point.x < x - reach || point.x > x + width + reach || point.y < y - reach || point.y > y + height + reach) continue;
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
    if (node && contains(node.rect, point)) return node;
  }
  return undefined;
}

/** What a marquee over the area chooses: the cards that it touches, and the containers that it holds whole. */
export function chosenIn({ nodes }: Scene, area: Rect): string[] {
  return nodes.filter(({ rect, container }) => (container ? holds(area, rect) : overlaps(area, rect))).map(({ id }) => id);
}

/** The nodes that touch an area; null where more than `most` cards do. */
export function nodesIn(scene: Scene, area: Rect, most: number): SceneNode[] | null {
  const found: SceneNode[] = [];
  let cards = 0;
  for (const node of scene.nodes) {
    if (!overlaps(node.rect, area)) continue;
    found.push(node);
    if (!node.container && (cards += 1) > most) return null;
  }
  return found;
}
