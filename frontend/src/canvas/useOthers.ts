import { useMemo } from 'react';
import { useDrawingState, usePeople } from '../editor/drawing';
import type { Rect } from '../model/types';
import type { Person } from '../sync/connection';

/** What the others have selected. Their pointers move all the time; this changes only when a selection does. */
export function useOthers(): readonly { readonly color: string; readonly ids: ReadonlySet<string> }[] {
  const text = usePeople(({ people }) =>
    JSON.stringify(people.filter(({ selection }) => selection && selection.length > 0).map(({ color, selection }) => [color, selection])),
  );
  return useMemo(
    () => (JSON.parse(text) as [string, string[]][]).map(([color, ids]) => ({ color, ids: new Set(ids) })),
    [text],
  );
}

/** Where the others are dragging things to, of what is still there; null while nobody drags. */
export function useOthersDrags(): ReadonlyMap<string, Rect> | null {
  const text = usePeople(({ people }) => JSON.stringify(people.flatMap(({ drag }) => drag ?? [])));
  const rects = useDrawingState((state) => state.rects);
  return useMemo(() => draggedTo(JSON.parse(text) as NonNullable<Person['drag']>, rects), [text, rects]);
}

/** The rectangles at the places that were told. */
export function draggedTo(drag: NonNullable<Person['drag']>, rects: ReadonlyMap<string, Rect>): ReadonlyMap<string, Rect> | null {
  const moved = new Map<string, Rect>();
  for (const [id, x, y] of drag) {
    const rect = rects.get(id);
    if (rect) moved.set(id, { ...rect, x, y });
  }
  return moved.size > 0 ? moved : null;
}
