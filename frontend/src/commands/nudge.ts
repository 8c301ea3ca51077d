import { applyEdits, useDrawingState } from '../editor/drawing';
import { useView } from '../editor/view';
import { STEPS, type Direction } from '../model/arrange';
import { GRID } from '../model/geometry';
import { placeEdit, topmost } from '../model/nesting';
import { command, hasNodes, hasSelection } from './command';
import { goTo } from './select';

const FAR = 5 * GRID;

function nudge<const D extends Direction>(direction: D, key: string) {
  return command({
    id: `nudge_${direction}`,
    group: 'arrange',
    keys: [key],
    edits: true,
    available: hasNodes,
    run: () => (hasSelection() ? move(direction, GRID) : goTo(direction)),
  });
}

function push<const D extends Direction>(direction: D, key: string) {
  return command({
    id: `push_${direction}`,
    group: 'arrange',
    keys: [`Shift+${key}`],
    edits: true,
    available: hasSelection,
    run: () => move(direction, FAR),
  });
}

function move(direction: Direction, distance: number): void {
  const { nodes, rects } = useDrawingState.getState();
  const step = STEPS[direction];
  applyEdits(
    topmost(nodes, useView.getState().selectedNodes).flatMap((id) => {
      const rect = rects.get(id);
      return rect ? [placeEdit(nodes, rects, id, { x: rect.x + step.x * distance, y: rect.y + step.y * distance })] : [];
    }),
  );
}

export const nudges = [
  nudge('left', 'ArrowLeft'),
  nudge('right', 'ArrowRight'),
  nudge('up', 'ArrowUp'),
  nudge('down', 'ArrowDown'),
] as const;

export const pushes = [
  push('left', 'ArrowLeft'),
  push('right', 'ArrowRight'),
  push('up', 'ArrowUp'),
  push('down', 'ArrowDown'),
] as const;
