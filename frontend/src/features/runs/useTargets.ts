import { useMemo } from 'react';
import { useDrawing } from '../drawing';
import type { Target } from './actions';

/** Everything that an action can be aimed at, with its name, in the order of the drawing. */
export function useTargets(): readonly (Target & { readonly name: string })[] {
  const { topology, kinds, nameOf } = useDrawing();
  return useMemo(() => {
    const targets: (Target & { name: string })[] = [];
    for (const node of topology.nodes ?? []) {
      const kind = kinds.get(node.kind);
      if (!kind) continue;
      const type = kind.container ? 'container' : 'node';
      targets.push({ id: node.id, type, kind: node.kind, canFail: kind.can_fail, name: nameOf(node.id) });
      const replicas = type === 'node' ? (node.replicas ?? 1) : 1;
      if (replicas < 2 || replicas > MOST_REPLICAS) continue;
      for (let number = 1; number <= replicas; number++) {
        const id = `${node.id}#${number}`;
        targets.push({ id, type: 'replica', kind: node.kind, canFail: kind.can_fail, name: nameOf(id) });
      }
    }
    for (const flow of topology.flows ?? []) targets.push({ id: flow.id, type: 'flow', name: nameOf(flow.id) });
    for (const edge of topology.edges ?? []) targets.push({ id: edge.id, type: 'edge', name: nameOf(edge.id) });
    return targets;
  }, [topology, kinds, nameOf]);
}

/** Beyond this, single replicas are not listed; the node as a whole is. */
const MOST_REPLICAS = 20;
