import { useRef, type PointerEvent } from 'react';
import { useView } from '../editor/view';
import type { Point } from '../model/types';
import type { Keys, useDragging } from './useDragging';
import { nodeAt, type Scene } from './scene';

type Dragging = Pick<ReturnType<typeof useDragging>, 'onStart' | 'onDrag' | 'onStop'>;

interface Held {
  readonly id: string;
  readonly from: Point;
  readonly corner: Point;
  readonly screen: Point;
  moving: boolean;
}

/** So far a pointer goes (pixels) before a press becomes a drag. */
const SLACK = 3;

/** From afar the cards are painted and React Flow knows none of them: a painted card is taken by the hand here. */
export function useFarDragging(scene: Scene, at: (event: { clientX: number; clientY: number }) => Point, { onStart, onDrag, onStop }: Dragging) {
  const held = useRef<Held | null>(null);
  const step = (event: PointerEvent & Keys, { id, from, corner }: Held) => {
    const to = at(event);
    return { id, position: { x: corner.x + to.x - from.x, y: corner.y + to.y - from.y } };
  };
  /** Whether the pointer took hold of a card. */
  const begin = (event: PointerEvent): boolean => {
    const keys = event.shiftKey || event.metaKey || event.ctrlKey;
    if (event.button !== 0 || !event.isPrimary || keys || !(event.target as Element).closest('.react-flow__pane')) return false;
    const from = at(event);
    const node = nodeAt(scene, from);
    if (!node || node.container) return false;
    held.current = { id: node.id, from, corner: node.rect, screen: { x: event.clientX, y: event.clientY }, moving: false };
    return true;
  };
  const move = (event: PointerEvent): void => {
    const { current } = held;
    if (!current) return;
    const { id, screen } = current;
    if (!current.moving) {
      if (Math.hypot(event.clientX - screen.x, event.clientY - screen.y) < SLACK) return;
      current.moving = true;
      // Only now: a press that goes nowhere stays a click on the paper.
      event.currentTarget.setPointerCapture(event.pointerId);
      const { selectedNodes } = useView.getState();
      onStart(event, { id }, selectedNodes.has(id) ? [...selectedNodes].map((each) => ({ id: each })) : undefined);
    }
    onDrag(event, step(event, current));
  };
  const end = (event: PointerEvent): void => {
    const { current } = held;
    held.current = null;
    if (current?.moving) onStop(event, { id: current.id });
  };
  return { begin, move, end };
}
