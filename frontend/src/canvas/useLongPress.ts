import { useEffect, useRef, type PointerEvent } from 'react';

const HOLD_MS = 480;
const SLACK = 9;

interface Place {
  readonly clientX: number;
  readonly clientY: number;
  readonly target: EventTarget;
}

/** A finger that rests opens the menu, as the second button of a mouse does. */
export function useLongPress(onHold: (place: Place) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const begin = useRef<Place | null>(null);
  const fingers = useRef(0);
  const stop = () => {
    clearTimeout(timer.current);
    begin.current = null;
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    onPointerDownCapture: (event: PointerEvent) => {
      if (event.pointerType !== 'touch') return;
      stop();
      fingers.current = event.isPrimary ? 1 : fingers.current + 1;
      if (fingers.current > 1 || (event.target as Element).closest('button, input, [role="toolbar"]')) return;
      const { clientX, clientY, target } = event;
      const place = { clientX, clientY, target };
      begin.current = place;
      timer.current = setTimeout(() => {
        begin.current = null;
        onHold(place);
      }, HOLD_MS);
    },
    onPointerMoveCapture: ({ clientX, clientY }: PointerEvent) => {
      const at = begin.current;
      if (at && Math.hypot(clientX - at.clientX, clientY - at.clientY) > SLACK) stop();
    },
    onPointerUpCapture: stop,
    onPointerCancelCapture: stop,
  };
}
