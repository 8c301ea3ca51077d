import { useMemo } from 'react';
import { useDrawingState } from '../editor/drawing';

/** What the others have selected. Their pointers move all the time; this changes only when a selection does. */
export function useOthers(): readonly { readonly color: string; readonly ids: ReadonlySet<string> }[] {
  const text = useDrawingState(({ people }) =>
    JSON.stringify(people.filter(({ selection }) => selection && selection.length > 0).map(({ color, selection }) => [color, selection])),
  );
  return useMemo(
    () => (JSON.parse(text) as [string, string[]][]).map(([color, ids]) => ({ color, ids: new Set(ids) })),
    [text],
  );
}
