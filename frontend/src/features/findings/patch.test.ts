import { describe, expect, it } from 'vitest';
import { PatchError, applyPatch } from './patch';

const document = { nodes: [{ id: 'web', replicas: 1 }, { id: 'db' }], name: 'x' };

describe('a JSON Patch', () => {
  it.each([
    [[{ op: 'replace', path: '/nodes/0/replicas', value: 2 }], { ...document, nodes: [{ id: 'web', replicas: 2 }, { id: 'db' }] }],
    [[{ op: 'add', path: '/nodes/-', value: { id: 'c' } }], { ...document, nodes: [...document.nodes, { id: 'c' }] }],
    [[{ op: 'remove', path: '/nodes/0' }], { ...document, nodes: [{ id: 'db' }] }],
    [[{ op: 'copy', from: '/name', path: '/nodes/1/name' }], { ...document, nodes: [document.nodes[0], { id: 'db', name: 'x' }] }],
    [[{ op: 'move', from: '/nodes/1', path: '/nodes/0' }], { ...document, nodes: [{ id: 'db' }, { id: 'web', replicas: 1 }] }],
    [[{ op: 'add', path: '/a~1b~0', value: 1 }], { ...document, 'a/b~': 1 }],
  ] as const)('%j', (operations, expected) => {
    expect(applyPatch<unknown>(document, operations)).toEqual(expected);
  });

  it('is applied whole or not at all', () => {
    const before = structuredClone(document);
    expect(() =>
      applyPatch(document, [
        { op: 'replace', path: '/name', value: 'y' },
        { op: 'remove', path: '/nodes/7' },
      ]),
    ).toThrow(PatchError);
    expect(document).toEqual(before);
  });

  it('refuses what it does not fit', () => {
    expect(() => applyPatch(document, [{ op: 'test', path: '/name', value: 'z' }])).toThrow(PatchError);
    expect(() => applyPatch(document, [{ op: 'replace', path: '/none', value: 1 }])).toThrow(PatchError);
    expect(() => applyPatch(document, [{ op: 'add', path: '/__proto__', value: 1 }])).toThrow(PatchError);
  });
});
