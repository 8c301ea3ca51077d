import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { flyTo, useView } from '../editor/view';
import { bounds } from '../model/geometry';
import { layoutEdits, layoutGraph, type LayoutNode } from '../model/layout';
import { descendants } from '../model/nesting';
import { command, hasNodes } from './command';
import { layOut } from './layoutWorker';

/** Lays out the selection where it stands, or all: layers from left to right, containers around what they hold. */
async function tidyUp(): Promise<void> {
  const drawing = useDrawingState.getState();
  const { selectedNodes } = useView.getState();
  const some = selectedNodes.size > 1 ? new Set([...selectedNodes, ...descendants(drawing.nodes, selectedNodes)]) : null;
  const nodes = [...drawing.nodes.values()].filter(({ id }) => some === null || some.has(id));
  const around = bounds(nodes.flatMap(({ id }) => drawing.rects.get(id) ?? []));
  const isContainer = (kind: string): boolean => currentKinds().node.get(kind)?.container ?? false;
  const laidOut: LayoutNode = await layOut(layoutGraph(nodes, drawing.edges.values(), isContainer));
  const now = useDrawingState.getState();
  if (now.designId !== drawing.designId) return;
  const origin = some === null || !around ? { x: 0, y: 0 } : around;
  // What somebody removed while the layout was computed stays removed.
  applyEdits(layoutEdits(laidOut, origin, now.nodes, now.rects).filter((edit) => 'id' in edit && now.nodes.has(edit.id)));
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
