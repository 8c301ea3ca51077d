import '@xyflow/react/dist/style.css';
import { getViewportForBounds, ReactFlow, ReactFlowProvider, SelectionMode, useReactFlow, type Node as FlowNode } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { present, useDrawingState, useKindsState } from '../editor/drawing';
import { select, setCamera, toggleSelected, useView } from '../editor/view';
import { useI18n } from '../i18n/useI18n';
import { bounds, CARD, GRID, overlaps } from '../model/geometry';
import type { Point, Size, Rect } from '../model/types';
import styles from './Canvas.module.css';
import { ConnectionLine } from './ConnectionLine';
import { ContainerFrame } from './ContainerFrame';
import { Cursors } from './Cursors';
import { Layer } from './Layer';
import { Minimap } from './Minimap';
import { NodeCard } from './NodeCard';
import { useMarks } from './overlay';
import { visibleArea } from './paint';
import { buildScene, edgeAt, nodeAt } from './scene';
import { useConnecting } from './useConnecting';
import { useDragging } from './useDragging';

const NODE_TYPES = { card: NodeCard, container: ContainerFrame };
const NO_EDGES: never[] = [];
/** A finger on the paper moves it; a mouse draws a marquee. */
const TOUCH = globalThis.matchMedia?.('(pointer: coarse)').matches ?? false;
/** Above this many cards in view they are painted rather than built of page elements. */
const MOST_CARDS = 200;
const ZOOM = { min: 0.05, fit: 1.15, legible: 0.6, detail: 0.5, max: 2.5 } as const;

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
  const path = useMarks((marks) => marks.path);
  const [hovered, setHovered] = useState<string | null>(null);
  const [view, setView] = useState({ x: 0, y: 0, zoom: 1 });
  const [size, setSize] = useState({ width: 1200, height: 800 });
  const frame = useRef<HTMLDivElement>(null);
  const flow = useReactFlow();
  const dragging = useDragging();
  const connecting = useConnecting(onConnectToNothing, onRefuse);

  useCameraOf(flow, frame, setSize);

  const shownRects = dragging.rects ?? rects;
  const scene = useMemo(
    () => buildScene(topology, shownRects, kinds),
    [topology, shownRects, kinds],
  );
  const area = visibleArea(view, size.width, size.height, 240);
  const near = scene.nodes.filter((node) => !node.container && overlaps(node.rect, area));
  const far = near.length > MOST_CARDS;
  // A text, so that panning within the same cards makes no new nodes.
  const nearIds = near.map((node) => node.id).join(' ');

  const flowNodes = useMemo(() => {
    const shown = new Set(far ? [] : nearIds.split(' '));
    const found: FlowNode[] = [];
    for (const node of scene.nodes) {
      const held = selectedNodes.has(node.id) && selectedNodes.size < MOST_CARDS;
      if (!node.container && !shown.has(node.id) && !held) continue;
      found.push({
        id: node.id,
        type: node.container ? 'container' : 'card',
        position: { x: node.rect.x, y: node.rect.y },
        data: {},
        width: node.rect.width,
        height: node.rect.height,
        selected: selectedNodes.has(node.id),
        zIndex: node.container ? 0 : 1,
        ariaLabel: node.label,
      });
    }
    return found;
  }, [scene, selectedNodes, far, nearIds]);

  const state = useMemo(
    () => ({ selectedEdges, hovered, path, dropInto: dragging.dropInto, guides: dragging.guides }),
    [selectedEdges, hovered, path, dragging.dropInto, dragging.guides],
  );
  const at = useCallback((event: { clientX: number; clientY: number }) => flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }), [flow]);
  const reach = 8 / view.zoom;

  const clickPane = (event: MouseEvent) => {
    const point = at(event);
    const more = event.shiftKey || event.metaKey || event.ctrlKey;
    const node = far ? nodeAt(scene, point) : undefined;
    if (node && !node.container) {
      if (more) toggleSelected(node.id, 'selectedNodes');
      else select([node.id]);
      return;
    }
    const edge = edgeAt(scene, point, reach);
    useView.setState({ connectFrom: null });
    if (edge && more) toggleSelected(edge.id, 'selectedEdges');
    else if (!several) select([], edge ? [edge.id] : []);
  };

  const openMenu = (event: MouseEvent | globalThis.MouseEvent, node: string | null) => {
    event.preventDefault();
    const edge = node === null ? (edgeAt(scene, at(event), reach)?.id ?? null) : null;
    if (node !== null && !selectedNodes.has(node)) select([node]);
    if (edge !== null && !selectedEdges.has(edge)) select([], [edge]);
    onMenu({ x: event.clientX, y: event.clientY }, node, edge);
  };

  return (
    <div
      ref={frame}
      data-canvas
      data-detail={view.zoom < ZOOM.detail ? 'low' : 'full'}
      className={`${styles['canvas']} ${tool === 'pan' ? styles['pan'] : ''}`}
      onDragOver={(event) => {
        if (editable && event.dataTransfer.types.includes(KIND_MIME)) event.preventDefault();
      }}
      onDrop={(event) => {
        const kind = event.dataTransfer.getData(KIND_MIME);
        if (!kind) return;
        event.preventDefault();
        const point = at(event);
        const corner = { x: point.x - CARD.width / 2, y: point.y - CARD.height / 2 };
        onDropKind(kind, corner, edgeAt(scene, point, reach * 2)?.id ?? null);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 0 && event.pointerType === 'mouse') {
          const edge = (event.target as Element).classList.contains('react-flow__pane')
            ? edgeAt(scene, at(event), reach)
            : undefined;
          setHovered(edge?.id ?? null);
        }
        present({ cursor: at(event) });
      }}
      onPointerLeave={() => present({ cursor: null })}
    >
      <Layer scene={scene} state={state} far={far} selected={selectedNodes} />
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
        onMove={(_event, viewport) => setView(viewport)}
        {...(several ? {} : { onNodesChange: dragging.onNodesChange })}
        onNodeDragStart={dragging.onStart}
        onNodeDrag={dragging.onDrag}
        onNodeDragStop={dragging.onStop}
        onSelectionDragStart={(event, nodes) => dragging.onStart(event, nodes[0] as FlowNode, nodes)}
        onSelectionDrag={(event, nodes) => dragging.onDrag(event, nodes[0] as FlowNode, nodes)}
        onSelectionDragStop={dragging.onStop}
        onNodeClick={(event, node) => {
          if (connecting.finish(node.id)) return;
          // With a key held React Flow has already added or taken it away.
          if (several) toggleSelected(node.id, 'selectedNodes');
          else if (!event.shiftKey && !event.metaKey && !event.ctrlKey) select([node.id]);
        }}
        onNodeDoubleClick={(_event, node) => {
          if (editable) useView.setState({ renaming: node.id });
        }}
        onNodeContextMenu={(event, node) => openMenu(event, node.id)}
        onPaneClick={clickPane}
        onPaneContextMenu={(event) => openMenu(event, null)}
        onConnect={connecting.onConnect}
        onConnectEnd={connecting.onConnectEnd}
        isValidConnection={connecting.isValid}
      >
        <Cursors />
      </ReactFlow>
      <Minimap scene={scene} view={view} size={size} />
      {children}
    </div>
  );
}

