import { getViewportForBounds, type useReactFlow } from '@xyflow/react';
import { useEffect, type RefObject } from 'react';
import { useDrawingState } from '../editor/drawing';
import { setCamera } from '../editor/view';
import { bounds, holds } from '../model/geometry';
import type { Rect, Size } from '../model/types';
import { visibleArea } from './paint';

export const ZOOM = { min: 0.05, fit: 1.15, max: 2.5 } as const;
/** Narrower than this every pixel counts. */
const NARROW = 600;

type Flow = ReturnType<typeof useReactFlow>;

/** Lets the rest of the page move the view, and keeps in view what was when the window changes. */
export function useCamera(flow: Flow, frame: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let last = { width: 0, height: 0 };
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      if (last.width > 0) keepInView(flow, last, { width, height });
      last = { width, height };
    });
    observer.observe(element);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 260;
    setCamera({
      fit: (rect, animate) => {
        const { width, height } = element.getBoundingClientRect();
        void flow.setViewport(fitting(rect, { width, height }), { duration: animate ? calm : 0 });
      },
      sees: (rect) => {
        const { width, height } = element.getBoundingClientRect();
        return holds(visibleArea(flow.getViewport(), width, height), rect);
      },
      centerOn: ({ x, y }) => void flow.setCenter(x, y, { zoom: flow.getZoom(), duration: calm }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: calm / 2 }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, { duration: calm / 2 }),
      toCanvas: (point) => flow.screenToFlowPosition(point),
      middle: () => {
        const box = element.getBoundingClientRect();
        return flow.screenToFlowPosition({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
      },
    });
    return () => {
      observer.disconnect();
      setCamera(null);
    };
  }, [flow, frame]);
}

/** The view that shows the rectangle whole, never larger than life. */
function fitting(rect: Rect, { width, height }: Size) {
  return getViewportForBounds(rect, width, height, ZOOM.min, ZOOM.fit, { x: width < NARROW ? '12px' : '28px', top: '36px', bottom: '88px' });
}

/** A panel opened or closed: what was wholly in view stays so, else the middle stays the middle. */
function keepInView(flow: Flow, before: Size, now: Size): void {
  const { x, y, zoom } = flow.getViewport();
  const all = bounds(useDrawingState.getState().rects.values());
  const seen = visibleArea({ x, y, zoom }, before.width, before.height, 4);
  if (all && holds(seen, all)) void flow.setViewport(fitting(all, now));
  else void flow.setViewport({ x: x + (now.width - before.width) / 2, y: y + (now.height - before.height) / 2, zoom });
}
