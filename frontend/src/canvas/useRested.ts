import { useEffect, useState } from 'react';

/** The value as it was when it last stood still for so long; with no time to wait, the value itself. */
export function useRested<T>(value: T, rest_ms: number): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), rest_ms);
    return () => clearTimeout(timer);
  }, [value, rest_ms]);
  return rest_ms === 0 ? value : rested;
}
