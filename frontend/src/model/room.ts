/** Room between two cards for a third one: what comes after them steps back as far as it has to. */

import type { Edit } from './edits';
import { CARD, center } from './geometry';
import { stepped } from './moving';
import type { Rects } from './nesting';
import type { Edge, Point, Rect, Topology } from './types';

/** Air between a card that came in and its new neighbours. */
const AIR = 56;

interface Room {
  /** Where the card comes to stand: at its wish, as far as its neighbours leave it. */
  readonly corner: Point;
  /** Moves the others; to be carried out before the card is put there. */
  readonly edits: readonly Edit[];
  readonly rects: Rects;
}

/** Makes room on the edge for a card whose corner is wished at `wish`. `card` is its id where it is drawn already. */
export function roomOn(topology: Topology, rects: Rects, edge: Edge, wish: Point, card?: string): Room {
  const [source, target] = [rects.get(edge.source), rects.get(edge.target)];
  const way = source && target && wayBetween(source, target);
  if (!way) return { corner: wish, edits: [], rects };
  const { along, sign, from, to } = way;
  const size = along === 'x' ? CARD.width : CARD.height;
  const short = Math.max(0, size + 2 * AIR - (to - from));
  const start = sign > 0 ? wish[along] : -(wish[along] + size);
  const kept = Math.min(Math.max(start, from + AIR), to + short - AIR - size);
  const spot = { [along]: sign > 0 ? kept : -(kept + size) };
  const beyond = [...rects].filter(([id, rect]) => id !== card && id !== edge.source && startOf(rect, along, sign) >= to - 1);
  const step = { x: 0, y: 0, [along]: sign * Math.ceil(short) };
  const made = short === 0 ? { edits: [], rects } : stepped(topology, rects, beyond.map(([id]) => id), step);
  return { corner: onLine({ ...wish, ...spot }, along, source, made.rects.get(edge.target) ?? target), ...made };
}

type Axis = 'x' | 'y';

/** The corner of a card whose middle lies on the straight line between its neighbours' middles. */
function onLine(corner: Point, along: Axis, source: Rect, target: Rect): Point {
  const across = along === 'x' ? 'y' : 'x';
  const [from, to, own] = [center(source), center(target), center({ ...corner, ...CARD })];
  const share = (own[along] - from[along]) / (to[along] - from[along]);
  return { ...corner, [across]: Math.round(corner[across] + from[across] + share * (to[across] - from[across]) - own[across]) };
}

/** The axis on which one card follows the other, and where the gap between them begins and ends, counted that way. */
function wayBetween(source: Rect, target: Rect) {
  const gaps = (['x', 'y'] as const).flatMap((along) =>
    ([1, -1] as const).map((sign) => ({ along, sign, from: endOf(source, along, sign), to: startOf(target, along, sign) })),
  );
  const [widest] = gaps.sort((a, b) => b.to - b.from - (a.to - a.from));
  return widest && widest.to > widest.from ? widest : undefined;
}

function startOf(rect: Rect, along: Axis, sign: 1 | -1): number {
  return sign > 0 ? rect[along] : -rect[along] - lengthOf(rect, along);
}

function endOf(rect: Rect, along: Axis, sign: 1 | -1): number {
  return startOf(rect, along, sign) + lengthOf(rect, along);
}

function lengthOf(rect: Rect, along: Axis): number {
  return along === 'x' ? rect.width : rect.height;
}
