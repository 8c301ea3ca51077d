import { describe, expect, it } from 'vitest';
import { kindsOf, type Catalogue } from './catalogue';
import { moveTo } from './moving';
import { rectsOf } from './places';
import type { Topology } from './types';

const kinds = kindsOf({
  kinds: [{ id: 'zone', container: true }, { id: 'service', container: false }], edge_kinds: [], joins: {},
} as unknown as Catalogue);

const topology: Topology = {
  format: 'linchpin/1',
  name: 'moving',
  nodes: [
    { id: 'zone', kind: 'zone', position: { x: 100, y: 100 }, size: { width: 400, height: 300 } },
    { id: 'inside', kind: 'service', parent: 'zone', position: { x: 40, y: 60 } },
    { id: 'outside', kind: 'service', position: { x: 700, y: 700 } },
  ],
};
const rects = rectsOf(topology, kinds);

describe('dropping a card', () => {
  it('at the border of a container makes the container larger, in the same step', () => {
    const edits = moveTo(topology, rects, kinds, new Map([['outside', { x: 400, y: 200 }]]));
    expect(edits).toEqual([
      { type: 'set', in: 'nodes', id: 'zone', members: { size: { width: 492, height: 300 } } },
      { type: 'set', in: 'nodes', id: 'outside', members: { parent: 'zone', position: { x: 300, y: 100 } } },
    ]);
  });

  it('at its left border leaves in place what already lies in it', () => {
    const edits = moveTo(topology, rects, kinds, new Map([['outside', { x: 60, y: 200 }]]));
    const members = Object.fromEntries(edits.map((edit) => ['id' in edit ? edit.id : '', 'members' in edit ? edit.members : {}]));
    expect(members['zone']).toEqual({ position: { x: 44, y: 100 }, size: { width: 456, height: 300 } });
    expect(members['inside']).toEqual({ position: { x: 96, y: 60 } });
    expect(members['outside']).toMatchObject({ parent: 'zone', position: { x: 16, y: 100 } });
  });

  it('out of a container takes it out', () => {
    expect(moveTo(topology, rects, kinds, new Map([['inside', { x: 900, y: 100 }]]))).toEqual([
      { type: 'set', in: 'nodes', id: 'inside', members: { parent: null, position: { x: 900, y: 100 } } },
    ]);
  });

  it('says nothing of what moves along with its container', () => {
    const corners = new Map([['zone', { x: 0, y: 0 }], ['inside', { x: 40, y: 60 }]]);
    expect(moveTo(topology, rects, kinds, corners)).toEqual([
      { type: 'set', in: 'nodes', id: 'zone', members: { position: { x: 0, y: 0 } } },
    ]);
  });
});
