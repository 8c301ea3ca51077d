import type { Node as FlowNode, NodeChange } from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import { applyEdits, currentKinds, present, useDrawingState, type Drawing } from '../editor/drawing';
import { glide, keepInView, select, useView } from '../editor/view';
import { containerAt, fitsInto, insertInto } from '../model/changes';
import { excerpt, pasteEdits } from '../model/clipboard';
import { center, snapped } from '../model/geometry';
import { moveTo } from '../model/moving';
import { roomOn } from '../model/room';
import { descendants } from '../model/nesting';
import type { Edge, Point, Rect } from '../model/types';
import { align } from './guides';
import { edgeAt, type Scene } from './scene';

interface Drag {
  /** Where the things that are held would lie. */
  readonly moved: ReadonlyMap<string, Rect> | null;
  readonly dropInto: string | null;
  /** The edge that a card without connections would come to stand in. */
  readonly dropOnto: string | null;
  readonly guides: readonly { readonly x?: number; readonly y?: number }[];
  /** Where things stay of which a copy is being placed. */
  readonly ghosts: readonly Rect[];
}

interface Held {
  readonly moving: ReadonlySet<string>;
  /** What it may line up with. */
  readonly others: readonly Rect[];
  readonly alone: string | null;
}

export type Keys = { readonly ctrlKey?: boolean; readonly metaKey?: boolean; readonly altKey?: boolean };

const NONE: Drag = { moved: null, dropInto: null, dropOnto: null, guides: [], ghosts: [] };
const REACH = 6;
const NEAR_EDGE = 28;
/** Among more neighbours than this some would always be in line. */
const MOST_NEIGHBOURS = 400;
/** Of more things than this the others see only the drop. */
const MOST_TOLD = 64;
/** What was dropped is in the others' documents by then. */
const ARRIVES_MS = 250;

/** Dragging shows where things would lie; only the drop is an edit. With Alt it is a copy that moves. */
export function useDragging(scene: Scene) {
  const [drag, setDrag] = useState<Drag>(NONE);
  const held = useRef<Held>({ moving: new Set(), others: [], alone: null });
  const last = useRef<Drag>(NONE);

  const show = useCallback((next: Drag) => {
    last.current = next;
    setDrag(next);
  }, []);

  const onStart = useCallback((_event: unknown, node: { readonly id: string }, nodes: readonly { readonly id: string }[] = [node]) => {
    if (!useView.getState().selectedNodes.has(node.id)) select([node.id]);
    const { nodes: all, rects, edges } = useDrawingState.getState();
    const roots = nodes.map(({ id }) => id);
    const moving = new Set([...roots, ...descendants(all, roots)]);
    const others = [...rects].filter(([id]) => !moving.has(id)).map(([, rect]) => rect);
    const joined = [...edges.values()].some(({ source, target }) => source === node.id || target === node.id);
    held.current = {
      moving,
      others: others.length > MOST_NEIGHBOURS ? [] : others,
      alone: moving.size === 1 && !joined ? node.id : null,
    };
  }, []);

  const onDrag = useCallback(
    (event: Keys, node: Pick<FlowNode, 'id' | 'position'>) => {
      const { rects, topology, nodes } = useDrawingState.getState();
      const { moving, others, alone } = held.current;
      const own = rects.get(node.id);
      if (!own) return;
      let target: Point = node.position;
      let guides: Drag['guides'] = [];
      if (!event.ctrlKey && !event.metaKey) {
        const aligned = align(target, own, others, REACH);
        guides = aligned.guides;
        target = guides.length > 0 ? aligned.point : snapped(target);
      }
      const shift = { x: target.x - own.x, y: target.y - own.y };
      const moved = new Map<string, Rect>();
      const ghosts: Rect[] = [];
      for (const id of moving) {
        const rect = rects.get(id);
        if (!rect) continue;
        moved.set(id, { ...rect, x: rect.x + shift.x, y: rect.y + shift.y });
        if (event.altKey) ghosts.push(rect);
      }
      const middle = center({ ...own, ...target });
      if (!event.altKey) tell(moved);
      const onto = alone !== null && !event.altKey ? edgeAt(scene, middle, NEAR_EDGE) : undefined;
      show({
        moved,
        dropInto: containerAt(topology, rects, currentKinds(), middle, moving) ?? null,
        dropOnto: onto && fitsInto(topology, currentKinds(), nodes.get(node.id)?.kind ?? '', onto) ? onto.id : null,
        guides,
        ghosts,
      });
    },
    [scene, show],
  );

  const onStop = useCallback(
    (_event: unknown, node: { readonly id: string }) => {
      const { moved, dropOnto, ghosts } = last.current;
      setTimeout(() => present({ drag: null }), ARRIVES_MS);
      const drawing = useDrawingState.getState();
      show(NONE);
      const [from, to] = [drawing.rects.get(node.id), moved?.get(node.id)];
      if (!moved || !from || !to || (from.x === to.x && from.y === to.y)) return;
      if (ghosts.length > 0) {
        const shift = { x: to.x - from.x, y: to.y - from.y };
        const copy = pasteEdits(drawing, excerpt(drawing, held.current.moving), { shift }, (kind) => currentKinds().node.has(kind));
        applyEdits(copy.edits);
        select(copy.nodes);
        return;
      }
      const edge = dropOnto === null ? undefined : drawing.edges.get(dropOnto);
      if (edge) keepInView(() => glide(() => dropInto(drawing, edge, node.id, to), moved));
      else applyEdits(moveTo(drawing.topology, drawing.rects, currentKinds(), moved));
    },
    [show],
  );

  /** The marquee and clicks tell what is selected; positions come by the drag above. */
  const onNodesChange = useCallback((changes: NodeChange[]) => {
    const chosen = changes.filter((change) => change.type === 'select');
    if (chosen.length === 0) return;
    const next = new Set(useView.getState().selectedNodes);
    for (const { id, selected } of chosen) {
      if (selected) next.add(id);
      else next.delete(id);
    }
    useView.setState({ selectedNodes: next });
  }, []);

  return { ...drag, onStart, onDrag, onStop, onNodesChange };
}

/** Lets the others see where things are being dragged to. */
function tell(moved: ReadonlyMap<string, Rect>): void {
  const drag = [...moved].map(([id, { x, y }]) => [id, Math.round(x), Math.round(y)] as const);
  present({ drag: drag.length <= MOST_TOLD ? drag : null });
}

/** The card comes to stand in the edge; what comes after it makes room. */
function dropInto({ topology, rects }: Drawing, edge: Edge, id: string, wish: Point): void {
  const room = roomOn(topology, rects, edge, wish, id);
  const drop = moveTo(topology, room.rects, currentKinds(), new Map([[id, room.corner]]));
  applyEdits([...room.edits, ...drop, ...insertInto(topology, edge, id).edits]);
}
