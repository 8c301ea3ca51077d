import '@xyflow/react/dist/style.css';
import { ReactFlow, ReactFlowProvider, SelectionMode, useConnection, useReactFlow, useStore, type Node as FlowNode } from '@xyflow/react';
import { useCallback, useMemo, useRef, useState, type CSSProperties, type FocusEvent, type MouseEvent, type ReactNode } from 'react';
import { present, useDrawingState, useKindsState } from '../editor/drawing';
import { reveal, select, toggleSelected, useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { containerAt } from '../model/changes';
import { CARD } from '../model/geometry';
import type { Point } from '../model/types';
import { useCamera, ZOOM } from './camera';
import styles from './Canvas.module.css';
import { ConnectionLine } from './ConnectionLine';
import { PulledFrom } from './connectTarget';
import { ContainerFrame } from './ContainerFrame';
import { Cursors } from './Cursors';
import { detailOf, stepOf, ZoomStep } from './detail';
import { EdgeEnds } from './EdgeEnds';
import { Layer } from './Layer';
import { Minimap } from './Minimap';
import { flowNode } from './flowNode';
import { NodeCard } from './NodeCard';
import { panning } from './panning';
import { useMarks } from './overlay';
import { buildScene, edgeAt, nodeAt, partOf, withMoved } from './scene';
import { useConnecting } from './useConnecting';
import { useDragging } from './useDragging';
import { useFarDragging } from './useFarDragging';
import { useGlide } from './useGlide';
import { useMarquee } from './useMarquee';
import { useLongPress } from './useLongPress';
import { useNear } from './useNear';
import { useOthers, useOthersDrags } from './useOthers';
import { useRested } from './useRested';
import { useStable } from './useStable';

const NODE_TYPES = { card: NodeCard, container: ContainerFrame };
const NO_EDGES: never[] = [];
const MIDDLE_AND_RIGHT = [1, 2];
/** Properties of React Flow that never change; lists among them are the same one at every render. */
const FIXED = {
  minZoom: ZOOM.min,
  maxZoom: ZOOM.max,
  elementsSelectable: true,
  nodesFocusable: true,
  connectionMode: 'loose' as never,
  connectionRadius: 28,
  connectionLineComponent: ConnectionLine,
  panOnScroll: true,
  selectionMode: SelectionMode.Partial,
  zoomOnDoubleClick: false,
  deleteKeyCode: null,
  selectionKeyCode: null,
  multiSelectionKeyCode: ['Shift', 'Meta', 'Control'],
  panActivationKeyCode: 'Space',
  zoomActivationKeyCode: ['Meta', 'Control'],
  disableKeyboardA11y: true,
  nodeDragThreshold: 3,
  fitView: false,
};
/** More cards than these set their letters anew only when the zoom rests; until then they are scaled as they are. */
const FEW = 60;
const REST_MS = 120;
const NOTHING: ReadonlySet<string> = new Set();
const ignore = (): void => undefined;
/** A finger on the paper moves it; a mouse draws a marquee. */
const TOUCH = globalThis.matchMedia?.('(pointer: coarse)').matches ?? false;
export interface CanvasProps {
  readonly onMenu: (at: Point, node: string | null, edge: string | null) => void;
  readonly onDropKind: (kind: string, at: Point, edge: string | null) => void;
  readonly onConnectToNothing: (source: string, at: Point, screen: Point) => void;
  readonly onRefuse: (reason: string) => void;
  readonly children?: ReactNode;
}

export const KIND_MIME = 'application/x-linchpin-kind';

/** The drawing: React Flow as the hand, a painted layer below it as the paper. */
export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Pulling>
        <Surface {...props} />
      </Pulling>
    </ReactFlowProvider>
  );
}

/** Tells the cards of a connection that is being pulled: one listener for all of them. */
function Pulling({ children }: { readonly children: ReactNode }) {
  const from = useConnection((line) => (line.inProgress ? line.fromNode.id : null));
  return <PulledFrom value={from}>{children}</PulledFrom>;
}

