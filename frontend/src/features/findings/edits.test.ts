import { describe, expect, it } from 'vitest';
import type { Topology } from '../../model/types';
import { editsBetween } from './edits';

const before: Topology = {
  format: 'linchpin/1',
  name: 'x',
  nodes: [
    { id: 'web', kind: 'web_server', replicas: 1, params: { concurrency: 8, queue_limit: 10 } },
    { id: 'db', kind: 'database', name: 'Orders' },
  ],
  edges: [{ id: 'e1', source: 'web', target: 'db' }],
  flows: [],
};

describe('the edits between two documents', () => {
  it('are none where nothing differs', () => {
    expect(editsBetween(before, structuredClone(before))).toEqual([]);
  });

  it('touch only what differs', () => {
    const after: Topology = {
      ...before,
      nodes: [
        { id: 'web', kind: 'web_server', replicas: 3, params: { concurrency: 16 } },
        { id: 'db', kind: 'database' },
        { id: 'cache', kind: 'cache', params: { ttl_s: 60 } },
      ],
      edges: [],
      accepted: [{ code: 'TD105', component: 'db', reason: 'fine' }],
    };
    expect(editsBetween(before, after)).toEqual([
      { type: 'set', in: 'nodes', id: 'web', members: { replicas: 3 } },
      { type: 'param', in: 'nodes', id: 'web', name: 'concurrency', value: 16 },
      { type: 'param', in: 'nodes', id: 'web', name: 'queue_limit', value: null },
      { type: 'set', in: 'nodes', id: 'db', members: { name: null } },
      { type: 'set', in: 'nodes', id: 'cache', members: { kind: 'cache', params: { ttl_s: 60 } } },
      { type: 'remove', in: 'edges', id: 'e1' },
      { type: 'meta', members: { accepted: after.accepted } },
    ]);
  });
});
