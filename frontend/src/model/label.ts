/** How a name is set on a card: on one line or two, as large as there is room. Pure: measuring is given. */

import type { Size } from './types';

export interface Label {
  readonly lines: readonly string[];
  /** Font size in the unit of the room. */
  readonly size: number;
}

export const LINE_HEIGHT = 1.16;
/** Where a name may be broken: after a separator, before a capital letter. */
const JOINTS = /(?<=[-_.\s/:])|(?<=\p{Ll})(?=\p{Lu})/u;
/** A second line has to give at least this much larger letters. */
const WORTH = 1.12;
/** Letters this much smaller than wished are better than a name that is cut, or a word broken in its middle. */
const SMALLER = 0.93;
const SMALLER_WORD = 0.85;

/**
 * Sets `name` in `room`, no larger than `most` and hardly smaller than `least`; `widthOf` answers the width of a text
 * at size 1. Breaks inside a word only where nothing else fits, and cuts only what two lines cannot hold.
 */
export function fitLabel(name: string, room: Size, least: number, most: number, widthOf: (text: string) => number): Label {
  const one = Math.min(most, room.width / widthOf(name));
  const tallest = Math.min(most, room.height / (2 * LINE_HEIGHT));
  const sizeOf = (lines: readonly string[]): number => Math.min(tallest, ...lines.map((line) => room.width / widthOf(line)));
  const halves = (parts: readonly string[]): string[][] =>
    parts.slice(1).map((_part, i) => [parts.slice(0, i + 1).join('').trimEnd(), parts.slice(i + 1).join('')]);
  const best = (splits: readonly string[][]): Label => {
    const widest = (lines: readonly string[]): number => Math.max(...lines.map(widthOf));
    const [lines] = [...splits].sort((a, b) => widest(a) - widest(b));
    return lines ? { lines, size: sizeOf(lines) } : { lines: [name], size: 0 };
  };
  const jointed = best(halves(name.split(JOINTS)));
  if (one >= least && one * WORTH >= jointed.size) return { lines: [name], size: one };
  if (jointed.size >= least * SMALLER) return jointed;
  if (jointed.size === 0 && one >= least * SMALLER_WORD) return { lines: [name], size: one };
  const letters = lettersOf(name);
  const broken = best(halves(letters));
  if (broken.size >= least) return broken;
  return { lines: cut(letters, jointsIn(name), room.width / least, widthOf), size: Math.min(least, tallest) };
}

/** Where a name may be broken, counted in letters. */
function jointsIn(name: string): number[] {
  let at = 0;
  return name.split(JOINTS).map((part) => (at += lettersOf(part).length));
}

function lettersOf(text: string): string[] {
  return [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
}

/** Two lines of that width, the first one broken between words unless that wastes half of it, the second one ending in an ellipsis. */
function cut(letters: readonly string[], joints: readonly number[], width: number, widthOf: (text: string) => number): string[] {
  const fill = (from: number, tail: string): number => {
    let to = from;
    while (to < letters.length && widthOf(letters.slice(from, to + 1).join('') + tail) <= width) to += 1;
    return Math.max(to, from + 1);
  };
  const full = fill(0, '');
  const first = joints.findLast((joint) => joint <= full && joint >= full / 2) ?? full;
  const second = fill(first, '…');
  return [letters.slice(0, first).join('').trimEnd(), `${letters.slice(first, second).join('')}…`];
}
