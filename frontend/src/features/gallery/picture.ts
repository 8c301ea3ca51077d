import { ranked } from './ranks';

/** As much of a topology as a picture needs. */
export interface Drawable {
  readonly nodes?: readonly {
    readonly id: string;
    readonly kind: string;
    readonly parent?: string | null;
    readonly replicas?: number;
    readonly position?: { readonly x: number; readonly y: number } | null;
    readonly size?: { readonly width: number; readonly height: number } | null;
  }[];
  readonly edges?: readonly { readonly id: string; readonly source: string; readonly target: string; readonly kind?: string | null }[];
}

interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly containers: readonly Box[];
  readonly edges: readonly { readonly id: string; readonly path: string; readonly quiet: boolean }[];
  readonly nodes: readonly (Box & { readonly kind: string; readonly copies: number })[];
}

const CARD = { width: 176, height: 64 };
const COLUMN = 250;
const ROW = 112;
const MARGIN = 12;
const LARGEST = 40;
const SMALLEST = 9;

/** A miniature of a topology, as numbers to draw: where the cards, containers and edges lie in a picture of that size. Pure; the same for the same document. */
export function picture(
  topology: Drawable,
  isContainer: (kind: string) => boolean,
  width: number,
  height: number,
  isObserver: (kind: string) => boolean = () => false,
): Picture {
  const { nodes: elements = [], edges = [] } = topology;
  const components = elements.filter((node) => !isContainer(node.kind));
  const placed = components.every((node) => node.position) ? given(elements) : byRank(edges, components);
  const drawn = elements.flatMap((node) => {
    const box = placed.get(node.id);
    return box ? [{ node, box }] : [];
  });
  const frame = bounds(drawn.map(({ box }) => box));
  const scale = Math.min((width - 2 * MARGIN) / frame.width, (height - 2 * MARGIN) / frame.height, LARGEST / CARD.height);
  const left = (width - frame.width * scale) / 2;
  const top = (height - frame.height * scale) / 2;
  const fit = (box: Box): Box => ({
    id: box.id,
    x: left + (box.x - frame.x) * scale,
    y: top + (box.y - frame.y) * scale,
    width: box.width * scale,
    height: box.height * scale,
  });
  const side = Math.max(SMALLEST, Math.min(LARGEST * 0.7, CARD.height * scale));
  const nodes = drawn
    .filter(({ node }) => !isContainer(node.kind))
    .map(({ node, box }) => {
      const whole = fit(box);
      const x = whole.x + whole.width / 2 - side / 2;
      const y = whole.y + whole.height / 2 - side / 2;
      return { id: node.id, kind: node.kind, copies: Math.min(3, node.replicas ?? 1), x, y, width: side, height: side };
    });
  const boxOf = new Map(nodes.map((box) => [box.id, box]));
  const observers = new Set(elements.filter((node) => isObserver(node.kind)).map((node) => node.id));
  const isQuiet = ({ kind, source, target }: (typeof edges)[number]): boolean =>
    ['observe', 'manage', 'replicate'].includes(kind ?? '') || observers.has(source) || observers.has(target);
  return {
    width,
    height,
    containers: drawn.filter(({ node }) => isContainer(node.kind)).map(({ box }) => fit(box)),
    nodes,
    edges: edges.flatMap((edge) => {
      const from = boxOf.get(edge.source);
      const to = boxOf.get(edge.target);
      if (!from || !to) return [];
      return [{ id: edge.id, path: curve(from, to), quiet: isQuiet(edge) }];
    }),
  };
}

type Elements = NonNullable<Drawable['nodes']>;

function given(elements: Elements): Map<string, Box> {
  const byId = new Map(elements.map((node) => [node.id, node]));
  const corner = (id: string, depth = 0): { x: number; y: number } => {
    const node = byId.get(id);
    if (!node || depth > 16) return { x: 0, y: 0 };
    const own = node.position ?? { x: 0, y: 0 };
    if (!node.parent) return own;
    const outer = corner(node.parent, depth + 1);
    return { x: outer.x + own.x, y: outer.y + own.y };
  };
  return new Map(
    elements
      .filter((node) => node.position)
      .map((node) => [node.id, { id: node.id, ...corner(node.id), ...(node.size ?? CARD) }]),
  );
}

function byRank(edges: NonNullable<Drawable['edges']>, components: Elements): Map<string, Box> {
  const places = ranked(
    components.map((node) => node.id),
    edges.filter((edge) => edge.kind !== 'observe' && edge.kind !== 'manage'),
  );
  return new Map([...places].map(([id, { column, row }]) => [id, { id, x: column * COLUMN, y: row * ROW, ...CARD }]));
}

function bounds(boxes: readonly Box[]): Box {
  if (boxes.length === 0) return { id: '', x: 0, y: 0, width: 1, height: 1 };
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - y;
  return { id: '', x, y, width, height };
}

const tidy = (value: number): number => Math.round(value * 10) / 10;

/** A calm curve between two cards that leaves along the longer way between them. */
function curve(from: Box, to: Box): string {
  const a = { x: from.x + from.width / 2, y: from.y + from.height / 2 };
  const b = { x: to.x + to.width / 2, y: to.y + to.height / 2 };
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const [c, d] =
    Math.abs(dx) >= Math.abs(dy)
      ? [{ x: a.x + dx / 2, y: a.y }, { x: b.x - dx / 2, y: b.y }]
      : [{ x: a.x, y: a.y + dy / 2 }, { x: b.x, y: b.y - dy / 2 }];
  return `M${tidy(a.x)} ${tidy(a.y)}C${tidy(c.x)} ${tidy(c.y)} ${tidy(d.x)} ${tidy(d.y)} ${tidy(b.x)} ${tidy(b.y)}`;
}