function useCameraOf(
  flow: ReturnType<typeof useReactFlow>,
  frame: React.RefObject<HTMLDivElement | null>,
  setSize: (size: { width: number; height: number }) => void,
): void {
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let last = { width: 0, height: 0 };
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      if (last.width > 0) keepInView(flow, last, { width, height });
      last = { width, height };
      setSize(last);
    });
    observer.observe(element);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 260;
    setCamera({
      fit: (rect, animate) => {
        const { width, height } = element.getBoundingClientRect();
        void flow.setViewport(fitting(rect, { width, height }), { duration: animate ? calm : 0 });
      },
      begin: (rect) => {
        const { width, height } = element.getBoundingClientRect();
        void flow.setViewport(beginning(rect, { width, height }));
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
  }, [flow, frame, setSize]);
}


/** The view that shows the rectangle whole, never larger than life. */
function fitting(rect: Rect, { width, height }: Size) {
  return getViewportForBounds(rect, width, height, ZOOM.min, ZOOM.fit, { x: 0.08, top: 0.08, bottom: '96px' });
}

/** On a small screen a wide drawing begins at its left end, large enough to be read. */
function beginning(rect: Rect, size: Size) {
  const whole = fitting(rect, size);
  if (size.width >= 600 || whole.zoom >= ZOOM.legible) return whole;
  const zoom = ZOOM.legible;
  const high = rect.height * zoom > size.height;
  return { zoom, x: 16 - rect.x * zoom, y: (high ? 24 : (size.height - 80 - rect.height * zoom) / 2) - rect.y * zoom };
}

/** A panel opened or closed: what was wholly in view stays so, else the middle stays the middle. */
function keepInView(flow: ReturnType<typeof useReactFlow>, before: Size, now: Size): void {
  const { x, y, zoom } = flow.getViewport();
  const all = bounds(useDrawingState.getState().rects.values());
  const seen = visibleArea({ x, y, zoom }, before.width, before.height, 4);
  const whole =
    all !== undefined &&
    all.x >= seen.x &&
    all.y >= seen.y &&
    all.x + all.width <= seen.x + seen.width &&
    all.y + all.height <= seen.y + seen.height;
  if (whole) void flow.setViewport(fitting(all, now));
  else void flow.setViewport({ x: x + (now.width - before.width) / 2, y: y + (now.height - before.height) / 2, zoom });
}
