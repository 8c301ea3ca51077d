import { freePlace } from '../../model/arrange';
import type { Kinds } from '../../model/catalogue';
import { CARD, CONTAINER, contains, center } from '../../model/geometry';
import type { Node, Point, Rect, Topology } from '../../model/types';

const GAP = 40;

/** The changed document with a place for what the change added or moved into another container, so that nothing comes to lie on something else. */
export function withPlaces(before: Topology, after: Topology, rects: ReadonlyMap<string, Rect>, kinds: Kinds): Topology {
  const old = new Map((before.nodes ?? []).map((node) => [node.id, node]));
  const known = new Map(rects);
  const parents = new Map((after.nodes ?? []).map((node) => [node.id, node.parent]));
  const isContainer = (node: Node): boolean => kinds.node.get(node.kind)?.container ?? false;
  const put = (node: Node): Node => {
    const was = old.get(node.id);
    if (was ? was.parent === node.parent : node.position !== undefined) return node;
    const home = node.parent === undefined ? undefined : known.get(node.parent);
    const size = known.get(node.id) ?? likeness(node, after, known, isContainer(node));
    const stays = was !== undefined && (!home || contains(home, center(size)));
    const mates = [...known].filter(([id]) => id !== node.id && id !== node.parent && parents.get(id) === node.parent).map(([, rect]) => rect);
    const at: Point = stays ? size : freePlace(mates, { ...wish(node, after, known, home), width: size.width, height: size.height });
    known.set(node.id, { x: at.x, y: at.y, width: size.width, height: size.height });
    const position = { x: Math.round(at.x - (home?.x ?? 0)), y: Math.round(at.y - (home?.y ?? 0)) };
    return { ...node, position, ...(isContainer(node) && !was ? { size: { width: size.width, height: size.height } } : {}) };
  };
  const containersFirst = [...(after.nodes ?? [])].sort((a, b) => Number(isContainer(b)) - Number(isContainer(a)));
  const placed = new Map(containersFirst.map((node) => [node.id, put(node)]));
  return { ...after, nodes: (after.nodes ?? []).map((node) => placed.get(node.id) ?? node) };
}

/** How large something new is: a container as its like beside it, anything else as a card. */
function likeness(node: Node, topology: Topology, known: ReadonlyMap<string, Rect>, container: boolean): Rect {
  const like = container && beside(node, topology, known);
  return like || { x: 0, y: 0, ...(container ? CONTAINER : CARD) };
}

/** Where something best goes: below what it is joined to if that has the same home, else into its container, else right of its like. */
function wish(node: Node, topology: Topology, known: ReadonlyMap<string, Rect>, home: Rect | undefined): Point {
  const joined = (topology.edges ?? [])
    .filter((edge) => edge.source === node.id || edge.target === node.id)
    .sort((a, b) => Number(b.kind === 'replicate') - Number(a.kind === 'replicate'))
    .flatMap((edge) => known.get(edge.source === node.id ? edge.target : edge.source) ?? [])
    .find((rect) => !home || contains(home, center(rect)));
  if (joined) return { x: joined.x, y: joined.y + joined.height + GAP };
  if (home) return { x: home.x + GAP, y: home.y + GAP };
  const like = beside(node, topology, known);
  return like ? { x: like.x + like.width + GAP, y: like.y } : { x: 0, y: 0 };
}

function beside(node: Node, topology: Topology, known: ReadonlyMap<string, Rect>): Rect | undefined {
  return (topology.nodes ?? [])
    .filter((other) => other.id !== node.id && other.kind === node.kind && other.parent === node.parent)
    .flatMap((other) => known.get(other.id) ?? [])
    .at(-1);
}
