import { useEffect } from 'react';
import { currentKinds, useDrawingState } from '../../editor/drawing';
import { analysis } from './analysis';
import { freshElements, type RoleOf } from './fresh';
import { markCanvas } from './marks';

/** Keeps the analysis in step with the open drawing, and the marks on the canvas with the analysis. */
export function useAnalysing(): void {
  useEffect(() => {
    const offCanvas = markCanvas();
    const follow = (): void => {
      const { topology, ready, designId } = useDrawingState.getState();
      if (!ready && designId === '') return;
      analysis.update(topology);
      if (ready) freshElements.update(topology, roleOf);
    };
    follow();
    const off = useDrawingState.subscribe(follow);
    return () => {
      off();
      offCanvas();
      analysis.stop();
      freshElements.stop();
    };
  }, []);
}

const roleOf: RoleOf = (kind) => {
  const found = currentKinds().node.get(kind);
  return found?.container ? 'container' : found?.role === 'client' ? 'client' : 'other';
};
