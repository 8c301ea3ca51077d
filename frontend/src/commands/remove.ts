import { create } from 'zustand';
import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { select, useView } from '../editor/view';
import { remove as removal } from '../model/changes';
import { descendants } from '../model/nesting';
import { command, hasAnySelection } from './command';

/** What is to be removed, and how many things lie in it: asked about before it is done. */
export interface Removal {
  /** The one container's name; null of several. */
  readonly name: string | null;
  readonly count: number;
}

export const useRemoval = create<{ readonly asking: Removal | null }>(() => ({ asking: null }));

/** Removes what is selected as one step, with or without what lies in it. */
export function removeSelected(contents: 'keep' | 'remove' = 'remove'): void {
  const { topology, rects, nodes } = useDrawingState.getState();
  const { selectedNodes, selectedEdges } = useView.getState();
  const gone = new Set(selectedNodes);
  if (contents === 'remove') for (const id of descendants(nodes, selectedNodes)) gone.add(id);
  applyEdits(removal(topology, rects, gone, selectedEdges));
  useRemoval.setState({ asking: null });
  select([]);
}

export const remove = command({
  id: 'delete',
  group: 'edit',
  keys: ['Delete', 'Backspace'],
  icon: 'trash',
  edits: true,
  available: hasAnySelection,
  run: () => {
    const { nodes } = useDrawingState.getState();
    const { selectedNodes } = useView.getState();
    const places = [...selectedNodes].filter((id) => currentKinds().node.get(nodes.get(id)?.kind ?? '')?.container);
    const inside = descendants(nodes, places).filter((id) => !selectedNodes.has(id));
    const [place] = places;
    const name = places.length === 1 && place !== undefined ? (nodes.get(place)?.name ?? place) : null;
    if (inside.length > 0) useRemoval.setState({ asking: { name, count: inside.length } });
    else removeSelected();
  },
});
