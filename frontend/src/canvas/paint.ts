import { along, type Curve } from '../model/geometry';
import type { Rect } from '../model/types';
import { live } from './overlay';
import { loadColor, type Colors } from './palette';
import type { Scene, SceneEdge } from './scene';

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface PaintState {
  readonly selectedEdges: ReadonlySet<string>;
  readonly hovered: string | null;
  /** Nodes and edges that are brought out; empty: none is held back. */
  readonly path: ReadonlySet<string>;
  readonly dropInto: string | null;
  readonly guides: readonly { readonly x?: number; readonly y?: number }[];
}

const DASHES: Readonly<Record<string, readonly number[]>> = {
  publish: [7, 5],
  consume: [7, 5],
  replicate: [2, 4],
  observe: [1.5, 5],
  manage: [1.5, 5],
};

/** Prepares a context for canvas units under the viewport. */
export function enter(context: CanvasRenderingContext2D, viewport: Viewport, ratio: number): void {
  const scale = viewport.zoom * ratio;
  context.setTransform(scale, 0, 0, scale, viewport.x * ratio, viewport.y * ratio);
}

export function visibleArea(viewport: Viewport, width: number, height: number, pad = 0): Rect {
  return {
    x: (-viewport.x - pad) / viewport.zoom,
    y: (-viewport.y - pad) / viewport.zoom,
    width: (width + 2 * pad) / viewport.zoom,
    height: (height + 2 * pad) / viewport.zoom,
  };
}

export function paintGrid(context: CanvasRenderingContext2D, area: Rect, viewport: Viewport, colors: Colors): void {
  const step = viewport.zoom < 0.35 ? 128 : viewport.zoom < 0.75 ? 64 : 32;
  const radius = 1 / viewport.zoom;
  context.fillStyle = colors.dot;
  context.beginPath();
  for (let x = Math.floor(area.x / step) * step; x < area.x + area.width; x += step) {
    for (let y = Math.floor(area.y / step) * step; y < area.y + area.height; y += step) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 7);
    }
  }
  context.fill();
}

export function paintContainers(context: CanvasRenderingContext2D, scene: Scene, colors: Colors, state: PaintState): void {
  for (const node of scene.nodes) {
    if (!node.container) break;
    const { x, y, width, height } = node.rect;
    const lit = state.dropInto === node.id;
    context.beginPath();
    context.roundRect(x, y, width, height, 14);
    context.globalAlpha = lit ? 0.9 : 0.5;
    context.fillStyle = lit ? colors.accentSoft : colors.surface;
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash(lit ? [] : [6, 5]);
    context.lineWidth = lit ? 2 : 1.25;
    context.strokeStyle = lit ? colors.accent : colors.lineStrong;
    context.stroke();
  }
  context.setLineDash([]);
}

export function paintEdges(context: CanvasRenderingContext2D, scene: Scene, colors: Colors, state: PaintState, zoom: number): void {
  const fade = state.path.size > 0;
  for (const edge of scene.edges) {
    const selected = state.selectedEdges.has(edge.id);
    const hovered = state.hovered === edge.id;
    const raised = selected || hovered || state.path.has(edge.id);
    const flow = live.edge(edge.id);
    const side = edge.kind === 'observe' || edge.kind === 'manage';
    const width = raised ? 2.5 : flow && flow.rps > 0 ? Math.min(4.5, 1.25 + Math.log10(1 + flow.rps) * 0.6) : side ? 1 : 1.5;
    let color = selected ? colors.accent : hovered || raised ? colors.ink : colors.edge;
    if (flow && flow.rps > 0 && !live.stale) {
      color = flow.errors > 0.01 ? colors.bad : selected ? colors.accent : colors.good;
    }
    context.globalAlpha = fade && !raised ? 0.16 : side && !raised ? 0.6 : 1;
    context.strokeStyle = color;
    context.fillStyle = color;
    context.lineWidth = Math.max(width, 0.7 / zoom);
    context.setLineDash([...(DASHES[edge.kind] ?? [])]);
    trace(context, edge.curve);
    context.stroke();
    context.setLineDash([]);
    arrow(context, edge.curve, raised ? 9 : 7.5);
  }
  context.globalAlpha = 1;
}

