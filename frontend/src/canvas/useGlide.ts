import { useEffect, useRef, useState } from 'react';
import { useGliding } from '../editor/view';
import type { Rect } from '../model/types';

const LONG_MS = 320;
/** Of more than this many the whole would stutter; they jump. */
const MOST = 600;

type Rects = ReadonlyMap<string, Rect>;

/** On the way from one arrangement to the next, when a command asked for that: where everything is now. */
export function useGlide(rects: Rects): Rects | null {
  const gliding = useGliding((state) => state.from);
  const [now, setNow] = useState<Rects | null>(null);
  const target = useRef(rects);
  useEffect(() => {
    target.current = rects;
  }, [rects]);
  useEffect(() => {
    if (!gliding) return undefined;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches || gliding.size > MOST;
    const start = performance.now();
    let request = 0;
    const advance = (ms: number) => {
      const share = Math.min(1, Math.max(0, ms - start) / LONG_MS);
      if (calm || share === 1) {
        setNow(null);
        useGliding.setState({ from: null });
        return;
      }
      setNow(between(gliding, target.current, 1 - (1 - share) ** 3));
      request = requestAnimationFrame(advance);
    };
    request = requestAnimationFrame(advance);
    return () => cancelAnimationFrame(request);
  }, [gliding]);
  // Until the first step things stay where they were.
  return gliding ? (now ?? gliding) : null;
}

function between(from: Rects, to: Rects, share: number): Rects {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  return new Map(
    [...to].map(([id, end]) => {
      const begin = from.get(id) ?? end;
      return [
        id,
        {
          x: mix(begin.x, end.x),
          y: mix(begin.y, end.y),
          width: mix(begin.width, end.width),
          height: mix(begin.height, end.height),
        },
      ];
    }),
  );
}
