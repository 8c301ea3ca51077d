/** The catalogue as `GET /api/v1/catalogue` serves it: all that the page knows of kinds and params. */

import type { Params } from './types';

interface Text {
  readonly en: string;
  readonly ko: string;
}

export interface Param {
  readonly name: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'choice' | 'string' | 'text' | 'list' | 'map' | 'record';
  readonly title: Text;
  readonly help: Text;
  readonly unit: string;
  readonly default: unknown;
  readonly band: { readonly low: number | null; readonly high: number | null } | null;
  readonly source: string;
  readonly group: string;
  readonly nullable: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly above?: number;
  readonly choices?: readonly string[];
  readonly choice_titles?: Readonly<Record<string, Text>>;
  readonly item?: string;
  readonly fields?: readonly Param[];
}

/** What a choice is called; one that the catalogue has no words for is called by its id. */
export function choiceTitle(param: Pick<Param, 'choice_titles'> | undefined, choice: string, of: (text: Text) => string): string {
  const title = param?.choice_titles?.[choice];
  return title ? of(title) : choice.replaceAll('_', ' ');
}

export interface Kind {
  readonly id: string;
  readonly role: string;
  readonly group: string;
  readonly title: Text;
  readonly summary: Text;
  readonly icon: string;
  readonly container: boolean;
  readonly can_fail: boolean;
  readonly params: readonly Param[];
}

interface EdgeKind {
  readonly id: string;
  readonly title: Text;
  readonly summary: Text;
  readonly on_path: boolean;
  readonly params: readonly Param[];
}

export interface Join {
  readonly default: string;
  readonly accepted: readonly string[];
}

interface Group {
  readonly id: string;
  readonly title: Text;
}

interface Shape {
  readonly id: string;
  readonly title: Text;
  readonly summary: Text;
  readonly params: readonly Param[];
}

interface ImportFormat extends Group {
  /** What the names of such files end with. */
  readonly extensions: readonly string[];
}

export interface Catalogue {
  readonly format: string;
  readonly kinds: readonly Kind[];
  readonly edge_kinds: readonly EdgeKind[];
  readonly joins: Readonly<Record<string, Readonly<Record<string, Join>>>>;
  readonly groups: readonly Group[];
  readonly param_groups: readonly Group[];
  readonly operations: readonly Group[];
  readonly shapes: readonly Shape[];
  readonly arrivals: readonly Group[];
  readonly findings: readonly Params[];
  readonly actions: readonly Params[];
  readonly metrics: readonly Params[];
  readonly imports: readonly ImportFormat[];
  readonly exports: readonly Group[];
}

/** Look-ups by id, built once. */
export interface Kinds {
  readonly catalogue: Catalogue;
  readonly node: ReadonlyMap<string, Kind>;
  readonly edge: ReadonlyMap<string, EdgeKind>;
}

export function kindsOf(catalogue: Catalogue): Kinds {
  return {
    catalogue,
    node: new Map(catalogue.kinds.map((kind) => [kind.id, kind])),
    edge: new Map(catalogue.edge_kinds.map((kind) => [kind.id, kind])),
  };
}

const ASKING = new Set(['client', 'router', 'caller', 'queue']);

/** Whether elements of that kind lead requests or messages on; the others only answer. */
export function leadsOn(kind: Kind | undefined): boolean {
  return kind !== undefined && ASKING.has(kind.role);
}

/** How two kinds may be joined; undefined where no edge makes sense. */
export function joinOf(kinds: Kinds, source: string, target: string): Join | undefined {
  return kinds.catalogue.joins[source]?.[target];
}
