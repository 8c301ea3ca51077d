import { describe, expect, it } from 'vitest';
import { kindsOf, type Catalogue } from './catalogue';
import { overlaps } from './geometry';
import { isPlaced, rectsOf } from './places';
import type { Node, Rect, Topology } from './types';

const kinds = kindsOf({
  kinds: [{ id: 'zone', container: true }, { id: 'service', container: false }], edge_kinds: [], joins: {},
} as unknown as Catalogue);

function drawing(nodes: readonly Node[]): Topology {
  return { format: 'linchpin/1', name: '', nodes };
}

const services = (count: number, more: Partial<Node> = {}): Node[] =>
  Array.from({ length: count }, (_, i) => ({ id: `s${i}`, kind: 'service', ...more }));

function expectApart(rects: ReadonlyMap<string, Rect>, but: string[] = []): void {
  const cards = [...rects].filter(([id]) => !but.includes(id));
  for (const [i, [id, rect]] of cards.entries()) {
    for (const [other, its] of cards.slice(i + 1)) expect(overlaps(rect, its), `${id} and ${other}`).toBe(false);
  }
}

describe('where nodes stand', () => {
  it('keeps what has no position apart from each other and from what has one', () => {
    const placed: Node = { id: 'placed', kind: 'service', position: { x: 0, y: 0 } };
    const rects = rectsOf(drawing([placed, ...services(7)]), kinds);
    expect(rects.get('placed')).toEqual({ x: 0, y: 0, width: 176, height: 64 });
    expectApart(rects);
  });

  it('keeps what has no position inside its container', () => {
    const zone: Node = { id: 'zone', kind: 'zone', position: { x: 500, y: 300 } };
    const rects = rectsOf(drawing([zone, ...services(4, { parent: 'zone' })]), kinds);
    expectApart(rects, ['zone']);
    for (const { id } of services(4)) {
      const { x = 0, width = 0 } = rects.get(id) ?? {};
      expect(x).toBeGreaterThan(500);
      expect(x + width).toBeLessThan(500 + 420);
    }
  });

  it('takes the given places for what has no position, and for nothing else', () => {
    const zone: Node = { id: 'zone', kind: 'zone' };
    const stays: Node = { id: 'stays', kind: 'service', parent: 'zone', position: { x: 10, y: 60 } };
    const places = {
      zone: { x: 100, y: 100, width: 600, height: 400 },
      s0: { x: 32, y: 48, width: 176, height: 64 },
      stays: { x: 300, y: 300, width: 176, height: 64 },
    };
    const rects = rectsOf(drawing([zone, stays, ...services(1, { parent: 'zone' })]), kinds, places);
    expect(rects.get('zone')).toEqual(places.zone);
    expect(rects.get('s0')).toMatchObject({ x: 132, y: 148 });
    expect(rects.get('stays')).toMatchObject({ x: 110, y: 160 });
  });

  it('knows a document that nobody has arranged', () => {
    expect(isPlaced(drawing(services(2)))).toBe(false);
    expect(isPlaced(drawing(services(1)))).toBe(true);
    expect(isPlaced(drawing([...services(2), { id: 'x', kind: 'service', position: { x: 0, y: 0 } }]))).toBe(true);
  });
});
