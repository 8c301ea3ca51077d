import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { LivingDoc } from './livingDoc';

function exchange(a: LivingDoc, b: LivingDoc): void {
  Y.applyUpdate(a.ydoc, Y.encodeStateAsUpdate(b.ydoc));
  Y.applyUpdate(b.ydoc, Y.encodeStateAsUpdate(a.ydoc));
}

function nodes(doc: LivingDoc): Record<string, Record<string, unknown>> {
  return doc.read().nodes as Record<string, Record<string, unknown>>;
}

describe('the shared document', () => {
  it('takes a list of edits as one step that is undone as one', () => {
    const doc = new LivingDoc();
    doc.apply([
      { type: 'set', in: 'nodes', id: 'web', members: { kind: 'web_server', params: { concurrency: 8 } } },
      { type: 'set', in: 'nodes', id: 'db', members: { kind: 'database' } },
    ]);
    expect(Object.keys(nodes(doc))).toEqual(['web', 'db']);
    doc.undo();
    expect(nodes(doc)).toEqual({});
    doc.redo();
    expect(nodes(doc)['web']).toMatchObject({ kind: 'web_server', params: { concurrency: 8 } });
  });

  it('takes what settles a document as nothing to be undone', () => {
    const doc = new LivingDoc();
    doc.settle([{ type: 'set', in: 'nodes', id: 'web', members: { kind: 'web_server' } }]);
    expect(doc.canUndo).toBe(false);
    doc.settle([{ type: 'set', in: 'nodes', id: 'web', members: { position: { x: 8, y: 8 } } }]);
    doc.undo();
    expect(nodes(doc)['web']).toMatchObject({ kind: 'web_server', position: { x: 8, y: 8 } });
  });

  it('keeps two edits of different params of one node that were made at the same time', () => {
    const [one, two] = [new LivingDoc(), new LivingDoc()];
    one.apply([{ type: 'set', in: 'nodes', id: 'web', members: { kind: 'web_server' } }]);
    exchange(one, two);
    one.apply([{ type: 'param', in: 'nodes', id: 'web', name: 'concurrency', value: 4 }]);
    two.apply([{ type: 'param', in: 'nodes', id: 'web', name: 'service_time_ms', value: 30 }]);
    exchange(one, two);
    expect(nodes(one)).toEqual(nodes(two));
    expect(nodes(one)['web']?.['params']).toEqual({ concurrency: 4, service_time_ms: 30 });
  });

  it("undoes one's own edits and leaves those of others", () => {
    const [one, two] = [new LivingDoc(), new LivingDoc()];
    one.apply([{ type: 'set', in: 'nodes', id: 'mine', members: { kind: 'cache' } }]);
    exchange(one, two);
    two.apply([{ type: 'set', in: 'nodes', id: 'theirs', members: { kind: 'cache' } }]);
    exchange(one, two);
    one.undo();
    expect(Object.keys(nodes(one))).toEqual(['theirs']);
  });

  it('forgets a member or a param that is set to nothing', () => {
    const doc = new LivingDoc();
    doc.apply([{ type: 'set', in: 'nodes', id: 'web', members: { kind: 'web_server', name: 'Web', params: { cv: 2 } } }]);
    doc.apply([
      { type: 'set', in: 'nodes', id: 'web', members: { name: null } },
      { type: 'param', in: 'nodes', id: 'web', name: 'cv', value: null },
    ]);
    expect(nodes(doc)['web']).not.toHaveProperty('name');
    expect(nodes(doc)['web']?.['params']).toEqual({});
  });
});
