import { describe, expect, it } from 'vitest';
import { descendants, isInside, placeEdit, topmost } from './nesting';
import type { Node, Rect } from './types';

const nodes = new Map<string, Node>(
  [
    { id: 'region', kind: 'region' },
    { id: 'az', kind: 'zone', parent: 'region' },
    { id: 'web', kind: 'web_server', parent: 'az' },
    { id: 'db', kind: 'database' },
  ].map((node) => [node.id, node]),
);

describe('containers', () => {
  it('hold what lies in them at any depth', () => {
    expect(isInside(nodes, 'web', 'region')).toBe(true);
    expect(isInside(nodes, 'db', 'region')).toBe(false);
    expect(descendants(nodes, ['region'])).toEqual(['az', 'web']);
  });

  it('move what lies in them, so only the outermost of the chosen is moved', () => {
    expect(topmost(nodes, ['web', 'region', 'db'])).toEqual(['region', 'db']);
  });

  it('survive containment in a circle', () => {
    const circle = new Map<string, Node>([
      ['a', { id: 'a', kind: 'zone', parent: 'b' }],
      ['b', { id: 'b', kind: 'zone', parent: 'a' }],
    ]);
    expect(isInside(circle, 'a', 'c')).toBe(false);
  });

  it('hold positions relative to themselves', () => {
    const rects = new Map<string, Rect>([['az', { x: 100, y: 50, width: 400, height: 300 }]]);
    expect(placeEdit(nodes, rects, 'web', { x: 120, y: 90 })).toMatchObject({ members: { position: { x: 20, y: 40 } } });
    expect(placeEdit(nodes, rects, 'web', { x: 120, y: 90 }, null)).toMatchObject({ members: { position: { x: 120, y: 90 }, parent: null } });
  });
});
