import { describe, expect, it } from 'vitest';
import { layoutEdits, layoutQuestion } from './layout';
import type { Node } from './types';

const nodes: Node[] = [
  { id: 'az', kind: 'zone', parent: 'seoul' },
  { id: 'web', kind: 'web_server', parent: 'az', params: { concurrency: 4 }, spread: ['az'] },
  { id: 'db', kind: 'database' },
];
const isContainer = (kind: string): boolean => kind === 'zone';
const set = (id: string, members: object) => ({ type: 'set', in: 'nodes', id, members });

describe('laying out', () => {
  it('asks about nodes, their containers and the edges among them, and about nothing else', () => {
    const edges = [{ id: 'e', source: 'web', target: 'db', params: { calls: 2 } }, { id: 'gone', source: 'web', target: 'x' }];
    const asked = layoutQuestion(nodes, edges);
    expect(asked.nodes).toEqual([
      { id: 'az', kind: 'zone' },
      { id: 'web', kind: 'web_server', parent: 'az' },
      { id: 'db', kind: 'database' },
    ]);
    expect(asked.edges).toEqual([{ id: 'e', source: 'web', target: 'db' }]);
  });

  it('begins where it is told, gives sizes only to containers and passes over what was deleted meanwhile', () => {
    const places = {
      az: { x: 32, y: 32, width: 300, height: 200 },
      web: { x: 32, y: 72, width: 176, height: 64 },
      db: { x: 400, y: 40, width: 176, height: 64 },
      gone: { x: 0, y: 0, width: 176, height: 64 },
    };
    const rects = new Map([['seoul', { x: 10, y: 20, width: 900, height: 900 }]]);
    const edits = layoutEdits(places, { x: 100, y: 100 }, new Map(nodes.map((node) => [node.id, node])), rects, isContainer);
    expect(edits).toEqual([
      set('az', { position: { x: 90, y: 80 }, size: { width: 300, height: 200 } }),
      set('web', { position: { x: 32, y: 72 } }),
      set('db', { position: { x: 468, y: 108 } }),
    ]);
  });
});
