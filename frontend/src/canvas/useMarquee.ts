import { useCallback, useRef, type MouseEvent } from 'react';
import { select, useView } from '../editor/view';
import type { Point } from '../model/types';
import { chosenIn, type Scene } from './scene';

type Place = (event: { readonly clientX: number; readonly clientY: number }) => Point;

/**
 * What a marquee chose, worked out when it ends: from afar the cards are painted, and React Flow knows none of them.
 * It also knows no containers as selectable, as every marquee inside one would touch it.
 */
export function useMarquee(scene: Scene, at: Place) {
  const start = useRef<Point>({ x: 0, y: 0 });
  const begin: (...where: Parameters<Place>) => void = useCallback((event) => void (start.current = at(event)), [at]);
  const onSelectionEnd = useCallback(
    (event: MouseEvent) => {
      const [a, b] = [start.current, at(event)];
      const area = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
      const more = event.shiftKey || event.metaKey || event.ctrlKey;
      select([...(more ? useView.getState().selectedNodes : []), ...chosenIn(scene, area)]);
    },
    [scene, at],
  );
  return { begin, onSelectionEnd };
}
