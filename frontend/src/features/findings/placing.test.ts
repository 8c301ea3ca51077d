import { describe, expect, it } from 'vitest';
import { kindsOf, type Catalogue } from '../../model/catalogue';
import { overlaps } from '../../model/geometry';
import { rectsOf } from '../../model/places';
import type { Node, Topology } from '../../model/types';
import { withPlaces } from './placing';

const kind = (id: string, container: boolean) => ({ id, container, role: 'service', params: [] });
const kinds = kindsOf({ kinds: [kind('zone', true), kind('database', false), kind('client', false)], edge_kinds: [], joins: [] } as unknown as Catalogue);

function drawing(nodes: readonly Node[], edges: Topology['edges'] = []): Topology {
  return { format: 'linchpin/1', name: 'x', nodes, edges };
}

const users: Node = { id: 'users', kind: 'client', position: { x: 0, y: 0 } };
const zone: Node = { id: 'a', kind: 'zone', position: { x: 300, y: 0 }, size: { width: 300, height: 200 } };
const db: Node = { id: 'db', kind: 'database', parent: 'a', position: { x: 40, y: 60 } };
const before = drawing([users, zone, db]);
const rects = rectsOf(before, kinds);
const placed = (nodes: readonly Node[], edges: Topology['edges'] = []) => withPlaces(before, drawing(nodes, edges), rects, kinds);

describe('what a change adds or moves', () => {
  it('leaves what only changes its numbers where it is', () => {
    const after = [users, zone, { ...db, replicas: 2 }];
    expect(placed(after).nodes).toEqual(after);
  });

  it('stays in sight where it stood when it leaves its container', () => {
    const free: Node = { id: db.id, kind: db.kind, position: { x: 40, y: 60 } };
    expect(placed([users, zone, free]).nodes?.[2]?.position).toEqual({ x: 340, y: 60 });
  });

  it('does not come to lie on anything', () => {
    const copy: Node = { id: 'copy', kind: 'database' };
    const after = placed([users, zone, db, copy], [{ id: 'r', source: 'db', target: 'copy', kind: 'replicate' }]);
    const now = rectsOf(after, kinds);
    const own = now.get('copy');
    for (const other of ['users', 'a']) expect(own && overlaps(own, now.get(other) ?? own)).toBe(false);
  });

  it('gets a new container beside its like, and lies inside it', () => {
    const copy: Node = { id: 'copy', kind: 'database', parent: 'b' };
    const after = placed([users, zone, db, copy, { id: 'b', kind: 'zone' }]);
    const now = rectsOf(after, kinds);
    expect(now.get('b')).toMatchObject({ x: 640, y: 0, width: 300, height: 200 });
    expect(after.nodes?.[3]?.position).toEqual({ x: 40, y: 40 });
  });
});
