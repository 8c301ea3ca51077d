import { along, overlaps, type Curve } from '../model/geometry';
import { LINE_HEIGHT } from '../model/label';
import type { Rect } from '../model/types';
import { labelAt, stepOf } from './detail';
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
  /** Too many cards to build of page elements: they are painted. */
  readonly far: boolean;
  readonly selected: ReadonlySet<string>;
  readonly alarmed: { has(id: string): boolean };
  /** What others have selected, in their colours. */
  readonly others: readonly { readonly color: string; readonly ids: ReadonlySet<string> }[];
}

/** What is being moved: painted anew for every picture of the screen, over what stands still. */
export interface Hand {
  readonly scene: Scene;
  readonly guides: readonly { readonly x?: number; readonly y?: number }[];
  /** Where things stood that are being copied. */
  readonly ghosts: readonly Rect[];
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

/** All that stands still. */
export function paintAll(context: CanvasRenderingContext2D, scene: Scene, colors: Colors, state: PaintState, area: Rect, viewport: Viewport): void {
  paintGrid(context, area, viewport, colors);
  paintElements(context, scene, colors, state, area, viewport.zoom);
}

export function paintHand(context: CanvasRenderingContext2D, hand: Hand, colors: Colors, state: PaintState, area: Rect, zoom: number): void {
  paintGhosts(context, colors, hand.ghosts, zoom);
  paintElements(context, hand.scene, colors, state, area, zoom);
  paintGuides(context, area, colors, hand.guides, zoom);
}

function paintElements(context: CanvasRenderingContext2D, scene: Scene, colors: Colors, state: PaintState, area: Rect, zoom: number): void {
  paintContainers(context, scene, colors, state, area, zoom);
  paintEdges(context, scene, colors, state, area, zoom);
  if (state.far) paintFar(context, scene, area, colors, state, zoom);
  paintOthers(context, scene, state, area, zoom);
}

function paintGrid(context: CanvasRenderingContext2D, area: Rect, viewport: Viewport, colors: Colors): void {
  const step = viewport.zoom < 0.12 ? 512 : viewport.zoom < 0.35 ? 128 : viewport.zoom < 0.75 ? 64 : 32;
  const radius = 1 / viewport.zoom;
  context.fillStyle = colors.dot;
  context.beginPath();
  for (let x = Math.floor(area.x / step) * step; x < area.x + area.width; x += step) {
    for (let y = Math.floor(area.y / step) * step; y < area.y + area.height; y += step) {
      context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    }
  }
  context.fill();
}

function paintContainers(context: CanvasRenderingContext2D, scene: Scene, colors: Colors, state: PaintState, area: Rect, zoom: number): void {
  for (const node of scene.nodes) {
    if (!node.container) break;
    if (!overlaps(node.rect, area)) continue;
    const { x, y, width, height } = node.rect;
    const lit = state.dropInto === node.id;
    context.beginPath();
    context.roundRect(x, y, width, height, 14);
    context.globalAlpha = lit ? 0.9 : 0.5;
    context.fillStyle = lit ? colors.accentSoft : colors.surface;
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash(lit ? [] : [6, 5]);
    context.lineWidth = Math.max(lit ? 2 : 1.25, (lit ? 2 : 1) / zoom);
    context.strokeStyle = lit ? colors.accent : colors.lineStrong;
    context.stroke();
  }
  context.setLineDash([]);
}

interface Stroke {
  readonly color: string;
  readonly alpha: number;
  readonly width: number;
  readonly dash: readonly number[];
  readonly raised: boolean;
}

/** Edges that look the same are painted in one go; those that are brought out come last, over the others. */
function paintEdges(context: CanvasRenderingContext2D, scene: Scene, colors: Colors, state: PaintState, area: Rect, zoom: number): void {
  const batches = new Map<string, { readonly stroke: Stroke; readonly curves: Curve[] }>();
  for (const edge of scene.edges) {
    const { x, y, width, height } = edge.box;
    if (x > area.x + area.width || y > area.y + area.height || x + width < area.x || y + height < area.y) continue;
    const stroke = strokeOf(edge, colors, state, zoom);
    const key = `${stroke.raised} ${stroke.color} ${stroke.alpha} ${stroke.width} ${stroke.dash.join()}`;
    const batch = batches.get(key);
    if (batch) batch.curves.push(edge.curve);
    else batches.set(key, { stroke, curves: [edge.curve] });
  }
  const ordered = [...batches.values()].sort((a, b) => Number(a.stroke.raised) - Number(b.stroke.raised));
  for (const { stroke, curves } of ordered) {
    context.globalAlpha = stroke.alpha;
    context.strokeStyle = stroke.color;
    context.fillStyle = stroke.color;
    context.lineWidth = stroke.width;
    context.setLineDash([...stroke.dash]);
    // Many short paths are painted faster than one that is very long.
    for (let i = 0; i < curves.length; i += 64) {
      const some = curves.slice(i, i + 64);
      context.beginPath();
      for (const { from, c1, c2, to } of some) {
        context.moveTo(from.x, from.y);
        context.bezierCurveTo(c1.x, c1.y, c2.x, c2.y, to.x, to.y);
      }
      context.stroke();
      const size = Math.min(stroke.raised ? 18 : 15, Math.max(stroke.raised ? 9 : 7.5, 4.5 / zoom));
      if (size * zoom < 2) continue;
      context.beginPath();
      for (const curve of some) arrow(context, curve, size);
      context.fill();
    }
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function strokeOf(edge: SceneEdge, colors: Colors, state: PaintState, zoom: number): Stroke {
  const selected = state.selectedEdges.has(edge.id);
  const hovered = state.hovered === edge.id;
  const raised = selected || hovered || state.path.has(edge.id);
  const flow = live.edge(edge.id);
  const side = edge.kind === 'observe' || edge.kind === 'manage';
  const loud = flow && flow.rps > 0 ? Math.min(4.5, 1.25 + Math.round(Math.log10(1 + flow.rps) * 2) * 0.3) : side ? 1 : 1.5;
  let color = selected ? colors.accent : raised ? colors.ink : colors.edge;
  if (flow && flow.rps > 0 && !live.stale) {
    color = flow.errors > 0.01 ? colors.bad : selected ? colors.accent : colors.good;
  }
  return {
    color,
    alpha: state.path.size > 0 && !raised ? 0.16 : side && !raised ? 0.6 : 1,
    width: Math.max(raised ? 2.5 : loud, (raised ? 2 : side ? 0.7 : 0.9) / zoom),
    dash: (DASHES[edge.kind] ?? []).map((length) => length * Math.max(1, 0.6 / zoom)),
    raised,
  };
}

function arrow(context: CanvasRenderingContext2D, { to, c2 }: Curve, size: number): void {
  const angle = Math.atan2(to.y - c2.y, to.x - c2.x);
  context.moveTo(to.x, to.y);
  context.lineTo(to.x - size * Math.cos(angle + 0.42), to.y - size * Math.sin(angle + 0.42));
  context.lineTo(to.x - size * Math.cos(angle - 0.42), to.y - size * Math.sin(angle - 0.42));
  context.closePath();
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
function paintFar(context: CanvasRenderingContext2D, scene: Scene, area: Rect, colors: Colors, state: PaintState, zoom: number): void {
  const step = stepOf(zoom);
  // Below this the letters could not be read.
  const named = zoom > 0.26;
  const round = zoom > 0.12;
  context.textBaseline = 'middle';
  for (const node of scene.nodes) {
    if (node.container || !overlaps(node.rect, area)) continue;
    const { x, y, width, height } = node.rect;
    const figures = live.node(node.id);
    const chosen = state.selected.has(node.id);
    const alarmed = state.alarmed.has(node.id);
    const tone = colors.tones[node.group] ?? colors.line;
    context.beginPath();
    if (round) context.roundRect(x, y, width, height, 12);
    else context.rect(x, y, width, height);
    context.fillStyle = figures && figures.up === 0 ? colors.line : colors.surface;
    context.fill();
    context.lineWidth = chosen || alarmed ? Math.max(2, 1.6 / zoom) : Math.max(1, 0.7 / zoom);
    context.strokeStyle = chosen ? colors.accent : alarmed ? colors.bad : colors.line;
    context.stroke();
    context.globalAlpha = 0.7;
    context.fillStyle = tone;
    context.fillRect(x, y + (round ? 10 : 0), 8, height - (round ? 20 : 0));
    context.globalAlpha = 1;
    if (figures && Number.isFinite(figures.utilization)) {
      context.fillStyle = loadColor(colors, figures.utilization);
      context.fillRect(x + 4, y + height + 5, (width - 8) * Math.min(1, figures.utilization), 8);
    }
    if (!named) continue;
    const { lines, size } = labelAt(node.label, step);
    context.font = `600 ${size}px ${colors.family}`;
    context.fillStyle = colors.ink;
    lines.forEach((line, i) => {
      context.fillText(line, x + 14, y + height / 2 + (i - (lines.length - 1) / 2) * size * LINE_HEIGHT);
    });
  }
}

/** Where things stood of which a copy is being placed. */
function paintGhosts(context: CanvasRenderingContext2D, colors: Colors, ghosts: Hand['ghosts'], zoom: number): void {
  context.setLineDash([5 / zoom, 4 / zoom]);
  context.lineWidth = 1.5 / zoom;
  context.strokeStyle = colors.accent;
  for (const { x, y, width, height } of ghosts) {
    context.beginPath();
    context.roundRect(x, y, width, height, 12);
    context.fillStyle = colors.surface;
    context.fill();
    context.stroke();
  }
  context.setLineDash([]);
}

function paintOthers(context: CanvasRenderingContext2D, scene: Scene, state: PaintState, area: Rect, zoom: number): void {
  if (state.others.length === 0) return;
  const gap = 5 / zoom;
  context.lineWidth = 2 / zoom;
  for (const { id, rect } of scene.nodes) {
    if (!overlaps(rect, area)) continue;
    let out = gap;
    for (const { color, ids } of state.others) {
      if (!ids.has(id)) continue;
      context.strokeStyle = color;
      context.beginPath();
      context.roundRect(rect.x - out, rect.y - out, rect.width + 2 * out, rect.height + 2 * out, 12 + out);
      context.stroke();
      out += 3 / zoom;
    }
  }
}

function paintGuides(context: CanvasRenderingContext2D, area: Rect, colors: Colors, guides: Hand['guides'], zoom: number): void {
  context.strokeStyle = colors.accent;
  context.lineWidth = 1 / zoom;
  context.beginPath();
  for (const guide of guides) {
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
