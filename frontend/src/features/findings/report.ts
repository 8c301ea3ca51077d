/** The analysis report (contract section 2) as the panel reads it. What could not be computed is null, and `gaps` says why. */

export type Severity = 'error' | 'warning' | 'info';

/** The worst first. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
export type Verdict = 'ok' | 'degraded' | 'overload' | 'cascade' | 'outage';
type OutageType = 'replica' | 'node' | 'edge' | 'container' | 'cold_cache';

export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

export interface Spof {
  readonly component: string;
  readonly type: 'component' | 'container';
  readonly hidden: boolean;
  readonly loss_share: number;
  readonly flows: readonly string[];
  readonly path: readonly string[];
  readonly reason: string;
  readonly reason_ko: string;
}

export interface CutSet {
  readonly components: readonly string[];
  readonly probability: number;
  readonly loss_share: number;
}

export interface Contingency {
  readonly outage: string;
  readonly type: OutageType;
  readonly verdict: Verdict;
  readonly loss_share: number;
  readonly shed_share: number | null;
  readonly overloaded: readonly { readonly node: string; readonly utilization: number | null }[];
  readonly collapse_share: number | null;
  readonly flows: Readonly<Record<string, number>>;
}

interface Latency {
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
  readonly offered_rps: number;
  readonly carried_share: number | null;
  readonly capacity_rps: number | null;
  readonly safe_capacity_rps: number | null;
  readonly headroom: number | null;
  readonly bottleneck: string | null;
  readonly latency: Latency;
  readonly solver: string;
}

/** What a loss takes along: of each node the share of its requests that are no longer answered. */
interface Fall {
  readonly outage: string;
  readonly type: OutageType;
  readonly nodes: Readonly<Record<string, number>>;
}

interface Importance {
  readonly birnbaum: number;
  readonly fussell_vesely: number;
  readonly risk_achievement: number;
  readonly duplication_gain: number;
}

/** One number, its band, and the figures of the design with it at either end. */
export interface Bar {
  readonly element: string;
  readonly param: string;
  readonly unit: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly is_default: boolean;
  readonly at_low: Readonly<Record<string, number | null>>;
  readonly at_high: Readonly<Record<string, number | null>>;
  readonly moves: string;
  /** How far that figure moves between the ends: a logarithm of their ratio. */
  readonly swing: number;
}

export interface NodeFigures {
  readonly id: string;
  readonly arrival_rps: number | null;
  readonly capacity_rps: number | null;
  readonly utilization: number | null;
  readonly wait_ms: number | null;
  readonly time_ms: number | null;
  readonly importance: Importance | null;
  readonly hit_ratio: number | null;
  readonly availability: number | null;
}

/** One thing that fails by itself, named as in cut sets. */
interface PartFigures {
  readonly component: string;
  readonly importance: Importance;
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly message_ko?: string;
  readonly components: readonly string[];
  readonly fix?: string | null;
  readonly fix_ko?: string | null;
  readonly patch?: readonly PatchOperation[] | null;
  readonly accepted?: Readonly<Record<string, unknown>> | null;
}

export interface Advice {
  readonly title: string;
  readonly title_ko: string;
  readonly patch: readonly PatchOperation[];
  readonly buys: Readonly<Record<string, number>>;
  readonly cost_per_month: number;
  readonly codes: readonly string[];
}

export interface Assumption {
  readonly element: string;
  readonly param: string;
  readonly value: unknown;
  readonly unit: string;
  readonly source: string;
  readonly source_ko: string;
  readonly used_for: readonly string[];
}

interface Reason {
  readonly code: string;
  readonly reason: string;
  readonly reason_ko: string;
}

export interface Report {
  readonly spofs: readonly Spof[];
  readonly cut_sets: readonly CutSet[];
  readonly contingencies: readonly Contingency[];
  readonly flows: readonly FlowFigures[];
  readonly nodes: readonly NodeFigures[];
  readonly findings: readonly Finding[];
  readonly advice: readonly Advice[];
  readonly cost_per_month: number;
  readonly assumptions: readonly Assumption[];
  readonly simplifications: readonly Reason[];
  readonly gaps: readonly (Reason & { readonly pointer: string })[];
  readonly solver: string;
  readonly partial: boolean;
  readonly tornado: readonly Bar[];
  readonly falls: readonly Fall[];
  readonly parts: readonly PartFigures[];
}

/** Why the figure at that place of the report is null, or null when the report does not say. The most exact place wins. */
export function reasonFor(report: Report, pointer: string, language: string): string | null {
  let best: Report['gaps'][number] | null = null;
  for (const gap of report.gaps) {
    const covers = pointer === gap.pointer || pointer.startsWith(`${gap.pointer}/`);
    if (covers && (!best || gap.pointer.length > best.pointer.length)) best = gap;
  }
  return best && said(best, language);
}

/** A reason in the reader's language. */
export function said(told: { readonly reason: string | null; readonly reason_ko: string | null }, language: string): string {
  return (language === 'ko' && told.reason_ko) || told.reason || '';
}
