/** Replicas that stand in a container because their element is spread over it, not because it was drawn there. */

import type { Node } from './types';

export interface Share {
  readonly id: string;
  readonly name: string;
  /** Replicas in this container; never 0. */
  readonly count: number;
}

/** By container: what is dealt into it. Replicas go round the containers in their order. */
export function shares(nodes: Iterable<Node>): ReadonlyMap<string, readonly Share[]> {
  const found = new Map<string, Share[]>();
  for (const { id, name, replicas = 1, spread = [] } of nodes) {
    spread.forEach((container, place) => {
      const count = Math.floor((replicas - place + spread.length - 1) / spread.length);
      if (count <= 0) return;
      const here = found.get(container) ?? [];
      found.set(container, here);
      here.push({ id, name: name ?? id, count });
    });
  }
  return found;
}