function trace(context: CanvasRenderingContext2D, { from, c1, c2, to }: Curve): void {
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.bezierCurveTo(c1.x, c1.y, c2.x, c2.y, to.x, to.y);
}

function arrow(context: CanvasRenderingContext2D, curve: Curve, size: number): void {
  const { to, c2 } = curve;
  const angle = Math.atan2(to.y - c2.y, to.x - c2.x);
  const wing = (turn: number) => ({
    x: to.x - size * Math.cos(angle + turn),
    y: to.y - size * Math.sin(angle + turn),
  });
  const [a, b] = [wing(0.42), wing(-0.42)];
  context.beginPath();
  context.moveTo(to.x, to.y);
  context.lineTo(a.x, a.y);
  context.lineTo(b.x, b.y);
  context.closePath();
  context.fill();
}

const MOST_PARTICLES = 3000;

/** Dots that travel along the edges of a run: more of them where more is asked, red where calls fail. */
export function paintParticles(context: CanvasRenderingContext2D, scene: Scene, colors: Colors, seconds: number, zoom: number): void {
  let left = MOST_PARTICLES;
  const radius = Math.max(2, 1.4 / zoom);
  for (const edge of scene.edges) {
    const flow = live.edge(edge.id);
    if (!flow || flow.rps <= 0) continue;
    const count = Math.min(12, Math.ceil(Math.log2(1 + flow.rps)), left);
    left -= count;
    const speed = 0.35;
    const failing = Math.round(count * Math.min(1, flow.errors));
    for (let i = 0; i < count; i += 1) {
      const point = along(edge.curve, (seconds * speed + i / count + phase(edge)) % 1);
      context.fillStyle = i < failing || (i === 0 && flow.errors > 0.02) ? colors.bad : colors.accent;
      context.beginPath();
      context.arc(point.x, point.y, radius, 0, 7);
      context.fill();
    }
    if (left <= 0) return;
  }
}

function phase(edge: SceneEdge): number {
  let sum = 0;
  for (let i = 0; i < edge.id.length; i += 1) sum += edge.id.charCodeAt(i);
  return (sum % 97) / 97;
}

/** Cards from afar: where there are too many for the page's own elements. */
export function paintFar(
  context: CanvasRenderingContext2D,
  scene: Scene,
  area: Rect,
  colors: Colors,
  selected: ReadonlySet<string>,
  alarmed: (id: string) => boolean,
  zoom: number,
): void {
  context.textBaseline = 'middle';
  context.font = '600 13px system-ui, sans-serif';
  for (const node of scene.nodes) {
    if (node.container) continue;
    const { x, y, width, height } = node.rect;
    if (x > area.x + area.width || y > area.y + area.height || x + width < area.x || y + height < area.y) continue;
    const figures = live.node(node.id);
    context.beginPath();
    context.roundRect(x, y, width, height, 9);
    context.fillStyle = figures && figures.up === 0 ? colors.line : colors.surface;
    context.fill();
    context.lineWidth = Math.max(1, 1 / zoom);
    context.strokeStyle = selected.has(node.id) ? colors.accent : alarmed(node.id) ? colors.bad : colors.line;
    context.stroke();
    if (figures && Number.isFinite(figures.utilization)) {
      context.fillStyle = loadColor(colors, figures.utilization);
      context.fillRect(x + 8, y + height - 9, (width - 16) * Math.min(1, figures.utilization), 4);
    }
    if (zoom > 0.22) {
      context.fillStyle = colors.ink;
      context.fillText(node.label, x + 12, y + height / 2, width - 24);
    }
  }
}

export function paintGuides(context: CanvasRenderingContext2D, area: Rect, colors: Colors, state: PaintState, zoom: number): void {
  context.strokeStyle = colors.accent;
  context.lineWidth = 1 / zoom;
  context.beginPath();
  for (const guide of state.guides) {
    if (guide.x !== undefined) {
      context.moveTo(guide.x, area.y);
      context.lineTo(guide.x, area.y + area.height);
    }
    if (guide.y !== undefined) {
      context.moveTo(area.x, guide.y);
      context.lineTo(area.x + area.width, guide.y);
    }
  }
  context.stroke();
}
