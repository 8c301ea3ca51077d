import { useDrawingState } from '../editor/drawing';
import { useView } from '../editor/view';
import type { IconName } from '../ui/Icon';

export type CommandGroup = 'edit' | 'select' | 'insert' | 'arrange' | 'view' | 'design';

export interface Command<Id extends string = string> {
  readonly id: Id;
  readonly group: CommandGroup;
  /** Chords, the first one is shown: `Mod+Shift+Z`, `Shift+1`, `?`, `Alt+ArrowLeft`. */
  readonly keys: readonly string[];
  readonly icon?: IconName;
  /** Changes the drawing: absent where it is only looked at. */
  readonly edits?: boolean;
  /** Works while one types in a field, too. */
  readonly whileTyping?: boolean;
  /** The browser sends an event of its own for these keys (copy, cut, paste); the key itself is left alone. */
  readonly ownEvent?: boolean;
  /** Whether it makes sense now; without it, always. */
  readonly available?: () => boolean;
  readonly run: () => void;
}

export function command<const Id extends string>(given: Command<Id>): Command<Id> {
  return given;
}

export function hasSelection(): boolean {
  return useView.getState().selectedNodes.size > 0;
}

export function hasAnySelection(): boolean {
  const { selectedNodes, selectedEdges } = useView.getState();
  return selectedNodes.size > 0 || selectedEdges.size > 0;
}

export function selects(least: number): () => boolean {
  return () => useView.getState().selectedNodes.size >= least;
}

export function hasNodes(): boolean {
  return useDrawingState.getState().nodes.size > 0;
}

/** Whether a command can be run now, by this person. */
export function isAvailable(given: Command): boolean {
  if (given.edits && useDrawingState.getState().scope !== 'edit') return false;
  return given.available?.() ?? true;
}
