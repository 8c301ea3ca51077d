import type { Text } from '../../i18n/useI18n';
import type { Kinds, Param } from '../../model/catalogue';
import { joinOf } from '../../model/catalogue';
import type { Params, Topology } from '../../model/types';
import { readScenario } from '../runs/scenario';

/** A number of the drawing that can be varied. `of` is the element it belongs to; the run's own belong to none. */
export interface Variable {
  readonly id: string;
  readonly of: string | null;
  readonly pointer: string;
  readonly title: Text;
  readonly unit: string;
  readonly value: number;
  readonly whole: boolean;
  readonly lowest: number;
  readonly highest: number;
}

const REPLICAS: Text = { en: 'Replicas', ko: '복제본' };
const RATE: Text = { en: 'Rate', ko: '초당 요청' };
const LOAD: Text = { en: 'Load factor', ko: '부하 배수' };
const MOST_REPLICAS = 10_000;
const MOST_RPS = 1e9;
const MOST_LOAD = 1_000;

/** Every number of the drawing that can be varied: the load first, then element by element, what is stated before what is assumed. */
export function variables(topology: Topology, kinds: Kinds): Variable[] {
  const { load_factor } = readScenario(topology.scenario);
  const found: Variable[] = [plain('load_factor', null, '/scenario/load_factor', LOAD, '×', load_factor, { highest: MOST_LOAD })];
  (topology.flows ?? []).forEach((flow, index) => {
    found.push(plain('rate_rps', flow.id, `/flows/${index}/rate_rps`, RATE, '/s', flow.rate_rps, { highest: MOST_RPS }));
  });
  const kindOf = new Map((topology.nodes ?? []).map((node) => [node.id, node.kind]));
  (topology.nodes ?? []).forEach((node, index) => {
    const kind = kinds.node.get(node.kind);
    if (!kind) return;
    const at = `/nodes/${index}`;
    if (!kind.container && kind.role !== 'client') {
      found.push(plain('replicas', node.id, `${at}/replicas`, REPLICAS, '', node.replicas ?? 1, { whole: true, lowest: 1, highest: MOST_REPLICAS }));
    }
    found.push(...ofParams(node.id, at, kind.params, node.params ?? {}));
  });
  (topology.edges ?? []).forEach((edge, index) => {
    const kind = edge.kind ?? joinOf(kinds, kindOf.get(edge.source) ?? '', kindOf.get(edge.target) ?? '')?.default ?? '';
    found.push(...ofParams(edge.id, `/edges/${index}`, kinds.edge.get(kind)?.params ?? [], edge.params ?? {}));
  });
  return found;
}

interface Limits {
  readonly whole?: boolean;
  readonly lowest?: number;
  readonly highest: number;
}

function plain(name: string, of: string | null, pointer: string, title: Text, unit: string, value: number, limits: Limits): Variable {
  return { id: `${of ?? ''}:${name}`, of, pointer, title, unit, value, whole: false, lowest: 0, ...limits };
}

function ofParams(of: string, at: string, params: readonly Param[], given: Params): Variable[] {
  const numbers = params.filter(({ type }) => type === 'number' || type === 'integer');
  const stated = [...numbers].sort((a, b) => Number(b.name in given) - Number(a.name in given));
  return stated.flatMap(({ name, type, title, unit, default: otherwise, minimum, maximum, above }) => {
    const value = given[name] ?? otherwise;
    if (typeof value !== 'number') return [];
    const lowest = minimum ?? (above === undefined ? -Infinity : above + Number.MIN_VALUE);
    return { id: `${of}:${name}`, of, pointer: `${at}/params/${name}`, title, unit, value, whole: type === 'integer', lowest, highest: maximum ?? Infinity };
  });
}
