import { live as canvas } from '../../canvas/overlay';
import { column, type Frame } from '../../stream/frames';
import type { LiveRun } from '../../stream/live';
import { isCurrent } from './StateChip';

const NOTHING = new Float64Array();

/** Hands the run's columns to the canvas as they arrive, without colour once they are not those of now. */
export function showOnCanvas(run: LiveRun): () => void {
  const show = (frame: Frame | null): void => {
    const hello = run.status.hello;
    if (!frame || !hello) return;
    canvas.show({
      nodeIds: hello.nodes,
      edgeIds: hello.edges,
      utilization: column(frame, 'nodes', 'utilization') ?? NOTHING,
      queue: column(frame, 'nodes', 'queue') ?? NOTHING,
      arrivalRps: column(frame, 'nodes', 'arrival_rps') ?? NOTHING,
      up: column(frame, 'nodes', 'up') ?? NOTHING,
      edgeRps: column(frame, 'edges', 'rate_rps') ?? NOTHING,
      edgeErrors: column(frame, 'edges', 'error_rate') ?? NOTHING,
      stale: !isCurrent(run.status) || run.status.state === 'paused',
    });
  };
  const offFrame = run.onFrame(show);
  const offStatus = run.onStatus(() => show(run.frame));
  return () => {
    offFrame();
    offStatus();
    canvas.show(null);
  };
}
