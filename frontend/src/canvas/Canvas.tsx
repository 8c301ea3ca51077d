import '@xyflow/react/dist/style.css';
import { ReactFlow, ReactFlowProvider, SelectionMode, useReactFlow, useStore, type Node as FlowNode } from '@xyflow/react';
import { useCallback, useMemo, useRef, useState, type CSSProperties, type FocusEvent, type MouseEvent, type ReactNode } from 'react';
import { present, useDrawingState, useKindsState } from '../editor/drawing';
import { reveal, select, toggleSelected, useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { containerAt } from '../model/changes';
import { CARD, GRID } from '../model/geometry';
import type { Point } from '../model/types';
import { useCamera, ZOOM } from './camera';
import styles from './Canvas.module.css';
import { ConnectionLine } from './ConnectionLine';
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
import { buildScene, edgeAt, nodeAt, withMoved } from './scene';
import { useConnecting } from './useConnecting';
import { useDragging } from './useDragging';
import { useGlide } from './useGlide';
import { useMarquee } from './useMarquee';
import { useLongPress } from './useLongPress';
import { useNear } from './useNear';
import { useOthers, useOthersDrags } from './useOthers';

const NODE_TYPES = { card: NodeCard, container: ContainerFrame };
const NO_EDGES: never[] = [];
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
      <Surface {...props} />
    </ReactFlowProvider>
  );
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
  const step = useStore((store) => stepOf(store.transform[2]));
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

  const flowNodes = useMemo(() => {
    const held = far || selectedNodes.size > 200 ? [] : scene.nodes.filter(({ id }) => selectedNodes.has(id));
    return [...new Set([...near, ...held])].map((node) => flowNode(node, selectedNodes.has(node.id)));
  }, [scene, selectedNodes, near, far]);

  const state = useMemo(
    () => ({
      selectedEdges,
      hovered: dragging.dropOnto ?? hovered,
      path,
      dropInto: dragging.dropInto ?? over,
      guides: dragging.guides,
      ghosts: dragging.ghosts,
      far,
      selected: selectedNodes,
      alarmed: spofs,
      others,
    }),
    [selectedEdges, hovered, over, path, dragging.dropOnto, dragging.dropInto, dragging.guides, dragging.ghosts, far, selectedNodes, spofs, others],
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
        marquee.begin(event);
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
      onPointerMove={(event) => {
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
      <Layer scene={scene} state={state} />
      <ZoomStep value={step}>
        <ReactFlow
          aria-label={t('canvas.label')}
          nodes={flowNodes}
          edges={NO_EDGES}
          nodeTypes={NODE_TYPES}
          minZoom={ZOOM.min}
          maxZoom={ZOOM.max}
          nodesDraggable={editable && tool === 'select'}
          nodesConnectable={editable}
          elementsSelectable
          nodesFocusable
          connectionMode={'loose' as never}
          connectionRadius={28}
          connectionLineComponent={ConnectionLine}
          panOnScroll
          panOnDrag={tool === 'pan' || several || TOUCH ? true : [1, 2]}
          selectionOnDrag={tool === 'select' && !several && !TOUCH}
          selectionMode={SelectionMode.Partial}
          zoomOnDoubleClick={false}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
          panActivationKeyCode="Space"
          zoomActivationKeyCode={['Meta', 'Control']}
          disableKeyboardA11y
          snapGrid={[GRID, GRID]}
          nodeDragThreshold={3}
          fitView={false}
          // Left out, React Flow would go on with the one it had.
          onNodesChange={several ? ignore : dragging.onNodesChange}
          onNodeDragStart={dragging.onStart}
          onNodeDrag={dragging.onDrag}
          onNodeDragStop={dragging.onStop}
          onSelectionDragStart={(event, nodes) => dragging.onStart(event, nodes[0] as FlowNode, nodes)}
          onSelectionDrag={(event, nodes) => dragging.onDrag(event, nodes[0] as FlowNode)}
          onSelectionDragStop={(event, nodes) => dragging.onStop(event, nodes[0] as FlowNode)}
          onNodeClick={(event, node) => {
            if (connecting.finish(node.id)) return;
            // With a key held React Flow has already added a card or taken it away.
            const more = event.shiftKey || event.metaKey || event.ctrlKey;
            if (several || (more && node.type === 'container')) toggleSelected(node.id, 'selectedNodes');
            else if (!more) select([node.id]);
          }}
          onNodeDoubleClick={(_event, node) => {
            if (editable) useView.setState({ renaming: node.id });
          }}
          onNodeContextMenu={(event, node) => openMenu(event, node.id)}
          onSelectionEnd={marquee.onSelectionEnd}
          {...panning}
          onPaneClick={clickPane}
          onPaneContextMenu={(event) => openMenu(event, null)}
          onConnect={connecting.onConnect}
          onConnectEnd={connecting.onConnectEnd}
          isValidConnection={connecting.isValid}
        >
          <Cursors />
          {editable && <EdgeEnds scene={scene} onRefuse={onRefuse} />}
        </ReactFlow>
      </ZoomStep>
      <Minimap scene={scene} />
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
