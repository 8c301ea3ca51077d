import { create } from 'zustand';
import { bounds, center } from '../model/geometry';
import type { Point, Rect } from '../model/types';
import { useDrawingState } from './drawing';

type Tool = 'select' | 'pan';

export interface Rejoining {
  readonly edge: string;
  readonly end: 'source' | 'target';
  readonly over: string | null;
}

/** What is selected, which tool is held, what panel is open: nothing of it is saved with the design. */
interface View {
  readonly selectedNodes: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  readonly tool: Tool;
  /** Without a keyboard: each tap adds to the selection or takes away. */
  readonly several: boolean;
  /** Click-click connecting: the node that waits for its target. */
  readonly connectFrom: string | null;
  /** The end of a connection that is being pulled, and the card that it is held over. */
  readonly rejoining: Rejoining | null;
  readonly renaming: string | null;
  readonly open: string | null;
}

export const useView = create<View>(() => ({
  selectedNodes: new Set<string>(),
  selectedEdges: new Set<string>(),
  tool: 'select',
  several: false,
  connectFrom: null,
  rejoining: null,
  renaming: null,
  open: null,
}));

export function select(nodes: Iterable<string>, edges: Iterable<string> = []): void {
  useView.setState({ selectedNodes: new Set(nodes), selectedEdges: new Set(edges) });
}

/** What somebody else deletes is not selected any longer. */
useDrawingState.subscribe(({ nodes, edges }, before) => {
  if (nodes === before.nodes && edges === before.edges) return;
  const { selectedNodes, selectedEdges } = useView.getState();
  if ([...selectedNodes].every((id) => nodes.has(id)) && [...selectedEdges].every((id) => edges.has(id))) return;
  select([...selectedNodes].filter((id) => nodes.has(id)), [...selectedEdges].filter((id) => edges.has(id)));
});

export function toggleSelected(id: string, of: 'selectedNodes' | 'selectedEdges'): void {
  const next = new Set(useView.getState()[of]);
  if (!next.delete(id)) next.add(id);
  useView.setState({ [of]: next });
}

/** Where everything was before it was arranged anew; the canvas lets it glide from there to its place. */
export const useGliding = create<{ readonly from: ReadonlyMap<string, Rect> | null }>(() => ({ from: null }));

/** Arranges things so that one can see where they go: the edits are applied at once, the picture follows. What is held comes from where the hand is. */
export function glide(arrange: () => void, held: ReadonlyMap<string, Rect> = new Map()): void {
  const { rects } = useDrawingState.getState();
  arrange();
  if (useDrawingState.getState().rects !== rects) useGliding.setState({ from: new Map([...rects, ...held]) });
}

/** What the canvas lets others do with its view; it registers itself when it is shown. */
export interface Camera {
  readonly fit: (rect: Rect, animate: boolean) => void;
  /** Whether all of the rectangle is seen. */
  readonly sees: (rect: Rect) => boolean;
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

/** Moves the view to the rectangle if it is not seen, at the zoom there is. */
export function reveal(rect: Rect): void {
  if (camera && !camera.sees(rect)) camera.centerOn(center(rect));
}

/** Where all of the drawing was in view, it is so again after it has grown. */
export function keepInView(grow: () => void): void {
  const whole = (): boolean => {
    const all = bounds(useDrawingState.getState().rects.values());
    return all === undefined || (camera?.sees(all) ?? false);
  };
  const before = whole();
  grow();
  if (before && !whole()) flyTo(useDrawingState.getState().rects.values());
}

/** Shows these rectangles, a little air around them. */
export function flyTo(rects: Iterable<Rect>, animate = true): void {
  const all = bounds(rects);
  if (all) camera?.fit(all, animate);
}
