import { create } from 'zustand';
import type { SearchJob } from '../../api/types';
import type { Topology } from '../../model/types';
import { call } from '../call';
import { followJob } from '../jobs';

interface Searching {
  /** The design that was searched: what is found for one is not shown beside another. */
  readonly design: string | null;
  /** The drawing that was searched, as `meaning` tells it; null before the first search. */
  readonly of: string | null;
  readonly job: SearchJob | null;
  readonly working: boolean;
  readonly problem: string | null;
}

/** The one search of the page. It outlives the tab that shows it. */
export const useSearching = create<Searching>(() => ({ design: null, of: null, job: null, working: false, problem: null }));

let asked = 0;

/** Looks for the cheapest form of the drawing that meets the thresholds, and follows the search to its end. */
export async function search(design: string | null, topology: Topology, thresholds: readonly string[]): Promise<void> {
  const mine = ++asked;
  const set = (state: Partial<Searching>): void => {
    if (mine === asked) useSearching.setState(state);
  };
  set({ design, of: meaning(topology), job: null, working: true, problem: null });
  try {
    const begun = await call<SearchJob>('POST', '/api/v1/searches', { topology, thresholds });
    await followJob(begun, `/api/v1/searches/${begun.id}`, (job) => {
      const over = job.state === 'done' || job.state === 'failed';
      set({ job, working: !over, problem: job.reason });
      return mine === asked;
    });
  } catch (error) {
    set({ working: false, problem: error instanceof Error ? error.message : String(error) });
  }
}

/** Everything of a drawing that a figure may depend on: two drawings that only look different mean the same. */
export function meaning({ nodes, edges, flows }: Topology): string {
  const told = (nodes ?? []).map(({ id, kind, parent, spread, replicas, params }) => [id, kind, parent, spread, replicas, params]);
  return JSON.stringify([told, edges ?? [], flows ?? []]);
}
