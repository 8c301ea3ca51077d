import type { Evaluation, Run } from '../../api/types';
import type { Topology } from '../../model/types';
import { call } from '../call';
import type { Scenario } from './scenario';

interface Wish {
  readonly subject: { readonly design: string } | { readonly topology: Topology };
  readonly scenario: Scenario;
  readonly speed: number;
}

/** Starts a live run of a stored design, or of a document. */
export function startRun({ subject, scenario, speed }: Wish): Promise<Run> {
  return call('POST', '/api/v1/runs', { ...subject, scenario, live: true, speed });
}

export function readRun(id: string): Promise<Run> {
  return call('GET', `/api/v1/runs/${id}`);
}

/** Holds the drawing against its thresholds. */
export function evaluate(topology: Topology, scenario: Scenario | null, thresholds: readonly string[], signal?: AbortSignal): Promise<Evaluation> {
  return call('POST', '/api/v1/evaluations', { topology, ...(scenario ? { scenario } : {}), thresholds }, signal ? { signal } : {});
}
