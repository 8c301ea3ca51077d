import { describe, expect, it } from 'vitest';
import type { Rect } from '../model/types';
import { chosenIn, type SceneNode } from './scene';

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
