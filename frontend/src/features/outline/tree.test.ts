import { expect, it } from 'vitest';
import { linesOf } from './tree';

const nodes = [
  { id: 'users', kind: 'client' },
  { id: 'az', kind: 'zone' },
  { id: 'web', kind: 'web_server', parent: 'az' },
  { id: 'lost', kind: 'cache', parent: 'nowhere' },
];

it('the outline lists containers with what lies in them, each with its place among its siblings', () => {
  const lines = linesOf(nodes, [{ id: 'e', source: 'users', target: 'web' }], new Set());
  expect(lines.map(({ node, depth, position, siblings }) => [node.id, depth, position, siblings])).toEqual([
    ['users', 1, 1, 3],
    ['az', 1, 2, 3],
    ['web', 2, 1, 1],
    ['lost', 1, 3, 3],
  ]);
  expect(lines[0]?.targets).toEqual(['web']);
});

it('what is closed hides what lies in it', () => {
  expect(linesOf(nodes, [], new Set(['az'])).map(({ node }) => node.id)).toEqual(['users', 'az', 'lost']);
});
