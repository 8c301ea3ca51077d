/** What can be done to a running system, as the catalogue serves it. */

type TargetType = 'node' | 'replica' | 'edge' | 'container' | 'flow';

interface Texts {
  readonly en: string;
  readonly ko: string;
}

export interface ActionParam {
  readonly name: string;
  readonly type: string;
  readonly title: Texts;
  readonly default?: number | null;
  readonly minimum?: number | null;
  readonly maximum?: number | null;
}

export interface Action {
  readonly id: string;
  readonly title: Texts;
  readonly help: Texts;
  readonly targets: readonly TargetType[];
  readonly params: readonly ActionParam[];
  readonly one_of?: readonly string[];
  /** Kinds of node that it makes sense for; none named: every kind that can fail. */
  readonly kinds?: readonly string[];
}

export interface Target {
  readonly id: string;
  readonly type: TargetType;
  /** Kind of the node; of an edge or flow, nothing. */
  readonly kind?: string;
  readonly canFail?: boolean;
}

/** The actions that make sense on a target, in the catalogue's order. */
export function actionsFor(actions: readonly Action[], target: Target): Action[] {
  return actions.filter((action) => {
    if (!action.targets.includes(target.type)) return false;
    if (target.kind === undefined || target.type === 'container') return true;
    return action.kinds && action.kinds.length > 0 ? action.kinds.includes(target.kind) : target.canFail !== false;
  });
}

/** A sensible value to begin with for a param that has no default. */
export function beginning(param: ActionParam, replicas: number): number {
  if (typeof param.default === 'number') return param.default;
  if (param.name === 'factor') return 2;
  if (param.name === 'replicas' || param.name === 'shards') return replicas + 1;
  if (param.name === 'rate_rps') return 1_000;
  return Math.max(param.minimum ?? 0, 1);
}
