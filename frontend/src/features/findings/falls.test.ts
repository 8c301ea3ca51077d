import { describe, expect, it } from 'vitest';
import { fallsWith, takesAlong } from './falls';
import type { Report } from './report';

const REPORT = {
  falls: [
    { outage: 'db', type: 'node', nodes: { lb: 0.5, web: 1 } },
    { outage: 'az-a', type: 'container', nodes: { web: 0.25 } },
    { outage: 'web-db', type: 'edge', nodes: { web: 1 } },
  ],
} as unknown as Report;

describe('what falls with what', () => {
  it('says what an element takes along, the most first', () => {
    expect(takesAlong(REPORT, 'db')).toEqual([
      { id: 'web', share: 1 },
      { id: 'lb', share: 0.5 },
    ]);
    expect(takesAlong(REPORT, 'web')).toEqual([]);
  });

  it('says with which losses a node falls, connections left out', () => {
    expect(fallsWith(REPORT, 'web')).toEqual([
      { id: 'db', share: 1 },
      { id: 'az-a', share: 0.25 },
    ]);
  });
});
