import * as Y from 'yjs';
import type { Edit } from '../model/edits';
import type { Shared } from '../model/projection';
import type { Topology } from '../model/types';

const LOCAL = 'local';
const UNDO_MS = 0;

/** The shared document of one design: the only place that knows how it lies in Yjs. */
export class LivingDoc {
  readonly ydoc = new Y.Doc();
  private readonly meta = this.ydoc.getMap<unknown>('meta');
  private readonly lists = {
    nodes: this.ydoc.getMap<Y.Map<unknown>>('nodes'),
    edges: this.ydoc.getMap<Y.Map<unknown>>('edges'),
    flows: this.ydoc.getMap<Y.Map<unknown>>('flows'),
  };
  private readonly undoManager = new Y.UndoManager([this.meta, ...Object.values(this.lists)], {
    trackedOrigins: new Set([LOCAL]),
    captureTimeout: UNDO_MS,
  });

  /** The shared maps as plain data, for `project`. */
  read(): Shared {
    return {
      meta: this.meta.toJSON(),
      nodes: this.lists.nodes.toJSON(),
      edges: this.lists.edges.toJSON(),
      flows: this.lists.flows.toJSON(),
    };
  }

  /** Identity of the document's history; a copy with another one must never be merged into this. */
  get history(): string {
    const value = this.meta.get('history');
    return typeof value === 'string' ? value : '';
  }

  /** Carries out the edits as one transaction and one undo step. */
  apply(edits: readonly Edit[]): void {
    this.ydoc.transact(() => {
      for (const edit of edits) this.applyOne(edit);
    }, LOCAL);
  }

  /** Carries out the edits as one transaction that is no undo step. */
  settle(edits: readonly Edit[]): void {
    this.ydoc.transact(() => {
      for (const edit of edits) this.applyOne(edit);
    });
  }

  /** Fills an empty document, without an undo step. */
  fill(topology: Topology): void {
    this.ydoc.transact(() => {
      const { format, name, nodes = [], edges = [], flows = [], ...rest } = topology;
      for (const [key, value] of Object.entries({ format, name, ...rest })) this.meta.set(key, value);
      const lists = { nodes, edges, flows };
      for (const [list, elements] of Object.entries(lists) as [keyof typeof lists, readonly object[]][]) {
        for (const { id, ...members } of elements as readonly ({ id: string } & Record<string, unknown>)[]) {
          this.applyOne({ type: 'set', in: list, id, members });
        }
      }
    });
  }

  undo(): void {
    this.undoManager.undo();
  }

  redo(): void {
    this.undoManager.redo();
  }

  get canUndo(): boolean {
    return this.undoManager.canUndo();
  }

  get canRedo(): boolean {
    return this.undoManager.canRedo();
  }

  /** Calls back after every change, whoever made it. */
  observe(changed: () => void): () => void {
    this.ydoc.on('afterTransaction', changed);
    this.undoManager.on('stack-item-added', changed);
    this.undoManager.on('stack-item-popped', changed);
    return () => this.ydoc.off('afterTransaction', changed);
  }

  destroy(): void {
    this.undoManager.destroy();
    this.ydoc.destroy();
  }

  private applyOne(edit: Edit): void {
    if (edit.type === 'meta') {
      assign(this.meta, edit.members);
      return;
    }
    const list: Y.Map<Y.Map<unknown>> = this.lists[edit.in];
    if (edit.type === 'remove') {
      list.delete(edit.id);
      return;
    }
    if (edit.type === 'param') {
      const element = list.get(edit.id);
      if (element) assign(paramsOf(element), { [edit.name]: edit.value });
      return;
    }
    let element = list.get(edit.id);
    if (!element) {
      element = new Y.Map<unknown>();
      list.set(edit.id, element);
      element.set('order', nextOrder(list));
    }
    const { params, ...members } = edit.members;
    assign(element, { ...members, id: null });
    if (params && typeof params === 'object') assign(paramsOf(element), params as Record<string, unknown>);
    else if (edit.in !== 'flows') paramsOf(element);
  }
}

function paramsOf(element: Y.Map<unknown>): Y.Map<unknown> {
  const found = element.get('params');
  if (found instanceof Y.Map) return found as Y.Map<unknown>;
  const made = new Y.Map<unknown>();
  element.set('params', made);
  return made;
}

function assign(map: Y.Map<unknown>, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === null || value === undefined) map.delete(name);
    else if (JSON.stringify(map.get(name)) !== JSON.stringify(value)) map.set(name, value);
  }
}

function nextOrder(list: Y.Map<Y.Map<unknown>>): number {
  let last = 0;
  for (const element of list.values()) {
    const order = element.get('order');
    if (typeof order === 'number' && order > last) last = order;
  }
  return last + 1;
}
