/** The `linchpin/1` document as the page holds it. */

export type Params = Readonly<Record<string, unknown>>;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Point, Size {}

export interface Node {
  readonly id: string;
  readonly kind: string;
  readonly name?: string;
  readonly parent?: string;
  readonly spread?: readonly string[];
  readonly replicas?: number;
  readonly params?: Params;
  readonly position?: Point;
  readonly size?: Size;
  readonly notes?: string;
}

export interface Edge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly kind?: string;
  readonly params?: Params;
}

export interface Flow {
  readonly id: string;
  readonly source: string;
  readonly rate_rps: number;
  readonly mix?: Readonly<Record<string, number>>;
  readonly regions?: Readonly<Record<string, number>>;
  readonly shape?: Params;
  readonly arrivals?: string;
  readonly name?: string;
}

export interface Acceptance {
  readonly code: string;
  readonly component: string;
  readonly reason: string;
  readonly expires?: string;
}

export interface Topology {
  readonly format: string;
  readonly name: string;
  readonly nodes?: readonly Node[];
  readonly edges?: readonly Edge[];
  readonly flows?: readonly Flow[];
  readonly thresholds?: readonly string[];
  readonly accepted?: readonly Acceptance[];
  readonly scenario?: Params;
  readonly description?: string;
}
