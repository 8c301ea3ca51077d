/** The analysis report (contract section 2) as the panel reads it. A figure that could not be computed is null, with its reason in `reasons` or beside it. */

export type Severity = 'error' | 'warning' | 'info';
export type Verdict = 'ok' | 'degraded' | 'overload' | 'cascade' | 'outage';

export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

export interface Spof {
  readonly component: string;
  readonly type: 'component' | 'container';
  readonly hidden?: boolean;
  readonly loss_share: number | null;
  readonly flows: readonly string[];
  readonly path: readonly string[];
  readonly reason?: string | null;
}

export interface CutSet {
  readonly components: readonly string[];
  readonly probability: number | null;
  readonly loss_share: number | null;
}

export interface Contingency {
  readonly outage: string;
  readonly verdict: Verdict;
  readonly loss_share: number | null;
  readonly shed_share: number | null;
  readonly overloaded: readonly { readonly node: string; readonly utilization: number | null }[];
}

export interface Latency {
  readonly mean_ms: number | null;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
}

export interface FlowFigures {
  readonly id: string;
  readonly availability: number | null;
  readonly availability_carried: number | null;
  readonly downtime_min_per_year: number | null;
  readonly capacity_rps: number | null;
  readonly safe_capacity_rps: number | null;
  readonly headroom: number | null;
  readonly bottleneck: string | null;
  readonly latency: Latency | null;
}

export interface NodeFigures {
  readonly id: string;
  readonly arrival_rps: number | null;
  readonly capacity_rps: number | null;
  readonly utilization: number | null;
  readonly wait_ms: number | null;
  readonly importance?: unknown;
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly components: readonly string[];
  readonly fix?: unknown;
}
