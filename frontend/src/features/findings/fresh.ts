import { useSyncExternalStore } from 'react';
import type { Topology } from '../../model/types';
import type { Finding } from './report';

/** What a kind means to the flow of requests. */
export type RoleOf = (kind: string) => 'client' | 'container' | 'other';

/** Once nothing was drawn for so long, what is still loose is no half-done gesture any more. */
const RESTS_MS = 20_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * Elements that were just put on the drawing and that no requests reach yet. What the review says of them alone is a
 * half-done gesture, not an error: they are shown as not known until they are connected, or until the drawing rests.
 */
export class FreshElements {
  #topology: Topology | null = null;
  #known: ReadonlySet<string> | null = null;
  #ids = NONE;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The drawing is now this one. Nothing in the first is fresh. */
  update(topology: Topology, roleOf: RoleOf): void {
    if (topology === this.#topology) return;
    this.#topology = topology;
    const { nodes = [] } = topology;
    const [known, before] = [this.#known, this.#ids];
    this.#known = new Set(nodes.map(({ id }) => id));
    const reached = reachedBy(topology, roleOf);
    const loose = nodes.filter(
      ({ id, kind }) => known !== null && (before.has(id) || !known.has(id)) && !reached.has(id) && roleOf(kind) !== 'container',
    );
    this.#show(new Set(loose.map(({ id }) => id)));
    clearTimeout(this.#timer);
    if (loose.length > 0) this.#timer = setTimeout(() => this.#show(NONE), RESTS_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#topology = this.#known = null;
    this.#show(NONE);
  }

  #show(ids: ReadonlySet<string>): void {
    if (ids.size === 0 && this.#ids.size === 0) return;
    this.#ids = ids;
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a finding is about fresh elements and nothing else. */
export function isHeldBack({ components }: Pick<Finding, 'components'>, fresh: ReadonlySet<string>): boolean {
  return components.length > 0 && components.every((id) => fresh.has(id));
}

/** All that is joined to a client, in whatever direction: telemetry and automation stand at the far end of theirs. */
function reachedBy({ nodes = [], edges = [] }: Topology, roleOf: RoleOf): ReadonlySet<string> {
  const neighbours = new Map<string, string[]>();
  for (const { source, target } of edges) {
    for (const [one, other] of [[source, target], [target, source]] as const) {
      const known = neighbours.get(one);
      if (known) known.push(other);
      else neighbours.set(one, [other]);
    }
  }
  const reached = new Set(nodes.filter(({ id, kind }) => roleOf(kind) === 'client' && neighbours.has(id)).map(({ id }) => id));
  for (const id of reached) for (const next of neighbours.get(id) ?? []) reached.add(next);
  return reached;
}

export const freshElements = new FreshElements();

export function useFreshElements(): ReadonlySet<string> {
  return useSyncExternalStore(
    (changed) => freshElements.subscribe(changed),
    () => freshElements.ids,
  );
}
