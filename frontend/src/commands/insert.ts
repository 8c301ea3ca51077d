import { create } from 'zustand';
import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { currentCamera, flyTo, glide, keepInView, reveal, select, useView } from '../editor/view';
import { freePlace, STEPS, type Direction } from '../model/arrange';
import { joinOf, leadsOn } from '../model/catalogue';
import { addNode, connect, fitsInto, insertInto } from '../model/changes';
import { CARD, center, CONTAINER, snapped } from '../model/geometry';
import { roomOn } from '../model/room';
import type { Point, Rect } from '../model/types';
import { command, selects } from './command';

/** A kind is being chosen: for that place (its middle), joined to that node. Without a place, the middle of what is seen. */
export interface Adding {
  readonly at?: Point;
  readonly from?: string;
  /** Which end of the new connection `from` is: it calls the new element, or is called by it. */
  readonly end?: 'source' | 'target';
}

export const useAdding = create<{ readonly adding: Adding | null }>(() => ({ adding: null }));

/** Lets the user choose a kind, then adds it there. */
export function startAdding(adding: Adding): void {
  useAdding.setState({ adding });
}

/** Adds a node of that kind as one step and selects it; answers its id. `into` is an edge that it comes to lie on. */
export function insertNode(kind: string, { at, from, end = 'source' }: Adding = {}, into: string | null = null): string {
  const { topology, rects, nodes, edges } = useDrawingState.getState();
  const kinds = currentKinds();
  const size = kinds.node.get(kind)?.container ? CONTAINER : CARD;
  const middle = at ?? currentCamera()?.middle() ?? { x: 0, y: 0 };
  const wish = { x: middle.x - size.width / 2, y: middle.y - size.height / 2, ...size };
  const corner = snapped(at ? wish : freePlace(solid(rects), wish));
  const edge = into === null ? undefined : edges.get(into);
  const onto = edge && fitsInto(topology, kinds, kind, edge) ? edge : undefined;
  const room = onto && roomOn(topology, rects, onto, corner);
  const { id, edits } = addNode(topology, room?.rects ?? rects, kinds, kind, room?.corner ?? corner);
  const all = [...(room?.edits ?? []), ...edits];
  const other = from === undefined ? undefined : nodes.get(from);
  if (other) {
    const [source, target] = end === 'source' ? [other.id, id] : [id, other.id];
    const [sourceKind, targetKind] = end === 'source' ? [other.kind, kind] : [kind, other.kind];
    if (joinOf(kinds, sourceKind, targetKind)) all.push(...connect(topology, source, target).edits);
  }
  if (onto) all.push(...insertInto(topology, onto, id).edits);
  if (room && room.edits.length > 0) keepInView(() => glide(() => applyEdits(all)));
  else applyEdits(all);
  select([id]);
  return id;
}

/** Adds a node of that kind: beside the one that is selected and joined to it where that makes sense, else in the middle of what is seen. */
export function insertNext(kind: string): string {
  const found = neighbourFor(kind);
  const rect = found && useDrawingState.getState().rects.get(found.id);
  if (!found || !rect) return insertNode(kind);
  const spot = beside(rect, found.end === 'source' ? 'right' : 'left');
  const id = insertNode(kind, { at: center(spot), from: found.id, end: found.end });
  reveal(spot);
  return id;
}

/** What a new element of that kind is joined to: the selected one; if that and the new one both only answer, the one that calls it. */
function neighbourFor(kind: string): { readonly id: string; readonly end: 'source' | 'target' } | null {
  const { nodes, edges } = useDrawingState.getState();
  const { selectedNodes, selectedEdges } = useView.getState();
  const kinds = currentKinds();
  const [selected] = selectedNodes;
  if (selected === undefined || selectedNodes.size > 1 || selectedEdges.size > 0) return null;
  const kindOf = (id: string) => kinds.node.get(nodes.get(id)?.kind ?? '');
  const joins = (source: string | undefined, target: string | undefined) => joinOf(kinds, source ?? '', target ?? '') !== undefined;
  if (leadsOn(kindOf(selected))) return joins(kindOf(selected)?.id, kind) ? { id: selected, end: 'source' } : null;
  if (leadsOn(kinds.node.get(kind))) return joins(kind, kindOf(selected)?.id) ? { id: selected, end: 'target' } : null;
  const callers = new Set([...edges.values()].filter(({ target }) => target === selected).map(({ source }) => source));
  const [caller] = callers;
  return caller !== undefined && callers.size === 1 && joins(kindOf(caller)?.id, kind) ? { id: caller, end: 'source' } : null;
}

/** The nearest free place for a card on that side. */
function beside(rect: Rect, side: Direction): Rect {
  const step = STEPS[side];
  const wish = { x: rect.x + step.x * (rect.width + 96), y: rect.y + step.y * (rect.height + 56), ...CARD };
  return { ...CARD, ...freePlace(solid(useDrawingState.getState().rects), wish) };
}

/** What a new card must not cover: cards, not the containers they lie in. */
function solid(rects: ReadonlyMap<string, Rect>): Rect[] {
  const { nodes } = useDrawingState.getState();
  return [...rects]
    .filter(([id]) => !currentKinds().node.get(nodes.get(id)?.kind ?? '')?.container)
    .map(([, rect]) => rect);
}

export const add = command({
  id: 'add',
  group: 'insert',
  keys: ['N'],
  icon: 'add',
  edits: true,
  run: () => startAdding({}),
});

function grow<const D extends Direction>(direction: D, key: string) {
  return command({
    id: `grow_${direction}`,
    group: 'insert',
    keys: [`Mod+${key}`],
    edits: true,
    available: selects(1),
    run: () => {
      const { rects } = useDrawingState.getState();
      const [from] = useView.getState().selectedNodes;
      const rect = from === undefined ? undefined : rects.get(from);
      if (from === undefined || !rect) return;
      const spot = beside(rect, direction);
      flyTo([rect, spot]);
      startAdding({ at: center(spot), from, end: direction === 'left' ? 'target' : 'source' });
    },
  });
}

export const grows = [
  grow('left', 'ArrowLeft'),
  grow('right', 'ArrowRight'),
  grow('up', 'ArrowUp'),
  grow('down', 'ArrowDown'),
] as const;
