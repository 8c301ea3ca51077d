import { redo, undo, useDrawingState } from '../editor/drawing';
import { command } from './command';

export const undoCommand = command({
  id: 'undo',
  group: 'edit',
  keys: ['Mod+Z'],
  icon: 'undo',
  edits: true,
  available: () => useDrawingState.getState().canUndo,
  run: undo,
});

export const redoCommand = command({
  id: 'redo',
  group: 'edit',
  keys: ['Mod+Shift+Z', 'Mod+Y'],
  icon: 'redo',
  edits: true,
  available: () => useDrawingState.getState().canRedo,
  run: redo,
});