function Surface({ onMenu, onDropKind, onConnectToNothing, onRefuse, children }: CanvasProps) {
  const { t } = useI18n();
  const topology = useDrawingState((state) => state.topology);
  const rects = useDrawingState((state) => state.rects);
  const editable = useDrawingState((state) => state.scope === 'edit');
  const kinds = useKindsState((state) => state.kinds);
  const { selectedNodes, selectedEdges, tool, several } = useView();
  const { path, spofs } = useMarks();
  const [hovered, setHovered] = useState<string | null>(null);
  /** The container over which a new element is held. */
  const [over, setOver] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const flow = useReactFlow();
  const base = useMemo(() => buildScene(topology, rects, kinds), [topology, rects, kinds]);
  const dragging = useDragging(base);
  const glide = useGlide(rects);
  const connecting = useConnecting(onConnectToNothing, onRefuse);
  const others = useOthers();
  const theirs = useOthersDrags();
  useCamera(flow, frame);

  const own = dragging.moved ?? glide;
  const scene = useMemo(() => [theirs, own].reduce((shown, moved) => (moved ? withMoved(shown, moved) : shown), base), [base, theirs, own]);
  const { near, far } = useNear(scene);
  const step = useRested(useStore((store) => stepOf(store.transform[2])), near.length > FEW ? REST_MS : 0);
  const held = [...(theirs?.keys() ?? []), ...(own?.keys() ?? [])].join('\n');
  const still = useMemo(() => (held === '' ? base : partOf(base, new Set(held.split('\n')), false)), [base, held]);
  const hand = useMemo(
    () => (held === '' ? null : { scene: partOf(scene, new Set(held.split('\n')), true), guides: dragging.guides, ghosts: dragging.ghosts }),
    [scene, held, dragging.guides, dragging.ghosts],
  );

  const flowNodes = useMemo(() => {
    const pinned = far || selectedNodes.size > 200 ? [] : scene.nodes.filter(({ id }) => selectedNodes.has(id));
    return [...new Set([...near, ...pinned])].map((node) => flowNode(node, selectedNodes.has(node.id)));
  }, [scene, selectedNodes, near, far]);

  const state = useMemo(
    () => ({
      selectedEdges,
      hovered: dragging.dropOnto ?? hovered,
      path,
      dropInto: dragging.dropInto ?? over,
      far,
      selected: selectedNodes,
      alarmed: spofs,
      others,
    }),
    [selectedEdges, hovered, over, path, dragging.dropOnto, dragging.dropInto, far, selectedNodes, spofs, others],
  );
  const at = useCallback((event: { clientX: number; clientY: number }) => flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }), [flow]);
  const marquee = useMarquee(scene, at);
  const reach = () => (TOUCH ? 14 : 8) / flow.getZoom();

  const clickPane = (event: MouseEvent) => {
    const point = at(event);
    const more = event.shiftKey || event.metaKey || event.ctrlKey;
    const node = far ? nodeAt(scene, point) : undefined;
    if (node && !node.container) {
      if (more) toggleSelected(node.id, 'selectedNodes');
      else select([node.id]);
      return;
    }
    const edge = edgeAt(scene, point, reach());
    useView.setState({ connectFrom: null });
    if (edge && more) toggleSelected(edge.id, 'selectedEdges');
    else if (!several) select([], edge ? [edge.id] : []);
  };

  const openMenu = (event: { clientX: number; clientY: number; preventDefault?: () => void }, node: string | null) => {
    event.preventDefault?.();
    const edge = node === null ? (edgeAt(scene, at(event), reach())?.id ?? null) : null;
    if (node !== null && !selectedNodes.has(node)) select([node]);
    if (edge !== null && !selectedEdges.has(edge)) select([], [edge]);
    onMenu({ x: event.clientX, y: event.clientY }, node, edge);
  };

  const selectionDrag = useMemo(
    () => ({
      start: (event: unknown, nodes: FlowNode[]) => nodes[0] && dragging.onStart(event, nodes[0], nodes),
      move: (event: MouseEvent, nodes: FlowNode[]) => nodes[0] && dragging.onDrag(event, nodes[0]),
      stop: (event: unknown, nodes: FlowNode[]) => nodes[0] && dragging.onStop(event, nodes[0]),
    }),
    [dragging.onStart, dragging.onDrag, dragging.onStop],
  );
  const clickNode = useStable((event: MouseEvent, node: FlowNode) => {
    if (connecting.finish(node.id)) return;
    // With a key held React Flow has already added a card or taken it away.
    const more = event.shiftKey || event.metaKey || event.ctrlKey;
    if (several || (more && node.type === 'container')) toggleSelected(node.id, 'selectedNodes');
    else if (!more) select([node.id]);
  });
  const renameNode = useStable((_event: MouseEvent, node: FlowNode) => {
    if (editable) useView.setState({ renaming: node.id });
  });
  const menuOnNode = useStable((event: MouseEvent, node: FlowNode) => openMenu(event, node.id));
  const menuOnPane = useStable((event: globalThis.MouseEvent | MouseEvent) => openMenu(event, null));
  const clickOnPane = useStable(clickPane);
  const endMarquee = useStable(marquee.onSelectionEnd);
  const byHand = useFarDragging(scene, at, dragging);

  const longPress = useLongPress((place) => {
    const node = (place.target as Element).closest<HTMLElement>('[data-node]')?.dataset['node'] ?? null;
    openMenu(place, node);
  });

  return (
    <div
      ref={frame}
      data-canvas
      data-detail={detailOf(step)}
      style={{ '--step': step } as CSSProperties}
      className={`${styles['canvas']} ${tool === 'pan' ? styles['pan'] : ''}`}
      onDragOver={(event) => {
        if (!editable || !event.dataTransfer.types.includes(KIND_MIME)) return;
        event.preventDefault();
        const point = at(event);
        setHovered(edgeAt(scene, point, reach() * 2)?.id ?? null);
        setOver(containerAt(topology, rects, kinds, point, NOTHING) ?? null);
      }}
      onDragLeave={() => setOver(null)}
      {...longPress}
      onPointerDownCapture={(event) => {
        longPress.onPointerDownCapture(event);
        if (far && editable && tool === 'select' && !several && byHand.begin(event)) event.stopPropagation();
        else marquee.begin(event);
      }}
      onDrop={(event) => {
        const kind = event.dataTransfer.getData(KIND_MIME);
        if (!kind) return;
        event.preventDefault();
        setHovered(null);
        setOver(null);
        const point = at(event);
        const corner = { x: point.x - CARD.width / 2, y: point.y - CARD.height / 2 };
        onDropKind(kind, corner, edgeAt(scene, point, reach() * 2)?.id ?? null);
      }}
      onPointerUp={byHand.end}
      onPointerCancel={byHand.end}
      onPointerMove={(event) => {
        byHand.move(event);
        if (event.buttons === 0 && event.pointerType === 'mouse') {
          const edge = (event.target as Element).classList.contains('react-flow__pane')
            ? edgeAt(scene, at(event), reach())
            : undefined;
          setHovered(edge?.id ?? null);
        }
        present({ cursor: at(event) });
      }}
      onPointerLeave={() => present({ cursor: null })}
      onFocus={selectFocused}
    >
      <Layer scene={still} state={state} hand={hand} />
      <ZoomStep value={step}>
        <ReactFlow
          aria-label={t('canvas.label')}
          nodes={flowNodes}
          edges={NO_EDGES}
          nodeTypes={NODE_TYPES}
          {...FIXED}
          {...panning}
          nodesDraggable={editable && tool === 'select'}
          nodesConnectable={editable}
          panOnDrag={tool === 'pan' || several || TOUCH ? true : MIDDLE_AND_RIGHT}
          selectionOnDrag={tool === 'select' && !several && !TOUCH}
          // Left out, React Flow would go on with the one it had.
          onNodesChange={several ? ignore : dragging.onNodesChange}
          onNodeDragStart={dragging.onStart}
          onNodeDrag={dragging.onDrag}
          onNodeDragStop={dragging.onStop}
          onSelectionDragStart={selectionDrag.start}
          onSelectionDrag={selectionDrag.move}
          onSelectionDragStop={selectionDrag.stop}
          onNodeClick={clickNode}
          onNodeDoubleClick={renameNode}
          onNodeContextMenu={menuOnNode}
          onSelectionEnd={endMarquee}
          onPaneClick={clickOnPane}
          onPaneContextMenu={menuOnPane}
          onConnect={connecting.onConnect}
          onConnectEnd={connecting.onConnectEnd}
          isValidConnection={connecting.isValid}
        >
          <Cursors />
          {editable && <EdgeEnds scene={scene} onRefuse={onRefuse} />}
        </ReactFlow>
      </ZoomStep>
      <Minimap scene={base} />
      {children}
    </div>
  );
}

/** Who comes to a card by the keyboard means it: the keys act on what is selected. */
function selectFocused({ target }: FocusEvent): void {
  const id = target.matches('.react-flow__node:focus-visible') ? (target as HTMLElement).dataset['id'] : undefined;
  const rect = id === undefined ? undefined : useDrawingState.getState().rects.get(id);
  if (id === undefined || !rect || useView.getState().selectedNodes.has(id)) return;
  select([id]);
  reveal(rect);
}
