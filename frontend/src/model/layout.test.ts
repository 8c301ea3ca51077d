import { describe, expect, it } from 'vitest';
import { layoutEdits, layoutGraph } from './layout';
import type { Node } from './types';

const nodes: Node[] = [
  { id: 'az', kind: 'zone' },
  { id: 'web', kind: 'web_server', parent: 'az' },
  { id: 'db', kind: 'database' },
];
const isContainer = (kind: string): boolean => kind === 'zone';

describe('laying out', () => {
  it('puts nodes into their containers and keeps edges among them', () => {
    const graph = layoutGraph(nodes, [{ id: 'e', source: 'web', target: 'db' }, { id: 'gone', source: 'web', target: 'x' }], isContainer);
    expect(graph.children.map(({ id }) => id)).toEqual(['az', 'db']);
    expect(graph.children[0]?.children?.map(({ id }) => id)).toEqual(['web']);
    expect(graph.edges.map(({ id }) => id)).toEqual(['e']);
  });

  it('takes the places over, sizes only of containers', () => {
    const laidOut = { id: '', children: [{ id: 'az', x: 10, y: 20, width: 300, height: 200, children: [{ id: 'web', x: 32, y: 72 }] }, { id: 'db', x: 400, y: 20 }] };
    const edits = layoutEdits(laidOut, { x: 0, y: 0 }, new Map(nodes.map((node) => [node.id, node])), new Map());
    expect(edits).toEqual([
      { type: 'set', in: 'nodes', id: 'az', members: { position: { x: 10, y: 20 }, size: { width: 300, height: 200 } } },
      { type: 'set', in: 'nodes', id: 'web', members: { position: { x: 32, y: 72 } } },
      { type: 'set', in: 'nodes', id: 'db', members: { position: { x: 400, y: 20 } } },
    ]);
  });
});
