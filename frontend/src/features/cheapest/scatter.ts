import type { Candidate } from '../../api/types';

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Dot extends Point {
  readonly candidate: Candidate;
}

/** Ends of a scale that are nearer than this share show as one: what differs less is no difference to see. */
const ALIKE = 0.01;

const MARGIN = { left: 46, right: 8, top: 8, bottom: 26 };

/** Where each candidate that has a p99 stands in a picture of that size: cost to the right, p99 upwards. `low` and `high` are the ends of both scales. */
export function placed(candidates: readonly Candidate[], width: number, height: number): { dots: Dot[]; low: Point; high: Point } {
  const known = [...new Map(candidates.map((candidate) => [candidate.change, candidate])).values()].flatMap((candidate) =>
    candidate.p99_ms === null ? [] : [{ candidate, x: candidate.cost_per_month, y: candidate.p99_ms }],
  );
  const xs = known.map((point) => point.x);
  const ys = known.map((point) => point.y);
  const low = { x: Math.min(...xs), y: Math.min(...ys) };
  const high = { x: Math.max(...xs), y: Math.max(...ys) };
  const scaled = (value: number, from: number, to: number, start: number, end: number): number =>
    to - from <= ALIKE * to ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start);
  const dots = known.map(({ candidate, x, y }) => ({
    candidate,
    x: scaled(x, low.x, high.x, MARGIN.left, width - MARGIN.right),
    y: scaled(y, low.y, high.y, height - MARGIN.bottom, MARGIN.top),
  }));
  return { dots, low, high };
}
