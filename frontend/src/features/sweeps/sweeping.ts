import { create } from 'zustand';
import type { Sweep } from '../../api/types';
import type { Topology } from '../../model/types';
import { call } from '../call';
import { meaning } from '../cheapest/searching';
import { followJob } from '../jobs';
import { readScenario, runnable } from '../runs/scenario';
import type { Variable } from './numbers';

/** One number and the values that it takes. */
export interface Axis {
  readonly variable: Variable;
  readonly values: readonly number[];
}

interface Sweeping {
  /** The design that was swept: what came of one is not shown beside another. */
  readonly design: string | null;
  /** The drawing that was swept, as `meaning` tells it. */
  readonly of: string | null;
  readonly axes: readonly Axis[];
  readonly job: Sweep | null;
  readonly working: boolean;
  readonly givenUp: boolean;
  readonly problem: string | null;
}

const NONE: Sweeping = { design: null, of: null, axes: [], job: null, working: false, givenUp: false, problem: null };

/** The one sweep of the page. It outlives the tab that shows it. */
export const useSweeping = create<Sweeping>(() => NONE);

let asked = 0;

/** Runs the scenario of the drawing once for every combination of the values, and follows the sweep to its end. */
export async function sweep(design: string | null, topology: Topology, axes: readonly Axis[], thresholds: readonly string[]): Promise<void> {
  const mine = ++asked;
  const set = (state: Partial<Sweeping>): void => {
    if (mine === asked) useSweeping.setState(state);
  };
  set({ ...NONE, design, of: meaning(topology), axes, working: true });
  try {
    const vary = Object.fromEntries(axes.map(({ variable, values }) => [variable.pointer, values]));
    const scenario = runnable(readScenario(topology.scenario));
    const begun = await call<Sweep>('POST', '/api/v1/sweeps', { topology, scenario, thresholds, vary });
    if (mine !== asked) await end(begun);
    await followJob(begun, `/api/v1/sweeps/${begun.id}?brief=true`, (job) => {
      set({ job, working: job.state !== 'done' });
      return mine === asked;
    });
  } catch (error) {
    set({ working: false, problem: error instanceof Error ? error.message : String(error) });
  }
}

/** Gives the sweep up: what has come of it stays to be seen, what still waits is not computed. */
export async function giveUp(): Promise<void> {
  const { job } = useSweeping.getState();
  asked += 1;
  useSweeping.setState({ working: false, givenUp: true });
  if (job) await end(job);
}

function end({ id }: Sweep): Promise<void> {
  return call<undefined>('DELETE', `/api/v1/sweeps/${id}`).catch(() => undefined);
}
