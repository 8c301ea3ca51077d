import { useDrawing } from '../drawing';
import type { Action } from './actions';

/** The actions that the catalogue serves. */
export function useActions(): readonly Action[] {
  return useDrawing().catalogue.actions as unknown as readonly Action[];
}
