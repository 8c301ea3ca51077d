import { useView } from '../editor/view';
import { command, selects } from './command';

function one(): boolean {
  return useView.getState().selectedNodes.size === 1;
}

export const rename = command({
  id: 'rename',
  group: 'edit',
  keys: ['F2', 'Enter'],
  icon: 'edit',
  edits: true,
  available: one,
  run: () => {
    const [id] = useView.getState().selectedNodes;
    useView.setState({ renaming: id ?? null });
  },
});

/** Click and click: the next node that is chosen becomes the target. */
export const connectFrom = command({
  id: 'connect',
  group: 'insert',
  keys: ['C'],
  icon: 'link',
  edits: true,
  available: () => selects(1)() && one(),
  run: () => {
    const [id] = useView.getState().selectedNodes;
    useView.setState({ connectFrom: id ?? null, tool: 'select' });
  },
});
