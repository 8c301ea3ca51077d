import { describe, expect, it } from 'vitest';
import { kindsOf, type Catalogue } from './catalogue';
import { overlaps } from './geometry';
import { rectsOf } from './places';
import { roomOn } from './room';
import type { Edge, Node, Rect, Topology } from './types';

const kinds = kindsOf({
  kinds: [{ id: 'zone', container: true }, { id: 'service', container: false }], edge_kinds: [], joins: {},
} as unknown as Catalogue);

const at = (id: string, x: number, y: number, more: Partial<Node> = {}): Node => ({ id, kind: 'service', position: { x, y }, ...more });
const edge: Edge = { id: 'e', source: 'a', target: 'b' };

/** All rectangles after room was made, with the new card as `new`. */
function after(nodes: readonly Node[], wish: { x: number; y: number }) {
  const topology: Topology = { format: 'linchpin/1', name: '', nodes, edges: [edge] };
  const before = rectsOf(topology, kinds);
  const room = roomOn(topology, before, edge, wish);
  const members = new Map(room.edits.flatMap((edit) => (edit.type === 'set' ? [[edit.id, edit.members] as const] : [])));
  const now = rectsOf({ ...topology, nodes: nodes.map((node) => ({ ...node, ...members.get(node.id) })) }, kinds);
  expect(now).toEqual(room.rects);
  const card: Rect = { ...room.corner, width: 176, height: 64 };
  return { before, now, card, moved: [...members.keys()] };
}

describe('a card that is put on an edge', () => {
  it('stays where it was dropped when there is room, and moves nothing', () => {
    const { card, moved } = after([at('a', 0, 0), at('b', 700, 0)], { x: 300, y: 0 });
    expect(card).toMatchObject({ x: 300, y: 0 });
    expect(moved).toEqual([]);
  });

  it('is kept off its neighbours', () => {
    expect(after([at('a', 0, 0), at('b', 700, 0)], { x: 180, y: 0 }).card.x).toBe(176 + 56);
    expect(after([at('a', 0, 0), at('b', 700, 0)], { x: 600, y: 0 }).card.x).toBe(700 - 56 - 176);
  });

  it('stands in line with them', () => {
    expect(after([at('a', 0, 0), at('b', 700, 0)], { x: 300, y: 20 }).card.y).toBe(0);
    expect(after([at('a', 0, 0), at('b', 700, 140)], { x: 350, y: 90 }).card.y).toBe(70);
  });

  it('makes what comes after it step back, whichever way the edge leads', () => {
    for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
      const place = (id: string, n: number): Node => at(id, x * n * 240, y * n * 120);
      const { before, now, card, moved } = after([place('a', 0), place('b', 1), place('c', 2), place('behind', -1)], {
        x: x * 120,
        y: y * 60,
      });
      expect(moved.sort()).toEqual(['b', 'c']);
      for (const rect of now.values()) expect(overlaps(card, rect)).toBe(false);
      const gap = (rects: ReadonlyMap<string, Rect>): number[] =>
        [(rects.get('c')?.x ?? 0) - (rects.get('b')?.x ?? 0), (rects.get('c')?.y ?? 0) - (rects.get('b')?.y ?? 0)];
      expect(gap(now)).toEqual(gap(before));
    }
  });

  it('lets a container grow around those of its members that step back, and moves what stands beside it', () => {
    const zone: Node = { id: 'zone', kind: 'zone', position: { x: -32, y: -40 }, size: { width: 480, height: 160 } };
    const { now, moved } = after(
      [zone, at('a', 32, 40, { parent: 'zone' }), at('b', 272, 40, { parent: 'zone' }), at('c', 500, 0)],
      { x: 120, y: 0 },
    );
    expect(moved.sort()).toEqual(['b', 'c', 'zone']);
    const [outer, inner, beside] = [now.get('zone'), now.get('b'), now.get('c')];
    expect((inner?.x ?? 0) + 176).toBeLessThan((outer?.x ?? 0) + (outer?.width ?? 0));
    expect((outer?.x ?? 0) + (outer?.width ?? 0)).toBeLessThan(beside?.x ?? 0);
  });
});
