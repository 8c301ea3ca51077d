import type { Revision } from '../../api/types';
import { call } from '../call';
import { listAll } from '../pages';

/** A figure before and after; `element` is the flow or node it belongs to, null for the whole design. */
interface Moved {
  readonly figure: string;
  readonly scope: 'design' | 'flow' | 'node';
  readonly element: string | null;
  readonly before: number | null;
  readonly after: number | null;
  readonly delta: number | null;
  readonly better: boolean | null;
}

/** What a change did, as a whole and step by step. */
export interface Comparison {
  readonly figures: readonly Moved[];
  readonly steps: readonly { readonly change: string; readonly change_ko: string; readonly text: string; readonly text_ko: string }[];
  readonly partial: boolean;
}

export function listRevisions(design: string): Promise<readonly Revision[]> {
  return listAll(`/api/v1/designs/${design}/revisions`);
}

export function restoreRevision(design: string, revision: number): Promise<unknown> {
  return call('POST', `/api/v1/designs/${design}/restore`, { revision });
}

/** Two revisions side by side; without `to`, a revision and the design as it stands. */
export function compareRevisions(design: string, from: number, to: number | null): Promise<Comparison> {
  return call('GET', `/api/v1/designs/${design}/compare?from=${from}${to === null ? '' : `&to=${to}`}`);
}
