import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { flyTo, glide, useView } from '../editor/view';
import { joinOf } from '../model/catalogue';
import { bounds } from '../model/geometry';
import { layoutEdits, layoutGraph, type LayoutNode } from '../model/layout';
import { descendants } from '../model/nesting';
import type { Edge } from '../model/types';
import { command, hasNodes } from './command';
import { layOut } from './layoutWorker';

/** Whether an edge is none that requests take: one that observes or manages. */
function isBeside({ kind, source, target }: Edge): boolean {
  const { nodes } = useDrawingState.getState();
  const kinds = currentKinds();
  const shown = kind ?? joinOf(kinds, nodes.get(source)?.kind ?? '', nodes.get(target)?.kind ?? '')?.default ?? '';
  return shown === 'observe' || shown === 'manage';
}

/** Lays out the selection where it stands, or all: layers from left to right, containers around what they hold. */
async function tidyUp(): Promise<void> {
  const drawing = useDrawingState.getState();
  const { selectedNodes } = useView.getState();
  const some = selectedNodes.size > 1 ? new Set([...selectedNodes, ...descendants(drawing.nodes, selectedNodes)]) : null;
  const nodes = [...drawing.nodes.values()].filter(({ id }) => some === null || some.has(id));
  const around = bounds(nodes.flatMap(({ id }) => drawing.rects.get(id) ?? []));
  const isContainer = (kind: string): boolean => currentKinds().node.get(kind)?.container ?? false;
  const laidOut: LayoutNode = await layOut(layoutGraph(nodes, drawing.edges.values(), isContainer, isBeside));
  const now = useDrawingState.getState();
  if (now.designId !== drawing.designId) return;
  const origin = some === null || !around ? { x: 0, y: 0 } : around;
  // What somebody removed while the layout was computed stays removed.
  const edits = layoutEdits(laidOut, origin, now.nodes, now.rects).filter((edit) => 'id' in edit && now.nodes.has(edit.id));
  glide(() => applyEdits(edits));
  if (some === null) flyTo(useDrawingState.getState().rects.values());
}

export const tidy = command({
  id: 'tidy',
  group: 'arrange',
  keys: ['Mod+Shift+L'],
  icon: 'flow',
  edits: true,
  available: hasNodes,
  run: () => void tidyUp(),
});
