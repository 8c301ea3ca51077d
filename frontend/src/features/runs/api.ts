import type { Topology } from '../../model/types';
import { call } from '../call';
import type { Scenario } from './scenario';

export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

interface FlowResult {
  readonly id: string;
  readonly offered: number;
  readonly completed: number;
  readonly failed: number;
  readonly in_flight: number;
  readonly throughput_rps: Estimate;
  readonly goodput_rps: Estimate;
  readonly error_rate: Estimate;
  readonly mean_ms: Estimate;
  readonly p50_ms: Estimate;
  readonly p95_ms: Estimate;
  readonly p99_ms: Estimate;
  readonly stale_reads: number;
  readonly lost_writes: number;
  readonly lost_sessions: number;
  readonly lost_messages: number;
}

/** The answer of a run (contract section 3). */
export interface RunResult {
  readonly engine: string;
  readonly engine_reason?: string;
  readonly seed: number;
  readonly warmup_s: number;
  readonly replications: number;
  readonly digest: string;
  readonly stationary?: string;
  readonly flows: readonly FlowResult[];
  readonly not_modelled?: readonly string[];
}

export interface Run {
  readonly id: string;
  readonly design: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly result: RunResult | null;
}

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

interface Threshold {
  readonly threshold: string;
  readonly metric: string;
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly holds: boolean;
  readonly source: string;
}

export interface Evaluation {
  readonly verdict: 'pass' | 'fail';
  readonly thresholds: readonly Threshold[];
}

/** Holds the drawing against its thresholds. */
export function evaluate(topology: Topology, scenario: Scenario | null, thresholds: readonly string[], signal?: AbortSignal): Promise<Evaluation> {
  return call('POST', '/api/v1/evaluations', { topology, ...(scenario ? { scenario } : {}), thresholds }, signal ? { signal } : {});
}
