import type { Report } from './report';

/** One end of "this falls with that": the other element, and the share of requests that is no longer answered. */
export interface Falling {
  readonly id: string;
  readonly share: number;
}

/** The nodes that fall when the element is lost, the whole of it, those that lose most first. */
export function takesAlong(report: Report, id: string): readonly Falling[] {
  const fall = report.falls.find((candidate) => candidate.outage === id);
  return sorted(Object.entries(fall?.nodes ?? {}).map(([node, share]) => ({ id: node, share })));
}

/** The losses with which the node falls. A connection is left out where the node behind it is named already. */
export function fallsWith(report: Report, id: string): readonly Falling[] {
  return sorted(
    report.falls.flatMap((fall) => {
      const share = fall.type === 'edge' ? undefined : fall.nodes[id];
      return share === undefined ? [] : [{ id: fall.outage, share }];
    }),
  );
}

function sorted(falling: readonly Falling[]): readonly Falling[] {
  return [...falling].sort((a, b) => b.share - a.share || a.id.localeCompare(b.id));
}
