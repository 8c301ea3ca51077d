import { applyEdits, useDrawingState } from '../editor/drawing';
import { glide, useView } from '../editor/view';
import { aligned, distributed, type Alignment, type Named } from '../model/arrange';
import { placeEdit, topmost } from '../model/nesting';
import type { Point } from '../model/types';
import { command, selects } from './command';

function arrange(how: (rects: Named) => ReadonlyMap<string, Point>): void {
  const { nodes, rects } = useDrawingState.getState();
  const named: Named = topmost(nodes, useView.getState().selectedNodes).flatMap((id) => {
    const rect = rects.get(id);
    return rect ? [[id, rect] as const] : [];
  });
  if (named.length < 2) return;
  glide(() => applyEdits([...how(named)].map(([id, at]) => placeEdit(nodes, rects, id, at))));
}

function align<const A extends Alignment>(how: A) {
  return command({
    id: `align_${how}`,
    group: 'arrange',
    keys: [],
    icon: `align_${how}` as const,
    edits: true,
    available: selects(2),
    run: () => arrange((rects) => aligned(rects, how)),
  });
}

export const aligns = [
  align('left'),
  align('center'),
  align('right'),
  align('top'),
  align('middle'),
  align('bottom'),
] as const;

export const distributeX = command({
  id: 'distribute_x',
  group: 'arrange',
  keys: [],
  icon: 'distribute_x',
  edits: true,
  available: selects(3),
  run: () => arrange((rects) => distributed(rects, 'horizontal')),
});

export const distributeY = command({
  id: 'distribute_y',
  group: 'arrange',
  keys: [],
  icon: 'distribute_y',
  edits: true,
  available: selects(3),
  run: () => arrange((rects) => distributed(rects, 'vertical')),
});
