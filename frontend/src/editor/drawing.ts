import { create } from 'zustand';
import { kindsOf, type Catalogue, type Kinds } from '../model/catalogue';
import type { Edit } from '../model/edits';
import { isPlaced, rectsOf, type Places } from '../model/places';
import { project } from '../model/projection';
import { shares, type Share } from '../model/spread';
import type { Edge, Flow, Node, Rect, Topology } from '../model/types';
import { Connection, type Person, type SaveState } from '../sync/connection';
import { LivingDoc } from '../sync/livingDoc';

export type Scope = 'view' | 'simulate' | 'edit';

/** The open design: its document, and whether it is saved. */
export interface Drawing {
  readonly designId: string;
  readonly scope: Scope;
  readonly ready: boolean;
  readonly topology: Topology;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly edges: ReadonlyMap<string, Edge>;
  readonly flows: ReadonlyMap<string, Flow>;
  readonly rects: ReadonlyMap<string, Rect>;
  /** Whether it is known where things stand: the document says so, or it was laid out for showing. */
  readonly placed: boolean;
  /** By container: what stands in it by being spread over it. */
  readonly shares: ReadonlyMap<string, readonly Share[]>;
  readonly saveState: SaveState;
  readonly refusal: string;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

const EMPTY: Drawing = {
  designId: '',
  scope: 'view',
  ready: false,
  topology: { format: 'linchpin/1', name: '' },
  nodes: new Map(),
  edges: new Map(),
  flows: new Map(),
  rects: new Map(),
  placed: true,
  shares: new Map(),
  saveState: 'loading',
  refusal: '',
  canUndo: false,
  canRedo: false,
};

export const useDrawingState = create<Drawing>(() => EMPTY);

/** Who else is there: a store of its own, as pointers move all the time and a drawing does not. */
export const usePeople = create<{ readonly people: readonly Person[] }>(() => ({ people: [] }));

let kinds: Kinds = kindsOf({
  format: 'linchpin/1', kinds: [], edge_kinds: [], joins: {}, groups: [], param_groups: [],
  operations: [], shapes: [], arrivals: [], findings: [], actions: [], metrics: [], imports: [], exports: [],
});
let doc: LivingDoc | null = null;
let connection: Connection | null = null;
let places: Places | null = null;

export const useKindsState = create<{ readonly kinds: Kinds }>(() => ({ kinds }));

/** The catalogue came: from now on kinds are known. */
export function setCatalogue(catalogue: Catalogue): void {
  kinds = kindsOf(catalogue);
  useKindsState.setState({ kinds });
  if (doc) refresh();
}

export function currentKinds(): Kinds {
  return kinds;
}

const known = {
  isNode: (kind: string) => kinds.node.has(kind),
  isContainer: (kind: string) => kinds.node.get(kind)?.container ?? false,
  isEdge: (kind: string) => kinds.edge.has(kind),
};

/** Opens a design; the one before is closed. `topology` is shown until the server's own copy is here. */
export function openDesign(designId: string, scope: Scope, topology: Topology): () => void {
  closeDesign();
  const opened = new LivingDoc();
  doc = opened;
  useDrawingState.setState({ ...EMPTY, ...indexed(topology), designId, scope });
  let queued = false;
  opened.observe(() => {
    if (queued) return;
    queued = true;
    queueMicrotask(() => {
      queued = false;
      if (doc === opened && useDrawingState.getState().ready) refresh();
    });
  });
  connection = new Connection(opened, designId, scope !== 'edit', {
    onState: (saveState) => {
      if (useDrawingState.getState().saveState !== saveState) useDrawingState.setState({ saveState });
    },
    onPeople: (people) => usePeople.setState({ people }),
    onReady: () => {
      useDrawingState.setState({ ready: true });
      refresh();
    },
    onRefused: (refusal) => useDrawingState.setState({ refusal, scope: 'view' }),
  });
  return closeDesign;
}

function closeDesign(): void {
  connection?.destroy();
  doc?.destroy();
  connection = null;
  doc = null;
  places = null;
  useDrawingState.setState(EMPTY);
  usePeople.setState({ people: [] });
}

/** Carries out the edits as one gesture. Does nothing in a read-only view. */
export function applyEdits(edits: readonly Edit[]): void {
  const { scope, ready } = useDrawingState.getState();
  if (!doc || !ready || scope !== 'edit' || edits.length === 0) return;
  doc.apply(edits);
  refresh();
}

/** Carries out edits that are no step of one's own and are not undone: the first layout of a document. */
export function settle(edits: readonly Edit[]): void {
  const { scope, ready } = useDrawingState.getState();
  if (!doc || !ready || scope !== 'edit') return;
  doc.settle(edits);
  refresh();
}

/** Shows what has no position at these places. The document is not touched. */
export function showAt(shown: Places): void {
  places = shown;
  useDrawingState.setState(indexed(useDrawingState.getState().topology));
}

export function undo(): void {
  doc?.undo();
  refresh();
}

export function redo(): void {
  doc?.redo();
  refresh();
}

/** Tells the others where one is. */
export function present(person: Partial<Omit<Person, 'id'>>): void {
  connection?.present(person);
}

/** A number by which guests in this design are told apart. */
export function ownNumber(): number {
  return connection?.number ?? 1;
}

function refresh(): void {
  if (!doc) return;
  const topology = project(doc.read(), known);
  useDrawingState.setState({ ...indexed(topology), canUndo: doc.canUndo, canRedo: doc.canRedo });
}

function indexed(topology: Topology) {
  return {
    topology,
    nodes: new Map((topology.nodes ?? []).map((node) => [node.id, node])),
    edges: new Map((topology.edges ?? []).map((edge) => [edge.id, edge])),
    flows: new Map((topology.flows ?? []).map((flow) => [flow.id, flow])),
    rects: rectsOf(topology, kinds, places ?? {}),
    placed: places !== null || isPlaced(topology),
    shares: shares(topology.nodes ?? []),
  };
}
