import { create } from 'zustand';
import { bounds } from '../model/geometry';
import type { Point, Rect } from '../model/types';
import { useDrawingState } from './drawing';

type Tool = 'select' | 'pan';

/** What is selected, which tool is held, what panel is open: nothing of it is saved with the design. */
interface View {
  readonly selectedNodes: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  readonly tool: Tool;
  /** Without a keyboard: each tap adds to the selection or takes away. */
  readonly several: boolean;
  /** Click-click connecting: the node that waits for its target. */
  readonly connectFrom: string | null;
  readonly renaming: string | null;
  readonly open: string | null;
}

export const useView = create<View>(() => ({
  selectedNodes: new Set<string>(),
  selectedEdges: new Set<string>(),
  tool: 'select',
  several: false,
  connectFrom: null,
  renaming: null,
  open: null,
}));

export function select(nodes: Iterable<string>, edges: Iterable<string> = []): void {
  useView.setState({ selectedNodes: new Set(nodes), selectedEdges: new Set(edges) });
}

export function toggleSelected(id: string, of: 'selectedNodes' | 'selectedEdges'): void {
  const next = new Set(useView.getState()[of]);
  if (!next.delete(id)) next.add(id);
  useView.setState({ [of]: next });
}

/** Where everything was before it was arranged anew; the canvas lets it glide from there to its place. */
export const useGliding = create<{ readonly from: ReadonlyMap<string, Rect> | null }>(() => ({ from: null }));

/** Arranges things so that one can see where they go: the edits are applied at once, the picture follows. */
export function glide(arrange: () => void): void {
  const { rects } = useDrawingState.getState();
  arrange();
  if (useDrawingState.getState().rects !== rects) useGliding.setState({ from: rects });
}

/** What the canvas lets others do with its view; it registers itself when it is shown. */
export interface Camera {
  readonly fit: (rect: Rect, animate: boolean) => void;
  readonly centerOn: (point: Point) => void;
  readonly zoomBy: (factor: number) => void;
  readonly zoomTo: (zoom: number) => void;
  /** From a point on the screen to canvas units. */
  readonly toCanvas: (point: Point) => Point;
  /** The middle of what is seen, in canvas units. */
  readonly middle: () => Point;
}

let camera: Camera | null = null;

export function setCamera(next: Camera | null): void {
  camera = next;
}

export function currentCamera(): Camera | null {
  return camera;
}

/** Shows these rectangles, a little air around them. */
export function flyTo(rects: Iterable<Rect>, animate = true): void {
  const all = bounds(rects);
  if (all) camera?.fit(all, animate);
}
