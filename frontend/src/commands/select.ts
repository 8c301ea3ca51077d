import { useDrawingState } from '../editor/drawing';
import { reveal, select, useView } from '../editor/view';
import { neighbour, type Direction } from '../model/arrange';
import { command, hasAnySelection, hasNodes } from './command';

export const selectAll = command({
  id: 'select_all',
  group: 'select',
  keys: ['Mod+A'],
  icon: 'select',
  available: hasNodes,
  run: () => {
    const { nodes, edges } = useDrawingState.getState();
    select(nodes.keys(), edges.keys());
  },
});

export const escape = command({
  id: 'escape',
  group: 'select',
  keys: ['Escape'],
  available: () => hasAnySelection() || useView.getState().connectFrom !== null || useView.getState().tool !== 'select',
  run: () => {
    const { connectFrom, tool } = useView.getState();
    // One Escape takes back one thing: first what is under way, then the selection.
    if (connectFrom !== null || tool !== 'select') useView.setState({ connectFrom: null, tool: 'select' });
    else select([]);
  },
});

function toNeighbour<const D extends Direction>(direction: D, key: string) {
  return command({
    id: `go_${direction}`,
    group: 'select',
    keys: [`Alt+${key}`],
    available: hasNodes,
    run: () => goTo(direction),
  });
}

/** Selects the nearest node in that direction, or a first one. */
export function goTo(direction: Direction): void {
  const { rects, nodes } = useDrawingState.getState();
  const { selectedNodes } = useView.getState();
  const [from] = [...selectedNodes].slice(-1);
  const next = from === undefined ? [...nodes.keys()][0] : neighbour(rects, from, direction);
  const rect = next === undefined ? undefined : rects.get(next);
  if (next === undefined || !rect) return;
  select([next]);
  reveal(rect);
}

export const neighbours = [
  toNeighbour('left', 'ArrowLeft'),
  toNeighbour('right', 'ArrowRight'),
  toNeighbour('up', 'ArrowUp'),
  toNeighbour('down', 'ArrowDown'),
] as const;
