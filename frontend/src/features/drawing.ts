import { useCallback, useMemo } from 'react';
import { applyEdits, useDrawingState, useKindsState } from '../editor/drawing';
import { flyTo as fly, select, useView } from '../editor/view';
import type { Catalogue, Kind } from '../model/catalogue';
import type { Edit } from '../model/edits';
import type { Acceptance, Topology } from '../model/types';
import { mentions, nameIn, type Piece } from './names';

/** The drawing as the features beside it need it: what is drawn, what things are called, how to show and change them. */
export interface DrawingView {
  readonly topology: Topology;
  /** The stored design, or null where there is none. */
  readonly designId: string | null;
  readonly readOnly: boolean;
  readonly mayRun: boolean;
  readonly catalogue: Catalogue;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly selected: readonly string[];
  readonly nameOf: (id: string) => string;
  /** A served sentence in pieces, with names where the server says ids; `ids`: which it is about. */
  readonly mentionsIn: (text: string, ids?: readonly string[]) => readonly Piece[];
  readonly replicasOf: (id: string) => number;
  /** Selects these elements and brings them into view. */
  readonly flyTo: (ids: readonly string[]) => void;
  /** One gesture, one undo step. */
  readonly change: (edits: readonly Edit[]) => void;
  readonly changeAccepted: (how: (accepted: readonly Acceptance[]) => readonly Acceptance[]) => void;
}

export function useDrawing(): DrawingView {
  const drawing = useDrawingState();
  const { kinds: known } = useKindsState();
  const selectedNodes = useView((view) => view.selectedNodes);
  const selectedEdges = useView((view) => view.selectedEdges);
  const { topology, designId, scope } = drawing;
  const nameOf = useCallback((id: string) => nameIn(drawing, id), [drawing]);
  const mentionsIn = useCallback((text: string, ids?: readonly string[]) => mentions(text, drawing, ids), [drawing]);
  return useMemo(
    () => ({
      topology,
      designId: designId === '' ? null : designId,
      readOnly: scope !== 'edit',
      mayRun: scope !== 'view',
      catalogue: known.catalogue,
      kinds: known.node,
      selected: [...selectedNodes, ...selectedEdges],
      nameOf,
      mentionsIn,
      replicasOf,
      flyTo,
      change: applyEdits,
      changeAccepted,
    }),
    [topology, designId, scope, known, selectedNodes, selectedEdges, nameOf, mentionsIn],
  );
}

function replicasOf(id: string): number {
  return useDrawingState.getState().nodes.get(id)?.replicas ?? 1;
}

function flyTo(ids: readonly string[]): void {
  const { nodes, edges, flows, rects } = useDrawingState.getState();
  const shown = new Set<string>();
  const joined = new Set<string>();
  for (const id of ids) {
    const whole = id.split('#', 1)[0] ?? id;
    const edge = edges.get(id);
    const flow = flows.get(id);
    if (nodes.has(whole)) shown.add(whole);
    else if (edge) joined.add(id);
    else if (flow) shown.add(flow.source);
  }
  select(shown, joined);
  const ends = [...joined].flatMap((id) => {
    const edge = edges.get(id);
    return edge ? [edge.source, edge.target] : [];
  });
  fly([...shown, ...ends].flatMap((id) => rects.get(id) ?? []));
}

function changeAccepted(how: (accepted: readonly Acceptance[]) => readonly Acceptance[]): void {
  const accepted = how(useDrawingState.getState().topology.accepted ?? []);
  applyEdits([{ type: 'meta', members: { accepted: accepted.length > 0 ? accepted : null } }]);
}

/** Whether the server holds everything that was drawn, after waiting for it a little. */
export function whenSaved(patience_ms = 3_000): Promise<boolean> {
  if (useDrawingState.getState().saveState === 'saved') return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      off();
      resolve(false);
    }, patience_ms);
    const off = useDrawingState.subscribe((drawing) => {
      if (drawing.saveState !== 'saved') return;
      clearTimeout(timer);
      off();
      resolve(true);
    });
  });
}
