import { describe, expect, it } from 'vitest';
import { documentIn, excerpt, pasteEdits } from './clipboard';
import type { Edge, Flow, Node, Rect } from './types';

const nodes = new Map<string, Node>([
  ['az', { id: 'az', kind: 'zone', position: { x: 100, y: 100 }, size: { width: 400, height: 300 } }],
  ['web', { id: 'web', kind: 'web_server', parent: 'az', position: { x: 40, y: 60 }, params: { concurrency: 8 } }],
  ['users', { id: 'users', kind: 'client', position: { x: 0, y: 0 } }],
]);
const drawing = {
  nodes,
  rects: new Map<string, Rect>([
    ['az', { x: 100, y: 100, width: 400, height: 300 }],
    ['web', { x: 140, y: 160, width: 176, height: 64 }],
    ['users', { x: 0, y: 0, width: 176, height: 64 }],
  ]),
  edges: new Map<string, Edge>([['e1', { id: 'e1', source: 'users', target: 'web' }]]),
  flows: new Map<string, Flow>([['browse', { id: 'browse', source: 'users', rate_rps: 10 }]]),
};
const known = (): boolean => true;
const members = (edits: readonly unknown[], id: string): Record<string, unknown> =>
  (edits as { id: string; members: Record<string, unknown> }[]).find((edit) => edit.id === id)?.members ?? {};

describe('copying', () => {
  it('takes along what lies in a container, and only connections among the chosen', () => {
    const copied = excerpt(drawing, ['az']);
    expect(copied.nodes?.map(({ id }) => id)).toEqual(['az', 'web']);
    expect(copied.edges).toEqual([]);
  });

  it('gives a card out of its container an absolute place', () => {
    expect(excerpt(drawing, ['web']).nodes?.[0]).toMatchObject({ position: { x: 140, y: 160 } });
    expect(excerpt(drawing, ['web']).nodes?.[0]).not.toHaveProperty('parent');
  });

  it('takes flows of a copied client along', () => {
    expect(excerpt(drawing, ['users', 'web'])).toMatchObject({ edges: [{ id: 'e1' }], flows: [{ id: 'browse' }] });
  });
});

describe('pasting', () => {
  it('gives new ids to all and keeps what joins them', () => {
    const { edits, nodes: made } = pasteEdits(drawing, excerpt(drawing, ['users', 'web']), { shift: { x: 32, y: 32 } }, known);
    expect(made).toEqual(['web-2', 'users-2']);
    expect(members(edits, 'e1-2')).toMatchObject({ source: 'users-2', target: 'web-2' });
    expect(members(edits, 'browse-2')).toMatchObject({ source: 'users-2', rate_rps: 10 });
    expect(members(edits, 'web-2')).toMatchObject({ params: { concurrency: 8 }, position: { x: 172, y: 192 } });
  });

  it('keeps places within a pasted container', () => {
    const { edits, nodes: made } = pasteEdits(drawing, excerpt(drawing, ['az']), { at: { x: 0, y: 0 } }, known);
    expect(made).toEqual(['az-2']);
    expect(members(edits, 'az-2')['position']).toEqual({ x: -200, y: -150 });
    expect(members(edits, 'web-2')).toMatchObject({ parent: 'az-2', position: { x: 40, y: 60 } });
  });

  it('leaves out kinds that this page does not know', () => {
    const { edits } = pasteEdits(drawing, excerpt(drawing, ['users', 'web']), { shift: { x: 0, y: 0 } }, (kind) => kind === 'client');
    expect(edits.map((edit) => 'id' in edit && edit.id)).toEqual(['users-2', 'browse-2']);
  });

  it('takes no text that is no document', () => {
    expect(documentIn('hello')).toBeNull();
    expect(documentIn('{"format":"linchpin/2","nodes":[{"id":"a","kind":"cache"}]}')).toBeNull();
    expect(documentIn('{"format":"linchpin/1","nodes":[{"id":1}]}')).toBeNull();
    expect(documentIn('{"format":"linchpin/1","name":"x","nodes":[{"id":"a","kind":"cache"}]}')).not.toBeNull();
  });
});
