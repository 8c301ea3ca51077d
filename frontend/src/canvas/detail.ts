import { createContext } from 'react';
import { fitLabel, type Label } from '../model/label';
import type { Size } from '../model/types';

/** How much a card shows: all, name and icon, or its name alone. */
export type Detail = 'full' | 'middle' | 'low';

const RATIO = 1.12;

/** The zoom in steps, rounded down, so that letters are set anew only now and then. */
export function stepOf(zoom: number): number {
  return RATIO ** Math.floor(Math.log(zoom * 1.0001) / Math.log(RATIO));
}

export function detailOf(step: number): Detail {
  return step >= 0.79 ? 'full' : step >= 0.56 ? 'middle' : 'low';
}

export const ZoomStep = createContext(1);

/** Room for the name in canvas units, and the sizes of its letters. */
const ROOM: Readonly<Record<Detail, Size>> = {
  full: { width: 108, height: 34 },
  middle: { width: 126, height: 54 },
  low: { width: 156, height: 58 },
};
const ON_SCREEN = { least: 9, most: 12.5 } as const;
/** The largest letters in canvas units: two lines of the smaller, one of the larger fill a card. */
const FILLS = { two: 24, one: 34 } as const;
const FULL = { least: 11, most: 13 } as const;

/** A name as a card shows it at that zoom. */
export function labelAt(name: string, step: number): Label {
  const detail = detailOf(step);
  const key = `${detail === 'full' ? 1 : step}\n${name}`;
  const known = labels.get(key);
  if (known) return known;
  if (labels.size > 20_000) labels.clear();
  const made =
    detail === 'full'
      ? fitLabel(name, ROOM.full, FULL.least, FULL.most, widthOf)
      : fitLabel(name, ROOM[detail], Math.min(FILLS.two, ON_SCREEN.least / step), Math.min(FILLS.one, ON_SCREEN.most / step), widthOf);
  labels.set(key, made);
  return made;
}

const labels = new Map<string, Label>();
let ruler: CanvasRenderingContext2D | null = null;

/** The family of the page's letters: for what is painted. */
export function family(): string {
  return getComputedStyle(document.body).fontFamily;
}

function widthOf(text: string): number {
  if (!ruler) {
    ruler = document.createElement('canvas').getContext('2d');
    if (ruler) ruler.font = `600 100px ${family()}`;
  }
  return (ruler?.measureText(text).width ?? text.length * 60) / 100 + 0.02;
}
