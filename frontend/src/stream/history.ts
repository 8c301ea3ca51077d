import { column, type Frame } from './frames';
import type { Hello } from './messages';
import { Ring } from './ring';

const FLOW_ROWS = 3_000;
/** Numbers kept for nodes in all (16 MB): many nodes have a shorter past, never none. */
const NODE_BUDGET = 4_000_000;
const NODE_SERIES = ['utilization', 'queue'] as const;
const FLOW_SERIES = ['offered_rps', 'throughput_rps', 'failed_rps', 'error_rate', 'p50_ms', 'p95_ms', 'p99_ms', 'in_flight'] as const;

export type NodeSeries = (typeof NODE_SERIES)[number];
export type FlowSeries = (typeof FLOW_SERIES)[number];

/** The recent past of a run: a ring for every series that a chart may ask for. */
export class History {
  readonly #hello: Hello;
  readonly #times: Ring;
  readonly #flows = new Map<FlowSeries, Ring>();
  readonly #nodeTimes: Ring;
  readonly #nodes = new Map<NodeSeries, Ring>();

  constructor(hello: Hello) {
    this.#hello = hello;
    this.#times = new Ring(FLOW_ROWS, 1);
    for (const name of FLOW_SERIES) this.#flows.set(name, new Ring(FLOW_ROWS, hello.flows.length));
    const share = Math.floor(NODE_BUDGET / Math.max(1, hello.nodes.length * NODE_SERIES.length));
    const rows = Math.min(FLOW_ROWS, Math.max(120, share));
    this.#nodeTimes = new Ring(rows, 1);
    for (const name of NODE_SERIES) this.#nodes.set(name, new Ring(rows, hello.nodes.length));
  }

  push(frame: Frame): void {
    this.#times.push([frame.t_s]);
    for (const [name, ring] of this.#flows) ring.push(column(frame, 'flows', name) ?? []);
    this.#nodeTimes.push([frame.t_s]);
    for (const [name, ring] of this.#nodes) ring.push(column(frame, 'nodes', name) ?? []);
  }

  times(): Float32Array {
    return this.#times.series(0);
  }

  /** A flow's series; an unknown flow has no past. */
  flow(id: string, name: FlowSeries): Float32Array {
    const index = this.#hello.flows.indexOf(id);
    return index < 0 ? new Float32Array() : (this.#flows.get(name)?.series(index) ?? new Float32Array());
  }

  nodeTimes(): Float32Array {
    return this.#nodeTimes.series(0);
  }

  node(id: string, name: NodeSeries): Float32Array {
    const index = this.#hello.nodes.indexOf(id);
    return index < 0 ? new Float32Array() : (this.#nodes.get(name)?.series(index) ?? new Float32Array());
  }
}
