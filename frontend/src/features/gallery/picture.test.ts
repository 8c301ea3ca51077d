import { describe, expect, it } from 'vitest';
import { picture, type Drawable } from './picture';

const containers = new Set(['zone']);
const isContainer = (kind: string): boolean => containers.has(kind);

const chain: Drawable = {
  nodes: [
    { id: 'users', kind: 'client' },
    { id: 'lb', kind: 'load_balancer' },
    { id: 'web', kind: 'web_server', replicas: 12 },
    { id: 'db', kind: 'database' },
  ],
  edges: [
    { id: 'e1', source: 'users', target: 'lb' },
    { id: 'e2', source: 'lb', target: 'web' },
    { id: 'e3', source: 'web', target: 'db' },
    { id: 'e4', source: 'db', target: 'web' },
  ],
};

describe('a miniature', () => {
  it('puts what has no positions in the order of the calls, circles or not', () => {
    const { nodes, edges } = picture(chain, isContainer, 300, 160);
    const xs = nodes.map((node) => node.x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(new Set(xs).size).toBe(4);
    expect(edges).toHaveLength(4);
  });

  it('stays inside its frame, however large the topology', () => {
    const nodes = Array.from({ length: 400 }, (_, i) => ({ id: `n${i}`, kind: 'service', position: { x: i * 40, y: (i % 7) * 500 } }));
    const drawn = picture({ nodes, edges: [] }, isContainer, 300, 160);
    for (const node of drawn.nodes) {
      expect(node.x).toBeGreaterThanOrEqual(0);
      expect(node.y).toBeGreaterThanOrEqual(0);
      expect(node.x + node.width).toBeLessThanOrEqual(300);
      expect(node.y + node.height).toBeLessThanOrEqual(160);
    }
  });

  it('draws containers around their members', () => {
    const drawn = picture(
      {
        nodes: [
          { id: 'az', kind: 'zone', position: { x: 100, y: 100 }, size: { width: 400, height: 300 } },
          { id: 'web', kind: 'web_server', parent: 'az', position: { x: 40, y: 60 } },
          { id: 'db', kind: 'database', position: { x: 900, y: 100 } },
        ],
        edges: [],
      },
      isContainer,
      300,
      160,
    );
    const [zone] = drawn.containers;
    const web = drawn.nodes.find((node) => node.id === 'web');
    expect(zone && web && web.x > zone.x && web.x + web.width < zone.x + zone.width && web.y > zone.y).toBe(true);
  });

  it('draws quietly what goes to those who only watch, said or not', () => {
    const { edges } = picture(chain, isContainer, 300, 160, (kind) => kind === 'database');
    expect(edges.map(({ id, quiet }) => [id, quiet])).toEqual([['e1', false], ['e2', false], ['e3', true], ['e4', true]]);
  });

  it('of nothing is nothing', () => {
    expect(picture({ nodes: [], edges: [] }, isContainer, 300, 160)).toMatchObject({ nodes: [], edges: [], containers: [] });
  });

  it('leaves edges without ends away', () => {
    expect(picture({ ...chain, edges: [{ id: 'x', source: 'web', target: 'gone' }] }, isContainer, 300, 160).edges).toEqual([]);
  });
});
