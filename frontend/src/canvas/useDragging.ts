import type { Node as FlowNode, NodeChange } from '@xyflow/react';
import { useCallback, useRef, useState } from 'react';
import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { select, useView } from '../editor/view';
import { containerAt, moveTo } from '../model/changes';
import { center, snapped } from '../model/geometry';
import type { Point, Rect } from '../model/types';
import { align } from './guides';

type Guides = readonly { readonly x?: number; readonly y?: number }[];

interface Drag {
  readonly rects: ReadonlyMap<string, Rect> | null;
  readonly dropInto: string | null;
  readonly guides: Guides;
}

const NONE: Drag = { rects: null, dropInto: null, guides: [] };
const REACH = 6;

/** Dragging shows where things would lie; only the drop is an edit. */
export function useDragging() {
  const [drag, setDrag] = useState<Drag>(NONE);
  const corners = useRef<Map<string, Point>>(new Map());
  const family = useRef<ReadonlyMap<string, readonly string[]>>(new Map());

  const onStart = useCallback((_event: unknown, node: FlowNode, nodes: FlowNode[] = [node]) => {
    if (!useView.getState().selectedNodes.has(node.id)) select([node.id]);
    const { topology } = useDrawingState.getState();
    const children = new Map<string, string[]>();
    for (const each of topology.nodes ?? []) {
      if (each.parent !== undefined) children.set(each.parent, [...(children.get(each.parent) ?? []), each.id]);
    }
    const below = (id: string): string[] => (children.get(id) ?? []).flatMap((child) => [child, ...below(child)]);
    family.current = new Map(nodes.map(({ id }) => [id, below(id)]));
  }, []);

  const onDrag = useCallback((event: { ctrlKey?: boolean; metaKey?: boolean }, node: FlowNode, nodes: FlowNode[] = [node]) => {
    const { rects, topology } = useDrawingState.getState();
    const moving = new Set(nodes.flatMap(({ id }) => [id, ...(family.current.get(id) ?? [])]));
    const own = rects.get(node.id);
    if (!own) return;
    let target: Point = node.position;
    let guides: Guides = [];
    if (!event.ctrlKey && !event.metaKey) {
      const others = [...rects].filter(([id]) => !moving.has(id)).map(([, rect]) => rect);
      const aligned = align(target, own, others.length > 400 ? [] : others, REACH);
      guides = aligned.guides;
      target = guides.length > 0 ? aligned.point : snapped(target);
    }
    const shift = { x: target.x - own.x, y: target.y - own.y };
    const next = new Map(rects);
    corners.current = new Map();
    for (const id of moving) {
      const rect = rects.get(id);
      if (!rect) continue;
      const corner = { x: rect.x + shift.x, y: rect.y + shift.y };
      next.set(id, { ...rect, ...corner });
      corners.current.set(id, corner);
    }
    const at = next.get(node.id);
    const dropInto = at ? containerAt(topology, rects, currentKinds(), center(at), moving) : undefined;
    setDrag({ rects: next, dropInto: dropInto ?? null, guides });
  }, []);

  const onStop = useCallback(() => {
    const { topology, rects } = useDrawingState.getState();
    applyEdits(moveTo(topology, rects, currentKinds(), corners.current));
    corners.current = new Map();
    setDrag(NONE);
  }, []);

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
