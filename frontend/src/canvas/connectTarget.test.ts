import { beforeEach, describe, expect, it } from 'vitest';
import { setCatalogue, useDrawingState } from '../editor/drawing';
import type { Catalogue } from '../model/catalogue';
import type { Edge, Topology } from '../model/types';
import { standing } from './connectTarget';

const edge: Edge = { id: 'e', source: 'lb', target: 'web' };
const topology: Topology = {
  format: 'linchpin/1',
  name: '',
  nodes: ['users', 'lb', 'web', 'db'].map((id) => ({ id, kind: id })),
  edges: [edge],
};

beforeEach(() => {
  const call = { default: 'call', accepted: ['call'] };
  setCatalogue({ kinds: [], edge_kinds: [], joins: { users: { lb: call }, lb: { web: call, db: call }, web: { db: call } } } as unknown as Catalogue);
  useDrawingState.setState({ topology, edges: new Map([[edge.id, edge]]) });
});

describe('a card, while a connection is pulled', () => {
  it('is a place to end where the kinds may be joined, in that direction, and are not yet', () => {
    expect(standing('db', 'web', null)).toBe('target');
    expect(standing('web', 'db', null)).toBe('refused');
    expect(standing('web', 'lb', null)).toBe('refused');
    expect(standing('web', 'web', null)).toBe('apart');
    expect(standing('web', null, null)).toBe('apart');
  });

  it('is judged for the end that is pulled, its own two cards left out', () => {
    const pull = (id: string, end: 'source' | 'target') => standing(id, null, { edge: 'e', end, over: null });
    expect(pull('db', 'target')).toBe('target');
    expect(pull('users', 'target')).toBe('refused');
    expect(pull('db', 'source')).toBe('refused');
    expect(pull('lb', 'target')).toBe('apart');
    expect(pull('web', 'target')).toBe('apart');
  });
});
