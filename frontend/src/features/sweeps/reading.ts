import type { Estimate, SweepPoint } from '../../api/types';

/** What a point says of a flow: p99 with its interval, and the share that failed. */
export function figuresOf(point: SweepPoint, flow: string | null): { readonly p99: Estimate | null; readonly failed: number | null } {
  const found = point.evaluation?.result?.flows.find(({ id }) => id === flow);
  return { p99: found?.p99_ms ?? null, failed: found?.error_rate.value ?? null };
}
