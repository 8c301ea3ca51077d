import { create } from 'zustand';

/**
 * What lies over the drawing. Findings and single points of failure change with an edit and go through
 * the store; the columns of a run change ten times a second and are read by the painter straight from here.
 */
export interface Marks {
  readonly spofs: ReadonlyMap<string, { readonly loss: number; readonly hidden: boolean }>;
  /** Worst severity of the findings on an element. */
  readonly severities: ReadonlyMap<string, 'error' | 'warning' | 'info'>;
  /** Just added, and not judged yet. */
  readonly fresh: ReadonlySet<string>;
  /** Elements of the path that is being pointed at, brought out against the rest. */
  readonly path: ReadonlySet<string>;
}

export const useMarks = create<Marks>(() => ({ spofs: new Map(), severities: new Map(), fresh: new Set(), path: new Set() }));

/** The newest frame of a run, columns in the order of the ids. */
interface LiveColumns {
  readonly nodeIds: readonly string[];
  readonly edgeIds: readonly string[];
  readonly utilization: ArrayLike<number>;
  readonly queue: ArrayLike<number>;
  readonly arrivalRps: ArrayLike<number>;
  readonly up: ArrayLike<number>;
  readonly edgeRps: ArrayLike<number>;
  readonly edgeErrors: ArrayLike<number>;
  /** Paused or out of date: shown without colour. */
  readonly stale: boolean;
}

interface NodeFigures {
  readonly utilization: number;
  readonly queue: number;
  readonly arrivalRps: number;
  readonly up: number;
}

class Live {
  private columns: LiveColumns | null = null;
  private nodeAt = new Map<string, number>();
  private edgeAt = new Map<string, number>();
  private nodeIds: readonly string[] | null = null;
  private readonly listeners = new Set<() => void>();

  /** A frame came (null: the run is over or left). */
  show(columns: LiveColumns | null): void {
    if (columns && columns.nodeIds !== this.nodeIds) {
      this.nodeIds = columns.nodeIds;
      this.nodeAt = new Map(columns.nodeIds.map((id, i) => [id, i]));
      this.edgeAt = new Map(columns.edgeIds.map((id, i) => [id, i]));
    }
    this.columns = columns;
    for (const listener of this.listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get on(): boolean {
    return this.columns !== null;
  }

  get stale(): boolean {
    return this.columns?.stale ?? false;
  }

  node(id: string): NodeFigures | null {
    const at = this.nodeAt.get(id);
    const columns = this.columns;
    if (!columns || at === undefined) return null;
    return {
      utilization: columns.utilization[at] ?? NaN,
      queue: columns.queue[at] ?? NaN,
      arrivalRps: columns.arrivalRps[at] ?? NaN,
      up: columns.up[at] ?? NaN,
    };
  }

  edge(id: string): { readonly rps: number; readonly errors: number } | null {
    const at = this.edgeAt.get(id);
    const columns = this.columns;
    if (!columns || at === undefined) return null;
    return { rps: columns.edgeRps[at] ?? 0, errors: columns.edgeErrors[at] ?? 0 };
  }
}

export const live = new Live();
