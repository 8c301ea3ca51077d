/** What can be changed in a document. A list of edits is one gesture: one transaction, one undo step. */

export type Collection = 'nodes' | 'edges' | 'flows';

export type Edit =
  /** Create or replace members; null removes one. `params` are merged name by name. */
  | { readonly type: 'set'; readonly in: Collection; readonly id: string; readonly members: Readonly<Record<string, unknown>> }
  | { readonly type: 'param'; readonly in: 'nodes' | 'edges'; readonly id: string; readonly name: string; readonly value: unknown }
  | { readonly type: 'remove'; readonly in: Collection; readonly id: string }
  | { readonly type: 'meta'; readonly members: Readonly<Record<string, unknown>> };
