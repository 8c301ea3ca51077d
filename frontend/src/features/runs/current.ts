import { create } from 'zustand';
import { LiveRun, type Command, type LiveStatus } from '../../stream/live';
import { showOnCanvas } from './overlay';

/** The run that the page follows, if any. Figures never pass through here: listen to `live` for frames. */
interface CurrentRun {
  readonly id: string | null;
  readonly live: LiveRun | null;
  readonly status: LiveStatus | null;
}

export const useCurrentRun = create<CurrentRun>(() => ({ id: null, live: null, status: null }));

let release: (() => void) | null = null;

/** Follows a run from now on, instead of any other. */
export function follow(id: string): LiveRun {
  const { id: known, live: running } = useCurrentRun.getState();
  if (known === id && running) return running;
  leave();
  const live = new LiveRun({ address: (after) => socketAddress(id, after) });
  const offStatus = live.onStatus(() => useCurrentRun.setState({ status: live.status }));
  const offCanvas = showOnCanvas(live);
  release = () => {
    offStatus();
    offCanvas();
    live.stop();
  };
  useCurrentRun.setState({ id, live, status: live.status });
  live.start();
  return live;
}

/** Lets go of the run: nothing on the canvas is left of it. The run itself goes on. */
export function leave(): void {
  release?.();
  release = null;
  useCurrentRun.setState({ id: null, live: null, status: null });
}

/** Acts on the run that is followed; throws a CommandError with the reason when it did not take effect. */
export async function act(command: Command): Promise<number> {
  const { live } = useCurrentRun.getState();
  if (!live) throw new Error('no run is followed');
  return live.send(command);
}

/** Whether a run can be acted upon now. */
export function isActive(status: LiveStatus | null): boolean {
  return status !== null && (status.state === 'running' || status.state === 'paused') && status.link === 'open';
}

function socketAddress(id: string, after: number | null): string {
  const address = new URL(`/ws/v1/runs/${encodeURIComponent(id)}/`, window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.searchParams.set('encoding', 'binary');
  if (after !== null) address.searchParams.set('after', String(after));
  return address.href;
}
