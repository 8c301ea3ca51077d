import type { ELK, ElkNode } from 'elkjs/lib/elk-api';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { LayoutGraph, LayoutNode } from '../model/layout';

let engine: Promise<ELK> | null = null;

/** Computes the layout beside the page; the program for it (1.4 MB) is fetched when it is first asked for. */
export async function layOut(graph: LayoutGraph): Promise<LayoutNode> {
  engine ??= import('elkjs/lib/elk-api').then(({ default: Engine }) => new Engine({ workerUrl }));
  const elk = await engine;
  return (await elk.layout(graph as ElkNode)) as LayoutNode;
}
