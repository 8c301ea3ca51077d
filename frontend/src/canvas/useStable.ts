import { useCallback, useLayoutEffect, useRef } from 'react';

/**
 * The function as it is now behind one that never changes. React Flow tells all of its parts of every property that is
 * new, so a function made anew while a card is dragged would cost as much as the drag.
 */
export function useStable<Args extends unknown[], Answer>(now: (...args: Args) => Answer): (...args: Args) => Answer {
  const latest = useRef(now);
  useLayoutEffect(() => {
    latest.current = now;
  });
  return useCallback((...args: Args) => latest.current(...args), []);
}
