import { useEffect } from 'react';
import { useDrawingState } from '../../editor/drawing';
import { analysis } from './analysis';
import { markCanvas } from './marks';

/** Keeps the analysis in step with the open drawing, and the marks on the canvas with the analysis. */
export function useAnalysing(): void {
  useEffect(() => {
    const offCanvas = markCanvas();
    const follow = (): void => {
      const { topology, ready, designId } = useDrawingState.getState();
      if (ready || designId !== '') analysis.update(topology);
    };
    follow();
    const off = useDrawingState.subscribe(follow);
    return () => {
      off();
      offCanvas();
      analysis.stop();
    };
  }, []);
}
