import { describe, expect, it } from 'vitest';
import type { Kinds } from '../model/catalogue';
import type { Rect } from '../model/types';
import { buildScene, chosenIn, partOf, type SceneEdge, type SceneNode } from './scene';

const node = (id: string, rect: Rect, container = false): SceneNode => ({ id, rect, container, depth: 0, label: id, group: '' });
const scene = {
  nodes: [
    node('zone', { x: 0, y: 0, width: 400, height: 200 }, true),
    node('a', { x: 20, y: 60, width: 100, height: 50 }),
    node('b', { x: 220, y: 60, width: 100, height: 50 }),
    node('c', { x: 500, y: 60, width: 100, height: 50 }),
  ],
  edges: [],
};

describe('a marquee', () => {
  it('chooses the cards that it touches, and not the container that it is drawn in', () => {
    expect(chosenIn(scene, { x: 100, y: 50, width: 150, height: 40 })).toEqual(['a', 'b']);
  });

  it('chooses a container that lies in it whole', () => {
    expect(chosenIn(scene, { x: -10, y: -10, width: 520, height: 300 })).toEqual(['zone', 'a', 'b', 'c']);
  });
});

describe('what is dragged', () => {
  const at = { x: 0, y: 0 };
  const edge = (id: string, source: string, target: string): SceneEdge => ({
    id, kind: 'call', source, target, curve: { from: at, c1: at, c2: at, to: at }, box: { ...at, width: 0, height: 0 },
  });
  const drawn = { nodes: scene.nodes, edges: [edge('a-b', 'a', 'b'), edge('b-c', 'b', 'c')] };
  const ids = ({ nodes, edges }: { nodes: readonly { id: string }[]; edges: readonly { id: string }[] }) => [...nodes, ...edges].map(({ id }) => id);

  it('takes the edges at it along; all else stays', () => {
    expect(ids(partOf(drawn, new Set(['a']), true))).toEqual(['a', 'a-b']);
    expect(ids(partOf(drawn, new Set(['a']), false))).toEqual(['zone', 'b', 'c', 'b-c']);
  });
});

describe('an edit', () => {
  it('makes anew only what it changes: the rest need not be rendered', () => {
    const kinds = { node: new Map(), edge: new Map() } as unknown as Kinds;
    const built = (name: string, x: number) => {
      const nodes = [{ id: 'one', kind: 'cache', name }, { id: 'two', kind: 'cache' }, { id: 'three', kind: 'cache' }];
      const rects = new Map(nodes.map(({ id }) => [id, { x: id === 'three' ? x : 0, y: 0, width: 176, height: 64 }]));
      return buildScene({ format: 'linchpin/1', name: '', nodes }, rects, kinds).nodes;
    };
    const [before, after] = [built('One', 0), built('First', 8)];
    expect(after.map((each, place) => each === before[place])).toEqual([false, true, false]);
    expect(after[0]?.label).toBe('First');
    expect(after[2]?.rect.x).toBe(8);
  });
});
